"""Leaving 写情况说明 never throws typed words away by itself."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPlainTextEdit
from pytestqt.qtbot import QtBot

from core.domain.enums import Outcome, Severity
from core.domain.finding import Finding
from gui.dialogs.explain import ExplainDialog

FINDING = Finding("V003", "三(二)2", Severity.VERIFY, Outcome.NOT_MET, "数据年度不是最近一个完整年度。")


def _shown(qtbot: QtBot) -> tuple[ExplainDialog, QPlainTextEdit]:
    dialog = ExplainDialog(FINDING, "条文", lambda _text: "")
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.open()
    text = dialog.findChild(QPlainTextEdit)
    assert text is not None
    return dialog, text


def _press_in_box(key: Qt.Key, seen: list[str]) -> None:
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    seen.append(box.text())
    QTest.keyClick(box, key)


def test_escape_with_typed_words_asks_and_enter_keeps_writing(qtbot: QtBot) -> None:
    dialog, text = _shown(qtbot)
    QTest.keyClicks(text, "written")
    seen: list[str] = []
    QTimer.singleShot(100, lambda: _press_in_box(Qt.Key.Key_Return, seen))
    QTest.keyClick(text, Qt.Key.Key_Escape)
    assert "还没有保存" in seen[0]
    assert dialog.isVisible()
    assert dialog.text == "written"


def test_escape_without_typing_just_leaves(qtbot: QtBot) -> None:
    dialog, text = _shown(qtbot)
    QTest.keyClick(text, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_an_empty_box_is_not_saved_silently(qtbot: QtBot) -> None:
    dialog, _ = _shown(qtbot)
    seen: list[str] = []
    QTimer.singleShot(100, lambda: _press_in_box(Qt.Key.Key_Return, seen))
    dialog.accept()
    assert "空的" in seen[0]
    assert dialog.isVisible()
