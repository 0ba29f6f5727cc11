"""What the exchange commands say to somebody who has not read the manual, and what they refuse."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from core.services import drafts
from tests.end2end.district import ONE, OTHER_OFFICE, TWO, District, both_wrote, returned
from tests.fixtures.library import OFFICE

YESTERDAY = date.today() - timedelta(days=1)  # noqa: DTZ011 - the clerk's own calendar day


def test_a_dry_run_shows_what_the_choices_would_do(district: District) -> None:
    path, code = district.pack()
    district.ask("区局", "stations", "trust", path, "--code", code)
    (seen,) = district.ask("区局", "receive", path, "--dry-run", "--skip", ONE)["files"]
    assert {r["credit_code"]: r["outcome"] for r in seen["records"]} == {ONE: "skipped", TWO: "new"}
    assert district.ask("区局", "list")["units"] == []
    wrong = district.run("区局", "receive", path, "--dry-run", "--keep", ONE)
    assert (wrong.status, "用--skip" in wrong.err) == (2, True)


@pytest.mark.parametrize("choice", ["take", "keep"])
def test_a_dry_run_of_a_conflict_shows_the_choice(district: District, choice: str) -> None:
    path = both_wrote(district)
    words = ("receive", path, f"--{choice}", f"{ONE}. 从业人员 期末人数")
    (seen,) = district.ask("区局", *words, "--dry-run")["files"]
    (record,) = seen["records"]
    assert {f["name"]: f["choice"] for f in record["fields"]}["employees"] == choice
    (done,) = district.ask("区局", *words)["files"]
    assert done["records"] == seen["records"]


def test_only_fields_that_read_otherwise_are_listed(district: District) -> None:
    path = both_wrote(district)
    lines = district.run("区局", "receive", path).out.splitlines()
    fields = [line for line in lines if "：本机“" in line]
    assert any("从业人员期末人数：本机“150”，来件“140”" in line for line in fields)
    for line in fields:
        mine, theirs = line.partition("：本机“")[2].split("”，来件“")
        assert mine != theirs.partition("”")[0], line


def test_damage_is_told_before_a_code_that_fits_nothing(district: District) -> None:
    path, code = district.pack()
    broken = district.stick / "坏了.zip"
    broken.write_bytes(path.read_bytes()[:-500])
    plain = district.run("区局", "receive", broken)
    assert district.run("区局", "receive", broken, "--trust", code) == plain
    other, _ = district.pack("乙")
    both = district.run("区局", "receive", broken, other, "--trust", code)
    assert (both.status, both.err.startswith(f"坏了.zip：{plain.err.strip()}")) == (2, True), both
    assert "什么都没有接收" in both.err
    assert district.ask("区局", "stations")["stations"] == []


def test_a_folder_is_not_received(district: District) -> None:
    done = district.run("区局", "receive", district.stick)
    assert (done.status, "这是一个文件夹" in done.err) == (2, True)


def test_an_empty_password_is_refused_and_a_short_one_told(district: District) -> None:
    empty = district.run("甲", "pack", "-o", district.stick, "--password", "")
    assert (empty.status, empty.err.startswith("密码是空的")) == (2, True)
    assert list(district.stick.iterdir()) == []
    short = district.run("甲", "pack", "-o", district.stick, "--password", "12345")
    assert (short.status, "密码只有5个字" in short.err, "已写出" in short.out) == (0, True, True)
    (path,) = district.stick.iterdir()
    looked = district.run("区局", "inspect", path, "--password", "12345")
    assert (looked.status, looked.err) == (0, "")


def test_a_deadline_that_is_past_is_refused(district: District) -> None:
    words = ("notice", OFFICE, "--title", "通知", "--deadline", str(YESTERDAY), "-o", district.stick)
    done = district.run("区局", *words)
    assert (done.status, "已经过了" in done.err) == (2, True)
    assert list(district.stick.iterdir()) == []


@pytest.mark.parametrize(("who", "words"), [
    ("甲", ("pack",)), ("甲", ("backup",)), ("区局", ("receipt", OFFICE)),
    ("区局", ("notice", OFFICE, "--title", "通知")),
])
def test_a_place_that_is_no_folder_is_refused_in_chinese(
    district: District, tmp_path: Path, who: str, words: tuple[str, ...]
) -> None:
    device = Path("/dev/full") if Path("/dev/full").exists() else tmp_path / "一个文件"
    if not device.exists():
        device.write_text("x", encoding="utf-8")
    for out in (device, device / "x.zip"):
        done = district.run(who, *words, "-o", out)
        assert (done.status, done.out, "不是文件夹" in done.err) == (2, "", True), done


def test_a_conflict_is_named_by_the_form_and_settled_by_the_field_as_printed(district: District) -> None:
    district.run("区局", "receive", both_wrote(district))
    told = district.run("区局", "conflicts").out
    assert "绿色工厂" in told
    assert "green-factory" not in told
    settled = district.run("区局", "conflicts", "settle", ONE, "从业人员 期末人数(employees)", "1")
    assert (settled.status, "已决定为" in settled.out) == (0, True), settled


def test_a_station_is_retired_once(district: District) -> None:
    path, code = district.pack()
    district.ask("区局", "receive", path, "--trust", code)
    (station,) = district.ask("区局", "stations")["stations"]
    district.ask("区局", "stations", "retire", str(station["id"]))
    for number, said in ((str(station["id"]), "已经停用"), ("99", "没有编号为99的工作站")):
        again = district.run("区局", "stations", "retire", number)
        assert (again.status, said in again.err, "刷新" in again.err) == (2, True, False), again


def test_the_list_tells_the_verdict_of_a_received_form(district: District) -> None:
    path, code = district.pack()
    district.ask("区局", "receive", path, "--trust", code)
    assert {u["verdict"] for u in district.ask("区局", "list")["units"]} == {"eligible"}
    assert district.run("区局", "list").out.count("可推荐") == 2


def test_another_office_at_the_same_pc_keeps_the_clerk_and_starts_anew(district: District) -> None:
    path, code = district.pack()
    district.ask("区局", "receive", path, "--trust", code)
    before = district.ask("甲", "stations")["own_key"]
    moved = district.run("甲", "station", "office", OTHER_OFFICE)
    assert (moved.status, moved.out.startswith("本机使用人：京津中关村科技城 王小明。")) == (0, True)
    assert "重新核对登记" in moved.out
    assert district.ask("甲", "stations")["own_key"] != before
    assert district.run("甲", "station", "office", OTHER_OFFICE).out == "本机使用人：京津中关村科技城 王小明。\n"


def test_a_restored_store_needs_no_new_enrolment(district: District) -> None:
    returned(district)
    backup = district.ask("甲", "backup", "-o", district.stick / "备份.zip")["file"]
    restored = district.run("新电脑", "restore", backup)
    assert "对方不用重新登记" in restored.out
    with district.open("新电脑") as ws:
        (record,) = drafts.find_unit(ws, ONE)
        for finding in drafts.save_answer(ws, record.id, "employees", 140).verdict.open_findings:
            drafts.explain(ws, record.id, finding.rule, "已核对社保清单")
    district.ask("新电脑", "recommend", ONE)
    path, _ = district.pack("新电脑")
    (taken,) = district.ask("区局", "receive", path)["files"]
    assert (taken["status"], taken["trust"]) == ("received", "known")
    (sent,) = district.ask("区局", "receipt", OFFICE, "-o", district.stick)["files"]
    assert district.ask("新电脑", "receive", sent["file"])["files"][0]["status"] == "received"
    alone = district.ask("乙", "backup", "-o", district.stick / "没发过.zip")["file"]
    fresh = district.run("另一台", "restore", alone)
    assert (fresh.status, "登记" in fresh.out) == (0, False)


def test_a_backup_from_before_the_first_file_asks_for_enrolment(district: District) -> None:
    backup = district.ask("甲", "backup", "-o", district.stick / "备份.zip")["file"]
    path, code = district.pack()
    district.ask("区局", "receive", path, "--trust", code)
    assert "对方要重新核对、登记本机" in district.run("甲", "restore", backup, "--replace").out
    again, _ = district.pack()
    refused = district.run("区局", "receive", again)
    assert (refused.status, "还没有登记" in refused.err) == (2, True)


def test_a_notice_is_told_where_files_are_listed(district: District) -> None:
    words = ("notice", OFFICE, "--title", "报表通知", "--deadline", str(YESTERDAY + timedelta(days=30)))
    (sent,) = district.ask("区局", *words, "-o", district.stick)["files"]
    district.ask("甲", "receive", sent["file"], "--trust", sent["check_code"])
    listed = district.run("甲", "exchange", "in").out
    assert "报表通知" in listed
    assert "1980" not in district.run("甲", "inspect", sent["file"]).out


def test_an_empty_receipt_has_no_invented_date(district: District) -> None:
    (sent,) = district.ask("区局", "receipt", OFFICE, "-o", district.stick)["files"]
    told = district.run("甲", "inspect", sent["file"]).out
    assert "1980" not in told
    assert "政策包" in told
