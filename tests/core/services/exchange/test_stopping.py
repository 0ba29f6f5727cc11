"""The bar moves through the whole work, and a clerk who stops it finds everything as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.errors import GreenLadderError
from core.services.exchange import packing, receiving
from core.services.exchange.model import Sent
from core.services.workspace import Workspace
from tests.core.services.exchange.test_stick import recommended_with_scans, refused
from tests.fixtures.exchange import content, enrolled, open_bureau, open_office, quick_folder, recommended, sent


class Bar:
    """A progress bar; the clerk stops at its n-th step."""

    def __init__(self, stop_at: int = 10**9) -> None:
        self.told: list[tuple[int, int]] = []
        self._stop_at = stop_at

    def progress(self, done: int, total: int) -> None:
        self.told.append((done, total))

    def cancelled(self) -> bool:
        return len(self.told) >= self._stop_at

    def require_whole(self) -> None:
        shares = [done / total for done, total in self.told]
        assert shares == sorted(shares)
        assert len(set(shares)) > 4
        assert shares[-1] > 0.9


@pytest.fixture
def folder() -> Iterator[Path]:
    with quick_folder() as place:
        yield place


@pytest.fixture
def office(folder: Path) -> Iterator[Workspace]:
    with open_office(folder / "office") as ws:
        recommended_with_scans(ws, folder)
        recommended(ws, 2)
        recommended(ws, 3)
        yield ws


@pytest.fixture
def package(office: Workspace, folder: Path) -> Sent:
    return sent(office, folder)


@pytest.fixture
def bureau(package: Sent, folder: Path) -> Iterator[Workspace]:
    with open_bureau(folder / "bureau") as ws:
        enrolled(ws, package)
        yield ws


def files(folder: Path) -> list[str]:
    """Every file of a store but its database."""
    found = [p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()]
    return sorted(name for name in found if "sqlite3" not in name)


def test_the_bar_of_packing_and_of_receiving_is_filled(bureau: Workspace, package: Sent, office: Workspace) -> None:
    packed, received, looked = Bar(), Bar(), Bar()
    packing.pack(office, package.path.parent / "再.zip", with_papers=False, progress=packed.progress)
    packed.require_whole()
    receiving.preview(bureau, package.path, progress=looked.progress)
    looked.require_whole()
    receiving.receive(bureau, package.path, progress=received.progress)
    received.require_whole()


@pytest.mark.parametrize("step", [1, 2, 3])
def test_stopped_packing_leaves_no_file(office: Workspace, folder: Path, step: int) -> None:
    before, bar = content(office, without=()), Bar(step)
    place = folder / "stick"
    place.mkdir()
    refused(lambda: packing.pack(
        office, place, with_papers=False, progress=bar.progress, cancelled=bar.cancelled
    ))
    assert list(place.iterdir()) == []
    assert content(office, without=()) == before


def test_stopped_receiving_leaves_nothing_wherever_it_is_stopped(
    bureau: Workspace, package: Sent, folder: Path
) -> None:
    before, there = content(bureau, without=()), files(folder / "bureau")
    whole = Bar()
    receiving.preview(bureau, package.path, progress=whole.progress)
    for step in range(1, 40):
        bar = Bar(step)
        try:
            receiving.receive(bureau, package.path, progress=bar.progress, cancelled=bar.cancelled)
            break
        except GreenLadderError as error:
            told = str(error)
        assert "没有任何改动" in told
        assert content(bureau, without=()) == before
        assert files(folder / "bureau") == there
    assert step > len(whole.told)
    assert len(bureau.store.exchange.ids()) == 3
