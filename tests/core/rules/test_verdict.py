"""The verdict: precedence, number, explanations."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from core.domain.enums import Eligibility, Outcome, Severity
from core.domain.errors import NotFoundError
from core.domain.finding import Verdict
from core.rules.registry import rules_for
from core.rules.verdict import check, with_explanations
from tests.fixtures.packs import FORM_IDS, PACK_FOLDER, sample, shipped_pack
from tests.fixtures.sample_answers import AS_OF


def judge(form_id: str = "green-factory", as_of: date = AS_OF, /, **changes: Any) -> Verdict:
    answers = sample(form_id) | changes
    return check(shipped_pack(), form_id, answers, as_of).verdict


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_the_sample_is_eligible_and_nothing_is_left_to_explain(form_id: str) -> None:
    verdict = judge(form_id)
    assert verdict.eligibility is Eligibility.ELIGIBLE
    assert verdict.open_findings == ()
    assert verdict.may_recommend
    assert [f.rule for f in verdict.findings if f.needs_attention and f.severity is not Severity.HINT] == []


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_every_rule_of_the_form_is_listed_once_met_ones_too(form_id: str) -> None:
    listed = [f.rule for f in judge(form_id).findings]
    assert listed[: len(rules_for(form_id))] == [r.id for r in rules_for(form_id)]
    assert len(set(listed)) == len(listed)


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_an_empty_form_is_incomplete_and_every_mandatory_rule_cannot_tell(form_id: str) -> None:
    verdict = check(shipped_pack(), form_id, {}, AS_OF).verdict
    assert verdict.eligibility is Eligibility.INCOMPLETE
    assert {f.outcome for f in verdict.findings if f.severity is Severity.MANDATORY} == {Outcome.UNKNOWN}
    assert (verdict.unit_name, verdict.credit_code, verdict.form) == ("", "", form_id)


def test_not_eligible_outweighs_incomplete_which_outweighs_eligible() -> None:
    assert judge(production_status="closed").eligibility is Eligibility.NOT_ELIGIBLE
    assert judge(production_status="closed", unit_name="").eligibility is Eligibility.NOT_ELIGIBLE
    assert judge(unit_name="").eligibility is Eligibility.INCOMPLETE
    assert judge(employees="很多").eligibility is Eligibility.INCOMPLETE
    assert judge(employees=-1).eligibility is Eligibility.INCOMPLETE
    assert judge(building_footprint_m2=99999999).eligibility is Eligibility.INCOMPLETE
    assert judge().eligibility is Eligibility.ELIGIBLE


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("field:office", {"office": "外区街道"}),
        ("V025", {"evaluation_date": "2025-12-30"}),
        ("V025", {"standard_applied": "GB/T 36132-2018", "evaluation_date": "2026-01-01"}),
        ("V035", {"neg_violation_queried_on": "2026-10-23"}),
        ("V034", {"neg_violation_queried_on": ""}),
        ("V011", {"neg_dishonest_evidence": ""}),
        ("V010", {"neg_other_answer": "yes", "neg_other_from": "2020-01-01"}),
        ("V038", {"production_status": "suspended", "suspended_on": "2026-08-01"}),
        ("N1d", {"neg_other_answer": "unknown"}),
        ("field:contact_phone", {"contact_phone": "12345"}),
    ],
)
def test_an_open_verify_finding_holds_back_the_sheet_and_not_the_verdict(rule: str, changes: dict[str, str]) -> None:
    verdict = judge(**changes)
    finding = verdict.finding(rule)
    assert finding is not None
    assert finding.is_open
    assert verdict.eligibility is Eligibility.ELIGIBLE
    assert not verdict.may_recommend


@pytest.mark.parametrize(
    ("changes", "fires"),
    [
        ({"standard_applied": "GB/T 36132-2018", "evaluation_date": "2025-12-31"}, False),
        ({"standard_applied": "GB/T 36132-2025", "evaluation_date": "2025-12-31"}, False),
        ({"neg_violation_queried_on": "2026-10-24"}, False),
        ({"neg_violation_queried_on": "2026-10-23"}, True),
    ],
)
def test_the_last_day_in_force_still_counts(changes: dict[str, str], fires: bool) -> None:
    rule = "V025" if "standard_applied" in changes else "V035"
    assert (judge(**changes).finding(rule) is not None) is fires


def test_region_digits_of_a_credit_code_only_hint() -> None:
    verdict = judge(credit_code="91350100M000100Y43")
    finding = verdict.finding("V001")
    assert finding is not None
    assert finding.severity is Severity.HINT
    assert verdict.may_recommend


def test_a_code_that_excel_cut_to_15_digits_is_named_as_that() -> None:
    finding = judge(credit_code="914403001922038000").finding("field:credit_code")
    assert finding is not None
    assert finding.severity is Severity.MANDATORY
    assert finding.outcome is Outcome.UNKNOWN
    assert "000" in finding.message
    assert "Excel" in finding.message


def test_the_number_depends_on_every_answer() -> None:
    plain = judge().number
    for name, value in sample("green-factory").items():
        changed = {**sample("green-factory"), name: None}
        assert value in (None, "") or check(shipped_pack(), "green-factory", changed, AS_OF).verdict.number != plain, (
            name
        )


def test_the_number_depends_on_day_pack_and_form() -> None:
    plain = judge()
    assert judge("green-factory", AS_OF + timedelta(days=1)).number != plain.number
    other = replace(shipped_pack(), digest="0" * 64)
    assert check(other, "green-factory", sample("green-factory"), AS_OF).verdict.number != plain.number
    empty = {check(shipped_pack(), form_id, {}, AS_OF).verdict.number for form_id in FORM_IDS}
    assert len(empty) == len(FORM_IDS)


def test_the_number_is_the_same_however_an_answer_is_written() -> None:
    kinder = {
        "legal_status": "独立法人", "established_on": "2011年4月18日", "employees": "４２６", "revenue_wan": "38,650.4",
        "credit_code": " 91120115pdy00001x4 ", "commitment": True,
        "output_wan": 39820.0,
        "priority_grounds": "专精特新企业；高效节能装备、重点产业链关键环节的典型企业",
    }
    offices = shipped_pack().lists["office"].by_name
    kinder["office"] = offices[sample("green-factory")["office"]].label
    assert judge(**kinder).number == judge().number


def test_the_number_does_not_depend_on_the_order_of_answers_or_on_unknown_ones() -> None:
    answers = sample("green-factory")
    backwards = dict(reversed(list(answers.items())))
    assert check(shipped_pack(), "green-factory", backwards, AS_OF).verdict.number == judge().number
    assert judge(no_such_field="x").number == judge().number


def test_a_cell_that_a_reader_could_not_read_changes_number_and_verdict() -> None:
    answers = sample("green-factory") | {"evaluation_score": None}
    plain = check(shipped_pack(), "green-factory", answers, AS_OF).verdict
    problem = {"evaluation_score": "“评价得分”的公式没有计算结果"}
    marked = check(shipped_pack(), "green-factory", answers, AS_OF, problems=problem).verdict
    assert plain.eligibility is Eligibility.ELIGIBLE
    assert marked.eligibility is Eligibility.INCOMPLETE
    assert marked.number != plain.number


PROGRAM = """
import json, sys
from datetime import date
from pathlib import Path
from core.policy.loader import load_pack
from core.rules.verdict import check
pack = load_pack(Path(sys.argv[1]))
for line in sys.stdin:
    form, answers = json.loads(line)
    verdict = check(pack, form, answers, date(2026, 11, 23)).verdict
    print(verdict.number, *(f.rule for f in verdict.findings))
