"""Seals the history: a hash chain over the field changes, and triggers that refuse every change of the past."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from core.store.chain import GENESIS, Link
from core.store.columns import JsonText, UtcDateTime
from core.store.migrations import guards

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_APPEND_ONLY = ("field_changes", "record_events")
_BATCH = 2000

_CHANGES = sa.table(
    "field_changes",
    sa.column("sequence", sa.BigInteger),
    sa.column("record_id", sa.String),
    sa.column("field", sa.Text),
    sa.column("old", JsonText),
    sa.column("new", JsonText),
    sa.column("changed_by", sa.Text),
    sa.column("changed_at", UtcDateTime),
    sa.column("source", sa.Text),
    sa.column("chain", sa.String),
)


def upgrade() -> None:
    """Add the chain, fill it for the rows that are there, then lock both histories."""
    op.add_column("field_changes", sa.Column("chain", sa.String(64), nullable=False, server_default=""))
    head = op.create_table(
        "history_head",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_history_head"),
    )
    # Printed SQL (offline mode) is for new, empty databases.
    sequence, chain = (0, GENESIS) if context.is_offline_mode() else _fill(op.get_bind())
    op.bulk_insert(head, [{"id": 1, "sequence": sequence, "chain": chain}])
    for table in _APPEND_ONLY:
        guards.append_only(table)


def downgrade() -> None:
    """Never: restore the backup that was made before the upgrade."""
    raise NotImplementedError


def _fill(connection: sa.Connection) -> tuple[int, str]:
    """Number the rows from 1 without a gap and chain them; gives the last link."""
    sequence, chain, last = 0, GENESIS, 0
    columns = [column for column in _CHANGES.c if column.name != "chain"]
    while rows := connection.execute(
        sa.select(*columns).where(_CHANGES.c.sequence > last).order_by(_CHANGES.c.sequence).limit(_BATCH)
    ).all():
        for row in rows:
            sequence, last = sequence + 1, row.sequence
            link = Link(sequence, *row[1:])
            chain = link.chain(chain)
            connection.execute(
                sa.update(_CHANGES).where(_CHANGES.c.sequence == last).values(sequence=sequence, chain=chain)
            )
    return sequence, chain
