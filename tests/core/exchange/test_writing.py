"""The whole file or none: stopped, full, pulled out, damaged sources; nothing unfit goes out."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
import pyzipper  # type: ignore[import-untyped]

from core.domain.errors import GreenLadderError, StoreError
from core.domain.exchange import EvidenceFact, RecordCopy
from core.domain.values import Stored
from core.exchange.errors import CannotPackError, ExchangeCancelledError, PackageRefusedError, Refusal
from core.exchange.integrity import attached
from core.exchange.reader import open_file
from core.exchange.writer import Outgoing, write_file
from tests.core.infra import test_usb
from tests.fixtures import exchange_files as files

stick = test_usb.stick
ROOT = Path(__file__).resolve().parents[3]


class StopAfter:
    """A clerk who presses 停止 the n-th time that anybody asks."""

    def __init__(self, asked: int) -> None:
        self.left = asked

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("password", ["", "密"])
def test_stopping_leaves_nothing_whenever_it_happens(tmp_path: Path, password: str) -> None:
    outgoing = files.package(tmp_path)
    out, scratch = tmp_path / "U盘", tmp_path / "store"
    out.mkdir()
    scratch.mkdir()

    def write(asked: int) -> bool:
        """True when the file was written before the clerk was heard."""
        with suppress(ExchangeCancelledError):
            write_file(
                out / "x.zip", outgoing, files.KEY, password=password, cancelled=StopAfter(asked), scratch=scratch
            )
            return True
        assert names(out) == names(scratch) == []
        return False

    stopped = next(asked for asked in range(100) if write(asked))
    assert stopped >= 3
    assert names(out) == ["x.zip"]
    assert names(scratch) == []
    for asked in range(3):
        with (
            pytest.raises(ExchangeCancelledError, match="没有任何改动"),
            open_file(out / "x.zip", password=password, scratch=scratch, cancelled=StopAfter(asked)),
        ):
            pytest.fail("the block must not run")
        assert names(scratch) == []


@pytest.mark.parametrize("password", ["", "密"])
def test_progress_only_grows_and_ends_full(tmp_path: Path, password: str) -> None:
    told: list[tuple[int, int]] = []
    outgoing = files.package(tmp_path)
    write_file(tmp_path / "x.zip", outgoing, files.KEY, password=password, progress=lambda d, t: told.append((d, t)))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1] > 0
    told.clear()
    with open_file(tmp_path / "x.zip", password=password, scratch=tmp_path, progress=lambda d, t: told.append((d, t))):
        assert told == sorted(told)
        assert told[-1][0] == told[-1][1] > 0


def test_an_attached_file_that_changed_stops_the_file(tmp_path: Path) -> None:
    outgoing = files.package(tmp_path)
    (tmp_path / files.SCAN_NAME).write_bytes(files.SCAN + b"!")
    with pytest.raises(CannotPackError, match=r"“承诺书.pdf”已损坏"):
        write_file(tmp_path / "x.zip", outgoing, files.KEY)
    (tmp_path / files.SCAN_NAME).unlink()
    with pytest.raises(StoreError, match=r"“承诺书.pdf”读不出来"):
        write_file(tmp_path / "x.zip", outgoing, files.KEY)
    assert names(tmp_path) == []


def _attaching(file_name: str) -> RecordCopy:
    record = files.record(1)
    value: list[str | int | float | bool | None] = ["commitment", file_name, files.SCAN_SHA256, len(files.SCAN), "x"]
    changes = tuple(replace(c, new=value) if c.field.startswith("evidence:") else c for c in record.changes)
    return replace(record, changes=changes)


@pytest.mark.parametrize("file_name", ["承诺书.exe", "承诺书.pdf.bat", "承诺书", "a/b.pdf", "承诺书\u202efdp.pdf"])
def test_an_attached_program_does_not_go_out(tmp_path: Path, file_name: str) -> None:
    outgoing = files.package(tmp_path, (_attaching(file_name),))
    with pytest.raises(CannotPackError, match="不是文档或图片，不能报送"):
        write_file(tmp_path / "x.zip", outgoing, files.KEY)
    assert names(tmp_path) == [files.SCAN_NAME]


def test_an_attached_program_that_was_taken_off_does_not_matter(tmp_path: Path) -> None:
    record = _attaching("承诺书.exe")
    off = replace(record.changes[-1], dot=record.changes[-1].dot._replace(number=900), field=record.changes[10].field,
                  new=None)
    gone = replace(record, changes=(*record.changes, off), heads={**record.heads, off.field: (off.dot,)},
                   context={files.SITE: 900})
    write_file(tmp_path / "x.zip", files.package(tmp_path, (gone,)), files.KEY)
    with open_file(tmp_path / "x.zip", scratch=tmp_path) as incoming:
        assert tuple(incoming.records()) == (gone,)
        assert incoming.evidence_names == ()
    assert list(attached(gone)) == []
    assert list(attached(files.record(1))) == [
        EvidenceFact("commitment", "承诺书.pdf", files.SCAN_SHA256, len(files.SCAN), "application/pdf")
    ]


@pytest.mark.parametrize("bad", [float("nan"), 10**400, "a\ud800", "长" * 1_000_001], ids="abcd")
def test_a_value_that_nobody_could_read_stops_the_file(tmp_path: Path, bad: Stored) -> None:
    record = files.record(1, {"unit_name": bad})
    with pytest.raises(CannotPackError, match=r"“宁波示例齿轮有限公司”的表不能写入文件：.+请改正"):
        write_file(tmp_path / "x.zip", files.package(tmp_path, (record,)), files.KEY)
    assert names(tmp_path) == [files.SCAN_NAME]


def _big(tmp_path: Path) -> Outgoing:
    import hashlib
    import os

    data = os.urandom(3 * 1024 * 1024)
    sha256 = hashlib.sha256(data).hexdigest()
    (tmp_path / f"{sha256}.jpg").write_bytes(data)
    fact: list[str | int | float | bool | None] = ["commitment", "照片.JPG", sha256, len(data), "image/jpeg"]
    record = files.record(3, {f"evidence:{UUID(int=9)}": fact})
    outgoing = files.package(tmp_path, (record,))
    return replace(outgoing, evidence={**outgoing.evidence, f"{sha256}.jpg": tmp_path / f"{sha256}.jpg"})


@pytest.mark.parametrize("password", ["", "密"])
def test_a_full_stick_keeps_nothing_and_the_older_file(
    tmp_path: Path, stick: Callable[[str], Path], password: str
) -> None:
    place = stick("size=1m")
    out = place / "x.zip"
    with pytest.raises(StoreError, match=r"没有写成，“x.zip”没有生成.*空间不足"):
        write_file(out, _big(tmp_path), files.KEY, password=password, scratch=tmp_path)
    assert names(place) == []
    out.write_bytes(b"old")
    with pytest.raises(StoreError, match=r"没有写成，原有的“x.zip”没有变动"):
        write_file(out, _big(tmp_path), files.KEY, password=password, scratch=tmp_path)
    assert out.read_bytes() == b"old"


def test_a_full_store_is_told_apart_from_a_full_stick(tmp_path: Path, stick: Callable[[str], Path]) -> None:
    place = stick("size=1m")
    with pytest.raises(StoreError, match=r"U盘0.*空间不足"):
        write_file(tmp_path / "x.zip", _big(tmp_path), files.KEY, password="密", scratch=place)
    whole = write_file(tmp_path / "x.zip", _big(tmp_path), files.KEY, password="密", scratch=tmp_path)
    with pytest.raises(StoreError, match=r"U盘0.*空间不足"), open_file(whole.path, password="密", scratch=place):
        pytest.fail("the block must not run")
    assert names(place) == []


def test_a_stick_pulled_out_half_way(tmp_path: Path, stick: Callable[[str], Path]) -> None:
    place = stick("size=20m")
    outgoing = _big(tmp_path)

    def pull(done: int, total: int) -> None:
        if done > total // 2:
            subprocess.run(["umount", "-l", str(place)], capture_output=True, check=False)

    with pytest.raises(StoreError, match=r"没有写成，“x.zip”没有生成.*断开"):
        write_file(place / "x.zip", outgoing, files.KEY, progress=pull)
    assert names(place) == []


def test_no_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(GreenLadderError, match="不存在"):
        write_file(tmp_path / "没有" / "x.zip", files.package(tmp_path), files.KEY)


def test_other_programs_open_a_file_with_a_password(tmp_path: Path) -> None:
    plain = write_file(tmp_path / "plain.zip", files.package(tmp_path), files.KEY).path.read_bytes()
    write_file(tmp_path / "x.zip", files.package(tmp_path), files.KEY, password="abc 密")
    with pyzipper.AESZipFile(tmp_path / "x.zip") as archive:
        archive.setpassword("abc 密".encode())
        (entry,) = archive.infolist()
        assert entry.wz_aes_strength == 3
        assert archive.read(entry) == plain
    program = next(filter(None, map(shutil.which, ("7zz", "7z", "7za"))), None)
    if program is None:
        pytest.skip("7-Zip is not installed")
    done = subprocess.run([program, "t", "-pabc 密", str(tmp_path / "x.zip")], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout


#: What format 1 looked like when it was first written; these files never change and are read for ever.
_KEPT = {
    "format-1-package.zip": "",
    "format-1-notice.zip": "",
    "format-1-password.zip": "口令",
}


@pytest.mark.parametrize("name", _KEPT)
def test_files_of_older_programs_are_read(tmp_path: Path, name: str) -> None:
    with open_file(ROOT / "tests/fixtures/packages" / name, password=_KEPT[name], scratch=tmp_path) as incoming:
        records = tuple(incoming.records())
        answer = incoming.answer()
        code = incoming.check_code
    if name == "format-1-notice.zip":
        assert (code, len(records)) == ("4579 7011 8591 7677", 0)
        assert answer is not None
        assert answer.notice is not None
        assert (answer.notice.title, answer.members[0].unit_name) == ("关于报送的通知", "示例公司")
    else:
        assert (code, len(records)) == ("4570 2846 8265 4796", 2)
        assert records[0].unit_name == "宁波示例齿轮有限公司"
        assert [change.new for change in records[0].changes][1:4] == [1, 1.0, "1"]


def test_records_that_make_no_sense_do_not_go_out(tmp_path: Path) -> None:
    for spoilt in (
        replace(files.record(1), context={}),
        replace(files.record(1), base={files.SITE: 10_000}, context={files.SITE: 10_000}),
        replace(files.record(1), changes=files.record(1).changes[1:]),
    ):
        with pytest.raises(CannotPackError, match="不能写入文件"):
            write_file(tmp_path / "x.zip", files.package(tmp_path, (spoilt,)), files.KEY)


def test_the_reason_is_for_the_program(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"")
    with pytest.raises(PackageRefusedError) as refused, open_file(tmp_path / "x.zip", scratch=tmp_path):
        pytest.fail("the block must not run")
    assert refused.value.reason is Refusal.EMPTY
