"""A real store with a street clerk and a fixed clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.domain.enums import Role
from core.domain.records import Station
from core.infra.clock import FixedClock
from core.services.workspace import Workspace, open_workspace
from tests.fixtures.packs import shipped_pack
from tests.fixtures.sample_answers import AS_OF


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    clock = FixedClock(datetime(2026, 11, 23, 6, 0, tzinfo=UTC), AS_OF)
    with open_workspace(tmp_path / "数据", clock=clock, pack=shipped_pack()) as opened:
        office = opened.pack.lists["office"].choices[0]
        opened.choose_station(Station(Role.OFFICE, office.name, "李慧敏"))
        yield opened
