"""What every GUI test stands on: the dressed application, a real store, and no warning unseen."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from core.domain.enums import Role
from core.domain.records import Station
from core.infra.clock import FixedClock
from core.infra.paths import resources_folder
from core.services.workspace import Workspace, open_workspace
from gui.app import dress
from gui.dialogs.files import remember_folders_in
from gui.session import Session
from tests.fixtures.packs import shipped_pack

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 6, 3, 22, tzinfo=UTC)


@pytest.fixture(scope="session")
def dressed(qapp: QApplication) -> QApplication:
    """The application with the program's fonts and style."""
    dress(qapp, resources_folder())
    return qapp


@pytest.fixture(autouse=True)
def _no_unseen_warnings(dressed: QApplication, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A log record of WARNING or above fails the test, as Qt's own messages do (pyproject)."""
    remember_folders_in(None)
    yield
    loud = [r.getMessage() for r in caplog.get_records("call") if r.levelno >= logging.WARNING]
    assert loud == []
    assert dressed is not None


@pytest.fixture
def empty_workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A new store where nobody has said yet who sits here."""
    clock = FixedClock(NOW, TODAY)
    with open_workspace(tmp_path / "数据", clock=clock, pack=shipped_pack()) as opened:
        yield opened


@pytest.fixture
def workspace(empty_workspace: Workspace) -> Workspace:
    """A new store of a street clerk."""
    office = empty_workspace.pack.lists["office"].choices[0]
    empty_workspace.choose_station(Station(Role.OFFICE, office.name, "李慧敏", "022-29240016"))
    return empty_workspace


@pytest.fixture
def session(workspace: Workspace) -> Session:
    """The session over that store."""
    return Session(workspace)
