"""Two real stores and a folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.domain.enums import Role
from core.domain.records import Station
from core.services.library import windows
from tests.fixtures.library import OFFICE, open_bureau
from tests.gui.pages.exchange.ends import Ends


@pytest.fixture
def ends(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ends]:
    """1 June 2026: the bureau's window is open, the office has nothing yet."""
    bureau, bureau_clock = open_bureau(tmp_path / "区局", date(2026, 6, 1))
    office, office_clock = open_bureau(tmp_path / "街镇", date(2026, 6, 1))
    stick = tmp_path / "U盘"
    stick.mkdir()
    with bureau, office:
        windows.open_window(bureau)
        office.choose_station(Station(Role.OFFICE, OFFICE, "王小明"))
        yield Ends(office, bureau, office_clock, bureau_clock, stick, qtbot, monkeypatch)
