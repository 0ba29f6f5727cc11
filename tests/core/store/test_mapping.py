"""Answers come back exactly as they were stored, whatever a clerk or a workbook brings."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.records import Record
from core.domain.values import Stored, is_blank
from core.infra.clock import FixedClock
from core.store.columns import clean_text
from core.store.mapping import column_text
from core.store.store import Store, open_store
from tests.core.store.conftest import NOW, MakeDraft

BEYOND_THE_BMP = "𠮷野家𪚥𬱖䶮㛃"

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"])),
)
names = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)
rows = st.lists(st.dictionaries(names, scalars | st.lists(scalars, max_size=3), max_size=3), max_size=3)
answers = st.dictionaries(names, scalars | st.lists(scalars, max_size=4) | rows, max_size=6)


@pytest.fixture(scope="module")
def shared_store() -> Iterator[Store]:
    with (
        tempfile.TemporaryDirectory() as place,
        open_store(Path(place), FixedClock(NOW, date(2026, 3, 1))) as opened,
    ):
        yield opened


def _kept(given_answers: dict[str, Stored]) -> dict[str, Stored]:
    return {field: value for field, value in sorted(given_answers.items()) if not is_blank(value)}


@settings(max_examples=60, deadline=None)
@given(first=answers, second=answers)
def test_round_trip(shared_store: Store, first: dict[str, Stored], second: dict[str, Stored]) -> None:
    # Codes would collide between examples; that is tested elsewhere.
    first.pop("credit_code", None)
    second.pop("credit_code", None)
    made = shared_store.create_record("f", first, office="x", pack_version="1", actor="a", source="s")
    changed = shared_store.set_answers(made.id, second, actor="a", source="s")
    # repr tells 1 from 1.0 and True, which == does not.
    assert repr(made.answers) == repr(_kept(first))
    assert json.dumps(changed.answers, sort_keys=True) == json.dumps(_kept({**first, **second}), sort_keys=True)
    assert shared_store.get(made.id) == changed
    assert shared_store.verify_history() == ()


def test_characters_outside_the_bmp_survive(make_draft: MakeDraft, store: Store) -> None:
    draft = make_draft(name=BEYOND_THE_BMP, rows=[{"item": BEYOND_THE_BMP}])
    assert store.get(draft.id).unit_name == BEYOND_THE_BMP
    assert store.get(draft.id).answers["rows"] == [{"item": BEYOND_THE_BMP}]
    assert [line.id for line in store.list_records(query="𠮷野")] == [draft.id]


def test_halves_of_characters_are_joined_or_replaced(make_draft: MakeDraft, store: Store) -> None:
    draft = make_draft(name="\ud842\udfb7野", note="坏\ud842", rows=[{"\udcff": ["\udcff"]}])
    assert draft.unit_name == draft.answers["unit_name"] == "𠮷野"
    assert draft.answers["note"] == "坏\ufffd"
    assert draft.answers["rows"] == [{"\ufffd": ["\ufffd"]}]
    assert store.verify_history() == ()


def test_columns_are_short_and_without_nul() -> None:
    assert column_text("a\x00b") == "ab"
    assert column_text(None) == ""
    assert column_text(12.5) == "12.5"
    assert len(column_text("长" * 999)) == 200
    assert clean_text("普通𠮷") == "普通𠮷"


def test_wrong_values_of_any_kind_and_length_are_kept(make_draft: MakeDraft, store: Store) -> None:
    long = "字" * 300_000
    draft = make_draft(name=long, code="<坏代码>" * 100, office=["不是", "文字"], note=long)
    again: Record = store.get(draft.id)
    assert again.answers["unit_name"] == again.answers["note"] == long
    assert again.answers["credit_code"] == "<坏代码>" * 100
    assert len(again.unit_name) == 200
    assert store.count_records(query="字字") == 1


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_json_cannot_hold_is_a_bug_of_the_caller(store: Store, draft: Record, value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        store.set_answers(draft.id, {"x": value}, actor="a", source="s")
    assert store.get(draft.id) == draft
