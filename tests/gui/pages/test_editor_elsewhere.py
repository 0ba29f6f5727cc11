"""Another clerk, or the command line, changes a form while it is open in the window; played with real keys."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPlainTextEdit
from pytestqt.qtbot import QtBot

from core.domain.values import Stored
from core.services import drafts, elsewhere, templates
from core.services.workspace import Workspace
from gui.dialogs.edited_elsewhere import EditedElsewhereDialog
from gui.dialogs.explain import ExplainDialog
from gui.main_window import MainWindow
from gui.pages.editor.history_lines import history_lines
from gui.pages.editor.page import EditorPage
from gui.session import Session, StoreWatch
from gui.widgets.theme import Mark
from tests.fixtures.packs import sample
from tests.gui.front import window_with
from tests.gui.hands import Condition, Script, Text, dialog, no_dialog, play

ROOT = Path(__file__).resolve().parents[3]
OTHER = "朝霞街道 李小红"


@pytest.fixture
def window(qtbot: QtBot, session: Session) -> Iterator[MainWindow]:
    """The window with an eligible factory open."""
    answers = {k: v for k, v in sample("green-factory").items() if not k.endswith("_evidence")}
    record = drafts.begin(session.workspace, "green-factory", {**answers, "employees": 100}).record
    made = window_with(qtbot, session, record.id)
    yield made
    made.editor.saver.start("", {})  # a test that failed must not leave a window that asks before it closes


def by_other(window: MainWindow, **changes: Stored) -> None:
    window._session.workspace.store.set_answers(
        window.editor.record_id, changes, actor=OTHER, source="窗口录入"
    )


def stored(window: MainWindow, name: str) -> object:
    return window._session.workspace.store.get(window.editor.record_id).answers.get(name)


def shown(window: MainWindow, name: str) -> str:
    page = window.editor.form_page
    assert page is not None
    return page.value_text(name)


def go_to(editor: EditorPage, name: str) -> None:
    assert editor.form_page is not None
    assert editor.form_page.focus_field(name)


def is_refused(editor: EditorPage, name: str) -> Condition:
    return lambda: name in editor.saver.refused


def mark_of(editor: EditorPage, name: str) -> Mark:
    assert editor.form_page is not None
    return editor.form_page._content.cells[name].mark


def import_in_another_process(ws: Workspace, record_id: str, folder: Path, **values: str) -> None:
    """The enterprise's workbook with other values comes in by the command line, which is a program of its own."""
    before = ws.store.get(record_id).answers
    for name, value in values.items():
        drafts.save_answer(ws, record_id, name, value)
    book = templates.write_filled(ws.pack, drafts.open_form(ws, record_id), folder / "企业填的.xlsx")
    ws.store.set_answers(record_id, {name: before.get(name) for name in values}, actor=ws.actor, source="窗口录入")
    command = [sys.executable, str(ROOT / "main.py"), "--store", str(ws.folder), "import", str(book)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ}, cwd=folder)
    assert done.returncode in (0, 1), done.stderr


def test_the_command_line_was_faster_and_both_versions_stay(window: MainWindow, tmp_path: Path) -> None:
    editor, ws = window.editor, window._session.workspace
    panes: list[str] = []

    def script() -> Script:
        go_to(editor, "employees")
        yield Text("110")
        import_in_another_process(ws, editor.record_id, tmp_path, employees="120")
        yield "Tab"
        yield dialog(EditedElsewhereDialog)
        front = QApplication.activeModalWidget()
        assert isinstance(front, EditedElsewhereDialog)
        panes.extend(pane.toPlainText() for pane in front.findChildren(QPlainTextEdit))
        yield "Return"
        yield "Space"
        assert front.isVisible(), "a key meant for the form has chosen"
        yield "Esc"
        yield no_dialog
        assert shown(window, "employees") == "110"
        assert mark_of(editor, "employees") is Mark.WRONG
        assert editor.saver.pending == ("employees",)
        assert "没有保存" in editor.trouble.text
        yield "Alt+Y"
        yield dialog(EditedElsewhereDialog)
        yield "Alt+1"
        yield no_dialog

    play(script())
    assert panes == ["110", "120"]
    assert stored(window, "employees") == 110
    assert not editor.trouble.isVisible()
    assert mark_of(editor, "employees") is not Mark.WRONG
    changes = drafts.history(ws, editor.record_id, "employees")[-2:]
    assert [(c.old, c.new) for c in changes] == [(100, 120), (120, 110)]
    assert changes[0].source.startswith("导入：")