"""


def test_processes_with_different_hash_seeds_agree() -> None:
    lines = "\n".join(json.dumps([f, sample(f) | {"employees": "", "x": 1}]) for f in FORM_IDS)
    printed = set()
    for seed in ("0", "1", "4242"):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(PACK_FOLDER)], input=lines, capture_output=True, text=True, check=True,
            cwd=PACK_FOLDER.parents[1], env={**os.environ, "PYTHONHASHSEED": seed},
        )
        printed.add(done.stdout)
    assert len(printed) == 1
    assert judge("green-park", employees="", x=1).number in printed.pop()


def test_the_number_reads_well_over_the_telephone() -> None:
    groups = judge().number.split("-")
    assert [len(g) for g in groups] == [4, 4, 4, 4]
    assert set("".join(groups)) <= set("0123456789ABCDEF")


def test_explanations_close_findings_and_leave_verdict_and_number() -> None:
    before = check(shipped_pack(), "green-factory", sample("green-factory") | {"office": "外区街道"}, AS_OF)
    told = with_explanations(before, {"field:office": " 企业生产地在本区 ", "F1": "多余", "V038": "没有这个问题"})
    finding = told.verdict.finding("field:office")
    assert finding is not None
    assert finding.explanation == "企业生产地在本区"
    assert told.verdict.may_recommend
    assert not before.verdict.may_recommend
    assert (told.verdict.number, told.verdict.eligibility) == (before.verdict.number, before.verdict.eligibility)
    first = told.verdict.finding("F1")
    assert first is not None
    assert first.explanation is None


def test_a_blank_explanation_explains_nothing() -> None:
    answers = sample("green-factory") | {"office": "外区街道"}
    verdict = check(shipped_pack(), "green-factory", answers, AS_OF, explanations={"field:office": " \n"}).verdict
    assert not verdict.may_recommend


def test_a_mandatory_finding_cannot_be_explained_away() -> None:
    answers = sample("green-factory") | {"unit_name": None, "neg_dishonest_answer": "yes"}
    told = {"field:unit_name": "忘了", "N6": "已还清", "F1": "x"}
    verdict = check(shipped_pack(), "green-factory", answers, AS_OF, explanations=told).verdict
    assert verdict.eligibility is Eligibility.INCOMPLETE
    assert all(f.explanation is None for f in verdict.findings)


def test_an_unknown_form_is_named() -> None:
    with pytest.raises(NotFoundError, match="green-house"):
        check(shipped_pack(), "green-house", {}, AS_OF)
