"""Alembic runs this for every command; the connection and its transaction come from `core.store.migrate`."""

from __future__ import annotations

from alembic import context

from core.store import exchange_tables, library_tables  # noqa: F401 - their tables belong to the metadata
from core.store.tables import Base


def _run() -> None:
    if context.is_offline_mode():
        # Prints the SQL for the administrator of a server.
        dialect = context.config.attributes["dialect"]
        context.configure(dialect_name=dialect, target_metadata=Base.metadata, literal_binds=True)
    else:
        connection = context.config.attributes["connection"]
        context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()


_run()
