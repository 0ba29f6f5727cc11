"""Formulas of the forms: CEL programs, the named functions that they may call, and the empty rule.

A plain formula runs as a Python function over the typed values (`direct`); the engine judges what is not plain and what
that function is not sure of. For the engine numbers are bound as doubles, dates as UTC midnights, blank as null; a
repeat is a list of maps. The empty rule: a formula is not evaluated while a field that it names is null, unless it
compares that field with null itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

from core.domain import calendar, credit_code
from core.forms.direct import UNSURE, Direct, Scope, compile_direct
from core.forms.engine import compile_program, create_context

if TYPE_CHECKING:
    import cel

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_STRING = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_NULL_COMPARED = re.compile(r"(?<![.\w])([A-Za-z_]\w*)\s*[!=]=\s*null\b|\bnull\s*[!=]=\s*([A-Za-z_]\w*)")
_MACRO_VARIABLE = re.compile(r"\.(?:all|exists|exists_one|map|filter)\(\s*([A-Za-z_]\w*)\s*,")
#: Names that every formula may use besides the form's fields.
GLOBAL_NAMES: Final = frozenset({"pack", "as_of"})
RUNTIME_ERRORS: Final = (RuntimeError, TypeError, ValueError, LookupError, ArithmeticError)


class ExpressionError(Exception):
    """A formula that does not compile; the text is the engine's first line."""


@dataclass(frozen=True, eq=False)
class Expression:
    """A compiled formula and the names that it reads, without macro variables, `pack` and `as_of`.

    `needed` are the names that must not be blank (the empty rule); `functions` those that it calls, operators left out.
    """

    source: str
    names: frozenset[str]
    null_compared: frozenset[str]
    functions: frozenset[str]
    needed: tuple[str, ...]
    program: cel.Program

    def __reduce__(self) -> tuple[Callable[[str], Expression], tuple[str]]:
        """Another process compiles the formula anew."""
        return _compile_once, (self.source,)

    @cached_property
    def direct(self) -> Direct | None:
        """The formula as a Python function, made when first asked for; None where it is not plain."""
        return compile_direct(self.source)

    @cached_property
    def run(self) -> Direct:
        """Gives the result as a typed value; None where an operand makes it impossible (cannot tell)."""
        direct, by_engine = self.direct, self.by_engine
        if direct is None:
            return by_engine

        def run(scope: Scope) -> object:
            try:
                return direct(scope)
            except UNSURE:
                return by_engine(scope)

        return run

    @cached_property
    def ask(self) -> Direct:
        """As `run`, but None under the empty rule: while a name that it reads, and does not compare with null, is."""
        run, needed = self.run, self.needed
        if len(needed) == 1:
            only, = needed
            return lambda scope: None if scope[only] is None else run(scope)

        def ask(scope: Scope) -> object:
            for name in needed:
                if scope[name] is None:
                    return None
            return run(scope)

        return ask if needed else run

    def by_engine(self, scope: Scope) -> object:
        """As `run`, by the engine alone."""
        variables = {name: bind(scope[name]) for name in self.program.variables() if name in scope}
        functions = {name: for_engine(scope[f"{name}()"]) for name in self.functions if f"{name}()" in scope}
        try:
            result = self.program.execute(create_context(variables, functions))
        except RUNTIME_ERRORS:
            return None
        if isinstance(result, datetime):
            return result.date()
        return None if isinstance(result, float) and not math.isfinite(result) else result

    def prove(self, context: cel.Context) -> object:
        """Like `run`, but lets the engine's error out: for proving a formula when the pack loads."""
        return self.program.execute(context)


def compile_expression(source: str) -> Expression:
    """Compile a formula.

    Raises:
        ExpressionError: it is not CEL.
    """
    try:
        program = compile_program(source)
    except RUNTIME_ERRORS as error:
        raise ExpressionError(first_line(error)) from error
    bare = _STRING.sub("''", source)
    compared = {a or b for a, b in _NULL_COMPARED.findall(bare)}
    names = frozenset(program.variables()) - set(_MACRO_VARIABLE.findall(bare)) - GLOBAL_NAMES
    functions = frozenset(name for name in program.functions() if _IDENTIFIER.fullmatch(name))
    return Expression(source, names, frozenset(compared), functions, tuple(sorted(names - compared)), program)


