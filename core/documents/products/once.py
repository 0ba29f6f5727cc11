"""Findings told once: a rule that cannot judge for a blank field, and the field that is blank, are one thing to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from core.domain.enums import Outcome
from core.domain.finding import Finding
from core.forms.definition import FormDefinition

_FIELD: Final = "field:"


def is_of_field(finding: Finding) -> bool:
    """True for a field's own finding: it is blank, or what it holds cannot be."""
    return finding.rule.startswith(_FIELD)


def field_label(form: FormDefinition, finding: Finding) -> str:
    """What the form calls the field of a field's own finding, and the section that it stands in."""
    item = form.by_name.get(finding.rule.removeprefix(_FIELD))
    if item is None:
        return ""
    return f"“{item.label}”（{item.section}）" if item.section else f"“{item.label}”"


def told_once(form: FormDefinition, findings: Sequence[Finding]) -> list[Finding]:
    """Findings in their order, without the blank fields that a rule's finding of the same severity names already."""
    return [f for f in findings if not is_told(form, f, findings)]


def is_told(form: FormDefinition, finding: Finding, among: Iterable[Finding]) -> bool:
    """True for a blank field that one of the rules says it cannot judge without."""
    item = form.by_name.get(finding.rule.removeprefix(_FIELD)) if is_of_field(finding) else None
    if item is None or finding.outcome is not Outcome.UNKNOWN:
        return False
    return any(
        f.outcome is Outcome.UNKNOWN and f.severity is finding.severity and not is_of_field(f)
        and (f.fields[:1] == (item.name,) or (item.name in f.fields and f"“{item.label}”" in f.message))
        for f in among
    )


def tells_of_field(form: FormDefinition, finding: Finding, among: Iterable[Finding]) -> bool:
    """True for a rule's finding that tells of a blank field in the field's place."""
    return not is_of_field(finding) and any(is_told(form, f, (finding,)) for f in among)
