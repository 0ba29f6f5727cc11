"""换电脑: what a store says whose data went over to another PC (see `core.services.moving`)."""

from __future__ import annotations

from datetime import date
from typing import Final

from core.domain.errors import NotAllowedError
from core.services.workspace import Workspace

#: ISO day on which the data went over.
MOVED: Final = "exchange:moved-on"


def moved_on(ws: Workspace) -> date | None:
    """The day on which this store's data went over to another PC; None while it is in use here."""
    kept = ws.store.get_setting(MOVED)
    return date.fromisoformat(kept) if isinstance(kept, str) else None


def require_here(ws: Workspace) -> None:
    """Refuse to send or to receive on the PC that was left behind.

    Raises:
        NotAllowedError: the data went over to another PC.
    """
    day = moved_on(ws)
    if day is not None:
        raise NotAllowedError(
            f"本机数据已于{day.year}年{day.month}月{day.day}日迁到新电脑，不能再在本机打包或接收，请到新电脑上办理。"
            f"如果没有换成，请先在“文件”菜单选“换电脑”，改为“继续用本机”。"
        )
