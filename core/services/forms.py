"""Forms and rules as the program tells them to others: `forms --json`, `rules --json`."""

from __future__ import annotations

from collections.abc import Mapping

from core.forms.definition import Field, FieldType, FormDefinition
from core.policy.pack import PolicyPack
from core.rules.registry import all_rules


def describe_forms(pack: PolicyPack, form_id: str | None = None) -> dict[str, object]:
    """Every form, or one, with its fields flat over sections (design §7).

    Raises:
        NotFoundError: no such form.
    """
    forms = (pack.form(form_id),) if form_id else tuple(pack.forms.values())
    return {"forms": [_describe_form(f) for f in forms]}


def _describe_form(form: FormDefinition) -> dict[str, object]:
    fields = [_describe_field(f) for f in form.fields if f.type is not FieldType.NOTE]
    return {"id": form.id, "title": form.title, "annex": form.annex, "fields": fields}


def _describe_field(field: Field) -> dict[str, object]:
    choices = field.choices.choices if field.choices and field.type is not FieldType.CALCULATE else ()
    described: dict[str, object] = {
        "name": field.name,
        "label": field.label,
        "type": field.type.value,
        "unit": field.unit,
        "required": field.required,
        "section": field.section,
        "hint": field.hint,
        "choices": [{"name": c.name, "label": c.label} for c in choices],
        "calculation": field.calculation.source if field.calculation else "",
        "relevant": field.relevant.source if field.relevant else "",
        "constraint": field.constraint.source if field.constraint else "",
        "severity": field.severity.value,
    }
    if field.type is FieldType.REPEAT:
        described["fields"] = [_describe_field(c) for c in field.columns]
        described["max_rows"] = field.max_rows
        described["fixed_rows"] = [c.name for c in field.rows_from.choices] if field.rows_from else []
    return described


def describe_rules(pack: PolicyPack) -> dict[str, object]:
    """Every rule with its clause, the clause's text, severity, forms and fields (design §7)."""
    return {
        "rules": [
            {
                "id": r.id,
                "title": pack.rule_texts[r.id].title,
                "clause": r.clause,
                "clause_text": pack.clauses[r.clause].text,
                "severity": r.severity.value,
                "forms": list(r.forms),
                "fields": list(r.fields),
            }
            for r in all_rules()
        ]
    }


def clause_texts(pack: PolicyPack) -> Mapping[str, str]:
    """Clause number → its text (its heading where it has no text of its own)."""
    return {c.number: c.text or c.heading for c in pack.clauses.values()}
