"""Rules over members: every case of the clerk's files, and that none of them lacks one of the four kinds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from core.domain.enums import Outcome, Severity
from core.domain.errors import NotFoundError
from core.rules.facts import FalsificationFacts, NationFacts, ReportFacts
from core.rules.members import judge_member
from core.rules.registry import all_rules
from tests.core.rules.case_files import KINDS, exceptions
from tests.core.rules.member_cases import UNIT, MemberCase, member_cases
from tests.fixtures.packs import shipped_pack

CASES = member_cases()
IDS = ["R1", "R2", "R3", "W1", "T1", "T2"]
OUTCOME_OF_KIND = {"符合": Outcome.MET, "不符合": Outcome.NOT_MET, "待核实": Outcome.UNKNOWN}
DAY = date(2026, 6, 10)


@pytest.mark.parametrize("case", CASES, ids=[f"{c.rule}-{n}" for n, c in enumerate(CASES)])
def test_case(case: MemberCase) -> None:
    finding = judge_member(shipped_pack(), case.rule, case.facts, case.as_of)
    assert finding.outcome is case.outcome, f"{case.title}：{finding.message}"
    assert case.phrase in finding.message, f"{case.title}：{finding.message}"
    assert "{" not in finding.message + finding.todo
    assert bool(finding.todo) == (finding.outcome is not Outcome.MET)


@pytest.mark.parametrize("rule_id", IDS)
def test_every_rule_has_the_four_kinds(rule_id: str) -> None:
    kinds = {case.kind for case in CASES if case.rule == rule_id}
    excused = {kind for rule, kind in exceptions() if rule == rule_id}
    assert kinds | excused == set(KINDS)
    assert not kinds & excused


def test_a_case_is_of_the_kind_that_it_says() -> None:
    assert [c.title for c in CASES if c.outcome is not OUTCOME_OF_KIND.get(c.kind, c.outcome)] == []


def test_the_rules_over_members_are_those_of_the_design() -> None:
    assert [r.id for r in all_rules() if r.judge_facts is not None] == IDS
    assert {r.severity for r in all_rules() if r.id in IDS} == {Severity.MANDATORY}


def test_a_finding_brings_rule_and_clause() -> None:
    finding = judge_member(shipped_pack(), "R2", FalsificationFacts(UNIT, DAY, "虚报节能量。"), DAY)
    assert (finding.rule, finding.clause, finding.fields) == ("R2", "三(四)2(2)", ())
    assert finding.message.endswith("虚报节能量。")


def test_words_of_people_are_never_taken_for_slots() -> None:
    finding = judge_member(shipped_pack(), "R2", FalsificationFacts("{day}", DAY, "{unit}的{pack.swing_pct}"), DAY)
    assert "{unit}的{pack.swing_pct}" in finding.message


def test_facts_of_another_rule_are_a_mistake_of_the_program() -> None:
    with pytest.raises(TypeError, match="R1 judges ReportFacts"):
        judge_member(shipped_pack(), "R1", NationFacts(UNIT, DAY), DAY)


@pytest.mark.parametrize("rule_id", ["F1", "N3", "R9"])
def test_a_rule_over_forms_does_not_judge_members(rule_id: str) -> None:
    with pytest.raises(NotFoundError, match=rule_id):
        judge_member(shipped_pack(), rule_id, NationFacts(UNIT, DAY), DAY)


def test_thresholds_and_months_come_from_the_pack() -> None:
    pack = shipped_pack()
    stricter = replace(pack, parameters=tuple(
        replace(p, value=3.0) if p.name == "incident_safety_deaths" else p for p in pack.parameters
    ))
    case = next(c for c in CASES if c.title == "死亡9人")
    assert judge_member(pack, "R3", case.facts, case.as_of).outcome is Outcome.MET
    assert judge_member(stricter, "R3", case.facts, case.as_of).outcome is Outcome.NOT_MET


def test_the_same_function_judges_the_form_and_the_member() -> None:
    """A late report reads the same whether the form or the library is asked."""
    from core.rules.verdict import check
    from tests.fixtures.packs import sample

    late = sample("annual-report") | {"filed_on": "2026-05-20"}
    of_form = check(shipped_pack(), "annual-report", late, date(2026, 11, 23)).verdict.finding("R1")
    facts = ReportFacts(str(late["unit_name"]), 2025, date(2026, 4, 15), date(2026, 5, 20))
    of_member = judge_member(shipped_pack(), "R1", facts, date(2026, 11, 23))
    assert of_form is not None
    assert (of_form.message, of_form.todo) == (of_member.message, of_member.todo)
