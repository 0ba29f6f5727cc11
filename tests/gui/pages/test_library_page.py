from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from core.domain.library import LeaveGround, Tier
from core.services.library import closing, members, removal, review, rosters, windows
from gui.dialogs.form_dialog import FieldsDialog
from gui.dialogs.preview import PreviewDialog
from gui.tasks import SyncRunner
from gui.widgets.roles import TONE_ROLE
from tests.fixtures.library import admitted, credit_code, received
from tests.gui.hands import Click, Script, Text, dialog, no_dialog, play, press
from tests.gui.pages.bureau import Desk, button_of, choose, message, pressable, problem, said
from tests.gui.pages.library_desk import PAINT, PAPER, PARK, PUMPS, enrol, library, texts, two_rosters

# The window


def test_the_strip_opens_the_planned_window_and_says_what_closing_will_do(desk: Desk, qtbot: QtBot) -> None:
    window = desk.window(qtbot, SyncRunner())
    page = library(window)
    assert "2025年6月动态更新正在计划期内" in page.strip.text
    assert not page.close_window.isVisible()

    def script() -> Script:
        yield "Alt+O"
        yield message("2025年6月动态更新", "政策包")
        yield "Return"
        yield no_dialog

    play(script())
    opened = windows.current(desk.ws)
    assert opened is not None
    assert opened.title == "2025年6月动态更新"
    assert "纳入0个，移出0个，保留0个；写成第1号名单" in page.strip.text
    assert page.close_window.isVisible()
    assert not page.open_extra.isVisible()
    received(desk.ws, 1, PUMPS)
    window._session.announce_library()
    assert f"如“{PUMPS}”" in page.strip.text


def test_before_a_window_it_counts_the_days_and_an_extra_batch_can_be_opened(desk: Desk, qtbot: QtBot) -> None:
    desk.clock.set(date(2025, 5, 30))
    page = library(desk.window(qtbot, SyncRunner()))
    assert "2025年6月动态更新，2025年6月1日开始，还有2天" in page.strip.text
    assert not page.open_window.isVisible()

    def script() -> Script:
        yield "Alt+B"
        yield dialog(FieldsDialog)
        yield "Ctrl+Return"
        yield lambda: "增开原因" in problem()
        yield Text("区级重点项目急需入库")
        yield "Ctrl+Return"
        yield no_dialog

    play(script())
    opened = windows.current(desk.ws)
    assert opened is not None
    assert (opened.title, opened.batch, opened.note) == ("2025年度第一批", 1, "区级重点项目急需入库")


def test_a_missed_window_is_made_up_for(desk: Desk, qtbot: QtBot) -> None:
    desk.clock.set(date(2025, 8, 4))
    page = library(desk.window(qtbot, SyncRunner()))
    assert "没有办理：2025年6月动态更新" in page.strip.text

    def script() -> Script:
        yield "Alt+K"
        yield dialog(FieldsDialog)
        yield "Tab"
        yield Text("六月换届，没有办理")
        yield "Ctrl+Return"
        yield no_dialog

    play(script())
    opened = windows.current(desk.ws)
    assert opened is not None
    assert (opened.title, opened.month) == ("2025年6月动态更新", 6)
    assert "补办" in opened.note
    assert "六月换届，没有办理" in opened.note


def test_closing_says_numbers_and_needs_more_than_enter(desk: Desk, qtbot: QtBot) -> None:
    windows.open_window(desk.ws)
    admitted(desk.ws, 1, PUMPS)
    window = desk.window(qtbot, SyncRunner())
    page = library(window)
    told: list[str] = []

    def hesitate() -> Script:
        yield "Alt+C"
        yield message("纳入1个单位", "由0个变为1个", "第1号名单", "不能撤销")
        told.append(said())
        yield "Return"
        yield no_dialog

    play(hesitate())
    assert windows.current(desk.ws) is not None

    def close() -> Script:
        yield Click(button_of(window, page.close_window))
        yield message("第1号名单")
        yield Click(pressable("关闭并写名单"))
        yield no_dialog

    play(close())
    assert windows.current(desk.ws) is None
    assert rosters.roster(desk.ws).count == 1
    assert page.rosters.isVisible()
    assert page.rosters.frame.title.text() == "第1号名单"
    assert texts(page.rosters.model, 0) == ["新增"]
    assert "已写成第1号名单，共1个单位" in page.rosters.frame.notice.text


