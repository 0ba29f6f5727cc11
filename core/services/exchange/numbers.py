"""Which of the other side's files came, and which did not."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.enums import Role
from core.domain.exchange import FileKind, Party
from core.services.exchange import stores
from core.services.workspace import Workspace
from core.store.exchange.boxes import numbers_missing


def received_numbers(ws: Workspace, sender: Party) -> tuple[int, tuple[int, ...]]:
    """The highest number that came from the sender's latest store, and those before it that did not."""
    boxes = ws.store.exchange.boxes
    site = stores.bureau_site(ws) if sender.role is Role.BUREAU else next(reversed(boxes.sites_of(sender)), "")
    numbers = [file.number for file in boxes.received_from(site)]
    return max(numbers, default=0), numbers_missing(numbers)


def missing_words(missing: Sequence[int], kind: FileKind = FileKind.PACKAGE) -> str:
    """`第3包未收到`; several numbers joined; blank when none is missing."""
    if not missing:
        return ""
    shown = "、".join(str(number) for number in missing[:8]) + ("等" if len(missing) > 8 else "")
    return f"第{shown}{kind.counted_as}未收到"