def test_the_others_version_is_taken_and_mine_is_noted(window: MainWindow) -> None:
    editor, ws = window.editor, window._session.workspace

    def script() -> Script:
        go_to(editor, "main_products")
        yield Text("齿轮")
        by_other(window, main_products="轴承")
        yield "Tab"
        yield dialog(EditedElsewhereDialog)
        yield "Alt+2"
        yield no_dialog

    play(script())
    assert stored(window, "main_products") == shown(window, "main_products") == "轴承"
    assert editor.saver.pending == ()
    noted = drafts.events(ws, editor.record_id)[-1]
    assert noted.kind == elsewhere.SET_ASIDE
    assert "没有采用“齿轮" in noted.detail
    assert editor.opened is not None
    assert any(line[4].startswith("未采用（“") for line in history_lines(ws, editor.opened))


def test_nothing_pops_up_over_typing(window: MainWindow) -> None:
    editor = window.editor

    def script() -> Script:
        go_to(editor, "employees")
        by_other(window, employees=120)
        yield Text("11")
        yield is_refused(editor, "employees")
        assert QApplication.activeModalWidget() is None
        assert "选用哪一个" in editor.trouble.text
        yield Text("0")
        yield lambda: editor.saver.refused["employees"].mine == 110
        assert QApplication.activeModalWidget() is None
        yield "Tab"
        yield dialog(EditedElsewhereDialog)
        yield "Alt+1"
        yield no_dialog

    play(script())
    assert stored(window, "employees") == 110


def test_a_third_change_is_told_too(window: MainWindow) -> None:
    editor = window.editor

    def script() -> Script:
        go_to(editor, "employees")
        by_other(window, employees=120)
        yield Text("110")
        yield "Tab"
        yield dialog(EditedElsewhereDialog)
        by_other(window, employees=130)
        yield "Alt+1"
        yield lambda: "130" in _front_text()
        yield "Alt+1"
        yield no_dialog

    play(script())
    assert stored(window, "employees") == 110


def test_other_fields_are_taken_over_and_told(window: MainWindow) -> None:
    editor = window.editor

    def script() -> Script:
        go_to(editor, "contact_name")
        by_other(window, employees=120, revenue_wan=77)
        yield Text("王小梅")
        yield "Tab"
        yield lambda: editor.notices.elsewhere.isVisible()

    play(script())
    assert (shown(window, "employees"), shown(window, "revenue_wan")) == ("120", "77")
    assert editor.notices.elsewhere.text.startswith(f"{OTHER}刚改了“")
    assert mark_of(editor, "employees") is Mark.HINT
    assert (stored(window, "employees"), stored(window, "contact_name")) == (120, "王小梅")


def test_what_is_being_typed_is_left_alone_until_the_field_is_left(window: MainWindow) -> None:
    editor, watch = window.editor, StoreWatch(window._session)
    watch.start()

    def script() -> Script:
        go_to(editor, "main_products")
        yield Text("齿轮")
        by_other(window, main_products="轴承", employees=120)
        watch.look()
        assert shown(window, "employees") == "120"
        assert shown(window, "main_products").startswith("齿轮")
        yield "Tab"
        yield dialog(EditedElsewhereDialog)
        yield "Alt+1"
        yield no_dialog

    play(script())
    assert str(stored(window, "main_products")).startswith("齿轮")


def test_a_saved_field_in_which_the_keys_still_are_is_renewed_when_they_leave(window: MainWindow) -> None:
    editor, watch = window.editor, StoreWatch(window._session)
    watch.start()

    def script() -> Script:
        go_to(editor, "employees")
        yield Text("110")
        yield lambda: stored(window, "employees") == 110
        by_other(window, employees=120)
        watch.look()
        assert shown(window, "employees") == "110"
        yield "Tab"
        yield lambda: shown(window, "employees") == "120"

    play(script())
    assert OTHER in editor.notices.elsewhere.text
    assert stored(window, "employees") == 120


@pytest.mark.parametrize("fate", ["recommended", "deleted"])
def test_a_form_that_somebody_locked_or_deleted_keeps_what_was_typed(window: MainWindow, fate: str) -> None:
    editor, ws, watch = window.editor, window._session.workspace, StoreWatch(window._session)
    watch.start()

    def script() -> Script:
        go_to(editor, "contact_name")
        if fate == "deleted":
            ws.store.delete_record(editor.record_id, OTHER)
        else:
            for finding in drafts.open_form(ws, editor.record_id).verdict.open_findings:
                drafts.explain(ws, editor.record_id, finding.rule, "已核实。")
            drafts.recommend(ws, editor.record_id)
        yield Text("王小梅")
        yield "Tab"
        yield lambda: editor.saver.pending == ("contact_name",)
        watch.look()
        assert shown(window, "contact_name") == "王小梅"
        cell = editor.form_page._content.cells["contact_name"].editor if editor.form_page else None
        assert cell is not None
        assert cell.isReadOnly()  # type: ignore[union-attr]
        yield "Alt+Left"
        yield dialog(QMessageBox)
        front = QApplication.activeModalWidget()
        assert isinstance(front, QMessageBox)
        assert ("已经删除" if fate == "deleted" else "已推荐") in front.text()
        yield "Alt+G"
        yield no_dialog
        yield lambda: window.units.isVisible()

    play(script())


