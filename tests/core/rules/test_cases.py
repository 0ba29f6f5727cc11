"""Every case of the clerk's files, and that no rule lacks one of the four kinds."""

from __future__ import annotations

import pytest

from core.domain.enums import Outcome
from core.rules.registry import all_rules, rules_for
from core.rules.verdict import check
from tests.core.rules.case_files import KINDS, Case, all_cases, exceptions, rule_ids_with_files
from tests.fixtures.packs import FORM_IDS, shipped_pack

CASES = all_cases()
OUTCOME_OF_KIND = {"符合": Outcome.MET, "不符合": Outcome.NOT_MET, "待核实": Outcome.UNKNOWN}


@pytest.mark.parametrize("case", CASES, ids=[f"{c.rule}-{n}" for n, c in enumerate(CASES)])
def test_case(case: Case) -> None:
    verdict = check(shipped_pack(), case.form, case.answers(), case.as_of).verdict
    finding = verdict.finding(case.rule)
    assert finding is not None, case
    assert finding.outcome is case.outcome, f"{case.title}：{finding.message}"
    assert case.phrase in finding.message, f"{case.title}：{finding.message}"
    assert verdict.eligibility is case.eligibility, case.title


def test_every_rule_has_a_file_and_every_file_a_rule() -> None:
    assert rule_ids_with_files() == {rule.id for rule in all_rules() if rule.forms}


@pytest.mark.parametrize("rule_id", [rule.id for rule in all_rules() if rule.forms])
def test_every_rule_has_the_four_kinds(rule_id: str) -> None:
    kinds = {case.kind for case in CASES if case.rule == rule_id}
    excused = {kind for rule, kind in exceptions() if rule == rule_id}
    assert kinds | excused == set(KINDS)
    assert not kinds & excused


def test_a_case_is_of_the_kind_that_it_says() -> None:
    assert [c.title for c in CASES if c.outcome is not OUTCOME_OF_KIND.get(c.kind, c.outcome)] == []


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_every_rule_is_tried_on_every_form_that_it_judges(form_id: str) -> None:
    tried = {case.rule for case in CASES if case.form == form_id}
    assert {rule.id for rule in rules_for(form_id)} <= tried


def test_an_exception_names_a_rule_and_gives_a_reason() -> None:
    ids = {rule.id for rule in all_rules()}
    for (rule, kind), reason in exceptions().items():
        assert rule in ids
        assert kind in KINDS
        assert len(reason) > 10
