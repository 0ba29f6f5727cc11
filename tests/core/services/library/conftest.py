"""A real store of the bureau on the first day of June."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from core.infra.clock import SetClock
from core.services.workspace import Workspace
from tests.fixtures.library import open_bureau


@dataclass(frozen=True)
class Bureau:
    """The bureau's workspace and its clock."""

    ws: Workspace
    clock: SetClock


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    ws, clock = open_bureau(tmp_path / "数据", date(2026, 6, 1))
    with ws:
        yield Bureau(ws, clock)
