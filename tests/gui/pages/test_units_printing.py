"""Many units printed from the list by key: chosen, previewed, saved, into a folder, with one that is damaged."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import Destination
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from core.domain.records import RecordSummary
from core.services.printing import PrintKind, page_count
from core.services.workspace import Workspace
from gui.dialogs.batch_print import BatchDialog
from gui.dialogs.preview import PreviewDialog
from gui.dialogs.progress import ProgressDialog
from gui.dialogs.results import ResultsDialog
from gui.main_window import MainWindow
from gui.pages.units.page import UnitsPage
from gui.session import Session
from gui.tasks import SyncRunner, Task, TaskRunner, ThreadRunner
from tests.fixtures.library import draft
from tests.gui.hands import Script, Text, dialog, no_dialog, play

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing the keyboard)", extend=True)

_COUNT = 4


@pytest.fixture
def ids(workspace: Workspace) -> list[str]:
    return [draft(workspace, n, f"天津虚构{n}号有限公司").id for n in range(1, _COUNT + 1)]


class _HeldRunner(ThreadRunner):
    """Begins the work when it is told to, so that a key comes before its end on the fastest machine."""

    def start(self, task: Task) -> None:
        self._task = task

    def begin(self) -> None:
        super().start(self._task)


def _window(qtbot: QtBot, session: Session, runner: TaskRunner) -> MainWindow:
    made = MainWindow(session, runner)
    qtbot.addWidget(made)
    made.resize(1366, 690)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    return made


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The clerk's documents, where dialogs begin."""
    monkeypatch.setenv("HOME", str(tmp_path))
    made = tmp_path / "Documents"
    made.mkdir()
    return made


@pytest.fixture
def page(qtbot: QtBot, ids: list[str], session: Session, folder: Path) -> UnitsPage:
    """The list, every unit of it selected by Ctrl+A."""
    assert folder.is_dir()
    assert len(ids) == _COUNT
    units = _window(qtbot, session, SyncRunner()).units
    _select_all(units)
    return units


def _select_all(units: UnitsPage) -> None:
    def script() -> Script:
        units.table.setFocus()
        yield lambda: units.table.hasFocus()
        yield "Ctrl+A"
        yield lambda: len(units.table.selected()) == _COUNT

    play(script())


def _front(kind: type[QWidget]) -> QWidget:
    found = QApplication.activeModalWidget()
    assert isinstance(found, kind)
    return found


def _choose(letter: str) -> Script:
    """打印 and the product's letter, then the dialog of many."""
    yield "Ctrl+P"
    yield lambda: QApplication.activePopupWidget() is not None
    yield letter
    yield dialog(BatchDialog)


def _save_as(out: Path) -> Script:
    yield dialog(QFileDialog)
    yield "Ctrl+A"
    yield Text(str(out))
    yield "Return"


def test_one_pdf_is_previewed_by_units_and_saved_as_previewed(page: UnitsPage, tmp_path: Path) -> None:
    out = tmp_path / "推荐表.pdf"
    listed = [unit.unit_name for unit in page.table.selected()]
    entries: list[str] = []

    def script() -> Script:
        yield from _choose("R")
        yield "Alt+S"
        yield dialog(PreviewDialog)
        contents = _preview().contents
        entries.extend(contents.itemText(n) for n in range(contents.count()))
        yield "Ctrl+S"
        yield from _save_as(out)
        yield lambda: out.exists()
        yield dialog(PreviewDialog)
        yield "Esc"
        yield no_dialog

    play(script())
    assert entries == listed
    assert [str(m.title) for m in pypdf.PdfReader(out).outline if isinstance(m, Destination)] == listed


def _preview() -> PreviewDialog:
    found = _front(PreviewDialog)
    assert isinstance(found, PreviewDialog)
    return found


