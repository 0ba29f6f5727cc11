"""Live Excel formulas for calculated fields, where the form's formula is plain arithmetic over cells of the sheet."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from core.documents.excel.model import LIST_PREFIX
from core.documents.excel.plan import CellKind, SheetPlan
from core.documents.excel.references import column_letters
from core.forms.definition import Field, FieldType, FormDefinition

_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|'([^']*)'|([A-Za-z_]\w*)|(&&|\|\||[=!<>]=|[<>+\-*/()?:]))")
_LABEL_LOOKUP = re.compile(r"choice_label\('(\w+)', (\w+)\)")
_COMPARE: Final = {"==": "=", "!=": "<>", "<=": "<=", ">=": ">=", "<": "<", ">": ">"}


class _NotPlainError(Exception):
    """The formula uses what Excel cannot say plainly; the program calculates it."""


class FormulaWriter:
    """Writes formulas against the cells of one plan."""

    def __init__(self, form: FormDefinition, plan: SheetPlan) -> None:
        self.form = form
        self.cells = {
            (c.field.name, c.row if c.index else 0): f"${column_letters(c.col)}${c.row}"
            for c in plan.cells
            if c.field is not None and c.kind in (CellKind.INPUT, CellKind.CALCULATED)
        }
        self.columns = {
            name: f"${column_letters(first)}${b.first_row}:${column_letters(first)}${b.last_row}"
            for b in plan.blocks for name, (first, _) in b.columns.items()
        }
        self.live: dict[str, bool] = {}

    def formula(self, field: Field, row: int) -> str:
        """The formula with its `=`, or empty where the program must calculate. `row` is 0 outside repeats."""
        if field.calculation is None:
            return ""
        source = field.calculation.source
        lookup = _LABEL_LOOKUP.fullmatch(source)
        if lookup is not None:
            return self._lookup(lookup[1], lookup[2])
        try:
            body, operands = self._translate(field, source, row)
        except _NotPlainError:
            return ""
        if not operands:
            return ""
        given = f"COUNT({','.join(operands)})<{len(operands)}"
        return f'=IF({given},"",IFERROR({body},""))'

    def is_live(self, name: str) -> bool:
        """True where the cell of that field can be referred to: an input, or calculated by a formula."""
        field = self.form.by_name.get(name)
        if field is None or not (field.type.is_number or field.calculation is not None):
            return False
        if field.calculation is None:
            return True
        if name not in self.live:
            self.live[name] = False
            rows = [r for n, r in self.cells if n == name]
            self.live[name] = bool(rows) and bool(self.formula(field, rows[0]))
        return self.live[name]

    def _lookup(self, list_name: str, name: str) -> str:
        cell = self.cells.get((name, 0))
        if cell is None or self.form.by_name[name].type is not FieldType.TEXT:
            return ""
        entries = f"{LIST_PREFIX}{list_name}"
        return f'=IFERROR(MID(INDEX({entries},MATCH(LEFT({cell},4)&" *",{entries},0)),6,60),"")'

    def _translate(self, field: Field, source: str, row: int) -> tuple[str, list[str]]:
        operands: list[str] = []

        def refer(name: str, *, needed: bool) -> str:
            cell = self.cells.get((name, row)) or self.cells.get((name, 0))
            if cell is None or not self.is_live(name):
                raise _NotPlainError(name)
            if needed and cell not in operands:
                operands.append(cell)
            return cell

        if "size(" in source or ".map(" in source:
            raise _NotPlainError(source)
        nullable = field.calculation.null_compared if field.calculation else frozenset[str]()
        parser = _Parser(source, lambda name: refer(name, needed=name not in nullable), field)
        return parser.whole(), operands


class _Parser:
    """Recursive descent over the part of CEL that Excel can say too."""

    def __init__(self, source: str, refer: Callable[[str], str], field: Field) -> None:
        self.tokens: list[tuple[str, str]] = []
        self.refer = refer
        self.field = field
        self.at = 0
        position = 0
        while position < len(source.rstrip()):
            match = _TOKEN.match(source, position)
            if match is None:
                raise _NotPlainError(source[position:])
            kinds = ("number", "text", "name", "sign")
            kind, value = next((k, v) for k, v in zip(kinds, match.groups(), strict=True) if v is not None)
            self.tokens.append((kind, value))
            position = match.end()

    def whole(self) -> str:
        result = self.choice()
        if self.at != len(self.tokens):
            raise _NotPlainError(self.peek())
        return result

    def peek(self) -> str:
        kind, value = self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")
        return value if kind == "sign" else ""

    def take(self, *signs: str) -> str:
        found = self.peek()
        if not found or found not in signs:
            return ""
        self.at += 1
        return found

    def need(self, sign: str) -> None:
        if not self.take(sign):
            raise _NotPlainError(sign)

    def choice(self) -> str:
        condition = self.either()
        if not self.take("?"):
            return condition
        yes = self.choice()
        self.need(":")
        return f"IF({condition},{yes},{self.choice()})"

    def either(self) -> str:
        parts = [self.both()]
        while self.take("||"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else f"OR({','.join(parts)})"

    def both(self) -> str:
        parts = [self.comparison()]
        while self.take("&&"):
            parts.append(self.comparison())
        return parts[0] if len(parts) == 1 else f"AND({','.join(parts)})"

    def comparison(self) -> str:
        left = self.sum()
        sign = self.take(*_COMPARE)
        return f"{left}{_COMPARE[sign]}{self.sum()}" if sign else left

    def sum(self) -> str:
        result = self.product()
        while sign := self.take("+", "-"):
            result += f"{sign}{self.product()}"
        return result

    def product(self) -> str:
        result = self.atom()
        while sign := self.take("*", "/"):
            result += f"{sign}{self.atom()}"
        return result

    def atom(self) -> str:
        if self.take("("):
            inside = self.choice()
            self.need(")")
            return f"({inside})"
        if self.at >= len(self.tokens):
            raise _NotPlainError("end")
        kind, value = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return value.removesuffix(".0")
        if kind == "text":
            label = self.field.choices.label_of(value) if self.field.choices else value
            return f'"{label}"'
        if kind != "name" or self.peek() == "(":
            raise _NotPlainError(value)
        return '""' if value == "null" else self.refer(value)

