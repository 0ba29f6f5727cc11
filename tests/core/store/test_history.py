"""The past cannot be changed; where someone forces it, the chain shows it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.domain.records import Record
from core.store.store import Store
from tests.core.store.conftest import NOW, MakeDraft
from tests.fixtures.on_server import REFUSED, of_the_file, past_the_program, without_guard

Tamper = Callable[..., None]


@pytest.fixture
def tamper(store: Store) -> Tamper:
    """Run SQL past the program; by default with the guards taken away first."""

    def run(*statements: str, guarded: bool = False) -> None:
        with past_the_program(store) as connection:
            if not guarded:
                without_guard(connection, "field_changes")
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    return run


def test_every_step_is_kept_in_order(store: Store, draft: Record) -> None:
    for value in (1, 2, 3):
        store.set_answers(draft.id, {"employees": value}, actor=f"clerk{value}", source="window")
    steps = store.history(draft.id, "employees")
    assert [(s.old, s.new, s.changed_by) for s in steps] == [
        (None, 1, "clerk1"),
        (1, 2, "clerk2"),
        (2, 3, "clerk3"),
    ]
    assert {step.changed_at for step in steps} == {NOW}
    assert [step.sequence for step in store.history(draft.id)] == [2, 3, 4, 5, 6]  # 1 is its state


@pytest.mark.parametrize("table", ["field_changes", "record_events"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {0} SET source = 'forged'",
        "DELETE FROM {0}",
        pytest.param("INSERT OR REPLACE INTO {0} SELECT * FROM {0}", marks=of_the_file),
        pytest.param("REPLACE INTO {0} SELECT * FROM {0}", marks=of_the_file),
    ],
)
def test_the_database_itself_refuses_to_change_the_past(
    store: Store, draft: Record, tamper: Tamper, table: str, statement: str
) -> None:
    before = store.history(draft.id), store.events(draft.id)
    with pytest.raises(REFUSED, match="append-only"):
        tamper(statement.format(table), guarded=True)
    assert (store.history(draft.id), store.events(draft.id)) == before


def test_a_sound_chain_has_no_problems(store: Store, draft: Record) -> None:
    store.set_answers(draft.id, {"x": 1.0, "big": 10**30, "tiny": 5e-324, "rows": [{"a": None}]}, actor="a", source="s")
    assert store.verify_history() == ()


@pytest.mark.parametrize(
    "change",
    [
        "new = '\"别的\"'",
        "old = '1'",
        "changed_by = 'nobody'",
        "changed_at = '2020-01-01 00:00:00.000000'",
        "source = 'x'",
        "field = 'y'",
        "chain = ''",
        "site = 'elsewhere'",
        "origin = 1",
    ],
)
def test_a_changed_row_shows(store: Store, draft: Record, tamper: Tamper, change: str) -> None:
    store.set_answers(draft.id, {"employees": 3}, actor="a", source="s")
    tamper(f"UPDATE field_changes SET {change} WHERE sequence = 2")
    assert any("第2条" in problem for problem in store.verify_history())


def test_a_missing_row_shows(store: Store, draft: Record, tamper: Tamper) -> None:
    store.set_answers(draft.id, {"employees": 3}, actor="a", source="s")
    tamper("DELETE FROM field_changes WHERE sequence = 2")
    assert "第2条到第2条不见了" in store.verify_history()[0]


def test_a_cut_off_end_shows(store: Store, draft: Record, tamper: Tamper) -> None:
    store.set_answers(draft.id, {"employees": 3}, actor="a", source="s")
    tamper("DELETE FROM field_changes WHERE sequence = 4")
    assert "末尾第4条到第4条不见了" in store.verify_history()[0]


def test_a_row_put_in_shows(store: Store, draft: Record, tamper: Tamper) -> None:
    columns = "record_id, field, old, new, changed_by, changed_at, source, chain, site, origin"
    tamper(f"INSERT INTO field_changes SELECT 99, {columns} FROM field_changes WHERE sequence = 1")
    assert any("第99条" in problem for problem in store.verify_history())


def test_a_missing_end_mark_shows(store: Store, draft: Record, tamper: Tamper) -> None:
    tamper("DELETE FROM history_head")
    assert "末尾标记" in store.verify_history()[0]


def test_the_list_of_problems_ends(make_draft: MakeDraft, store: Store, tamper: Tamper) -> None:
    make_draft(**{f"field_{number}": number for number in range(100)})
    tamper("UPDATE field_changes SET chain = ''")
    problems = store.verify_history()
    assert len(problems) == 21
    assert "未逐条列出" in problems[-1]
