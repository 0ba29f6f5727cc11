"""Where a PostgreSQL is named, every store of these tests lies on it (see `tests.fixtures.on_server`)."""

from __future__ import annotations

from tests.fixtures.on_server import stores_on_server as stores_on_server
