"""The lists of the page: conflicts, files to and fro, undo, workstations, passwords, files dropped on it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QMessageBox

from core.domain.enums import RecordState
from core.domain.records import Record
from core.services import drafts
from core.services.exchange import conflicts, packing, receipts, receiving, trust
from core.services.exchange.model import Choice
from core.services.library import review
from core.services.workspace import Workspace
from gui.dialogs.ask_password import PasswordDialog
from gui.dialogs.conflict import ConflictDialog
from gui.dialogs.enrol_station import EnrolDialog
from gui.dialogs.receive_preview import ReceivePreviewDialog
from gui.dialogs.received import ReceivedDialog
from gui.main_window import MainWindow
from tests.fixtures.library import OFFICE, credit_code, received
from tests.gui.hands import Script, Text, dialog, no_dialog, play
from tests.gui.pages.bureau import message
from tests.gui.pages.exchange.ends import NAMES, Ends, rows

OURS, THEIRS = "区局改的产品", "街镇改的产品"


def _both_changed(ends: Ends) -> tuple[Record, Path]:
    """A returned form that bureau and office changed without knowing of each other, and the office's package."""
    (record,) = ends.recommended(1)
    ends.received(ends.packed())
    review.return_record(ends.bureau, record.id, "请改产品。")
    receipt = receipts.write_receipt(ends.bureau, record.office, ends.stick, with_papers=False)
    trust.enrol(ends.office, receipt.path, receipt.check_code)
    receiving.receive(ends.office, receipt.path)
    drafts.save_answer(ends.bureau, record.id, "main_products", OURS)
    drafts.save_answer(ends.office, record.id, "main_products", THEIRS)
    drafts.recommend(ends.office, record.id)
    return record, ends.packed().path


def _preview() -> ReceivePreviewDialog:
    found = QApplication.activeModalWidget()
    assert isinstance(found, ReceivePreviewDialog)
    return found


def _products(ends: Ends, record: Record) -> object:
    return ends.bureau.store.get(record.id).answers["main_products"]


def test_a_conflict_comes_first_and_space_decides_it(ends: Ends) -> None:
    record, path = _both_changed(ends)
    ends.will_choose(path)
    ends.page(ends.bureau)
    seen: list[list[str]] = []

    def script() -> Script:
        yield "Ctrl+R"
        yield dialog(ReceivePreviewDialog)
        seen.extend(rows(_preview().field_model, 0, 2, 3))
        yield "Return"
        yield lambda: _preview().fields.hasFocus()
        for _ in range(3):
            yield "Space"
            if (record.id, "main_products") in _preview().choices and \
                    _preview().choices[record.id, "main_products"] is Choice.TAKE:
                break
        yield "Ctrl+Return"
        yield dialog(ReceivedDialog)
        yield "Esc"
        yield no_dialog

    play(script())
    assert seen[0] == ["冲突", OURS, THEIRS]
    assert _products(ends, record) == THEIRS
    assert conflicts.records_in_conflict(ends.bureau) == ()


def test_a_conflict_left_open_is_settled_from_the_list(ends: Ends) -> None:
    record, path = _both_changed(ends)
    receiving.receive(ends.bureau, path, choices={(record.id, "main_products"): Choice.LATER})
    assert conflicts.records_in_conflict(ends.bureau) == (record.id,)
    page = ends.page(ends.bureau)
    assert page.offices is not None
    assert "1份表" in page.offices.frame.notice.text

    def script() -> Script:
        yield "Alt+K"
        yield dialog(ConflictDialog)
        found = QApplication.activeModalWidget()
        assert isinstance(found, ConflictDialog)
        assert {row[1] for row in rows(found.model)} == {OURS, THEIRS}
        yield "Down" if rows(found.model)[0][1] == OURS and found.table.currentIndex().row() == 0 else "Up"
        chosen.append(str(found.model.index(found.table.currentIndex().row(), 1).data()))
        yield "Return"
        yield no_dialog

    chosen: list[str] = []
    play(script())
    assert conflicts.records_in_conflict(ends.bureau) == ()
    assert _products(ends, record) in (OURS, THEIRS)
    assert page.offices.frame.notice.text == ""


def test_a_conflict_can_be_settled_right_after_receiving(ends: Ends) -> None:
    record, path = _both_changed(ends)
    ends.will_choose(path)
    page = ends.page(ends.bureau)

    def script() -> Script:
        yield "Ctrl+R"
        yield dialog(ReceivePreviewDialog)
        yield "Ctrl+Return"
        yield dialog(ReceivedDialog)
        yield "Alt+K"
        yield dialog(ConflictDialog)
        yield "Return"
        yield no_dialog

    play(script())
    assert page.offices is not None
    assert page.offices.frame.notice.text == ""
    assert conflicts.records_in_conflict(ends.bureau) == ()
    assert _products(ends, record) in (OURS, THEIRS)


def test_a_unit_that_another_office_recommends_is_shown(ends: Ends) -> None:
    ends.recommended(1)
    ends.received(ends.packed())
    other = next(c for c in ends.bureau.pack.lists["office"].choices if c.name != OFFICE)
    received(ends.bureau, 7, NAMES[2], office=other.name, production_office=OFFICE)
    receipt = receipts.write_receipt(ends.bureau, OFFICE, ends.stick, with_papers=False)
    trust.enrol(ends.office, receipt.path, receipt.check_code)
    receiving.receive(ends.office, receipt.path)
    page = ends.page(ends.office)
    assert page.units is not None
    assert [NAMES[2], "待审核", "别处推荐"] in rows(page.units.model, 0, 2, 3)
    page.units.frame.select(f"{credit_code(7)}:green-factory")
    assert other.label in page.units.detail.toPlainText()


