"""The list of units: an index for each of its orders, with all that the list filters and searches by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_LIVE = "deleted_at IS NULL"
_FOUND_BY = ("form", "state", "office", "eligibility", "search_text")
_ORDERS = {
    "updated": ("updated_at",),
    "name": ("search_text",),
    "code": ("credit_code",),
    "office": ("office", "search_text"),
    "form": ("form", "search_text"),
    "state": ("state", "search_text"),
    "eligibility": ("eligibility", "search_text"),
}


def upgrade() -> None:
    """Put one index for each order in the place of the one that had to be sorted."""
    op.drop_index("ix_records_list", "records")
    for order, columns in _ORDERS.items():
        rest = [column for column in _FOUND_BY if column not in columns]
        op.create_index(
            f"ix_records_by_{order}", "records", [*columns, "id", *rest],
            sqlite_where=sa.text(_LIVE), postgresql_where=sa.text(_LIVE),
        )


def downgrade() -> None:
    """Never: restore the backup that was made before the upgrade."""
    raise NotImplementedError
