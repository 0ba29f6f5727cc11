"""The library as scripts use it: batches, admission, return, removal, rosters; exit statuses of design §7."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from core.documents.excel.template import write_filled
from core.services import drafts
from core.services.library import members
from core.services.printing import page_text
from core.services.workspace import open_workspace
from tests.end2end.test_command_line import run, run_json
from tests.fixtures.library import OFFICE, credit_code, draft
from tests.fixtures.packs import shipped_pack
from tests.fixtures.sample_answers import factory_answers

TODAY = date.today()  # noqa: DTZ011 - the clerk's own calendar day
GOOD, BAD, OLD = credit_code(1), credit_code(2), credit_code(3)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A data folder with a good form, a bad one, and a member of two years ago."""
    folder = tmp_path / "数据"
    with open_workspace(folder) as ws:
        draft(ws, 1, "天津样板一号制造有限公司")
        draft(ws, 2, "天津关闭二号制造有限公司", production_status="closed")
        members.enrol(
            ws, unit_name="天津旧册三号制造有限公司", credit_code=OLD, kind="green-factory", office=OFFICE,
            admitted_on=TODAY - timedelta(days=740),
        )
    return folder


def test_a_batch_from_opening_to_the_printed_roster(store: Path, tmp_path: Path) -> None:
    opened = run_json("window", "open", "--batch", "1", store=store)["window"]
    assert opened["title"] == f"{TODAY.year}年度第一批"
    refused = run("admit", GOOD, store=store)
    assert refused.returncode == 1
    assert "三(四)1(3)" in refused.stdout
    assert refused.stdout.endswith("N3、N4、N5对照台账没有问题的，请用--confirmed写明核对依据。\n")
    silent = run("return", GOOD, store=store)
    assert (silent.returncode, silent.stderr) == (
        2, "没有写退回原因，请用--reason写明原因，或用--remark在栏目上写意见。\n"
    )
    assert run_json("confirm", GOOD, "N3", "--clear", "--basis", "台账", store=store)["clear"] is True
    done = run_json("admit", GOOD, "--confirmed", "区局台账", store=store)
    assert done["decision"] == "admit"
    bad = run_json("admit", BAD, "--confirmed", "区局台账", store=store, status=1)
    assert "三(一)1(1)" in bad["sentence"]
    back = run_json("return", BAD, "--remark", "production_status=请核对是否仍在生产", store=store)
    assert back["reason"] == "生产经营状态：请核对是否仍在生产"
    for proposal in run_json("remove", store=store)["proposals"]:
        run_json("remove", proposal["credit_code"], "--subject", proposal["subject"], "--keep", "--reason", "本年启用",
                 store=store)
    status = run_json("window", "status", store=store)
    assert (status["admitted"], status["blockers"]) == (1, [])
    closed = run_json("window", "close", store=store)
    assert (closed["roster"], closed["count"], closed["changes"]["new"]) == (1, 2, 2)
    roster = run_json("roster", "-o", tmp_path / "名单.xlsx", store=store)
    assert [line["unit_name"] for line in roster["lines"]] == ["天津旧册三号制造有限公司", "天津样板一号制造有限公司"]
    assert (tmp_path / "名单.xlsx").stat().st_size > 3000
    assert len(run_json("roster", "--as-of", (TODAY - timedelta(days=1)).isoformat(), store=store)["lines"]) == 1
    changes = run_json("roster", "--diff", "0", store=store)["changes"]
    assert {c["change"] for c in changes} == {"new"}
    assert run_json("window", "rerun", store=store)["same"] is True
    assert "已经关闭" in run("revoke", GOOD, store=store).stdout
    run_json("print", "roster", "--number", "1", "-o", tmp_path / "名单.pdf", store=store)
    text = page_text(tmp_path / "名单.pdf", 0)
    assert "区级绿色制造单位培育库名单" in text
    assert "天津旧册三号制造有限公司" in text


