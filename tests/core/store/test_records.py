"""Drafts: created, changed field by field, locked, deleted."""

from __future__ import annotations

from datetime import date

import pytest

from core.domain.enums import Eligibility, RecordState
from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.records import Record
from core.store.store import Store
from tests.core.store.conftest import CODE, NOW, MakeDraft

OTHER_CODE = "91120115MA00000022"


def test_a_new_record_is_a_draft_with_its_answers(store: Store, draft: Record) -> None:
    assert (draft.state, draft.revision, draft.office) == (RecordState.DRAFT, 1, "朝霞街道")
    assert (draft.unit_name, draft.credit_code) == ("宝坻长城重工有限公司", CODE)
    assert draft.created_at == draft.updated_at == NOW
    assert store.get(draft.id) == draft


def test_blank_answers_are_not_stored(make_draft: MakeDraft) -> None:
    draft = make_draft(employees=0, note="", kinds=[], nothing=None, parts=(), yes=False)
    assert draft.answers == {"unit_name": draft.unit_name, "credit_code": CODE, "employees": 0, "yes": False}


def test_the_answered_office_goes_before_the_stations(make_draft: MakeDraft, store: Store) -> None:
    draft = make_draft(office="周良街道")
    assert draft.office == "周良街道"
    assert store.set_answers(draft.id, {"office": "钰华街道"}, actor="a", source="s").office == "钰华街道"
    assert store.set_answers(draft.id, {"office": ""}, actor="a", source="s").office == "钰华街道"


def test_only_real_changes_count(store: Store, draft: Record) -> None:
    same = store.set_answers(draft.id, {"unit_name": draft.unit_name, "blank": ""}, actor="李四", source="window")
    assert same == draft
    changed = store.set_answers(
        draft.id, {"employees": 12, "unit_name": draft.unit_name}, actor="李四", source="window"
    )
    assert (changed.revision, changed.answers["employees"]) == (2, 12)
    assert [change.field for change in store.history(draft.id) if change.changed_by == "李四"] == ["employees"]


@pytest.mark.parametrize(("old", "new"), [(1, 1.0), (1, True), (0, False), ("1", 1), ([1], [True])])
def test_what_python_calls_equal_may_still_be_another_answer(
    make_draft: MakeDraft, store: Store, old: object, new: object
) -> None:
    draft = make_draft(value=old)
    changed = store.set_answers(draft.id, {"value": new}, actor="a", source="s")  # type: ignore[dict-item]
    assert changed.revision == 2
    assert repr(store.get(draft.id).answers["value"]) == repr(new)


def test_a_row_with_its_keys_in_another_order_is_the_same(make_draft: MakeDraft, store: Store) -> None:
    draft = make_draft(rows=[{"a": 1, "b": 2}])
    assert store.set_answers(draft.id, {"rows": [{"b": 2, "a": 1}]}, actor="a", source="s").revision == 1


def test_blank_removes_the_answer_and_keeps_its_history(make_draft: MakeDraft, store: Store) -> None:
    draft = make_draft(employees=5)
    assert "employees" not in store.set_answers(draft.id, {"employees": ""}, actor="a", source="s").answers
    assert [(c.old, c.new) for c in store.history(draft.id, "employees")] == [(None, 5), (5, None)]


def test_name_and_code_follow_the_answers(store: Store, draft: Record) -> None:
    changed = store.set_answers(draft.id, {"unit_name": "乐陵食品厂", "credit_code": OTHER_CODE}, actor="a", source="s")
    assert (changed.unit_name, changed.credit_code) == ("乐陵食品厂", OTHER_CODE)
    assert [line.id for line in store.list_records(query="llspc")] == [draft.id]
    assert store.list_records(query="ccgong") == ()
    emptied = store.set_answers(draft.id, {"unit_name": None, "credit_code": None}, actor="a", source="s")
    assert (emptied.unit_name, emptied.credit_code) == ("", "")


def test_a_second_record_of_the_same_unit_and_form_is_refused(make_draft: MakeDraft, store: Store) -> None:
    first = make_draft()
    with pytest.raises(NotAllowedError, match=rf"{CODE}已经用于单位“{first.unit_name}”"):
        make_draft(name="别的名字", code=f" {CODE.lower()}")
    second = make_draft(name="别的名字", code=OTHER_CODE)
    with pytest.raises(NotAllowedError, match=first.unit_name):
        store.set_answers(second.id, {"credit_code": CODE}, actor="a", source="s")
    assert store.get(second.id) == second
    assert store.verify_history() == ()
    make_draft(form="green-supply-chain")


def test_drafts_without_a_code_do_not_collide(make_draft: MakeDraft) -> None:
    assert make_draft(code="").id != make_draft(code="").id


