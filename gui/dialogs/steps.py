"""What the steps of every page share: refusals are told as they come, every change is announced."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import QWidget

from core.domain.errors import GreenLadderError
from core.services.workspace import Workspace
from gui.dialogs.messages import warn
from gui.session import Session

T = TypeVar("T")


class Steps:
    """Each method of a page's own steps is one thing that a clerk asks for, from the question to the result."""

    def __init__(self, parent: QWidget, session: Session) -> None:
        self._parent = parent
        self._session = session

    @property
    def _ws(self) -> Workspace:
        return self._session.workspace

    def _done(self, outcome: object) -> bool:
        """Tell every page when something was done: None and False say that nothing was."""
        if outcome is None or outcome is False:
            return False
        self._session.announce_library()
        return True

    def _try(self, work: Callable[[], T], title: str) -> T | None:
        """The work's result; None, with its sentence told, where it was refused."""
        try:
            return work()
        except GreenLadderError as error:
            warn(self._parent, title, str(error))
            return None
