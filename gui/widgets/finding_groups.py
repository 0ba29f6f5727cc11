"""Findings as the clerk works through them: what fails first, what holds last."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

from core.domain.enums import Outcome, Severity
from core.domain.finding import Finding

_PRIORITY_RULE = re.compile(r"^Q\d+$")


class Group(Enum):
    """Groups of the panel, in this order; the value is the heading."""

    NOT_MET = "不符合"
    UNKNOWN = "待核实"
    TO_EXPLAIN = "需说明"
    EXPLAINED = "已说明"
    HINT = "提示"
    MET = "符合"

    @property
    def is_quiet(self) -> bool:
        """True for groups that start folded."""
        return self is Group.MET


def is_unclaimed(finding: Finding) -> bool:
    """True for a priority ground that the unit does not claim: nothing to mend (design §4, Q1–Q10)."""
    return bool(_PRIORITY_RULE.match(finding.rule)) and finding.outcome is Outcome.NOT_MET


def group_of(finding: Finding) -> Group:
    """The group that a finding stands in."""
    if finding.outcome is Outcome.MET or is_unclaimed(finding):
        return Group.MET
    if finding.severity is Severity.MANDATORY:
        return Group.NOT_MET if finding.outcome is Outcome.NOT_MET else Group.UNKNOWN
    if finding.severity is Severity.VERIFY:
        return Group.TO_EXPLAIN if finding.is_open else Group.EXPLAINED
    return Group.HINT


def grouped(findings: Sequence[Finding]) -> dict[Group, list[Finding]]:
    """Every group with its findings, in the order given."""
    groups: dict[Group, list[Finding]] = {group: [] for group in Group}
    for finding in findings:
        groups[group_of(finding)].append(finding)
    return groups
