"""The plain part of CEL as a tree: what forms really use. Anything else is left to the engine, which knows it all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<double>\d+\.\d+(?![\w.]))|(?P<int>\d+(?![\w.]))|(?P<text>'[^'\\\n]*'|\"[^\"\\\n]*\")"
    r"|(?P<name>[A-Za-z_]\w*)|(?P<sign>&&|\|\||[=!<>]=|[-+*/<>!?:()\[\],.]))"
)
_STRENGTH: Final = {
    "||": 1, "&&": 2, "==": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "in": 3, "+": 4, "-": 4, "*": 5, "/": 5,
}
_CONSTANTS: Final = {"true": True, "false": False, "null": None}
MACROS: Final = frozenset({"all", "exists", "map", "filter"})


class NotPlainError(Exception):
    """A formula that uses more of CEL than this module reads; it may be perfectly right."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, text, `true`, `false`, `null`, or a list of them but truths, as a tuple."""

    value: object


@dataclass(frozen=True, slots=True)
class Name:
    """A field, a macro's variable, `pack` or `as_of`."""

    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """`of.name`: a column of a row, a parameter of the pack."""

    of: Node
    name: str


@dataclass(frozen=True, slots=True)
class Unary:
    """`!operand` or `-operand`."""

    sign: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and the operator between them."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Choose:
    """`condition ? yes : no`."""

    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Call:
    """`function(arguments)`, or with a target `target.function(arguments)`."""

    function: str
    target: Node | None
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Macro:
    """`rows.all(variable, body)` and its like."""

    macro: str
    rows: Node
    variable: str
    body: Node


Node: TypeAlias = Literal | Name | Member | Unary | Binary | Choose | Call | Macro


def parse_plain(source: str) -> Node:
    """The tree of a formula.

    Raises:
        NotPlainError: it uses more of CEL than is read here.
    """
    parser = _Parser(tuple(_tokens(source)))
    tree = parser.expression()
    parser.expect("")
    return tree


def _tokens(source: str) -> Iterator[tuple[str, str]]:
    """Kind and text of each token; the last one is empty."""
    place = 0
    source = source.rstrip()
    while place < len(source):
        match = _TOKEN.match(source, place)
        if match is None or match.lastgroup is None:
            raise NotPlainError(source)
        yield match.lastgroup, match[match.lastgroup]
        place = match.end()
    yield "end", ""


class _Parser:
    """Reads tokens by the strength of the operators between them."""

    def __init__(self, tokens: tuple[tuple[str, str], ...]) -> None:
        self.tokens = tokens
        self.place = 0

    def take(self) -> tuple[str, str]:
        token = self.tokens[self.place]
        self.place = min(self.place + 1, len(self.tokens) - 1)
        return token

    def next_is(self, text: str) -> bool:
        kind, found = self.tokens[self.place]
        return found == text and kind != "text"

    def takes(self, text: str) -> bool:
        """Take the next token if it reads so."""
        found = self.next_is(text)
        if found:
            self.take()
        return found

    def expect(self, text: str) -> None:
        if not self.takes(text):
            raise NotPlainError(text)

    def expression(self) -> Node:
        condition = self.operation(1)
        if not self.takes("?"):
            return condition
        yes = self.operation(1)
        self.expect(":")
        return Choose(condition, yes, self.expression())

    def operation(self, weakest: int) -> Node:
        left = self.prefixed()
        while True:
            kind, sign = self.tokens[self.place]
            strength = _STRENGTH.get(sign, 0) if kind != "text" else 0
            if strength < weakest:
                return left
            self.take()
            left = Binary(sign, left, self.operation(strength + 1))

    def prefixed(self) -> Node:
        for sign in ("!", "-"):
            if self.takes(sign):
                operand = self.prefixed()
                if sign == "-" and isinstance(operand, Literal) and isinstance(operand.value, float):
                    return Literal(-operand.value)
                return Unary(sign, operand)
        return self.suffixed(self.primary())

    def primary(self) -> Node:
        kind, text = self.take()
        if kind == "double":
            return Literal(float(text))
        if kind == "int":
            return Literal(int(text))
        if kind == "text":
            return Literal(text[1:-1])
        if kind == "name" and text != "in":
            if text in _CONSTANTS:
                return Literal(_CONSTANTS[text])
            return Call(text, None, self.listed(")")) if self.takes("(") else Name(text)
        if text == "(":
            inner = self.expression()
            self.expect(")")
            return inner
        if text == "[":
            return Literal(tuple(_constant(item) for item in self.listed("]")))
        raise NotPlainError(text)

    def suffixed(self, node: Node) -> Node:
        while self.takes("."):
            kind, name = self.take()
            if kind != "name":
                raise NotPlainError(name)
            if not self.takes("("):
                node = Member(node, name)
            elif name in MACROS:
                node = self.macro(name, node)
            else:
                node = Call(name, node, self.listed(")"))
        return node

    def macro(self, name: str, rows: Node) -> Node:
        kind, variable = self.take()
        self.expect(",")
        body = self.expression()
        self.expect(")")
        if kind != "name":
            raise NotPlainError(variable)
        return Macro(name, rows, variable, body)

    def listed(self, end: str) -> tuple[Node, ...]:
        """Expressions between commas, up to the closing bracket."""
        if self.takes(end):
            return ()
        items = [self.expression()]
        while self.takes(","):
            items.append(self.expression())
        self.expect(end)
        return tuple(items)


def _constant(node: Node) -> object:
    if not isinstance(node, Literal) or isinstance(node.value, bool):
        raise NotPlainError("[")
    return node.value
