"""Files appear whole or not at all, and every refusal is a sentence."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from core.domain.errors import StoreError
from core.infra.atomic_files import atomic_path, shown, write_atomically, writing_problem


def write_half_and_raise(temporary: Path, error: Exception) -> None:
    temporary.write_bytes(b"half")
    raise error


def test_the_file_is_there_alone(tmp_path: Path) -> None:
    write_atomically(tmp_path / "推荐表.pdf", b"one")
    write_atomically(tmp_path / "推荐表.pdf", b"two")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("推荐表.pdf", b"two")]


def test_the_longest_name_that_the_disk_takes_is_fine(tmp_path: Path) -> None:
    path = tmp_path / ("长" * 85)
    write_atomically(path, b"x")
    assert path.read_bytes() == b"x"


def test_a_failure_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with pytest.raises(ValueError, match="mine"), atomic_path(path) as temporary:
        write_half_and_raise(temporary, ValueError("mine"))
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a", b"old")]


def test_a_missing_folder_is_named_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"没有/a.pdf.*不存在.*请先建立"), atomic_path(tmp_path / "没有" / "a.pdf"):
        pytest.fail("the block must not run")


def test_a_folder_of_that_name_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(StoreError, match="同名的文件夹"):
        write_atomically(tmp_path / "a", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_too_long_a_name_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="文件名太长"):
        write_atomically(tmp_path / ("长" * 200), b"x")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG])
def test_a_full_or_protected_disk_is_told_whoever_noticed(tmp_path: Path, code: int) -> None:
    with pytest.raises(StoreError, match=r"a.pdf"), atomic_path(tmp_path / "a.pdf") as temporary:
        write_half_and_raise(temporary, OSError(code, os.strerror(code)))
    assert list(tmp_path.iterdir()) == []


def test_other_troubles_of_the_block_stay_its_own(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), atomic_path(tmp_path / "a") as temporary:
        temporary.write_bytes((tmp_path / "source").read_bytes())


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "磁盘空间不足"),
        (errno.EACCES, "没有写入权限"),
        (errno.EROFS, "只读"),
        (errno.ENOENT, "文件夹不存在"),
        (errno.EIO, "系统提示"),
    ],
)
def test_sentences_name_the_file_and_the_way_out(code: int, words: str) -> None:
    sentence = writing_problem(Path("乙/甲.xlsx"), OSError(code, "reason"))
    assert words in sentence
    assert "甲.xlsx" in sentence
    assert sentence.endswith("。")


def test_paths_that_are_no_text_can_be_shown() -> None:
    shown(Path(os.fsdecode(b"\xd6\xd0"))).encode()


def _aged(path: Path) -> Path:
    """As if it had been written long ago."""
    os.utime(path, (1_000_000_000, 1_000_000_000))
    return path


def test_what_a_killed_program_left_is_cleared_away_at_the_next_writing(tmp_path: Path) -> None:
    old = tmp_path / f".{'0' * 32}.tmp"
    old.write_bytes(b"half")
    _aged(old)
    others = [tmp_path / f".{'1' * 32}.tmp", tmp_path / ".mine.tmp", tmp_path / "f.tmp"]
    for other in others:
        other.write_bytes(b"young, or another's")
    for other in others[1:]:
        _aged(other)
    write_atomically(tmp_path / "表.pdf", b"whole")
    assert sorted(tmp_path.iterdir()) == sorted([*others, tmp_path / "表.pdf"])
