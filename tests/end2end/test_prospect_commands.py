"""`prospect`, `unit` and `link` as scripts use them: real processes, exit statuses of design §7."""

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
PARK, FACTORY, CITY, LEADER, FREE = (credit_code(number) for number in range(1, 6))
NAME = "天津岚溪泵业有限公司"


def day(offset: int) -> str:
    return (TODAY + timedelta(days=offset)).isoformat()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A data folder with a park, a factory, a factory of the city, and a leader that is a park too."""
    folder = tmp_path / "数据"
    with open_workspace(folder) as ws:
        for code, name, kind, tier in (
            (PARK, "天津样板产业园", "green-park", Tier.DISTRICT),
            (FACTORY, "天津样板制造有限公司", "green-factory", Tier.DISTRICT),
            (CITY, "天津样板电器有限公司", "green-factory", Tier.CITY),
            (LEADER, "天津链主集团有限公司", "green-supply-chain", Tier.DISTRICT),
            (LEADER, "天津链主集团有限公司", "green-park", Tier.DISTRICT),
        ):
            members.enrol(
                ws, unit_name=name, credit_code=code, kind=kind, office=OFFICE,
                admitted_on=TODAY - timedelta(days=200), tier=tier,
            )
    return folder


def add(store: Path, name: str = NAME, *more: str) -> dict[str, object]:
    made = run_json("prospect", "add", name, "--office", OFFICE, *more, store=store)
    assert isinstance(made, dict)
    return made


def test_a_prospect_from_the_first_note_to_its_form(store: Path) -> None:
    made = add(
        store, NAME, "--code", FREE.lower(), "--potential", "已建光伏", "--reason", "重点产业链", "--contact", "穆青稞",
        "--phone", "13800000011", "--next-step", "上门辅导", "--next-on", day(7),
    )
    assert (made["credit_code"], made["state"], made["next_on"], made["record"]) == (FREE, "open", day(7), None)
    run_json("prospect", "note", "lxby", "--did", "visit", "--text", "走访车间", "--on", day(-1), store=store)
    run_json("prospect", "note", FREE, "--did", "guidance", "--text", "辅导能耗表", store=store)
    shown = run_json("prospect", "show", NAME, store=store)
    assert [(n["kind"], n["on"], n["text"]) for n in shown["log"]] == [
        ("guidance", day(0), "辅导能耗表"), ("visit", day(-1), "走访车间"),
    ]
    formed = run_json("prospect", "form", FREE, store=store)
    assert (formed["state"], formed["is_open"]) == ("formed", False)
    record = run_json("show", FREE, store=store)
    assert record["answers"]["contact_name"] == "穆青稞"
    again = run("prospect", "form", FREE, store=store)
    assert again.returncode == 2
    assert "已经转为填报表" in again.stderr


def test_the_list_is_filtered_by_state_office_and_words(store: Path) -> None:
    add(store)
    add(store, "天津砚屿纸业有限公司", "--kind", "green-supply-chain")
    dropped = run_json("prospect", "drop", "yyzy", "--reason", "企业外迁", store=store)
    assert dropped["state"] == "dropped"

    def names(*arguments: str) -> list[str]:
        return [p["unit_name"] for p in run_json("prospect", "list", *arguments, store=store)["prospects"]]

    assert names("--state", "open") == [NAME]
    assert names("--state", "dropped") == ["天津砚屿纸业有限公司"]
    assert names("纸业") == ["天津砚屿纸业有限公司"]
    assert names("--office", "大口屯镇") == []
    table = run("prospect", "list", store=store).stdout
    assert "不再跟进" in table
    assert "绿色供应链" in table
    assert run_json("prospect", "reopen", "yyzy", store=store)["state"] == "open"


def test_the_whole_name_wins_over_names_that_contain_it(store: Path) -> None:
    add(store)
    other = add(store, f"{NAME}二分厂")
    assert run_json("prospect", "show", NAME, store=store)["unit_name"] == NAME
    assert run_json("prospect", "show", str(other["id"]), store=store)["unit_name"] == f"{NAME}二分厂"
    unclear = run("prospect", "show", "岚溪", store=store)
    assert unclear.returncode == 2
    assert str(other["id"]) in unclear.stderr


def test_a_unit_is_renamed_moved_and_given_a_new_code(store: Path) -> None:
    run_json("unit", "rename", FACTORY, "--to", "天津新名制造有限公司", "--on", day(-20), store=store)
    run_json("unit", "move", FACTORY, "--to", "大口屯镇", "--on", day(-10), "--note", "厂址迁移", store=store)
    changed = run_json("unit", "code", FACTORY, "--to", FREE, "--on", day(-5), store=store)
    assert (changed["unit_name"], changed["credit_code"], changed["office"]) == (
        "天津新名制造有限公司", FREE, "120115101",
    )
    shown = run("unit", "show", FACTORY, store=store).stdout
    assert f"{day(-10)} 迁移（所属街镇园区变更）：宝坻经济开发区 → 大口屯镇" in shown
    assert f"信用代码变更：{FACTORY} → {FREE}" in shown
    late = run("unit", "rename", FREE, "--to", "别名", "--on", day(-21), store=store)
    assert late.returncode == 2
    assert "早于上一次更名" in late.stderr


def test_a_merged_unit_leaves_without_blame(store: Path) -> None:
    merged = run_json("unit", "merge", FACTORY, "--to", CITY, "--on", day(-3), store=store)
    (held,) = merged["memberships"]
    assert (held["left_on"], held["left_reason"]) == (day(-3), "并入“天津样板电器有限公司”")
    assert f"{day(-3)} 并入“天津样板电器有限公司”" in run("unit", "show", FACTORY, store=store).stdout
    assert run_json("unit", "show", CITY, store=store)["memberships"][0]["left_on"] is None


def test_ties_are_made_counted_and_ended(store: Path) -> None:
    for code in (FACTORY, CITY):
        tied = run_json("link", "add", PARK, code, "--on", day(-30), store=store)
    assert (tied["district"], tied["city"], tied["nation"]) == (2, 1, 0)
    assert {(u["credit_code"], u["as"], u["since"]) for u in tied["units"]} == {
        (FACTORY, "park_factory", day(-30)), (CITY, "park_factory", day(-30)),
    }
    left = run_json("link", "remove", PARK, FACTORY, store=store)
    assert [u["credit_code"] for u in left["units"]] == [CITY]
    said = run("link", "list", PARK, store=store).stdout
    assert "“天津样板产业园”：天津样板电器有限公司。绿色工厂1家，其中市级及以上1家" in said


def test_a_park_that_leads_a_chain_says_which_tie(store: Path) -> None:
    unclear = run("link", "add", LEADER, FACTORY, store=store)
    assert unclear.returncode == 2
    assert "--as" in unclear.stderr
    for tie in ("supplier", "park_factory"):
        tied = run_json("link", "add", LEADER, FACTORY, "--as", tie, store=store)
    assert (len(tied["units"]), tied["district"]) == (2, 1)
    left = run_json("link", "remove", LEADER, FACTORY, "--as", "supplier", store=store)
    assert [u["as"] for u in left["units"]] == ["park_factory"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("prospect", "add", "--office", OFFICE), "没有填单位名称"),
        (("prospect", "add", NAME, "--code", "91120115PDY00001X5"), "校验位不对"),
        (("prospect", "add", NAME, "--code", FACTORY), "不用再培育"),
        (("prospect", "add", NAME, "--office", "不存在的镇"), "清单中没有“不存在的镇”"),
        (("prospect", "add", NAME, "--kind", "annual-report"), "没有“annual-report”这个类别"),
        (("prospect", "show"), "没有写明培育对象"),
        (("prospect", "drop", "没有的", "--reason", "x"), "没有叫“没有的”的培育对象"),
        (("prospect", "praise", NAME), "命令有误"),
        (("unit", "show", FREE), "没有入过库"),
        (("unit", "move", FACTORY, "--to", "不存在的镇"), "清单中没有“不存在的镇”"),
        (("unit", "code", FACTORY, "--to", CITY), "已经是“天津样板电器有限公司”的"),
        (("unit", "merge", FACTORY, "--to", FACTORY), "不能并入自己"),
        (("unit", "rename", FACTORY, "--to", "别名", "--on", "2999-01-01"), "还没有到"),
        (("link", "add", PARK), "没有写要关联的单位"),
        (("link", "add", FACTORY, CITY), "入过库，不能关联"),
        (("link", "remove", PARK, FACTORY), "没有与"),
    ],
)
def test_a_refusal_is_one_sentence_and_status_2(store: Path, arguments: tuple[str, ...], sentence: str) -> None:
    done = run(*arguments, store=store)
    assert done.returncode == 2, done.stdout
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""
