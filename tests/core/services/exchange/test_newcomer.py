"""What a newcomer stumbled over: keeping what is not there, laying a locked file open, an undo that only promises."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from core.domain.enums import Role
from core.domain.errors import NotAllowedError
from core.domain.records import Station
from core.services.exchange import log, packing, receipts, receiving, trust, undoing
from core.services.exchange.model import Choice, Outcome, Standing
from core.services.library import closing, review, windows
from tests.fixtures.exchange import answered, copied, enrolled, exchange, open_bureau, open_office, recommended, sent
from tests.fixtures.library import OFFICE, confirm_all
from tests.fixtures.library import open_bureau as open_bureau_on


def test_a_new_form_is_taken_whole_whatever_was_chosen(tmp_path: Path) -> None:
    with open_office(tmp_path / "office") as office, open_bureau(tmp_path / "bureau") as bureau:
        record = recommended(office, 1)
        file = sent(office, tmp_path)
        enrolled(bureau, file)
        shown = receiving.preview(bureau, file.path).records[0]
        assert all(field.is_locked for field in shown.fields)
        keep = {(record.id, field.name): Choice.KEEP for field in shown.fields}
        receiving.receive(bureau, file.path, choices=keep)
        assert bureau.store.get(record.id).answers == office.store.get(record.id).answers


def test_the_fields_of_a_preview_come_in_the_order_of_the_form(tmp_path: Path) -> None:
    with open_office(tmp_path / "office") as office, open_bureau(tmp_path / "bureau") as bureau:
        recommended(office, 1)
        file = sent(office, tmp_path)
        enrolled(bureau, file)
        names = [f.name for f in receiving.preview(bureau, file.path).records[0].fields if ":" not in f.name]
        order = list(bureau.pack.form("green-factory").by_name)
        assert names == sorted(names, key=order.index)


def test_a_locked_file_is_not_laid_open_by_packing_again(tmp_path: Path) -> None:
    with open_office(tmp_path / "office") as office:
        recommended(office, 1)
        file = packing.pack(office, tmp_path, password="晾晒2026", with_papers=False)
        before = file.path.read_bytes()
        with pytest.raises(NotAllowedError, match="没有填密码，没有覆盖它"):
            packing.pack(office, tmp_path, with_papers=False)
        assert file.path.read_bytes() == before
        assert packing.pack(office, tmp_path, password="晾晒2026", with_papers=False).is_again


def test_an_undo_says_beforehand_that_it_will_not_be(tmp_path: Path) -> None:
    with open_office(tmp_path / "office") as office, open_bureau(tmp_path / "bureau") as bureau:
        assert "没有可以撤销的" in undoing.obstacle(bureau)
        recommended(office, 1)
        file = sent(office, tmp_path)
        enrolled(bureau, file)
        receiving.receive(bureau, file.path)
        assert undoing.obstacle(bureau) == ""
        answered(bureau, tmp_path)
        assert "已经写出" in undoing.obstacle(bureau)


def test_an_extra_batch_makes_up_for_no_window(tmp_path: Path) -> None:
    ws, _ = open_bureau_on(tmp_path / "bureau", date(2026, 11, 25))
    with ws:
        missed = windows.overview(ws).missed
        assert [window.month for window in missed] == [6]
        windows.open_window(ws, batch=1)
        assert windows.overview(ws).missed == missed


def test_closing_a_window_makes_a_receipt_due_that_tells_who_came_in(tmp_path: Path) -> None:
    with open_office(tmp_path / "office") as office, open_bureau(tmp_path / "bureau") as bureau:
        record = recommended(office, 1)
        exchange(office, bureau, tmp_path)
        confirm_all(bureau, record.id)
        review.admit(bureau, record.id)
        assert [line.office for line in receipts.due(bureau)] == [OFFICE]
        receiving.receive(office, answered(bureau, tmp_path).path)
        assert log.standings(office)[0].standing is Standing.ADMITTING
        assert receipts.due(bureau) == ()
        closing.close_window(bureau)
        assert [line.office for line in receipts.due(bureau)] == [OFFICE]
        received = receiving.receive(office, answered(bureau, tmp_path).path)
        assert "新入库：宝坻示范1号机械厂" in received.sentence
        assert log.standings(office)[0].standing is Standing.ADMITTED


def test_a_form_that_was_not_taken_is_told_to_its_office(tmp_path: Path) -> None:
    other = "120115001"
    with (
        open_office(tmp_path / "a") as first, open_office(tmp_path / "b", other) as second,
        open_bureau(tmp_path / "bureau") as bureau,
    ):
        recommended(first, 1)
        exchange(first, bureau, tmp_path)
        recommended(second, 1, office=other)
        exchange(second, bureau, tmp_path)
        (line,) = log.standings(second)
        assert line.standing is Standing.SENT
        assert line.words.startswith("区局没有收：该单位已由")


def test_a_form_of_another_office_stands_in_the_plan_with_the_reason(tmp_path: Path) -> None:
    with open_office(tmp_path / "office") as office:
        recommended(office, 1)
        strange = recommended(office, 2, office="120115001")
        plan = packing.plan(office)
        assert [line.record_id for line in plan.lines if "不由本单位报" in line.obstacle] == [strange.id]
        assert len(plan.going) == 1


def test_a_copied_key_is_no_longer_trusted_once_another_followed_it(tmp_path: Path) -> None:
    with open_office(tmp_path / "office") as office, open_bureau(tmp_path / "bureau") as bureau:
        recommended(office, 1)
        first = sent(office, tmp_path)
        enrolled(bureau, first)
        receiving.receive(bureau, first.path)
        recommended(office, 2)
        late = sent(office, tmp_path)
        office.close()
        copied(tmp_path / "office", tmp_path / "thief")
    with (
        open_office(tmp_path / "office") as office, open_office(tmp_path / "thief") as thief,
        open_bureau(tmp_path / "bureau", window=False) as bureau,
    ):
        trust.rotate(office)
        recommended(office, 3)
        receiving.receive(bureau, sent(office, tmp_path).path)
        assert receiving.receive(bureau, late.path).facts.number == 2  # sealed before the key was replaced
        for number in (5, 6):
            recommended(thief, number)
            stolen = sent(thief, tmp_path / f"贼{number}.zip")
        with pytest.raises(NotAllowedError, match="已经停用"):
            receiving.receive(bureau, stolen.path)


def test_another_office_at_the_same_store_is_a_new_workstation(tmp_path: Path) -> None:
    other = "120115001"
    with open_office(tmp_path / "office") as office, open_bureau(tmp_path / "bureau") as bureau:
        recommended(office, 1)
        exchange(office, bureau, tmp_path)
        assert trust.change_station(office, Station(Role.OFFICE, OFFICE, "李小红")) == ""
        assert "新的工作站" in trust.change_station(office, Station(Role.OFFICE, other, "李小红"))
        recommended(office, 2, office=other)
        file = sent(office, tmp_path)
        assert file.number == 1
        enrolled(bureau, file)
        assert receiving.receive(bureau, file.path).count(Outcome.NEW) == 1
        numbers = {line.office: (line.last_number, line.missing) for line in log.offices(bureau) if line.last_number}
        assert numbers == {OFFICE: (1, ()), other: (1, ())}
