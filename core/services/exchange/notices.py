"""通知: what the bureau announced last, kept for the office's clerk to read again."""

from __future__ import annotations

from datetime import date

from core.domain.exchange import NoticeWords
from core.services.exchange.receiving import NOTICE
from core.services.workspace import Workspace


def last_notice(ws: Workspace) -> NoticeWords | None:
    """The words of the last notice that was received here; None before the first."""
    kept = ws.store.get_setting(NOTICE)
    if not isinstance(kept, list | tuple) or len(kept) != 3:
        return None
    title, deadline, text = kept
    return NoticeWords(str(title), date.fromisoformat(str(deadline)) if deadline else None, str(text))
