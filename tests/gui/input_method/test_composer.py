"""Fields and fcitx together: real widgets, keys as X11 tells them, and a fcitx on a socket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.input_method.composer import Composer, input_event, on_screen
from gui.input_method.fcitx import FcitxClient, Part, Preedit
from gui.widgets.composing import ComposingWatch, finish_composing
from gui.widgets.scanner import ScannerWatch
from tests.gui.input_method.small_fcitx import PORTAL, SHIFT, SmallFcitx

CODE = "GL1ABC"
SYMBOLS = {Qt.Key.Key_Shift: SHIFT, Qt.Key.Key_Return: 0xFF0D, Qt.Key.Key_Escape: 0xFF1B, Qt.Key.Key_F9: 0xFFC6}


class Desk(QWidget):
    """A line, long text, a button and a password."""

    def __init__(self) -> None:
        super().__init__()
        self.line, self.memo, self.password = QLineEdit(self), QPlainTextEdit(self), QLineEdit(self)
        self.button = QPushButton("按钮", self)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        layout = QVBoxLayout(self)
        for each in (self.line, self.memo, self.password, self.button):
            layout.addWidget(each)
        self.resize(400, 300)


@pytest.fixture
def desk(client: FcitxClient, qtbot: QtBot) -> Iterator[Desk]:
    made = Desk()
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.line.setFocus()
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)
    composer, watch = Composer(client), ComposingWatch()
    watch.follow(app)
    composer.follow(app)
    yield made
    for each in (composer, watch):
        app.focusObjectChanged.disconnect(each._on_focus)
        each.deleteLater()
    QGuiApplication.inputMethod().cursorRectangleChanged.disconnect(composer._place)


def send(kind: QEvent.Type, key: Qt.Key, symbol: int, text: str, modifiers: Qt.KeyboardModifier) -> None:
    """As the window system does: shortcuts are asked first, then the window."""
    focus, window = QApplication.focusWidget(), QGuiApplication.focusWindow()
    assert focus is not None
    assert window is not None
    QApplication.sendEvent(window, QKeyEvent(kind, key, modifiers, 38, symbol, 0, text))


def tap(letters: str) -> None:
    for letter in letters:
        shift = letter.isupper()
        modifiers = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        key = Qt.Key(ord(letter.upper()))
        if shift:
            send(QEvent.Type.KeyPress, Qt.Key.Key_Shift, SHIFT, "", Qt.KeyboardModifier.NoModifier)
        send(QEvent.Type.KeyPress, key, ord(letter), letter, modifiers)
        if shift:  # a scanner lets Shift go before the letter
            send(QEvent.Type.KeyRelease, Qt.Key.Key_Shift, SHIFT, "", modifiers)
        send(QEvent.Type.KeyRelease, key, ord(letter), letter, Qt.KeyboardModifier.NoModifier)


def press(key: Qt.Key) -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        send(kind, key, SYMBOLS[key], "", Qt.KeyboardModifier.NoModifier)


def test_pinyin_becomes_chinese_in_lines_and_long_text(desk: Desk) -> None:
    tap("lvse")
    assert desk.line.text() == ""
    tap(" a")
    tap(" ")
    assert desk.line.text() == "绿色a"
    desk.memo.setFocus()
    tap("lvse1")
    assert desk.memo.toPlainText() == "绿色"


def test_keys_that_fcitx_has_no_use_for_do_what_they_did(desk: Desk) -> None:
    tap("12")
    assert desk.line.text() == "12"
    desk.button.setFocus()
    pressed: list[bool] = []
    desk.button.clicked.connect(lambda: pressed.append(True))
    tap(" ")
    assert len(pressed) == 1


def test_leaving_a_field_keeps_what_was_composed_in_it(desk: Desk, fcitx: SmallFcitx, qtbot: QtBot) -> None:
    tap("lv")
    QTest.mouseClick(desk.memo.viewport(), Qt.MouseButton.LeftButton)
    assert (desk.line.text(), desk.memo.toPlainText()) == ("lv", "")
    tap("lvse ")
    assert desk.memo.toPlainText() == "绿色"
    tap("se")
    QTest.mouseClick(desk.memo.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(2, 5))
    assert desk.memo.toPlainText() == "绿色se"
    tap("lv")
    finish_composing()
    assert "lv" in desk.memo.toPlainText()
    qtbot.waitUntil(lambda: len(fcitx.asked("Reset")) == 3)


def test_text_selected_by_fcitx_is_shown_and_escape_drops_it(desk: Desk) -> None:
    desk.line.setText("前")
    tap("lv")
    desk.line.repaint()
    press(Qt.Key.Key_Escape)
    assert desk.line.text() == "前"
    tap("lvse")
    press(Qt.Key.Key_Return)
    assert desk.line.text() == "前lvse"


def test_shortcuts_wait_until_nothing_is_composed(desk: Desk) -> None:
    hits: list[str] = []
    shortcut = QShortcut(QKeySequence("F9"), desk)
    shortcut.activated.connect(lambda: hits.append("F9"))
    tap("lv")
    window = desk.windowHandle()
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert hits == []
    tap(" ")
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert hits == ["F9"]


def test_a_scanner_passes_by_and_chinese_stays_on(desk: Desk, fcitx: SmallFcitx, qtbot: QtBot) -> None:
    watch = ScannerWatch("GL1", len(CODE), lambda text: text == CODE, desk)
    watch.watch(desk.windowHandle())
    desk.memo.setFocus()
    with qtbot.waitSignal(watch.scanned) as scanned:
        tap(CODE)
        press(Qt.Key.Key_Return)
    assert scanned.args == [CODE]
    assert desk.memo.toPlainText() == ""
    assert all(call[0] == SHIFT for call in fcitx.asked("ProcessKeyEvent"))
    tap("lvse ")
    assert desk.memo.toPlainText() == "绿色"


def test_a_letter_held_back_for_a_scanner_still_reaches_fcitx(desk: Desk, qtbot: QtBot) -> None:
    ScannerWatch("LV1", len(CODE), lambda text: text == CODE, desk).watch(desk.windowHandle())
    desk.memo.setFocus()
    tap("lvse ")
    assert desk.memo.toPlainText() == "绿色"


def test_shift_pressed_alone_changes_to_english(desk: Desk) -> None:
    press(Qt.Key.Key_Shift)
    tap("lv")
    assert desk.line.text() == "lv"


def test_password_and_locked_fields(desk: Desk, fcitx: SmallFcitx, qtbot: QtBot) -> None:
    desk.password.setFocus()
    tap("9")
    hidden = fcitx.asked("SetCapability")[-1]
    desk.line.setReadOnly(True)
    desk.line.setFocus()
    tap("lvse ")
    assert desk.line.text() == ""
    assert hidden == (0b111010,)
    qtbot.waitUntil(lambda: bool(fcitx.asked("FocusOut")))


def test_fcitx_is_told_where_the_cursor_stands(desk: Desk, fcitx: SmallFcitx, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(fcitx.asked("SetCursorRect")))
    before = fcitx.asked("SetCursorRect")[-1]
    desk.line.setText("很长的一段文字")
    tap("l")
    tap(" ")
    assert fcitx.asked("SetCursorRect")[-1][0] > before[0]


def test_a_crash_of_fcitx_takes_the_composed_text_but_nothing_else(
    desk: Desk, fcitx: SmallFcitx, client: FcitxClient, qtbot: QtBot
) -> None:
    tap("lvse ")
    tap("lv")
    fcitx.vanish(PORTAL)
    qtbot.waitUntil(lambda: not client.is_ready)
    tap("x")
    assert desk.line.text() == "绿色x"
    with qtbot.waitSignal(client.appeared):
        fcitx.appear(PORTAL)
    tap("lvse ")
    assert desk.line.text() == "绿色x绿色"


def test_keys_that_fcitx_gives_back_are_typed(desk: Desk, fcitx: SmallFcitx, qtbot: QtBot) -> None:
    fcitx.signal("ForwardKey", "uub", ord("A"), 1, False)
    fcitx.signal("ForwardKey", "uub", 0x1000000 + ord("，"), 0, False)
    fcitx.signal("ForwardKey", "uub", 0xFF08, 0, False)
    fcitx.signal("CommitString", "s", "。")
    qtbot.waitUntil(lambda: desk.line.text() == "A。")


def test_rare_characters_count_twice_for_qt() -> None:
    event = input_event("", Preedit((Part("𫚉a"), Part("b", is_highlighted=True)), 1))
    attributes: list[Any] = list(event.attributes())  # the stub knows none of their members
    kinds = [(a.type, a.start, a.length) for a in attributes]
    text, cursor = QInputMethodEvent.AttributeType.TextFormat, QInputMethodEvent.AttributeType.Cursor
    assert kinds == [(text, 0, 3), (text, 3, 1), (cursor, 2, 1)]


def test_places_on_a_plain_screen_are_its_pixels(desk: Desk) -> None:
    rect = QRect(30, 40, 0, 18)
    ratio = desk.devicePixelRatioF()
    assert on_screen(rect, desk) == QRect(round(30 * ratio), round(40 * ratio), 1, round(18 * ratio))