def test_an_explanation_that_a_colleague_wrote_first_is_shown_before_mine_is_saved(window: MainWindow) -> None:
    editor, ws = window.editor, window._session.workspace
    assert editor.opened is not None
    rule = editor.opened.verdict.open_findings[0].rule

    def script() -> Script:
        yield "F2"
        yield dialog(ExplainDialog)
        drafts.explain(ws, editor.record_id, rule, "同事写的")
        yield Text("我写的")
        yield "Ctrl+Return"
        yield lambda: "同事写的" in _front_text()
        yield "Ctrl+Return"
        yield no_dialog

    play(script())
    written = drafts.history(ws, editor.record_id, f"explanation:{rule}")
    assert [c.new for c in written] == ["同事写的", "我写的"]


def test_lists_look_again_when_the_store_was_written_elsewhere(window: MainWindow) -> None:
    watch = StoreWatch(window._session)
    watch.start()
    play(_back(window))
    seen: list[None] = []
    window._session.records_changed.connect(lambda: seen.append(None))
    watch.look()
    assert seen == []
    by_other(window, unit_name="宝坻改名机械厂")
    watch.look()
    assert len(seen) == 1
    assert window.units.table.selected()[0].unit_name == "宝坻改名机械厂"


def run_in_another_process(ws: Workspace, *arguments: str) -> None:
    command = [sys.executable, str(ROOT / "main.py"), "--store", str(ws.folder), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ}, cwd=ws.folder)
    assert done.returncode == 0, done.stdout + done.stderr


def recommend(ws: Workspace, record_id: str) -> None:
    for finding in drafts.open_form(ws, record_id).verdict.open_findings:
        drafts.explain(ws, record_id, finding.rule, "已核实。")
    drafts.recommend(ws, record_id)


def test_an_idle_window_learns_what_the_command_line_did(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    editor, ws = window.editor, window._session.workspace
    StoreWatch(window._session, pause_ms=20).start()
    import_in_another_process(ws, editor.record_id, tmp_path, employees="120")
    qtbot.waitUntil(lambda: shown(window, "employees") == "120")
    qtbot.waitUntil(lambda: "（100→120" in editor.notices.elsewhere.text.replace("人", ""))
    recommend(ws, editor.record_id)
    qtbot.waitUntil(editor.lock_notice.isVisible)
    assert not editor.side.findings.tree.painted.offers_link
    run_in_another_process(ws, "withdraw", ws.store.get(editor.record_id).credit_code)
    qtbot.waitUntil(lambda: not editor.lock_notice.isVisible())
    assert editor.side.findings.tree.painted.offers_link


def test_f5_reads_the_open_form_again(window: MainWindow) -> None:
    editor = window.editor

    def script() -> Script:
        go_to(editor, "contact_name")
        by_other(window, employees=120)
        yield "F5"
        yield lambda: shown(window, "employees") == "120"

    play(script())


@pytest.mark.parametrize("step", ["withdraw", "recommend"])
def test_a_step_on_a_form_whose_state_changed_elsewhere_shows_its_state(window: MainWindow, step: str) -> None:
    editor, ws = window.editor, window._session.workspace
    recommend(ws, editor.record_id)
    if step == "withdraw":
        editor.elsewhere.look()
        assert editor.lock_notice.isVisible()
        drafts.withdraw(ws, editor.record_id)
    told: list[str] = []

    def script() -> Script:
        yield "Alt+W" if step == "withdraw" else "Ctrl+R"
        yield dialog(QMessageBox)
        front = QApplication.activeModalWidget()
        assert isinstance(front, QMessageBox)
        told.append(front.text())
        yield "Alt+O"
        yield no_dialog
        yield lambda: editor.lock_notice.isVisible() is (step == "recommend")

    play(script())
    assert "在别处改成了“" in told[0]


@pytest.mark.parametrize("key", ["Alt+1", "Alt+2"])
def test_what_is_settled_is_not_told_any_more(window: MainWindow, key: str) -> None:
    editor = window.editor
    page = editor.form_page
    assert page is not None

    def script() -> Script:
        go_to(editor, "contact_name")
        by_other(window, contact_name="赵敏行")
        yield Text("王小梅")
        yield is_refused(editor, "contact_name")
        yield lambda: "没有保存" in page._hints.text
        editor.side.findings.focus_first()
        yield "Alt+Y"
        yield dialog(EditedElsewhereDialog)
        yield key
        yield no_dialog

    play(script())
    assert editor.saver.pending == ()
    assert "没有保存" not in page._hints.text


def _back(window: MainWindow) -> Script:
    yield "Alt+Left"
    yield lambda: window.units.isVisible()


def _front_text() -> str:
    front = QApplication.activeModalWidget()
    if front is None:
        return ""
    texts = [pane.toPlainText() for pane in front.findChildren(QPlainTextEdit)]
    labels = [label.text() for label in front.findChildren(QLabel)]
    return "\n".join([*texts, *labels])
