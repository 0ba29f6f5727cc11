"""A workstation in the simulation: what its clerk types, what it receives, and what it was told of every file."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from core.domain.enums import RecordState
from core.domain.errors import GreenLadderError
from core.domain.values import Stored
from core.services.exchange import conflicts, receiving, undoing
from core.services.exchange.model import Choice, Outcome, Preview, Received
from core.services.workspace import Workspace
from tests.fixtures.exchange import content
from tests.simulation.post import Letter

#: Fields that a clerk may change without making the form ineligible.
TEXTS: Final = ("main_products", "contact_name", "production_address")
NUMBERS: Final = ("employees", "revenue_wan", "output_wan")


@dataclass(frozen=True)
class Typed:
    """A value that a clerk wrote."""

    record_id: str
    field: str
    value: Stored


@dataclass
class Station:
    """One end: its store, its mailbox, and all that was ever typed or told there."""

    name: str
    ws: Workspace
    folder: Path
    rng: random.Random
    typed: list[Typed] = field(default_factory=list)
    fates: list[tuple[Letter, str]] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    _words: int = 0

    def edit(self, record_id: str) -> None:
        """Change one to three fields; a value never comes twice."""
        changes: dict[str, Stored] = {}
        for name in self.rng.sample((*TEXTS, *NUMBERS), self.rng.randint(1, 3)):
            self._words += 1
            changes[name] = self._words + 100 if name in NUMBERS else f"{self.name}写的第{self._words}种说法"
        self.ws.store.set_answers(record_id, changes, actor=self.ws.actor, source="窗口录入")
        self.typed += [Typed(record_id, name, value) for name, value in changes.items()]

    def explain(self, record_id: str) -> None:
        """Write an explanation anew."""
        self._words += 1
        text = f"{self.name}的第{self._words}个说明"
        self.ws.store.set_explanation(record_id, "V011", text, "", actor=self.ws.actor, source="情况说明")
        self.typed.append(Typed(record_id, "explanation:V011", text))

    def attach(self, record_id: str) -> None:
        """Attach a small scan, sometimes in the place of an older one."""
        self._words += 1
        scan = self.folder / f"扫描件{self._words}.pdf"
        scan.write_bytes(f"%PDF-1.4 {self.name} {self._words}".encode() * 20)
        attached = self.ws.store.evidence(record_id)
        if attached and self.rng.random() < 0.4:
            self.ws.store.detach(attached[0].id, actor=self.ws.actor)
        self.ws.store.attach(record_id, "business_license", scan, actor=self.ws.actor, source="附佐证材料")
        scan.unlink()

    def settle(self) -> None:
        """Decide every open conflict, for any of its versions."""
        for record_id in conflicts.records_in_conflict(self.ws):
            for found in conflicts.open_conflicts(self.ws, record_id):
                version = self.rng.choice(found.versions)
                conflicts.settle(self.ws, record_id, found.field, version.key)
                self.told["settled"] += 1

    def take(self, letter: Letter, *, may_undo: bool) -> Received | None:
        """Receive a file, as it comes or after a look; now and then take it back and receive it again."""
        path = self.folder / letter.name
        path.write_bytes(letter.data)
        looks = may_undo and self.rng.random() < 0.12
        before = content(self.ws) if looks else []
        try:
            received = receiving.receive(self.ws, path, choices=self._choices(path) if may_undo else None)
            if looks and received.records:
                received = self._once_more(path, before, received)
        except GreenLadderError as error:
            assert not looks or content(self.ws) == before, "a refused file changed something"
            self._told(letter, str(error), "refused")
            return None
        finally:
            path.unlink()
        assert received.facts.check_code == letter.code, "what was received is not what was sent"
        self._told(letter, received.sentence, "received" if received.records else "empty or repeated")
        for outcome in Outcome:
            self.told[f"record {outcome.value}"] += received.count(outcome)
        return received

    def states(self, *wanted: RecordState) -> list[str]:
        """Ids of the living forms in one of these states."""
        ids = self.ws.store.exchange.ids()
        return [i for i in ids if self.ws.store.get(i).state in wanted]

    def _choices(self, path: Path) -> dict[tuple[str, str], Choice]:
        if self.rng.random() > 0.15:
            return {}
        found: Preview = receiving.preview(self.ws, path)
        return {
            (record.record_id, f.name): self.rng.choice(tuple(Choice))
            for record in found.records for f in record.fields
            if f.change is Outcome.CONFLICT and not f.is_locked
        }

    def _once_more(self, path: Path, before: list[str], first: Received) -> Received:
        undoing.undo(self.ws)
        after = content(self.ws)
        assert after == before, f"taking a file back did not restore the content: {set(after) ^ set(before)}"
        self.told["undone"] += 1
        again = receiving.receive(self.ws, path)
        assert {r.record_id for r in again.records} == {r.record_id for r in first.records}
        return again

    def _told(self, letter: Letter, sentence: str, what: str) -> None:
        self.fates.append((letter, sentence))
        self.told[what] += 1
