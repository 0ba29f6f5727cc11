"""导入文件夹: from the menu key to the report that opens, with progress that can be stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from PySide6.QtCore import QMimeData, QObject, QPointF, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from core.documents.excel.template import write_filled
from core.services import drafts
from core.services.sample_values import sample_image
from core.services.workspace import Workspace
from gui.dialogs.progress import ProgressDialog
from gui.dialogs.results import ResultsDialog
from gui.main_window import MainWindow
from gui.session import Session
from gui.tasks import ThreadRunner
from tests.fixtures.library import credit_code
from tests.fixtures.packs import shipped_pack
from tests.fixtures.sample_answers import factory_answers
from tests.gui.hands import Script, dialog, no_dialog, play

Show: TypeAlias = Callable[[Workspace], MainWindow]


class _Viewer(QObject):
    """Stands in for the spreadsheet program that the system would start."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[Path] = []

    @Slot(QUrl)
    def show(self, url: QUrl) -> None:
        self.opened.append(Path(url.toLocalFile()))


@pytest.fixture
def viewer() -> Iterator[_Viewer]:
    made = _Viewer()
    method: Any = "show"  # the stub asks for bytes, the library for text
    QDesktopServices.setUrlHandler("file", made, method)
    yield made
    QDesktopServices.unsetUrlHandler("file")


def _fill(folder: Path, count: int, wrong: int = 0) -> Path:
    """That many forms, the last `wrong` ones in a sub-folder with a word for a number."""
    pack = shipped_pack()
    for number in range(count):
        is_wrong = number >= count - wrong
        path = folder / ("大口屯镇" if is_wrong else "") / f"{number:02}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        unit = {"unit_name": f"天津虚构{number}号有限公司", "credit_code": credit_code(number)}
        answers = {**factory_answers(), **unit, **({"employees": "很多"} if is_wrong else {})}
        write_filled(pack.form("green-factory"), pack, answers, path)
    return folder


def _results() -> ResultsDialog:
    front = QApplication.activeModalWidget()
    assert isinstance(front, ResultsDialog)
    return front


def _said(front: ResultsDialog) -> list[str]:
    model = front.table.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing the keyboard)", extend=True)
def test_a_folder_comes_in_by_keys_and_its_report_opens(
    workspace: Workspace, open_window: Show, tmp_path: Path, viewer: _Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = _fill(tmp_path / "Documents", 3, wrong=1)  # where the dialog begins
    (folder / "坏.xlsx").write_bytes(b"not a workbook")
    (folder / "~$00.xlsx").write_bytes(b"x")
    window = open_window(workspace)
    seen: list[str] = []

    def script() -> Script:
        yield "Alt+T"
        yield "F"
        yield dialog(QFileDialog)
        yield "Return"
        yield dialog(ResultsDialog)
        seen.extend(_said(_results()))
        seen.append(_results().findChildren(QLabel)[0].text())
        yield "Alt+R"
        yield lambda: viewer.opened
        yield "Esc"
        yield no_dialog

    play(script())
    summary = seen.pop()
    assert sorted(seen) == sorted(["已存入", "已存入", "有错已标注", "没有导入", "跳过"])
    assert summary.startswith("共4个Excel表，存入3个，有错已标注1个，没有导入1个；另跳过1个")
    assert viewer.opened == [folder / "导入情况表.xlsx"]
    assert window.units.model.rowCount() == 3
    assert drafts.count_units(workspace) == 3


def test_a_long_import_can_be_stopped(qtbot: QtBot, workspace: Workspace, tmp_path: Path) -> None:
    folder = _fill(tmp_path / "企业表", 12)
    window = MainWindow(Session(workspace), ThreadRunner())
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    seen: list[str] = []

    def script() -> Script:
        yield dialog(ProgressDialog)
        yield "Alt+S"
        yield dialog(ResultsDialog)
        seen.extend(_said(_results()))
        yield "Esc"
        yield no_dialog

    QTimer.singleShot(0, lambda: window.units.jobs.import_folder(folder))
    play(script())
    assert seen.count("没有处理") + seen.count("已存入") == 12
    assert seen.count("没有处理") > 0
    assert drafts.count_units(workspace) == seen.count("已存入")


def test_a_dropped_folder_is_imported_and_a_record_opened_from_the_results(
    workspace: Workspace, open_window: Show, tmp_path: Path
) -> None:
    folder = _fill(tmp_path / "企业表", 1)
    window = open_window(workspace)
    buttons: list[str] = []

    def script() -> Script:
        yield dialog(ResultsDialog)
        buttons.extend(b.text() for b in _results().findChildren(QPushButton))
        yield "Return"
        yield no_dialog

    QTimer.singleShot(0, lambda: play(script()))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    window.units.dropEvent(QDropEvent(QPointF(5, 5), copy, data, left, Qt.KeyboardModifier.NoModifier))
    assert buttons == ["打开所选单位(&O)", "打开导入情况表(&R)", "关闭(&C)"]
    assert window.editor.opened is not None
    assert window.editor.opened.record.credit_code == credit_code(0)


def test_a_folder_without_forms_is_told_in_a_sentence(
    workspace: Workspace, open_window: Show, tmp_path: Path
) -> None:
    (tmp_path / "空").mkdir()
    window = open_window(workspace)
    seen: list[str] = []

    def script() -> Script:
        yield dialog(QMessageBox)
        front = QApplication.activeModalWidget()
        assert isinstance(front, QMessageBox)
        seen.append(front.text() + front.informativeText())
        yield "Esc"
        yield no_dialog

    QTimer.singleShot(0, lambda: window.units.jobs.import_folder(tmp_path / "空"))
    play(script())
    assert "没有可以导入的Excel表" in seen[0]


def test_a_screenshot_that_will_not_print_is_filed_and_said_so(
    workspace: Workspace, open_window: Show, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts.begin(workspace, "green-factory", {"unit_name": "天津虚构1号有限公司", "credit_code": credit_code(1)})
    whole = sample_image("截图")
    for name, data in (("信用中国", whole[:300]), ("执行信息公开网", whole)):
        (tmp_path / f"{credit_code(1)}_{name}.png").write_bytes(data)
    (tmp_path / "截图1.png").write_bytes(whole)
    chosen = sorted(str(path) for path in tmp_path.glob("*.png"))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (chosen, ""))
    window = open_window(workspace)
    seen: list[str] = []

    def script() -> Script:
        yield "Ctrl+J"
        yield dialog(ResultsDialog)
        seen.extend(_said(_results()))
        seen.extend(label.text() for label in _results().findChildren(QLabel))
        yield "Esc"
        yield no_dialog

    play(script())
    assert sorted(seen[:3]) == ["已归档", "打不开", "没有归档"]
    assert "共3张截图，已归档2张，没有归档1张。已归档的有1张打不开，请重新截图。" in seen
    assert window.units.isVisible()
