"""What the page says of a prospect: its line in the list and all that is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from core.domain.prospects import Prospect, ProspectNote, ProspectState
from core.services.library.members import kind_label
from core.services.workspace import Workspace
from gui.models.rows_model import Cell, Row
from gui.widgets.detail_panel import Line, Section
from gui.widgets.list_table import Column

SOON_DAYS: Final = 7
_STATE_TONES: Final = {ProspectState.OPEN: "", ProspectState.FORMED: "good", ProspectState.DROPPED: "plain"}


def columns(*, with_office: bool) -> tuple[Column, ...]:
    """The columns; an office needs none for itself."""
    office = (Column("街镇园区", 112, hide_below=660),) if with_office else ()
    return (
        Column("单位名称", stretches=True), Column("类别", 136, hide_below=820), *office,
        Column("下一步", 176, hide_below=440), Column("期限", 104), Column("状态", 84, hide_below=540),
    )


def row_of(ws: Workspace, prospect: Prospect, *, with_office: bool) -> Row:
    """One line of the list."""
    office = (ws.office_label(prospect.office),) if with_office else ()
    return (
        Cell(prospect.unit_name, tip="\n".join(filter(None, (prospect.unit_name, prospect.credit_code)))),
        kind_label(ws, prospect.kind), *office, prospect.next_step, due_cell(prospect, ws.clock.today()),
        Cell(prospect.state.label, _STATE_TONES[prospect.state]),
    )


def is_overdue(prospect: Prospect, today: date) -> bool:
    """True when the next step should have been taken already."""
    return prospect.state is ProspectState.OPEN and prospect.next_on is not None and prospect.next_on < today


def due_cell(prospect: Prospect, today: date) -> Cell:
    """The day of the next step; how late it is, or how near, where that matters."""
    day = prospect.next_on
    if day is None or prospect.state is not ProspectState.OPEN:
        return Cell("" if day is None else day.isoformat(), order="" if day is None else day.isoformat())
    days, order = (day - today).days, day.isoformat()
    if days < 0:
        return Cell(f"逾期{-days}天", "bad", order, f"应于{day}办理")
    if days == 0:
        return Cell("今天", "wait", order, day.isoformat())
    return Cell(f"还有{days}天", "wait", order, day.isoformat()) if days <= SOON_DAYS else Cell(day.isoformat())


def sections(ws: Workspace, prospect: Prospect, log: Sequence[ProspectNote]) -> list[Section]:
    """Everything that the page knows of a prospect."""
    contact = "　".join(part for part in (prospect.contact_name, prospect.contact_phone) if part)
    due = due_cell(prospect, ws.clock.today())
    when = "" if prospect.next_on is None else prospect.next_on.isoformat()
    late = f"（{due.text}）" if due.tone else ""
    facts = [
        Line(f"{kind_label(ws, prospect.kind)}（{prospect.state.label}）", "培育方向"),
        Line(prospect.credit_code or "还没有填", "信用代码", "" if prospect.credit_code else "note"),
        Line(ws.office_label(prospect.office) or "还没有填", "街镇园区"), Line(contact or "还没有填", "联系人"),
    ]
    step = [Line(f"{prospect.next_step or '还没有定'}", "做什么")]
    if when:
        step.append(Line(f"{when}{late}", "期限", due.tone))
    why = [Line(text, label) for label, text in (("潜力", prospect.potential), ("理由", prospect.reason)) if text]
    notes = [Line(f"{each.kind.label}：{each.text}\n{each.written_by}", each.happened_on.isoformat()) for each in log]
    return [
        Section("", facts), Section("下一步", step if prospect.state is ProspectState.OPEN else []),
        Section("为什么培育", why),
        Section("培育记录", notes or [Line("还没有记录。辅导、宣贯、走访之后按“记一笔”。", tone="note")]),
    ]
