"""The cultivation library: units, windows, decisions, rosters, tiers, prospects; several forms of a kind by period."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.store.columns import JsonText, UtcDateTime
from core.store.migrations import guards

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.String(36)
_INSTANT = UtcDateTime()
_JSON = JsonText()
_SEQUENCE = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_OPEN = "deleted_at IS NULL AND credit_code <> ''"
_LIVE = f"{_OPEN} AND state NOT IN ('refused', 'removed')"


def upgrade() -> None:
    """Create the library and seal what must never change."""
    _change_records()
    _create_units()
    _create_windows()
    _create_memberships()
    _create_decisions()
    _create_rosters()
    _create_grounds()
    _create_tiers()
    _create_evaluations()
    _create_prospects()
    _guard()


def downgrade() -> None:
    """Never: restore the backup that was made before the upgrade."""
    raise NotImplementedError


def _change_records() -> None:
    op.add_column("records", sa.Column("period", sa.Text, server_default="", nullable=False))
    op.add_column("records", sa.Column("filed_on", sa.Date))
    op.drop_index("uq_records_unit_form", table_name="records")
    op.create_index(
        "uq_records_unit_form", "records", ["credit_code", "form", "period"], unique=True,
        sqlite_where=sa.text(_LIVE), postgresql_where=sa.text(_LIVE),
    )


def _create_units() -> None:
    op.create_table(
        "units",
        sa.Column("id", _ID, nullable=False),
        sa.Column("credit_code", sa.Text, nullable=False),
        sa.Column("unit_name", sa.Text, nullable=False),
        sa.Column("office", sa.Text, nullable=False),
        sa.Column("search_text", sa.Text, nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_units"),
    )
    op.create_index("ix_units_credit_code", "units", ["credit_code"])
    op.create_table(
        "unit_changes",
        sa.Column("sequence", _SEQUENCE, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.Column("recorded_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_unit_changes_unit_id"),
        sa.PrimaryKeyConstraint("sequence", name="pk_unit_changes"),
    )
    op.create_index("ix_unit_changes_before", "unit_changes", ["before"])
    op.create_index("ix_unit_changes_unit_id", "unit_changes", ["unit_id"])
    op.create_table(
        "unit_links",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("parent_id", _ID, nullable=False),
        sa.Column("child_id", _ID, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date),
        sa.ForeignKeyConstraint(["child_id"], ["units.id"], name="fk_unit_links_child_id"),
        sa.ForeignKeyConstraint(["parent_id"], ["units.id"], name="fk_unit_links_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_unit_links"),
    )
    op.create_index("ix_unit_links_child_id", "unit_links", ["child_id"])
    op.create_index("ix_unit_links_parent_id", "unit_links", ["parent_id"])


def _create_windows() -> None:
    op.create_table(
        "packs",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("kept_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_packs"),
    )
    op.create_table(
        "windows",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("month", sa.Integer),
        sa.Column("batch", sa.Integer),
        sa.Column("opened_on", sa.Date, nullable=False),
        sa.Column("opened_by", sa.Text, nullable=False),
        sa.Column("pack_digest", sa.String(64), nullable=False),
        sa.Column("pack_label", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("closed_on", sa.Date),
        sa.Column("closed_by", sa.Text, nullable=False),
        sa.Column("roster_number", sa.Integer),
        sa.ForeignKeyConstraint(["pack_digest"], ["packs.digest"], name="fk_windows_pack_digest"),
        sa.PrimaryKeyConstraint("id", name="pk_windows"),
    )


def _create_memberships() -> None:
    op.create_table(
        "memberships",
        sa.Column("id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("industry_code", sa.Text, nullable=False),
        sa.Column("record_id", _ID),
        sa.Column("admitted_on", sa.Date, nullable=False),
        sa.Column("window_id", sa.Integer),
        sa.Column("tier", sa.String(20), nullable=False),
        sa.Column("left_on", sa.Date),
        sa.Column("left_ground", sa.String(20)),
        sa.Column("left_reason", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_memberships_record_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_memberships_unit_id"),
        sa.ForeignKeyConstraint(["window_id"], ["windows.id"], name="fk_memberships_window_id"),
        sa.PrimaryKeyConstraint("id", name="pk_memberships"),
    )
    op.create_index("ix_memberships_left_on", "memberships", ["left_on", "kind"])
    op.create_index("ix_memberships_record_id", "memberships", ["record_id"])
    active = sa.text("left_on IS NULL")
    op.create_index(
        "uq_memberships_unit_kind", "memberships", ["unit_id", "kind"], unique=True,
        sqlite_where=active, postgresql_where=active,
    )


def _create_decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("sequence", _SEQUENCE, nullable=False),
        sa.Column("window_id", sa.Integer),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("record_id", _ID),
        sa.Column("membership_id", _ID),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("clause", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("verdict_number", sa.Text),
        sa.Column("as_of", sa.Date),
        sa.Column("pack_digest", sa.String(64), nullable=False),
        sa.Column("answers", _JSON),
        sa.Column("decided_on", sa.Date, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("recorded_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["memberships.id"], name="fk_decisions_membership_id"),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_decisions_record_id"),
        sa.ForeignKeyConstraint(["window_id"], ["windows.id"], name="fk_decisions_window_id"),
        sa.PrimaryKeyConstraint("sequence", name="pk_decisions"),
    )
    op.create_index("ix_decisions_membership_id", "decisions", ["membership_id"])
    op.create_index("ix_decisions_record_id", "decisions", ["record_id"])
    op.create_index("ix_decisions_window_id", "decisions", ["window_id"])
    op.create_table(
        "remarks",
        sa.Column("id", _ID, nullable=False),
        sa.Column("record_id", _ID, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("written_by", sa.Text, nullable=False),
        sa.Column("written_at", _INSTANT, nullable=False),
        sa.Column("settled_at", _INSTANT),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_remarks_record_id"),
        sa.PrimaryKeyConstraint("id", name="pk_remarks"),
    )
    op.create_index("ix_remarks_record_id", "remarks", ["record_id"])
    op.create_table(
        "confirmations",
        sa.Column("record_id", _ID, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("is_clear", sa.Boolean, nullable=False),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("confirmed_by", sa.Text, nullable=False),
        sa.Column("confirmed_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_confirmations_record_id"),
        sa.PrimaryKeyConstraint("record_id", "rule", name="pk_confirmations"),
    )


def _create_rosters() -> None:
    op.create_table(
        "rosters",
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("window_id", sa.Integer, nullable=False),
        sa.Column("closed_on", sa.Date, nullable=False),
        sa.Column("pack_label", sa.Text, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["window_id"], ["windows.id"], name="fk_rosters_window_id"),
        sa.PrimaryKeyConstraint("number", name="pk_rosters"),
    )
    op.create_table(
        "roster_lines",
        sa.Column("roster_number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("membership_id", _ID, nullable=False),
        sa.Column("unit_id", sa.Text, nullable=False),
        sa.Column("unit_name", sa.Text, nullable=False),
        sa.Column("credit_code", sa.Text, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("office", sa.Text, nullable=False),
        sa.Column("industry_code", sa.Text, nullable=False),
        sa.Column("tier", sa.String(20), nullable=False),
        sa.Column("admitted_on", sa.Date, nullable=False),
        sa.Column("change", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("clause", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["memberships.id"], name="fk_roster_lines_membership_id"),
        sa.ForeignKeyConstraint(
            ["roster_number"], ["rosters.number"], name="fk_roster_lines_roster_number", initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("roster_number", "position", name="pk_roster_lines"),
        sqlite_with_rowid=False,
    )


def _create_grounds() -> None:
    op.create_table(
        "removal_grounds",
        sa.Column("id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("membership_id", _ID),
        sa.Column("rule", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("deaths", sa.Integer),
        sa.Column("injuries", sa.Integer),
        sa.Column("loss_wan", sa.Float),
        sa.Column("evacuated", sa.Integer),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.Column("recorded_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["memberships.id"], name="fk_removal_grounds_membership_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_removal_grounds_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_removal_grounds"),
    )
    op.create_index("ix_removal_grounds_unit_id", "removal_grounds", ["unit_id"])


def _create_tiers() -> None:
    op.create_table(
        "tier_calls",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tier", sa.String(20), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("deadline", sa.Date, nullable=False),
        sa.Column("quota", sa.Integer),
        sa.Column("documents", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tier_calls"),
    )
    op.create_table(
        "tier_steps",
        sa.Column("sequence", _SEQUENCE, nullable=False),
        sa.Column("membership_id", _ID, nullable=False),
        sa.Column("tier", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("call_id", _ID),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("clause", sa.Text, nullable=False),
        sa.Column("trace", _JSON, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.Column("recorded_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["tier_calls.id"], name="fk_tier_steps_call_id"),
        sa.ForeignKeyConstraint(["membership_id"], ["memberships.id"], name="fk_tier_steps_membership_id"),
        sa.PrimaryKeyConstraint("sequence", name="pk_tier_steps"),
    )
    op.create_index("ix_tier_steps_membership_id", "tier_steps", ["membership_id"])
    op.create_table(
        "checklist",
        sa.Column("call_id", _ID, nullable=False),
        sa.Column("membership_id", _ID, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("done_on", sa.Date),
        sa.Column("note", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["tier_calls.id"], name="fk_checklist_call_id"),
        sa.ForeignKeyConstraint(["membership_id"], ["memberships.id"], name="fk_checklist_membership_id"),
        sa.PrimaryKeyConstraint("call_id", "membership_id", "document", name="pk_checklist"),
    )


def _create_evaluations() -> None:
    op.create_table(
        "evaluations",
        sa.Column("id", _ID, nullable=False),
        sa.Column("membership_id", _ID, nullable=False),
        sa.Column("body_name", sa.Text, nullable=False),
        sa.Column("body_code", sa.Text, nullable=False),
        sa.Column("body_representative", sa.Text, nullable=False),
        sa.Column("standard", sa.Text, nullable=False),
        sa.Column("standard_title", sa.Text, nullable=False),
        sa.Column("evaluated_on", sa.Date, nullable=False),
        sa.Column("meets", sa.Boolean, nullable=False),
        sa.Column("score", sa.Float),
        sa.Column("report", sa.Text, nullable=False),
        sa.Column("report_sha256", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
        sa.Column("added_at", _INSTANT, nullable=False),
        sa.Column("withdrawn_at", _INSTANT),
        sa.ForeignKeyConstraint(["membership_id"], ["memberships.id"], name="fk_evaluations_membership_id"),
        sa.PrimaryKeyConstraint("id", name="pk_evaluations"),
    )
    op.create_index("ix_evaluations_membership_id", "evaluations", ["membership_id"])


def _create_prospects() -> None:
    op.create_table(
        "prospects",
        sa.Column("id", _ID, nullable=False),
        sa.Column("unit_name", sa.Text, nullable=False),
        sa.Column("credit_code", sa.Text, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("office", sa.Text, nullable=False),
        sa.Column("potential", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("contact_name", sa.Text, nullable=False),
        sa.Column("contact_phone", sa.Text, nullable=False),
        sa.Column("next_step", sa.Text, nullable=False),
        sa.Column("next_on", sa.Date),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("record_id", _ID),
        sa.Column("search_text", sa.Text, nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_prospects_record_id"),
        sa.PrimaryKeyConstraint("id", name="pk_prospects"),
    )
    op.create_index("ix_prospects_state", "prospects", ["state", "office"])
    op.create_table(
        "prospect_notes",
        sa.Column("sequence", _SEQUENCE, nullable=False),
        sa.Column("prospect_id", _ID, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("written_by", sa.Text, nullable=False),
        sa.Column("written_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["prospect_id"], ["prospects.id"], name="fk_prospect_notes_prospect_id"),
        sa.PrimaryKeyConstraint("sequence", name="pk_prospect_notes"),
    )
    op.create_index("ix_prospect_notes_prospect_id", "prospect_notes", ["prospect_id"])


def _guard() -> None:
    guards.append_only("unit_changes")
    guards.append_only("decisions")
    guards.append_only("removal_grounds", "id")
    guards.append_only("tier_steps")
    guards.append_only("prospect_notes")
    guards.append_only("rosters", "number")
    guards.append_only("roster_lines", "roster_number,position")
    guards.append_only("packs", "digest")
    guards.refuse_insert_when(
        "roster_lines", "EXISTS (SELECT 1 FROM rosters WHERE number = NEW.roster_number)", "the roster is closed"
    )
    guards.frozen_once("windows", "OLD.closed_on IS NOT NULL", "the window is closed")
