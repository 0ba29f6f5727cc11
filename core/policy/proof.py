"""Proves every formula of a form on typed samples: CEL compiles without checking types; wrong ones show only here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Final

from core.domain.errors import PackError
from core.forms.definition import Audit, Field, FieldType, FormDefinition
from core.forms.expressions import (
    RUNTIME_ERRORS,
    Expression,
    ExpressionError,
    bind,
    compile_expression,
    first_line,
    split_conjunction,
)
from core.forms.functions import new_context

if TYPE_CHECKING:
    import cel

_AS_OF: Final = date(2026, 6, 15)
_VARIANTS: Final = 3


def prove(form: FormDefinition, parameters: Mapping[str, float | str], form_file: str, audit_file: str) -> None:
    """Run every formula on several full samples and look at the type of the result.

    Raises:
        PackError: a formula fails on well-typed values, or gives the wrong type.
    """
    parts = {audit.id: _parts(audit, audit_file) for audit in form.audits}
    for variant in range(_VARIANTS):
        context = new_context(form.lists, parameters, _AS_OF)
        context.update({name: bind(value) for name, value in _sample(form, variant).items()})
        for field in form.walk():
            for column, expression, wants_bool in _formulas(field):
                _prove_one(expression, context, form_file, field.line, column, wants_bool=wants_bool)
        for audit in form.audits:
            _prove_one(audit.formula, context, audit_file, audit.line, "formula", wants_bool=True)
            for part in parts[audit.id]:
                _prove_one(part, context, audit_file, audit.line, "formula", wants_bool=True)
    _prove_relevance(form, parameters, form_file)


def _prove_relevance(form: FormDefinition, parameters: Mapping[str, float | str], form_file: str) -> None:
    """`relevant` is asked on a blank form too, where every answer is null."""
    context = new_context(form.lists, parameters, _AS_OF)
    context.update({f.name: bind(_blank_value(f)) for f in form.walk() if f.type is not FieldType.NOTE})
    for field in form.walk():
        if field.relevant is not None:
            _prove_one(field.relevant, context, form_file, field.line, "relevant", wants_bool=True)


def _blank_value(field: Field) -> object:
    return [] if field.type in (FieldType.REPEAT, FieldType.SELECT_MULTIPLE) else None


def _parts(audit: Audit, file: str) -> list[Expression]:
    """`&&` stops at the first false part, so each part is proved by itself; none where there is only one."""
    sources = split_conjunction(audit.formula.source)
    try:
        return [compile_expression(source) for source in sources] if len(sources) > 1 else []
    except ExpressionError as error:
        raise PackError(file, audit.line, f"公式“{audit.formula.source}”用“&&”分不开（{error}）") from None


def _formulas(field: Field) -> Iterator[tuple[str, Expression, bool]]:
    if field.relevant is not None:
        yield "relevant", field.relevant, True
    if field.constraint is not None:
        yield "constraint", field.constraint, True
    if field.calculation is not None:
        yield "calculation", field.calculation, False


def _prove_one(
    expression: Expression, context: cel.Context, file: str, line: int, column: str, *, wants_bool: bool
) -> None:
    try:
        result = expression.prove(context)
    except RUNTIME_ERRORS as error:
        problem = first_line(error)
        raise PackError(file, line, f"“{column}”列的公式“{expression.source}”不能计算（{problem}）") from None
    if isinstance(result, bool) != wants_bool or isinstance(result, list | dict | bytes):
        wanted = "真或假" if wants_bool else "数字、文字或日期"
        raise PackError(file, line, f"“{column}”列的公式“{expression.source}”应得出{wanted}")


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
