"""`evaluation` and `tier` as scripts use them: real processes, exit statuses of design §7, clauses in the refusals."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from core.domain.library import Tier
from core.services.library import members
from core.services.workspace import open_workspace
from tests.end2end.test_command_line import run, run_json
from tests.fixtures.library import OFFICE, credit_code

TODAY = date.today()  # noqa: DTZ011 - the clerk's own calendar day
BODY = ("--body", "天津绿评技术服务有限公司", "--body-code", "91120224PDY0000365", "--representative", "周正")


def day(offset: int) -> str:
    return (TODAY + timedelta(days=offset)).isoformat()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A data folder with two members at district level and one at city level."""
    folder = tmp_path / "数据"
    with open_workspace(folder) as ws:
        for number, tier in ((1, Tier.DISTRICT), (2, Tier.DISTRICT), (3, Tier.CITY)):
            members.enrol(
                ws, unit_name=f"天津样板{number}制造有限公司", credit_code=credit_code(number), kind="green-factory",
                office=OFFICE, admitted_on=TODAY - timedelta(days=200), industry_code="3441", tier=tier,
            )
    return folder


def evaluate(store: Path, number: int, *more: str | Path) -> object:
    return run_json(
        "evaluation", "add", credit_code(number), *BODY, "--standard", "GB/T 36132-2025", "--date", day(-3), "--score",
        "86.5", *(more or ("--meets",)), store=store,
    )["evaluation"]


def add_call(store: Path, to: str = "city", *more: str) -> str:
    made = run_json(
        "tier", "call", "add", "--to", to, "--year", str(TODAY.year), "--title", "关于组织申报的通知", "--issued",
        day(-5), "--deadline", day(20), *more, store=store,
    )
    return str(made["call"]["id"])


def test_a_member_goes_up_to_the_city(store: Path, tmp_path: Path) -> None:
    unit, report = credit_code(1), tmp_path / "评价报告.pdf"
    report.write_bytes(b"%PDF-1.7")
    call = add_call(store, "city", "--quota", "1", "--document", "自评价报告", "--document", "第三方评价报告")
    assert [c["documents"] for c in run_json("tier", "call", "list", store=store)["calls"]] == [
        ["自评价报告", "第三方评价报告"]
    ]
    recommend = ("tier", "recommend", unit, "--to", "city", "--call", call)
    refused = run_json(*recommend, store=store, status=1)
    assert refused["done"] is False
    assert "三(三)" in refused["sentence"]
    assert [(g["rule"], g["outcome"]) for g in refused["gate"]] == [("T1", "unknown")]

    made = evaluate(store, 1, "--meets", "--report", report)
    assert isinstance(made, dict)
    assert (made["report"], made["score"]) == ("评价报告.pdf", 86.5)
    listed = run_json("evaluation", "list", unit, store=store)["evaluations"]
    assert [e["id"] for e in listed] == [made["id"]]
    assert "还没有提出推荐意见" in run_json(*recommend, store=store, status=1)["sentence"]
    assert run_json("tier", "agree", unit, "--to", "city", store=store)["step"]["kind"] == "agreed"
    assert "自评价报告、第三方评价报告" in run_json(*recommend, store=store, status=1)["sentence"]
    check = run_json("tier", "check", unit, "--call", call, "--done", "all", store=store)
    assert [d["done_on"] for d in check["documents"]] == [TODAY.isoformat()] * 2
    step = run_json(*recommend, store=store)["step"]
    assert [(t["rule"], t["outcome"]) for t in step["trace"]] == [("T1", "met")]
    again = run(*recommend, store=store)
    assert again.returncode == 1
    assert "同一通知不能推荐两次" in again.stdout

    result = ("tier", "result", unit, "--to", "city", "--approved", "--document", "津工信节能〔2026〕9号")
    assert run_json(*result, store=store)["step"]["kind"] == "approved"
    shown = run_json("tier", "show", unit, "--to", "nation", store=store)
    assert (shown["tier"], shown["gate"][0]["outcome"], len(shown["steps"])) == ("city", "met", 3)
    rows = run_json("tier", "list", "--call", call, store=store)["rows"]
    assert [(r[1], r[-1]) for r in rows] == [("天津样板1制造有限公司", "同意推荐")]


def test_nation_without_city_is_refused_with_its_clause(store: Path) -> None:
    call = add_call(store, "nation")
    refused = run_json("tier", "recommend", credit_code(1), "--to", "nation", "--call", call, store=store, status=1)
    assert "（二）" in refused["sentence"]
    assert run_json("tier", "recommend", credit_code(3), "--to", "nation", "--call", call, store=store)["done"] is True
    asked = ("--to", "nation", "--rejected", "--document", "工信厅节函〔2026〕97号")
    rejected = run("tier", "result", credit_code(3), *asked, store=store)
    assert rejected.returncode == 0
    assert "国家级未通过（二）" in rejected.stdout


def test_candidates_are_listed_with_those_evaluated(store: Path) -> None:
    evaluate(store, 2)
    found = run_json("tier", "list", store=store)
    assert found["to"] == "city"
    assert [c["unit_name"] for c in found["candidates"]] == ["天津样板2制造有限公司", "天津样板1制造有限公司"]
    assert run("tier", "list", store=store).stdout.splitlines()[-1] == "共1家"
    assert [c["unit_name"] for c in run_json("tier", "list", "--to", "nation", store=store)["candidates"]] == [
        "天津样板3制造有限公司"
    ]


def test_an_evaluation_is_taken_back(store: Path) -> None:
    made = evaluate(store, 1)
    assert isinstance(made, dict)
    run_json("evaluation", "withdraw", made["id"], "--reason", "录错单位", store=store)
    assert run_json("evaluation", "list", credit_code(1), store=store) == {"evaluations": []}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("tier",), "缺少参数"),
        (("tier", "recommend", credit_code(1), "--to", "moon", "--call", "x"), "moon"),
        (("tier", "recommend", credit_code(9), "--to", "city", "--call", "x"), "不在"),
        (("tier", "recommend", credit_code(1), "--to", "city", "--call", "city-1999-1"), "city-1999-1"),
        (("tier", "result", credit_code(1), "--to", "city", "--document", "文号"), "--approved"),
        (("tier", "check", credit_code(1), "--call", "city-1999-1", "--done", "all"), "city-1999-1"),
        (("evaluation", "add", credit_code(1), *BODY, "--date", "昨天", "--meets"), "昨天"),
        (("evaluation", "add", credit_code(1), *BODY, "--date", day(1), "--meets", "--standard", "GIP"), "还没有到"),
        (("evaluation", "add", credit_code(1), *BODY, "--date", day(0), "--meets", "--score", "高"), "高"),
        (("evaluation", "add", credit_code(1), *BODY, "--date", day(0), "--meets", "--fails"), "不能同时写"),
        (("evaluation", "withdraw", "没有这条"), "没有这条"),
    ],
)
def test_bad_usage_is_one_sentence_and_status_2(store: Path, arguments: tuple[str, ...], sentence: str) -> None:
    done = run(*arguments, store=store)
    assert done.returncode == 2, done.stdout
    assert done.stdout == ""
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
