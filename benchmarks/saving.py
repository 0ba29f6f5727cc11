"""Saving one field as it is typed, beside a bare INSERT with its own commit; see README.md."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Final

from benchmarks.measuring import Case, Work, run
from core.services import drafts
from core.services.workspace import open_workspace
from tests.fixtures.sample_answers import factory_answers

_FORM: Final = "green-factory"


def prepare(folder: Path) -> None:
    """Nothing: every step makes a store of its own."""


def saving(folder: Path) -> tuple[Work, Work]:
    """An answer with its history, its seal and the verdict on the whole form; a row of one text."""
    workspace = open_workspace(folder / "数据")
    found = workspace.store.list_records()
    record_id = found[0].id if found else drafts.begin(workspace, _FORM, factory_answers()).record.id
    bare = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    bare.execute("CREATE TABLE IF NOT EXISTS answers (value TEXT)")
    numbers = count(1)
    return (
        lambda: drafts.save_answer(workspace, record_id, "employees", next(numbers)),
        lambda: bare.execute("INSERT INTO answers VALUES ('x')"),
    )


CASES: Final = (Case("save a field, checked / INSERT and commit", "", saving, 60, time.perf_counter),)


def main(arguments: Sequence[str] = ()) -> None:
    """The figure."""
    run("benchmarks.saving", prepare, CASES, arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
