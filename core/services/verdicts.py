"""Verdicts as the program tells them to others."""

from __future__ import annotations

from core.domain.finding import Finding, Verdict


def verdict_as_dict(verdict: Verdict) -> dict[str, object]:
    """A verdict in the shape of design §7."""
    return {
        "unit_name": verdict.unit_name,
        "credit_code": verdict.credit_code,
        "form": verdict.form,
        "as_of": verdict.as_of.isoformat(),
        "pack": verdict.pack,
        "verdict": verdict.eligibility.value,
        "number": verdict.number,
        "findings": [_finding_as_dict(f) for f in verdict.findings],
    }


def _finding_as_dict(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "clause": finding.clause,
        "severity": finding.severity.value,
        "outcome": finding.outcome.value,
        "message": finding.message,
        "fields": list(finding.fields),
        "todo": finding.todo,
        "rows": list(finding.rows),
        "explanation": finding.explanation,
    }
