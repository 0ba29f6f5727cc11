"""A district: some offices, a bureau, and the post between them, played in rounds."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Final

from core.domain.enums import RecordState
from core.domain.errors import NotAllowedError
from core.domain.records import Record
from core.forms.definition import Choice, ChoiceList
from core.infra.signing import public_key
from core.policy.pack import PolicyPack
from core.services import drafts
from core.services.exchange import packing, receipts, trust
from core.services.library import review
from core.services.workspace import Workspace
from tests.fixtures.exchange import TickingClock, cheap_copy, open_bureau, open_office, quick_folder
from tests.fixtures.library import draft
from tests.fixtures.packs import shipped_pack
from tests.simulation.post import Post
from tests.simulation.stations import Station

BUREAU: Final = "bureau"
_MOST_SETTLING: Final = 8


@cache
def _model() -> Record:
    """A form with only what it needs to be recommended."""
    with quick_folder() as folder, open_office(folder / "office") as ws:
        form = shipped_pack().form("green-factory")
        whole = draft(ws, 1, "样表").answers
        kept = {n for n in whole if form.by_name[n].required or n.endswith(("_answer", "_queried_on"))}
        blank = {name: None for name in whole if name not in kept}
        record = draft(ws, 2, "简表", **blank)  # type: ignore[arg-type]
        assert drafts.open_form(ws, record.id).verdict.may_recommend
        return ws.store.get(record.id)


def warm_up() -> None:
    """Make what all districts share, so that the first one is not slower than the others."""
    with district(0, 1) as world:
        world.come_to_rest()


@dataclass
class World:
    """The district: `offices` by code, `bureau`, and what has happened so far."""

    rng: random.Random
    folder: Path
    post: Post
    bureau: Station
    offices: dict[str, Station]
    exchanges: int = 0
    told: Counter[str] = field(default_factory=Counter)
    _units: int = 0

    # A round with faults

    def play(self) -> None:
        """Everybody works, everything that is sent fares as the post pleases."""
        for office in self.offices.values():
            if self.rng.random() < 0.85:
                self._work(office)
                self._pack(office)
        self._deliver()
        for record_id in self.bureau.ws.store.exchange.ids():
            self._review(record_id)
        self._answer()
        self._deliver()

    def _work(self, office: Station) -> None:
        if not office.ws.store.exchange.ids() or self.rng.random() < 0.25:
            self.add(office)
        for record_id in office.states(RecordState.RECOMMENDED):
            if self.rng.random() < 0.25:
                drafts.withdraw(office.ws, record_id)
        if self.rng.random() < 0.5:
            office.settle()
        for record_id in office.states(RecordState.DRAFT, RecordState.RETURNED):
            self._edit(office, record_id)
            if self.rng.random() < 0.8:
                self._recommend(office, record_id)

    def _edit(self, station: Station, record_id: str) -> None:
        if self.rng.random() < 0.8:
            station.edit(record_id)
        if self.rng.random() < 0.2:
            station.explain(record_id)
        if self.rng.random() < 0.25:
            station.attach(record_id)

    def _review(self, record_id: str) -> None:
        """The bureau edits what it gave back, returns, admits, refuses, or leaves a form for another day."""
        ws, state = self.bureau.ws, self.bureau.ws.store.get(record_id).state
        chance = self.rng.random()
        if state is RecordState.RETURNED and chance < 0.6:
            self._edit(self.bureau, record_id)
        if state is not RecordState.RECEIVED:
            return
        if chance < 0.5:
            for name in self.rng.sample(("employees", "main_products", "contact_name", ""), self.rng.randint(0, 2)):
                review.remark(ws, record_id, name, "请核对")
            review.return_record(ws, record_id, "材料不全")
            if self.rng.random() < 0.5:
                self._edit(self.bureau, record_id)
        elif chance < 0.58:
            review.refuse(ws, record_id, "不符合条件", clause="三(四)1(2)")
        elif chance < 0.66 and not self.bureau.ws.store.exchange.conflicts(record_id):
            for rule in review.CONFIRMED_RULES:
                review.confirm(ws, record_id, rule, clear=True, basis="区局台账")
            if not review.open_review(ws, record_id).obstacles:
                review.admit(ws, record_id)
                self.told["admitted"] += 1

    # The last good rounds

    def come_to_rest(self) -> None:
        """No faults any more: what is late arrives, conflicts are settled, what was returned comes again."""
        self.post.is_faulty = False
        self._deliver(may_undo=False)
        for _ in range(_MOST_SETTLING):
            waiting = [office for office in self.offices.values() if not self._is_at_rest(office)]
            if not waiting:
                return
            self._exchange(waiting)
            self.exchanges += 1
        raise AssertionError("the two ends did not come to rest")

    def _exchange(self, offices: list[Station]) -> None:
        """One exchange that goes well: a package if there is something to send, and in any case a receipt."""
        for office in offices:
            office.settle()
            for record_id in office.states(RecordState.DRAFT, RecordState.RETURNED):
                self._recommend(office, record_id)
            self._pack(office)
        self._deliver(may_undo=False)
        for office in offices:
            self._write_receipt(office.name)
        self._deliver(may_undo=False)

    def _is_at_rest(self, office: Station) -> bool:
        """True when the office knows all that the bureau knows and the other way round, and has nothing to decide."""
        here, there = office.ws.store.exchange, self.bureau.ws.store.exchange
        ids = here.ids()
        return not (
            here.vectors(ids) != there.vectors(there.ids(offices=(office.name,))) or here.conflicts()
            or office.states(RecordState.DRAFT, RecordState.RETURNED)
        )

    # Steps

    def add(self, office: Station) -> str:
        """A new unit of that office."""
        self._units += 1
        made = cheap_copy(office.ws, _model(), self._units, f"{office.name}第{self._units}厂")
        self.told["records"] += 1
        return made.id

    def _recommend(self, office: Station, record_id: str) -> None:
        """Recommend without asking the rules again: what is proved here is the exchange."""
        office.ws.store.set_state(
            record_id, RecordState.RECOMMENDED, actor=office.ws.actor, source="推荐", verdict_number="VN-1",
            detail="2026-06-10",
        )

    def _pack(self, office: Station) -> None:
        try:
            made = packing.pack(office.ws, office.folder, with_papers=False)
        except NotAllowedError:
            return  # nothing to send
        self.post.send(BUREAU, made, tuple(x for x in self.offices if x != office.name))

    def _answer(self) -> None:
        due = {line.office for line in receipts.due(self.bureau.ws)}
        for office in self.offices:
            if office in due and self.rng.random() < 0.75:
                self._write_receipt(office)

    def _write_receipt(self, office: str) -> None:
        made = receipts.write_receipt(self.bureau.ws, office, self.bureau.folder, with_papers=False)
        self.post.send(office, made, tuple(x for x in self.offices if x != office))

    def _deliver(self, *, may_undo: bool = True) -> None:
        for letter in self.post.deliver():
            self.station(letter.to).take(letter, may_undo=may_undo)

    def station(self, name: str) -> Station:
        """One end by its name."""
        return self.bureau if name == BUREAU else self.offices[name]

    @property
    def stations(self) -> tuple[Station, ...]:
        """Both kinds of ends."""
        return (self.bureau, *self.offices.values())

    def totals(self) -> Counter[str]:
        """Everything that was counted."""
        total = Counter(self.told)
        for station in self.stations:
            total += station.told
        return total


@contextmanager
def district(seed: int, offices: int, *, most_ahead: float = 2.0) -> Iterator[World]:
    """A district whose workstations know each other's keys; clocks differ by up to `most_ahead` seconds."""
    rng = random.Random(seed)
    pack = _pack_with(offices)
    codes = [choice.name for choice in pack.lists["office"].choices][:offices]
    with quick_folder() as folder, ExitStack() as opened:

        def station(name: str, ws: Workspace) -> Station:
            opened.enter_context(ws)
            ws.use_pack(pack)
            post_box = folder / f"{name}-files"
            post_box.mkdir()
            return Station(name, ws, post_box, rng)

        def clock() -> TickingClock:
            return TickingClock(fast_by=rng.uniform(0, most_ahead))

        bureau = station(BUREAU, open_bureau(folder / BUREAU, clock()))
        found = {code: station(code, open_office(folder / code, code, clock())) for code in codes}
        for office in found.values():
            _enrol(office.ws, bureau.ws)
            _enrol(bureau.ws, office.ws)
        yield World(rng, folder, Post(rng), bureau, found)


@cache
def _pack_with(offices: int) -> PolicyPack:
    """The shipped pack, with invented offices where a simulation wants more than the district has."""
    pack = shipped_pack()
    known = pack.lists["office"]
    if offices <= len(known.choices):
        return pack
    more = tuple(Choice(f"12011599{n}", f"示范{n}街道") for n in range(offices - len(known.choices)))
    return replace(pack, lists={**pack.lists, "office": ChoiceList("office", (*known.choices, *more))})


def _enrol(ws: Workspace, other: Workspace) -> None:
    key = public_key(trust.private_key(other))
    ws.store.exchange.peers.enrol(trust.own_party(other), key.hex(), other.actor, actor=ws.actor)
