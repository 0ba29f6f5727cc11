"""From the office's package to the bureau's receipt and back, by keys alone, on two stores."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QApplication, QLabel

from core.domain.enums import RecordState
from core.services import drafts
from core.services.exchange import receiving, trust
from core.services.library import review
from gui.dialogs.enrol_station import EnrolDialog
from gui.dialogs.form_dialog import FieldsDialog
from gui.dialogs.pack_plan import PackPlanDialog
from gui.dialogs.preview import PreviewDialog
from gui.dialogs.receive_preview import ReceivePreviewDialog
from gui.dialogs.received import ReceivedDialog
from gui.dialogs.recipients import RecipientsDialog
from gui.dialogs.sent_file import SentDialog
from gui.pages.exchange.page import ExchangePage
from gui.tasks import ThreadRunner
from tests.fixtures.library import OFFICE, confirm_all
from tests.gui.hands import Script, Text, dialog, no_dialog, play
from tests.gui.pages.bureau import message
from tests.gui.pages.exchange.ends import NAMES, Ends, front, rows

REASON = "主要产品写得不清楚，请写明型号。"


def _pack(stick: Path) -> Script:
    yield "Ctrl+P"
    yield dialog(PackPlanDialog)
    yield "Alt+D"
    yield "Ctrl+A"
    yield Text(str(stick))
    yield "Alt+F"
    yield "Return"
    yield dialog(SentDialog)
    yield "Return"
    yield no_dialog


def _receive(code: str = "") -> Script:
    yield "Ctrl+R"
    if code:
        yield dialog(EnrolDialog)
        yield Text(code.replace(" ", ""))
        yield "Return"
    yield dialog(ReceivePreviewDialog)
    yield "Ctrl+Return"
    yield dialog(ReceivedDialog)
    yield "Esc"
    yield no_dialog


def _state(page: ExchangePage) -> dict[str, str]:
    assert page.units is not None
    return {row[0]: row[1] for row in rows(page.units.model, 0, 2)}


def test_package_return_correction_admission_and_receipt(ends: Ends) -> None:
    first, second = ends.recommended(2)
    office = ends.page(ends.office)
    assert "本次要报：2个单位" in office.strip.words.text()
    assert "核对码" in office.notice.text
    assert _state(office) == {NAMES[0]: "未报", NAMES[1]: "未报"}
    play(_pack(ends.stick))
    assert _state(office) == {NAMES[0]: "已报", NAMES[1]: "已报"}
    (package,) = ends.stick.glob("*.zip")

    ends.will_choose(package)
    bureau = ends.page(ends.bureau)
    code = receiving.inspect(ends.bureau, package).facts.check_code
    play(_receive(code))
    assert bureau.offices is not None
    assert rows(bureau.offices.model)[0][:3] == ["宝坻经济开发区", "已登记", "第1包"]
    assert rows(bureau.offices.model)[0][-1] == "待发"
    assert {ends.bureau.store.get(r.id).state for r in (first, second)} == {RecordState.RECEIVED}

    review.remark(ends.bureau, first.id, "main_products", REASON)
    review.return_record(ends.bureau, first.id, REASON)
    confirm_all(ends.bureau, second.id)
    review.admit(ends.bureau, second.id)
    receipt = _answer(ends, bureau)

    ends.will_choose(receipt)
    office = ends.page(ends.office)
    play(_receive(receiving.inspect(ends.office, receipt).facts.check_code))
    assert office.notice.text == ""
    assert _state(office) == {NAMES[0]: "退回", NAMES[1]: "拟入库"}
    assert office.units is not None
    assert office.units.frame.select(first.id)
    assert REASON in office.units.detail.toPlainText()

    drafts.save_answer(ends.office, first.id, "main_products", "QH-200型离心泵")
    drafts.recommend(ends.office, first.id)
    office = ends.page(ends.office)
    assert "其中已改未报1个" in office.strip.words.text()
    play(_pack(ends.stick))
    (correction,) = {*ends.stick.glob("*.zip")} - {package, receipt}

    ends.will_choose(correction)
    ends.page(ends.bureau)
    play(_receive())
    assert ends.bureau.store.get(first.id).answers["main_products"] == "QH-200型离心泵"
    assert ends.bureau.store.get(first.id).state is RecordState.RECEIVED


def _answer(ends: Ends, page: ExchangePage) -> Path:
    before = {*ends.stick.glob("*.zip")}

    def script() -> Script:
        yield "Ctrl+K"
        yield dialog(RecipientsDialog)
        yield "Alt+D"
        yield "Ctrl+A"
        yield Text(str(ends.stick))
        yield "Alt+P"
        yield dialog(SentDialog)
        yield "Return"
        yield no_dialog

    play(script())
    (written,) = {*ends.stick.glob("*.zip")} - before
    assert page.offices is not None
    assert rows(page.offices.model)[0][-1] == "已发"
    return written


def test_the_cover_is_printed_and_the_code_is_large(ends: Ends) -> None:
    ends.recommended(1)
    ends.page(ends.office)
    shown: list[str] = []

    def script() -> Script:
        yield "Ctrl+P"
        yield dialog(PackPlanDialog)
        yield "Alt+D"
        yield "Ctrl+A"
        yield Text(str(ends.stick))
        yield "Alt+P"
        yield dialog(SentDialog)
        shown.extend(label.text() for label in front(SentDialog).findChildren(QLabel))
        yield "Alt+P"
        yield dialog(PreviewDialog)
        yield "Esc"
        yield dialog(SentDialog)
        yield "Return"
        yield no_dialog

    play(script())
    (package,) = ends.stick.glob("*.zip")
    assert receiving.inspect(ends.bureau, package).facts.check_code in shown


def test_a_stick_that_is_gone_is_said_and_nothing_is_lost(ends: Ends) -> None:
    ends.recommended(1)
    ends.page(ends.office)

    def script() -> Script:
        yield "Ctrl+P"
        yield dialog(PackPlanDialog)
        yield "Alt+D"
        yield "Ctrl+A"
        yield Text(str(ends.stick / "没有了"))
        yield "Alt+P"
        yield lambda: any("没有了" in label.text() for label in front(PackPlanDialog).findChildren(QLabel))
        yield "Esc"
        yield no_dialog

    play(script())
    assert list(ends.stick.iterdir()) == []


def test_a_wrong_code_enrols_nobody(ends: Ends) -> None:
    ends.recommended(1)
    sent = ends.packed()
    ends.will_choose(sent.path)
    ends.page(ends.bureau)
    seen: list[str] = []

    def script() -> Script:
        yield "Ctrl+R"
        yield dialog(EnrolDialog)
        yield Text("12345")
        yield "Return"
        yield lambda: "5位" in _problem()
        yield "Ctrl+A"
        yield Text("0000000000000000")
        yield "Return"
        yield lambda: _problem() and "5位" not in _problem()
        seen.append(_problem())
        yield "Esc"
        yield no_dialog

    play(script())
    assert trust.peers(ends.bureau) == ()
    assert "核对码" in seen[0]


def _problem() -> str:
    found = front(EnrolDialog)
    assert isinstance(found, EnrolDialog)
    return found.problem


def test_a_file_received_before_changes_nothing(ends: Ends) -> None:
    ends.recommended(1)
    sent = ends.packed()
    ends.received(sent)
    ends.will_choose(sent.path)
    page = ends.page(ends.bureau)

    def script() -> Script:
        yield "Ctrl+R"
        yield message("第1包", "已经收过")
        yield "Return"
        yield no_dialog

    play(script())
    page.tabs.setCurrentIndex(1)
    assert page.files.model.rowCount() == 1


def test_a_damaged_file_is_named_and_changes_nothing(ends: Ends) -> None:
    broken = ends.stick / "坏了.zip"
    broken.write_bytes(b"not a zip")
    ends.will_choose(broken)
    ends.page(ends.bureau)

    def script() -> Script:
        yield "Ctrl+R"
        yield message("坏了.zip")
        yield "Return"
        yield no_dialog

    play(script())


def test_several_files_are_taken_in_the_order_of_their_numbers(ends: Ends) -> None:
    first, _ = ends.recommended(2)
    one = ends.packed()
    drafts.withdraw(ends.office, first.id)
    drafts.save_answer(ends.office, first.id, "contact_name", "周一鸣")
    drafts.recommend(ends.office, first.id)
    two = ends.packed()
    ends.enrolled(one)
    ends.will_choose(two.path, one.path)
    ends.page(ends.bureau, ThreadRunner())
    told: list[list[str]] = []

    def script() -> Script:
        yield "Ctrl+R"
        for number in ("第1包", "第2包"):
            yield dialog(ReceivePreviewDialog)
            yield partial(_is_about, number)
            yield "Ctrl+Return"
        yield dialog(ReceivedDialog)
        shown = front(ReceivedDialog)
        assert isinstance(shown, ReceivedDialog)
        told.extend(rows(shown.model, 0, 1))
        yield "Esc"
        yield no_dialog

    play(script())
    assert [status for status, _ in told].count("已接收") == 2
    assert ends.bureau.store.get(first.id).answers["contact_name"] == "周一鸣"


def _is_about(words: str) -> bool:
    shown = QApplication.activeModalWidget()
    return isinstance(shown, ReceivePreviewDialog) and words in shown.heading.text()


def test_a_notice_goes_to_the_enrolled_offices(ends: Ends) -> None:
    ends.recommended(1)
    ends.received(ends.packed())
    ends.page(ends.bureau)

    def script() -> Script:
        yield "Ctrl+N"
        yield dialog(FieldsDialog)
        yield Text("2026年6月动态更新报送通知")
        yield "Tab"
        yield Text("2026-06-20")
        yield "Return"
        yield dialog(RecipientsDialog)
        asked = front(RecipientsDialog)
        assert isinstance(asked, RecipientsDialog)
        assert asked.offices == (OFFICE,)
        yield "Alt+D"
        yield "Ctrl+A"
        yield Text(str(ends.stick))
        yield "Alt+P"
        yield dialog(SentDialog)
        yield "Return"
        yield no_dialog

    play(script())
    (notice,) = [path for path in ends.stick.glob("*.zip") if "通知" in path.name]
    ends.will_choose(notice)
    office = ends.page(ends.office)
    play(_receive(receiving.inspect(ends.office, notice).facts.check_code))
    assert "通知：2026年6月动态更新报送通知，2026年6月20日前报送（还有19天）。" in office.strip.words.text()

    def read() -> Script:
        yield "Alt+M"
        yield message("通知：2026年6月动态更新报送通知", "2026年6月20日")
        yield "Return"
        yield no_dialog

    play(read())
