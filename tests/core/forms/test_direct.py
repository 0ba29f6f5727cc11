"""A formula as a Python function says what the engine says, or nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.forms.definition import FormDefinition
from core.forms.direct import UNSURE, Scope, compile_direct
from core.forms.evaluation import FormState, evaluate
from core.forms.expressions import Expression, compile_expression
from core.forms.functions import functions_in_scope
from tests.fixtures.any_answers import any_answers, plausible_answers
from tests.fixtures.packs import FORM_IDS, sample, shipped_pack
from tests.fixtures.sample_answers import AS_OF

SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
_FIGURES = st.sampled_from([0.0, -0.0, 1.0, 2.0, -3.5, 0.1, 1e15, 1e-9, 1e300])
_TEXTS = st.sampled_from(["", "yes", "no", "a", "b", "宝坻", "𠮷", "a\nb", "3441", "electricity_grid", "2026", "ab."])
_DAYS = st.sampled_from([date(2026, 11, 23), date(2023, 11, 23), date(2024, 2, 29), date(1900, 1, 1)])
_SINGLE = st.one_of(st.none(), _FIGURES, _TEXTS, _DAYS)
_ROWS = st.lists(st.fixed_dictionaries({"x": _SINGLE, "y": _SINGLE, "k": _TEXTS}), max_size=3).map(tuple)
_SEVERAL = st.lists(_TEXTS, max_size=3).map(tuple)
_ANY = st.one_of(_SINGLE, _SINGLE, _SEVERAL, _ROWS)


def expressions(form: FormDefinition) -> list[Expression]:
    found = [e for f in form.walk() for e in (f.relevant, f.constraint, f.calculation) if e is not None]
    for audit in form.audits:
        found += [audit.formula, *(part for part, _ in audit.parts), *(audit.rows_of[2:] if audit.rows_of else ())]
    return found


def scope_of(names: dict[str, Any]) -> Scope:
    pack = {"limit": 3.0, "word": "宝坻", "pattern": "^[0-9]{4}$"}
    return functions_in_scope(shipped_pack().lists) | {"pack": pack, "as_of": AS_OF} | names


def assert_same(source: str, names: dict[str, Any]) -> None:
    expression = compile_expression(source)
    scope = scope_of(names)
    before = dict(scope)
    by_engine = expression.by_engine(scope)
    assert expression.direct is not None, source
    try:
        directly = expression.direct(scope)
    except UNSURE:
        directly = by_engine
    if isinstance(by_engine, list):  # no formula of a form gives one
        assert isinstance(directly, tuple | list), (source, names)
    else:
        assert (type(directly), str(directly)) == (type(by_engine), str(by_engine)), (source, names)
    assert scope == before, "a function leaves no variable of a macro behind"


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_every_formula_of_the_pack_is_plain(form_id: str) -> None:
    assert [e.source for e in expressions(shipped_pack().form(form_id)) if e.direct is None] == []


_ALPHABET = st.sampled_from([
    "a == b", "a != null", "null == a", "a == 1.0", "1 == a", "a == 'yes'", "a < b", "a >= 2.0", "a <= as_of",
    "a > 'a'", "a in ['yes', 'no']", "'yes' in a", "a in b", "size(a) > 1", "size(a) == 1.0", "a.contains('a')",
    "a.contains(b)", "a.startsWith(pack.word)", "a.endsWith('.')", "a.matches(pack.pattern)",
    "a.matches('^[^@ ]+[.]?$')", "a.matches(b)", "length(a) <= 2.0", "year_of(a) == 2026.0",
    "days_between(a, as_of) <= 30.0", "months_between(a, b) >= 0.0", "abs(a) > pack.limit", "in_list('office', a)",
    "credit_code_valid(a)", "choice_in_force('standard_all', a, b)", "choice_value('energy_kind', a) == null",
    "a + b > 1.0", "a - b == 0.0", "a * b >= 1.0", "a / b <= 1.0", "-a < 0.0", "-2.0 < a", "double(size(a)) == 1.0",
    "rows.all(r, r.x == null)", "rows.all(r, r.x > 1.0)", "rows.exists(r, r.x == b)", "rows.exists(b, b.x == a)",
    "rows.all(r, r.z == 1.0)", "size(rows.filter(r, r.k == 'a')) == 1", "sum(rows.map(r, r.x)) > 1.0",
    "sum_best(rows.map(r, r.y), 1.0) != null", "rows.all(r, size(rows.filter(s, s.k == r.k)) == 1)",
    "['a', 'b'].all(k, rows.exists(r, r.k == k))", "a.all(x, x == 'a')", "pack.no_such == 1.0", "a.x == 1.0", "true",
    "(a == b) == true", "a == b == false", "rows == b", "a == ['a']", "a in [1, 2]", "a < b && b < a",
    "choice_label('energy_kind', a) != null",
])
_TRUTHS = st.recursive(
    _ALPHABET,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"),
        inner.map(lambda t: f"!({t})"),
        st.tuples(inner, inner, inner).map(lambda t: f"(({t[0]}) ? ({t[1]}) : ({t[2]}))"),
    ),
    max_leaves=4,
)
_RESULTS = st.one_of(
    _TRUTHS,
    _TRUTHS.map(lambda t: f"({t}) ? a / b : null"),
    st.sampled_from(["a", "a + b", "a - b", "a * b", "a / b", "-a", "size(a)", "a * 2.0 / 3.0 - b", "sum(a)", "rows"]),
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(source=_RESULTS, names=st.fixed_dictionaries({"a": _ANY, "b": _ANY, "rows": _ROWS}))
def test_what_a_function_says_the_engine_says(source: str, names: dict[str, Any]) -> None:
    assert_same(source, names)


@pytest.mark.parametrize("source", [
    "has(a.x)", "a.size() == 1", "[a, b] == [b, a]", "{'a': 1}.a == 1", "a[0] == 1.0", "1u == 1u", "a % 2 == 0",
    "'\\n' == a", "r'x' == a", "a.exists_one(r, r == 1.0)", "a ? 1.0 : 2.0", "a && b", "size(a) + 1 == 2",
    "abs(1) > 0.0", "1.5e3 == a", "timestamp('2026-01-01T00:00:00Z') == a", "[true] == a", "(a == b) == b",
    "(a == b) < (b == a)", "a == b ? 1 : 2.0", "-size(a) < 1", "(a == b) in ['x']", "a.split(',') == b",
])
def test_what_is_not_plain_is_left_to_the_engine(source: str) -> None:
    compile_expression(source)
    assert compile_direct(source) is None


@pytest.mark.parametrize(("pattern", "text"), [
    ("(a+)+$", "aaaa"), ("a++", "aa"), ("(?i)A", "a"), ("\\d", "1"), ("[[:digit:]]", "1"), ("[a&&b]", "a"),
    ("a{,2}", "a"), ("^a$", "a" * 300), ("(", "a"), ("a**", "a"),
])
def test_a_pattern_that_python_may_read_otherwise_is_left_to_the_engine(pattern: str, text: str) -> None:
    direct = compile_direct("a.matches(b)")
    assert direct is not None
    with pytest.raises(UNSURE):
        direct({"a": text, "b": pattern})


def test_the_end_of_a_text_is_its_end() -> None:
    for text in ("3441", "3441\n", "\n3441", "34411"):
        assert_same("a.matches('^[0-9]{4}$')", {"a": text})


@pytest.mark.parametrize("form_id", FORM_IDS)
@SETTINGS
@given(data=st.data())
def test_a_form_comes_to_the_same_by_the_engine_alone(form_id: str, data: st.DataObject) -> None:
    form = shipped_pack().form(form_id)
    answers = data.draw(st.booleans().map(lambda full: sample(form_id) if full else {}))
    answers |= data.draw(st.one_of(plausible_answers(form), any_answers(form)))

    def state() -> FormState:
        return evaluate(form, answers, AS_OF, shipped_pack().parameters_at(AS_OF))

    directly = state()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Expression, "direct", None)
        by_engine = state()
    assert directly == by_engine
    assert repr(directly.values) == repr(by_engine.values)
