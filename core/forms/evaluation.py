"""The state of one filled form: relevance, calculations, and the findings of fields and audit formulas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from core.domain import credit_code
from core.domain.enums import Outcome, Severity
from core.domain.finding import Finding
from core.domain.values import Answers, Row, Scalar, Value, is_blank
from core.forms.definition import Audit, Field, FieldType, FormDefinition
from core.forms.direct import Scope
from core.forms.plan import Checked, Settled, Table, plan_of
from core.forms.texts import fill
from core.forms.values import ParsedForm, clean_text, parse_form

_LONGEST_NAME = 60
_TODO_FILL = "请填写“{label}”。"
_TODO_MEND = "请改正“{label}”。"
_TODO_EXPLAIN = "请核对后改正；情况属实的，写一句情况说明。"
_TODO_HINT = "只作提示，不影响推荐；有条件的请补充。"
_TODO_AUDIT = {
    Severity.MANDATORY: "请核对有关数据并改正。", Severity.VERIFY: _TODO_EXPLAIN, Severity.HINT: _TODO_HINT,
}


@dataclass(frozen=True)
class FormState:
    """One filled form, evaluated as of a date.

    `values` are typed: blank, irrelevant and malformed are None there. `irrelevant` and `wrong` hold paths
    (`name` or `repeat[2].name`); `findings` are those of fields and audits, in printed order.
    """

    form: FormDefinition
    as_of: date
    parsed: ParsedForm
    values: Mapping[str, Value]
    irrelevant: frozenset[str]
    wrong: Mapping[str, str]
    broken: frozenset[str]
    findings: tuple[Finding, ...]

    @property
    def answers(self) -> Answers:
        """Canonical stored answers, wrong ones as they were given."""
        return self.parsed.stored

    def rows(self, repeat: str) -> tuple[Row, ...]:
        """Typed rows of a repeat group, calculated columns included."""
        value = self.values.get(repeat)
        return tuple(r for r in value if isinstance(r, Mapping)) if isinstance(value, tuple) else ()

    def is_usable(self, name: str) -> bool:
        """False for a value that is malformed or breaks its mandatory constraint: rules must not judge by it."""
        return name not in self.wrong and name not in self.broken


def evaluate(
    form: FormDefinition,
    answers: Mapping[str, object],
    as_of: date,
    parameters: Mapping[str, float | str],
    *,
    problems: Mapping[str, str] | None = None,
) -> FormState:
    """Evaluate a filled form. Never raises on bad answers: they become findings, as do the reader's `problems`."""
    parsed = parse_form(form.fields, answers)
    if problems:
        parsed = replace(parsed, wrong={**parsed.wrong, **problems})
    return _Evaluation(form, parsed, as_of, parameters).run()


