"""A write over what its writer was not shown is refused, and names who wrote it and when."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.enums import RecordState
from core.domain.errors import EditedElsewhereError, NotAllowedError, NotFoundError
from core.domain.exchange import EXPLANATION_PREFIX
from core.domain.records import Record
from core.domain.values import Stored
from core.infra.clock import FixedClock
from core.store.store import Store

OTHER = "朝霞街道 李小红"


def by_other(store: Store, record: Record, **changes: Stored) -> Record:
    return store.set_answers(record.id, changes, actor=OTHER, source="窗口录入")


def by_me(store: Store, record: Record, changes: dict[str, Stored], shown: Record) -> Record:
    expected = {name: shown.answers.get(name) for name in changes}
    return store.set_answers(record.id, changes, actor="我", source="窗口录入", expected=expected)


def test_the_second_saver_is_shown_both_and_nothing_is_written(store: Store, draft: Record) -> None:
    shown = by_other(store, draft, employees=100)
    now = by_other(store, draft, employees=120)
    with pytest.raises(EditedElsewhereError) as refused:
        by_me(store, draft, {"employees": 110, "contact_name": "王小梅"}, shown)
    error = refused.value
    assert (error.record_id, error.field, error.mine, error.theirs) == (draft.id, "employees", 110, 120)
    assert (error.who, error.at) == (OTHER, now.updated_at)
    assert "刚才由朝霞街道 李小红改为“120”" in str(error)
    assert "您填的“110”没有保存" in str(error)
    found = store.get(draft.id)
    assert found.answers["employees"] == 120
    assert "contact_name" not in found.answers
    assert found.revision == now.revision


def test_other_fields_are_no_conflict(store: Store, draft: Record) -> None:
    by_other(store, draft, employees=120)
    assert by_me(store, draft, {"contact_name": "王小梅"}, draft).answers["employees"] == 120


@pytest.mark.parametrize("value", [120, None, [{"a": 1}], "很长" * 500])
def test_the_very_same_value_is_no_conflict(store: Store, draft: Record, value: Stored) -> None:
    first = by_other(store, draft, employees=1)
    now = by_other(store, draft, employees=value)
    assert by_me(store, draft, {"employees": value}, first).revision == now.revision


@pytest.mark.parametrize(("shown", "stored", "wanted"), [
    (None, 120, 110), (100, None, 110), (100, 120, None), ([{"a": 1}], [{"a": 2}], [{"a": 1}, {"a": 3}]), (1, 1.0, 2),
    ("", "x", "y"),
])
def test_blank_tables_and_kinds_of_numbers_count(
    store: Store, draft: Record, shown: Stored, stored: Stored, wanted: Stored
) -> None:
    by_other(store, draft, field=shown)
    by_other(store, draft, field=stored)
    with pytest.raises(EditedElsewhereError):
        store.set_answers(draft.id, {"field": wanted}, actor="我", source="s", expected={"field": shown})


def test_a_blank_is_shown_as_any_blank(store: Store, draft: Record) -> None:
    blanks: tuple[Stored, ...] = (None, "", [])
    for blank in blanks:
        store.set_answers(draft.id, {"field": None}, actor="我", source="s")
        saved = store.set_answers(draft.id, {"field": 1}, actor="我", source="s", expected={"field": blank})
        assert saved.answers["field"] == 1


def test_fields_that_nobody_expects_are_written_over_and_stay_in_the_history(store: Store, draft: Record) -> None:
    by_other(store, draft, employees=120)
    store.set_answers(draft.id, {"employees": 110}, actor="我", source="s", expected={"contact_name": "x"})
    assert [(c.old, c.new, c.changed_by) for c in store.history(draft.id, "employees")] == [
        (None, 120, OTHER), (120, 110, "我"),
    ]


def test_an_explanation_is_not_written_over_unseen(store: Store, draft: Record) -> None:
    write = store.set_explanation
    write(draft.id, "V011", "对方写的", "d", actor=OTHER, source="情况说明", expected="")
    with pytest.raises(EditedElsewhereError) as refused:
        write(draft.id, "V011", "我写的", "d", actor="我", source="情况说明", expected="")
    assert (refused.value.field, refused.value.theirs) == (f"{EXPLANATION_PREFIX}V011", "对方写的")
    assert write(draft.id, "V011", "对方写的", "d", actor="我", source="情况说明", expected="").revision == 2
    done = write(draft.id, "V011", "我写的", "d", actor="我", source="情况说明", expected="对方写的")
    assert done.explanations[0].text == "我写的"


def test_a_file_is_not_put_in_place_of_an_unseen_one(store: Store, draft: Record, tmp_path: Path) -> None:
    scans = [tmp_path / "a.pdf", tmp_path / "b.pdf"]
    for scan in scans:
        scan.write_bytes(scan.name.encode())
    theirs = store.attach(draft.id, "scan", scans[0], actor=OTHER, expected={"scan": None})
    with pytest.raises(EditedElsewhereError):
        store.attach(draft.id, "scan", scans[1], actor="我", expected={"scan": None})
    assert [e.id for e in store.evidence(draft.id)] == [theirs.id]
    assert store.get(draft.id).answers["scan"] == theirs.id
    mine = store.attach(draft.id, "scan", scans[1], actor="我", expected={"scan": theirs.id})
    assert store.get(draft.id).answers["scan"] == mine.id


def test_refusals_of_moved_records_say_who_and_when(store: Store, draft: Record, clock: FixedClock) -> None:
    changed = by_other(store, draft, employees=120)
    with pytest.raises(NotAllowedError, match=r"刚由朝霞街道 李小红改过（3月1日\d\d:\d\d）"):
        store.set_state(draft.id, RecordState.RECOMMENDED, actor="我", source="推荐", expected=draft)
    store.set_state(draft.id, RecordState.RECOMMENDED, actor=OTHER, source="推荐", expected=changed)
    with pytest.raises(NotAllowedError, match=r"已推荐（朝霞街道 李小红，3月1日\d\d:\d\d），内容已经锁定"):
        by_me(store, draft, {"employees": 1}, draft)
    with pytest.raises(NotAllowedError, match="刚由朝霞街道 李小红改为“已推荐”"):
        store.set_state(draft.id, RecordState.RECOMMENDED, actor="我", source="推荐", expected=changed)
    assert clock.now() == changed.updated_at


def test_a_draft_that_was_changed_is_not_deleted_unseen(store: Store, draft: Record) -> None:
    with pytest.raises(NotAllowedError, match="没有删除"):
        store.delete_record(draft.id, "我", expected=draft.updated_at - timedelta(seconds=1))
    store.delete_record(draft.id, OTHER, expected=draft.updated_at)
    with pytest.raises(NotFoundError, match=r"已经删除（朝霞街道 李小红，3月1日\d\d:\d\d）"):
        by_me(store, draft, {"employees": 1}, draft)


def test_one_number_tells_whether_anybody_wrote(store: Store, draft: Record) -> None:
    newest, revision = store.changes.newest(), store.changes.revision_of(draft.id)
    assert (store.changes.newest(), store.changes.revision_of(draft.id)) == (newest, revision)
    by_other(store, draft, employees=120)
    assert store.changes.newest() > newest
    assert store.changes.revision_of(draft.id) == draft.revision + 1
    assert store.changes.last_of(draft.id, ["employees", "nobody"])["employees"].changed_by == OTHER
    assert set(store.changes.last_of(draft.id, ["employees", "nobody"])) == {"employees"}
    newest = store.changes.newest()
    store.delete_record(draft.id, OTHER)
    assert store.changes.revision_of(draft.id) is None
    assert store.changes.newest() > newest
