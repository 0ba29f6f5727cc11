"""Reads one form's CSV into a definition; every error names file and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

from core.domain.enums import Severity
from core.domain.errors import PackError
from core.forms.definition import Audit, ChoiceList, Field, FieldType, FormDefinition, Place, PlaceKind
from core.forms.expressions import (
    PLAIN_FUNCTIONS,
    Expression,
    ExpressionError,
    last_name,
    outer_all,
    split_conjunction,
)
from core.forms.functions import LIST_FUNCTIONS
from core.forms.texts import slots
from core.policy.rows import SourceRow

FORM_COLUMNS = frozenset(
    ["section", "name", "label", "type", "unit", "required", "relevant", "constraint", "severity",
     "constraint_message", "calculation", "hint", "source", "print", "filled_by"]
)
AUDIT_COLUMNS = frozenset(["id", "form", "severity", "clause", "formula", "fields", "message", "why"])

_BUILT_IN = frozenset(("size", "matches", "contains", "startsWith", "endsWith", "double", "int", "string",
                       "all", "exists", "exists_one", "map", "filter", "has"))
_NAME = re.compile(r"^[a-z][a-z0-9_]*$")
_RESERVED = frozenset(
    ["pack", "as_of", "rows", "failing", "in", "null", "true", "false", "as", "break", "const", "continue", "else",
     "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var", "void", "while"]
)
_GRID = re.compile(r"^r(\d+) c(\d)-(\d)$")
_COLUMN = re.compile(r"^col (\d+)/(\d+)$")
_MATRIX = re.compile(r"^row (\d+) col (\d+)/(\d+)$")
_WORD_PLACES = {
    "head": PlaceKind.HEAD, "full": PlaceKind.FULL, "table": PlaceKind.TABLE, "attach": PlaceKind.ATTACHMENT,
    "-": PlaceKind.HIDDEN, "": PlaceKind.HIDDEN,
}


@dataclass(frozen=True, slots=True)
class FormHead:
    """What `forms.csv` says of a form."""

    id: str
    title: str
    annex: str
    kind: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a form's rows may refer to: lists, clauses, parameter names; and how a formula is compiled."""

    lists: Mapping[str, ChoiceList]
    clause_of: Callable[[SourceRow, str], str]
    parameters: frozenset[str]
    compile: Callable[[str], Expression]


def read_form(
    head: FormHead, rows: Sequence[SourceRow], audit_rows: Sequence[SourceRow], around: Surroundings
) -> FormDefinition:
    """Build and check a form: names, types, lists, formulas, places, evaluation order.

    Raises:
        PackError: naming file and line.
    """
    reader = _FieldReader(around, _declared_names(rows))
    fields = _group(rows, reader)
    by_name: dict[str, Field] = {}
    for field in fields:
        by_name[field.name] = field
        by_name.update({column.name: column for column in field.columns})
    audits = tuple(_read_audit(row, reader, fields, by_name) for row in audit_rows)
    order = _order(fields, f"forms/{head.id}.csv")
    return FormDefinition(
        head.id, head.title, head.annex, head.kind, tuple(fields), audits, around.lists, order, by_name
    )


def _declared_names(rows: Sequence[SourceRow]) -> frozenset[str]:
    seen: dict[str, int] = {}
    for row in rows:
        name = row["name"]
        if not _NAME.match(name):
            raise row.fail(f"字段名“{name}”只能用小写字母、数字和下划线")
        if name in _RESERVED:
            raise row.fail(f"“{name}”是公式和提示语的保留字，不能作字段名")
        if name in seen:
            raise row.fail(f"字段名“{name}”与第{seen[name]}行重复")
        seen[name] = row.line
    return frozenset(seen)


