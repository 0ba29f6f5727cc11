"""The exchange of files: where each change was made, states and attached files in the history, peers, inbox, outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from core.store.chain import Link
from core.store.columns import JsonText, UtcDateTime
from core.store.migrations import guards

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.String(36)
_INSTANT = UtcDateTime()
_JSON = JsonText()

#: What undo reverses row by row, and each table's key.
_TAKEN_BACK = {
    "answers": "record_id,field", "evidence": "id", "explanations": "record_id,rule",
    "field_heads": "record_id,field,site,number", "history_head": "id", "memberships": "id",
    "peer_marks": "site,record_id", "peers": "id", "records": "id", "remarks": "id", "settings": "key", "units": "id",
}

_HEAD = sa.table("history_head", sa.column("id"), sa.column("sequence"), sa.column("chain"))
_CHANGES = sa.table(
    "field_changes", sa.column("sequence"), sa.column("record_id"), sa.column("field"), sa.column("old", JsonText),
    sa.column("new", JsonText), sa.column("changed_by"), sa.column("changed_at", UtcDateTime), sa.column("source"),
    sa.column("chain"),
)
_RECORDS = sa.table(
    "records", sa.column("id"), sa.column("state"), sa.column("verdict_number"), sa.column("updated_at", UtcDateTime)
)
_EVIDENCE = sa.table(
    "evidence", sa.column("id"), sa.column("record_id"), sa.column("field"), sa.column("file_name"),
    sa.column("sha256"), sa.column("size"), sa.column("media_type"), sa.column("added_by"),
    sa.column("added_at", UtcDateTime), sa.column("removed_at", UtcDateTime),
)
_REMARKS = sa.table(
    "remarks", sa.column("id"), sa.column("record_id"), sa.column("field"), sa.column("text"), sa.column("written_by"),
    sa.column("written_at", UtcDateTime), sa.column("settled_at", UtcDateTime),
)


def upgrade() -> None:
    """Add the columns and tables, then write states, attached files and remarks that are there into the history."""
    op.add_column("field_changes", sa.Column("site", _ID, server_default="", nullable=False))
    op.add_column("field_changes", sa.Column("origin", sa.BigInteger))
    op.add_column("history_head", sa.Column("site", _ID, server_default="", nullable=False))
    _create_heads()
    _create_peers()
    _create_boxes()
    if not context.is_offline_mode():
        _write_history(op.get_bind())
    guards.note_reversals_on_server(_TAKEN_BACK)


def downgrade() -> None:
    """Never: restore the backup that was made before the upgrade."""
    raise NotImplementedError


def _create_heads() -> None:
    op.create_table(
        "field_heads",
        sa.Column("record_id", _ID, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("site", _ID, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("is_shown", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_field_heads_record_id"),
        sa.PrimaryKeyConstraint("record_id", "field", "site", "number", name="pk_field_heads"),
        sqlite_with_rowid=False,
    )


def _create_peers() -> None:
    op.create_table(
        "peers",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("office", sa.Text, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("enrolled_at", _INSTANT, nullable=False),
        sa.Column("enrolled_by", sa.Text, nullable=False),
        sa.Column("retired_at", _INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_peers"),
    )
    op.create_index("uq_peers_key", "peers", ["key"], unique=True)
    op.create_table(
        "peer_marks",
        sa.Column("site", _ID, nullable=False),
        sa.Column("record_id", _ID, nullable=False),
        sa.Column("vector", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("site", "record_id", name="pk_peer_marks"),
        sqlite_with_rowid=False,
    )


def _create_boxes() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.Column("received_by", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("site", _ID, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("office", sa.Text, nullable=False),
        sa.Column("sender_name", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("check_code", sa.Text, nullable=False),
        sa.Column("sentence", sa.Text, nullable=False),
        sa.Column("report", _JSON, nullable=False),
        sa.Column("counts", _JSON, nullable=False),
        sa.Column("sent_before", sa.Integer, nullable=False),
        sa.Column("undone_at", _INSTANT),
        sa.Column("undone_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
    )
    op.create_index("ix_inbox_site_number", "inbox", ["site", "number"])
    op.create_table(
        "undo",
        sa.Column("inbox_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("statements", _JSON, nullable=False),
        sa.Column("touched", _JSON, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name="fk_undo_inbox_id"),
        sa.PrimaryKeyConstraint("inbox_id", name="pk_undo"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("site", _ID, nullable=False),
        sa.Column("recipient_role", sa.String(20), nullable=False),
        sa.Column("recipient_office", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("check_code", sa.Text, nullable=False),
        sa.Column("state_digest", sa.String(64), nullable=False),
        sa.Column("records", _JSON, nullable=False),
        sa.Column("history_sequence", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_recipient", "outbox", ["recipient_role", "recipient_office", "number"])


def _write_history(connection: sa.Connection) -> None:
    head = connection.execute(sa.select(_HEAD.c.sequence, _HEAD.c.chain)).one()
    sequence, chain = int(head.sequence), str(head.chain)
    for link in (*_states(connection), *_files(connection), *_remarks(connection)):
        sequence += 1
        numbered = Link(sequence, *link)
        chain = numbered.chain(chain)
        connection.execute(sa.insert(_CHANGES).values(
            sequence=sequence, record_id=link[0], field=link[1], old=link[2], new=link[3], changed_by=link[4],
            changed_at=link[5], source=link[6], chain=chain,
        ))
    connection.execute(sa.update(_HEAD).values(sequence=sequence, chain=chain))


def _states(connection: sa.Connection) -> list[tuple]:  # type: ignore[type-arg] # rows of the history, as they come
    rows = connection.execute(sa.select(_RECORDS).order_by(_RECORDS.c.id)).all()
    return [
        (row.id, "record:state", None, [row.state, row.verdict_number or "", ""], "", row.updated_at, "升级")
        for row in rows
    ]


def _files(connection: sa.Connection) -> list[tuple]:  # type: ignore[type-arg]
    query = sa.select(_EVIDENCE).where(_EVIDENCE.c.removed_at.is_(None)).order_by(_EVIDENCE.c.id)
    return [
        (
            row.record_id, f"evidence:{row.id}", None,
            [row.field, row.file_name, row.sha256, row.size, row.media_type], row.added_by, row.added_at, "升级",
        )
        for row in connection.execute(query)
    ]


def _remarks(connection: sa.Connection) -> list[tuple]:  # type: ignore[type-arg]
    query = sa.select(_REMARKS).where(_REMARKS.c.settled_at.is_(None)).order_by(_REMARKS.c.written_at, _REMARKS.c.id)
    return [
        (row.record_id, f"remark:{row.id}", None, [row.field, row.text], row.written_by, row.written_at, "升级")
        for row in connection.execute(query)
    ]
