"""The tables of the cultivation library. Every change here needs a migration, as in `tables`."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Boolean, Float, ForeignKey, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from core.store.columns import JsonText
from core.store.tables import Base

_SEQUENCE = BigInteger().with_variant(Integer, "sqlite")
_ACTIVE = "left_on IS NULL"


class UnitRow(Base):
    """An enterprise or park that is or was in the library; its id outlives name, code and office."""

    __tablename__ = "units"
    __table_args__ = (Index("ix_units_credit_code", "credit_code"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    credit_code: Mapped[str]
    unit_name: Mapped[str]
    office: Mapped[str]
    search_text: Mapped[str]
    created_at: Mapped[datetime]


class UnitChangeRow(Base):
    """Renamed, moved, merged, new code: append-only."""

    __tablename__ = "unit_changes"
    __table_args__ = (Index("ix_unit_changes_unit_id", "unit_id"), Index("ix_unit_changes_before", "before"))

    sequence: Mapped[int] = mapped_column(_SEQUENCE, primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"))
    kind: Mapped[str] = mapped_column(String(20))
    happened_on: Mapped[date]
    before: Mapped[str]
    after: Mapped[str]
    note: Mapped[str]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]


class PackRow(Base):
    """A policy pack as it was when a window used it: a zip of its data files."""

    __tablename__ = "packs"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    label: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime]


class WindowRow(Base):
    """An update window or extra batch; once closed it never changes (trigger)."""

    __tablename__ = "windows"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    title: Mapped[str]
    year: Mapped[int] = mapped_column(Integer)
    month: Mapped[int | None] = mapped_column(Integer)
    batch: Mapped[int | None] = mapped_column(Integer)
    opened_on: Mapped[date]
    opened_by: Mapped[str]
    pack_digest: Mapped[str] = mapped_column(ForeignKey("packs.digest"))
    pack_label: Mapped[str]
    note: Mapped[str]
    closed_on: Mapped[date | None]
    closed_by: Mapped[str]
    roster_number: Mapped[int | None] = mapped_column(Integer)


class MembershipRow(Base):
    """A unit in the library in one kind."""

    __tablename__ = "memberships"
    __table_args__ = (
        Index("uq_memberships_unit_kind", "unit_id", "kind", unique=True, sqlite_where=text(_ACTIVE)),
        Index("ix_memberships_left_on", "left_on", "kind"),
        Index("ix_memberships_record_id", "record_id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"))
    kind: Mapped[str] = mapped_column(String(40))
    industry_code: Mapped[str]
    record_id: Mapped[str | None] = mapped_column(ForeignKey("records.id"))
    admitted_on: Mapped[date]
    window_id: Mapped[int | None] = mapped_column(ForeignKey("windows.id"))
    tier: Mapped[str] = mapped_column(String(20))
    left_on: Mapped[date | None]
    left_ground: Mapped[str | None] = mapped_column(String(20))
    left_reason: Mapped[str]


class DecisionRow(Base):
    """What the bureau decided: append-only."""

    __tablename__ = "decisions"
    __table_args__ = (
        Index("ix_decisions_window_id", "window_id"),
        Index("ix_decisions_record_id", "record_id"),
        Index("ix_decisions_membership_id", "membership_id"),
    )

    sequence: Mapped[int] = mapped_column(_SEQUENCE, primary_key=True)
    window_id: Mapped[int | None] = mapped_column(ForeignKey("windows.id"))
    kind: Mapped[str] = mapped_column(String(20))
    record_id: Mapped[str | None] = mapped_column(ForeignKey("records.id"))
    membership_id: Mapped[str | None] = mapped_column(ForeignKey("memberships.id"))
    subject: Mapped[str]
    rule: Mapped[str]
    clause: Mapped[str]
    reason: Mapped[str]
    verdict_number: Mapped[str | None]
    as_of: Mapped[date | None]
    pack_digest: Mapped[str] = mapped_column(String(64))
    answers: Mapped[object] = mapped_column(JsonText, nullable=True)
    decided_on: Mapped[date]
    decided_by: Mapped[str]
    recorded_at: Mapped[datetime]


class RemarkRow(Base):
    """审核意见 on a field."""

    __tablename__ = "remarks"
    __table_args__ = (Index("ix_remarks_record_id", "record_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    record_id: Mapped[str] = mapped_column(ForeignKey("records.id"))
    field: Mapped[str]
    text: Mapped[str]
    written_by: Mapped[str]
    written_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class ConfirmationRow(Base):
    """The bureau's present finding on N3–N5 of a record; earlier ones are in the history as `confirmation:<rule>`."""

    __tablename__ = "confirmations"

    record_id: Mapped[str] = mapped_column(ForeignKey("records.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(Text, primary_key=True)
    is_clear: Mapped[bool] = mapped_column(Boolean)
    basis: Mapped[str]
    confirmed_by: Mapped[str]
    confirmed_at: Mapped[datetime]


class RosterRow(Base):
    """名单: append-only. Its row is written after its lines and seals them: no line can join it later (trigger)."""

    __tablename__ = "rosters"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    title: Mapped[str]
    window_id: Mapped[int] = mapped_column(ForeignKey("windows.id"))
    closed_on: Mapped[date]
    pack_label: Mapped[str]
    count: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))


