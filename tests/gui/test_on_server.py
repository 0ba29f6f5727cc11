"""The window on a database server: it says so, and what cannot be saved while the server is away is saved later."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot
from sqlalchemy import make_url

from core.domain.enums import Role
from core.domain.records import Station
from core.infra.server_address import write_address
from core.services import drafts
from core.services.workspace import Workspace, open_workspace
from gui.dialogs.first_run import StationDialog
from gui.dialogs.office_picker import OfficePicker
from gui.main_window import MainWindow
from gui.session import Session
from gui.tasks import SyncRunner
from tests.fixtures.on_server import ON_SERVER, connect
from tests.fixtures.on_server import stores_on_server as stores_on_server
from tests.fixtures.packs import sample, shipped_pack
from tests.gui.front import window_with

pytestmark = pytest.mark.skipif(not ON_SERVER, reason="GREENLADDER_POSTGRES names no server")


@pytest.fixture
def window(qtbot: QtBot, session: Session) -> Iterator[MainWindow]:
    """The window with a factory open."""
    answers = {k: v for k, v in sample("green-factory").items() if not k.endswith("_evidence")}
    made = window_with(qtbot, session, drafts.begin(session.workspace, "green-factory", answers).record.id)
    yield made
    made.editor.saver.start("", {})


def take_away(workspace: Workspace) -> None:
    """Cut every connection and let nobody in any more."""
    assert workspace.store.address is not None
    name = make_url(workspace.store.address.database).database
    with connect("postgres") as other:
        other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))


def bring_back(workspace: Workspace) -> None:
    assert workspace.store.address is not None
    with connect("postgres") as other:
        other.execute(f"ALTER DATABASE {make_url(workspace.store.address.database).database} ALLOW_CONNECTIONS true")


def test_what_is_typed_while_the_server_is_away_is_kept_and_saved_later(
    window: MainWindow, workspace: Workspace
) -> None:
    editor = window.editor
    take_away(workspace)
    try:
        editor.saver.save("contact_name", "王小梅")
        assert "没有保存" in editor.trouble.text
        assert "数据库服务器“" in editor.trouble.text
        assert editor.saver.pending == ("contact_name",)
    finally:
        bring_back(workspace)
    assert editor.saver.retry()
    assert workspace.store.get(editor.record_id).answers["contact_name"] == "王小梅"
    assert workspace.store.verify_history() == ()


def test_the_title_names_the_server(qtbot: QtBot, session: Session, workspace: Workspace) -> None:
    made = MainWindow(session, SyncRunner())
    qtbot.addWidget(made)
    made.show()
    assert workspace.server.startswith("test_")
    assert workspace.server in made.windowTitle()


def test_a_second_clerk_gives_only_a_name(
    qtbot: QtBot, workspace: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert workspace.store.address is not None
    second = tmp_path_factory.mktemp("第二台")
    write_address(second, workspace.store.address)
    with open_workspace(second, pack=shipped_pack()) as ws:
        dialog = StationDialog(ws.pack.lists["office"].choices, None, party=ws.party)
        qtbot.addWidget(dialog)
        dialog.show()
        picker = dialog.findChild(OfficePicker)
        assert picker is not None
        assert not picker.isEnabled()
        assert not any("只存在这台电脑上" in label.text() for label in dialog.findChildren(QLabel))
        name = next(line for line in dialog.findChildren(QLineEdit) if line is not picker.search)
        name.setText("钱多")
        dialog.accept()
        station = workspace.station
        assert station is not None
        assert dialog.station == Station(Role.OFFICE, station.office, "钱多")
        assert not dialog.wants_samples