def test_nobody_has_said_who_sits_here(empty_workspace: Workspace, ends: Ends) -> None:
    page = ends.page(empty_workspace)
    assert "本机使用人" in page.strip.words.text()


@pytest.mark.parametrize("part", [0, 1, 2])
@pytest.mark.parametrize("size", [(1366, 690), (910, 480)])
def test_an_office_sees_no_letter_twice(ends: Ends, part: int, size: tuple[int, int]) -> None:
    page = ends.page(ends.office)
    window = ends.windows[-1]
    page.tabs.setCurrentIndex(part)
    window.resize(*size)
    assert (window.width(), window.height()) == size
    tabs = [page.tabs.tabText(place) for place in range(page.tabs.count())]
    found = Counter([*_letters(window), *(re.findall(r"&(\w)", " ".join(tabs)))])
    assert {letter for letter, count in found.items() if count > 1} == set()


def _letters(window: MainWindow) -> list[str]:
    texts = [action.text() for action in window.menuBar().actions() if action.isVisible()]
    texts += [b.text() for b in window.page("exchange").findChildren(QAbstractButton) if b.isVisible()]
    return re.findall(r"&(\w)", " ".join(texts))


def test_the_last_file_is_taken_back(ends: Ends) -> None:
    (record,) = ends.recommended(1)
    ends.received(ends.packed())
    page = ends.page(ends.bureau)

    def script() -> Script:
        yield "Alt+L"
        yield lambda: page.files.isVisible()
        yield "Alt+U"
        yield message("第1包")
        yield "Alt+U"
        yield no_dialog

    play(script())
    assert rows(page.files.model, 0) == [["撤销"]]
    assert drafts.list_units(ends.bureau) == ()
    assert ends.office.store.get(record.id).state is RecordState.RECOMMENDED


def test_the_report_of_a_file_is_written(ends: Ends) -> None:
    ends.recommended(2)
    ends.received(ends.packed())
    page = ends.page(ends.bureau)
    out = ends.stick / "接收情况表.xlsx"
    ends.monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))

    def script() -> Script:
        yield "Alt+L"
        yield lambda: page.files.isVisible()
        yield "Alt+E"
        yield message("已保存")
        yield "Return"
        yield no_dialog

    play(script())
    assert out.is_file()


def test_a_retired_workstation_is_refused(ends: Ends) -> None:
    ends.recommended(1)
    sent = ends.packed()
    ends.enrolled(sent)
    ends.will_choose(sent.path)
    page = ends.page(ends.bureau)

    def script() -> Script:
        yield "Alt+S"
        yield lambda: page.stations.isVisible()
        yield "Alt+J"
        yield lambda: isinstance(QApplication.activeModalWidget(), QMessageBox)
        yield "Alt+J"
        yield no_dialog
        yield "Ctrl+R"
        yield message("停用")
        yield "Return"
        yield no_dialog

    play(script())
    assert [peer.retired_at is not None for peer in trust.peers(ends.bureau)] == [True]
    assert rows(page.stations.model, 5) == [["已停用"]]
    assert drafts.list_units(ends.bureau) == ()


def test_a_password_is_asked_until_it_fits(ends: Ends) -> None:
    (record,) = ends.recommended(1)
    sent = packing.pack(ends.office, ends.stick, with_papers=False, password="lvjie2026")
    ends.will_choose(sent.path)
    ends.page(ends.bureau)

    def script() -> Script:
        yield "Ctrl+R"
        yield dialog(PasswordDialog)
        yield Text("wrong")
        yield "Return"
        yield lambda: isinstance(QApplication.activeModalWidget(), PasswordDialog) and _typed() == ""
        yield dialog(PasswordDialog)
        yield Text("lvjie2026")
        yield "Return"
        yield dialog(EnrolDialog)
        yield Text(sent.check_code.replace(" ", ""))
        yield "Return"
        yield dialog(ReceivePreviewDialog)
        yield "Ctrl+Return"
        yield dialog(ReceivedDialog)
        yield "Esc"
        yield no_dialog

    play(script())
    assert ends.bureau.store.get(record.id).unit_name == NAMES[0]


def _typed() -> str:
    found = QApplication.activeModalWidget()
    return found.password if isinstance(found, PasswordDialog) else "-"


def test_a_file_dropped_on_the_page_is_received(ends: Ends) -> None:
    ends.recommended(1)
    sent = ends.packed()
    ends.enrolled(sent)
    page = ends.page(ends.bureau)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(sent.path))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(200, 200), copy, data, left, none)
    QApplication.sendEvent(page, entering)
    assert entering.isAccepted()
    dropping = QDropEvent(QPointF(200, 200), copy, data, left, none)
    QTimer.singleShot(0, page, lambda: QApplication.sendEvent(page, dropping))

    def script() -> Script:
        yield dialog(ReceivePreviewDialog)
        yield "Ctrl+Return"
        yield dialog(ReceivedDialog)
        yield "Esc"
        yield no_dialog

    play(script())
    assert len(drafts.list_units(ends.bureau)) == 1


def test_a_unit_left_out_is_not_taken_in(ends: Ends) -> None:
    ends.recommended(2)
    sent = ends.packed()
    ends.enrolled(sent)
    ends.will_choose(sent.path)
    ends.page(ends.bureau)

    def script() -> Script:
        yield "Ctrl+R"
        yield dialog(ReceivePreviewDialog)
        yield "Alt+K"
        yield lambda: len(_preview().skip) == 1
        yield "Ctrl+Return"
        yield dialog(ReceivedDialog)
        yield "Esc"
        yield no_dialog

    play(script())
    assert len(drafts.list_units(ends.bureau)) == 1