@lru_cache(maxsize=4096)
def _compile_once(source: str) -> Expression:
    """For formulas from another process, of which many are the same."""
    return compile_expression(source)


def first_line(error: Exception) -> str:
    """The first line of the engine's message, which may run over several."""
    return next(iter(str(error).splitlines()), type(error).__name__)


def last_name(source: str, known: Iterable[str]) -> str:
    """The field named last in a formula; empty if it names none."""
    wanted = set(known)
    names = [m for m in _IDENTIFIER.findall(_STRING.sub("''", source)) if m in wanted]
    return names[-1] if names else ""


def _without_strings(source: str) -> str:
    """The formula with every string literal blanked out, each place keeping its position."""
    return _STRING.sub(lambda m: "'" + "_" * (len(m.group()) - 2) + "'", source)


def split_conjunction(source: str) -> list[str]:
    """The parts of a formula that `&&` joins at its top level."""
    parts, depth, start, i = [], 0, 0, 0
    blanked = _without_strings(source)
    while i < len(blanked):
        if blanked[i] in "([{":
            depth += 1
        elif blanked[i] in ")]}":
            depth -= 1
        elif depth == 0 and (blanked[i] == "?" or blanked.startswith("||", i)):
            return [source]
        elif depth == 0 and blanked.startswith("&&", i):
            parts.append(source[start:i].strip())
            start = i + 2
            i += 1
        i += 1
    parts.append(source[start:].strip())
    return parts


def outer_all(source: str, repeats: Iterable[str]) -> tuple[str, str, str] | None:
    """(repeat, variable, body) of the first `repeat.all(variable, body)`; None if there is none."""
    blanked = _without_strings(source)
    for repeat in repeats:
        match = re.search(rf"(?<![.\w]){re.escape(repeat)}\.all\((\w+)\s*,", blanked)
        if match is None:
            continue
        depth, start = 1, match.end()
        for i in range(start, len(source)):
            depth += {"(": 1, ")": -1}.get(blanked[i], 0)
            if depth == 0:
                return repeat, match.group(1), source[start:i].strip()
    return None


def bind(value: object) -> Any:
    """A typed value as CEL takes it: numbers as doubles, dates as UTC midnights, tuples as lists."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, Mapping):
        return {key: bind(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [bind(item) for item in value]
    raise TypeError(f"cannot bind {type(value).__name__}")


def for_engine(function: Callable[..., object]) -> Callable[..., object]:
    """A function over typed values as the engine calls it, to which days are moments."""

    def call(*arguments: object) -> object:
        return function(*[a.date() if isinstance(a, datetime) else a for a in arguments])

    return call


def _sum(items: Iterable[float | None]) -> float | None:
    given = [float(x) for x in items if x is not None]
    return math.fsum(given) if given else None


def _sum_best(items: Iterable[float | None], count: float) -> float | None:
    given = sorted((float(x) for x in items if x is not None), reverse=True)
    wanted = int(count)
    return math.fsum(given[:wanted]) if len(given) >= wanted else None


def _months_between(earlier: date | None, later: date | None) -> float | None:
    return None if earlier is None or later is None else float(calendar.months_between(earlier, later))


def _days_between(earlier: date | None, later: date | None) -> float | None:
    return None if earlier is None or later is None else float((later - earlier).days)


#: Functions that need no list of the pack, over typed values.
PLAIN_FUNCTIONS: Final[dict[str, Callable[..., object]]] = {
    "months_between": _months_between,
    "days_between": _days_between,
    "year_of": lambda day: None if day is None else float(day.year),
    "sum": _sum,
    "sum_best": _sum_best,
    "abs": lambda x: None if x is None else abs(float(x)),
    "length": lambda text: None if text is None else float(len(text)),
    "credit_code_valid": lambda code: code is not None and credit_code.is_valid(code),
}
