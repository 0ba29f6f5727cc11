"""While an input method is composing the keys are its own, and what happens to the field next ends it in good order."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent
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
        self._composed = ""
        self._dropped = ""
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._forget_dropped)

    def follow(self, app: QGuiApplication) -> None:
        """Begin with what has the focus now."""
        app.focusObjectChanged.connect(self._on_focus)
        self._on_focus(app.focusObject())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What the input method shows and leaves, in the order in which the field hears of it."""
        if watched is not self._field:
            return False
        if isinstance(event, QInputMethodEvent):
            self._on_composed(event)
        elif event.type() is QEvent.Type.FocusAboutToChange:
            self._keep()
        elif self._composed and isinstance(event, QKeyEvent):
            return self._is_kept_from_field(event)
        return False

    @staticmethod
    def _is_kept_from_field(event: QKeyEvent) -> bool:
        """Keys that move, act or save wait until the text is finished; letters that come by are letters."""
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return event.type() is QEvent.Type.KeyPress and not (event.text() and event.text().isprintable())

    def _on_composed(self, event: QInputMethodEvent) -> None:
        if self._composed and not event.preeditString() and not event.commitString():
            self._dropped = self._composed
            self._turn.start()
        self._composed = event.preeditString()

    def _keep(self) -> None:
        """The field can still be written to. Some engines of ibus drop what was composed at just this moment."""
        if self._composed:
            QGuiApplication.inputMethod().commit()
        dropped, self._dropped = self._dropped, ""
        if dropped and self._field is not None:
            event = QInputMethodEvent("", [])
            event.setCommitString(dropped)
            QApplication.sendEvent(self._field, event)

    def _forget_dropped(self) -> None:
        """What Escape drops stays dropped: leaving the field drops in the same turn of the event loop."""
        self._dropped = ""

    def _on_focus(self, focus: QObject | None) -> None:
        if focus is self._field:
            return
        if self._field is not None and isValid(self._field):
            self._field.removeEventFilter(self)
        self._field, self._composed, self._dropped = focus, "", ""
        if focus is not None:
            focus.installEventFilter(self)
