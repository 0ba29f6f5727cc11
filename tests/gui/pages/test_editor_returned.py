"""The editor where the bureau has a word: returned forms, locked forms, and what the library answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.domain.enums import RecordState
from core.services import drafts
from core.services.exchange.receiving import SHARED
from core.services.library import closing, members, removal, review, windows
from core.services.library.removal import IncidentReport
from gui.pages.editor.page import EditorPage
from gui.tasks import SyncRunner
from tests.fixtures.library import admitted, credit_code, draft, open_bureau, received
from tests.gui.hands import Script, Text, play
from tests.gui.pages.bureau import Desk

NAME = "天津岚溪泵业有限公司"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    ws, clock = open_bureau(tmp_path / "数据", date(2026, 6, 1))
    with ws:
        yield Desk(ws, clock, tmp_path)


def _editor(desk: Desk, qtbot: QtBot, record_id: str) -> EditorPage:
    window = desk.window(qtbot, SyncRunner())
    window.open_record(record_id)
    return window.editor


def test_a_returned_form_shows_reason_and_remarks_on_their_fields(desk: Desk, qtbot: QtBot) -> None:
    record = received(desk.ws, 1, NAME)
    review.remark(desk.ws, record.id, "contact_name", "联系人已离职，请换人。")
    review.remark(desk.ws, record.id, "revenue_wan", "与年报不一致，请核对。")
    review.remark(desk.ws, record.id, "", "请补盖公章。")
    review.return_record(desk.ws, record.id, "材料不全")
    editor = _editor(desk, qtbot, record.id)
    notice = editor.notices.returned
    assert notice.isVisible()
    assert "区工信局退回：材料不全。" in notice.text
    assert "对整份表的意见：请补盖公章。" in notice.text
    assert "有2栏写了审核意见" in notice.text
    page = editor.form_page
    assert page is not None

    def script() -> Script:
        yield "Alt+J"
        yield lambda: "审核意见：联系人已离职，请换人。" in page._hints.text
        yield "Ctrl+A"
        yield Text("王小梅")
        yield "Tab"
        yield lambda: drafts.open_form(desk.ws, record.id).record.answers["contact_name"] == "王小梅"
        yield "Alt+J"
        yield lambda: "审核意见：与年报不一致，请核对。" in page._hints.text

    play(script())
    assert desk.ws.store.get(record.id).state is RecordState.RETURNED
    review.receive(desk.ws, record.id)
    editor.open(record.id)
    assert not notice.isVisible()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (RecordState.RECOMMENDED, "要修改请先撤回"), (RecordState.RECEIVED, "正在审核，已锁定。要修改请先退回。"),
        (RecordState.ADMITTED, "已决定纳入培育库"), (RecordState.REFUSED, "不予纳入，已经办结：工艺淘汰"),
    ],
)
def test_a_locked_form_says_why_and_only_a_recommended_one_can_be_withdrawn(
    desk: Desk, qtbot: QtBot, state: RecordState, words: str
) -> None:
    windows.open_window(desk.ws)
    if state is RecordState.RECOMMENDED:
        record = draft(desk.ws, 1, NAME)
        drafts.recommend(desk.ws, record.id)
    elif state is RecordState.ADMITTED:
        record = admitted(desk.ws, 1, NAME)
    else:
        record = received(desk.ws, 1, NAME)
    if state is RecordState.REFUSED:
        review.refuse(desk.ws, record.id, "工艺淘汰", clause="三(一)1(2)")
    editor = _editor(desk, qtbot, record.id)
    assert words in editor.lock_notice.text
    may_withdraw = state is RecordState.RECOMMENDED
    assert editor.lock_notice._button.isVisible() is may_withdraw
    assert editor.actions_["withdraw"].isVisible() is may_withdraw
    assert not editor.actions_["recommend"].isVisible()


def test_what_the_library_answered_stays_shut_and_says_so(desk: Desk, qtbot: QtBot) -> None:
    windows.open_window(desk.ws)
    admitted(desk.ws, 1, NAME)
    desk.clock.set(date(2026, 6, 20))
    closing.close_window(desk.ws)
    unit = members.find_member(desk.ws, credit_code(1)).unit_id
    facts = IncidentReport("safety", date(2026, 6, 19), "major", "车间爆燃", "事故调查组认定意见")
    assert removal.record_incident(desk.ws, unit, facts).counts
    record = draft(desk.ws, 1, NAME)
    editor = _editor(desk, qtbot, record.id)
    page = editor.form_page
    assert page is not None
    assert page.value_text("neg_delisted_answer") == "yes"

    def script() -> Script:
        assert page.focus_field("neg_delisted_answer")
        yield lambda: "由培育库带出，不能改动" in page._hints.text
        yield Text("wu")
        yield "Tab"
        assert page.focus_field("neg_delisted_detail")
        yield "Ctrl+A"
        yield Text("nothing")
        yield "Tab"
        assert page.focus_field("contact_name")
        yield "Ctrl+A"
        yield Text("王小梅")
        yield "Tab"
        yield lambda: drafts.open_form(desk.ws, record.id).record.answers["contact_name"] == "王小梅"

    play(script())
    stored = drafts.open_form(desk.ws, record.id).record.answers
    assert stored["neg_delisted_answer"] == "yes"
    assert "被移出区级绿色工厂培育库" in str(stored["neg_delisted_detail"])
    assert not editor.trouble.isVisible()


def test_a_unit_that_another_office_recommends_is_hinted_at(desk: Desk, qtbot: QtBot) -> None:
    record = draft(desk.ws, 1, NAME)
    told = {
        "unit_name": NAME, "credit_code": record.credit_code, "form": "green-factory", "recommended_by": "120115001",
        "state": "received", "since": "2026-05-20",
    }
    desk.ws.store.set_setting(SHARED, [told])
    editor = _editor(desk, qtbot, record.id)
    assert editor.notices.lock.isVisible()
    assert "海滨街道" in editor.notices.lock.text
    assert "不要重复推荐" in editor.notices.lock.text
