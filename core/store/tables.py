"""The tables. Every change here needs a step in `migrations/versions` and in `migrate.SCHEMA_REVISIONS`.

Indexes over some rows say so for SQLite alone: the migrations, which alone make them, say it for PostgreSQL too, whose
dialect would be imported here at every start.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, Final

from sqlalchemy import BigInteger, Date, ForeignKey, Index, Integer, MetaData, String, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeEngine

from core.store.columns import JsonText, PlainText, UtcDateTime

_LIVE_UNIT = "deleted_at IS NULL AND credit_code <> '' AND state NOT IN ('refused', 'removed')"
_LIVE: Final = "deleted_at IS NULL"
_FOUND_BY: Final = ("form", "state", "office", "eligibility", "search_text")
#: By what the list can be sorted, and the columns that this means (`search_text` begins with the pinyin of the name).
LIST_ORDERS: Final = {
    "updated": ("updated_at",),
    "name": ("search_text",),
    "code": ("credit_code",),
    "office": ("office", "search_text"),
    "form": ("form", "search_text"),
    "state": ("state", "search_text"),
    "eligibility": ("eligibility", "search_text"),
}


def _list_index(order: str, *columns: str) -> Index:
    """The index of one order, with all that the list filters and searches by.

    A page is found where it lies, and a count or a search that leaves little reads nothing but this.
    """
    rest = [column for column in _FOUND_BY if column not in columns]
    return Index(f"ix_records_by_{order}", *columns, "id", *rest, sqlite_where=text(_LIVE))


class Base(DeclarativeBase):
    """Names constraints alike on every database, so that later migrations can refer to them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[type, TypeEngine[Any]]] = {  # the base class says Any
        datetime: UtcDateTime(),
        date: Date(),
        str: PlainText(),
    }


class RecordRow(Base):
    """One form of one unit. What the list shows and searches is here; the answers are rows of their own."""

    __tablename__ = "records"
    __table_args__ = (
        Index("uq_records_unit_form", "credit_code", "form", "period", unique=True, sqlite_where=text(_LIVE_UNIT)),
        *(_list_index(order, *columns) for order, columns in LIST_ORDERS.items()),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    form: Mapped[str] = mapped_column(String(40))
    credit_code: Mapped[str]
    unit_name: Mapped[str]
    office: Mapped[str]
    state: Mapped[str] = mapped_column(String(20))
    eligibility: Mapped[str | None] = mapped_column(String(20))
    open_count: Mapped[int] = mapped_column(Integer)
    updated_at: Mapped[datetime]
    is_sample: Mapped[bool]
    deleted_at: Mapped[datetime | None]
    search_text: Mapped[str]
    pack_version: Mapped[str]
    revision: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime]
    verdict_number: Mapped[str | None]
    checked_on: Mapped[date | None]
    # Which of several forms of the same kind: empty, or kind and year of an annual report (`green-factory:2025`).
    period: Mapped[str] = mapped_column(Text, server_default="")
    filed_on: Mapped[date | None]


class AnswerRow(Base):
    """One field's present answer. A blank answer has no row."""

    __tablename__ = "answers"
    # One cluster of pages per record: a form's 170 answers are read together.
    __table_args__ = ({"sqlite_with_rowid": False},)

    record_id: Mapped[str] = mapped_column(ForeignKey("records.id"), primary_key=True)
    field: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[object] = mapped_column(JsonText, nullable=False)


class FieldChangeRow(Base):
    """History: append-only, guarded by triggers, chained by hashes (see `chain`)."""

    __tablename__ = "field_changes"
    __table_args__ = (Index("ix_field_changes_record_id_field", "record_id", "field"),)

    sequence: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    record_id: Mapped[str] = mapped_column(ForeignKey("records.id"))
    field: Mapped[str]
    old: Mapped[object] = mapped_column(JsonText, nullable=True)
    new: Mapped[object] = mapped_column(JsonText, nullable=True)
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]
    source: Mapped[str]
    chain: Mapped[str] = mapped_column(String(64), server_default="")
    # Which store made the change, and under which number there: blank and NULL for this store's own (its first site).
    site: Mapped[str] = mapped_column(String(36), server_default="")
    origin: Mapped[int | None] = mapped_column(BigInteger)


class HistoryHeadRow(Base):
    """The last link of the chain, one row only: shows when the end of the history was cut off.

    Reading it FOR UPDATE also makes writers queue on PostgreSQL, as BEGIN IMMEDIATE does on SQLite.
    """

    __tablename__ = "history_head"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(BigInteger)
    chain: Mapped[str] = mapped_column(String(64))
    # The site under which new changes are numbered; blank until a restore gave this store a new one.
    site: Mapped[str] = mapped_column(String(36), server_default="")


class ExplanationRow(Base):
    """The present explanation of a finding; earlier ones are in the history as `explanation:<rule>`."""

    __tablename__ = "explanations"

    record_id: Mapped[str] = mapped_column(ForeignKey("records.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(Text, primary_key=True)
    text: Mapped[str]
    values_digest: Mapped[str]
    written_by: Mapped[str]
    written_at: Mapped[datetime]


class EvidenceRow(Base):
    """One attached file. Removing it only marks the row: the history still refers to it."""

    __tablename__ = "evidence"
    __table_args__ = (Index("ix_evidence_record_id", "record_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    record_id: Mapped[str] = mapped_column(ForeignKey("records.id"))
    field: Mapped[str]
    file_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str]
    added_by: Mapped[str]
    added_at: Mapped[datetime]
    removed_by: Mapped[str | None]
    removed_at: Mapped[datetime | None]


class RecordEventRow(Base):
    """A step in a record's life: append-only, guarded by triggers."""

    __tablename__ = "record_events"
    __table_args__ = (Index("ix_record_events_record_id", "record_id"),)

    sequence: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    record_id: Mapped[str] = mapped_column(ForeignKey("records.id"))
    kind: Mapped[str]
    happened_at: Mapped[datetime]
    actor: Mapped[str]
    source: Mapped[str]
    verdict_number: Mapped[str | None]
    detail: Mapped[str]


class SettingRow(Base):
    """What this workstation remembers."""

    __tablename__ = "settings"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[object] = mapped_column(JsonText, nullable=False)