def test_a_locked_form_says_who_may_open_it_again(store: Path, tmp_path: Path) -> None:
    path = tmp_path / "企业表.xlsx"
    form = shipped_pack().form("green-factory")
    write_filled(form, shipped_pack(), {**factory_answers(), "credit_code": GOOD}, path)

    def refused() -> str:
        done = run("import", path, store=store)
        assert (done.returncode, done.stdout) == (2, "")
        return done.stderr

    with open_workspace(store) as ws:
        (record,) = drafts.find_unit(ws, GOOD)
        for finding in drafts.open_form(ws, record.id).verdict.open_findings:
            drafts.explain(ws, record.id, finding.rule, "已核对")
    run_json("recommend", GOOD, store=store)
    assert "已推荐、内容已锁定，要重新导入请先撤回。" in refused()
    run_json("window", "open", "--batch", "1", store=store)
    run_json("confirm", GOOD, "N3", "--clear", "--basis", "台账", store=store)
    assert run("admit", GOOD, store=store).returncode == 1
    assert "待审核、内容已锁定，要改请先退回（return）。" in refused()
    run_json("admit", GOOD, "--confirmed", "台账", store=store)
    assert "要改请先撤销审核决定（revoke），再退回（return）。" in refused()
    run_json("revoke", GOOD, store=store)
    run_json("station", "office", OFFICE, store=store)
    assert "区工信局已接收，要改请由区工信局退回。" in refused()


def test_an_accident_removes_at_once_and_prints_the_announcement(store: Path, tmp_path: Path) -> None:
    result = run_json(
        "incident", OLD, "--kind", "safety", "--level", "larger", "--deaths", "10", "--date", TODAY.isoformat(),
        "--detail", "车间爆燃", "--source", "调查组认定", store=store,
    )
    assert (result["counts"], result["clause"]) == (True, "三(四)2(3)")
    assert "天津旧册三号制造有限公司" in result["announcement"]
    run_json("print", "移出公告", OLD, "-o", tmp_path / "公告.pdf", store=store)
    assert "移出" in page_text(tmp_path / "公告.pdf", 0)
    assert run("print", "announcement", GOOD, "-o", tmp_path / "x.pdf", store=store).returncode == 2
    gone = run("remove", OLD, store=store)
    assert gone.returncode == 2
    assert "不在培育库中" in gone.stderr
    shown = run_json("unit", "show", OLD, store=store)
    assert shown["memberships"][0]["left_on"] == TODAY.isoformat()


def test_a_removal_without_a_window_is_refused_with_its_clause(store: Path) -> None:
    said = ("--date", TODAY.isoformat(), "--detail", "台账造假", "--source", "核查")
    done = run_json("falsified", OLD, *said, store=store)
    refused = run_json("remove", OLD, "--subject", done["subject"], store=store, status=1)
    assert "没有打开的更新窗口" in refused["sentence"]
    assert "三(四)2" in refused["sentence"]


def test_what_is_entered_twice_is_told_in_words(store: Path) -> None:
    said = ("--date", TODAY.isoformat(), "--detail", "台账造假", "--source", "核查")
    done = run_json("falsified", OLD, *said, store=store)
    assert done["short"] == f"R2:{TODAY}"
    again = run("falsified", OLD, *said, store=store)
    assert (again.returncode, "登记过，不用重复登记" in again.stderr) == (2, True)
    listed = run("remove", store=store).stdout
    assert done["subject"] not in listed
    assert f"R2:{TODAY}" in listed
    assert "查实的造假" in listed
    run_json("window", "open", "--batch", "1", store=store)
    kept = run_json("remove", OLD, "--subject", f"R2:{TODAY}", "--keep", "--reason", "查无实据", store=store)
    assert kept["decision"] == "keep"
    accident = ("incident", OLD, "--kind", "safety", "--level", "major", "--source", "调查组", "--date",
                TODAY.isoformat(), "--detail")
    assert "特此公告" in run(*accident, "车间爆燃", store=store).stdout
    second = run(*accident, "车间爆燃（更正经过）", store=store).stdout
    assert f"该单位已于{TODAY}离开培育库，不用再移出" in second
    assert "以前登记过1条" in second
    assert "不属于" not in second


