"""两地单位: units that produce here and are recommended by another office, as the bureau's last statement tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from core.domain.credit_code import normalise
from core.domain.enums import RecordState
from core.domain.exchange import SharedUnit
from core.services.exchange.receiving import SHARED
from core.services.workspace import Workspace


def shared_units(ws: Workspace) -> tuple[SharedUnit, ...]:
    """Every form of another office's unit that produces here, as the bureau last told; empty before it told any."""
    kept = ws.store.get_setting(SHARED)
    return tuple(_unit(line) for line in kept if isinstance(line, Mapping)) if isinstance(kept, list | tuple) else ()


def hint_for(ws: Workspace, credit_code: str) -> str:
    """What a clerk should know who starts or recommends a form of a unit that another office recommends already.

    Blank where there is nothing to say; it never forbids anything.
    """
    code = normalise(credit_code)
    found = [unit for unit in shared_units(ws) if unit.credit_code == code] if code else []
    if not found:
        return ""
    told = "；".join(
        f"{ws.office_label(u.recommended_by)}，{_title(ws, u.form)}，{u.state.label}，{u.since}" for u in found
    )
    return (
        f"“{found[0].unit_name}”在本地生产，区工信局告知已由别处推荐（{told}）。"
        f"一个单位由一处推荐，请先与对方商定，不要重复推荐。"
    )


def _title(ws: Workspace, form_id: str) -> str:
    form = ws.pack.forms.get(form_id)
    return form.title if form else form_id


def _unit(line: Mapping[str, object]) -> SharedUnit:
    return SharedUnit(
        str(line["unit_name"]), str(line["credit_code"]), str(line["form"]), str(line["recommended_by"]),
        RecordState(str(line["state"])), date.fromisoformat(str(line["since"])),
    )
