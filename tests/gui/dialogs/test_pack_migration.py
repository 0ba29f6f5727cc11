"""The view of a newer policy pack, worked with keys on a real store."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from core.policy.archive import pack_bytes
from core.services import drafts, packs
from core.services.packs import Migration
from core.services.workspace import Workspace
from gui.dialogs.pack_migration import PackMigrationDialog
from tests.fixtures.newer_pack import SOURCE, newer_folder
from tests.fixtures.packs import sample
from tests.gui.hands import Script, dialog, play


@pytest.fixture
def found(workspace: Workspace, tmp_path: Path) -> Migration:
    """Two open forms under a newer pack: a factory that changes, a park that does not."""
    drafts.begin(workspace, "green-park", sample("green-park"))
    drafts.begin(workspace, "green-factory", sample("green-factory"))
    offer = packs.take_in(workspace, pack_bytes(newer_folder(tmp_path / "新政策包")), SOURCE)
    return packs.preview(workspace, offer.digest)


def _play(shown: PackMigrationDialog, script: Script) -> int:
    QTimer.singleShot(0, lambda: play(script))
    return shown.exec()


def _column(shown: PackMigrationDialog, column: int) -> list[str]:
    model = shown.table.model()
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


def test_what_must_be_done_comes_first_and_enter_opens_the_form(qtbot: QtBot, found: Migration) -> None:
    shown = PackMigrationDialog(found)
    qtbot.addWidget(shown)
    assert _column(shown, 3) == ["填法改变", "选项取消", "现在必填"]
    assert set(_column(shown, 0)) == {"天津青禾流体装备有限公司"}

    def script() -> Script:
        yield dialog(PackMigrationDialog)
        yield "Down"
        yield "Down"
        yield lambda: shown.table.currentIndex().row() == 2
        yield "Return"

    assert _play(shown, script()) == QDialog.DialogCode.Accepted
    (factory,) = (record for record in found.records if record.steps)
    assert shown.chosen_record == factory.record_id
    assert shown.chosen_field == "water_plan"


def test_all_changes_are_shown_at_a_key_and_told_in_words(qtbot: QtBot, found: Migration) -> None:
    shown = PackMigrationDialog(found)
    qtbot.addWidget(shown)

    def script() -> Script:
        yield dialog(PackMigrationDialog)
        yield "Alt+M"
        yield lambda: shown.table.model().rowCount() == 7
        assert "栏目取消" in _column(shown, 3)
        assert "green@qinghe.example" in _column(shown, 4)
        assert shown.note.text() == "显示7栏，共有7栏有变动；没有列出的栏目都照旧。"
        yield "Esc"

    assert _play(shown, script()) == QDialog.DialogCode.Rejected
    assert shown.chosen_record is None
    assert shown.chosen_field == ""


@pytest.mark.parametrize(("key", "result"), [("Alt+Y", QDialog.DialogCode.Accepted), ("Alt+X", 0), ("Esc", 0)])
def test_a_pack_is_put_in_use_only_at_the_clerks_word(
    qtbot: QtBot, workspace: Workspace, found: Migration, key: str, result: int
) -> None:
    shown = PackMigrationDialog(found, may_activate=True)
    qtbot.addWidget(shown)

    def script() -> Script:
        yield dialog(PackMigrationDialog)
        yield key

    assert _play(shown, script()) == result
    assert shown.chosen_record is None
    assert workspace.pack.label == "baodi 2026.1"


def test_nothing_to_do_is_said(qtbot: QtBot, found: Migration) -> None:
    unchanged = tuple(record for record in found.records if not record.steps)
    shown = PackMigrationDialog(Migration(found.old_label, found.new_label, unchanged))
    qtbot.addWidget(shown)
    shown.show()
    assert shown.table.model().rowCount() == 0
    assert "没有要办的" in shown.note.text()
    assert not shown.only_work.isChecked()
    assert QApplication.activeModalWidget() is None
