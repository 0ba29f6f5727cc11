"""Who may do what in the library, and on which day."""

from __future__ import annotations

from datetime import date

from core.domain.enums import Role
from core.domain.errors import NotAllowedError, NotFoundError
from core.services.workspace import Workspace


def require_bureau(ws: Workspace) -> None:
    """Refuse what belongs to the bureau on a workstation of an office.

    Raises:
        NotAllowedError: a street, town or park sits here.
    """
    if ws.station is not None and ws.station.role is Role.OFFICE:
        raise NotAllowedError(
            f"本机使用人是“{ws.office_label(ws.station.office)}”，培育库由{ws.pack.bureau_short_name}管理（三(二)2）。"
            f"如果本机归区工信局使用，请在“本机使用人”中改选。"
        )


def office_of(ws: Workspace, given: str) -> str:
    """The code of an office that was given by code or by name; blank stays blank.

    Raises:
        NotFoundError: the pack's list has no such office.
    """
    wanted, offices = given.strip(), ws.pack.lists.get("office")
    if not wanted or offices is None or wanted in offices.by_name:
        return wanted
    if wanted not in offices.by_label:
        raise NotFoundError(f"街镇、园区清单中没有“{wanted}”，请写它的代码或全称。")
    return offices.by_label[wanted].name


def day_of(ws: Workspace, on: date | None) -> date:
    """The day of a step: today unless another one is given.

    Raises:
        NotAllowedError: the day is in the future.
    """
    today = ws.clock.today()
    if on is not None and on > today:
        raise NotAllowedError(f"日期{on}还没有到（今天是{today}），请核对日期。")
    return on or today
