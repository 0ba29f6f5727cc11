"""工作台: the bureau's first page."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gui.session import Session
from gui.tasks import TaskRunner
from gui.widgets.page import Page


class CockpitPage(Page):
    """What is due, what waits, how the library stands."""

    def __init__(self, session: Session, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner
        title = QLabel("工作台", self)
        title.setProperty("role", "title")
        layout = QVBoxLayout(self)
        layout.addWidget(title)
        layout.addStretch(1)
