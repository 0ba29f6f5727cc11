"""The program's own test passes on a whole program, and says which part fails on a broken one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.documents.pdf import workers
from core.services import drafts
from core.services import workspace as opening
from core.services.fonts import bundled_fonts
from core.services.selftest import run_selftest
from core.services.workspace import Workspace


def test_every_part_passes_and_the_window_is_tried_last() -> None:
    tried: list[int] = []

    def probe(ws: Workspace) -> str:
        tried.append(len(drafts.list_units(ws)))
        return "看过"

    steps = run_selftest(probe)
    assert [step for step in steps if not step.ok] == []
    assert (steps[-1].name, steps[-1].detail, tried) == ("窗口", "看过", [2])


def test_a_part_that_fails_is_told_and_the_others_are_tried(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Workspace, "manual", property(lambda _self: tmp_path / "没有.md"))

    def probe(_ws: Workspace) -> str:
        raise RuntimeError("缺少：窗口图标")

    failed = {step.name: step.detail for step in run_selftest(probe) if not step.ok}
    assert failed == {
        "用户手册": "NotFoundError：程序文件夹中没有用户手册", "窗口": "RuntimeError：缺少：窗口图标"
    }


def test_without_resources_it_says_so_and_stops(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(opening, "resources_folder", lambda: tmp_path)
    steps = run_selftest()
    assert [(step.name, step.ok) for step in steps] == [("政策包和数据库", False)]


def test_a_helper_is_another_process(ws: Workspace) -> None:
    assert workers.prove_helpers(bundled_fonts(ws)) != os.getpid()
