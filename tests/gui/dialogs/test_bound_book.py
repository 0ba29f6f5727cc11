"""合订本 by key: bound off the window, shown with what is wrong in it, saved as shown; stopped without a trace."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from core.services import drafts, evidence
from core.services.printing import page_text
from core.services.products.binding import BoundBook
from gui.dialogs.bound_book import notices
from gui.dialogs.preview import PreviewDialog
from gui.main_window import MainWindow
from gui.session import Session
from gui.tasks import Progress
from tests.fixtures import evidence_files as made
from tests.fixtures.packs import sample
from tests.gui.front import window_with
from tests.gui.hands import Script, dialog, no_dialog, play


@pytest.fixture
def window(qtbot: QtBot, session: Session, tmp_path: Path) -> MainWindow:
    """The window with a factory open, two files attached, one of them locked."""
    ws = session.workspace
    record = drafts.begin(ws, "green-factory", sample("green-factory")).record
    evidence.attach(ws, record.id, "business_license", made.put(tmp_path, "执照.pdf", made.pdf("LICENSE")))
    evidence.attach(ws, record.id, "permit_file", made.put(tmp_path, "许可.pdf", made.locked(made.pdf("NO"), "x")))
    return window_with(qtbot, session, record.id)


def test_bound_shown_and_saved_by_key(window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "合订本.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(out), ""))
    said: list[str] = []
    warned: list[str] = []

    def script() -> Script:
        yield "Ctrl+Shift+B"
        yield dialog(PreviewDialog)
        front = QApplication.activeModalWidget()
        assert front is not None
        shown = [label for label in front.findChildren(QLabel) if label.isVisible()]
        said.extend(label.text() for label in shown)
        warned.extend(label.text() for label in shown if label.property("role") == "caution")
        yield "Ctrl+S"
        yield lambda: out.exists()
        yield "Escape"
        yield no_dialog

    play(script())
    assert any("有打开密码" in text for text in said)
    assert any("MB" in text for text in said)
    assert not any("MB" in text for text in warned)  # how large the file is is no trouble
    assert "（合订本）" in page_text(out, 0)


def test_stopping_is_told_and_shows_nothing(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Progress, "is_cancelled", lambda _self: True)

    def script() -> Script:
        yield "Ctrl+Shift+B"
        yield dialog(QMessageBox)
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        assert box.text().startswith("已停止装订，没有留下文件")
        yield "Return"
        yield no_dialog

    play(script())
    assert window.isVisible()


def test_many_problems_are_summed_up() -> None:
    problems = tuple(f"附{n} 打不开。" for n in range(1, 8))
    said = notices(BoundBook(Path("a.pdf"), 9, 60_000_000, problems, ("超过50 MB。",)))
    assert said == ("超过50 MB。", *problems[:4], "另有3份材料没有装订好，见目录页。")