class _Evaluation:
    """One evaluation: the values, and the scope of the formulas, which fills up in dependency order.

    In the scope a table is empty until it is settled, and a column is null but while its row is shown.
    """

    def __init__(
        self, form: FormDefinition, parsed: ParsedForm, as_of: date, parameters: Mapping[str, float | str]
    ) -> None:
        self.form = form
        self.parsed = parsed
        self.as_of = as_of
        self.parameters = parameters
        self.plan = plan_of(form)
        self.values: dict[str, Value] = dict(parsed.values)
        self.scope: Scope = {
            **self.plan.scope, **parsed.values, **self.plan.empty_tables, "pack": parameters, "as_of": as_of,
        }
        self.irrelevant: set[str] = set()
        self.broken: set[str] = set()
        self.findings: list[Finding] = []

    def run(self) -> FormState:
        for settled in self.plan.settled:
            self._settle(settled)
        for checked in self.plan.inputs if self.parsed.wrong else self.plan.checked:
            if checked.name not in self.irrelevant:
                self._check_field(checked)
        self.findings.extend(map(_unknown_field, self.parsed.unknown))
        for audit, holds in self.plan.audits:
            if holds(self.scope) is False:
                self.findings.append(self._audit(audit))
        wrong = {p: text for p, text in self.parsed.wrong.items() if p not in self.irrelevant}
        return FormState(
            self.form, self.as_of, self.parsed, self.values, frozenset(self.irrelevant), wrong,
            frozenset(self.broken), tuple(self.findings),
        )

    def _settle(self, settled: Settled) -> None:
        """Fix one field's value: irrelevant, calculated, or as given; then let formulas see it."""
        field, name, relevant, calculate = settled
        value: Value
        if relevant is not None and relevant(self.scope) is False:
            self.irrelevant.add(name)
            value = _empty(field)
        elif calculate is not None:
            value = _as_value(calculate(self.scope))
        elif name in self.plan.tables:
            value = self._settle_rows(name)
        else:
            return
        if not (is_blank(value) and is_blank(self.values[name])):
            self.values[name] = self.scope[name] = value

    def _settle_rows(self, repeat: str) -> tuple[Row, ...]:
        rows, table = _rows(self.parsed.values[repeat]), self.plan.tables[repeat]
        if not rows or not table.settled:
            return rows
        settled = tuple(self._settle_row(repeat, table, number, row) for number, row in enumerate(rows, start=1))
        self.scope.update(table.blank)
        return settled

    def _settle_row(self, repeat: str, table: Table, number: int, given: Row) -> Row:
        row: dict[str, Scalar] = dict(given)
        scope = self.scope
        scope.update(row)
        for _, name, relevant, calculate in table.settled:
            if relevant is not None and relevant(scope) is False:
                self.irrelevant.add(f"{repeat}[{number}].{name}")
                row[name] = None
            elif calculate is not None:
                row[name] = _as_value(calculate(scope))
            scope[name] = row[name]
        return row

    def _check_field(self, checked: Checked) -> None:
        field, name, is_required, constraint, is_table = checked
        if name in self.parsed.wrong:
            self.findings.append(_malformed(field, self.parsed.wrong[name]))
        elif is_required and self.values[name] in (None, ()):
            self.findings.append(_required(field))
        elif constraint is not None and constraint(self.scope) is False:
            self.findings.append(self._constraint(field, ()))
        if is_table:
            self._check_table(field)

    def _check_table(self, repeat: Field) -> None:
        rows, table = _rows(self.values[repeat.name]), self.plan.tables[repeat.name]
        broken: dict[str, list[int]] = {}
        for number, row in enumerate(rows, start=1):
            self.scope.update(row)
            for _, name, _, constraint, _ in table.checked:
                if constraint is None or row[name] is None or constraint(self.scope) is not False:
                    continue
                if f"{repeat.name}[{number}].{name}" not in self.parsed.wrong:
                    broken.setdefault(name, []).append(number)
        self.scope.update(table.blank)
        for column in repeat.columns if broken or self.parsed.wrong else ():
            self._tell_column(repeat, column, len(rows), tuple(broken.get(column.name, ())))

    def _tell_column(self, repeat: Field, column: Field, count: int, broken: tuple[int, ...]) -> None:
        """One finding for a column: its malformed cells, or else those that break its constraint."""
        paths = {number: f"{repeat.name}[{number}].{column.name}" for number in range(1, count + 1)}
        wrong = [n for n, path in paths.items() if path in self.parsed.wrong and path not in self.irrelevant]
        constraint = self._constraint(column, broken, repeat) if broken else None
        if wrong:
            text = self.parsed.wrong[paths[wrong[0]]]
            self.findings.append(_malformed(column, f"“{repeat.label}”第{_numbers(wrong)}行：{text}", tuple(wrong)))
        elif constraint is not None:
            self.findings.append(constraint)

    def _constraint(self, field: Field, rows: tuple[int, ...], repeat: Field | None = None) -> Finding:
        mandatory = field.severity is Severity.MANDATORY
        if mandatory and not rows:
            self.broken.add(field.name)
        if mandatory and repeat is not None:
            self.broken.update(f"{repeat.name}[{n}].{field.name}" for n in rows)
        text = self._code_problem(field, rows) or fill(field.message, self.form, self.values, self.parameters)
        message = f"“{repeat.label}”第{_numbers(rows)}行：{text}" if repeat is not None else text
        todo = _TODO_MEND if mandatory else _TODO_HINT if field.severity is Severity.HINT else _TODO_EXPLAIN
        return Finding(
            f"field:{field.name}", field.clause, field.severity, Outcome.UNKNOWN if mandatory else Outcome.NOT_MET,
            message, (field.name,), todo.format(label=field.label), rows,
        )

    def _code_problem(self, field: Field, rows: tuple[int, ...]) -> str:
        """What is wrong with a credit code, more exactly than the form's own message can say; else empty."""
        if not field.is_code:
            return ""
        code = self.values.get(field.name)
        if rows:
            row = self.values[field.repeat]
            given = row[rows[0] - 1] if isinstance(row, tuple) else None
            code = given.get(field.name) if isinstance(given, Mapping) else None
        problem = credit_code.problem(code) if isinstance(code, str) else ""
        return f"“{field.label}”填的“{code}”：{problem}。" if problem else ""

    def _audit(self, audit: Audit) -> Finding:
        """The finding of an audit formula that does not hold."""
        rows = self._failing_rows(audit)
        failing = tuple(name for part, name in audit.parts if name and part.run(self.scope) is False)
        # Labels hold 、 themselves: quoted, each stands apart.
        labels = "".join(f"“{self.form.label_of(name)}”" for name in dict.fromkeys(failing))
        message = fill(audit.message, self.form, self.values, self.parameters, rows=rows, failing=labels)
        fields = tuple(dict.fromkeys((*failing, *audit.fields))) if "{failing}" in audit.message else audit.fields
        outcome = Outcome.UNKNOWN if audit.severity is Severity.MANDATORY else Outcome.NOT_MET
        return Finding(
            audit.id, audit.clause, audit.severity, outcome, message, fields, _TODO_AUDIT[audit.severity], rows
        )

    def _failing_rows(self, audit: Audit) -> tuple[int, ...]:
        if audit.rows_of is None:
            return ()
        repeat, variable, body = audit.rows_of
        value = self.values.get(repeat)
        failing = []
        scope = dict(self.scope)
        for number, row in enumerate(value if isinstance(value, tuple) else (), start=1):
            scope[variable] = row
            if body.run(scope) is False:
                failing.append(number)
        return tuple(failing)


