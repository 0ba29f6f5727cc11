"""The tables of the exchange of files. Every change here needs a migration, as in `tables`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.store.columns import JsonText
from core.store.tables import Base


class FieldHeadRow(Base):
    """A present change of a field, kept only where it is not simply the field's last history row (see `versions`)."""

    __tablename__ = "field_heads"
    __table_args__ = ({"sqlite_with_rowid": False},)

    record_id: Mapped[str] = mapped_column(ForeignKey("records.id"), primary_key=True)
    field: Mapped[str] = mapped_column(Text, primary_key=True)
    site: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    is_shown: Mapped[bool] = mapped_column(Boolean)


class PeerRow(Base):
    """An enrolled workstation: the key by which its files are known. A rotated key keeps its row and gets a new one."""

    __tablename__ = "peers"
    __table_args__ = (Index("uq_peers_key", "key", unique=True),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    role: Mapped[str] = mapped_column(String(20))
    office: Mapped[str]
    key: Mapped[str] = mapped_column(String(64))
    name: Mapped[str]
    enrolled_at: Mapped[datetime]
    enrolled_by: Mapped[str]
    retired_at: Mapped[datetime | None]


class PeerMarkRow(Base):
    """What a store of the other side is known to have of a record: a vector."""

    __tablename__ = "peer_marks"
    __table_args__ = ({"sqlite_with_rowid": False},)

    site: Mapped[str] = mapped_column(String(36), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    vector: Mapped[object] = mapped_column(JsonText, nullable=False)


class InboxRow(Base):
    """A file that came in: its fate, and how to take it back. The log outlives an `undo`."""

    __tablename__ = "inbox"
    __table_args__ = (Index("ix_inbox_site_number", "site", "number"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    received_at: Mapped[datetime]
    received_by: Mapped[str]
    file_name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(20))
    site: Mapped[str] = mapped_column(String(36))
    role: Mapped[str] = mapped_column(String(20))
    office: Mapped[str]
    sender_name: Mapped[str]
    number: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))
    check_code: Mapped[str]
    sentence: Mapped[str]
    report: Mapped[object] = mapped_column(JsonText, nullable=False)
    # How many records had which outcome: the lists show it without reading the report.
    counts: Mapped[object] = mapped_column(JsonText, nullable=False)
    # The last outbox id then: what went out afterwards may tell of this file.
    sent_before: Mapped[int] = mapped_column(Integer)
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str]


class UndoRow(Base):
    """What takes an inbox file back: statements in order, and the digest of all that they must meet unchanged."""

    __tablename__ = "undo"

    inbox_id: Mapped[int] = mapped_column(ForeignKey("inbox.id"), primary_key=True, autoincrement=False)
    statements: Mapped[object] = mapped_column(JsonText, nullable=False)
    touched: Mapped[object] = mapped_column(JsonText, nullable=False)
    digest: Mapped[str] = mapped_column(String(64))


class OutboxRow(Base):
    """A file that went out. `state_digest` tells whether packing again gives the same file under the same number."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_recipient", "recipient_role", "recipient_office", "number"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    file_name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(20))
    site: Mapped[str] = mapped_column(String(36))
    recipient_role: Mapped[str] = mapped_column(String(20))
    recipient_office: Mapped[str]
    number: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))
    check_code: Mapped[str]
    state_digest: Mapped[str] = mapped_column(String(64))
    records: Mapped[object] = mapped_column(JsonText, nullable=False)
    history_sequence: Mapped[int] = mapped_column(BigInteger)