class RosterLineRow(Base):
    """One unit on a roster: append-only."""

    __tablename__ = "roster_lines"
    __table_args__ = ({"sqlite_with_rowid": False},)

    roster_number: Mapped[int] = mapped_column(
        ForeignKey("rosters.number", deferrable=True, initially="DEFERRED"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    membership_id: Mapped[str] = mapped_column(ForeignKey("memberships.id"))
    unit_id: Mapped[str]
    unit_name: Mapped[str]
    credit_code: Mapped[str]
    kind: Mapped[str] = mapped_column(String(40))
    office: Mapped[str]
    industry_code: Mapped[str]
    tier: Mapped[str] = mapped_column(String(20))
    admitted_on: Mapped[date]
    change: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str]
    clause: Mapped[str]


class GroundRow(Base):
    """A falsification or an accident: append-only."""

    __tablename__ = "removal_grounds"
    __table_args__ = (Index("ix_removal_grounds_unit_id", "unit_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"))
    membership_id: Mapped[str | None] = mapped_column(ForeignKey("memberships.id"))
    rule: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(20))
    happened_on: Mapped[date]
    level: Mapped[str] = mapped_column(String(20))
    deaths: Mapped[int | None] = mapped_column(Integer)
    injuries: Mapped[int | None] = mapped_column(Integer)
    loss_wan: Mapped[float | None] = mapped_column(Float)
    evacuated: Mapped[int | None] = mapped_column(Integer)
    detail: Mapped[str]
    source: Mapped[str]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]


class EvaluationRow(Base):
    """第三方评价. Taking one back only marks it."""

    __tablename__ = "evaluations"
    __table_args__ = (Index("ix_evaluations_membership_id", "membership_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    membership_id: Mapped[str] = mapped_column(ForeignKey("memberships.id"))
    body_name: Mapped[str]
    body_code: Mapped[str]
    body_representative: Mapped[str]
    standard: Mapped[str]
    standard_title: Mapped[str]
    evaluated_on: Mapped[date]
    meets: Mapped[bool] = mapped_column(Boolean)
    score: Mapped[float | None] = mapped_column(Float)
    report: Mapped[str]
    report_sha256: Mapped[str]
    note: Mapped[str]
    added_by: Mapped[str]
    added_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class TierCallRow(Base):
    """申报通知 of city or nation."""

    __tablename__ = "tier_calls"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    tier: Mapped[str] = mapped_column(String(20))
    year: Mapped[int] = mapped_column(Integer)
    title: Mapped[str]
    issued_on: Mapped[date]
    deadline: Mapped[date]
    quota: Mapped[int | None] = mapped_column(Integer)
    documents: Mapped[object] = mapped_column(JsonText, nullable=False)


class TierStepRow(Base):
    """A step of a member towards a tier: append-only."""

    __tablename__ = "tier_steps"
    __table_args__ = (Index("ix_tier_steps_membership_id", "membership_id"),)

    sequence: Mapped[int] = mapped_column(_SEQUENCE, primary_key=True)
    membership_id: Mapped[str] = mapped_column(ForeignKey("memberships.id"))
    tier: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))
    call_id: Mapped[str | None] = mapped_column(ForeignKey("tier_calls.id"))
    happened_on: Mapped[date]
    document: Mapped[str]
    reason: Mapped[str]
    clause: Mapped[str]
    trace: Mapped[object] = mapped_column(JsonText, nullable=False)
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]


class ChecklistRow(Base):
    """A document of a call that a member has brought."""

    __tablename__ = "checklist"

    call_id: Mapped[str] = mapped_column(ForeignKey("tier_calls.id"), primary_key=True)
    membership_id: Mapped[str] = mapped_column(ForeignKey("memberships.id"), primary_key=True)
    document: Mapped[str] = mapped_column(Text, primary_key=True)
    done_on: Mapped[date | None]
    note: Mapped[str]


class ProspectRow(Base):
    """培育对象（意向）."""

    __tablename__ = "prospects"
    __table_args__ = (Index("ix_prospects_state", "state", "office"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    unit_name: Mapped[str]
    credit_code: Mapped[str]
    kind: Mapped[str] = mapped_column(String(40))
    office: Mapped[str]
    potential: Mapped[str]
    reason: Mapped[str]
    contact_name: Mapped[str]
    contact_phone: Mapped[str]
    next_step: Mapped[str]
    next_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(20))
    record_id: Mapped[str | None] = mapped_column(ForeignKey("records.id"))
    search_text: Mapped[str]
    updated_at: Mapped[datetime]


class ProspectNoteRow(Base):
    """An entry of a prospect's log: append-only."""

    __tablename__ = "prospect_notes"
    __table_args__ = (Index("ix_prospect_notes_prospect_id", "prospect_id"),)

    sequence: Mapped[int] = mapped_column(_SEQUENCE, primary_key=True)
    prospect_id: Mapped[str] = mapped_column(ForeignKey("prospects.id"))
    kind: Mapped[str] = mapped_column(String(20))
    happened_on: Mapped[date]
    text: Mapped[str]
    written_by: Mapped[str]
    written_at: Mapped[datetime]


class UnitLinkRow(Base):
    """A library unit that belongs to a park or supplies a chain leader."""

    __tablename__ = "unit_links"
    __table_args__ = (Index("ix_unit_links_parent_id", "parent_id"), Index("ix_unit_links_child_id", "child_id"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    parent_id: Mapped[str] = mapped_column(ForeignKey("units.id"))
    child_id: Mapped[str] = mapped_column(ForeignKey("units.id"))
    since: Mapped[date]
    until: Mapped[date | None]
