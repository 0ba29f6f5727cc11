"""Attached files: content first, then the row; never lost, never changed under their name."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from pathlib import Path

import pytest

from core.domain.enums import RecordState
from core.domain.errors import NotAllowedError, NotFoundError, StoreError, UnreadableInputError
from core.domain.records import Record
from core.store import evidence_files
from core.store.evidence_files import EvidenceFiles
from core.store.store import Store
from tests.core.store.conftest import NOW


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "营业执照 扫描件.PDF"
    path.write_bytes(b"%PDF-1.7 scan" * 1000)
    return path


def test_attaching_copies_the_file_and_answers_the_field(store: Store, draft: Record, scan: Path) -> None:
    item = store.attach(draft.id, "license_file", scan, actor="张三")
    data = scan.read_bytes()
    assert (item.file_name, item.size, item.media_type) == (scan.name, len(data), "application/pdf")
    assert (item.sha256, item.added_by, item.added_at) == (hashlib.sha256(data).hexdigest(), "张三", NOW)
    scan.unlink()
    path = store.evidence_path(item)
    assert path.read_bytes() == data
    assert path.relative_to(store.folder) == Path("evidence", item.sha256[:2], f"{item.sha256}.pdf")
    assert store.get(draft.id).answers["license_file"] == item.id
    assert store.evidence(draft.id) == (item,)
    assert store.history(draft.id, "license_file")[0].new == item.id


def test_a_second_file_takes_the_place_of_the_first(store: Store, draft: Record, scan: Path, tmp_path: Path) -> None:
    first = store.attach(draft.id, "license_file", scan, actor="a")
    other = tmp_path / "new.jpg"
    other.write_bytes(b"jpg")
    second = store.attach(draft.id, "license_file", other, actor="a")
    assert store.evidence(draft.id) == (second,)
    assert store.evidence_by_id(first.id) == first
    assert store.evidence_path(first).is_file()


def test_the_same_content_is_kept_once_and_mended_when_cut(store: Store, draft: Record, scan: Path) -> None:
    first = store.attach(draft.id, "a_file", scan, actor="a")
    store.evidence_path(first).write_bytes(b"cut")
    second = store.attach(draft.id, "b_file", scan, actor="a")
    assert store.evidence_path(first) == store.evidence_path(second)
    assert store.evidence_path(first).read_bytes() == scan.read_bytes()
    store.attach(draft.id, "c_file", scan, actor="a")
    assert len(list(store.files.everything())) == 1


def test_inside_a_repeat_the_caller_sets_the_answer(store: Store, draft: Record, scan: Path) -> None:
    item = store.attach(draft.id, "certificates[2].cert_file", scan, actor="a", set_answer=False)
    assert store.get(draft.id) == draft
    assert store.evidence(draft.id) == (item,)
    store.detach(item.id, actor="a")
    assert store.get(draft.id) == draft


def test_detaching_keeps_file_and_history(store: Store, draft: Record, scan: Path) -> None:
    item = store.attach(draft.id, "license_file", scan, actor="a")
    store.detach(item.id, actor="b")
    store.detach(item.id, actor="c")
    assert store.evidence(draft.id) == ()
    assert "license_file" not in store.get(draft.id).answers
    assert [change.new for change in store.history(draft.id, "license_file")] == [item.id, None]
    assert store.evidence_path(store.evidence_by_id(item.id)).is_file()


def test_a_locked_record_takes_the_sealed_sheet_but_no_answer(store: Store, draft: Record, scan: Path) -> None:
    kept = store.attach(draft.id, "license_file", scan, actor="a")
    store.set_state(draft.id, RecordState.RECOMMENDED, actor="a", source="s")
    store.attach(draft.id, "sealed_sheet", scan, actor="a", set_answer=False)
    with pytest.raises(NotAllowedError):
        store.attach(draft.id, "license_file", scan, actor="a")
    with pytest.raises(NotAllowedError):
        store.detach(kept.id, actor="a")
    assert len(store.evidence(draft.id)) == 2


def test_files_that_cannot_be_read_are_named(store: Store, draft: Record, tmp_path: Path) -> None:
    with pytest.raises(UnreadableInputError, match=r"找不到.*不在\.pdf"):
        store.attach(draft.id, "x", tmp_path / "不在.pdf", actor="a")
    with pytest.raises(UnreadableInputError, match="是文件夹"):
        store.attach(draft.id, "x", tmp_path, actor="a")
    with pytest.raises(NotFoundError):
        store.attach("nobody", "x", tmp_path / "x", actor="a")
    with pytest.raises(NotFoundError, match="没有编号"):
        store.detach("nothing", actor="a")
    assert store.get(draft.id) == draft


def test_a_lost_file_is_named(store: Store, draft: Record, scan: Path) -> None:
    item = store.attach(draft.id, "x", scan, actor="a")
    store.evidence_path(item).unlink()
    with pytest.raises(NotFoundError, match=r"营业执照 扫描件.PDF.*不见了"):
        store.evidence_path(item)


def test_a_place_that_takes_no_files_is_named(tmp_path: Path, scan: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match="无法写入"):
        EvidenceFiles(tmp_path / "file" / "evidence").add(scan)


@pytest.mark.parametrize(
    ("name", "suffix", "media_type"),
    [
        ("a.JPG", ".jpg", "image/jpeg"),
        ("a.tar.gz", ".gz", "application/octet-stream"),
        ("无后缀", "", "application/octet-stream"),
        ("a.很奇怪", "", "application/octet-stream"),
        ("a.b/../c", "", "application/octet-stream"),
    ],
)
def test_endings(name: str, suffix: str, media_type: str) -> None:
    assert (evidence_files.suffix_of(name), evidence_files.media_type_of(name)) == (suffix, media_type)


def test_old_leftovers_are_cleared_away(tmp_path: Path) -> None:
    old, young = (tmp_path / f".{digit * 32}.tmp" for digit in "01")
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 100_000,) * 2)
    EvidenceFiles(tmp_path).remove_leftovers()
    assert (old.exists(), young.exists()) == (False, True)


def test_each_folder_of_the_store_is_noted_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(evidence_files, "sync_folder", synced.append)
    files = EvidenceFiles(tmp_path / "evidence")

    def noted(name: str) -> int:
        def write(to: Path) -> None:
            to.write_bytes(name.encode())

        before = len(synced)
        files.take(f"{name:0<64}.pdf", write)
        return len(synced) - before

    assert [noted("ab1"), noted("ab2"), noted("cd1"), noted("ab3")] == [1, 0, 1, 0]
    shutil.rmtree(tmp_path / "evidence" / "ab")
    assert noted("ab4") == 1
    assert set(synced) == {tmp_path / "evidence"}
