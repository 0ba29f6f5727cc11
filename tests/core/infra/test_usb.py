"""A stick protected, full, slow, pulled out: the whole file under its name or none, and the sentence says which."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from core.domain.errors import StoreError
from core.infra.atomic_files import TEMPORARY_SUFFIX, atomic_path, not_written, write_atomically

ROOT = Path(__file__).resolve().parents[3]
_BIG = bytes(range(256)) * 4096  # 1 MiB

Mount = Callable[[str], Path]


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Mount]:
    """Mounts a real file system of its own for the test; skipped where that is not allowed."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root mounts")
    mounted: list[Path] = []

    def mount(options: str) -> Path:
        place = tmp_path / f"U盘{len(mounted)}"
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
        if subprocess.run(command, capture_output=True, check=False).returncode != 0:
            pytest.skip("this machine mounts nothing")
        mounted.append(place)
        return place

    yield mount
    for place in mounted:
        subprocess.run(["umount", "-l", str(place)], capture_output=True, check=False)


def _names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def _write_in_parts(path: Path, half_way: Callable[[], None]) -> None:
    with atomic_path(path) as temporary, temporary.open("wb") as stream:
        stream.write(_BIG[: len(_BIG) // 2])
        half_way()
        stream.write(_BIG[len(_BIG) // 2 :])


def _pull_out(place: Path) -> None:
    subprocess.run(["umount", "-l", str(place)], check=True)


def _pull_out_and_write(place: Path, path: Path) -> None:
    with atomic_path(path) as temporary:
        _pull_out(place)
        temporary.write_bytes(b"x")


def _remount_read_only(place: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)


def test_a_protected_stick_takes_nothing(stick: Mount) -> None:
    place = stick("size=1m")
    (place / "旧.xlsx").write_bytes(b"old")
    _remount_read_only(place)
    with pytest.raises(StoreError, match=r"^没有写成，“报送包\.zip”没有生成（.*）：该磁盘是只读的"):
        write_atomically(place / "报送包.zip", b"new")
    with pytest.raises(StoreError, match=r"^没有写成，原有的“旧\.xlsx”没有变动（.*）：该磁盘是只读的"):
        write_atomically(place / "旧.xlsx", b"new")
    assert _names(place) == ["旧.xlsx"]
    assert (place / "旧.xlsx").read_bytes() == b"old"


def test_a_full_stick_keeps_nothing_of_the_new_file(stick: Mount) -> None:
    place = stick("size=256k")
    write_atomically(place / "报送包.zip", b"old")
    with pytest.raises(StoreError, match=r"没有写成，“汇总\.zip”没有生成（.*）：磁盘空间不足"):
        write_atomically(place / "汇总.zip", _BIG)
    with pytest.raises(StoreError, match=r"没有写成，原有的“报送包\.zip”没有变动（.*）：磁盘空间不足"):
        write_atomically(place / "报送包.zip", _BIG)
    assert _names(place) == ["报送包.zip"]
    assert (place / "报送包.zip").read_bytes() == b"old"
    write_atomically(place / "小.zip", b"x" * 100_000)  # the room of the half copies is free again
    assert (place / "小.zip").stat().st_size == 100_000


def test_a_stick_that_fills_up_part_by_part(stick: Mount) -> None:
    place = stick("size=256k")
    with pytest.raises(StoreError, match=r"没有生成.*磁盘空间不足"):
        _write_in_parts(place / "包.zip", lambda: None)
    assert _names(place) == []


_LIMITED = """
import resource, sys
from pathlib import Path
from core.domain.errors import StoreError
from core.infra.atomic_files import write_atomically
resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
try:
    write_atomically(Path(sys.argv[1]), b"x" * 1_000_000)
except StoreError as error:
    sys.stdout.buffer.write(str(error).encode())
    sys.exit(3)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the limit is of POSIX")
@pytest.mark.parametrize("old", [None, b"old"])
def test_a_file_that_the_disk_cannot_hold(tmp_path: Path, old: bytes | None) -> None:
    path = tmp_path / "包.zip"
    if old is not None:
        path.write_bytes(old)
    done = subprocess.run([sys.executable, "-c", _LIMITED, str(path)], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 3, done.stderr.decode()
    left = "“包.zip”没有生成" if old is None else "原有的“包.zip”没有变动"
    assert left in done.stdout.decode()
    assert "不能存放这么大的文件" in done.stdout.decode()
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == ([] if old is None else [("包.zip", old)])


def test_a_stick_pulled_out_half_way_shows_nothing(stick: Mount) -> None:
    place = stick("size=4m")
    with pytest.raises(StoreError, match=r"没有写成，“包\.zip”没有生成（.*）：写到一半时磁盘或U盘断开了"):
        _write_in_parts(place / "包.zip", lambda: _pull_out(place))
    assert _names(place) == []


def test_a_stick_pulled_out_before_the_writing_begins(stick: Mount) -> None:
    place = stick("size=4m")
    inner = place / "宝坻"
    inner.mkdir()
    with pytest.raises(StoreError, match=r"“包\.zip”没有生成（.*）：写到一半时磁盘或U盘断开了"):
        _pull_out_and_write(place, inner / "包.zip")
    assert _names(place) == []
    with pytest.raises(StoreError, match=r"不存在.*请先建立"):
        write_atomically(inner / "包.zip", b"x")


_COPIER = """
import sys
from pathlib import Path
from core.infra.atomic_files import atomic_path
with atomic_path(Path(sys.argv[1])) as temporary, temporary.open("wb", buffering=0) as stream:
    while chunk := sys.stdin.buffer.read1(65536):
        stream.write(chunk)
        sys.stdout.buffer.write(b".")
        sys.stdout.buffer.flush()
"""


def _copier(path: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", _COPIER, str(path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
@pytest.mark.parametrize("old", [None, b"old"])
@pytest.mark.parametrize("chunks", [0, 1, 5])
def test_a_copy_killed_half_way_leaves_no_part_under_the_name(tmp_path: Path, old: bytes | None, chunks: int) -> None:
    path = tmp_path / "包.zip"
    if old is not None:
        path.write_bytes(old)
    with _copier(path) as copier:
        assert copier.stdin is not None
        assert copier.stdout is not None
        for _ in range(chunks):
            copier.stdin.write(b"x" * 1000)
            copier.stdin.flush()
            assert copier.stdout.read(1) == b"."
        copier.send_signal(signal.SIGKILL)
    assert copier.returncode == -signal.SIGKILL
    seen = [p for p in tmp_path.iterdir() if not p.name.startswith(".")]
    assert [(p.name, p.read_bytes()) for p in seen] == ([] if old is None else [("包.zip", old)])
    hidden = [p for p in tmp_path.iterdir() if p.name.startswith(".")]
    assert all(p.suffix == TEMPORARY_SUFFIX for p in hidden)
    write_atomically(path, b"whole")
    assert path.read_bytes() == b"whole"


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_a_slow_source_never_shows_a_part(tmp_path: Path) -> None:
    path = tmp_path / "包.zip"
    reader, writer = os.pipe()
    seen: list[list[str]] = []
    go_on = threading.Semaphore(0)

    def slow() -> None:
        with os.fdopen(writer, "wb", buffering=0) as source:
            for at in range(0, 65536, 4096):
                go_on.acquire()
                source.write(_BIG[at : at + 4096])

    thread = threading.Thread(target=slow)
    thread.start()
    with atomic_path(path) as temporary, os.fdopen(reader, "rb") as source, temporary.open("wb") as stream:
        go_on.release()
        while chunk := source.read(4096):
            stream.write(chunk)
            seen.append([n for n in _names(tmp_path) if not n.startswith(".")])
            go_on.release()
    thread.join()
    assert seen == [[]] * 16
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("包.zip", _BIG[:65536])]


def test_a_source_that_breaks_off_leaves_nothing_and_is_not_taken_for_our_trouble(tmp_path: Path) -> None:
    def break_off() -> None:
        raise OSError(errno.EIO, "source")

    with pytest.raises(OSError, match="source"):
        _write_in_parts(tmp_path / "包.zip", break_off)
    assert list(tmp_path.iterdir()) == []


def test_a_leftover_of_a_killed_program_is_never_taken_for_ours(tmp_path: Path) -> None:
    leftover = tmp_path / f".{'0' * 32}{TEMPORARY_SUFFIX}"
    leftover.write_bytes(b"of another")
    write_atomically(tmp_path / "包.zip", b"whole")
    with suppress(ValueError), atomic_path(tmp_path / "乙.zip") as temporary:
        assert temporary != leftover
        raise ValueError
    assert leftover.read_bytes() == b"of another"
    assert _names(tmp_path) == sorted([leftover.name, "包.zip"])


@pytest.mark.parametrize("code", [errno.EIO, errno.ENODEV, errno.ENXIO, errno.ENOENT])
@pytest.mark.parametrize("stands", [True, False])
def test_the_sentence_of_a_lost_disk(code: int, *, stands: bool) -> None:
    sentence = not_written(Path("U盘") / "包.zip", OSError(code, "reason"), stands=stands)
    assert ("原有的“包.zip”没有变动" in sentence) is stands
    assert ("“包.zip”没有生成" in sentence) is not stands
    assert sentence.endswith("断开了。请重新插好后再写一次。")
