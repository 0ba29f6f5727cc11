"""Refusals of commands that are another party's: the right reason, and the command that helps instead."""

from __future__ import annotations

from typing import Final

from core.domain.enums import Role
from core.domain.errors import NotAllowedError
from core.services.workspace import Workspace

_SIT_DOWN: Final = (
    "请先登记：区工信局用 station bureau --clerk 姓名，街镇、园区用 station office 代码或全称 --clerk 姓名。"
)


def require_somebody(ws: Workspace, what: str) -> None:
    """Refuse what goes out, or comes in, in somebody's name while nobody has said whose workstation this is.

    Raises:
        NotAllowedError: nobody has.
    """
    if ws.station is None or (ws.station.role is Role.OFFICE and not ws.station.office):
        raise NotAllowedError(f"还没有登记本机由谁使用，不能{what}。{_SIT_DOWN}")


def require_bureau_here(ws: Workspace, what: str, instead: str) -> None:
    """Refuse what only the bureau does; `instead` is a sentence on what an office does.

    Raises:
        NotAllowedError: an office, or nobody, sits here.
    """
    require_somebody(ws, what)
    if ws.station is not None and ws.station.role is Role.OFFICE:
        raise NotAllowedError(
            f"本机使用人是“{ws.office_label(ws.station.office)}”，{what}由{ws.pack.bureau_short_name}办理。{instead}"
        )


def require_office_here(ws: Workspace, what: str, instead: str) -> None:
    """Refuse what only an office does; `instead` is a sentence on what the bureau does.

    Raises:
        NotAllowedError: the bureau, or nobody, sits here.
    """
    require_somebody(ws, what)
    if ws.station is not None and ws.station.role is Role.BUREAU:
        raise NotAllowedError(f"本机归区工信局使用，不用{what}；{instead}")
