"""What an evaluation must say, and what it hints at (三(三))."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from core.domain.enums import Role
from core.domain.errors import NotAllowedError, NotFoundError, UnreadableInputError
from core.domain.library import Membership
from core.domain.records import Station
from core.domain.tiers import EvaluationFacts
from core.services.library import evaluations, members
from core.services.workspace import Workspace
from tests.core.services.library.conftest import Bureau
from tests.fixtures.library import OFFICE, credit_code

FACTS = EvaluationFacts(
    body_name="天津绿评技术服务有限公司", body_code="91120224PDY0000365", body_representative="周正",
    evaluated_on=date(2026, 5, 20), meets=True, standard="GB/T 36132-2025", score=86.5,
)


def enrol(ws: Workspace, number: int = 1, kind: str = "green-factory") -> Membership:
    return members.enrol(
        ws, unit_name=f"天津样板{number}制造有限公司", credit_code=credit_code(number), kind=kind, office=OFFICE,
        admitted_on=date(2025, 12, 15),
    )


def test_an_evaluation_is_kept_with_its_report(bureau: Bureau, tmp_path: Path) -> None:
    report = tmp_path / "评价报告.pdf"
    report.write_bytes(b"%PDF-1.7 report")
    member = enrol(bureau.ws)
    facts = replace(FACTS, body_code=" 91120224-pdy0000365 ", standard="绿色工厂评价通则（GB/T 36132-2025）")
    added = evaluations.add_evaluation(bureau.ws, member.id, facts, report)
    assert (added.body_code, added.standard) == ("91120224PDY0000365", "GB/T 36132-2025")
    assert (added.report, added.report_sha256) == ("评价报告.pdf", hashlib.sha256(b"%PDF-1.7 report").hexdigest())
    report.unlink()
    assert evaluations.report_path(bureau.ws, added).read_bytes() == b"%PDF-1.7 report"
    assert evaluations.evaluations(bureau.ws, member.id) == (added,)
    assert evaluations.hints(bureau.ws, added) == ()


def test_without_a_report_there_is_none_to_show(bureau: Bureau) -> None:
    added = evaluations.add_evaluation(bureau.ws, enrol(bureau.ws).id, FACTS)
    with pytest.raises(NotFoundError, match="没有附评价报告"):
        evaluations.report_path(bureau.ws, added)


def test_an_industry_standard_goes_by_its_title(bureau: Bureau) -> None:
    facts = replace(FACTS, standard="", standard_title="HG/T 5677-2020 石油和化工行业绿色工厂通则")
    added = evaluations.add_evaluation(bureau.ws, enrol(bureau.ws).id, facts)
    assert added.standard == "industry"
    assert evaluations.standard_label(bureau.ws, added) == "HG/T 5677-2020 石油和化工行业绿色工厂通则"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"body_name": " "}, "没有填第三方机构的名称"),
        ({"body_representative": ""}, "没有填第三方机构的法定代表人"),
        ({"body_code": "91120224PDY0000366"}, "校验位不对"),
        ({"body_code": credit_code(1)}, "就是被评价的单位"),
        ({"score": 100.5}, "0到100之间"),
        ({"score": -1.0}, "0到100之间"),
        ({"score": float("nan")}, "0到100之间"),
        ({"evaluated_on": date(2026, 6, 2)}, "还没有到"),
        ({"standard": "industry"}, "没有写明对照的标准"),
        ({"standard": ""}, "没有写明对照的标准"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_kept(
    bureau: Bureau, wrong: dict[str, object], sentence: str
) -> None:
    member = enrol(bureau.ws)
    with pytest.raises(NotAllowedError, match=sentence):
        evaluations.add_evaluation(bureau.ws, member.id, replace(FACTS, **wrong))  # type: ignore[arg-type]
    assert evaluations.evaluations(bureau.ws, member.id) == ()


def test_the_ends_of_the_scale_and_today_are_taken(bureau: Bureau) -> None:
    member = enrol(bureau.ws)
    for score, day in ((0.0, date(2026, 5, 31)), (100.0, date(2026, 6, 1))):
        evaluations.add_evaluation(bureau.ws, member.id, replace(FACTS, score=score, evaluated_on=day))
    assert [e.score for e in evaluations.evaluations(bureau.ws, member.id)] == [0.0, 100.0]


def test_an_unknown_standard_and_a_missing_file_are_named(bureau: Bureau, tmp_path: Path) -> None:
    member = enrol(bureau.ws)
    with pytest.raises(NotFoundError, match="GB/T 99999"):
        evaluations.add_evaluation(bureau.ws, member.id, replace(FACTS, standard="GB/T 99999"))
    with pytest.raises(UnreadableInputError, match="没有这份"):
        evaluations.add_evaluation(bureau.ws, member.id, FACTS, tmp_path / "没有这份.pdf")
    assert evaluations.evaluations(bureau.ws, member.id) == ()


def test_an_office_may_not_record_evaluations(bureau: Bureau) -> None:
    member = enrol(bureau.ws)
    bureau.ws.choose_station(Station(Role.OFFICE, OFFICE, "李慧敏"))
    with pytest.raises(NotAllowedError, match=r"三\(二\)2"):
        evaluations.add_evaluation(bureau.ws, member.id, FACTS)


def test_the_newest_by_a_day_is_the_one_that_counts(bureau: Bureau) -> None:
    member = enrol(bureau.ws)
    early = evaluations.add_evaluation(bureau.ws, member.id, replace(FACTS, evaluated_on=date(2026, 3, 1)))
    late = evaluations.add_evaluation(bureau.ws, member.id, replace(FACTS, meets=False))
    assert evaluations.newest(bureau.ws, member.id) == late
    assert evaluations.newest(bureau.ws, member.id, date(2026, 5, 19)) == early
    assert evaluations.newest(bureau.ws, member.id, date(2026, 2, 28)) is None
    evaluations.withdraw_evaluation(bureau.ws, late.id, "录错单位")
    assert evaluations.newest(bureau.ws, member.id) == early


def test_the_sixteenth_project_of_a_representative_in_a_year_is_hinted_at(bureau: Bureau) -> None:
    ws = bureau.ws
    other_body = replace(FACTS, body_name="天津绿标咨询有限公司", body_code=credit_code(900))
    made = [
        evaluations.add_evaluation(ws, enrol(ws, n).id, other_body if n % 2 else FACTS) for n in range(1, 16)
    ]
    last_year = replace(FACTS, evaluated_on=date(2025, 12, 31))
    evaluations.add_evaluation(ws, made[0].membership_id, last_year)
    assert evaluations.crowded(ws, made[-1]) == ""
    sixteenth = evaluations.add_evaluation(ws, enrol(ws, 16).id, FACTS)
    sentence = evaluations.crowded(ws, sixteenth)
    assert "周正" in sentence
    assert "2026年已评价16项，超过15项的提示线" in sentence
    assert "“天津绿标咨询有限公司”" in sentence
    assert "三(三)" in sentence
    evaluations.withdraw_evaluation(ws, made[0].id)
    assert evaluations.crowded(ws, sixteenth) == ""


def test_hints_name_an_old_evaluation_and_a_standard_that_does_not_fit(bureau: Bureau) -> None:
    ws = bureau.ws
    facts = replace(FACTS, standard="GB/T 36132-2018", evaluated_on=date(2026, 1, 5))
    replaced = evaluations.add_evaluation(ws, enrol(ws).id, facts)
    assert any("不是现行标准" in s for s in evaluations.hints(ws, replaced))
    foreign = evaluations.add_evaluation(ws, enrol(ws, 2, "green-park").id, FACTS)
    assert any("不是绿色工业园区的评价标准" in s for s in evaluations.hints(ws, foreign))
    edge = replace(FACTS, standard="GB/T 36132-2018", evaluated_on=date(2023, 6, 1))
    fresh = evaluations.add_evaluation(ws, enrol(ws, 3).id, edge)
    assert evaluations.hints(ws, fresh) == ()
    bureau.clock.set(date(2026, 7, 1))
    assert evaluations.hints(ws, fresh) == ("评价日期2023-06-01距今已37个月，超过36个月，建议更新评价（三(三)）。",)
