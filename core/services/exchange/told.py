"""What each office was told last, so that the bureau sees to whom it owes a receipt: also after a window was closed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple
from typing import Final

from core.domain.enums import RecordState
from core.services.workspace import Workspace

_TOLD: Final = "exchange:told:"


def note(ws: Workspace, office: str) -> None:
    """Remember that a file with all that there is went out to the office."""
    ws.store.set_setting(_TOLD + office, _digest(ws, office))


def has_news(ws: Workspace, office: str) -> bool:
    """True when a form of the office, or its part of the library, is no longer as it was told last."""
    return ws.store.get_setting(_TOLD + office) != _digest(ws, office)


def _digest(ws: Workspace, office: str) -> str:
    ids = [i for i in ws.store.exchange.ids(offices=(office,)) if ws.store.get(i).state is not RecordState.DRAFT]
    forms = {record_id: dict(vector) for record_id, vector in ws.store.exchange.vectors(ids).items()}
    members = [[str(part) for part in astuple(m)] for m in ws.store.exchange.library_lines((office,))]
    return hashlib.sha256(json.dumps([forms, members], sort_keys=True).encode()).hexdigest()