def test_an_undecided_proposal_forbids_closing_and_says_which(desk: Desk, qtbot: QtBot) -> None:
    member = enrol(desk, 1, PUMPS)
    removal.record_falsification(desk.ws, member.id, found_on=date(2025, 5, 1), detail="编造", source="核查报告")
    windows.open_window(desk.ws)
    page = library(desk.window(qtbot, SyncRunner()))
    assert "还不能关闭" in page.strip.text

    def script() -> Script:
        yield "Alt+C"
        yield message("还不能关闭", PUMPS, "三(四)2(2)", "请在“移出”里逐项决定")
        yield "Return"
        yield no_dialog

    play(script())
    assert windows.current(desk.ws) is not None


# Members


def test_members_are_narrowed_by_what_the_cockpit_counts(desk: Desk, qtbot: QtBot) -> None:
    enrol(desk, 1, PUMPS)
    enrol(desk, 2, PAPER, industry_code="2221", office=PARK, tier=Tier.CITY, admitted_on=date(2024, 6, 20))
    enrol(desk, 3, PAINT, industry_code="", kind="green-supply-chain")
    page = library(desk.window(qtbot, SyncRunner()))
    model = page.members.model
    assert len(texts(model, 0)) == 3
    for filters, name in (
        ({"kind": "green-supply-chain"}, PAINT), ({"office": PARK}, PAPER), ({"tier": "city"}, PAPER),
        ({"industry": "34"}, PUMPS), ({"industry": ""}, PAINT), ({"year": "2024"}, PAPER), ({"query": "lxby"}, PUMPS),
    ):
        page.show_filtered(filters)
        assert texts(model, 0) == [name], filters
    page.show_filtered({})
    assert len(texts(model, 0)) == 3
    row = texts(model, 0).index(PAPER)
    assert [model.data(model.index(row, column)) for column in (1, 2, 4, 5)] == [
        "绿色工厂", "宝坻经济开发区", "市级", "2024-06-20",
    ]
    assert model.data(model.index(row, 4), TONE_ROLE) == "wait"


def test_a_day_gone_by_shows_who_was_in_then_and_forbids_changes(desk: Desk, qtbot: QtBot) -> None:
    two_rosters(desk)
    page = library(desk.window(qtbot, SyncRunner()))
    assert set(texts(page.members.model, 0)) == {"天津岚溪智能泵业有限公司", PAINT}
    assert page.members.change.isEnabled()

    def look(day: str) -> Script:
        yield "Ctrl+D"
        yield lambda: page.members.day.hasFocus()
        yield Text(day)
        yield "Tab"

    play(look("2025-07-01"))
    assert set(texts(page.members.model, 0)) == {PUMPS, PAPER}
    assert page.members.frame.title.text() == "2025年7月1日的在库单位"
    assert not page.members.change.isEnabled()
    play(look("2031-01-01"))
    assert "要填过去的日期" in page.members.frame.notice.text
    assert set(texts(page.members.model, 0)) == {"天津岚溪智能泵业有限公司", PAINT}


def test_a_unit_is_enrolled_by_keys_and_what_is_wrong_is_said(desk: Desk, qtbot: QtBot) -> None:
    page = library(desk.window(qtbot, SyncRunner()))

    def script() -> Script:
        yield "Alt+A"
        yield dialog(FieldsDialog)
        yield Text(PUMPS)
        yield "Tab"
        yield Text("91120115PDY000018")
        yield "Tab"
        yield "Down"
        yield "Tab"
        yield Text("bdjj")
        yield "Alt+D"
        yield Text("2024-06-20")
        yield "Return"
        yield lambda: "统一社会信用代码" in problem()
        yield "Alt+C"
        yield "Ctrl+A"
        yield Text(credit_code(1))
        yield "Return"
        yield no_dialog

    play(script())
    (member,) = members.members(desk.ws)
    assert (member.unit_name, member.credit_code, member.kind, member.office, member.admitted_on, member.tier) == (
        PUMPS, credit_code(1), "green-factory", PARK, date(2024, 6, 20), Tier.DISTRICT,
    )
    assert texts(page.members.model, 0) == [PUMPS]


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing the keyboard)", extend=True)
def test_a_unit_is_renamed_moved_and_merged_from_the_menu(desk: Desk, qtbot: QtBot) -> None:
    enrol(desk, 1, PUMPS)
    enrol(desk, 2, PAPER)
    window = desk.window(qtbot, SyncRunner())
    page = library(window)
    page.members.frame.select(members.find_member(desk.ws, credit_code(1)).id)

    def rename() -> Script:
        yield Click(button_of(window, page.members.change))
        yield lambda: isinstance(QApplication.activePopupWidget(), QMenu)
        yield "N"
        yield dialog(FieldsDialog)
        yield "Ctrl+A"
        yield Text("天津岚溪智能泵业有限公司")
        yield "Return"
        yield no_dialog

    play(rename())
    assert "天津岚溪智能泵业有限公司" in texts(page.members.model, 0)
    assert f"更名：{PUMPS} → 天津岚溪智能泵业有限公司" in page.members.detail.toPlainText()

    def merge() -> Script:
        yield "Alt+T"
        yield lambda: isinstance(QApplication.activePopupWidget(), QMenu)
        yield "J"
        yield dialog(FieldsDialog)
        yield "Down"
        yield "Return"
        yield no_dialog

    play(merge())
    (left,) = members.members(desk.ws)
    assert left.unit_name == PAPER
    gone = members.of_unit(desk.ws, credit_code(1))[0]
    assert gone.left_ground is LeaveGround.MERGED


