"""A pack as one file: the same bytes every time, and nothing but a pack is ever unpacked."""

from __future__ import annotations

import io
import shutil
import stat
import warnings
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from core.domain.errors import GreenLadderError, PackError, UnreadableInputError
from core.policy.archive import MOST_BYTES, is_newer, load_packed, pack_bytes, version_parts
from tests.fixtures.packs import PACK_FOLDER, shipped_pack


@pytest.fixture(scope="module")
def content() -> bytes:
    return pack_bytes(PACK_FOLDER)


def _files(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zip(files: Mapping[str, bytes], change: Callable[[zipfile.ZipInfo], None] | None = None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            if change is not None:
                change(info)
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def test_a_pack_comes_back_as_it_was(content: bytes, tmp_path: Path) -> None:
    loaded = load_packed(content, tmp_path)
    assert (loaded.label, loaded.digest) == (shipped_pack().label, shipped_pack().digest)
    assert list(tmp_path.iterdir()) == []
    copy = tmp_path / "别处"
    shutil.copytree(PACK_FOLDER, copy)
    assert pack_bytes(copy) == content


NAMES = [
    "../evil.csv", "/etc/evil.csv", "C:/evil.csv", "C:evil.csv", "..\\evil.csv", "forms/../../evil.csv",
    "forms\\evil.csv", "lists/deep/evil.csv", "evil.exe", "evil.csv.exe", "other/evil.csv", "Pack.toml",
    "forms/pack.toml", "forms/", ".csv", "CON.csv", "con.csv", "lists/aux.csv", "a b.csv", "a\x00.csv",
    "第一.csv", "a\n.csv", "work-plan.txt", "pack.zip", "a" * 100 + ".csv", "a.csv:stream",
]


@pytest.mark.parametrize("name", NAMES)
def test_only_files_of_a_pack_are_taken(content: bytes, tmp_path: Path, name: str) -> None:
    inside = tmp_path / "store"
    inside.mkdir()
    with pytest.raises(UnreadableInputError, match="政策包"):
        load_packed(_zip({**_files(content), name: b"list,name\n"}), inside)
    assert [p.name for p in tmp_path.rglob("*")] == ["store"]


def test_a_link_is_refused(content: bytes, tmp_path: Path) -> None:
    def link(info: zipfile.ZipInfo) -> None:
        info.create_system = 3
        if info.filename == "audit.csv":
            info.external_attr = (stat.S_IFLNK | 0o777) << 16

    with pytest.raises(UnreadableInputError, match=r"不该有的“audit\.csv”"):
        load_packed(_zip({**_files(content), "audit.csv": b"/etc/passwd"}, link), tmp_path)


def test_two_files_of_one_name_are_refused(content: bytes) -> None:
    buffer = io.BytesIO(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(buffer, "a") as archive:
            archive.writestr("audit.csv", b"")
    with pytest.raises(UnreadableInputError, match="两个同名文件"):
        load_packed(buffer.getvalue())


def test_bombs_are_refused_before_they_are_unpacked(content: bytes) -> None:
    files = _files(content)
    for bomb in (
        _zip({**files, "lists/bomb.csv": bytes(30_000_000)}),
        _zip({**files, **{f"lists/bomb{n}.csv": bytes(3_000_000) for n in range(8)}}),
    ):
        with pytest.raises(UnreadableInputError, match="压缩炸弹"):
            load_packed(bomb)
    for many in (101, 70_000):
        with pytest.raises(UnreadableInputError, match=r"超过(100个|4MB)"):
            load_packed(_zip({f"lists/l{n}.csv": b"" for n in range(many)}))
    with pytest.raises(UnreadableInputError, match="超过4MB"):
        load_packed(bytes(MOST_BYTES + 1))


def test_an_entry_that_lies_about_its_size_is_refused(content: bytes) -> None:
    raw = bytearray(_zip({**_files(content), "lists/liar.csv": bytes(3_000_000)}))
    at = raw.rindex(b"lists/liar.csv") - 46
    raw[at + 24 : at + 28] = (10).to_bytes(4, "little")
    with pytest.raises(UnreadableInputError, match="损坏"):
        load_packed(bytes(raw))


def test_locked_and_strangely_packed_files_are_refused(content: bytes) -> None:
    raw = bytearray(_zip(_files(content)))
    at = raw.rindex(b"pack.toml") - 46
    encrypted, strange = bytearray(raw), bytearray(raw)
    encrypted[at + 8] |= 1
    strange[at + 10] = 14
    for each in (encrypted, strange):
        with pytest.raises(UnreadableInputError, match="加了密"):
            load_packed(bytes(each))


def test_every_truncation_and_flipped_byte_is_one_sentence(content: bytes, tmp_path: Path) -> None:
    for end in range(0, len(content), 997):
        with pytest.raises(UnreadableInputError, match="损坏"):
            load_packed(content[:end], tmp_path)
    for place in range(0, len(content), 4999):
        spoilt = bytearray(content)
        spoilt[place] ^= 0x10
        with suppress(GreenLadderError):  # any other error fails the test; a byte of a date may well pass
            load_packed(bytes(spoilt), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("file", "data"),
    [
        ("pack.toml", b"x = " + b"[" * 50_000), ("pack.toml", b"\xff\xfe"), ("pack.toml", b""),
        ("forms/green-factory.csv", b"name,label\n"), ("clauses.csv", b"\x00\x01"), ("audit.csv", b'"'),
    ],
)
def test_a_pack_that_is_wrong_names_its_file(content: bytes, file: str, data: bytes) -> None:
    with pytest.raises(PackError) as caught:
        load_packed(_zip({**_files(content), file: data}))
    assert caught.value.file == file


def test_a_pack_without_its_head_is_refused(content: bytes) -> None:
    files = _files(content)
    del files["pack.toml"]
    with pytest.raises(PackError, match="缺少这个文件"):
        load_packed(_zip(files))
    with pytest.raises(PackError):
        load_packed(_zip({}))


def test_versions_count_part_by_part() -> None:
    ordered = ["2025.9", "2026.1", "2026.1.1", "2026.2", "2026.10", "2027"]
    assert sorted(sorted(ordered), key=version_parts) == ordered
    assert version_parts("2026.1") == version_parts("2026.01.0")
    for wrong in ("", "v2026", "2026.", "2026-1", "２０２６", "2026.1 ", "1" * 9):
        with pytest.raises(PackError, match=r"形如2026\.1"):
            version_parts(wrong)


def test_newer_is_of_the_same_district() -> None:
    pack = shipped_pack()
    assert is_newer(replace(pack, version="2026.2"), pack)
    assert not is_newer(pack, pack)
    assert not is_newer(replace(pack, id="ninghe", version="2026.2"), pack)
