"""Reviewing: every gate refuses with its clause; decisions can be taken back until the window closes."""

from __future__ import annotations

from datetime import date

import pytest

from core.domain.enums import RecordState
from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.library import DecisionKind, UnitChangeKind
from core.services import drafts
from core.services.library import review, windows
from tests.core.services.library.conftest import Bureau
from tests.fixtures.library import admitted, confirm_all, credit_code, draft, received


def close(bureau: Bureau) -> None:
    current = windows.current(bureau.ws)
    assert current is not None
    bureau.ws.store.library.windows.close(current.id, day=bureau.ws.clock.today(), actor="测试")


def test_receiving_locks_the_form_with_a_verdict_number(bureau: Bureau) -> None:
    record = received(bureau.ws, 1, "天津岚溪泵业有限公司")
    assert record.state is RecordState.RECEIVED
    assert record.verdict_number
    with pytest.raises(NotAllowedError, match="已经锁定"):
        drafts.save_answer(bureau.ws, record.id, "employees", "12")
    with pytest.raises(NotAllowedError, match="待审核"):
        review.receive(bureau.ws, record.id)
    with pytest.raises(NotAllowedError, match="已经接收，不能再撤回"):
        drafts.withdraw(bureau.ws, record.id)


def test_admission_needs_each_confirmation_with_its_clause(bureau: Bureau) -> None:
    windows.open_window(bureau.ws)
    record = received(bureau.ws, 1, "天津岚溪泵业有限公司")
    for rule, clause in (("N3", "三(四)1(3)"), ("N4", "三(四)1(4)"), ("N5", "三(四)1(5)")):
        with pytest.raises(NotAllowedError) as refused:
            review.admit(bureau.ws, record.id)
        assert clause in str(refused.value)
        review.confirm(bureau.ws, record.id, rule, clear=True, basis="区局台账")
    assert review.admit(bureau.ws, record.id).kind is DecisionKind.ADMIT
    assert bureau.ws.store.get(record.id).state is RecordState.ADMITTED


def test_an_adverse_confirmation_bars_admission_until_it_is_mended(bureau: Bureau) -> None:
    windows.open_window(bureau.ws)
    record = received(bureau.ws, 1, "天津岚溪泵业有限公司")
    confirm_all(bureau.ws, record.id)
    review.confirm(bureau.ws, record.id, "N5", clear=False, basis="2026年监察名单第12号")
    with pytest.raises(NotAllowedError, match=r"2026年监察名单第12号"):
        review.admit(bureau.ws, record.id)
    review.confirm(bureau.ws, record.id, "N5", clear=True, basis="已销号")
    review.admit(bureau.ws, record.id)
    steps = [c.new for c in bureau.ws.store.history(record.id, "confirmation:N5")]
    assert steps == [["clear", "区局台账2026年第3页"], ["found", "2026年监察名单第12号"], ["clear", "已销号"]]


def test_a_form_that_is_not_eligible_is_not_admitted(bureau: Bureau) -> None:
    windows.open_window(bureau.ws)
    record = received(bureau.ws, 1, "天津岚溪泵业有限公司", production_status="closed")
    confirm_all(bureau.ws, record.id)
    with pytest.raises(NotAllowedError, match=r"”不能纳入.*三\(一\)1\(1\)"):
        review.admit(bureau.ws, record.id)


def test_an_open_verify_finding_is_not_admitted(bureau: Bureau) -> None:
    windows.open_window(bureau.ws)
    record = draft(bureau.ws, 1, "天津岚溪泵业有限公司")
    drafts.explain(bureau.ws, record.id, "V011", "")
    review.receive(bureau.ws, record.id)
    confirm_all(bureau.ws, record.id)
    with pytest.raises(NotAllowedError, match=r"V011.*才能纳入"):
        review.admit(bureau.ws, record.id)


def test_without_an_open_window_nothing_is_admitted(bureau: Bureau) -> None:
    record = received(bureau.ws, 1, "天津岚溪泵业有限公司")
    confirm_all(bureau.ws, record.id)
    with pytest.raises(NotAllowedError, match=r"没有打开的更新窗口.*三\(二\)2"):
        review.admit(bureau.ws, record.id)


def test_a_draft_must_be_received_first(bureau: Bureau) -> None:
    windows.open_window(bureau.ws)
    record = draft(bureau.ws, 1, "天津岚溪泵业有限公司")
    confirm_all(bureau.ws, record.id)
    with pytest.raises(NotAllowedError, match="只有待审核的表才能纳入"):
        review.admit(bureau.ws, record.id)


def test_the_same_kind_twice_in_one_batch_is_refused_also_under_another_code(bureau: Bureau) -> None:
    ws = bureau.ws
    windows.open_window(ws)
    admitted(ws, 1, "天津岚溪泵业有限公司")
    close(bureau)
    unit = ws.store.library.units.by_code(credit_code(1))
    assert unit is not None
    windows.open_window(ws, batch=1)
    second = received(ws, 2, "天津岚溪泵业有限公司")
    ws.store.library.units.change(
        unit.id, UnitChangeKind.CODE, after=credit_code(2), happened_on=date(2026, 6, 1), note="", actor="测试"
    )
    confirm_all(ws, second.id)
    with pytest.raises(NotAllowedError, match=r"同一类别不能重复入库.*三\(二\)2"):
        review.admit(ws, second.id)


