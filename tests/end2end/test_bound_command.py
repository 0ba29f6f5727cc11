"""`print bound` as a script calls it: status 0 when all was bound, 1 when a file was not, 2 when nothing could be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.cli.main import run
from core.services import drafts, evidence
from core.services.workspace import open_workspace
from tests.fixtures import evidence_files as made
from tests.fixtures.library import draft


@pytest.fixture
def store(tmp_path: Path) -> tuple[Path, str, str]:
    """A store with one unit and one file; its code and record id."""
    folder = tmp_path / "数据"
    with open_workspace(folder) as ws:
        record = draft(ws, 21, "宝坻示范阀门厂")
        evidence.attach(ws, record.id, "permit_file", made.put(tmp_path, "许可.pdf", made.pdf("PERMIT")))
        bound = drafts.open_form(ws, record.id).record
    return folder, bound.credit_code, record.id


def _run(store: Path, *words: str) -> int:
    return run([*words, "--store", str(store)], lambda _folder: 99)


def test_bound_and_told(store: tuple[Path, str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, code, record_id = store
    out = tmp_path / "新文件夹" / "合订本.pdf"
    assert _run(folder, "print", "bound", code, "-o", str(out)) == 0
    said = capsys.readouterr().out
    assert "已装订：合订本.pdf，共" in said
    assert " MB。" in said
    with open_workspace(folder) as ws:
        evidence.attach(ws, record_id, "business_license", made.put(tmp_path, "执照.pdf", b"no pdf"))
    assert _run(folder, "print", "合订本", code, "-o", str(out)) == 1
    said_by = capsys.readouterr()
    assert "（执照.pdf）打不开：里面不是PDF文件。请重新扫描上传。" in said_by.err
    assert out.exists()


def test_json(store: tuple[Path, str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, code, _ = store
    out = tmp_path / "a.pdf"
    assert _run(folder, "print", "bound", code, "-o", str(out), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["kind"] == "bound"
    assert told["bytes"] == out.stat().st_size
    assert told["pages"] > 5
    assert told["problems"] == told["notes"] == []


@pytest.mark.parametrize("words", [("bound",), ("bound", "91120115PDY99999XX"), ("bound", "A", "B")])
def test_bad_usage(store: tuple[Path, str, str], tmp_path: Path, words: tuple[str, ...]) -> None:
    out = tmp_path / "a.pdf"
    assert _run(store[0], "print", *words, "-o", str(out)) == 2
    assert not out.exists()
