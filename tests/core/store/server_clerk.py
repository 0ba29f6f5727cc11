"""A clerk in a program of his own: `FOLDER RECORD NAME SAVES`; with -1 saves he stops in the middle of one."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path

from core.infra.clock import FixedClock
from core.infra.server_address import read_address
from core.store import records
from core.store.history import Author
from core.store.server import open_server
from core.store.store import open_store

NOW = datetime(2026, 3, 1, 1, 30, tzinfo=UTC)


def say(word: str) -> None:
    """Tell the test how far he is."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def save(folder: Path, record_id: str, name: str, saves: int) -> None:
    """One field that the others write too, and one of his own."""
    with open_store(folder, FixedClock(NOW, date(2026, 3, 1)), busy_timeout_ms=60_000) as store:
        say("ready")
        sys.stdin.readline()
        for number in range(saves):
            store.set_answers(record_id, {"shared": f"{name}{number}"}, actor=name, source="s")
            store.set_answers(record_id, {name: number}, actor=name, source="s")


def stop_half_way(folder: Path, record_id: str, name: str) -> None:
    """Hold a transaction open until killed."""
    address = read_address(folder)
    assert address is not None
    with open_server(address).write() as session:
        records.set_answers(session, record_id, {name: 1}, Author(name, "s", NOW))
        say("writing")
        sys.stdin.readline()


if __name__ == "__main__":
    if int(sys.argv[4]) < 0:
        stop_half_way(Path(sys.argv[1]), *sys.argv[2:4])
    else:
        save(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
