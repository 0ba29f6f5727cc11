"""Brings fcitx and the field in focus together: keys one way, composed and finished text the other."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QInputMethodEvent, QKeyEvent, QTextCharFormat, QWindow
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget
from shiboken6 import isValid

from gui.input_method.fcitx import FcitxClient, Key, Part, Preedit
from gui.widgets.composing import FINISH

_KEYS: Final = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease)
_MODIFIERS: Final = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta)
_SHADE: Final = "#d6e4f5"
#: X11's names of keys without a character, for keys that fcitx gives back.
_SYMBOLS: Final = {
    0xFF08: Qt.Key.Key_Backspace, 0xFF09: Qt.Key.Key_Tab, 0xFF0D: Qt.Key.Key_Return, 0xFF1B: Qt.Key.Key_Escape,
    0xFF50: Qt.Key.Key_Home, 0xFF51: Qt.Key.Key_Left, 0xFF52: Qt.Key.Key_Up, 0xFF53: Qt.Key.Key_Right,
    0xFF54: Qt.Key.Key_Down, 0xFF55: Qt.Key.Key_PageUp, 0xFF56: Qt.Key.Key_PageDown, 0xFF57: Qt.Key.Key_End,
    0xFF8D: Qt.Key.Key_Enter, 0xFFFF: Qt.Key.Key_Delete,
}
_STATES: Final = {
    1: Qt.KeyboardModifier.ShiftModifier, 4: Qt.KeyboardModifier.ControlModifier, 8: Qt.KeyboardModifier.AltModifier,
}


class Composer(QObject):
    """Follows the focus. Keys reach fcitx after a scanner's watch on the window and before the field itself."""

    def __init__(self, client: FcitxClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._field: QWidget | None = None
        self._window: QWindow | None = None
        self._preedit = Preedit()
        self._pressed: set[int] = set()
        self._is_held_back = False
        self._is_forwarding = False
        client.committed.connect(self._on_committed)
        client.composed.connect(self._on_composed)
        client.forwarded.connect(self._on_forwarded)
        client.appeared.connect(self._greet)

    def follow(self, app: QGuiApplication) -> None:
        """Begin with the field that has the focus now."""
        app.focusObjectChanged.connect(self._on_focus)
        QGuiApplication.inputMethod().cursorRectangleChanged.connect(self._place)
        self._on_focus(app.focusObject())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys, and all that ends composing, before the field hears of them."""
        kind = event.type()
        if watched is self._window:
            if kind is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() not in _MODIFIERS:
                self._is_held_back = True
            return False
        if kind in _KEYS and isinstance(event, QKeyEvent):
            return watched is self._field and not self._is_forwarding and self._is_taken(event)
        if kind in (QEvent.Type.FocusOut, QEvent.Type.MouseButtonPress, FINISH):
            self._finish()
        return False

    def _on_focus(self, focus: QObject | None) -> None:
        field = focus if isinstance(focus, QWidget) and _takes_text(focus) else None
        if field is self._field:
            return
        self._finish()  # Qt tells of the new field before the old one hears that it is left
        self._watch(on=False)
        had_field, self._field = self._field is not None, field
        self._watch(on=True)
        if field is not None:
            self._greet()
        elif had_field:
            self._client.focus_out()

    def _watch(self, *, on: bool) -> None:
        """The field, where it scrolls the part of it that is clicked, and its window ahead of a scanner's watch."""
        field = self._field
        if on:
            self._window = field.window().windowHandle() if field is not None else None
        parts = [field, field.viewport() if isinstance(field, QAbstractScrollArea) and isValid(field) else None]
        for each in (*parts, self._window):
            if each is not None and isValid(each):
                each.installEventFilter(self) if on else each.removeEventFilter(self)

    def _greet(self) -> None:
        field = self._field
        if field is not None and isValid(field):
            hints = Qt.InputMethodHint(field.inputMethodQuery(Qt.InputMethodQuery.ImHints))
            self._client.focus_in(is_password=bool(hints & Qt.InputMethodHint.ImhHiddenText))
            self._place()

    def _is_taken(self, event: QKeyEvent) -> bool:
        """Keys made by the program itself have no symbol of X11 and are none of an input method's business."""
        field, symbol = self._field, event.nativeVirtualKey()
        if field is None or not symbol or not _takes_text(field):
            return False
        is_release = event.type() is QEvent.Type.KeyRelease
        if is_release and not self._is_wanted_release(event):
            return False
        if not is_release:
            self._pressed.add(event.key())
            self._is_held_back = False
        key = Key(symbol, event.nativeScanCode(), event.nativeModifiers(), is_release, event.timestamp())
        taken = self._client.takes(key)
        self._place()
        return taken

    def _is_wanted_release(self, event: QKeyEvent) -> bool:
        """False for keys that fcitx never saw go down, and for Shift around those of a scanner.

        Shift pressed alone changes between Chinese and English, and alone is how fcitx would see it.
        """
        if event.key() not in self._pressed:
            return False
        self._pressed.discard(event.key())
        return not (event.key() in _MODIFIERS and self._is_held_back)

    def _place(self) -> None:
        field = self._field
        if field is None or not isValid(field) or not self._client.is_ready:
            return
        cursor = field.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle)
        rect = cursor if isinstance(cursor, QRect) else cursor.toRect()
        self._client.place(on_screen(QRect(field.mapToGlobal(rect.topLeft()), rect.size()), field))

    def _on_committed(self, text: str) -> None:
        self._preedit = Preedit()
        self._send(text, Preedit())

    def _on_composed(self, preedit: object) -> None:
        if isinstance(preedit, Preedit) and (preedit.parts or self._preedit.parts):
            self._preedit = preedit
            self._send("", preedit)

    def _finish(self) -> None:
        """Put into the field what is being composed, as leaving it does on other systems."""
        preedit, self._preedit = self._preedit, Preedit()
        if preedit.parts:
            self._send(preedit.kept, Preedit())
            self._client.reset()

    def _send(self, text: str, preedit: Preedit) -> None:
        if self._field is not None and isValid(self._field):
            QApplication.sendEvent(self._field, input_event(text, preedit))

    def _on_forwarded(self, key: object) -> None:
        if not isinstance(key, Key) or self._field is None or not isValid(self._field):
            return
        kind = QEvent.Type.KeyRelease if key.is_release else QEvent.Type.KeyPress
        text = _text_of(key.symbol)
        name = _SYMBOLS.get(key.symbol) or (Qt.Key(ord(text.upper())) if text else Qt.Key.Key_unknown)
        modifiers = Qt.KeyboardModifier.NoModifier
        for state, modifier in _STATES.items():
            modifiers |= modifier if key.state & state else Qt.KeyboardModifier.NoModifier
        self._is_forwarding = True
        try:
            QApplication.sendEvent(self._field, QKeyEvent(kind, name, modifiers, text))
        finally:
            self._is_forwarding = False


