"""Which stores of the other side count: after restores, with two PCs of one office, and in another's name."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from core.domain.enums import RecordState
from core.domain.errors import NotAllowedError
from core.domain.exchange import Answer, FileKind, Head, Vector
from core.exchange.writer import Outgoing, write_file
from core.services import drafts
from core.services.exchange import log, packing, reading, receiving, stores, trust, undoing
from core.services.exchange.model import Outcome, Standing
from core.services.library import review
from core.services.workspace import Workspace
from tests.fixtures.exchange import (
    TickingClock,
    answered,
    copied,
    enrolled,
    exchange,
    open_bureau,
    open_office,
    recommended,
    sent,
)

OTHER = "120115103"


def told(ws: Workspace, folder: Path, site: str, acks: Mapping[str, Vector], number: int = 9) -> Path:
    """A package that our program would not write: in the name of any store, saying that it has anything."""
    sender = dataclasses.replace(trust.own_sender(ws), site=site)
    head = Head(
        FileKind.PACKAGE, sender, trust.BUREAU, number, ws.clock.now(), "", ws.pack.label, ws.pack.digest,
        "GreenLadder 1.0.0",
    )
    outgoing = Outgoing(head, [], Answer(acks, 0, (), (), (), ()), {}, None, lambda _code: {})
    return write_file(folder / f"{number}.zip", outgoing, trust.private_key(ws)).path


# The bureau's stores follow one another


def test_a_file_tells_the_names_from_before_a_restore(tmp_path: Path) -> None:
    with open_bureau(tmp_path / "bureau") as bureau:
        first = bureau.store.exchange.site()
        with reading.opened(bureau, answered(bureau, tmp_path).path, "") as incoming:
            assert incoming.head.sender.former == ()
        second = bureau.store.exchange.renew_site()
        bureau.store.exchange.renew_site()
        with reading.opened(bureau, answered(bureau, tmp_path).path, "") as incoming:
            assert incoming.head.sender.former == tuple(sorted((first, second)))


def test_a_store_of_the_past_that_is_heard_of_late_stays_in_the_past(tmp_path: Path) -> None:
    with open_bureau(tmp_path / "bureau") as bureau, open_office(tmp_path / "a") as office:
        record = recommended(office, 1)
        exchange(office, bureau, tmp_path / "stick")
        middle = bureau.store.exchange.renew_site()
        late = answered(bureau, tmp_path / "late")
        last = bureau.store.exchange.renew_site()
        review.return_record(bureau, record.id, "请补充")
        receiving.receive(office, answered(bureau, tmp_path / "stick").path)
        assert stores.bureau_site(office) == last
        came = receiving.receive(office, late.path)
        assert any("恢复数据以前" in note for note in came.notes)
        assert stores.bureau_site(office) == last
        assert stores.succession(office)[-2:] == (middle, last)
        assert office.store.get(record.id).state is RecordState.RETURNED
        undoing.undo(office)
        undoing.undo(office)
        assert stores.bureau_site(office) not in (middle, last)


def test_what_the_bureau_lost_is_not_sent_until_it_has_it_again(tmp_path: Path) -> None:
    with open_office(tmp_path / "a") as office:
        with open_bureau(tmp_path / "bureau") as bureau:
            recommended(office, 1)
            exchange(office, bureau, tmp_path / "stick")
        copied(tmp_path / "bureau", tmp_path / "backup")
        with open_bureau(tmp_path / "bureau") as bureau:
            lost = recommended(office, 2)
            exchange(office, bureau, tmp_path / "stick")
        with open_bureau(tmp_path / "backup") as bureau:
            bureau.store.exchange.renew_site()
            receiving.receive(office, answered(bureau, tmp_path / "stick").path)
            assert {line.record_id: line.standing for line in log.standings(office)}[lost.id] is Standing.NOT_SENT
            assert [line.confirmed for line in log.outbox(office)] == [False, True]
            assert [x.record_id for x in packing.plan(office).lines if not x.obstacle] == [lost.id]
            exchange(office, bureau, tmp_path / "stick")
            assert {line.standing for line in log.standings(office)} == {Standing.RECEIVED}


# An office's stores


def test_a_store_is_of_one_office_and_nobody_else_uses_its_name(tmp_path: Path) -> None:
    with (
        open_bureau(tmp_path / "bureau") as bureau,
        open_office(tmp_path / "a") as liar,
        open_office(tmp_path / "b", OTHER) as office,
    ):
        recommended(liar, 2)
        exchange(liar, bureau, tmp_path / "stick")
        recommended(office, 1)
        exchange(office, bureau, tmp_path / "stick")
        for site in (office.store.exchange.site(), bureau.store.exchange.site()):
            lie = told(liar, tmp_path, site, {})
            assert receiving.inspect(bureau, lie).problems
            for step in (receiving.preview, receiving.receive):
                with pytest.raises(NotAllowedError, match="工作站编号"):
                    step(bureau, lie)


def test_an_office_says_only_of_its_own_forms_what_it_has(tmp_path: Path) -> None:
    with (
        open_bureau(tmp_path / "bureau") as bureau,
        open_office(tmp_path / "a") as liar,
        open_office(tmp_path / "b", OTHER) as office,
    ):
        own = recommended(liar, 2)
        exchange(liar, bureau, tmp_path / "stick")
        record = recommended(office, 1)
        exchange(office, bureau, tmp_path / "stick")
        acks = bureau.store.exchange.vectors([own.id, record.id])
        receiving.receive(bureau, told(liar, tmp_path, liar.store.exchange.site(), acks))
        assert set(bureau.store.exchange.peers.marks(liar.store.exchange.site())) == {own.id}


def test_a_pc_that_was_silent_for_long_is_not_reckoned_with(tmp_path: Path) -> None:
    with open_bureau(tmp_path / "bureau") as bureau:
        with open_office(tmp_path / "a") as office:
            record = recommended(office, 1)
            exchange(office, bureau, tmp_path / "stick")
            party = trust.own_party(office)
            office.store.exchange.renew_site()
            recommended(office, 2)
            receiving.receive(bureau, sent(office, tmp_path / "stick").path)
        latest, common = stores.office_has(bureau, party)
        assert len(latest) == 2
        assert common[record.id] != {}
        assert [i for i, vector in common.items() if not vector] == [i for i in latest if i != record.id]
    with open_bureau(tmp_path / "bureau", TickingClock(date(2028, 6, 1))) as bureau:
        with open_office(tmp_path / "a", clock=TickingClock(date(2028, 6, 1))) as office:
            recommended(office, 3)
            receiving.receive(bureau, sent(office, tmp_path / "stick").path)
        latest, common = stores.office_has(bureau, party)
        assert latest == common


# The same file another time


def test_a_file_brings_another_time_only_what_was_left_out(tmp_path: Path) -> None:
    with open_bureau(tmp_path / "bureau") as bureau, open_office(tmp_path / "a") as office:
        taken = recommended(office, 1)
        left = recommended(office, 2)
        package = sent(office, tmp_path / "stick")
        enrolled(bureau, package)
        first = receiving.receive(bureau, package.path, skip=[left.id])
        still = receiving.receive(bureau, package.path, skip=[left.id])
        assert still.inbox_id == first.inbox_id
        assert still.count(Outcome.SKIPPED) == 1
        assert not receiving.preview(bureau, package.path).is_repeat
        again = receiving.receive(bureau, package.path)
        assert {r.record_id: r.outcome for r in again.records} == {taken.id: Outcome.UNCHANGED, left.id: Outcome.NEW}
        assert any("只补收上次没有收的" in note for note in again.notes)
        whole = receiving.receive(bureau, package.path)
        assert (whole.inbox_id, whole.records) == (again.inbox_id, ())
        assert receiving.preview(bureau, package.path).is_repeat
        undoing.undo(bureau)
        assert bureau.store.exchange.ids() == (taken.id,)
        assert drafts.open_form(bureau, taken.id).record.state is RecordState.RECEIVED
