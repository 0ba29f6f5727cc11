"""A unit's form from the first keystroke to the recommendation."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from core.domain.enums import Eligibility, RecordState
from core.domain.errors import NotAllowedError, NotFoundError
from core.services import drafts
from core.services.workspace import Workspace
from tests.fixtures.sample_answers import factory_answers, park_answers

CODE = factory_answers()["credit_code"]


def test_a_new_draft_belongs_to_the_stations_office(ws: Workspace) -> None:
    opened = drafts.begin(ws, "green-factory")
    assert opened.record.office == ws.pack.lists["office"].choices[0].name
    assert opened.verdict.eligibility is Eligibility.INCOMPLETE


def test_wrong_values_are_kept_and_marked(ws: Workspace) -> None:
    record_id = drafts.begin(ws, "green-factory", factory_answers()).record.id
    opened = drafts.save_answer(ws, record_id, "employees", "三百二十人")
    assert opened.record.answers["employees"] == "三百二十人"
    assert "employees" in opened.state.wrong
    assert opened.verdict.eligibility is Eligibility.INCOMPLETE
    assert drafts.save_answer(ws, record_id, "employees", "３２０").record.answers["employees"] == 320


def test_an_answer_and_its_verdict_are_one_step(ws: Workspace) -> None:
    opened = drafts.begin(ws, "green-factory", {**factory_answers(), "employees": 120})
    steps: list[int] = [0]
    engine = ws.store._database.engine

    @event.listens_for(engine, "before_cursor_execute")
    def _count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        steps[-1] += statement.startswith(("INSERT", "UPDATE", "DELETE"))

    event.listen(engine, "commit", lambda _connection: steps.append(0))
    for number, value in enumerate((130, 130, "许多")):
        steps[:] = [0]
        saved = drafts.save_answer(ws, opened.record.id, "employees", value)
        assert sum(1 for written in steps if written) == (0 if number == 1 else 1)
        (listed,) = drafts.list_units(ws)
        assert listed.eligibility == saved.verdict.eligibility
        assert listed.open_count == drafts.attention(saved.verdict)
        assert ws.store.get(opened.record.id).verdict_number == saved.verdict.number
        assert saved.verdict == drafts.open_form(ws, opened.record.id).verdict


def test_history_tells_who_changed_what(ws: Workspace) -> None:
    record_id = drafts.begin(ws, "green-factory", factory_answers()).record.id
    drafts.save_answer(ws, record_id, "employees", 99)
    change = drafts.history(ws, record_id, "employees")[-1]
    assert (change.old, change.new) == (factory_answers()["employees"], 99)
    assert "李慧敏" in change.changed_by


def test_the_same_unit_twice_in_one_kind_is_stopped(ws: Workspace) -> None:
    drafts.begin(ws, "green-factory", factory_answers())
    with pytest.raises(NotAllowedError, match=factory_answers()["unit_name"]):
        drafts.begin(ws, "green-factory", factory_answers())
    drafts.begin(ws, "green-park", {**park_answers(), "credit_code": CODE})
    assert [r.form for r in drafts.find_unit(ws, CODE)] == ["green-factory", "green-park"]


def test_an_explanation_opens_the_way_and_is_void_once_its_value_changes(ws: Workspace) -> None:
    answers = {**factory_answers(), "data_year": 2024}
    record_id = drafts.begin(ws, "green-factory", answers).record.id
    with pytest.raises(NotAllowedError, match="V003"):
        drafts.recommend(ws, record_id)
    opened = drafts.explain(ws, record_id, "V003", "上年数据尚未审计。")
    assert opened.verdict.may_recommend
    opened = drafts.save_answer(ws, record_id, "data_year", 2023)
    assert [f.rule for f in opened.verdict.open_findings] == ["V003"]
    assert drafts.save_answer(ws, record_id, "data_year", 2024).verdict.may_recommend


def test_only_open_verify_findings_take_an_explanation(ws: Workspace) -> None:
    record_id = drafts.begin(ws, "green-factory", factory_answers()).record.id
    with pytest.raises(NotAllowedError):
        drafts.explain(ws, record_id, "F1", "没有问题")
    with pytest.raises(NotFoundError):
        drafts.explain(ws, record_id, "V999", "没有这一条")


def test_recommending_locks_and_withdrawing_opens(ws: Workspace) -> None:
    record_id = drafts.begin(ws, "green-factory", factory_answers()).record.id
    number = drafts.recommend(ws, record_id).verdict.number
    with pytest.raises(NotAllowedError):
        drafts.save_answer(ws, record_id, "employees", 1)
    with pytest.raises(NotAllowedError, match="撤回"):
        drafts.recommend(ws, record_id)
    assert drafts.open_form(ws, record_id).verdict.number == number
    assert drafts.events(ws, record_id)[-1].verdict_number == number
    assert drafts.withdraw(ws, record_id).record.state is RecordState.DRAFT
    assert drafts.save_answer(ws, record_id, "employees", 1).record.answers["employees"] == 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"industry_code": "5930"}, "三(一)1(1)"),
        ({"neg_violation_answer": "yes", "neg_violation_from": "2026-01-05"}, "三(四)1(2)"),
        ({"commitment": "no"}, "真实性承诺"),
    ],
)
def test_refusal_names_the_clause_or_the_field(ws: Workspace, changes: dict[str, str], expected: str) -> None:
    record_id = drafts.begin(ws, "green-factory", {**factory_answers(), **changes}).record.id
    with pytest.raises(NotAllowedError, match="不能推荐") as caught:
        drafts.recommend(ws, record_id)
    assert expected in str(caught.value)
    assert "不可推荐" not in str(caught.value)


def test_search_by_name_code_and_pinyin(ws: Workspace) -> None:
    drafts.begin(ws, "green-factory", factory_answers())
    drafts.begin(ws, "green-park", park_answers())
    name = factory_answers()["unit_name"]
    from pypinyin import Style, lazy_pinyin

    initials = "".join(lazy_pinyin(name[:4], style=Style.FIRST_LETTER))
    for query in (name[2:6], CODE[-6:], initials):
        assert [r.unit_name for r in drafts.list_units(ws, query=query)] == [name], query


def test_a_deleted_draft_leaves_the_list_and_frees_its_code(ws: Workspace) -> None:
    record_id = drafts.begin(ws, "green-factory", factory_answers()).record.id
    drafts.delete_draft(ws, record_id)
    assert drafts.count_units(ws) == 0
    drafts.begin(ws, "green-factory", factory_answers())