def _rows(value: Value) -> tuple[Row, ...]:
    """The rows of a table's value, which holds nothing else."""
    return value if isinstance(value, tuple) else ()  # type: ignore[return-value]


def _empty(field: Field) -> Value:
    return () if field.type in (FieldType.REPEAT, FieldType.SELECT_MULTIPLE) else None


def _as_value(result: object) -> Scalar:
    if isinstance(result, bool):
        return "yes" if result else "no"
    if isinstance(result, int):
        return float(result)
    return result if isinstance(result, float | str | date) else None


def _numbers(rows: Sequence[int]) -> str:
    return "、".join(str(n) for n in rows)


@lru_cache(maxsize=4096)
def _required(field: Field) -> Finding:
    return Finding(
        f"field:{field.name}", field.clause, Severity.MANDATORY, Outcome.UNKNOWN,
        f"必填项“{field.label}”没有填写。", (field.name,), _TODO_FILL.format(label=field.label),
    )


def _malformed(field: Field, problem: str, rows: tuple[int, ...] = ()) -> Finding:
    return Finding(
        f"field:{field.name}", field.clause, Severity.MANDATORY, Outcome.UNKNOWN,
        f"{problem}。", (field.name,), _TODO_MEND.format(label=field.label), rows,
    )


def _unknown_field(name: str) -> Finding:
    shown = clean_text(name)[:_LONGEST_NAME]
    return Finding(
        f"field:{shown}", "", Severity.HINT, Outcome.NOT_MET,
        f"表中没有“{shown}”这一栏，没有采用。", (), "请核对栏目名称。",
    )