def input_event(text: str, preedit: Preedit) -> QInputMethodEvent:
    """What Qt's fields understand: finished text, then what is composed, underlined."""
    attributes, at = [], 0
    for part in preedit.parts:
        length = _units(part.text)
        attributes.append(
            QInputMethodEvent.Attribute(QInputMethodEvent.AttributeType.TextFormat, at, length, _looks(part))
        )
        at += length
    if preedit.parts:
        shown = preedit.cursor >= 0
        cursor = _units(preedit.text[: preedit.cursor]) if shown else at
        attributes.append(
            QInputMethodEvent.Attribute(QInputMethodEvent.AttributeType.Cursor, cursor, int(shown), None)
        )
    event = QInputMethodEvent(preedit.text, attributes)
    if text:
        event.setCommitString(text)
    return event


def on_screen(rect: QRect, widget: QWidget) -> QRect:
    """A rectangle of the desktop in the screen's own pixels: a scaled screen keeps its corner and scales from there."""
    screen = widget.screen()
    ratio, corner = widget.devicePixelRatioF(), screen.geometry().topLeft()
    inside = rect.topLeft() - corner
    place = corner + QPoint(round(inside.x() * ratio), round(inside.y() * ratio))
    return QRect(place, QSize(max(1, round(rect.width() * ratio)), max(1, round(rect.height() * ratio))))


def _takes_text(widget: QWidget) -> bool:
    return isValid(widget) and widget.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)


def _looks(part: Part) -> QTextCharFormat:
    looks = QTextCharFormat()
    looks.setFontUnderline(True)
    if part.is_highlighted:
        looks.setBackground(QColor(_SHADE))
    return looks


def _units(text: str) -> int:
    """Qt counts UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def _text_of(symbol: int) -> str:
    """The character of a symbol of X11: Latin-1 stands for itself, other characters above 0x1000000."""
    if 0x20 <= symbol <= 0x7E or 0xA0 <= symbol <= 0xFF:
        return chr(symbol)
    return chr(symbol - 0x1000000) if 0x1000100 <= symbol <= 0x110FFFF else ""