def test_find_reads_the_code_kindly(make_draft: MakeDraft, store: Store) -> None:
    park = make_draft(form="green-park")
    factory = make_draft()
    assert store.find(f"{CODE[:2]} {CODE[2:].lower()}") == (factory, park)
    assert store.find(CODE, "green-park") == (park,)
    assert store.find("") == store.find(OTHER_CODE) == ()


def test_a_locked_record_is_not_changed(store: Store, draft: Record) -> None:
    locked = store.set_state(
        draft.id, RecordState.RECOMMENDED, actor="张三", source="window", verdict_number="V1", detail="盖章"
    )
    assert (locked.state, locked.verdict_number, locked.revision) == (RecordState.RECOMMENDED, "V1", 2)
    with pytest.raises(NotAllowedError, match=r"宝坻长城重工有限公司.*已推荐.*撤回"):
        store.set_answers(draft.id, {"employees": 1}, actor="a", source="s")
    with pytest.raises(NotAllowedError):
        store.set_explanation(draft.id, "N1b", "说明", "digest", actor="a", source="s")
    with pytest.raises(NotAllowedError):
        store.delete_record(draft.id, "a")
    store.set_state(draft.id, RecordState.DRAFT, actor="张三", source="window", detail="补材料")
    store.set_answers(draft.id, {"employees": 1}, actor="a", source="s")
    assert [event.kind for event in store.events(draft.id)] == ["created", "recommended", "withdrawn"]


def test_events_say_who_when_and_from_where(store: Store, draft: Record) -> None:
    store.add_event(draft.id, "imported", actor="李四", source="a.xlsx", verdict_number="V7", detail="第1次")
    event = store.events(draft.id)[-1]
    assert (event.kind, event.actor, event.source, event.verdict_number, event.detail, event.happened_at) == (
        "imported",
        "李四",
        "a.xlsx",
        "V7",
        "第1次",
        NOW,
    )


def test_a_deleted_draft_is_hidden_and_frees_its_code(make_draft: MakeDraft, store: Store) -> None:
    draft = make_draft()
    store.delete_record(draft.id, "张三")
    with pytest.raises(NotFoundError, match="已经删除"):
        store.get(draft.id)
    assert store.list_records() == ()
    assert store.find(CODE) == ()
    assert store.count_records() == 0
    assert store.events(draft.id)[-1].kind == "deleted"
    assert len(store.history(draft.id)) == 2
    assert make_draft().credit_code == CODE


def test_an_unknown_record_is_named(store: Store) -> None:
    with pytest.raises(NotFoundError, match="nowhere"):
        store.get("nowhere")
    with pytest.raises(NotFoundError):
        store.add_event("nowhere", "x", actor="a", source="s")


def test_explanations_are_written_replaced_and_removed(store: Store, draft: Record) -> None:
    store.set_explanation(draft.id, "N1b", "第一次", "d1", actor="张三", source="window")
    store.set_explanation(draft.id, "N1b", "第二次", "d2", actor="李四", source="window")
    again = store.set_explanation(draft.id, "N1b", " 第二次 ", "d2", actor="王五", source="window")
    explanation = again.explanations[0]
    assert (explanation.text, explanation.values_digest, explanation.written_by) == ("第二次", "d2", "李四")
    assert again.revision == 3
    assert store.set_explanation(draft.id, "N1b", " ", "d2", actor="张三", source="window").explanations == ()
    steps = [(change.old, change.new) for change in store.history(draft.id, "explanation:N1b")]
    assert steps == [(None, "第一次"), ("第一次", "第二次"), ("第二次", None)]


def test_meaning_the_same_words_for_changed_values_is_a_step(store: Store, draft: Record) -> None:
    store.set_explanation(draft.id, "N1b", "说明", "d1", actor="张三", source="window")
    renewed = store.set_explanation(draft.id, "N1b", "说明", "d2", actor="张三", source="window")
    assert renewed.explanations[0].values_digest == "d2"
    assert len(store.history(draft.id, "explanation:N1b")) == 2


def test_a_verdict_is_noted_until_the_next_change(store: Store, draft: Record) -> None:
    store.note_verdict(draft.id, draft.revision, Eligibility.ELIGIBLE, 2, "V123", date(2026, 3, 1))
    line = store.list_records()[0]
    assert (line.eligibility, line.open_count, line.updated_at) == ("eligible", 2, NOW)
    assert (store.get(draft.id).verdict_number, store.get(draft.id).revision) == ("V123", 1)
    changed = store.set_answers(draft.id, {"employees": 3}, actor="a", source="s")
    assert changed.verdict_number is None
    assert (store.list_records()[0].eligibility, store.list_records()[0].open_count) == (None, 0)


def test_samples_are_marked(store: Store) -> None:
    sample = store.create_record(
        "green-park", {}, office="x", pack_version="1", actor="a", source="demo", is_sample=True
    )
    assert store.get(sample.id).is_sample
    assert store.list_records()[0].is_sample
