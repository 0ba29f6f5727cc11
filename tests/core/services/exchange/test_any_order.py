"""Any order and any repetition of the same packages gives the same library; nothing is received twice."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from itertools import permutations
from pathlib import Path
from typing import Final

import pytest

from core.domain.enums import RecordState
from core.domain.values import Stored
from core.services import drafts
from core.services.exchange import receiving
from core.services.exchange.model import Outcome
from core.services.library import review
from core.services.workspace import Workspace
from tests.fixtures.exchange import (
    answered,
    copied,
    exchange,
    open_bureau,
    open_office,
    quick_folder,
    recommended,
    sent,
)

EDITED: Final = ("employees", "main_products", "revenue_wan")


def library(ws: Workspace) -> object:
    """What the clerk sees of every form; the bureau's own steps have another time with every order."""
    found = []
    for record_id in ws.store.exchange.ids():
        record = ws.store.get(record_id)
        found.append((
            record_id, dict(record.answers), record.state, sorted((e.rule, e.text) for e in record.explanations),
            sorted((e.id, e.field, e.sha256) for e in ws.store.evidence(record_id)),
            ws.store.exchange.conflicts(record_id),
        ))
    return found


def change(ws: Workspace, folder: Path, rng: random.Random, record_id: str) -> None:
    """An office mends a form and recommends it again."""
    if ws.store.get(record_id).state is RecordState.RECOMMENDED:
        drafts.withdraw(ws, record_id)
    values: dict[str, Stored] = {name: rng.randrange(1, 900) for name in EDITED}
    values["main_products"] = f"第{rng.randrange(10**6)}种"
    ws.store.set_answers(record_id, values, actor=ws.actor, source="窗口录入")
    if rng.random() < 0.5:
        scan = folder / "扫描件.pdf"
        scan.write_bytes(f"%PDF-1.4 {rng.random()}".encode())
        for old in ws.store.evidence(record_id)[:1]:
            ws.store.detach(old.id, actor=ws.actor)
        ws.store.attach(record_id, "business_license", scan, actor=ws.actor, source="附佐证材料")
    opened = drafts.open_form(ws, record_id)
    for finding in opened.verdict.open_findings:
        drafts.explain(ws, record_id, finding.rule, f"第{rng.randrange(100)}个说明")
    drafts.recommend(ws, record_id)


def packages(folder: Path, rng: random.Random) -> tuple[Path, list[Path]]:
    """A bureau that has returned a form, and three packages that the office made since."""
    with open_office(folder / "office") as office, open_bureau(folder / "bureau") as bureau:
        first = recommended(office, 1).id
        exchange(office, bureau, folder / "stick")
        review.return_record(bureau, first, "材料不全")
        bureau.store.set_answers(first, {"employees": 7}, actor=bureau.actor, source="窗口录入")
        bureau.store.set_answers(first, {"contact_name": "局里写的"}, actor=bureau.actor, source="窗口录入")
        receipt_to(office, bureau, folder / "stick")
        made, known = [], [first]
        for number in range(3):
            if rng.random() < 0.6:
                known.append(recommended(office, 10 + number).id)
            for record_id in known:
                if record_id == first or rng.random() < 0.5:
                    change(office, folder, rng, record_id)
            path = sent(office, folder / f"stick{number}").path
            made.append(path)
    return folder / "bureau", made


def receipt_to(office: Workspace, bureau: Workspace, folder: Path) -> None:
    """The bureau's receipt reaches the office."""
    receiving.receive(office, answered(bureau, folder).path)


def received_in(bureau: Path, to: Path, order: Sequence[Path]) -> object:
    """The library of a bureau that got these files in this order."""
    with open_bureau(copied(bureau, to)) as ws:
        for path in order:
            receiving.receive(ws, path)
        seen = library(ws)
        assert ws.store.verify_history() == ()
    shutil.rmtree(to)
    return seen


@pytest.mark.parametrize("seed", range(3))
def test_any_order_and_repetition_gives_the_same_library(seed: int) -> None:
    rng = random.Random(seed)
    with quick_folder() as folder:
        bureau, made = packages(folder, rng)
        wanted = received_in(bureau, folder / "copy", made)
        orders = [list(order) for order in permutations(made)]
        orders += [[rng.choice(made) for _ in range(5)] + made[::-1]]
        orders.append([made[-1]])  # the earlier ones are lost: the last says all that was not confirmed
        for order in orders:
            assert received_in(bureau, folder / "copy", order) == wanted, [p.parent.name for p in order]


def test_what_both_wrote_stays_in_conflict_in_any_order() -> None:
    with quick_folder() as folder:
        with open_office(folder / "office") as office, open_bureau(folder / "bureau") as bureau:
            first = recommended(office, 1).id
            exchange(office, bureau, folder / "stick")
            review.return_record(bureau, first, "材料不全")
            receipt_to(office, bureau, folder / "stick")
            bureau.store.set_answers(first, {"employees": 7}, actor=bureau.actor, source="窗口录入")
            made = []
            for number in range(3):
                change(office, folder, random.Random(number), first)
                made.append(sent(office, folder / f"stick{number}").path)
        seen = [received_in(folder / "bureau", folder / "copy", order) for order in permutations(made)]
        assert all(one == seen[0] for one in seen)
        assert ((first, "employees"),) == seen[0][0][-1]  # type: ignore[index]


def test_the_same_file_twice_is_told_and_changes_nothing() -> None:
    with quick_folder() as folder, open_office(folder / "office") as office, open_bureau(folder / "bureau") as bureau:
        recommended(office, 1)
        exchange(office, bureau, folder / "stick")
        before = library(bureau)
        again = receiving.receive(bureau, next((folder / "stick").glob("报送包*")))
        assert "已经收过" in again.sentence
        assert again.records == ()
        assert library(bureau) == before


def test_an_older_package_that_comes_late_is_told_and_brings_only_what_is_missing() -> None:
    with quick_folder() as folder, open_office(folder / "office") as office, open_bureau(folder / "bureau") as bureau:
        first = recommended(office, 1).id
        exchange(office, bureau, folder / "stick")
        recommended(office, 2)
        older = sent(office, folder / "older").path
        recommended(office, 3)
        newer = sent(office, folder / "newer").path
        gap = receiving.receive(bureau, newer)
        assert gap.notes[0].startswith("第2包未收到")
        late = receiving.receive(bureau, older)
        assert [r.outcome for r in late.records] == [Outcome.UNCHANGED]
        assert "早" in late.notes[0]
        assert bureau.store.get(first).state is RecordState.RECEIVED
