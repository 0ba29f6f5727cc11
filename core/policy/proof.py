"""Proves every formula of a form on typed samples: CEL compiles without checking types, so wrong ones show only here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Final

from core.domain.errors import PackError
from core.forms.definition import Field, FieldType, FormDefinition
from core.forms.expressions import Expression, bind, split_conjunction
from core.forms.functions import new_context

if TYPE_CHECKING:
    import cel

_AS_OF: Final = date(2026, 6, 15)
_ENGINE_ERRORS: Final = (RuntimeError, TypeError, ValueError)


def prove(form: FormDefinition, parameters: Mapping[str, float | str], form_file: str, audit_file: str) -> None:
    """Run every formula on several full samples and look at the type of the result.

    Raises:
        PackError: a formula fails on well-typed values, or gives the wrong type.
    """
    for variant in range(3):
        sample = _sample(form, variant)
        context = new_context(form.lists, parameters, _AS_OF)
        context.update({name: bind(value) for name, value in sample.items()})
        for field in form.walk():
            for column, expression, wants_bool in _formulas(field):
                _prove_one(expression, context, wants_bool, form_file, field.line, column)
        for audit in form.audits:
            _prove_one(audit.formula, context, True, audit_file, audit.line, "formula")
            for part in split_conjunction(audit.formula.source):
                _prove_part(part, context, audit_file, audit.line)


def _formulas(field: Field) -> Iterator[tuple[str, Expression, bool]]:
    if field.relevant is not None:
        yield "relevant", field.relevant, True
    if field.constraint is not None:
        yield "constraint", field.constraint, True
    if field.calculation is not None:
        yield "calculation", field.calculation, False


def _prove_one(
    expression: Expression, context: cel.Context, wants_bool: bool, file: str, line: int, column: str
) -> None:
    try:
        result = expression.prove(context)
    except _ENGINE_ERRORS as error:
        problem = str(error).splitlines()[0]
        raise PackError(file, line, f"“{column}”列的公式“{expression.source}”不能计算（{problem}）") from None
    if isinstance(result, bool) != wants_bool:
        wanted = "真或假" if wants_bool else "数字、文字或日期"
        raise PackError(file, line, f"“{column}”列的公式“{expression.source}”应得出{wanted}")


def _prove_part(source: str, context: cel.Context, file: str, line: int) -> None:
    """`&&` stops at the first false part: prove each part by itself."""
    import cel

    try:
        result = cel.compile(source).execute(context)
    except _ENGINE_ERRORS as error:
        raise PackError(file, line, f"公式中的“{source}”不能计算（{str(error).splitlines()[0]}）") from None
    if not isinstance(result, bool):
        raise PackError(file, line, f"公式中的“{source}”应得出真或假")


def _sample(form: FormDefinition, variant: int) -> dict[str, object]:
    values: dict[str, object] = {}
    for field in form.walk():
        if field.type is not FieldType.NOTE:
            values[field.name] = _sample_value(field, variant)
    for field in form.fields:
        if field.type is FieldType.REPEAT:
            row = {c.name: _sample_value(c, variant) for c in field.columns}
            values[field.name] = [row, dict(row)]
    return values


def _sample_value(field: Field, variant: int) -> object:
    if field.choices is not None and field.choices.choices:
        names = [c.name for c in field.choices.choices]
        picked = names[(0, -1, len(names) // 2)[variant]]
        return [picked] if field.type is FieldType.SELECT_MULTIPLE else picked
    if field.type.is_number or (field.type is FieldType.CALCULATE and not _is_text_calculation(field)):
        return (1.0, 2020.0, 50.0)[variant]
    if field.type is FieldType.DATE:
        return (date(2025, 3, 1), date(2020, 2, 29), date(2026, 6, 15))[variant]
    return "样例"


def _is_text_calculation(field: Field) -> bool:
    source = field.calculation.source if field.calculation else ""
    return source.startswith(("choice_unit(", "choice_label("))