def test_a_damaged_one_is_told_last_and_can_be_opened(
    page: UnitsPage, ids: list[str], workspace: Workspace
) -> None:
    with closing(sqlite3.connect(workspace.folder / "greenladder.sqlite3")) as store:
        store.execute("UPDATE records SET form = 'no-such' WHERE id = ?", (ids[1],))
        store.commit()
    told: list[str] = []

    def script() -> Script:
        yield from _choose("C")
        yield "Alt+S"
        yield dialog(PreviewDialog)
        notices = _preview().findChild(QLabel, "previewNotices")
        assert isinstance(notices, QLabel)
        told.append(notices.text())
        assert _preview().contents.count() == _COUNT - 1
        yield "Esc"
        yield dialog(ResultsDialog)
        results = _front(ResultsDialog)
        assert isinstance(results, ResultsDialog)
        told.extend(str(results._model.index(0, column).data()) for column in range(3))
        yield "Esc"
        yield no_dialog

    play(script())
    assert told[0] == "有1家没有打印：天津虚构2号有限公司。关闭预览后逐家说明原因。"
    assert told[1:3] == ["没有打印", "天津虚构2号有限公司"]
    assert "no-such" in told[3]


def test_a_file_for_each_leaves_older_files_alone_unless_told(page: UnitsPage, folder: Path) -> None:
    older = folder / "天津虚构1号有限公司 校核报告.pdf"
    older.write_bytes(b"signed")

    def stop() -> Script:
        yield from _choose("C")
        yield "Alt+F"
        yield lambda: _separately()
        yield "Return"
        yield dialog(QFileDialog)
        yield "Return"
        yield dialog(QMessageBox)
        yield "Esc"
        yield no_dialog

    play(stop())
    assert [path.name for path in folder.iterdir()] == [older.name]

    def script() -> Script:
        yield from _choose("C")
        yield "Alt+F"
        yield lambda: _separately()
        yield "Return"
        yield dialog(QFileDialog)
        yield "Return"
        yield dialog(QMessageBox)
        yield "Return"  # the safe answer is the default
        yield dialog(ResultsDialog)
        yield "Esc"
        yield no_dialog

    play(script())
    assert older.read_bytes() == b"signed"
    names = sorted(path.name for path in folder.iterdir())
    assert names == sorted([
        older.name, "天津虚构1号有限公司 校核报告（2）.pdf",
        *(f"天津虚构{n}号有限公司 校核报告.pdf" for n in range(2, _COUNT + 1)),
    ])
    assert page_count(folder / "天津虚构2号有限公司 校核报告.pdf") >= 1


def _separately() -> bool:
    found = _front(BatchDialog)
    assert isinstance(found, BatchDialog)
    return found.separately


def test_stopping_leaves_nothing_and_says_so(
    qtbot: QtBot, ids: list[str], session: Session, tmp_path: Path
) -> None:
    runner = _HeldRunner()
    units = _window(qtbot, session, runner).units
    _select_all(units)
    before = sorted(path.name for path in tmp_path.iterdir())
    assert len(ids) == _COUNT

    def script() -> Script:
        yield from _choose("F")
        yield "Alt+S"
        yield _progressing
        yield "Esc"
        runner.begin()
        yield dialog(QMessageBox)
        assert "没有留下文件" in _front(QMessageBox).text()  # type: ignore[attr-defined]
        yield "Return"
        yield no_dialog

    play(script())
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def _progressing() -> bool:
    return isinstance(QApplication.activeModalWidget(), ProgressDialog)


def test_a_bound_book_is_always_a_file_of_its_own(page: UnitsPage, qtbot: QtBot) -> None:
    made = BatchDialog(PrintKind.BOUND, page.table.selected())
    qtbot.addWidget(made)
    assert made.separately
    assert not made.one_button.isEnabled()
    made.kind_box.setCurrentIndex(made.kind_box.findData(PrintKind.REPORT.value))
    assert made.one_button.isEnabled()


def _unready(units: tuple[RecordSummary, ...], count: int) -> tuple[RecordSummary, ...]:
    return (*(replace(unit, open_count=1) for unit in units[:count]), *units[count:])


@pytest.mark.parametrize(("count", "words"), [(0, ""), (2, "其中2份还没有通过校核")])
def test_sheets_that_are_not_official_are_announced(
    page: UnitsPage, qtbot: QtBot, count: int, words: str
) -> None:
    units = _unready(page.table.selected(), count)
    made = BatchDialog(PrintKind.RECOMMENDATION, units)
    qtbot.addWidget(made)
    assert made._note.text().startswith(words)
    assert bool(made._note.text()) is bool(words)
    samples = BatchDialog(PrintKind.RECOMMENDATION, [replace(unit, is_sample=True) for unit in units])
    qtbot.addWidget(samples)
    assert samples._note.text() == f"示例单位{_COUNT}份，印出来带“示例”字样。"
