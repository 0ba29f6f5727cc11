"""Units with potential and their log."""

from __future__ import annotations

from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.domain.calendar import format_moment
from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.prospects import GuidanceKind, Prospect, ProspectFacts, ProspectNote, ProspectState
from core.domain.records import Record
from core.domain.values import Answers
from core.store import records
from core.store.history import Author
from core.store.library.part import Part
from core.store.library_tables import ProspectNoteRow, ProspectRow
from core.store.mapping import column_text
from core.store.records import MAX_OFFICE
from core.store.search import search_terms, search_text
from core.store.tables import RecordRow

_MAX_TEXT = 2000


class Prospects(Part):
    """Units with potential and their log."""

    def add(self, facts: ProspectFacts, *, actor: str) -> Prospect:
        """A new prospect."""
        with self._database.write() as session:
            row = ProspectRow(id=str(uuid4()), state=ProspectState.OPEN.value)
            _fill(row, facts, self._author(actor, "培育对象"))
            session.add(row)
            session.flush()
            return _prospect_of(row)

    def edit(
        self, prospect_id: str, facts: ProspectFacts, *, actor: str, expected: datetime | None = None
    ) -> Prospect:
        """Other facts of a prospect; refused if it was changed after `expected`, for its facts have no history."""
        with self._database.write() as session:
            row = session.get(ProspectRow, prospect_id, with_for_update=True) or _row(session, prospect_id)
            if expected is not None and row.updated_at != expected:
                raise NotAllowedError(
                    f"“{row.unit_name}”刚在另一处改过（{format_moment(row.updated_at)}），您填的没有保存。"
                    f"请先复制您填的内容，刷新后看过再改。"
                )
            _fill(row, facts, self._author(actor, "培育对象"))
            return _prospect_of(row)

    def set_state(
        self, prospect_id: str, state: ProspectState, *, record_id: str | None, text: str, day: date, actor: str
    ) -> Prospect:
        """Move a prospect on, with a line in its log."""
        with self._database.write() as session:
            row, author = _row(session, prospect_id), self._author(actor, "培育对象")
            row.state, row.record_id, row.updated_at = state.value, record_id, author.at
            _append(session, prospect_id, GuidanceKind.OTHER, text, day, author)
            return _prospect_of(row)

    def become_form(
        self, prospect_id: str, answers: Answers, *, pack_version: str, period: str, day: date, actor: str
    ) -> Record:
        """A draft with these answers for a prospect that is guided, and the line in its log: both or neither.

        Raises:
            NotAllowedError: it is a form already or was dropped; the unit has such a form.
        """
        with self._database.write() as session:
            row, author = _row(session, prospect_id), self._author(actor, "培育对象")
            if row.state != ProspectState.OPEN.value:
                state = ProspectState(row.state).label
                raise NotAllowedError(f"“{row.unit_name}”{state}，不能转为填报表，请刷新后再看。")
            draft = RecordRow(
                form=row.kind, office=column_text(answers.get("office") or "", limit=MAX_OFFICE),
                pack_version=pack_version, is_sample=False, period=period,
            )
            record = records.create(session, draft, answers, author)
            row.state, row.record_id, row.updated_at = ProspectState.FORMED.value, record.id, author.at
            _append(session, prospect_id, GuidanceKind.OTHER, "转为填报表", day, author)
            return record

    def get(self, prospect_id: str) -> Prospect:
        """One prospect.

        Raises:
            NotFoundError: there is none with that id.
        """
        with self._database.read() as session:
            return _prospect_of(_row(session, prospect_id))

    def list(
        self, *, state: ProspectState | None = None, office: str | None = None, query: str = ""
    ) -> tuple[Prospect, ...]:
        """Prospects, the one whose next step is due first; those without a day last."""
        wanted = [ProspectRow.search_text.contains(term, autoescape=True) for term in search_terms(query)]
        if state is not None:
            wanted.append(ProspectRow.state == state.value)
        if office is not None:
            wanted.append(ProspectRow.office == office)
        with self._database.read() as session:
            rows = session.scalars(select(ProspectRow).where(*wanted)).all()
        ordered = sorted(rows, key=lambda r: (r.next_on or date.max, r.search_text, r.id))
        return tuple(_prospect_of(row) for row in ordered)

    def note(self, prospect_id: str, kind: GuidanceKind, text: str, *, day: date, actor: str) -> ProspectNote:
        """Add a line to the log."""
        with self._database.write() as session:
            row, author = _row(session, prospect_id), self._author(actor, "培育对象")
            row.updated_at = author.at
            return _append(session, prospect_id, kind, text, day, author)

    def log(self, prospect_id: str) -> tuple[ProspectNote, ...]:
        """The log, newest first."""
        query = select(ProspectNoteRow).where(ProspectNoteRow.prospect_id == prospect_id)
        order = (ProspectNoteRow.happened_on.desc(), ProspectNoteRow.sequence.desc())
        with self._database.read() as session:
            return tuple(_note_of(row) for row in session.scalars(query.order_by(*order)))


def give_back(session: Session, record_id: str, day: date, author: Author) -> None:
    """The form that a prospect became was deleted: it is guided again, with a line in its log."""
    for row in session.scalars(select(ProspectRow).where(ProspectRow.record_id == record_id)):
        row.state, row.record_id, row.updated_at = ProspectState.OPEN.value, None, author.at
        _append(session, row.id, GuidanceKind.OTHER, "填报表已删除，恢复跟进", day, author)


def _row(session: Session, prospect_id: str) -> ProspectRow:
    row = session.get(ProspectRow, prospect_id)
    if row is None:
        raise NotFoundError(f"没有编号为“{prospect_id}”的培育对象。请刷新后再选。")
    return row


def _fill(row: ProspectRow, facts: ProspectFacts, author: Author) -> None:
    row.unit_name, row.credit_code, row.kind = column_text(facts.unit_name), column_text(facts.credit_code), facts.kind
    row.office = column_text(facts.office, limit=MAX_OFFICE)
    row.potential = column_text(facts.potential, limit=_MAX_TEXT)
    row.reason = column_text(facts.reason, limit=_MAX_TEXT)
    row.contact_name, row.contact_phone = column_text(facts.contact_name), column_text(facts.contact_phone)
    row.next_step, row.next_on = column_text(facts.next_step, limit=_MAX_TEXT), facts.next_on
    row.search_text = search_text(row.unit_name, row.credit_code)
    row.updated_at = author.at


def _append(
    session: Session, prospect_id: str, kind: GuidanceKind, text: str, day: date, author: Author
) -> ProspectNote:
    sequence = session.execute(
        insert(ProspectNoteRow)
        .values(
            prospect_id=prospect_id, kind=kind.value, happened_on=day, text=column_text(text, limit=_MAX_TEXT),
            written_by=author.actor, written_at=author.at,
        )
        .returning(ProspectNoteRow.sequence)
    ).scalar_one()
    return _note_of(session.get_one(ProspectNoteRow, sequence))


def _prospect_of(row: ProspectRow) -> Prospect:
    return Prospect(
        row.id, row.unit_name, row.credit_code, row.kind, row.office, row.potential, row.reason, row.contact_name,
        row.contact_phone, row.next_step, row.next_on, ProspectState(row.state), row.record_id, row.updated_at,
    )


def _note_of(row: ProspectNoteRow) -> ProspectNote:
    return ProspectNote(
        row.sequence, row.prospect_id, GuidanceKind(row.kind), row.happened_on, row.text, row.written_by,
        row.written_at,
    )
