"""Two real processes edit one record: everything typed is stored, in the history, or was refused to its writer.

On the SQLite file of a workstation; on PostgreSQL too where GREENLADDER_POSTGRES names a server.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.domain.enums import Role
from core.domain.records import Record, Station
from core.infra.clock import SystemClock
from core.services import drafts, elsewhere
from core.services.workspace import Workspace, open_workspace
from tests.end2end import writing_clerk
from tests.fixtures.library import OFFICE
from tests.fixtures.on_server import stores_on_server as stores_on_server
from tests.fixtures.packs import sample, shipped_pack

ROOT = Path(__file__).resolve().parents[2]
FIELDS = (
    "contact_name", "contact_phone", "legal_representative", "registered_address", "production_address",
    "main_products", "employees", "revenue_wan", "output_wan", "land_area_m2",
)
_NUMBERS = ("employees", "revenue_wan", "output_wan", "land_area_m2")


@dataclass
class Clerk:
    """One process, what it is to type, and what it was told."""

    name: str
    answer: str
    typed: list[tuple[str, str]]
    process: subprocess.Popen[str]
    told: list[list[object]] = field(default_factory=list)

    def saved(self) -> Counter[tuple[str, str]]:
        return Counter((str(t[1]), str(t[2])) for t in self.told if t[0] == "saved")

    def refused(self) -> list[list[object]]:
        return [t for t in self.told if t[0] == "refused"]


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path / "共用 数据", clock=SystemClock(), pack=shipped_pack()) as opened:
        opened.choose_station(Station(Role.OFFICE, OFFICE, "建表人"))
        yield opened


@pytest.fixture
def record(ws: Workspace) -> Record:
    return drafts.begin(ws, "green-factory", sample("green-factory")).record


def _value(name: str, clerk: int, number: int) -> str:
    return str(1000 * (clerk + 1) + number) if name in _NUMBERS else f"{'甲乙'[clerk]}写的第{number}次"


def _clerk(ws: Workspace, record: Record, name: str, answer: str, typed: list[tuple[str, str]]) -> Clerk:
    command = [sys.executable, "-m", writing_clerk.__name__, str(ws.folder), record.id, name, answer]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        encoding="utf-8",
    )
    return Clerk(name, answer, typed, process)


def _let_them_type(clerks: list[Clerk]) -> None:
    """Both have the record open before either begins; then each types as fast as it can."""
    for clerk in clerks:
        assert clerk.process.stdout is not None
        assert clerk.process.stdout.readline() == "ready\n", clerk.process.communicate()[1]
    for clerk in clerks:
        assert clerk.process.stdin is not None
        clerk.process.stdin.write("".join(json.dumps(typed) + "\n" for typed in clerk.typed))
        clerk.process.stdin.close()
    for clerk in clerks:
        assert clerk.process.stdout is not None
        assert clerk.process.stderr is not None
        clerk.told = [json.loads(line) for line in clerk.process.stdout]
        problems = clerk.process.stderr.read()
        assert clerk.process.wait() == 0, problems
        assert clerk.told.pop() == ["done", "", ""]


@pytest.mark.parametrize("answers", [("mine", "theirs"), ("mine", "mine"), ("theirs", "theirs")])
def test_nothing_typed_is_silently_lost(ws: Workspace, record: Record, answers: tuple[str, str]) -> None:
    draw = random.Random(f"{answers}")
    clerks = []
    for number, answer in enumerate(answers):
        order = draw.sample(FIELDS, len(FIELDS))
        typed = [(name, _value(name, number, turn)) for turn, name in enumerate(order)]
        clerks.append(_clerk(ws, record, f"经办{'甲乙'[number]}", answer, typed))
    _let_them_type(clerks)
    history = drafts.history(ws, record.id)
    in_history = Counter((c.field, str(c.new)) for c in history)
    noted = "\n".join(e.detail for e in drafts.events(ws, record.id) if e.kind == elsewhere.SET_ASIDE)
    now = ws.store.get(record.id).answers
    for clerk in clerks:
        saved, refused = clerk.saved(), {(str(t[1]), str(t[2])) for t in clerk.refused()}
        for one in clerk.typed:
            assert saved[one] + (one in refused) >= 1, f"{clerk.name} was told nothing of {one}"
            assert (one in in_history) == (saved[one] > 0)
            assert one in in_history or f"没有采用“{one[1]}”" in noted
        for _, name, _, theirs, who, sentence in clerk.refused():
            other = next(c for c in clerks if c is not clerk)
            assert (str(name), str(theirs)) in other.saved()
            assert str(who).endswith(other.name)
            assert str(theirs) in str(sentence)
    _one_conflict_for_each_overlap(clerks, history_of={c.field for c in history})
    for name in FIELDS:
        assert str(now[name]) in {value for c in clerks for field_, value in c.typed if field_ == name}
    assert ws.store.verify_history() == ()


def _one_conflict_for_each_overlap(clerks: list[Clerk], history_of: set[str]) -> None:
    """Both wrote every field once over the same sight of it: whoever came second was refused, once."""
    assert history_of >= set(FIELDS)
    refused = Counter(str(t[1]) for c in clerks for t in c.refused())
    assert refused == Counter(FIELDS)


def test_clerks_in_different_fields_are_never_in_each_others_way(ws: Workspace, record: Record) -> None:
    halves = FIELDS[::2], FIELDS[1::2]
    clerks = [
        _clerk(ws, record, f"经办{'甲乙'[n]}", "mine", [(name, _value(name, n, 1)) for name in half] * 3)
        for n, half in enumerate(halves)
    ]
    _let_them_type(clerks)
    assert [c.refused() for c in clerks] == [[], []]
    now = ws.store.get(record.id)
    assert {name: str(now.answers[name]) for name in FIELDS} == {n: v for c in clerks for n, v in c.typed}
    assert now.revision == record.revision + len(FIELDS)
