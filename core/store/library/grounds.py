"""Falsifications and accidents, and what follows from them for members."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.calendar import format_chinese
from core.domain.errors import NotAllowedError
from core.domain.library import Decision, DecisionKind, LeaveGround, Membership, RemovalGround
from core.store.history import Author
from core.store.library import decisions, members, review, units, windows
from core.store.library.decisions import NewDecision
from core.store.library.part import Part
from core.store.library_tables import GroundRow
from core.store.mapping import column_text

_SOURCE = "移出"
_MAX_TEXT = 2000


class Grounds(Part):
    """Falsifications and accidents, and what follows from them for members."""

    def add(self, ground: RemovalGround, *, actor: str) -> RemovalGround:
        """Record a ground; what follows from it is decided elsewhere. The same one twice is refused."""
        with self._database.write() as session:
            units.live(session, ground.unit_id)
            return _insert(session, ground, self._author(actor, _SOURCE))

    def all(self, rule: str | None = None) -> tuple[RemovalGround, ...]:
        """Every ground (of one rule), oldest first."""
        query = select(GroundRow).order_by(GroundRow.recorded_at, GroundRow.id)
        if rule is not None:
            query = query.where(GroundRow.rule == rule)
        with self._database.read() as session:
            return tuple(_ground_of(row) for row in session.scalars(query))

    def remove_at_once(
        self, ground: RemovalGround, *, day: date, reason: str, verdict: str, actor: str
    ) -> tuple[Membership, ...]:
        """R3: record the accident and take the unit off every list the same day, outside any window (三(四)2(3))."""
        with self._database.write() as session:
            author = self._author(actor, _SOURCE)
            _insert(session, ground, author)
            unit = units.live(session, ground.unit_id)
            leaving = [m for m in members.of_units(session, (unit.id,)) if m.is_active]
            for membership in leaving:
                members.leave(session, membership.id, day, LeaveGround.R3, reason, author)
                decisions.append(
                    session,
                    NewDecision(
                        DecisionKind.REMOVE, day, membership_id=membership.id, subject=f"R3:{ground.id}", rule="R3",
                        clause=LeaveGround.R3.clause, reason=reason, verdict_number=verdict or None, as_of=day,
                    ),
                    author,
                )
            _revoke_pending(session, unit.id, day, reason, author)
            return tuple(members.membership_of(session, m.id) for m in leaving)

    def decide(self, new: NewDecision, *, actor: str, after: int | None = None) -> Decision:
        """Remove or keep a member at the window, or take that back; refused once the member has left.

        `after` is the number of the decision on the same matter that the caller saw (0: none); None asks nothing.
        """
        with self._database.write() as session:
            membership = members.membership_of(session, new.membership_id or "")
            if not membership.is_active:
                raise NotAllowedError(f"“{membership.unit_name}”已于{membership.left_on}离开培育库，不用再办。")
            running = windows.open_row(session)
            if running is None or running.id != new.window_id:
                raise NotAllowedError("没有打开的更新窗口，移出、保留要在动态更新时办理（三(四)2）。")
            _refuse_overtaken(session, new, membership.unit_name, after)
            return decisions.append(session, new, self._author(actor, _SOURCE))

    def decisions(self, membership_ids: Iterable[str] | None = None) -> tuple[Decision, ...]:
        """Every decision about members (all, or these), oldest first."""
        with self._database.read() as session:
            return decisions.of_members(session, membership_ids)


def _refuse_overtaken(session: Session, new: NewDecision, name: str, after: int | None) -> None:
    """Two reviewers on one matter: the later one is told what the other decided."""
    made = decisions.of_members(session, (new.membership_id or "",))
    last = next((d for d in decisions.last_words(made) if d.subject == new.subject), None)
    if after is not None and last is not None and last.sequence != after:
        raise NotAllowedError(
            f"“{name}”的这一情形刚由{last.decided_by}决定“{last.kind.label}”（{format_chinese(last.decided_on)}），"
            f"您的决定没有保存。请刷新后再看。"
        )


def _refuse_twice(session: Session, ground: RemovalGround) -> None:
    """The same matter in the same words: a second line would ask for a second decision about one event."""
    query = select(GroundRow).where(
        GroundRow.rule == ground.rule, GroundRow.unit_id == ground.unit_id, GroundRow.kind == ground.kind,
        GroundRow.happened_on == ground.happened_on, GroundRow.detail == column_text(ground.detail, limit=_MAX_TEXT),
    )
    for row in session.scalars(query.order_by(GroundRow.recorded_at)):
        same = (row.membership_id, row.level, row.deaths, row.injuries, row.loss_wan, row.evacuated)
        if same == (
            ground.membership_id, ground.level, ground.deaths, ground.injuries, ground.loss_wan, ground.evacuated
        ):
            what = "这起事故" if ground.rule == "R3" else "这一造假情形"
            name = units.live(session, ground.unit_id).unit_name
            raise NotAllowedError(
                f"“{name}”{ground.happened_on}的{what}已于{row.recorded_at.astimezone().date()}登记过，不用重复登记。"
            )


def _insert(session: Session, ground: RemovalGround, author: Author) -> RemovalGround:
    _refuse_twice(session, ground)
    row = GroundRow(
        id=ground.id, unit_id=ground.unit_id, membership_id=ground.membership_id, rule=ground.rule, kind=ground.kind,
        happened_on=ground.happened_on, level=ground.level, deaths=ground.deaths, injuries=ground.injuries,
        loss_wan=ground.loss_wan, evacuated=ground.evacuated, detail=column_text(ground.detail, limit=_MAX_TEXT),
        source=column_text(ground.source, limit=_MAX_TEXT), recorded_by=author.actor, recorded_at=author.at,
    )
    session.add(row)
    session.flush()
    return _ground_of(row)


def _revoke_pending(session: Session, unit_id: str, day: date, reason: str, author: Author) -> None:
    """A unit that is removed at once cannot enter with the window that is open."""
    running = windows.open_row(session)
    if running is None:
        return
    for row in review.pending_admissions(session, running.id):
        unit = units.find_by_code(session, row.credit_code)
        last = next(iter(decisions.last_words(decisions.of_record(session, row.id))), None)
        if unit is not None and unit.id == unit_id and last is not None:
            review.take_back(session, last, row, day, author, reason)


def _ground_of(row: GroundRow) -> RemovalGround:
    return RemovalGround(
        row.id, row.unit_id, row.membership_id, row.rule, row.kind, row.happened_on, row.level, row.deaths,
        row.injuries, row.loss_wan, row.evacuated, row.detail, row.source, row.recorded_by, row.recorded_at,
    )
