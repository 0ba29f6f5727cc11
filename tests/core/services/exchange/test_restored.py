"""A store that went back to an older backup, and an other side that knows what came after it: nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.enums import RecordState
from core.domain.exchange import covers
from core.services import drafts, moving, restoring
from core.services.exchange import conflicts, receiving, undoing
from core.services.exchange.model import Outcome
from core.services.library import review
from core.services.workspace import Workspace
from tests.fixtures.exchange import TickingClock, answered, exchange, open_bureau, open_office, recommended, sent
from tests.fixtures.library import confirm_all
from tests.fixtures.on_server import of_the_file

pytestmark = of_the_file


def _edited(ws: Workspace, record_id: str, field: str, value: str) -> None:
    """Withdraw, write one answer, recommend again."""
    drafts.withdraw(ws, record_id)
    drafts.save_answer(ws, record_id, field, value)
    drafts.recommend(ws, record_id)


def _went_back(office: Workspace, backup: Path) -> Workspace:
    folder = office.folder
    office.close()
    restoring.restore(backup, folder, replace=True, clock=TickingClock(fast_by=7200))
    return open_office(folder, clock=TickingClock(fast_by=7200))


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Workspace]:
    with open_bureau(tmp_path / "bureau") as ws:
        yield ws


@pytest.fixture
def office(tmp_path: Path, bureau: Workspace) -> Workspace:
    """An office that has sent a first unit; each side has enrolled the other. Tests close it."""
    ws = open_office(tmp_path / "office")
    recommended(ws, 9, "宝坻早先机械厂")
    exchange(ws, bureau, tmp_path / "stick0")
    return ws


def _met(office: Workspace, bureau: Workspace) -> None:
    """Both have the same of every form, and know it."""
    assert office.store.exchange.ids() == bureau.store.exchange.ids()
    for record_id in bureau.store.exchange.ids():
        here, there = office.store.get(record_id), bureau.store.get(record_id)
        assert (here.answers, here.state) == (there.answers, there.state)
    ids = bureau.store.exchange.ids()
    mine, theirs = office.store.exchange.vectors(ids), bureau.store.exchange.vectors(ids)
    assert all(covers(mine[i], theirs[i]) for i in ids)
    assert office.store.verify_history() == bureau.store.verify_history() == ()


def test_what_the_bureau_has_and_the_backup_has_not_comes_back_with_the_next_receipt(
    office: Workspace, bureau: Workspace, tmp_path: Path
) -> None:
    record = recommended(office, 1, "宝坻示范机械厂")
    backup = moving.back_up(office, tmp_path / "备份.zip").path
    _edited(office, record.id, "main_products", "报出去以前改的")
    old_site = office.store.exchange.site()
    exchange(office, bureau, tmp_path / "stick")
    with _went_back(office, backup) as office:
        assert office.store.exchange.site() != old_site
        _edited(office, record.id, "contact_name", "恢复以后改的")
        package = sent(office, tmp_path / "stick2")
        assert package.number == 1
        taken = receiving.receive(bureau, package.path)
        assert [r.outcome for r in taken.records if r.record_id == record.id] == [Outcome.CHANGED]
        there = bureau.store.get(record.id)
        assert there.answers["main_products"] == "报出去以前改的"
        assert there.answers["contact_name"] == "恢复以后改的"
        back = receiving.receive(office, answered(bureau, tmp_path / "stick2").path)
        assert back.count(Outcome.REFUSED) == 0
        assert office.store.get(record.id).state is RecordState.RECEIVED
        _met(office, bureau)


def test_a_receipt_for_the_store_as_it_was_is_refused_and_the_next_one_brings_all(
    office: Workspace, bureau: Workspace, tmp_path: Path
) -> None:
    record = recommended(office, 1, "宝坻示范机械厂")
    backup = moving.back_up(office, tmp_path / "备份.zip").path
    _edited(office, record.id, "main_products", "报出去以前改的")
    receiving.receive(bureau, sent(office, tmp_path / "stick").path)
    receipt = answered(bureau, tmp_path / "stick")
    with _went_back(office, backup) as office:
        back = receiving.receive(office, receipt.path)
        assert all("完整包" in r.sentence for r in back.records if r.outcome is Outcome.REFUSED)
        receiving.receive(bureau, sent(office, tmp_path / "stick2").path)
        back = receiving.receive(office, answered(bureau, tmp_path / "stick2").path)
        assert back.count(Outcome.REFUSED) == 0
        assert office.store.get(record.id).answers["main_products"] == "报出去以前改的"
        _met(office, bureau)
        undoing.undo(office)
        assert office.store.get(record.id).state is RecordState.RECOMMENDED


def test_the_same_field_written_before_and_after_the_restore_is_a_conflict_and_both_are_kept(
    office: Workspace, bureau: Workspace, tmp_path: Path
) -> None:
    record = recommended(office, 1, "宝坻示范机械厂")
    backup = moving.back_up(office, tmp_path / "备份.zip").path
    _edited(office, record.id, "main_products", "第一种写法")
    exchange(office, bureau, tmp_path / "stick")
    with _went_back(office, backup) as office:
        _edited(office, record.id, "main_products", "第二种写法")
        taken = receiving.receive(bureau, sent(office, tmp_path / "stick2").path)
        assert [r.outcome for r in taken.records if r.record_id == record.id] == [Outcome.CONFLICT]
        (found,) = [c for c in conflicts.open_conflicts(bureau, record.id) if c.field == "main_products"]
        assert {v.value for v in found.versions} == {"第一种写法", "第二种写法"}
        for open_one in conflicts.open_conflicts(bureau, record.id):
            conflicts.settle(bureau, record.id, open_one.field, open_one.versions[0].key)
        receiving.receive(office, answered(bureau, tmp_path / "stick2").path)
        assert conflicts.open_conflicts(office, record.id) == conflicts.open_conflicts(bureau, record.id) == ()
        _met(office, bureau)


def test_an_old_package_that_comes_late_and_one_from_after_the_restore_meet(
    office: Workspace, bureau: Workspace, tmp_path: Path
) -> None:
    first = recommended(office, 1, "宝坻甲机械厂")
    backup = moving.back_up(office, tmp_path / "备份.zip").path
    _edited(office, first.id, "main_products", "旧包里改的")
    late = sent(office, tmp_path / "late")
    with _went_back(office, backup) as office:
        second = recommended(office, 2, "宝坻乙机械厂")
        newer = sent(office, tmp_path / "newer")
        assert receiving.receive(bureau, newer.path).count(Outcome.NEW) == 2
        assert receiving.receive(bureau, late.path).count(Outcome.CHANGED) == 1
        assert bureau.store.get(first.id).answers["main_products"] == "旧包里改的"
        assert second.id in bureau.store.exchange.ids()
        # The late package came from the store as it was: only the next one says again what the office has now.
        receiving.receive(bureau, sent(office, tmp_path / "again", full=True).path)
        back = receiving.receive(office, answered(bureau, tmp_path / "again").path)
        assert back.count(Outcome.REFUSED) == 0
        _met(office, bureau)


def test_a_bureau_that_went_back_gets_all_again_from_a_full_package(
    office: Workspace, bureau: Workspace, tmp_path: Path
) -> None:
    backup = moving.back_up(bureau, tmp_path / "备份.zip").path
    later = recommended(office, 2, "宝坻乙机械厂")
    exchange(office, bureau, tmp_path / "stick")
    confirm_all(bureau, later.id)
    review.admit(bureau, later.id)
    receiving.receive(office, answered(bureau, tmp_path / "stick").path)
    assert office.store.get(later.id).state is RecordState.ADMITTED
    folder = bureau.folder
    bureau.close()
    restoring.restore(backup, folder, replace=True, clock=TickingClock(fast_by=7200))
    with office, open_bureau(folder, TickingClock(fast_by=7200)) as bureau:
        assert later.id not in bureau.store.exchange.ids()
        taken = receiving.receive(bureau, sent(office, tmp_path / "stick2", full=True).path)
        assert taken.count(Outcome.REFUSED) == 0
        there = bureau.store.get(later.id)
        assert there.answers == office.store.get(later.id).answers
        assert there.state is RecordState.RECEIVED  # the decision went with the data that hung on it
        receiving.receive(office, answered(bureau, tmp_path / "stick2").path)
        _met(office, bureau)


def test_a_store_restored_three_times_still_knows_its_own_words(
    office: Workspace, bureau: Workspace, tmp_path: Path
) -> None:
    record = recommended(office, 1, "宝坻示范机械厂")
    exchange(office, bureau, tmp_path / "stick")
    for turn in ("一", "二", "三"):
        backup = moving.back_up(office, tmp_path / f"备份{turn}.zip").path
        office = _went_back(office, backup)
        review.return_record(bureau, record.id, f"第{turn}次退回")
        receiving.receive(office, answered(bureau, tmp_path / f"stick{turn}").path)
        drafts.save_answer(office, record.id, "main_products", f"第{turn}次改")
        drafts.recommend(office, record.id)
        receiving.receive(bureau, sent(office, tmp_path / f"up{turn}").path)
        assert bureau.store.get(record.id).answers["main_products"] == f"第{turn}次改"
    with office:
        assert len(office.store.exchange.own_sites()) == 4
        assert office.store.exchange.conflicts() == ()