def test_reports_are_listed_begun_and_reminded_of(store: Path, tmp_path: Path) -> None:
    year = TODAY.year - 1
    listed = run_json("report", "status", "--year", str(year), store=store)["reports"]
    assert [(r["unit_name"], r["filed_on"]) for r in listed] == [("天津旧册三号制造有限公司", None)]
    early = run("report", "file", OLD, "--year", str(year), store=store)
    assert (early.returncode, "请先用 report begin 建立" in early.stderr) == (2, True)
    run_json("report", "begin", OLD, "--year", str(year), store=store)
    unfinished = run("report", "file", OLD, "--year", str(year), store=store)
    assert unfinished.returncode == 2
    assert "不能上报" in unfinished.stderr or "还不能" in unfinished.stderr
    out = tmp_path / "催报.xlsx"
    run_json("print", "reminder", "--year", str(year), "-o", tmp_path / "催报.pdf", store=store)
    assert "天津旧册三号制造有限公司" in page_text(tmp_path / "催报.pdf", 0)
    assert run("report", "reminder", "--year", str(year), "-o", out, store=store).returncode == 0
    assert out.exists()


def test_a_refused_admission_says_where_the_form_is_and_how_it_goes_back(store: Path) -> None:
    run_json("window", "open", "--batch", "1", store=store)
    refused = run("admit", BAD, "--confirmed", "区局台账", store=store)
    assert refused.returncode == 1
    assert "已经接收、锁定" in refused.stdout
    assert "return" in refused.stdout
    told = run_json("admit", BAD, store=store, status=1)
    assert (told["state"], "return" in told["way_back"]) == ("received", True)
    wrong = run("return", BAD, "--remark", "没有的栏=意见", store=store)
    assert (wrong.returncode, "没有“没有的栏”这一栏" in wrong.stderr) == (2, True)
    back = ("--reason", "请重填", "--clause", "F1", "--remark", " 生产 经营状态=请核对")
    assert run_json("return", BAD, *back, store=store)["clause"] == "三(一)1(1)"
    shown = run_json("show", BAD, store=store)
    assert [(r["field"], r["label"], r["text"]) for r in shown["remarks"]] == [
        ("production_status", "生产经营状态", "请核对")
    ]
    (decision,) = shown["decisions"]
    assert (decision["decision"], decision["clause"], decision["reason"]) == ("return", "三(一)1(1)", "请重填")
    text = run("show", BAD, store=store).stdout
    assert "退回：三(一)1(1)，请重填" in text
    assert "审核意见 生产经营状态：请核对" in text


def test_a_wrong_clause_or_remark_receives_nothing(store: Path) -> None:
    for arguments in (
        ("refuse", BAD, "--reason", "x", "--clause", "F99"), ("return", BAD, "--remark", "没有写等号"),
        ("return", BAD, "--remark", "没有的栏=意见"), ("return", BAD, "--reason", "x", "--clause", "九(九)"),
    ):
        assert run(*arguments, store=store).returncode == 2
    assert run_json("show", BAD, store=store)["state"] == "draft"


