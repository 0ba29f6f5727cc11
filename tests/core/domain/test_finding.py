"""Findings, verdicts and the words of the vocabularies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from core.domain.enums import Eligibility, Outcome, RecordState, Role, Severity
from core.domain.errors import GreenLadderError, PackError
from core.domain.finding import Finding, Verdict
from core.domain.values import is_blank

OPEN = Finding("V001", "", Severity.VERIFY, Outcome.NOT_MET, "话。")


@pytest.mark.parametrize(("finding", "is_open"), [
    (OPEN, True), (replace(OPEN, outcome=Outcome.UNKNOWN), True), (replace(OPEN, outcome=Outcome.MET), False),
    (replace(OPEN, severity=Severity.HINT), False), (replace(OPEN, severity=Severity.MANDATORY), False),
    (replace(OPEN, explanation="理由"), False), (replace(OPEN, explanation=""), True),
])
def test_a_finding_is_open_while_it_wants_an_explanation(finding: Finding, is_open: bool) -> None:
    assert finding.is_open is is_open


def test_the_sheet_wants_an_eligible_verdict_with_nothing_open() -> None:
    verdict = Verdict("甲", "x", "green-park", date(2026, 1, 1), "p 1", Eligibility.ELIGIBLE, "0", (OPEN,))
    assert not verdict.may_recommend
    explained = replace(verdict, findings=(replace(OPEN, explanation="理由"),))
    assert explained.may_recommend
    assert not replace(explained, eligibility=Eligibility.INCOMPLETE).may_recommend
    assert verdict.finding("V001") is OPEN
    assert verdict.finding("V002") is None


def test_every_word_has_its_chinese() -> None:
    labels = [word.label for kind in (Severity, Outcome, Eligibility, RecordState, Role) for word in kind]
    assert labels == [
        "强制性", "核实性", "提示性", "符合", "不符合", "待核实", "可推荐", "不可推荐", "待核实", "填报中", "已推荐",
        "待审核", "已退回", "已入库", "不予入库", "已移出", "已上报", "已审核", "街镇、园区", "区工业和信息化局",
    ]


def test_an_annual_report_is_not_recommended_but_handed_in() -> None:
    assert [e.label_for("annual-report") for e in Eligibility] == ["可上报", "有移出情形", "待核实"]
    assert [e.label_for("green-park") for e in Eligibility] == [e.label for e in Eligibility]


def test_a_pack_error_says_where_and_what_to_do() -> None:
    error = PackError("audit.csv", 7, "公式不对")
    assert isinstance(error, GreenLadderError)
    assert str(error) == "政策包文件audit.csv第7行有误：公式不对。请改正该文件，或重新安装政策包。"


@pytest.mark.parametrize(("value", "blank"), [
    (None, True), ("", True), ([], True), ((), True), (0, False), (False, False), (" ", False), ([0], False),
])
def test_blank(value: object, blank: bool) -> None:
    assert is_blank(value) is blank
