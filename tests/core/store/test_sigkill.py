"""Killed at any moment, the program loses at most the field that was being typed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import core
from core.domain.records import Record
from core.infra.clock import FixedClock
from core.store.store import open_store
from tests.core.store import typing_clerk
from tests.fixtures.on_server import of_the_file

KILLS = 60

pytestmark = [of_the_file, pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")]

Clerk = subprocess.Popen[str]


@pytest.fixture
def unit(folder: Path, clock: FixedClock) -> Record:
    (folder.parent / "scan.pdf").write_bytes(b"%PDF" * 50_000)
    with open_store(folder, clock) as store:
        return store.create_record("f", {"unit_name": "某厂"}, office="x", pack_version="1", actor="a", source="s")


@pytest.fixture
def clerk(folder: Path, unit: Record) -> Iterator[Clerk]:
    with subprocess.Popen(
        [sys.executable, "-m", typing_clerk.__name__, str(folder), unit.id],
        cwd=Path(core.__file__).parents[1],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def type_and_be_killed(clerk: Clerk, first: int, seconds: float, *, typing: bool) -> list[str]:
    """What the store acknowledged between the clerk's start and his death; `typing` waits for the first save."""
    assert clerk.stdin is not None
    assert clerk.stdout is not None
    clerk.stdin.write(f"{first}\n")
    clerk.stdin.flush()
    pid, lines = 0, list[str]()
    # However slow the PC, he dies while he types and not before, so the test proves the same everywhere.
    while not pid or (typing and not lines):
        line = clerk.stdout.readline()
        assert line not in {"", "dead\n"}, "the clerk died by himself"
        kind, value = line.split()
        pid = int(value) if kind == "pid" else pid
        lines += [line] if kind != "pid" else []
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    while (line := clerk.stdout.readline()) != "dead\n":
        assert line, "the parent of the clerks died"
        lines.append(line)
    return lines


def test_every_acknowledged_save_survives(clerk: Clerk, folder: Path, unit: Record, clock: FixedClock) -> None:
    moments = random.Random(20260301)
    saved: list[int] = []
    attached: list[str] = []
    for kill in range(KILLS):
        # One in four dies while he opens the store, the others in the middle of a save or of a copy.
        typing = kill % 4 != 0
        seconds = moments.uniform(0, 0.05)
        first = saved[-1] + 2 if saved else 1
        for line in type_and_be_killed(clerk, first, seconds, typing=typing):
            kind, value = line.split()
            saved += [int(value)] if kind == "saved" else []
            attached += [value] if kind == "attached" else []
        with open_store(folder, clock) as store:
            found = store.get(unit.id).answers.get("typed", 0)
            assert found in {saved[-1], saved[-1] + 1, first} if saved else {0, 1}
            assert store.integrity_problems() == ()
    assert len(saved) >= KILLS * 3 // 4
    with open_store(folder, clock) as store:
        assert set(saved) <= {change.new for change in store.history(unit.id, "typed")}
        assert store.verify_history() == ()
        for evidence_id in attached:
            path = store.evidence_path(store.evidence_by_id(evidence_id))
            assert path.read_bytes() == b"%PDF" * 50_000