def test_an_enrolment_is_written_in_words_and_corrected(store: Path, tmp_path: Path) -> None:
    code = credit_code(8)
    given = ("--name", "天津样板产业园", "--office", "大口屯镇", "--on", "2025-03-10")
    assert "不属于制造业" in run("enrol", code, *given, "--kind", "绿色工厂", "--industry", "0111", store=store).stderr
    said = run("enrol", code, *given, "--kind", "绿色工厂", store=store)
    assert (said.returncode, "--correct" in said.stdout, "大口屯镇" in said.stdout) == (0, True, True)
    run_json("enrol", code, *given, "--kind", "绿色工业园区", "--correct", store=store)
    (held,) = run_json("unit", "show", code, store=store)["memberships"]
    assert held["kind"] == "green-park"
    status = run("window", "status", store=store)
    assert status.returncode == 0
    run_json("window", "open", "--batch", "1", store=store)
    for proposal in run_json("remove", store=store)["proposals"]:
        run_json("remove", proposal["credit_code"], "--subject", proposal["short"], "--keep", "--reason", "本年启用",
                 store=store)
    foretold = run_json("window", "status", store=store)
    assert (foretold["count"], foretold["enrolled"], foretold["admitted"]) == (2, 2, 0)
    assert "名单共2家：新增2家" in run("window", "status", store=store).stdout
    closed = run_json("window", "close", store=store)
    assert (closed["count"], closed["changes"]) == (foretold["count"], foretold["changes"])
    late = run("enrol", code, *given, "--kind", "绿色工厂", "--correct", store=store)
    assert (late.returncode, "已列入第1号名单" in late.stderr) == (2, True)
    written = run("roster", "-o", tmp_path / "名单.xlsx", store=store)
    assert "已写出：" in written.stdout
    ahead = run("roster", "--as-of", (TODAY + timedelta(days=1)).isoformat(), store=store)
    assert (ahead.returncode, "还没有到" in ahead.stderr) == (2, True)


def test_a_report_begun_twice_and_its_return_are_told(store: Path, tmp_path: Path) -> None:
    year = str(TODAY.year - 1)
    assert "已为" in run("report", "begin", OLD, "--year", year, store=store).stdout
    again = run("report", "begin", OLD, "--year", year, store=store)
    assert (again.returncode, "以前已经建立" in again.stdout, "没有另建" in again.stdout) == (0, True, True)
    assert run_json("report", "begin", OLD, "--year", year, store=store)["new"] is False
    reminded = run("report", "reminder", "--year", year, "-o", tmp_path / "催报.xlsx", store=store)
    assert "已写出：" in reminded.stdout
    assert ("补录晚于截止日，不作移出依据" in reminded.stdout) is ("未报" in reminded.stdout)


def test_prospects_units_and_links(store: Path) -> None:
    run_json("prospect", "add", "天津意向五号有限公司", "--office", OFFICE, "--potential", "已建光伏", store=store)
    run_json("prospect", "note", "意向五号", "--did", "promotion", "--text", "宣讲新国标", store=store)
    shown = run_json("prospect", "show", "yxwh", store=store)
    assert [n["text"] for n in shown["log"]] == ["宣讲新国标"]
    assert run_json("prospect", "form", "意向五号", store=store)["state"] == "formed"
    renamed = run_json("unit", "rename", OLD, "--to", "天津新名三号制造有限公司", store=store)
    assert renamed["changes"][0]["before"] == "天津旧册三号制造有限公司"
    park = run_json("enrol", credit_code(8), "--name", "天津样板产业园", "--kind", "green-park", "--office", OFFICE,
                    "--on", "2025-03-10", store=store)
    assert park["unit"] == credit_code(8)
    tied = run_json("link", "add", credit_code(8), OLD, "--on", "2026-01-01", store=store)
    assert (tied["district"], tied["city"]) == (1, 0)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("window", "open", "--month", "3"), "没有3月的动态更新"),
        (("window", "close"), "没有打开的更新窗口"),
        (("roster",), "还没有名单"),
        (("roster", "--as-of", "2026-13-01"), "应形如"),
        (("admit", "91120115PDY005048A"), "没有信用代码为"),
        (("enrol", "123", "--name", "x", "--kind", "green-factory", "--office", "x", "--on", "2025-01-01"), "应为18位"),
        (("report", "begin"), "没有写明单位"),
        (("prospect", "show", "没有的"), "没有叫"),
    ],
)
def test_bad_usage_is_one_sentence_and_status_2(store: Path, arguments: tuple[str, ...], sentence: str) -> None:
    done = run(*arguments, store=store)
    assert done.returncode == 2, done.stdout
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
