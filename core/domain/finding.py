"""Findings and verdicts: what a check says, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.domain.enums import Eligibility, Outcome, Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One outcome of a rule, a field check (`field:<name>`) or an audit formula (`V…`).

    `message` states the actual values in one sentence; `todo` says what to do next; `fields` are the names to jump
    to, the first one first; `rows` are the row numbers (from 1) when the finding is inside a repeat group.
    """

    rule: str
    clause: str
    severity: Severity
    outcome: Outcome
    message: str
    fields: tuple[str, ...] = ()
    todo: str = ""
    rows: tuple[int, ...] = ()
    explanation: str | None = None

    @property
    def is_open(self) -> bool:
        """True while a `verify` finding lacks its written explanation (design §4)."""
        return self.severity is Severity.VERIFY and self.outcome is not Outcome.MET and not self.explanation

    @property
    def needs_attention(self) -> bool:
        """True unless the finding is met."""
        return self.outcome is not Outcome.MET


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of checking one form as of one date, with its trace and reproducible number (design §4)."""

    unit_name: str
    credit_code: str
    form: str
    as_of: date
    pack: str
    eligibility: Eligibility
    number: str
    findings: tuple[Finding, ...]

    @property
    def label(self) -> str:
        """What it says of the form, in the word that clerks use for forms of this kind."""
        return self.eligibility.label_for(self.form)

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """The `verify` findings that still hold back the official sheet."""
        return tuple(f for f in self.findings if f.is_open)

    @property
    def may_recommend(self) -> bool:
        """True when the official sheet may be printed: eligible, and every `verify` finding explained."""
        return self.eligibility is Eligibility.ELIGIBLE and not self.open_findings

    def finding(self, rule: str) -> Finding | None:
        """The finding of that rule id, or None."""
        return next((f for f in self.findings if f.rule == rule), None)
