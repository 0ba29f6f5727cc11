"""While an input method is composing the keys are its own, and what happens to the field next ends it in good order."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

#: Sent to the field in focus; whoever composes in it answers by putting the text in.
FINISH: Final = QEvent.Type(QEvent.registerEventType())


def finish_composing() -> None:
    """Put what is being composed into its field now. An input method that keeps it to itself is left alone."""
    focus = QApplication.focusWidget()
    if focus is not None:
        QGuiApplication.inputMethod().commit()
        QApplication.sendEvent(focus, QEvent(FINISH))


class ComposingWatch(QObject):
    """Keeps shortcuts from what is typed while composing, and nothing from being lost when the field is left."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._field: QObject | None = None
        self._is_composing = False

    def follow(self, app: QGuiApplication) -> None:
        """Begin with what has the focus now."""
        app.focusObjectChanged.connect(self._on_focus)
        self._on_focus(app.focusObject())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While composing, a key that the input method has no use for goes to the field and to nothing else."""
        if watched is not self._field:
            return False
        if isinstance(event, QInputMethodEvent):
            self._is_composing = bool(event.preeditString())
        elif event.type() is QEvent.Type.FocusAboutToChange and self._is_composing:
            QGuiApplication.inputMethod().commit()  # while the field that is left can still be written to
        elif event.type() is QEvent.Type.FocusOut:
            self._is_composing = False
        elif event.type() is QEvent.Type.ShortcutOverride and self._is_composing:
            event.accept()
            return True
        return False

    def _on_focus(self, focus: QObject | None) -> None:
        if focus is self._field:
            return
        if self._field is not None and isValid(self._field):
            self._field.removeEventFilter(self)
        self._field, self._is_composing = focus, False
        if focus is not None:
            focus.installEventFilter(self)
