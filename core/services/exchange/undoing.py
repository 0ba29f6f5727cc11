"""撤销接收: the last file that came in is taken back whole; the content is exactly as before."""

from __future__ import annotations

from core.domain.errors import GreenLadderError, NotAllowedError
from core.services.exchange.log import in_line
from core.services.exchange.model import InboxLine
from core.services.workspace import Workspace


def last(ws: Workspace) -> InboxLine | None:
    """The file that `undo` would take back."""
    file = ws.store.exchange.last_received()
    return None if file is None else in_line(ws, file)


def obstacle(ws: Workspace) -> str:
    """Why the last file cannot be taken back, in a sentence; blank when it can."""
    file = ws.store.exchange.last_received()
    if file is None:
        return "没有可以撤销的接收。"
    try:
        ws.store.exchange.require_undoable(file.id)
    except GreenLadderError as error:
        return str(error)
    return ""


def undo(ws: Workspace) -> InboxLine:
    """Take the last file back.

    Raises:
        NotAllowedError: there is none; something was written or sent since.
    """
    file = ws.store.exchange.last_received()
    if file is None:
        raise NotAllowedError("没有可以撤销的接收。")
    ws.store.exchange.take_back(file.id, actor=ws.actor)
    return in_line(ws, ws.store.exchange.boxes.in_file(file.id))
