"""The first schema: records, answers, history, explanations, evidence, events, settings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_SEQUENCE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create every table."""
    _create_records()
    _create_answers()
    _create_history()
    _create_evidence()
    op.create_table(
        "settings",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_settings"),
    )


def downgrade() -> None:
    """Never: restore the backup that was made before the upgrade."""
    raise NotImplementedError


def _create_records() -> None:
    op.create_table(
        "records",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("form", sa.String(40), nullable=False),
        sa.Column("credit_code", sa.Text, nullable=False),
        sa.Column("unit_name", sa.Text, nullable=False),
        sa.Column("office", sa.Text, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("eligibility", sa.String(20)),
        sa.Column("open_count", sa.Integer, nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        sa.Column("is_sample", sa.Boolean, nullable=False),
        sa.Column("deleted_at", _INSTANT),
        sa.Column("search_text", sa.Text, nullable=False),
        sa.Column("pack_version", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("verdict_number", sa.Text),
        sa.Column("checked_on", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_records"),
    )
    unit = sa.text("deleted_at IS NULL AND credit_code <> ''")
    op.create_index(
        "uq_records_unit_form",
        "records",
        ["credit_code", "form"],
        unique=True,
        sqlite_where=unit,
        postgresql_where=unit,
    )
    op.create_index(
        "ix_records_list",
        "records",
        [
            "deleted_at",
            "updated_at",
            "id",
            "form",
            "state",
            "office",
            "eligibility",
            "credit_code",
            "search_text",
        ],
    )


def _create_answers() -> None:
    op.create_table(
        "answers",
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("record_id", "field", name="pk_answers"),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_answers_record_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "explanations",
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("values_digest", sa.Text, nullable=False),
        sa.Column("written_by", sa.Text, nullable=False),
        sa.Column("written_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("record_id", "rule", name="pk_explanations"),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_explanations_record_id"),
    )


def _create_history() -> None:
    op.create_table(
        "field_changes",
        sa.Column("sequence", _SEQUENCE, nullable=False, autoincrement=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("old", sa.Text),
        sa.Column("new", sa.Text),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("changed_at", _INSTANT, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_field_changes"),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_field_changes_record_id"),
    )
    op.create_index("ix_field_changes_record_id_field", "field_changes", ["record_id", "field"])
    op.create_table(
        "record_events",
        sa.Column("sequence", _SEQUENCE, nullable=False, autoincrement=True),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("happened_at", _INSTANT, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("verdict_number", sa.Text),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_record_events"),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_record_events_record_id"),
    )
    op.create_index("ix_record_events_record_id", "record_events", ["record_id"])


def _create_evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
        sa.Column("added_at", _INSTANT, nullable=False),
        sa.Column("removed_by", sa.Text),
        sa.Column("removed_at", _INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_evidence_record_id"),
    )
    op.create_index("ix_evidence_record_id", "evidence", ["record_id"])
