"""The dialogs of the exchange: letters that do not clash, passwords typed twice, digits as they are read out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel
from pytestqt.qtbot import QtBot

from core.domain.enums import RecordState, Role
from core.domain.errors import NotAllowedError
from core.domain.exchange import FileKind, NoticeWords, Party
from core.services.exchange.model import (
    Choice,
    ConflictVersion,
    FieldPreview,
    FileFacts,
    OfficeLine,
    OpenConflict,
    Outcome,
    PackLine,
    PackPlan,
    Preview,
    Received,
    RecordPreview,
    Sent,
    Standing,
    Trust,
)
from gui.dialogs.ask_password import PasswordDialog
from gui.dialogs.conflict import ConflictDialog
from gui.dialogs.enrol_station import EnrolDialog
from gui.dialogs.pack_plan import PackPlanDialog
from gui.dialogs.receive_preview import ReceivePreviewDialog
from gui.dialogs.received import FileResult, ReceivedDialog
from gui.dialogs.recipients import RecipientsDialog
from gui.dialogs.sent_file import SentDialog
from gui.widgets.roles import TONE_ROLE

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
CODE = "4821 9930 1175 0462"
LONG = "天津样板流体装备有限公司（宝坻九园工业园区第三分公司）" * 3


def _facts(path: Path) -> FileFacts:
    return FileFacts(
        path, FileKind.PACKAGE, Party(Role.OFFICE, "120115456"), "宝坻经济开发区", "区工信局", 3, NOW, "2026年12月",
        "2026.1", "1.0.0", CODE, "3F7A-91C2-0B44", Trust.KNOWN, 2, 0, 1234,
    )


def _fields() -> tuple[FieldPreview, ...]:
    return (
        FieldPreview("unit_name", "单位名称", "旧名", LONG, Outcome.CHANGED, Choice.TAKE),
        FieldPreview("main_products", "主要产品", "离心泵", "磁力泵", Outcome.CONFLICT, Choice.LATER, mine_by="甲"),
        FieldPreview("record:state", "办理状态", "已推荐", "待审核", Outcome.CHANGED, Choice.TAKE, True),
    )


def _records() -> tuple[RecordPreview, ...]:
    def record(key: str, outcome: Outcome, fields: tuple[FieldPreview, ...]) -> RecordPreview:
        return RecordPreview(
            key, LONG, "91120115PDY00001X4", "green-factory", "区级绿色工厂培育表", outcome, "一句话。", "已推荐",
            "待审核", fields,
        )

    return (
        record("new", Outcome.NEW, ()), record("refused", Outcome.REFUSED, _fields()),
        record("both", Outcome.CONFLICT, _fields()),
    )


def _preview(path: Path, notice: NoticeWords | None = None) -> Preview:
    return Preview(_facts(path), _records(), ("第2包未收到。",), (2,), False, notice)


def _plan() -> PackPlan:
    lines = tuple(
        PackLine(str(n), LONG, "91120115PDY00001X4", "green-factory", "区级绿色工厂培育表", RecordState.RECOMMENDED,
                 Standing.NOT_SENT, obstacle, 2)
        for n, obstacle in enumerate(("还在填报，推荐以后才能报", "", ""))
    )
    return PackPlan(3, False, lines, ())


def _sent(path: Path) -> Sent:
    return Sent(path, FileKind.PACKAGE, 3, CODE, 2, 4, 1234, False, "第3包已写出。")


def _office() -> OfficeLine:
    return OfficeLine("120115456", "宝坻经济开发区", True, 3, NOW, (2,), 5, 1, 0, True, 0, None)


def _conflict() -> OpenConflict:
    versions = (
        ConflictVersion("a", "离心泵", "离心泵", "甲", NOW, "窗口录入", True),
        ConflictVersion("b", "磁力泵", "磁力泵", "乙", NOW, "第3包", False),
    )
    return OpenConflict("both", "main_products", "主要产品", versions)


def _received(path: Path) -> FileResult:
    received = Received(1, _facts(path), _records(), ("第2包未收到。",), "已收。")
    return FileResult(path, received, received.sentence)


DIALOGS: dict[str, Callable[[Path], QDialog]] = {
    "pack": lambda path: PackPlanDialog(_plan(), path),
    "sent": lambda path: SentDialog("已打包", [_sent(path)], "请打电话。", print_cover=lambda: None),
    "several": lambda path: SentDialog("写回执", [_sent(path), _sent(path)], "请打电话。", troubles=["没有写成。"]),
    "enrol": lambda path: EnrolDialog(_facts(path), lambda _code: None),
    "preview": lambda path: ReceivePreviewDialog(_preview(path, NoticeWords("报送", date(2026, 12, 5), "正文\n" * 9))),
    "received": lambda path: ReceivedDialog([_received(path)], save_report=lambda _id: None, offers_receipt=True),
    "recipients": lambda path: RecipientsDialog("写回执", "一句话。", [_office()], {"120115456"}, path),
    "conflict": lambda _path: ConflictDialog(LONG, [_conflict(), _conflict()], lambda _field, _key: None),
    "password": lambda _path: PasswordDialog("一.zip", "密码不对。"),
}


def _show(qtbot: QtBot, made: QDialog) -> None:
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made)


@pytest.mark.parametrize("name", DIALOGS)
def test_no_two_letters_clash_and_it_fits_a_small_screen(name: str, qtbot: QtBot, tmp_path: Path) -> None:
    made = DIALOGS[name](tmp_path)
    _show(qtbot, made)
    assert made.minimumSizeHint().width() <= 862
    assert made.minimumSizeHint().height() <= 437
    texts = [b.text() for b in made.findChildren(QAbstractButton) if b.isVisible()]
    texts += [label.text() for label in made.findChildren(QLabel) if label.isVisible() and label.buddy() is not None]
    found = [QKeySequence.mnemonic(text) for text in texts]
    alt = Qt.KeyboardModifier.AltModifier
    letters = Counter(
        QKeySequence(QKeyCombination(alt, s[0].key())).toString()  # type: ignore[index]
        for s in found if not s.isEmpty()
    )
    assert {letter for letter, count in letters.items() if count > 1} == set()


def test_what_stays_behind_cannot_be_ticked_and_stands_last(qtbot: QtBot, tmp_path: Path) -> None:
    made = PackPlanDialog(_plan(), tmp_path)
    _show(qtbot, made)
    assert list(made.record_ids) == ["1", "2"]
    QTest.keyClick(made.table, Qt.Key.Key_Space)
    assert list(made.record_ids) == ["2"]
    made.table.select_row(2)
    QTest.keyClick(made.table, Qt.Key.Key_Space)
    assert list(made.record_ids) == ["2"]
    made.table.select_row(1)
    QTest.keyClick(made.table, Qt.Key.Key_Space)
    QTest.keyClick(made.table, Qt.Key.Key_Return)
    assert made.isVisible()  # nothing is ticked


def test_two_different_passwords_are_refused(qtbot: QtBot, tmp_path: Path) -> None:
    made = PackPlanDialog(_plan(), tmp_path)
    _show(qtbot, made)
    QTest.keyClicks(made.place.password_line, "lvjie2026")
    assert made.place.problem() == "两次输入的密码不一样，请重新输入。"
    made.accept()
    assert made.isVisible()
    QTest.keyClicks(made.place.repeat_line, "lvjie2026")
    assert made.place.problem() == ""
    made.accept()
    assert not made.isVisible()
    assert made.place.password == "lvjie2026"


def test_a_folder_that_is_gone_is_named(qtbot: QtBot, tmp_path: Path) -> None:
    made = PackPlanDialog(_plan(), tmp_path)
    _show(qtbot, made)
    made.place.folder_box.setCurrentText(str(tmp_path / "拔掉的U盘"))
    assert "拔掉的U盘" in made.place.problem()


def test_digits_come_in_groups_and_full_width_ones_count(qtbot: QtBot, tmp_path: Path) -> None:
    given: list[str] = []

    def enrol(code: str) -> None:
        given.append(code)
        if code != CODE.replace(" ", ""):
            raise NotAllowedError("核对码不对。")

    made = EnrolDialog(_facts(tmp_path), enrol)
    _show(qtbot, made)
    QTest.keyClicks(made.code_line, "48219930117504")
    assert made.code_line.text() == "4821 9930 1175 04"
    QTest.keyClick(made.code_line, Qt.Key.Key_Return)
    assert "14位" in made.problem
    made.code_line.setText("４８２１　９９３０　１１７５　０４６３")
    QTest.keyClick(made.code_line, Qt.Key.Key_Return)
    assert made.problem == "核对码不对。"
    made.code_line.setText("4821-9930-1175-0462")
    QTest.keyClick(made.code_line, Qt.Key.Key_Return)
    assert not made.isVisible()
    assert given == ["4821993011750463", "4821993011750462"]


def test_conflicts_come_first_and_locked_fields_offer_no_choice(qtbot: QtBot, tmp_path: Path) -> None:
    made = ReceivePreviewDialog(_preview(tmp_path))
    _show(qtbot, made)
    assert "冲突1" in made.heading.text()
    assert "不收1" in made.heading.text()
    QTest.keyClick(made.records, Qt.Key.Key_Return)
    assert made.fields.hasFocus()
    QTest.keyClick(made.fields, Qt.Key.Key_Space)
    assert made.choices == {("both", "main_products"): Choice.TAKE}
    QTest.keyClick(made.fields, Qt.Key.Key_Space)
    assert made.choices == {("both", "main_products"): Choice.KEEP}
    QTest.keyClick(made.fields, Qt.Key.Key_Space)
    assert made.choices == {}  # 以后再定, as proposed
    made.fields.select_row(2)
    QTest.keyClick(made.fields, Qt.Key.Key_Space)
    assert made.choices == {}
    QTest.keyClick(made, Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: len(made.choices) == 2)
    assert set(made.choices.values()) == {Choice.KEEP}


def test_a_refused_record_offers_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    made = ReceivePreviewDialog(_preview(tmp_path))
    _show(qtbot, made)
    made.records.select_row(1)
    made.fields.setFocus()
    QTest.keyClick(made.fields, Qt.Key.Key_Space)
    assert made.choices == {}
    assert made.skip == set()


def test_a_file_that_brings_nothing_says_so_and_enter_takes_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    made = ReceivePreviewDialog(_one_record(tmp_path, Outcome.REFUSED, ()))
    _show(qtbot, made)
    said = [label.text() for label in made.findChildren(QLabel) if label.isVisible()]
    assert any(text.startswith("没有可接收的") for text in said)
    assert not any("→" in text for text in said)  # nothing moves: only why it is refused
    assert "一句话。" in said
    QTest.keyClick(made, Qt.Key.Key_Return)
    assert not made.isVisible()
    assert made.result() == QDialog.DialogCode.Rejected


def test_every_conflict_is_asked_one_after_the_other(qtbot: QtBot) -> None:
    settled: list[tuple[str, str]] = []
    made = ConflictDialog(LONG, [_conflict(), _conflict()], lambda field, key: settled.append((field, key)))
    _show(qtbot, made)
    assert "2栏" in made.heading.text()
    assert made.whole.toPlainText() == "离心泵"
    QTest.keyClick(made.table, Qt.Key.Key_Down)
    assert made.whole.toPlainText() == "磁力泵"
    QTest.keyClick(made.table, Qt.Key.Key_Return)
    assert made.left == 1
    QTest.keyClick(made.table, Qt.Key.Key_Return)
    assert not made.isVisible()
    assert settled == [("main_products", "b"), ("main_products", "a")]


def test_what_cannot_be_settled_is_said(qtbot: QtBot) -> None:
    def settle(_field: str, _key: str) -> None:
        raise NotAllowedError("这一处已经有了别的改动，请刷新后再看。")

    made = ConflictDialog(LONG, [_conflict()], settle)
    _show(qtbot, made)
    QTest.keyClick(made.table, Qt.Key.Key_Return)
    assert made.isVisible()
    assert made.left == 1


def _one_record(path: Path, outcome: Outcome, fields: tuple[FieldPreview, ...]) -> Preview:
    record = RecordPreview(
        "one", "天津青禾流体装备有限公司", "91120115PDY00001X4", "green-factory", "培育表", outcome, "一句话。",
        "" if outcome is Outcome.NEW else "退回", "待审核", fields,
    )
    return Preview(_facts(path), (record,), (), (), False)


def _shown(made: ReceivePreviewDialog, column: int) -> list[str]:
    model = made.field_model
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


def test_a_unit_that_is_new_here_offers_nothing_to_keep(qtbot: QtBot, tmp_path: Path) -> None:
    field = FieldPreview("main_products", "主要产品", "（空白）", "磁力泵", Outcome.NEW, Choice.TAKE)
    made = ReceivePreviewDialog(_one_record(tmp_path, Outcome.NEW, (field,)))
    _show(qtbot, made)
    assert made.heading.text().endswith("新增1")  # what there is none of is not counted
    QTest.keyClick(made, Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(made.records, Qt.Key.Key_Return)
    QTest.keyClick(made.fields, Qt.Key.Key_Space)
    assert made.choices == {}
    assert [b.isEnabled() for b in made.findChildren(QAbstractButton) if "本机" in b.text()] == [False]


def test_what_would_become_blank_is_red_until_it_is_kept(qtbot: QtBot, tmp_path: Path) -> None:
    fields = tuple(
        FieldPreview(f"f{n}", f"第{n}栏", "填好的", "（空白）", Outcome.CHANGED, Choice.TAKE) for n in range(6)
    )
    state = FieldPreview("record:state", "办理状态", "退回", "已推荐", Outcome.CHANGED, Choice.TAKE, True)
    made = ReceivePreviewDialog(_one_record(tmp_path, Outcome.CHANGED, (*fields, state)))
    _show(qtbot, made)
    cell = made.record_model.index(0, 0)
    assert (cell.data(), cell.data(TONE_ROLE)) == ("清空6栏", "bad")
    assert _shown(made, 0) == ["清空"] * 6 + ["更新"]
    assert _shown(made, 3)[-1] == "待审核"  # as the heading says, not what the office calls it
    QTest.keyClick(made.records, Qt.Key.Key_Return)
    QTest.keyClick(made.fields, Qt.Key.Key_Space)
    assert made.choices == {("one", "f0"): Choice.KEEP}
    assert made.record_model.index(0, 0).data() == "更新"
    assert made.fields.hasFocus()


def _results(path: Path) -> list[FileResult]:
    refused = FileResult(path / "坏了.zip", None, "“坏了.zip”不是绿阶的文件，或者在路上损坏了，请对方重新发一次。")
    return [_received(path), refused]


def test_enter_closes_the_results_and_opens_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    made = ReceivedDialog(_results(tmp_path))
    _show(qtbot, made)
    made.table.select_row(1)
    assert QApplication.focusWidget() is made.table
    QTest.keyClick(made.table, Qt.Key.Key_Return)
    assert not made.isVisible()
    assert made.chosen_record is None


def test_the_unit_of_a_line_opens_with_its_letter_or_a_double_click(qtbot: QtBot, tmp_path: Path) -> None:
    made = ReceivedDialog(_results(tmp_path))
    _show(qtbot, made)
    QTest.keyClick(made.table, Qt.Key.Key_Down)
    QTest.keyClick(made, Qt.Key.Key_O, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: not made.isVisible())
    assert made.chosen_record == "new"
    made = ReceivedDialog(_results(tmp_path))
    _show(qtbot, made)
    place = made.table.visualRect(made.model.index(3, 1)).center()
    QTest.mouseClick(made.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(made.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert made.chosen_record == "both"


def test_why_a_file_was_refused_can_be_read_whole(qtbot: QtBot, tmp_path: Path) -> None:
    made = ReceivedDialog(_results(tmp_path))
    _show(qtbot, made)
    made.resize(862, 437)
    QTest.keyClick(made.table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert made.whole.toPlainText().endswith("请对方重新发一次。")
    assert not made.whole.verticalScrollBar().isVisible()
    headers = made.table.horizontalHeader()
    title = str(made.model.headerData(1, Qt.Orientation.Horizontal))
    assert headers.fontMetrics().horizontalAdvance(title) < headers.sectionSize(1)
