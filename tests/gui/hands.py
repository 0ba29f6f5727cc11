"""Two hands on keyboard and mouse: a script yields presses, clicks and conditions; they arrive as real events.

A key may open a modal dialog and not return before it closes, so the script itself never presses: it yields, and an
event of its own does the pressing while the script waits for its next turn.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeAlias

from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QWidget

Condition: TypeAlias = Callable[[], object]
Place: TypeAlias = "QWidget | tuple[QWidget, QPoint]"
Script: TypeAlias = Generator["str | Condition | Text | Click", None, None]

_TURN_MS = 2
_PATIENCE_S = 20.0


@dataclass(frozen=True, slots=True)
class Text:
    """Letters and figures are typed; anything else comes from the clipboard with Ctrl+V, as from an input method."""

    text: str


@dataclass(frozen=True, slots=True)
class Click:
    """A left click in the middle of the widget that `find` gives, or on a point of it."""

    find: Callable[[], Place]
    double: bool = False


def dialog(kind: type[QDialog]) -> Condition:
    """A modal dialog of that kind is in front and listens to keys."""

    def is_there() -> bool:
        front = QApplication.activeModalWidget()
        focus = QApplication.focusWidget()
        return isinstance(front, kind) and focus is not None and focus.window() is front

    return is_there


def no_dialog() -> bool:
    """No dialog is open any more, and the window has the keys again."""
    return QApplication.activeModalWidget() is None and QApplication.focusWidget() is not None


def play(script: Script) -> None:
    """Run a script to its end; an assertion that fails in it fails here."""
    _Player(script).run()


class _Player:
    def __init__(self, script: Script) -> None:
        self._script = script
        self._loop = QEventLoop()
        self._error: BaseException | None = None
        self._waiting: Condition | None = None
        self._since = 0.0
        self._turns = 0
        self._pressing: tuple[int, QWidget | None] | None = None

    def run(self) -> None:
        QTimer.singleShot(0, self._turn)
        self._loop.exec()
        if self._error is not None:
            raise self._error

    def _turn(self) -> None:
        try:
            self._go_on()
        except StopIteration:
            self._loop.quit()
        except BaseException as error:  # noqa: BLE001 - raised again in `run`
            self._error = error
            _close_dialogs()
            self._loop.quit()

    def _go_on(self) -> None:
        _manage_windows()
        if self._is_pressing():
            pass
        elif self._waiting is not None and not self._waiting():
            if monotonic() - self._since > _PATIENCE_S:
                raise AssertionError(f"waited in vain; in front: {_front()}")
        else:
            self._waiting = None
            self._take(next(self._script))
        QTimer.singleShot(_TURN_MS, self._turn)

    def _is_pressing(self) -> bool:
        """True until the last key has done its work, or has opened a dialog and will not return before it closes."""
        return self._pressing is not None and self._pressing[1] is QApplication.activeModalWidget()

    def _take(self, step: str | Condition | Text | Click) -> None:
        if isinstance(step, Text | str | Click):
            self._turns += 1
            turn = self._turns
            self._pressing = (turn, QApplication.activeModalWidget())
            QTimer.singleShot(0, lambda: self._do(turn, step))
        else:
            self._waiting, self._since = step, monotonic()

    def _do(self, turn: int, step: str | Text | Click) -> None:
        try:
            if isinstance(step, str):
                press(step)
            elif isinstance(step, Click):
                _click(step)
            else:
                _type(step.text)
        except AssertionError as error:
            self._error = error
            self._loop.quit()
        if self._pressing is not None and self._pressing[0] == turn:  # a dialog's opener returns long after its key
            self._pressing = None


def press(keys: str) -> None:
    """One key with its modifiers, written as in a menu: `Ctrl+N`."""
    sequence: Any = QKeySequence(keys)  # the stub does not know that it can be indexed
    pressed = sequence[0]
    QTest.keyClick(_window(), pressed.key(), pressed.keyboardModifiers())


def _click(step: Click) -> None:
    found = step.find()
    widget, point = found if isinstance(found, tuple) else (found, found.rect().center())
    assert widget.isVisible(), f"{widget} cannot be seen"
    assert widget.isEnabled(), f"{widget} cannot be pressed"
    click = QTest.mouseDClick if step.double else QTest.mouseClick
    click(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)


def _type(text: str) -> None:
    if all(c.isascii() and (c.isalnum() or c in "-./ ") for c in text):
        for letter in text:
            shift = Qt.KeyboardModifier.ShiftModifier if letter.isupper() else Qt.KeyboardModifier.NoModifier
            QTest.keyClick(_window(), Qt.Key(ord(letter.upper())), shift)
    else:
        QGuiApplication.clipboard().setText(text)
        press("Ctrl+V")


def _window() -> QWindow:
    popup = QApplication.activePopupWidget()
    found = popup.windowHandle() if popup is not None else QGuiApplication.focusWindow()
    assert found is not None, "no window listens to keys"
    return found


def _manage_windows() -> None:
    """What a window manager does and the offscreen platform lacks: give the keys to the window left in front."""
    if QGuiApplication.focusWindow() is None:
        shown = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w.isWindow()]
        front = QApplication.activeModalWidget() or next((w for w in shown if isinstance(w, QMainWindow)), None)
        if front is not None:
            front.activateWindow()


def _front() -> str:
    front: QWidget | None = QApplication.activeModalWidget() or QApplication.activeWindow()
    return f"{type(front).__name__} “{front.windowTitle() if front else ''}”, focus {QApplication.focusWidget()}"


def _close_dialogs() -> None:
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QDialog) and widget.isVisible():
            widget.done(0)