def test_leaving_of_ones_own_will_waits_for_the_window_and_can_be_taken_back(desk: Desk, qtbot: QtBot) -> None:
    enrol(desk, 1, PUMPS)
    windows.open_window(desk.ws)
    page = library(desk.window(qtbot, SyncRunner()))

    def script() -> Script:
        yield "Alt+J"
        yield dialog(FieldsDialog)
        yield Text("企业书面申请退出")
        yield "Ctrl+Return"
        yield no_dialog
        yield "Alt+D"
        yield lambda: page.removal.isVisible()

    play(script())
    assert [d.reason for d in closing.closing_check(desk.ws).leaving] == ["企业书面申请退出"]
    assert (texts(page.removal.model, 3), texts(page.removal.model, 5)) == (["自愿退出"], ["拟退出"])

    def take_back() -> Script:
        yield "Alt+T"
        yield message(PUMPS, "自愿退出")
        yield "Return"
        yield no_dialog

    play(take_back())
    assert closing.closing_check(desk.ws).leaving == ()
    assert page.removal.model.rowCount() == 0


# Rosters


def test_the_newest_roster_stands_against_the_one_before_with_reason_and_clause(desk: Desk, qtbot: QtBot) -> None:
    two_rosters(desk)
    page = library(desk.window(qtbot, SyncRunner()))
    press("Alt+R")
    assert page.rosters.isVisible()
    model = page.rosters.model
    assert list(zip(texts(model, 0), texts(model, 1), strict=True)) == [
        ("新增", PAINT), ("变更", "天津岚溪智能泵业有限公司"), ("移出", PAPER),
    ]
    assert [model.data(model.index(row, 0), TONE_ROLE) for row in range(3)] == ["good", "wait", "bad"]
    assert f"原“{PUMPS}”" in texts(model, 6)[1]
    assert "能耗台账系编造" in texts(model, 6)[2]
    assert texts(model, 7) == ["三(二)2", "三(二)2", "三(四)2(2)"]
    choose(page.rosters._earlier, "不对照")
    assert len(texts(model, 0)) == 3
    choose(page.rosters._number, "第1号")
    assert page.rosters.frame.title.text() == "第1号名单"
    assert texts(model, 0) == ["新增", "新增"]
    page.show_filtered({"roster": 2})
    assert page.rosters.frame.title.text() == "第2号名单"
    assert len(texts(model, 0)) == 3


def test_a_roster_is_verified_previewed_and_exported(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_rosters(desk)
    page = library(desk.window(qtbot, SyncRunner()))
    out = desk.folder / "变动.xlsx"
    monkeypatch.setattr("gui.pages.library.rosters_part.ask_save_path", lambda *_: out)

    def script() -> Script:
        yield "Alt+R"
        yield "Alt+K"
        yield message("2份名单都与封存时一致")
        yield "Return"
        yield no_dialog
        yield "Ctrl+P"
        yield dialog(PreviewDialog)
        yield "Esc"
        yield no_dialog
        yield "Alt+X"
        yield message("已保存到")
        yield "Return"
        yield no_dialog

    play(script())
    assert out.stat().st_size > 3000
    assert page.rosters.frame.title.text() == "第2号名单"


def test_menus_act_only_on_the_list_that_is_seen(desk: Desk, qtbot: QtBot) -> None:
    enrol(desk, 1, PUMPS)
    page = library(desk.window(qtbot, SyncRunner()))
    assert page.members.incident.isEnabled()
    assert not page.removal.remove.isEnabled()
    press("Alt+D")
    assert not page.members.incident.isEnabled()
    assert not page.members.withdraw.isEnabled()
    assert page.removal.incident.isEnabled()
    assert review.queue(desk.ws) == ()
