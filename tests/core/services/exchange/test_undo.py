"""Taking a file back restores the content of the database exactly, whatever the file brought."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from core.domain.errors import NotAllowedError
from core.domain.exchange import NoticeWords
from core.services.exchange import log, receipts, receiving, undoing
from core.services.exchange.model import Outcome
from core.services.library import members, review
from core.services.workspace import Workspace
from tests.core.services.exchange.test_any_order import change
from tests.fixtures.exchange import (
    TickingClock,
    answered,
    content,
    enrolled,
    exchange,
    open_bureau,
    open_office,
    quick_folder,
    recommended,
    sent,
)
from tests.fixtures.library import OFFICE, credit_code

Scene = Callable[[Workspace, Workspace, Path], tuple[Workspace, Path]]


def first_package(office: Workspace, bureau: Workspace, folder: Path) -> tuple[Workspace, Path]:
    """New forms, one with an attached scan, from an office that was enrolled a moment ago."""
    exchange_one(office, bureau, folder)
    record = recommended(office, 2)
    change(office, folder, random.Random(3), record.id)
    return bureau, sent(office, folder).path


def correction(office: Workspace, bureau: Workspace, folder: Path) -> tuple[Workspace, Path]:
    """A returned form comes corrected, with a field that the bureau wrote too."""
    first = returned(office, bureau, folder)
    bureau.store.set_answers(first, {"employees": 7}, actor=bureau.actor, source="窗口录入")
    change(office, folder, random.Random(2), first)
    return bureau, sent(office, folder).path


def replacement(office: Workspace, bureau: Workspace, folder: Path) -> tuple[Workspace, Path]:
    """An office whose store was lost began anew: its newer form of the unit takes the place of the older one."""
    exchange_one(office, bureau, folder)
    with open_office(folder / "new", clock=TickingClock(fast_by=3600)) as anew:
        recommended(anew, 1, employees=41)
        file = sent(anew, folder)
    enrolled(bureau, file)
    return bureau, file.path


def receipt_of_a_return(office: Workspace, bureau: Workspace, folder: Path) -> tuple[Workspace, Path]:
    """Decisions and remarks come back to the office, whose clerk has meanwhile gone on with other forms."""
    first = exchange_one(office, bureau, folder)
    review.remark(bureau, first, "employees", "与社保人数不符")
    review.return_record(bureau, first)
    bureau.store.set_answers(first, {"employees": 9}, actor=bureau.actor, source="窗口录入")
    recommended(office, 5)
    return office, answered(bureau, folder).path


def notice_with_library(office: Workspace, bureau: Workspace, folder: Path) -> tuple[Workspace, Path]:
    """Words, a last day, and lines of the library that the office did not know."""
    exchange_one(office, bureau, folder)
    for number in (31, 32):
        members.enrol(
            bureau, unit_name=f"天津示例{number}有限公司", credit_code=credit_code(number), kind="green-factory",
            office=OFFICE, admitted_on=date(2025, 6, 30), industry_code="3484",
        )
    words = NoticeWords("关于报送的通知", date(2026, 6, 20), "请按时报送")
    return office, receipts.write_notice(bureau, OFFICE, folder, words, with_papers=False).path


SCENES: tuple[Scene, ...] = (first_package, correction, replacement, receipt_of_a_return, notice_with_library)


def exchange_one(office: Workspace, bureau: Workspace, folder: Path) -> str:
    """One form there and back."""
    record_id = recommended(office, 1).id
    exchange(office, bureau, folder)
    return record_id


def returned(office: Workspace, bureau: Workspace, folder: Path) -> str:
    """A form that came back."""
    record_id = exchange_one(office, bureau, folder)
    review.return_record(bureau, record_id, "材料不全")
    receiving.receive(office, answered(bureau, folder).path)
    return record_id


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_the_content_is_exactly_as_before(scene: Scene) -> None:
    with quick_folder() as folder, open_office(folder / "o") as office, open_bureau(folder / "b") as bureau:
        ws, path = scene(office, bureau, folder / "stick")
        before = content(ws)
        first = receiving.receive(ws, path)
        assert content(ws) != before
        line = undoing.undo(ws)
        assert content(ws) == before
        assert line.undone_at is not None
        assert ws.store.verify_history() == ()
        assert ws.store.integrity_problems() == ()
        again = receiving.receive(ws, path)
        assert [(r.record_id, r.outcome, r.sentence) for r in again.records] == [
            (r.record_id, r.outcome, r.sentence) for r in first.records
        ]
        assert ws.store.verify_history() == ()


def test_several_files_are_taken_back_from_the_last_to_the_first() -> None:
    with quick_folder() as folder, open_office(folder / "o") as office, open_bureau(folder / "b") as bureau:
        exchange_one(office, bureau, folder / "stick")
        rng, states = random.Random(5), []
        for number in range(2, 6):
            record = recommended(office, number)
            change(office, folder, rng, record.id)
            path = sent(office, folder / "stick").path
            states.append(content(bureau))
            receiving.receive(bureau, path)
        for before in reversed(states):
            undoing.undo(bureau)
            assert content(bureau) == before
        assert [x.undone_at is not None for x in log.inbox(bureau)] == [True] * 4 + [False]


def test_a_replaced_form_lives_again() -> None:
    with quick_folder() as folder, open_office(folder / "o") as office, open_bureau(folder / "b") as bureau:
        ws, path = replacement(office, bureau, folder / "stick")
        ids = ws.store.exchange.ids()
        received = receiving.receive(ws, path)
        assert [r.outcome for r in received.records if "取代" in r.sentence] == [Outcome.NEW]
        assert ws.store.exchange.ids() != ids
        undoing.undo(ws)
        assert ws.store.exchange.ids() == ids


def test_nothing_is_taken_back_once_something_was_written_or_sent() -> None:
    with quick_folder() as folder, open_office(folder / "o") as office, open_bureau(folder / "b") as bureau:
        first = exchange_one(office, bureau, folder / "stick")
        with pytest.raises(NotAllowedError, match="不能再撤销"):
            undoing.undo(bureau)  # its receipt went out
        recommended(office, 2)
        receiving.receive(bureau, sent(office, folder / "stick").path)
        review.remark(bureau, first, "employees", "请核对")
        review.return_record(bureau, first, "材料不全")
        before = content(bureau)
        with pytest.raises(NotAllowedError, match="又有新的修改"):
            undoing.undo(bureau)
        assert content(bureau) == before
