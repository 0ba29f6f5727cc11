"""Files between offices and bureau on the command line: every command, both ends, statuses of design §7."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from core.services import drafts
from tests.end2end.district import ONE, OTHER_OFFICE, THREE, TWO, District, Done, both_wrote, recommend, returned
from tests.end2end.test_command_line import ROOT
from tests.end2end.test_command_line import run as run_process
from tests.end2end.test_command_line import run_json as run_process_json
from tests.fixtures.library import OFFICE, credit_code, draft


def test_who_sits_here_is_chosen_shown_and_proved(district: District) -> None:
    assert district.ask("新", "station") == {"role": None, "office": None, "clerk": None, "phone": None}
    done = district.run("新", "station", "office", "京津中关村科技城", "--clerk", "李小红")
    assert done == Done(0, "本机使用人：京津中关村科技城 李小红。\n", "")
    assert district.ask("新", "station", "--phone", "022-29240001") == {
        "role": "office", "office": OTHER_OFFICE, "clerk": "李小红", "phone": "022-29240001",
    }
    for words, said in (
        (("station", "office"), "请写明是哪个街镇"), (("station", "office", "999"), "没有“999”"),
        (("station", "bureau", OFFICE), "不用写街镇"), (("station", "mayor"), "mayor"),
    ):
        wrong = district.run("新", *words)
        assert (wrong.status, wrong.out, said in wrong.err) == (2, "", True), wrong


def test_the_plan_says_what_goes_and_what_stays_and_why(district: District) -> None:
    told = district.run("甲", "pack", "--plan").out
    assert "还在填报，推荐以后才能报" in told
    assert "第1包：报2份，不报1份。" in told
    plan = district.ask("甲", "pack", "--plan", TWO)
    assert [(u["credit_code"], u["goes"]) for u in plan["units"]] == [(TWO, True)]
    assert list(district.stick.iterdir()) == []
    path, _ = district.pack("甲", TWO, "--no-forms")
    assert [u["credit_code"] for u in district.ask("区局", "inspect", path)["units"]] == [TWO]
    wrong = district.run("甲", "pack", credit_code(77), "-o", district.stick)
    assert (wrong.status, "没有信用代码" in wrong.err) == (2, True)
    held = district.run("甲", "pack", THREE, "-o", district.stick)
    assert (held.status, "“宝坻示范包装厂”：还在填报" in held.err) == (2, True)


def test_the_same_state_packs_the_same_number_and_bytes(district: District) -> None:
    path, code = district.pack()
    before = path.read_bytes()
    again = district.ask("甲", "pack", "-o", district.stick / "又一份.zip")
    assert (again["number"], again["again"], again["check_code"]) == (1, True, code)
    assert (district.stick / "又一份.zip").read_bytes() == before


def test_another_office_s_unit_stops_the_recommendation_of_all(district: District) -> None:
    with district.open("甲") as ws:
        ours = draft(ws, 5, "宝坻示范锻造厂")
        theirs = draft(ws, 6, "科技城示范软件厂", office=OTHER_OFFICE)
    refused = district.run("甲", "recommend", credit_code(5), credit_code(6))
    assert (refused.status, refused.out, refused.err.count("\n")) == (2, "", 1)
    assert "“科技城示范软件厂”的所属街镇、园区是" in refused.err
    with district.open("甲") as ws:
        assert all(ws.store.get(record.id).state.is_editable for record in (ours, theirs))
    assert district.run("甲", "recommend", credit_code(5)).status == 0


def test_inspect_needs_no_station_and_tells_strangers(district: District) -> None:
    path, code = district.pack()
    found = district.ask("没人", "inspect", path)
    assert (found["check_code"], found["trust"], found["kind"], found["number"]) == (code, "stranger", "package", 1)
    assert {u["unit_name"] for u in found["units"]} == {"宝坻示范机械厂", "宝坻示范铸造厂"}
    assert "还没有登记本机由谁使用" in found["problems"][0]
    told = district.run("区局", "inspect", path)
    assert (told.status, code in told.out, "还没有登记，文件没有接收" in told.out) == (0, True, True)
    own = district.ask("甲", "inspect", path)
    assert (own["trust"], "本机自己写出的" in own["problems"][0]) == ("own", True)


def test_a_stranger_is_refused_a_wrong_code_changes_nothing_a_right_one_enrols(district: District) -> None:
    path, code = district.pack()
    stranger = district.run("区局", "receive", path)
    assert (stranger.status, stranger.out, "请打电话请对方读出核对码" in stranger.err) == (2, "", True)
    wrong = district.run("区局", "receive", path, "--trust", "1111 2222 3333 4444")
    assert (wrong.status, "什么都没有接收" in wrong.err) == (2, True)
    assert district.ask("区局", "stations")["stations"] == []
    assert district.ask("区局", "exchange")["in"] == []
    spoken = code.replace(" ", "").translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    report = district.folder / "情况.xlsx"
    (taken,) = district.ask("区局", "receive", path, "--trust", spoken, "--report", report)["files"]
    assert (taken["status"], {r["outcome"] for r in taken["records"]}) == ("received", {"new"})
    assert report.stat().st_size > 3000
    again = district.run("区局", "receive", path)
    assert (again.status, "已经收过" in again.out, "没有任何改动" in again.out) == (0, True, True)
    assert [s["name"] for s in district.ask("区局", "stations")["stations"]] == ["宝坻经济开发区 王小明"]


def test_a_dry_run_changes_nothing(district: District) -> None:
    path, code = district.pack()
    district.ask("区局", "stations", "trust", path, "--code", code)
    (seen,) = district.ask("区局", "receive", path, "--dry-run")["files"]
    assert (seen["status"], len(seen["records"])) == ("preview", 2)
    assert "（没有接收）" in district.run("区局", "receive", "--dry-run", path).out
    assert district.ask("区局", "list")["units"] == []
    for more in (("--report", district.folder / "x.xlsx"), ("--trust", code)):
        assert district.run("区局", "receive", "--dry-run", path, *more).status == 2
    for report in (district.folder / "x.txt", district.folder / "没有" / "x.xlsx"):
        refused = district.run("区局", "receive", path, "--report", report)
        assert (refused.status, "什么都没有接收" in refused.err) == (2, True)
    assert district.ask("区局", "list")["units"] == []


def test_several_files_have_each_their_fate_in_any_order(district: District) -> None:
    first, first_code = district.pack("甲", ONE)
    second, _ = district.pack("甲")
    other, other_code = district.pack("乙")
    broken = district.stick / "坏了.zip"
    broken.write_bytes(other.read_bytes()[:-500])
    done = district.run(
        "区局", "receive", second, broken, other, first, "--trust", other_code, "--trust", first_code, "--json",
    )
    assert done.status == 2
    fates = {Path(f["file"]): f for f in done.document["files"]}
    assert list(fates) == [second, broken, other, first]
    assert [fates[p]["status"] for p in fates] == ["received", "refused", "received", "received"]
    assert done.err.startswith("坏了.zip：")
    assert fates[second]["notes"] == []
    offices = {o["office"]: o for o in district.ask("区局", "exchange", "offices")["offices"]}
    assert (offices[OFFICE]["number"], offices[OFFICE]["missing"], offices[OFFICE]["waiting"]) == (2, [], 2)
    assert offices[OTHER_OFFICE]["receipt_due"] is True
    assert len(district.ask("区局", "list")["units"]) == 3


def test_from_return_to_admission_both_ends_show_the_same(district: District) -> None:
    returned(district)
    standing = {u["credit_code"]: u for u in district.ask("甲", "exchange", "standing")["units"]}
    assert {c: u["standing"] for c, u in standing.items()} == {ONE: "returned", TWO: "received", THREE: "not_sent"}
    assert (standing[ONE]["remarks"], "与社保人数不符" in standing[ONE]["words"]) == (1, True)
    with district.open("甲") as ws:
        (record,) = drafts.find_unit(ws, ONE)
        for finding in drafts.save_answer(ws, record.id, "employees", 140).verdict.open_findings:
            drafts.explain(ws, record.id, finding.rule, "已核对社保清单")
    district.ask("甲", "recommend", ONE)
    path, _ = district.pack()
    told = district.run("区局", "receive", path).out
    assert "从业人员期末人数：本机“186”，来件“140”" in told
    for unit in (ONE, TWO):
        district.ask("区局", "admit", unit, "--confirmed", "区局台账")
    district.ask("区局", "window", "close")
    (sent,) = district.ask("区局", "receipt", "宝坻经济开发区", "-o", district.stick / "回执.zip")["files"]
    assert Path(sent["file"]) == district.stick / "回执.zip"
    district.ask("甲", "receive", sent["file"])
    standing = {u["credit_code"]: u for u in district.ask("甲", "exchange", "standing")["units"]}
    assert (standing[ONE]["standing"], standing[TWO]["standing"]) == ("admitted", "admitted")
    both = [
        [{k: r[k] for k in ("credit_code", "state")} for r in district.ask(who, "list")["units"]
         if r["credit_code"] in (ONE, TWO)]
        for who in ("甲", "区局")
    ]
    assert sorted(both[0], key=str) == sorted(both[1], key=str)
    assert "，对方已确认收到）" in district.run("甲", "exchange", "out").out


def test_the_last_file_is_taken_back_and_told(district: District) -> None:
    path, code = district.pack()
    district.ask("区局", "receive", path, "--trust", code)
    assert len(district.ask("区局", "list")["units"]) == 2
    done = district.run("区局", "undo")
    assert (done.status, "已撤销接收" in done.out) == (0, True)
    assert district.ask("区局", "list")["units"] == []
    assert district.ask("区局", "exchange", "in")["in"][0]["undone_at"]
    nothing = district.run("区局", "undo")
    assert (nothing.status, nothing.err) == (2, "没有可以撤销的接收。\n")
    assert "已撤销" in district.run("区局", "exchange").out
    (again,) = district.ask("区局", "receive", path)["files"]
    assert again["status"] == "received"


def test_a_conflict_is_kept_listed_and_settled(district: District) -> None:
    path = both_wrote(district)
    done = district.run("区局", "receive", path)
    assert done.status == 0
    assert "两边都改了" in done.out
    assert "conflicts settle" in done.out
    found = district.ask("区局", "conflicts", ONE)["conflicts"]
    (employees,) = [c for c in found if c["field"] == "employees"]
    assert {v["value"] for v in employees["versions"]} == {140, 150}
    assert district.ask("区局", "conflicts", TWO)["conflicts"] == []
    number = next(v["number"] for v in employees["versions"] if v["value"] == 140)
    for words, said in (
        (("settle", ONE, "employees", "3"), "1到2之间"), (("settle", ONE, "revenue_wan", "1"), "没有冲突"),
        (("settle", ONE), "写法有误"), ((ONE, TWO), "写法有误"),
    ):
        wrong = district.run("区局", "conflicts", *words)
        assert (wrong.status, said in wrong.err) == (2, True), wrong
    told = district.run("区局", "conflicts", "settle", ONE, "从业人员期末人数", str(number))
    assert (told.status, "已决定为“140”" in told.out) == (0, True)
    assert "employees" not in [c["field"] for c in district.ask("区局", "conflicts")["conflicts"]]
    assert district.ask("区局", "show", ONE)["answers"]["employees"] == 140


@pytest.mark.parametrize(("choice", "value"), [("--take", 140), ("--keep", 150)])
def test_a_conflict_is_decided_while_receiving(district: District, choice: str, value: int) -> None:
    path = both_wrote(district)
    (done,) = district.ask("区局", "receive", path, choice, f"{ONE}.从业人员期末人数")["files"]
    (record,) = done["records"]
    chosen = {f["name"]: f["choice"] for f in record["fields"]}
    assert chosen["employees"] == choice.removeprefix("--")
    assert "employees" not in [c["field"] for c in district.ask("区局", "conflicts")["conflicts"]]
    assert district.ask("区局", "show", ONE)["answers"]["employees"] == value


def test_choices_are_proved_before_anything_is_taken(district: District) -> None:
    path, code = district.pack()
    district.ask("区局", "stations", "trust", path, "--code", code)
    for words, said in (
        (("--take", THREE), "来件中没有"), (("--keep", f"{ONE}.身高"), "各种表中都没有"),
        (("--take", ONE, "--keep", ONE), "请只留一样"), (("--keep", ONE), "用--skip"), (("--skip", "x"), "来件中没有"),
    ):
        wrong = district.run("区局", "receive", path, *words)
        assert (wrong.status, said in wrong.err) == (2, True), wrong
    assert district.ask("区局", "list")["units"] == []
    (done,) = district.ask("区局", "receive", path, "--skip", ONE)["files"]
    assert {r["credit_code"]: r["outcome"] for r in done["records"]} == {ONE: "skipped", TWO: "new"}
    assert [u["credit_code"] for u in district.ask("区局", "list")["units"]] == [TWO]


def test_a_record_that_is_not_taken_is_status_1(district: District) -> None:
    path, code = district.pack()
    district.ask("区局", "receive", path, "--trust", code)
    with district.open("乙") as ws:
        recommend(ws, 1, "宝坻示范机械厂", office=OTHER_OFFICE)
    other, other_code = district.pack("乙")
    done = district.run("区局", "receive", other, "--trust", other_code)
    assert done.status == 1
    assert "一个单位只由一个街镇、园区推荐" in done.out
    assert {u["credit_code"] for u in district.ask("区局", "list")["units"]} == {ONE, TWO, credit_code(4)}


def test_a_notice_brings_words_and_is_for_everybody_or_for_one(district: District) -> None:
    path, code = district.pack()
    district.ask("区局", "receive", path, "--trust", code)
    words = ("--title", "年度动态管理表填报通知", "--deadline", "2027-04-15", "--text", "请按时填报。\n逾期依规移出。")
    sent = district.ask("区局", "notice", "--all", *words, "-o", district.stick / "通知")["files"]
    assert len(sent) == len(list((district.stick / "通知").glob("*.zip"))) > 20
    mine = next(s for s in sent if "宝坻经济开发区" in s["file"])
    told = district.run("甲", "receive", mine["file"], "--trust", mine["check_code"])
    assert told.status == 0, told.err
    assert "通知：年度动态管理表填报通知（2027-04-15前上报）" in told.out
    (one,) = district.ask("区局", "notice", OFFICE, *words, "--with-pack", "-o", district.stick)["files"]
    (taken,) = district.ask("甲", "receive", one["file"])["files"]
    assert taken["notice"]["deadline"] == "2027-04-15"
    stolen = district.run("乙", "receive", one["file"], "--trust", one["check_code"])
    assert (stolen.status, "是给“宝坻经济开发区”的" in stolen.err) == (2, True)


def test_who_writes_to_whom_is_proved(district: District) -> None:
    for words, said in (
        (("receipt",), "或者用--all-due"), (("receipt", OFFICE, "--all-due"), "只写其中一样"),
        (("receipt", ""), "或者用--all-due"), (("receipt", "月亮镇"), "没有“月亮镇”"),
        (("receipt", OFFICE, OTHER_OFFICE, "-o", "x.zip"), "-o后面请写文件夹"),
        (("notice", "--title", "通知"), "或者用--all"), (("notice", OFFICE), "--title"),
        (("notice", OFFICE, "--title", " "), "标题是空的"), (("pack",), "本机归区工信局使用"),
        (("exchange", "somewhere"), "somewhere"),
    ):
        wrong = district.run("区局", *words)
        assert (wrong.status, wrong.out, said in wrong.err) == (2, "", True), wrong
    assert "写回执由区工业和信息化局办理。街镇、园区用 pack 打包上报。" in district.run("甲", "receipt", OFFICE).err
    assert "发通知由区工业和信息化局办理。" in district.run("甲", "notice", OFFICE, "--title", "通知").err
    assert "用 exchange standing 查看" in district.run("甲", "exchange", "offices").err
    for words in (("pack",), ("receipt", OFFICE), ("notice", OFFICE, "--title", "通知"), ("receive", "x.zip")):
        nobody = district.run("没人", *words)
        assert (nobody.status, nobody.out, "用 station bureau" in nobody.err) == (2, "", True), nobody
    assert district.run("区局", "receipt", "--all-due").out == "没有要写回执的街镇、园区。\n"


def test_a_station_is_retired_and_a_new_key_follows_the_old_one(district: District) -> None:
    path, code = district.pack("甲", ONE)
    district.ask("区局", "receive", path, "--trust", code)
    before = district.ask("甲", "stations")["own_key"]
    after = district.ask("甲", "stations", "rotate")["key"]
    assert after != before
    second, _ = district.pack()
    assert district.ask("区局", "inspect", second)["trust"] == "succeeded"
    district.ask("区局", "receive", second)
    listed = district.ask("区局", "stations")["stations"]
    assert after in [s["key"] for s in listed if s["retired_at"] is None]
    for each in listed:
        if each["retired_at"] is None:
            assert "已停用" in district.run("区局", "stations", "retire", str(each["id"])).out
    third, _ = district.pack("甲", "--full")
    refused = district.run("区局", "receive", third)
    assert (refused.status, "停用" in refused.err) == (2, True)
    for words in (("retire",), ("retire", "x"), ("trust", third), ("rotate", "x"), ("list", "x")):
        wrong = district.run("区局", "stations", *words)
        assert (wrong.status, wrong.out) == (2, ""), wrong


def test_a_password_from_a_pipe_locks_and_opens(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("宝坻2026\n"))
    path, code = district.pack("甲", "--password", "-")
    locked = district.run("区局", "inspect", path)
    assert (locked.status, "密码" in locked.err) == (2, True)
    assert "密码" in district.run("区局", "receive", path, "--password", "不对").err
    (done,) = district.ask("区局", "receive", path, "--password", "宝坻2026", "--trust", code)["files"]
    assert done["status"] == "received"
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert "没有读到密码" in district.run("甲", "pack", "--password", "-", "-o", district.stick).err


def test_in_processes_of_its_own(district: District) -> None:
    sent = run_process_json("pack", "-o", district.stick, store=district.store("甲"))
    refused = run_process("receive", sent["file"], store=district.store("区局"))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.count("\n") == 1
    taken = run_process("receive", sent["file"], "--trust", sent["check_code"], store=district.store("区局"))
    assert (taken.returncode, taken.stderr) == (0, "")
    assert taken.stdout.startswith("已收宝坻经济开发区报送包第1包：新增2。")


@pytest.mark.parametrize(("again", "status"), [("宝坻2026", 0), ("宝坻2027", 2)])
def test_a_password_is_asked_twice_on_a_terminal(district: District, again: str, status: int) -> None:
    pty = pytest.importorskip("pty")
    pid, terminal = pty.fork()
    if pid == 0:
        command = [sys.executable, str(ROOT / "main.py"), "pack", "--password", "-", "-o", str(district.stick)]
        os.execv(sys.executable, [*command, "--store", str(district.store("甲"))])
    for prompt, word in (("密码：", "宝坻2026"), ("再输一遍：", again)):
        _read_until(terminal, prompt)
        os.write(terminal, f"{word}\n".encode())
    told = _read_until(terminal, None)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == status
    assert "宝坻2026" not in told
    assert ("两次输入的密码不一样" in told) == (status == 2)
    assert len(list(district.stick.glob("*.zip"))) == (1 if status == 0 else 0)


def _read_until(terminal: int, words: str | None) -> str:
    """What the program prints up to these words, or to its end."""
    read = b""
    while words is None or words.encode() not in read:
        try:
            more = os.read(terminal, 4096)
        except OSError:  # how Linux says that the other end has closed
            more = b""
        if not more:
            break
        read += more
    return read.decode(errors="replace")
