"""Checks one form: field findings, audit formulas and rules become a verdict with a reproducible number."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from core.domain.enums import Eligibility, Outcome, Severity
from core.domain.finding import Finding, Verdict
from core.forms.definition import FormDefinition
from core.forms.evaluation import FormState, evaluate
from core.policy.pack import PolicyPack
from core.rules.context import RuleContext
from core.rules.registry import all_rules, rules_for

_CANONICAL_JSON: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class Checked:
    """A verdict and the evaluated form that it is about."""

    state: FormState
    verdict: Verdict


def check(
    pack: PolicyPack,
    form_id: str,
    answers: Mapping[str, object],
    as_of: date,
    *,
    explanations: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> Checked:
    """Check the answers of a form as of a date.

    `explanations` are the ones still valid, by rule id; `problems` are cells that a reader could not read, by path.

    Raises:
        NotFoundError: the pack has no such form.
    """
    form = pack.form(form_id)
    parameters = pack.parameters_at(as_of)
    state = evaluate(form, answers, as_of, parameters, problems=problems)
    context = RuleContext(pack, as_of, parameters, state)
    judged = tuple(rule.run(context) for rule in rules_for(form_id))
    findings = (*judged, *state.findings)
    verdict = Verdict(
        _text(state, "unit_name"), _text(state, "credit_code"), form_id, as_of, pack.label, _eligibility(findings),
        _number(pack, state, judged), findings,
    )
    checked = Checked(state, verdict)
    return with_explanations(checked, explanations) if explanations else checked


def with_explanations(checked: Checked, explanations: Mapping[str, str]) -> Checked:
    """The same verdict with the clerk's explanations beside the `verify` findings that they answer."""
    findings = tuple(
        replace(f, explanation=explanations[f.rule].strip())
        if _explainable(f) and explanations.get(f.rule, "").strip()
        else f
        for f in checked.verdict.findings
    )
    return Checked(checked.state, replace(checked.verdict, findings=findings))


def _explainable(finding: Finding) -> bool:
    return finding.severity is Severity.VERIFY and finding.outcome is not Outcome.MET


def _text(state: FormState, name: str) -> str:
    value = state.answers.get(name)
    return str(value) if value is not None else ""


def _eligibility(findings: Iterable[Finding]) -> Eligibility:
    outcomes = {f.outcome for f in findings if f.severity is Severity.MANDATORY}
    if Outcome.NOT_MET in outcomes:
        return Eligibility.NOT_ELIGIBLE
    return Eligibility.INCOMPLETE if Outcome.UNKNOWN in outcomes else Eligibility.ELIGIBLE


def _number(pack: PolicyPack, state: FormState, judged: Iterable[Finding]) -> str:
    """Hash of answers, pack content, as-of date and every rule's outcome: the same on every machine."""
    content = {
        "form": state.form.id, "answers": state.answers, "pack": pack.digest, "as_of": state.as_of.isoformat(),
        "outcomes": {f.rule: f.outcome.value for f in judged}, "wrong": sorted(state.wrong),
    }
    text = _CANONICAL_JSON.encode(content)
    code = hashlib.sha256(text.encode()).hexdigest()[:16].upper()
    return "-".join(code[i : i + 4] for i in range(0, 16, 4))


def reads(form: FormDefinition, rule_id: str) -> tuple[str, ...]:
    """Names of the fields that a rule, an audit or a field check reads; empty for an unknown id."""
    for rule in all_rules():
        if rule.id == rule_id and rule.applies_to(form.id):
            return tuple(n for n in rule.fields if n in form.by_name)
    for audit in form.audits:
        if audit.id == rule_id:
            return audit.fields
    field = form.by_name.get(rule_id.removeprefix("field:"))
    if field is None or not rule_id.startswith("field:"):
        return ()
    others = field.constraint.names if field.constraint else frozenset[str]()
    return (field.name, *sorted(n for n in others if n != field.name and n in form.by_name))


def values_digest(state: FormState, rule_id: str) -> str:
    """Fingerprint of the values that a rule reads: an explanation is void once it changes (design §2)."""
    tops = {state.form.by_name[name].repeat or name for name in reads(state.form, rule_id)}
    values = {top: state.values.get(top) for top in tops}
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
