"""Closing a window: decisions take effect, the roster is written and sealed. Works inside one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.library import (
    Decision,
    DecisionKind,
    LeaveGround,
    Membership,
    Roster,
    RosterChange,
    RosterLine,
)
from core.store.columns import to_json
from core.store.history import Author
from core.store.library import decisions, members, rosters, units
from core.store.library_tables import MembershipRow, RosterLineRow, RosterRow, WindowRow
from core.store.mapping import column_text
from core.store.tables import AnswerRow, RecordRow

_ENTERED = "三(二)2"


def close(session: Session, window_id: int, day: date, author: Author) -> Roster:
    """Carry out the window's decisions as of `day` and write its roster."""
    window = session.get(WindowRow, window_id)
    if window is None:
        raise NotFoundError(f"没有编号为{window_id}的更新窗口，请核对编号。")
    before = rosters.newest(session)
    _refuse_wrong_day(window, before, day)
    made = decisions.of_window(session, window_id)
    latest = max((d.decided_on for d in made), default=day)
    if latest > day:
        raise NotAllowedError(f"关闭日期{day}早于本批次最后一次决定的日期{latest}，请核对日期。")
    # A removal goes before a leaving by the unit's own wish: nobody escapes N3 by asking to leave in time.
    for decision in sorted(decisions.last_words(made), key=lambda d: not d.rule):
        _carry_out(session, decision, window_id, day, author)
    roster = _write_roster(session, window, before, day)
    window.closed_on, window.closed_by, window.roster_number = day, author.actor, roster.number
    session.flush()
    return roster


def _refuse_wrong_day(window: WindowRow, before: Roster | None, day: date) -> None:
    if window.closed_on is not None:
        raise NotAllowedError(f"“{window.title}”已于{window.closed_on}关闭，名单不能改动。")
    if day < window.opened_on:
        raise NotAllowedError(f"关闭日期{day}早于打开日期{window.opened_on}，请核对日期。")
    if before is not None and day < before.closed_on:
        raise NotAllowedError(f"关闭日期{day}早于第{before.number}号名单的日期{before.closed_on}，请核对日期。")


def _carry_out(session: Session, decision: Decision, window_id: int, day: date, author: Author) -> None:
    if decision.kind is DecisionKind.ADMIT and decision.record_id is not None:
        record = session.get_one(RecordRow, decision.record_id)
        unit = units.ensure(
            session, unit_name=record.unit_name, credit_code=record.credit_code, office=record.office, author=author
        )
        answer = session.get(AnswerRow, (record.id, "industry_code"))
        members.admit(
            session, unit, kind=record.form, industry_code=column_text(answer.value) if answer else "",
            record_id=record.id, window_id=window_id, day=day,
        )
    elif decision.kind is DecisionKind.REMOVE and decision.membership_id is not None:
        row = session.get_one(MembershipRow, decision.membership_id)
        if row.left_on is None:
            ground = LeaveGround(decision.rule) if decision.rule else LeaveGround.WITHDRAWN
            members.leave(session, row.id, day, ground, decision.reason, author)


def _write_roster(session: Session, window: WindowRow, before: Roster | None, day: date) -> Roster:
    number = before.number + 1 if before else 1
    now = members.members_on(session, day)
    lines = _lines(session, now, before.members if before else ())
    content = {
        "number": number, "title": window.title, "closed_on": day.isoformat(), "pack": window.pack_digest,
        "previous": before.digest if before else "", "lines": [rosters.sealed(line) for line in lines],
    }
    digest = hashlib.sha256(to_json(content, sort_keys=True).encode()).hexdigest()
    if lines:
        session.execute(insert(RosterLineRow), [rosters.values(number, line) for line in lines])
    # The header comes last: from here on the database takes no further line.
    session.execute(
        insert(RosterRow).values(
            number=number, title=window.title, window_id=window.id, closed_on=day, pack_label=window.pack_label,
            count=len(now), digest=digest,
        )
    )
    return Roster(number, window.title, window.id, day, window.pack_label, len(now), digest, tuple(lines))


def _lines(session: Session, now: Sequence[Membership], before: Sequence[RosterLine]) -> list[RosterLine]:
    was = {line.membership_id: line for line in before}
    lines = [_line_of(position, m, was.get(m.id)) for position, m in enumerate(now, start=1)]
    here = {m.id for m in now}
    gone = [line for line in before if line.membership_id not in here]
    ended = {
        row.id: row
        for row in session.scalars(select(MembershipRow).where(MembershipRow.id.in_([g.membership_id for g in gone])))
    }
    for position, line in enumerate(gone, start=len(lines) + 1):
        row = ended[line.membership_id]
        ground = LeaveGround(row.left_ground) if row.left_ground else LeaveGround.WITHDRAWN
        reason = f"{ground.label}：{row.left_reason}" if row.left_reason else ground.label
        lines.append(rosters.placed(line, position, RosterChange.LEFT, reason, ground.clause))
    return lines


def _line_of(position: int, member: Membership, was: RosterLine | None) -> RosterLine:
    line = RosterLine(
        position, member.id, member.unit_id, member.unit_name, member.credit_code, member.kind, member.office,
        member.industry_code, member.tier, member.admitted_on, RosterChange.KEPT,
    )
    if was is None:
        reason = "审核符合培育要求，纳入培育库" if member.window_id is not None else "补录的已入库单位"
        return rosters.placed(line, position, RosterChange.NEW, reason, _ENTERED)
    changes = line.changes_since(was)
    return rosters.placed(line, position, RosterChange.CHANGED, "；".join(changes), _ENTERED) if changes else line
