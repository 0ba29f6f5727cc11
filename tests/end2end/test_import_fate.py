"""`import` on mangled and hostile workbooks: the exit status, the sentence, and what is in the store afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.cli.main import run
from core.services import drafts
from core.services.workspace import open_workspace
from tests.fixtures.hostile_workbooks import CATALOGUE, HARMLESS, HostileWorkbook


def _no_window(folder: Path) -> int:
    raise AssertionError(folder)


def _units(store: Path) -> int:
    with open_workspace(store) as ws:
        return drafts.count_units(ws)


@pytest.mark.parametrize("case", [*CATALOGUE, *HARMLESS], ids=lambda c: c.name)
def test_every_file_meets_its_fate(case: HostileWorkbook, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, store = tmp_path / "企业表.xlsx", tmp_path / "数据"
    case.build(path)
    before = path.read_bytes()
    status = run(["import", str(path), "--store", str(store)], _no_window)
    said = capsys.readouterr()
    assert path.read_bytes() == before
    if case.outcome == "refused":
        assert status == 2
        assert case.expected in said.err
        assert len(said.err.strip().splitlines()) == 1
        assert _units(store) == 0
        assert [p.name for p in tmp_path.iterdir() if p.suffix == ".xlsx"] == ["企业表.xlsx"]
    elif case.outcome == "marked":
        assert status == 1
        assert "已标红" in said.out
        assert (tmp_path / "企业表（已标注）.xlsx").exists()
        assert _units(store) == (0 if case.path == "credit_code" else 1)
    else:
        assert status == 0
        assert _units(store) == 1
