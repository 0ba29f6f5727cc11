"""Formulas: what they read, the empty rule, the named functions, messages."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.values import Value
from core.forms.direct import Scope
from core.forms.expressions import (
    ExpressionError,
    bind,
    compile_expression,
    last_name,
    outer_all,
    split_conjunction,
)
from core.forms.functions import functions_in_scope
from core.forms.texts import fill, slots
from tests.fixtures.packs import PACK_FOLDER, shipped_pack

AS_OF = date(2026, 11, 23)


def run(source: str, **names: Any) -> object:
    return compile_expression(source).run(scope_of(**names))


def scope_of(**names: Any) -> Scope:
    given = {name: float(value) if isinstance(value, int) else value for name, value in names.items()}
    return functions_in_scope(shipped_pack().lists) | {"pack": {"limit": 3.0, "word": "宝坻"}, "as_of": AS_OF} | given


@pytest.mark.parametrize(("source", "names", "expected"), [
    ("a / b", {"a": 1, "b": 2}, 0.5),
    ("a + 1.0 > pack.limit", {"a": 3}, True),
    ("length(t)", {"t": "汉字𠮷"}, 3.0),
    ("sum([1.0, null, 2.5])", {}, 3.5),
    ("sum([])", {}, None),
    ("sum([null])", {}, None),
    ("sum_best([1.0, 3.0, null, 2.0], 2.0)", {}, 5.0),
    ("sum_best([1.0], 2.0)", {}, None),
    ("abs(a)", {"a": -2}, 2.0),
    ("year_of(as_of)", {}, 2026.0),
    ("days_between(d, as_of)", {"d": date(2026, 10, 23)}, 31.0),
    ("months_between(d, as_of)", {"d": date(2025, 11, 23)}, 12.0),
    ("months_between(d, as_of)", {"d": date(2025, 11, 24)}, 11.0),
    ("months_between(d, as_of)", {"d": None}, None),
    ("d <= as_of", {"d": AS_OF}, True),
    ("choice_value('energy_kind', k)", {"k": "raw_coal"}, 0.7143),
    ("choice_value('energy_kind', k)", {"k": None}, None),
    ("choice_unit('energy_kind', k)", {"k": "raw_coal"}, "t"),
    ("choice_label('industry', k)", {"k": "3441"}, "泵及真空设备制造"),
    ("choice_label('no_list', k)", {"k": "3441"}, None),
    ("in_list('office', k)", {"k": "外区"}, False),
    ("choice_in_force('standard_all', k, as_of)", {"k": "GB/T 36132-2018"}, False),
    ("choice_in_force('standard_all', k, as_of)", {"k": "不在表中"}, True),
    ("credit_code_valid(c)", {"c": "91120115PDY00001X4"}, True),
    ("credit_code_valid(c)", {"c": None}, False),
    ("rows.all(r, r.x == null || r.x > 1.0)", {"rows": ({"x": 2}, {"x": None})}, True),
    ("1.0 / 0.0", {}, None),
    ("1 / 0", {}, None),
    ("pack.no_such > 1.0", {}, None),
    ("[1.0][3]", {}, None),
    ("year_of(t)", {"t": "x"}, None),
    ("a > 1.0", {"a": None}, None),
    ("a.contains('x')", {"a": 1}, None),
])
def test_formulas(source: str, names: dict[str, Any], expected: object) -> None:
    result = run(source, **names)
    assert result == (pytest.approx(expected) if isinstance(expected, float) else expected)


def test_names_leave_out_macros_texts_and_globals() -> None:
    expression = compile_expression("a == 'b.c' && rows.all(r, r.x == y) && as_of > pack.limit && z == null")
    assert expression.names == {"a", "rows", "y", "z"}
    assert expression.null_compared == {"z"}
    assert expression.needed == ("a", "rows", "y")


def test_the_empty_rule() -> None:
    expression = compile_expression("a > 1.0 || b == null")
    assert expression.run(scope_of(a=None, b=None)) is True
    assert expression.ask(scope_of(a=None, b=None)) is None
    assert expression.ask(scope_of(a=0, b=None)) is True
    assert expression.ask(scope_of(a=0, b="x")) is False


@pytest.mark.parametrize("source", ["", "1 +", "a[", "'", "a b", "(" * 3000])
def test_what_is_no_formula_is_told(source: str) -> None:
    with pytest.raises(ExpressionError):
        compile_expression(source)


@pytest.mark.parametrize(("source", "parts"), [
    ("a && b", ["a", "b"]),
    ("a && (b && c) && d", ["a", "(b && c)", "d"]),
    ("a || b && c", ["a || b && c"]),
    ("a && b ? c : d", ["a && b ? c : d"]),
    ("a == '&&' && b", ["a == '&&'", "b"]),
    ("a == ')' && b", ["a == ')'", "b"]),
    ("x.all(r, r.a && r.b)", ["x.all(r, r.a && r.b)"]),
])
def test_splitting_at_and(source: str, parts: list[str]) -> None:
    assert split_conjunction(source) == parts


def test_the_body_of_all_is_found_past_brackets_in_texts() -> None:
    assert outer_all("x > 1.0 || t.all(r, r.a == ')' || f(r.b))", ["s", "t"]) == ("t", "r", "r.a == ')' || f(r.b)")
    assert outer_all("size(t.filter(r, r.a)) > 0", ["t"]) is None
    assert last_name("a == 'b' && c != null", ["a", "b", "c"]) == "c"
    assert last_name("1.0 > 2.0", ["a"]) == ""


def test_only_known_kinds_of_values_are_bound() -> None:
    with pytest.raises(TypeError):
        bind(object())


@given(st.text(), st.text())
def test_texts_of_clerks_cannot_open_slots(name: str, title: str) -> None:
    form = shipped_pack().form("green-factory")
    values: dict[str, Value] = {"unit_name": name, "standard_title": title}
    expected = f"{name or '（未填）'}|{title or '（未填）'}"
    assert fill("{unit_name}|{standard_title}", form, values, {}) == expected


def test_slots_are_filled_with_what_prints() -> None:
    form = shipped_pack().form("green-factory")
    values: dict[str, Value] = {"established_on": date(2011, 4, 8), "legal_status": "legal_person", "revenue_wan": 12.5}
    template = "{established_on}、{legal_status}、{revenue_wan}、{unit_name}、{pack.n}、{pack.t}、{rows}"
    template += "、{failing}、{other}"
    done = fill(template, form, values, {"n": 36.0, "t": "宝坻"}, rows=(1, 3), failing="甲")
    assert done == "2011年4月8日、独立法人、12.5、（未填）、36、宝坻、1、3、甲、{other}"
    assert slots("{a}{pack.b} {C} {}") == {"a", "pack.b"}


def test_the_engine_is_loaded_without_its_command_line() -> None:
    program = (
        "import sys; from core.forms.engine import compile_program as c; p = c('1.0 + 1.0'); "
        "assert p.execute() == 2.0; assert not {'typer', 'rich', 'prompt_toolkit'} & set(sys.modules); "
        "import cel; assert isinstance(p, cel.Program); assert cel.evaluate('1 + 1') == 2"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=PACK_FOLDER.parents[1], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stderr
