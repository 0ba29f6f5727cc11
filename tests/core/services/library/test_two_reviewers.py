"""Two clerks of the bureau over one form: the later decision is refused with who was faster and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from core.domain.enums import RecordState, Role
from core.domain.errors import NotAllowedError
from core.domain.library import DecisionKind
from core.domain.prospects import ProspectFacts
from core.domain.records import Station
from core.services.library import prospects, removal, review, windows
from core.services.library.review import Review
from core.services.workspace import Workspace
from tests.core.services.library.conftest import Bureau
from tests.core.services.library.story import PUMPS, enrol
from tests.fixtures.library import confirm_all, received

COLLEAGUE = Station(Role.BUREAU, "", "钱同事")
DECISIONS: dict[str, Callable[[Workspace, Review], object]] = {
    "纳入": lambda ws, shown: review.admit(ws, shown.opened.record.id, shown=shown.opened.record),
    "退回": lambda ws, shown: review.return_record(ws, shown.opened.record.id, "要改", shown=shown.opened.record),
    "不予纳入": lambda ws, shown: review.refuse(
        ws, shown.opened.record.id, "不在本区", clause="三(二)1", shown=shown.opened.record
    ),
}


@pytest.fixture
def waiting(bureau: Bureau) -> Review:
    """A form that could be admitted, as both clerks see it."""
    windows.open_window(bureau.ws)
    record = received(bureau.ws, 1, "天津岚溪泵业有限公司")
    confirm_all(bureau.ws, record.id)
    return review.open_review(bureau.ws, record.id)


def by_colleague(ws: Workspace, step: Callable[[], object]) -> None:
    """The colleague sits at another PC over the same store."""
    with pytest.MonkeyPatch.context() as there:
        there.setattr(ws.store.this_pc, "load_station", lambda: COLLEAGUE)
        step()


@pytest.mark.parametrize("mine", DECISIONS)
@pytest.mark.parametrize("theirs", DECISIONS)
def test_the_later_of_two_decisions_is_refused(bureau: Bureau, waiting: Review, theirs: str, mine: str) -> None:
    ws, record = bureau.ws, waiting.opened.record
    by_colleague(ws, lambda: DECISIONS[theirs](ws, waiting))
    state = ws.store.get(record.id).state
    with pytest.raises(NotAllowedError, match=r"钱同事，\d+月\d+日\d\d:\d\d"):
        DECISIONS[mine](ws, waiting)
    assert ws.store.get(record.id).state is state
    assert len(review.decisions(ws, record.id)) == 1


def test_a_decision_is_on_the_form_that_was_seen(bureau: Bureau, waiting: Review) -> None:
    ws, record = bureau.ws, waiting.opened.record

    def again() -> None:
        review.return_record(ws, record.id, "要改", shown=record)
        review.revoke(ws, record.id)

    by_colleague(ws, again)
    with pytest.raises(NotAllowedError, match=r"刚由.*钱同事改为“待审核”"):
        review.admit(ws, record.id, shown=record)
    assert review.admit(ws, record.id).kind is DecisionKind.ADMIT


def test_only_the_decision_that_is_meant_is_taken_back(bureau: Bureau, waiting: Review) -> None:
    ws, record = bureau.ws, waiting.opened.record
    mine = review.return_record(ws, record.id, "要改")

    def decide_anew() -> None:
        review.revoke(ws, record.id)
        review.refuse(ws, record.id, "不在本区", clause="三(二)1")

    by_colleague(ws, decide_anew)
    with pytest.raises(NotAllowedError, match=r"钱同事.*不是您要撤销的那个决定"):
        review.revoke(ws, record.id, shown=mine)
    assert ws.store.get(record.id).state is RecordState.REFUSED


def test_a_remark_comes_too_late_for_a_settled_form(bureau: Bureau, waiting: Review) -> None:
    ws, record = bureau.ws, waiting.opened.record
    by_colleague(ws, lambda: review.return_record(ws, record.id, "要改", shown=record))
    with pytest.raises(NotAllowedError, match=r"钱同事.*意见没有写下"):
        review.remark(ws, record.id, "employees", "与社保人数不符", shown=record)
    assert review.remarks(ws, record.id) == ()


def test_a_finding_is_not_turned_round_unseen(bureau: Bureau, waiting: Review) -> None:
    ws, record = bureau.ws, waiting.opened.record
    by_colleague(ws, lambda: review.confirm(ws, record.id, "N5", clear=False, basis="2026年监察名单第12号"))
    with pytest.raises(NotAllowedError, match=r"N5刚由.*钱同事核对为“有此情形”.*2026年监察名单第12号"):
        review.confirm(ws, record.id, "N5", clear=True, basis="台账第4页", shown=waiting.confirmations)
    seen = review.open_review(ws, record.id).confirmations
    assert review.confirm(ws, record.id, "N5", clear=True, basis="已销号", shown=seen).is_clear


def test_the_later_of_two_decisions_on_a_removal_is_refused(bureau: Bureau) -> None:
    ws, member = bureau.ws, enrol(bureau, 1, PUMPS)
    windows.open_window(ws, batch=1)
    removal.record_falsification(
        ws, member.id, found_on=date(2026, 6, 1), detail="能耗数据造假", source="核查记录"
    )
    (shown,) = removal.proposals(ws)
    subject = shown.subject
    by_colleague(ws, lambda: removal.keep(ws, member.id, subject=subject, reason="情节轻微", shown=shown))
    with pytest.raises(NotAllowedError, match=r"刚由.*钱同事决定“保留”"):
        removal.remove(ws, member.id, subject=subject, shown=shown)
    (seen,) = removal.proposals(ws)
    assert removal.remove(ws, member.id, subject=subject, shown=seen).kind is DecisionKind.REMOVE


def test_a_prospect_that_was_changed_is_not_written_over_unseen(bureau: Bureau) -> None:
    ws, facts = bureau.ws, ProspectFacts(unit_name=PUMPS, kind="green-factory", office="120115456", potential="节能")
    shown = prospects.add(ws, facts)
    bureau.clock.set(date(2026, 6, 2))
    by_colleague(ws, lambda: prospects.edit(ws, shown.id, replace(facts, next_step="走访"), shown=shown))
    with pytest.raises(NotAllowedError, match=r"刚在另一处改过.*没有保存"):
        prospects.edit(ws, shown.id, replace(facts, next_step="宣贯"), shown=shown)
    seen = prospects.prospect(ws, shown.id)
    assert seen.next_step == "走访"
    assert prospects.edit(ws, shown.id, replace(facts, next_step="宣贯"), shown=seen).next_step == "宣贯"
