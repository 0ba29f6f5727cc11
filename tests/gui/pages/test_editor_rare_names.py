"""Rare characters in the window: typed by an input method, kept unchanged, drawn or framed, named before printing."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from core.services import drafts
from gui.dialogs.preview import PreviewDialog
from gui.forms.hint_bar import HintBar
from gui.main_window import MainWindow
from gui.session import Session
from gui.widgets.line_cell import LineCell
from gui.widgets.theme import Mark
from tests.fixtures.packs import sample
from tests.gui.front import window_with
from tests.gui.hands import Script, dialog, no_dialog, play

# One of each: extension A, B, C, D, E, F, compatibility and its supplement.
DRAWN = "\u3447\U00020bb7\U0002a7dd\U0002b7a9\U0002bdf7\U0002d544\ufa4a\U0002f87c"
# Extension I, extension J, private use.
FRAMED = "\U0002ebf0\U000323b1\ue123"


@pytest.fixture
def window(qtbot: QtBot, session: Session) -> MainWindow:
    answers = {k: v for k, v in sample("green-factory").items() if not k.endswith("_evidence")}
    record = drafts.begin(session.workspace, "green-factory", answers).record
    return window_with(qtbot, session, record.id)


def _commit(text: str) -> None:
    """What an input method does: composes, then commits."""
    editor = QApplication.focusWidget()
    assert isinstance(editor, LineCell)
    editor.selectAll()
    QApplication.sendEvent(editor, QInputMethodEvent("ji", []))
    done = QInputMethodEvent("", [])
    done.setCommitString(text)
    QApplication.sendEvent(editor, done)


def _stored(window: MainWindow, name: str) -> object:
    editor = window.editor
    return drafts.open_form(editor._session.workspace, editor.record_id).record.answers.get(name)


def _ink(text: str) -> list[int]:
    """Dark pixels of a field, for each character of a text alone."""
    found = []
    for character in text:
        editor = LineCell()
        editor.resize(40, 30)
        editor.setText(character)
        editor.setCursorPosition(0)
        picture = editor.grab().toImage()
        shades = [picture.pixelColor(x, y).lightness() for x in range(picture.width()) for y in range(picture.height())]
        found.append(sum(shade < 215 for shade in shades))
    return found


def _picture(character: str) -> bytes:
    editor = LineCell()
    editor.resize(40, 30)
    editor.setText(character)
    picture = editor.grab().toImage()
    return bytes(picture.constBits())


def test_an_input_method_brings_any_character_and_it_is_stored_as_it_came(window: MainWindow) -> None:
    name = f"天津{DRAWN}{FRAMED}制造有限公司"

    def script() -> Script:
        assert window.editor.form_page is not None
        window.editor.form_page.focus_field("unit_name")
        yield lambda: isinstance(QApplication.focusWidget(), LineCell)
        _commit(name)
        yield "Tab"
        yield lambda: window._saved.text().startswith("已保存 ")
        yield "Shift+Tab"
        yield lambda: "U+2EBF0" in window.editor.findChildren(HintBar)[0].text

    play(script())
    assert _stored(window, "unit_name") == name
    said = window.editor.findChildren(HintBar)[0].text
    assert all(code in said for code in ("U+2EBF0", "U+323B1", "U+E123"))
    assert "U+20BB7" not in said


@pytest.mark.usefixtures("dressed")
def test_a_field_shows_every_one_of_them_and_no_two_alike() -> None:
    text = DRAWN + FRAMED
    assert min(_ink(text)) > max(_ink(" ")) + 10
    pictures = {_picture(character) for character in text}
    assert len(pictures) == len(text)
    assert _picture("\U000efff0") not in pictures  # what no font has at all


def test_a_note_about_fonts_is_no_finding(window: MainWindow) -> None:
    def script() -> Script:
        assert window.editor.form_page is not None
        before = window.editor.opened
        window.editor.form_page.focus_field("contact_name")
        yield lambda: isinstance(QApplication.focusWidget(), LineCell)
        _commit(f"王{FRAMED[0]}")
        yield "Tab"
        yield lambda: window.editor.opened is not before

    play(script())
    page = window.editor.form_page
    opened = window.editor.opened
    assert page is not None
    assert opened is not None
    cell = page._content.find("contact_name", None)
    assert cell is not None
    assert cell.mark is Mark.HINT
    assert all("contact_name" not in f.fields for f in opened.verdict.findings if f.needs_attention)


def test_the_preview_names_what_is_framed(window: MainWindow) -> None:
    seen: list[str] = []

    def script() -> Script:
        assert window.editor.form_page is not None
        window.editor.form_page.focus_field("unit_name")
        yield lambda: isinstance(QApplication.focusWidget(), LineCell)
        _commit(f"天津{FRAMED[0]}厂")
        yield "Ctrl+P"
        yield dialog(PreviewDialog)
        front: QWidget | None = QApplication.activeModalWidget()
        assert front is not None
        seen.extend(label.text() for label in front.findChildren(QLabel, "previewNotices"))
        yield "Esc"
        yield no_dialog

    play(script())
    assert "U+2EBF0" in seen[0]
    assert "请核对该字" in seen[0]
