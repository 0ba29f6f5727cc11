"""The district of the exchange commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.domain.enums import Role
from core.domain.records import Station
from core.services.workspace import Workspace
from tests.end2end.district import OTHER_OFFICE, District, recommend, sit
from tests.fixtures.library import OFFICE, draft
from tests.fixtures.packs import shipped_pack


@pytest.fixture
def district(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> District:
    """Office 甲 with two recommended units and a draft, office 乙 with one recommended, and an empty bureau."""
    # The real pack, loaded once instead of by each of some two hundred commands.
    monkeypatch.setattr("core.services.workspace.load_policy", lambda _resources=None: shipped_pack())
    made = District(tmp_path, capsys)

    def first(ws: Workspace) -> None:
        recommend(ws, 1, "宝坻示范机械厂")
        recommend(ws, 2, "宝坻示范铸造厂")
        draft(ws, 3, "宝坻示范包装厂")

    sit(made.store("甲"), Station(Role.OFFICE, OFFICE, "王小明"), first)
    sit(made.store("乙"), Station(Role.OFFICE, OTHER_OFFICE, "李小红"),
         lambda ws: recommend(ws, 4, "科技城示范电子厂", office=OTHER_OFFICE))
    made.run("区局", "station", "bureau", "--clerk", "赵敏行")
    return made
