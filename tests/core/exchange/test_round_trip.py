"""What is written is read, exactly, and the same content has the same bytes."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from core.domain.exchange import FileKind, Succession
from core.exchange.errors import PackageRefusedError, Refusal
from core.exchange.reader import open_file
from core.exchange.writer import Outgoing, write_file
from core.infra.signing import public_key, sign
from tests.fixtures import exchange_files as files
from tests.fixtures.forge import good


def test_a_package_is_read_as_it_was_written(tmp_path: Path) -> None:
    outgoing = files.package(tmp_path)
    written = write_file(tmp_path / "报送包.zip", outgoing, files.KEY)
    with open_file(written.path, scratch=tmp_path) as incoming:
        assert incoming.head == outgoing.head
        assert tuple(incoming.records()) == outgoing.records
        assert [repr(r.changes) for r in incoming.records()] == [repr(r.changes) for r in outgoing.records]
        assert incoming.answer() is None
        assert incoming.pack_bytes() is None
        assert (incoming.check_code, incoming.content_digest) == (written.check_code, written.content_digest)
        assert incoming.evidence_names == (files.SCAN_NAME,)
        incoming.extract_evidence(files.SCAN_NAME, tmp_path / "scan")
    assert (tmp_path / "scan").read_bytes() == files.SCAN
    assert written.size == written.path.stat().st_size


@pytest.mark.parametrize("kind", [FileKind.RECEIPT, FileKind.NOTICE])
def test_an_answer_is_read_as_it_was_written(tmp_path: Path, kind: FileKind) -> None:
    is_notice = kind is FileKind.NOTICE
    answer = files.answer(with_notice=is_notice)
    outgoing = Outgoing(files.head(kind), [], answer, {}, b"PK pack" if is_notice else None, files.papers)
    written = write_file(tmp_path / "x.zip", outgoing, files.BUREAU_KEY)
    with open_file(written.path, scratch=tmp_path) as incoming:
        assert incoming.answer() == answer
        assert incoming.pack_bytes() == outgoing.pack
        assert list(incoming.records()) == []


def test_the_same_content_has_the_same_bytes(tmp_path: Path) -> None:
    outgoing = files.package(tmp_path)
    one = write_file(tmp_path / "1.zip", outgoing, files.KEY)
    other = write_file(tmp_path / "2.zip", replace(outgoing, records=tuple(reversed(outgoing.records))), files.KEY)  # type: ignore[call-overload]
    assert one.path.read_bytes() == other.path.read_bytes()
    with zipfile.ZipFile(one.path) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.create_system for info in archive.infolist()} == {0}


def test_the_cover_may_print_the_code(tmp_path: Path) -> None:
    written = write_file(tmp_path / "x.zip", files.package(tmp_path), files.KEY)
    with zipfile.ZipFile(written.path) as archive:
        assert written.check_code.encode() in archive.read("封面.pdf")
        assert json.loads(archive.read("manifest.json"))["counts"]["records"] == 2
    assert [len(group) for group in written.check_code.split(" ")] == [4, 4, 4, 4]


def test_a_password_hides_everything_and_opens_it(tmp_path: Path) -> None:
    outgoing = files.package(tmp_path)
    written = write_file(tmp_path / "x.zip", outgoing, files.KEY, password="暗号 42", scratch=tmp_path)
    assert b"manifest" not in written.path.read_bytes()
    with open_file(written.path, password="暗号 42", scratch=tmp_path) as incoming:
        assert tuple(incoming.records()) == outgoing.records
        assert incoming.check_code == written.check_code
    for password, reason in (("", Refusal.NEEDS_PASSWORD), ("暗号 43", Refusal.WRONG_PASSWORD)):
        with (
            pytest.raises(PackageRefusedError) as refused,
            open_file(written.path, password=password, scratch=tmp_path),
        ):
            pytest.fail("the block must not run")
        assert refused.value.reason is reason
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["x.zip", files.SCAN_NAME])


def test_a_file_of_another_program_is_read(tmp_path: Path) -> None:
    """As docs/报送文件格式.md says it, with nothing but the standard library; its JSON is not even compact."""
    forge = good()
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in forge.entries():
            archive.writestr(str(entry.name), entry.data)
    document = forge.manifest()
    del document["readable"]
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    code = f"{int(hashlib.sha256(text.encode()).hexdigest(), 16) % 10**16:016d}"
    with open_file(tmp_path / "x.zip", scratch=tmp_path) as incoming:
        assert incoming.check_code.replace(" ", "") == code
        assert [record.id for record in incoming.records()] == [files.record(1).id]


def test_a_change_of_keys_is_signed_by_the_key_before(tmp_path: Path) -> None:
    succession = Succession(public_key(files.BUREAU_KEY), sign(files.BUREAU_KEY, public_key(files.KEY)))
    outgoing = files.package(tmp_path)
    outgoing = replace(outgoing, head=replace(outgoing.head, succession=succession))
    write_file(tmp_path / "x.zip", outgoing, files.KEY)
    with open_file(tmp_path / "x.zip", scratch=tmp_path) as incoming:
        assert incoming.head.succession == succession
