"""Where a clerk goes on: after a file came, with nothing new to send, with samples only, with remarks answered."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton

from core.domain.exchange import NoticeWords
from core.domain.records import Record
from core.services import drafts, samples
from core.services.exchange import packing, receipts, receiving, trust, undoing
from core.services.exchange.model import Choice, Sent
from core.services.library import review
from gui.dialogs.pack_plan import PackPlanDialog
from gui.dialogs.receive_preview import ReceivePreviewDialog
from gui.dialogs.received import ReceivedDialog
from gui.dialogs.sent_file import SentDialog
from tests.fixtures.library import OFFICE, received
from tests.gui.hands import Script, Text, dialog, no_dialog, play
from tests.gui.pages.bureau import message
from tests.gui.pages.exchange.ends import NAMES, Ends, front, rows

REASON = "请写明型号。"


def _take() -> Script:
    yield "Ctrl+R"
    yield dialog(ReceivePreviewDialog)
    yield "Ctrl+Return"
    yield dialog(ReceivedDialog)
    yield "Return"
    yield no_dialog


def _pack(stick: Path, password: str = "", said: list[str] | None = None) -> Script:
    yield "Ctrl+P"
    yield dialog(PackPlanDialog)
    yield from _write(stick, password, said)


def _write(stick: Path, password: str = "", said: list[str] | None = None) -> Script:
    yield "Alt+D"
    yield "Ctrl+A"
    yield Text(str(stick))
    for letter in ("Alt+W", "Alt+V") * bool(password):
        yield letter
        yield Text(password)
    yield "Alt+P"
    yield dialog(SentDialog)
    if said is not None:
        said.extend(label.text() for label in front(SentDialog).findChildren(QLabel))
    yield "Return"
    yield no_dialog


def _returned(ends: Ends, count: int = 2) -> tuple[Record, Sent]:
    """The last of these units came back with a remark; the receipt that says so."""
    *_, last = ends.recommended(count)
    ends.received(ends.packed())
    review.remark(ends.bureau, last.id, "main_products", REASON)
    review.return_record(ends.bureau, last.id)
    receipt = receipts.write_receipt(ends.bureau, OFFICE, ends.stick, with_papers=False)
    trust.enrol(ends.office, receipt.path, receipt.check_code)
    return last, receipt


def test_after_a_receipt_the_returned_unit_is_selected(ends: Ends) -> None:
    last, receipt = _returned(ends, 3)
    page = ends.page(ends.office)
    assert page.units is not None
    page.units.frame.table.select_row(1)
    ends.will_choose(receipt.path)
    play(_take())
    assert page.units.frame.current().record_id == last.id
    assert page.files.frame.current().number == receipt.number


def test_after_a_package_its_sender_is_selected(ends: Ends) -> None:
    ends.recommended(1)
    sent = ends.packed()
    ends.enrolled(sent)
    page = ends.page(ends.bureau)
    assert page.offices is not None
    page.offices.frame.table.select_row(9)
    ends.will_choose(sent.path)
    play(_take())
    assert page.offices.current_office() == (OFFICE,)


def test_a_unit_that_the_bureau_did_not_take_is_selected(ends: Ends) -> None:
    other = next(c.name for c in ends.bureau.pack.lists["office"].choices if c.name != OFFICE)
    received(ends.bureau, 2, NAMES[1], office=other)
    _, refused = ends.recommended(2)
    ends.received(ends.packed())
    receipt = receipts.write_receipt(ends.bureau, OFFICE, ends.stick, with_papers=False)
    trust.enrol(ends.office, receipt.path, receipt.check_code)
    page = ends.page(ends.office)
    ends.will_choose(receipt.path)
    play(_take())
    assert page.units is not None
    assert page.units.frame.current().record_id == refused.id
    assert {row[0]: row[1] for row in rows(page.units.model, 0, 3)}[NAMES[1]] == "区局没有收"


def test_a_remark_that_was_answered_is_said_so_and_once(ends: Ends) -> None:
    last, receipt = _returned(ends)
    receiving.receive(ends.office, receipt.path)
    page = ends.page(ends.office)
    assert page.units is not None
    page.units.frame.select(last.id)
    assert rows(page.units.model, 2, 3)[0] == ["退回", "意见1条"]
    assert page.units.detail.toPlainText().count(REASON) == 1
    drafts.save_answer(ends.office, last.id, "main_products", "QH-200型离心泵")
    drafts.recommend(ends.office, last.id)
    play(_pack(ends.stick))
    found = {row[0]: row[1:] for row in rows(page.units.model, 0, 2, 3)}
    assert found[last.unit_name] == ["已报", "意见1条，已改报"]
    page.units.frame.select(last.id)
    assert "已按意见改好再报" in page.units.detail.toPlainText()

    receiving.receive(ends.bureau, max(ends.stick.glob("*第2包.zip")))
    answer = receipts.write_receipt(ends.bureau, OFFICE, ends.stick, with_papers=False)
    receiving.receive(ends.office, answer.path)
    page.refresh()
    found = {row[0]: row[1:] for row in rows(page.units.model, 0, 2, 3)}
    assert found[last.unit_name] == ["已收", "意见1条，已改报"]


def test_the_same_package_is_written_again_only_when_asked_for(ends: Ends) -> None:
    ends.recommended(2)
    page = ends.page(ends.office)
    said: list[str] = []
    play(_pack(ends.stick, said=said))
    (package,) = ends.stick.glob("*.zip")
    code = receiving.inspect(ends.bureau, package).facts.check_code
    assert [sum(words in text for text in said) for words in (code, str(package))] == [1, 1]
    assert "没有新的要报；2个单位已打包、等回执。" in page.strip.words.text()

    def no() -> Script:
        yield "Ctrl+P"
        yield message("第1包", "再写一份")
        yield "Esc"
        yield no_dialog

    play(no())

    def yes() -> Script:
        yield "Ctrl+P"
        yield message("第1包", "再写一份")
        yield "Return"
        yield dialog(PackPlanDialog)
        yield from _write(ends.stick)

    package.unlink()
    play(yes())
    assert receiving.inspect(ends.bureau, package).facts.check_code == code


def test_a_password_is_told_by_another_way(ends: Ends) -> None:
    ends.recommended(1)
    ends.page(ends.office)
    said: list[str] = []
    play(_pack(ends.stick, "lvjie2026", said))
    assert any("请另行告诉对方密码" in text for text in said)


def test_samples_cannot_be_handed_in(ends: Ends) -> None:
    samples.load_samples(ends.office)
    units = drafts.list_units(ends.office, form="green-factory")
    unit = next(u for u in units if drafts.open_form(ends.office, u.id).verdict.may_recommend)
    drafts.recommend(ends.office, unit.id)
    page = ends.page(ends.office)
    assert "示例单位只供练习，不能报送。" in page.strip.words.text()

    def script() -> Script:
        yield "Ctrl+P"
        yield message("示例单位只供练习，不能报送")
        yield "Return"
        yield no_dialog

    play(script())
    assert list(ends.stick.iterdir()) == []


def test_a_conflict_stands_in_the_line_of_its_office(ends: Ends) -> None:
    last, receipt = _returned(ends, 1)
    receiving.receive(ends.office, receipt.path)
    drafts.save_answer(ends.bureau, last.id, "main_products", "甲")
    drafts.save_answer(ends.office, last.id, "main_products", "乙")
    drafts.recommend(ends.office, last.id)
    package = packing.pack(ends.office, ends.stick, with_papers=False)
    receiving.receive(ends.bureau, package.path, choices={(last.id, "main_products"): Choice.LATER})
    page = ends.page(ends.bureau)
    assert page.offices is not None
    assert rows(page.offices.model, 0, 5)[0] == ["宝坻经济开发区", "1份"]
    assert "1份表两边改得不一样" in page.offices.detail.toPlainText()
    page.show_filtered({"state": "conflict"})
    assert page.offices.model.rowCount() == 1


def test_a_notice_is_told_by_its_title(ends: Ends) -> None:
    ends.recommended(1)
    ends.received(ends.packed())
    words = NoticeWords("六月报送通知", ends.office.clock.today(), "请按时报送。")
    notice = receipts.write_notice(ends.bureau, OFFICE, ends.stick, words, with_papers=False)
    other = next(c.name for c in ends.bureau.pack.lists["office"].choices if c.name != OFFICE)
    receipts.write_notice(ends.bureau, other, ends.stick, words, with_papers=False)
    trust.enrol(ends.office, notice.path, notice.check_code)
    page = ends.page(ends.office)
    ends.will_choose(notice.path)
    said: list[str] = []

    def script() -> Script:
        yield "Ctrl+R"
        yield dialog(ReceivePreviewDialog)
        yield "Ctrl+Return"
        yield dialog(ReceivedDialog)
        said.extend(label.text() for label in front(ReceivedDialog).findChildren(QLabel))
        yield "Return"
        yield no_dialog

    play(script())
    assert said[0].startswith("通知：六月报送通知，2026年6月1日前报送。")
    assert sum("六月报送通知" in text for text in said) == 1
    page.tabs.setCurrentIndex(1)
    assert rows(page.files.model, 5)[0][0].startswith("通知：六月报送通知")
    bureau = ends.page(ends.bureau)
    assert bureau.offices is not None
    receipts_sent = {row[0]: row[1] for row in rows(bureau.offices.model, 0, 9)}
    assert receipts_sent[ends.bureau.office_label(other)] == "通知已发"
    assert receipts_sent[ends.bureau.office_label(OFFICE)] == "已发"


def test_a_file_with_a_password_is_not_written_over_without_one(ends: Ends) -> None:
    ends.recommended(1)
    ends.page(ends.office)
    play(_pack(ends.stick, "lvjie2026"))
    (package,) = ends.stick.glob("*.zip")
    before = package.read_bytes()

    def script() -> Script:
        yield "Ctrl+P"
        yield message("再写一份")
        yield "Return"
        yield dialog(PackPlanDialog)
        yield "Alt+P"
        yield message("没有填密码")
        assert package.read_bytes() == before
        yield "Return"
        yield dialog(PackPlanDialog)
        yield lambda: QApplication.focusWidget() is _plan().place.password_line
        yield Text("lvjie2027")
        yield "Alt+V"
        yield Text("lvjie2027")
        yield "Alt+P"
        yield dialog(SentDialog)
        yield "Return"
        yield no_dialog

    play(script())
    assert receiving.inspect(ends.bureau, package, "lvjie2027").facts.number == 1


def _plan() -> PackPlanDialog:
    found = front(PackPlanDialog)
    assert isinstance(found, PackPlanDialog)
    return found


def test_the_other_side_is_named_on_a_small_screen(ends: Ends) -> None:
    ends.recommended(1)
    ends.packed()
    page = ends.page(ends.office)
    page.tabs.setCurrentIndex(1)
    table = page.files.frame.table
    assert not table.isColumnHidden(1)
    ends.windows[-1].resize(910, 480)
    ends.qtbot.waitUntil(lambda: table.isColumnHidden(1))  # when
    assert not table.isColumnHidden(3)  # from or to whom
    assert table.columnWidth(3) >= table.fontMetrics().horizontalAdvance("宝坻经济开发区")


def test_what_cannot_be_undone_is_said_without_asking(ends: Ends) -> None:
    (record,) = ends.recommended(1)
    ends.received(ends.packed())
    review.remark(ends.bureau, record.id, "main_products", REASON)
    page = ends.page(ends.bureau)
    page.tabs.setCurrentIndex(1)
    obstacle = undoing.obstacle(ends.bureau)
    assert obstacle

    def script() -> Script:
        yield "Alt+U"
        yield message(obstacle)
        assert not any("撤销" in button.text() for button in front(QMessageBox).findChildren(QPushButton))
        yield "Return"
        yield no_dialog

    play(script())
    assert len(drafts.list_units(ends.bureau)) == 1
