"""Two offices and a bureau with a store each, worked by the real command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.cli.main import run
from core.domain.records import Station
from core.services import drafts
from core.services.workspace import Workspace, open_workspace
from tests.fixtures.library import credit_code, draft
from tests.fixtures.packs import shipped_pack

ONE, TWO, THREE = credit_code(1), credit_code(2), credit_code(3)
OTHER_OFFICE = "120115457"


@dataclass(frozen=True)
class Done:
    """What one command printed, and its status."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


class District:
    """Two offices and a bureau with a store each, worked by the real command line in this process."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        self.stick = folder / "U盘"
        self.stick.mkdir()

    def store(self, who: str) -> Path:
        return self.folder / who

    def run(self, who: str, *words: str | Path) -> Done:
        status = run([*map(str, words), "--store", str(self.store(who))], lambda _: 99)
        told = self._capsys.readouterr()
        return Done(status, told.out, told.err)

    def ask(self, who: str, *words: str | Path, status: int = 0) -> Any:
        done = self.run(who, *words, "--json")
        assert done.status == status, done.out + done.err
        return done.document

    def open(self, who: str) -> Workspace:
        return open_workspace(self.store(who), pack=shipped_pack())

    def pack(self, who: str = "甲", *words: str | Path) -> tuple[Path, str]:
        """The next package and its check code."""
        sent = self.ask(who, "pack", "-o", self.stick, *words)
        return Path(sent["file"]), sent["check_code"]


def sit(folder: Path, station: Station, work: Callable[[Workspace], object]) -> None:
    """Choose who sits at a store, and work there."""
    with open_workspace(folder, pack=shipped_pack()) as ws:
        ws.choose_station(station)
        work(ws)


def recommend(ws: Workspace, number: int, name: str, **answers: object) -> str:
    """A recommended green factory; gives its id."""
    record = draft(ws, number, name, "green-factory", **answers)
    return drafts.recommend(ws, record.id).record.id


def returned(district: District) -> None:
    """甲's package was received; the bureau returned one with a remark, and 甲 has read that."""
    path, code = district.pack()
    district.ask("区局", "receive", path, "--trust", code)
    district.ask("区局", "window", "open", "--batch", "1")
    district.ask("区局", "return", ONE, "--remark", "employees=与社保人数不符")
    (sent,) = district.ask("区局", "receipt", "--all-due", "-o", district.stick)["files"]
    district.ask("甲", "receive", sent["file"], "--trust", sent["check_code"])


def both_wrote(district: District) -> Path:
    """The bureau corrected the returned form while the office corrected it too; gives the office's package."""
    returned(district)
    for who, value in (("甲", 140), ("区局", 150)):
        with district.open(who) as ws:
            (record,) = drafts.find_unit(ws, ONE)
            for finding in drafts.save_answer(ws, record.id, "employees", value).verdict.open_findings:
                drafts.explain(ws, record.id, finding.rule, "已核对社保清单")
    district.ask("甲", "recommend", ONE)
    return district.pack()[0]
