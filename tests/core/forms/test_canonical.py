"""What is read at a glance is what reading with care makes of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.forms.canonical import NOT_CANONICAL, canonical_reader
from core.forms.definition import Field, FieldType
from core.forms.values import parse, parse_form
from tests.fixtures.any_answers import JUNK
from tests.fixtures.packs import FORM_IDS, sample, shipped_pack

#: One field of each kind, whatever its form.
FIELDS = {
    (f.type, f.is_code, f.is_open_choice, f.choices and f.choices.name): f
    for form_id in FORM_IDS for f in shipped_pack().form(form_id).walk()
    if f.type.is_input and f.type is not FieldType.REPEAT
}
_NEARLY = st.sampled_from([
    "yes", "是", "无", " yes", "yes\n", "#REF!", "#公式没有计算结果：=A1", "９９", "第９次", "\u3000空", "a\u200bb",
    "\ue000", "x\ny", "12", "1e3", "91120115PDY00001X4", "91120115pdy00001x4", "9112 0115",
    "2026-03-01", "2026-3-1", "2026-W01-1",
    "20260301", "1899-12-31", "1900-01-01", "2200-12-31", "2201-01-01", "2026-02-30", "２０２６-03-01", "2026/03/01",
    "0001-01-01",
])
_NUMBERS = st.sampled_from([
    0, 1, -1, True, False, 0.0, -0.0, 1.5, 1.0, 1e15, -1e15, 999999999999999, 10**15, 10**40, 1e300, float("inf"),
    float("nan"),
])


def _of(field: Field) -> st.SearchStrategy[Any]:
    names = [c.name for c in field.choices.choices] if field.choices else ["x"]
    name = st.sampled_from(names)
    several = st.lists(st.one_of(name, name, JUNK), max_size=4)
    return st.one_of(_NEARLY, _NUMBERS, name, several, st.text(max_size=6), JUNK)


@pytest.mark.parametrize("field", FIELDS.values(), ids=[f.name for f in FIELDS.values()])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_at_a_glance_as_with_care(field: Field, data: st.DataObject) -> None:
    raw = data.draw(_of(field))
    value = canonical_reader(field)(raw)
    if value is not NOT_CANONICAL:
        read = parse(field, raw)
        assert (repr(read.value), repr(read.stored), read.problem) == (repr(value), repr(raw), "")


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_what_is_stored_of_a_good_form_is_read_at_a_glance(form_id: str) -> None:
    form = shipped_pack().form(form_id)
    stored = parse_form(form.fields, sample(form_id)).stored
    for name, answer in stored.items():
        field = form.by_name[name]
        if field.type is not FieldType.REPEAT:
            assert canonical_reader(field)(answer) is not NOT_CANONICAL, name
        for row in answer if isinstance(answer, list) and field.type is FieldType.REPEAT else ():
            for column, cell in row.items():
                assert canonical_reader(form.by_name[column])(cell) is not NOT_CANONICAL, column


def test_an_answer_of_several_is_not_the_callers_list() -> None:
    form = shipped_pack().form("green-factory")
    given_names = list(sample("green-factory")["priority_grounds"])
    stored = parse_form(form.fields, {"priority_grounds": given_names}).stored
    given_names.append("x")
    assert "x" not in stored["priority_grounds"]  # type: ignore[operator]