def test_two_records_of_one_unit_in_one_batch_are_refused(bureau: Bureau) -> None:
    ws = bureau.ws
    windows.open_window(ws)
    # The unit is known to the library as a park, and has had two codes since.
    admitted(ws, 1, "天津岚溪产业园", "green-park")
    close(bureau)
    unit = ws.store.library.units.by_code(credit_code(1))
    assert unit is not None
    ws.store.library.units.change(
        unit.id, UnitChangeKind.CODE, after=credit_code(2), happened_on=date(2026, 6, 1), note="", actor="测试"
    )
    windows.open_window(ws, batch=1)
    admitted(ws, 1, "岚溪（旧代码）")
    again = received(ws, 2, "岚溪（新代码）")
    confirm_all(ws, again.id)
    with pytest.raises(NotAllowedError, match=r"本批次已经以“岚溪（旧代码）”的名义纳入.*三\(二\)2"):
        review.admit(ws, again.id)


def test_a_unit_may_be_in_the_library_in_more_than_one_kind(bureau: Bureau) -> None:
    windows.open_window(bureau.ws)
    admitted(bureau.ws, 1, "天津岚溪泵业有限公司")
    admitted(bureau.ws, 1, "天津岚溪泵业有限公司", "green-supply-chain")
    close(bureau)
    unit = bureau.ws.store.library.units.by_code(credit_code(1))
    assert unit is not None
    kinds = [m.kind for m in bureau.ws.store.library.members.of_units([unit.id])]
    assert sorted(kinds) == ["green-factory", "green-supply-chain"]


def test_a_returned_form_carries_its_remarks_and_can_be_edited(bureau: Bureau) -> None:
    ws = bureau.ws
    record = received(ws, 1, "天津岚溪泵业有限公司")
    with pytest.raises(NotAllowedError, match="没有写退回原因"):
        review.return_record(ws, record.id)
    review.remark(ws, record.id, "employees", "与社保人数不符")
    decision = review.return_record(ws, record.id)
    assert decision.reason == "从业人员期末人数：与社保人数不符"
    returned = drafts.save_answer(ws, record.id, "employees", "88")
    assert returned.record.state is RecordState.RETURNED
    assert [r.field for r in review.remarks(ws, record.id)] == ["employees"]
    assert review.receive(ws, record.id).record.state is RecordState.RECEIVED
    review.drop_remark(ws, review.remarks(ws, record.id)[0].id)
    assert review.remarks(ws, record.id) == ()


def test_a_refused_unit_may_hand_in_a_new_form(bureau: Bureau) -> None:
    ws = bureau.ws
    record = received(ws, 1, "天津岚溪泵业有限公司")
    with pytest.raises(NotAllowedError, match="写明原因和依据的条款"):
        review.refuse(ws, record.id, "不在本区生产", clause="")
    with pytest.raises(NotFoundError, match=r"没有“九\(九\)”这一条"):
        review.refuse(ws, record.id, "不在本区生产", clause="九(九)")
    review.refuse(ws, record.id, "不在本区生产", clause="三(二)1")
    assert ws.store.get(record.id).state is RecordState.REFUSED
    again = draft(ws, 1, "天津岚溪泵业有限公司")
    assert drafts.find_unit(ws, credit_code(1))[0].id == again.id
    with pytest.raises(NotAllowedError, match="不能再建一份"):
        review.revoke(ws, record.id)


def test_a_decision_is_taken_back_while_the_window_is_open_only(bureau: Bureau) -> None:
    ws = bureau.ws
    windows.open_window(ws)
    record = admitted(ws, 1, "天津岚溪泵业有限公司")
    review.revoke(ws, record.id)
    assert ws.store.get(record.id).state is RecordState.RECEIVED
    with pytest.raises(NotAllowedError, match="没有可以撤销的审核决定"):
        review.revoke(ws, record.id)
    close(bureau)
    windows.open_window(ws, batch=1)
    review.admit(ws, record.id)
    close(bureau)
    with pytest.raises(NotAllowedError, match=r"批次已经关闭.*三\(二\)2"):
        review.revoke(ws, record.id)
    assert [d.kind.value for d in ws.store.library.review.decisions(record.id)] == ["admit", "revoke", "admit"]


def test_the_queue_shows_what_waits_and_what_the_window_decided(bureau: Bureau) -> None:
    ws = bureau.ws
    windows.open_window(ws)
    draft(ws, 1, "还在填报")
    waiting = received(ws, 2, "等待审核")
    done = admitted(ws, 3, "已经纳入")
    lines = {line.record.id: line.decision for line in review.queue(ws)}
    assert set(lines) == {waiting.id, done.id}
    decision = lines[done.id]
    assert decision is not None
    assert decision.kind is DecisionKind.ADMIT


def test_remarks_name_real_fields_and_say_something(bureau: Bureau) -> None:
    record = received(bureau.ws, 1, "天津岚溪泵业有限公司")
    with pytest.raises(NotFoundError, match="没有“nonsense”这一栏"):
        review.remark(bureau.ws, record.id, "nonsense", "x")
    with pytest.raises(NotAllowedError, match="审核意见是空的"):
        review.remark(bureau.ws, record.id, "employees", "  ")


def test_no_decision_is_dated_before_its_window(bureau: Bureau) -> None:
    record = received(bureau.ws, 1, "天津岚溪泵业有限公司")
    confirm_all(bureau.ws, record.id)
    windows.open_window(bureau.ws)
    with pytest.raises(NotAllowedError, match="早于“2026年6月动态更新”的打开日期"):
        review.admit(bureau.ws, record.id, on=date(2026, 5, 31))