class _FieldReader:
    """Turns rows into fields."""

    def __init__(self, around: Surroundings, names: frozenset[str]) -> None:
        self.around = around
        self.names = names

    def formula(self, row: SourceRow, column: str) -> Expression | None:
        """The compiled formula of a cell, every name and function in it known."""
        source = row[column]
        if not source or (column == "calculation" and source.startswith("rows: ")):
            return None
        return self.compile(row, source)

    def compile(self, row: SourceRow, source: str) -> Expression:
        """Compile a formula that belongs to a row."""
        try:
            expression = self.around.compile(source)
        except ExpressionError as error:
            raise row.fail(f"公式“{source}”不能编译（{error}）") from None
        for name in sorted(expression.names - self.names):
            raise row.fail(f"公式“{source}”用了表中没有的字段“{name}”")
        for name in sorted(expression.functions - _BUILT_IN - set(PLAIN_FUNCTIONS) - set(LIST_FUNCTIONS)):
            raise row.fail(f"公式“{source}”用了没有的函数“{name}”")
        return expression

    def list_named(self, row: SourceRow, name: str) -> ChoiceList:
        """A choice list of the pack."""
        if name not in self.around.lists:
            raise row.fail(f"没有名为“{name}”的选项表")
        return self.around.lists[name]

    def check_slots(self, row: SourceRow, template: str, *further: str) -> None:
        """Every `{name}` of a message is a field of the form, `{pack.x}` a parameter, or one of `further`."""
        for slot in sorted(slots(template) - self.names - set(further)):
            if not slot.startswith("pack."):
                raise row.fail(f"提示语中的“{{{slot}}}”不是表中的字段")
            if slot.removeprefix("pack.") not in self.around.parameters:
                raise row.fail(f"提示语中的“{{{slot}}}”不是parameters.csv中的参数")

    def field(self, row: SourceRow, repeat: str) -> Field:
        """One row as a field."""
        kind, choices = self._type(row)
        severity = row["severity"] or "mandatory"
        if severity not in set(Severity):
            raise row.fail(f"不认识的级别“{severity}”，应是mandatory、verify或hint")
        if row["required"] not in ("yes", "no", ""):
            raise row.fail(f"“required”列应是yes或no，现在是“{row['required']}”")
        if not row["label"] and kind is not FieldType.REPEAT:
            raise row.fail(f"字段“{row['name']}”没有名称（label）")
        if bool(row["calculation"]) != (kind is FieldType.CALCULATE) and kind is not FieldType.REPEAT:
            raise row.fail(f"字段“{row['name']}”的类型是“{row['type']}”，与“calculation”列不一致")
        if row["constraint"] and not row["constraint_message"]:
            raise row.fail(f"字段“{row['name']}”有约束（constraint），没有提示语（constraint_message）")
        self.check_slots(row, row["constraint_message"], "rows")
        self.check_slots(row, row["label"])
        return Field(
            row["name"], row["label"], kind, row["section"], row.line, row["unit"], row["required"] == "yes",
            self.formula(row, "relevant"), self.formula(row, "constraint"), Severity(severity),
            row["constraint_message"], self.formula(row, "calculation"), row["hint"], row["source"],
            self.around.clause_of(row, row["source"]), _place(row), row["filled_by"] or "unit", choices, repeat,
            (), self._fixed_rows(row, kind),
        )

    def _type(self, row: SourceRow) -> tuple[FieldType, ChoiceList | None]:
        word, _, argument = row["type"].partition(" ")
        if word == "begin_repeat":
            return FieldType.REPEAT, None
        if word not in set(FieldType):
            raise row.fail(f"不认识的字段类型“{row['type']}”")
        kind = FieldType(word)
        if kind is FieldType.YES_NO:
            return kind, self.list_named(row, "yes_no")
        needs = kind in (FieldType.SELECT_ONE, FieldType.SELECT_MULTIPLE)
        if needs or (argument and kind is FieldType.CALCULATE):
            return kind, self.list_named(row, argument)
        if argument:
            raise row.fail(f"字段类型“{word}”后面不能再写“{argument}”")
        return kind, None

    def _fixed_rows(self, row: SourceRow, kind: FieldType) -> ChoiceList | None:
        source = row["calculation"]
        if kind is not FieldType.REPEAT or not source:
            return None
        return self.list_named(row, source.removeprefix("rows: "))


def _group(rows: Sequence[SourceRow], reader: _FieldReader) -> list[Field]:
    """Fields in printed order, the rows between begin_repeat and end_repeat as columns of their group."""
    fields: list[Field] = []
    group: Field | None = None
    columns: list[Field] = []
    for row in rows:
        if row["type"] == "end_repeat":
            if group is None:
                raise row.fail("end_repeat前面没有begin_repeat")
            if not columns:
                raise row.fail(f"表格“{group.name}”没有列")
            fields.append(replace(group, columns=tuple(columns)))
            group, columns = None, []
            continue
        field = reader.field(row, group.name if group else "")
        if field.type is FieldType.REPEAT:
            if group is not None:
                raise row.fail("表格里不能再套表格")
            group = field
        elif group is not None:
            columns.append(field)
        else:
            fields.append(field)
    if group is not None:
        raise PackError(rows[-1].file, group.line, f"表格“{group.name}”没有end_repeat")
    return fields


