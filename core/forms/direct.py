"""Plain CEL formulas as Python functions over typed values, so that values need not be carried into the engine.

Carrying a value over costs more than the formula itself (text 1 µs, date 3 µs, row 30 µs). A function made here says
what the engine would say, or raises: then nothing is known, and the engine is asked. So only what is sure is answered:
operands of fitting types, no errors, no infinities. `tests/core/forms/test_direct.py` holds both against each other.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias

from core.forms.syntax import (
    Binary,
    Call,
    Choose,
    Literal,
    Macro,
    Member,
    Name,
    Node,
    NotPlainError,
    Unary,
    parse_plain,
)

#: What formulas see: values by name, `pack`, `as_of`, and functions under `name()`, which no field can be called.
Scope: TypeAlias = dict[str, Any]
Direct: TypeAlias = Callable[[Scope], Any]

#: What a function made here may raise when it does not know; Python's own errors over unfitting operands among them.
UNSURE: Final = (RuntimeError, TypeError, ValueError, LookupError, ArithmeticError, AttributeError)

_ORDERS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}
_SUMS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
}
_TRUTHS: Final = frozenset({"credit_code_valid", "in_list", "choice_in_force"})
_FIGURES: Final = frozenset({
    "months_between", "days_between", "year_of", "sum", "sum_best", "abs", "length", "choice_value", "choice_unit",
    "choice_label",
})
_PLAIN_PATTERN: Final = re.compile(
    r"(?:[\^$|(]|(?:\)\??)"
    r"|(?:[^\\\[\](){}*+?.|^$]|\.|\[\^?(?:[A-Za-z0-9]-[A-Za-z0-9]|[^\\\[\]&~^$-])+\])"
    r"(?:[*+?]|\{\d{1,2}(?:,\d{0,2})?\})?)*"
)
_LONGEST_MATCHED: Final = 200
_ABSENT: Final = object()


class UnsureError(ValueError):
    """Operands for which the engine must be asked."""


@dataclass(frozen=True, slots=True)
class _Made:
    """A function and what is known of its result: `is_truth` true or false, `is_count` a whole number, else any value.

    A list that holds whole numbers is a count too: to Python its members would mix with any other number. `node` is
    what it was made of.
    """

    run: Direct
    node: Node
    is_truth: bool = False
    is_count: bool = False


def compile_direct(source: str) -> Direct | None:
    """The formula as a Python function; None where it uses what only the engine knows."""
    try:
        return _make(parse_plain(source)).run
    except (NotPlainError, RecursionError):
        return None


def _make(node: Node) -> _Made:
    return _MAKERS[type(node)](node)


def _make_literal(node: Literal) -> _Made:
    value = node.value
    return _Made(lambda scope: value, node, isinstance(value, bool), _holds_count(value))


def _holds_count(value: object) -> bool:
    return any(map(_holds_count, value)) if isinstance(value, tuple) else type(value) is int


def _make_name(node: Name) -> _Made:
    return _Made(operator.itemgetter(node.name), node)


def _make_member(node: Member) -> _Made:
    name = node.name
    if isinstance(node.of, Name):
        of = node.of.name
        return _Made(lambda scope: scope[of][name], node)
    owner = _any(node.of)
    return _Made(lambda scope: owner(scope)[name], node)


def _truth(node: Node) -> Callable[[Scope], bool]:
    made = _make(node)
    if not made.is_truth:
        raise NotPlainError("truth")
    return made.run


def _any(node: Node) -> Direct:
    """Text, number, day, list, row or null: what fields hold. Counts and truths follow other rules."""
    made = _make(node)
    if made.is_truth or made.is_count:
        raise NotPlainError("value")
    return made.run


def _make_unary(node: Unary) -> _Made:
    if node.sign == "!":
        operand = _truth(node.operand)
        return _Made(lambda scope: not operand(scope), node, is_truth=True)
    number = _any(node.operand)
    return _Made(lambda scope: -_figure(number(scope)), node)


def _figure(value: Any) -> float:
    if type(value) is not float or not math.isfinite(value):
        raise UnsureError
    return value


def _make_binary(node: Binary) -> _Made:
    if node.sign in ("&&", "||"):
        return _make_chain(node)
    if node.sign in ("==", "!="):
        return _make_equality(node)
    if node.sign in _ORDERS:
        return _make_order(node)
    if node.sign == "in":
        return _make_membership(node)
    count, left, right = _SUMS[node.sign], _any(node.left), _any(node.right)
    return _Made(lambda scope: _figure(count(left(scope), right(scope))), node)


def _make_chain(node: Binary) -> _Made:
    """All parts that one of `&&` and `||` joins; the first that settles it ends it, as in the engine."""
    parts = tuple(_truth(part) for part in _joined(node, node.sign))
    settles = node.sign == "||"
    if len(parts) == 2:
        one, other = parts
        pair: Direct = (lambda scope: one(scope) or other(scope)) if settles else (
            lambda scope: one(scope) and other(scope)
        )
        return _Made(pair, node, is_truth=True)

    def run(scope: Scope) -> bool:
        for part in parts:
            if part(scope) is settles:
                return settles
        return not settles

    return _Made(run, node, is_truth=True)


def _joined(node: Node, sign: str) -> list[Node]:
    if isinstance(node, Binary) and node.sign == sign:
        return [*_joined(node.left, sign), *_joined(node.right, sign)]
    return [node]


def _make_equality(node: Binary) -> _Made:
    is_equal = node.sign == "=="
    left, right = _make(node.left), _make(node.right)
    if left.is_truth != right.is_truth:
        raise NotPlainError("==")
    if isinstance(node.left, Literal):
        left, right = right, left
    if isinstance(right.node, Literal):
        return _Made(_against(left, right.node.value, is_equal=is_equal), node, is_truth=True)
    one, other = left.run, right.run
    return _Made(lambda scope: (one(scope) == other(scope)) is is_equal, node, is_truth=True)


def _against(made: _Made, value: object, *, is_equal: bool) -> Direct:
    """Equality with a constant, which most formulas ask of a field or of a column."""
    run = made.run
    if isinstance(made.node, Name):
        name = made.node.name
        if value is None:
            return (lambda scope: scope[name] is None) if is_equal else (lambda scope: scope[name] is not None)
        return (lambda scope: scope[name] == value) if is_equal else (lambda scope: scope[name] != value)
    return (lambda scope: run(scope) == value) if is_equal else (lambda scope: run(scope) != value)


def _make_order(node: Binary) -> _Made:
    order, left, right = _ORDERS[node.sign], _make(node.left), _make(node.right)
    if left.is_truth or right.is_truth:
        raise NotPlainError(node.sign)
    one, other = left.run, right.run
    if isinstance(node.right, Literal) and isinstance(node.left, Name) and type(node.right.value) in (float, int, str):
        name, value = node.left.name, node.right.value
        return _Made(lambda scope: order(scope[name], value), node, is_truth=True)

    def run(scope: Scope) -> bool:
        value = one(scope)
        if type(value) is tuple:
            raise UnsureError
        return order(value, other(scope))

    return _Made(run, node, is_truth=True)


def _make_membership(node: Binary) -> _Made:
    item = _any(node.left)
    if isinstance(node.right, Literal) and isinstance(node.right.value, tuple):
        items = node.right.value
        return _Made(lambda scope: item(scope) in items, node, is_truth=True)
    several = _any(node.right)
    return _Made(lambda scope: item(scope) in _rows(several(scope)), node, is_truth=True)


def _rows(value: Any) -> tuple[Any, ...]:
    if type(value) is not tuple:
        raise UnsureError
    return value


def _make_choose(node: Choose) -> _Made:
    condition, yes, no = _truth(node.condition), _make(node.yes), _make(node.no)
    if (yes.is_truth, yes.is_count) != (no.is_truth, no.is_count):
        raise NotPlainError("?")
    one, other = yes.run, no.run
    return _Made(
        lambda scope: one(scope) if condition(scope) else other(scope), node, yes.is_truth, yes.is_count
    )


def _make_call(node: Call) -> _Made:
    if node.target is not None:
        return _make_method(node, node.target)
    if node.function == "size" and len(node.arguments) == 1:
        rows = _any(node.arguments[0])
        return _Made(lambda scope: len(_rows(rows(scope))), node, is_count=True)
    if node.function == "double" and len(node.arguments) == 1:
        return _make_double(node)
    if node.function not in _TRUTHS | _FIGURES:
        raise NotPlainError(node.function)
    key, arguments = f"{node.function}()", tuple(_any(argument) for argument in node.arguments)
    return _Made(_called(key, arguments), node, is_truth=node.function in _TRUTHS)


def _called(key: str, arguments: tuple[Direct, ...]) -> Direct:
    if len(arguments) == 1:
        only, = arguments
        return lambda scope: scope[key](only(scope))
    if len(arguments) == 2:
        first, second = arguments
        return lambda scope: scope[key](first(scope), second(scope))
    return lambda scope: scope[key](*[argument(scope) for argument in arguments])


def _make_double(node: Call) -> _Made:
    made = _make(node.arguments[0])
    if not made.is_count:
        raise NotPlainError(node.function)
    run = made.run
    return _Made(lambda scope: float(run(scope)), node)


def _make_method(node: Call, target: Node) -> _Made:
    if node.function not in _METHODS or len(node.arguments) != 1:
        raise NotPlainError(node.function)
    method, text, argument = _METHODS[node.function], _any(target), _any(node.arguments[0])

    def run(scope: Scope) -> bool:
        given, wanted = text(scope), argument(scope)
        if type(given) is not str or type(wanted) is not str:
            raise UnsureError
        return method(given, wanted)

    return _Made(run, node, is_truth=True)


def _matches(text: str, pattern: str) -> bool:
    found = _pattern(pattern)
    if found is None or len(text) > _LONGEST_MATCHED:
        raise UnsureError
    return found.search(text) is not None


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> re.Pattern[str] | None:
    """A pattern that Python reads as the engine does, and soon; None for any other."""
    if _PLAIN_PATTERN.fullmatch(pattern) is None:
        return None
    try:
        return re.compile(pattern.replace("$", r"\Z"))
    except re.error:
        return None


_METHODS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "contains": lambda text, part: part in text, "startsWith": str.startswith, "endsWith": str.endswith,
    "matches": _matches,
}


def _make_macro(node: Macro) -> _Made:
    rows = _any(node.rows)
    if node.macro == "map":
        return _Made(_over_rows(rows, node.variable, _mapped(_any(node.body))), node)
    body = _truth(node.body)
    if node.macro == "filter":
        return _Made(_over_rows(rows, node.variable, _filtered(body)), node)
    settles = node.macro == "exists"
    return _Made(_over_rows(rows, node.variable, _settled(body, settles=settles)), node, is_truth=True)


#: Goes over rows, each in turn under the variable's name in the scope.
_Loop: TypeAlias = Callable[[Scope, str, tuple[Any, ...]], Any]


def _over_rows(rows: Direct, variable: str, loop: _Loop) -> Direct:
    """The loop over the rows; what the variable hides is there again after it."""

    def run(scope: Scope) -> Any:
        items = _rows(rows(scope))
        hidden = scope.get(variable, _ABSENT)
        try:
            return loop(scope, variable, items)
        finally:
            scope.pop(variable, None)
            if hidden is not _ABSENT:
                scope[variable] = hidden

    return run


def _mapped(body: Direct) -> _Loop:
    def loop(scope: Scope, variable: str, items: tuple[Any, ...]) -> tuple[Any, ...]:
        made = []
        for item in items:
            scope[variable] = item
            made.append(body(scope))
        return tuple(made)

    return loop


def _filtered(body: Direct) -> _Loop:
    def loop(scope: Scope, variable: str, items: tuple[Any, ...]) -> tuple[Any, ...]:
        kept = []
        for item in items:
            scope[variable] = item
            if body(scope):
                kept.append(item)
        return tuple(kept)

    return loop


def _settled(body: Callable[[Scope], bool], *, settles: bool) -> _Loop:
    """True or false for all rows as soon as one settles it, else the contrary."""

    def loop(scope: Scope, variable: str, items: tuple[Any, ...]) -> bool:
        for item in items:
            scope[variable] = item
            if body(scope) is settles:
                return settles
        return not settles

    return loop


_MAKERS: Final[Mapping[type, Callable[[Any], _Made]]] = {
    Literal: _make_literal, Name: _make_name, Member: _make_member, Unary: _make_unary, Binary: _make_binary,
    Choose: _make_choose, Call: _make_call, Macro: _make_macro,
}