def _place(row: SourceRow) -> Place:
    text = row["print"]
    if text in _WORD_PLACES:
        return Place(_WORD_PLACES[text])
    if match := _GRID.match(text):
        place = Place(PlaceKind.GRID, int(match[1]), int(match[2]), int(match[3]), 6)
        if not 1 <= place.first < place.last <= 6 and not (place.first == place.last == 6):
            raise row.fail(f"位置“{text}”的列应在1到6之间，从左到右")
        return place
    if match := _COLUMN.match(text):
        return Place(PlaceKind.COLUMN, 0, int(match[1]), int(match[1]), int(match[2]))
    if match := _MATRIX.match(text):
        return Place(PlaceKind.MATRIX, int(match[1]), int(match[2]), int(match[2]), int(match[3]))
    raise row.fail(f"不认识的位置“{text}”")


def _read_audit(
    row: SourceRow,
    reader: _FieldReader,
    fields: Sequence[Field],
    by_name: Mapping[str, Field],
) -> Audit:
    if row["severity"] not in set(Severity):
        raise row.fail(f"不认识的级别“{row['severity']}”，应是mandatory、verify或hint")
    source = row["formula"]
    formula = reader.compile(row, source)
    names = tuple(row["fields"].split())
    for name in names:
        if name not in by_name:
            raise row.fail(f"“fields”列中的“{name}”不是表中的字段")
    reader.check_slots(row, row["message"], "rows", "failing")
    parts = tuple(
        (reader.compile(row, part), last_name(part, by_name)) for part in split_conjunction(source)
    ) if "{failing}" in row["message"] else ()
    found = outer_all(source, [f.name for f in fields if f.type is FieldType.REPEAT])
    rows_of = (found[0], found[1], _body(row, reader, found[1], found[2])) if found else None
    return Audit(
        row["id"], Severity(row["severity"]), formula, names, row["message"], row["why"],
        reader.around.clause_of(row, row["clause"]), row.line, parts, rows_of,
    )


def _body(row: SourceRow, reader: _FieldReader, variable: str, source: str) -> Expression:
    """The body of `.all(v, …)`: the variable is bound row by row, so it counts as a known name."""
    with_variable = _FieldReader(reader.around, reader.names | {variable})
    return with_variable.compile(row, source)


def _order(fields: Sequence[Field], file: str) -> tuple[str, ...]:
    """Top-level names so that each comes after those that its relevance or calculation reads.

    Raises:
        PackError: two fields wait for each other.
    """
    owner = {c.name: f.name for f in fields for c in f.columns}
    for field in fields:
        _check_own_reads(field, file)
    graph: dict[str, set[str]] = {}
    for field in fields:
        if field.type is FieldType.NOTE:
            continue
        reads: set[str] = set()
        for item in (field, *field.columns):
            for expression in (item.relevant, item.calculation):
                reads |= expression.names if expression else set()
        graph[field.name] = {owner.get(n, n) for n in reads} - {field.name}
    try:
        return tuple(n for n in TopologicalSorter(graph).static_order() if n in graph)
    except CycleError as error:
        names = "、".join(dict.fromkeys(error.args[1]))
        line = next((f.line for f in fields if f.name in error.args[1]), 1)
        raise PackError(file, line, f"字段{names}的公式互相等待") from None


def _check_own_reads(field: Field, file: str) -> None:
    """No formula waits for its own result, nor a column for a calculated column to its right.

    Raises:
        PackError: one does.
    """
    later = {c.name for c in field.columns if c.calculation is not None}
    for item in (field, *field.columns):
        reads = (item.calculation.names if item.calculation else frozenset()) | (
            item.relevant.names if item.relevant else frozenset()
        )
        if item.name in reads or (item.repeat and reads & later):
            names = "、".join(sorted({item.name} | (reads & later)))
            raise PackError(file, item.line, f"字段{names}的公式互相等待")
        later.discard(item.name)
