"""A stick that is protected, full, slow, or pulled out half-way: the whole file or none, and the store as it was."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from core.domain.errors import GreenLadderError
from core.services import drafts
from core.services.exchange import log, packing, receiving
from core.services.workspace import Workspace
from tests.core.services.exchange import killed_exchange
from tests.fixtures.exchange import content, enrolled, open_bureau, open_office, quick_folder, recommended, sent
from tests.fixtures.library import draft

ROOT: Final = Path(__file__).resolve().parents[4]
Mount = Callable[[str], Path]


@pytest.fixture
def folder() -> Iterator[Path]:
    with quick_folder() as place:
        yield place


@pytest.fixture
def office(folder: Path) -> Iterator[Workspace]:
    """An office with one form and three scans of 700 KB that no packing makes smaller."""
    with open_office(folder / "office") as ws:
        recommended_with_scans(ws, folder)
        yield ws


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Mount]:
    """Mounts a real file system of its own; skipped where that is not allowed."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root mounts")
    mounted: list[Path] = []

    def mount(options: str) -> Path:
        place = tmp_path / f"U盘{len(mounted)}"
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
        if subprocess.run(command, capture_output=True, check=False).returncode != 0:
            pytest.skip("this machine mounts nothing")
        mounted.append(place)
        return place

    yield mount
    for place in mounted:
        subprocess.run(["umount", "-l", str(place)], capture_output=True, check=False)


def recommended_with_scans(ws: Workspace, folder: Path) -> None:
    record = draft(ws, 1, "宝坻示范机械厂")
    for number in range(3):
        scan = folder / f"扫描件{number}.pdf"
        scan.write_bytes(b"%PDF-1.4 " + random.Random(number).randbytes(700_000))
        ws.store.attach(record.id, "business_license", scan, actor=ws.actor, source="附佐证材料", set_answer=False)
    drafts.recommend(ws, record.id)


def refused(work: Callable[[], object]) -> str:
    """The one sentence that the clerk reads."""
    with pytest.raises(GreenLadderError) as told:
        work()
    sentence = str(told.value)
    assert "\n" not in sentence
    assert sentence.endswith("。")
    return sentence


def pulled_out_at(place: Path, share: float) -> Callable[[int, int], None]:
    """A progress bar at which the stick goes away once that share of the work is done."""
    gone: list[Path] = []

    def progress(done: int, total: int) -> None:
        if done >= share * total and not gone:
            gone.append(place)
            subprocess.run(["umount", "-l", str(place)], check=True)

    return progress


def test_a_protected_stick_gets_nothing_and_nothing_is_noted(office: Workspace, stick: Mount) -> None:
    place = stick("size=8m")
    subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
    before = content(office, without=())
    assert "只读" in refused(lambda: sent(office, place))
    assert list(place.iterdir()) == []
    assert content(office, without=()) == before


def test_a_full_stick_keeps_the_older_file_and_nothing_of_the_new_one(office: Workspace, stick: Mount) -> None:
    place = stick("size=1m")
    (place / packing.usual_name(office)).write_bytes(b"older")
    before = content(office, without=())
    assert "磁盘空间不足" in refused(lambda: sent(office, place))
    assert [p.read_bytes() for p in place.iterdir()] == [b"older"]
    assert content(office, without=()) == before
    assert log.outbox(office) == ()


def test_a_locked_package_on_a_full_stick(office: Workspace, stick: Mount, folder: Path) -> None:
    place = stick("size=1m")
    assert "磁盘空间不足" in refused(lambda: packing.pack(office, place, password="七夕2026", with_papers=False))
    assert list(place.iterdir()) == []
    assert list((folder / "office" / "scratch").iterdir()) == []


@pytest.mark.parametrize("share", [0.2, 0.6])
def test_a_stick_that_is_pulled_out_while_a_package_is_written(office: Workspace, stick: Mount, share: float) -> None:
    place = stick("size=8m")
    before = content(office, without=())
    sentence = refused(
        lambda: packing.pack(office, place, with_papers=False, progress=pulled_out_at(place, share))
    )
    assert "没有生成" in sentence
    assert list(place.iterdir()) == []
    assert content(office, without=()) == before
    again = sent(office, stick("size=8m"))
    assert (again.number, again.is_again) == (1, False)


def test_the_clerk_works_on_while_a_slow_stick_is_written(office: Workspace, folder: Path) -> None:
    edited: list[str] = []

    def progress(_done: int, _total: int) -> None:
        if not edited:
            with open_office(folder / "office") as other:
                edited.append(other.store.create_record(
                    "green-factory", {"unit_name": "第二家"}, office="120115456", pack_version="", actor="", source=""
                ).id)

    made = packing.pack(office, folder, with_papers=False, progress=progress)
    assert office.store.get(edited[0]).unit_name == "第二家"
    with open_bureau(folder / "bureau") as bureau:
        enrolled(bureau, made)
        assert len(receiving.receive(bureau, made.path).records) == 1


def test_a_protected_stick_is_read(office: Workspace, stick: Mount, folder: Path) -> None:
    place = stick("size=8m")
    made = sent(office, place)
    subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
    with open_bureau(folder / "bureau") as bureau:
        enrolled(bureau, made)
        assert len(receiving.receive(bureau, made.path).records) == 1


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_file_that_ends_while_it_is_read_changes_nothing(office: Workspace, folder: Path, step: int) -> None:
    made = sent(office, folder)
    left = step

    def progress(_done: int, _total: int) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.truncate(made.path, made.size // 8)

    with open_bureau(folder / "bureau") as bureau:
        enrolled(bureau, made)
        before = content(bureau, without=())
        refused(lambda: receiving.receive(bureau, made.path, progress=progress))
        assert content(bureau, without=()) == before


def test_a_store_without_room_takes_nothing(office: Workspace, stick: Mount, folder: Path) -> None:
    made = sent(office, folder)
    disk = stick("size=2m")
    with open_bureau(disk / "bureau") as bureau:
        enrolled(bureau, made)
        before = content(bureau, without=())
        refused(lambda: receiving.receive(bureau, made.path))
        assert content(bureau, without=()) == before
        assert bureau.store.integrity_problems() == ()


def killed(what: str, store: Path, file: Path, step: int) -> bool:
    """Run the process that dies on the way; False when it got to its end first."""
    command = [sys.executable, killed_exchange.__file__, what, str(store), str(file), str(step)]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=False, cwd=ROOT
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    return done.returncode != 0


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
@pytest.mark.parametrize("step", [0, 4])
def test_a_program_that_dies_while_it_packs_leaves_no_file_of_that_name(folder: Path, step: int) -> None:
    with open_office(folder / "office") as office:
        recommended_with_scans(office, folder)
    place = folder / "stick"
    place.mkdir()
    assert killed("pack", folder / "office", place, step)
    assert not list(place.glob("*.zip"))
    with open_office(folder / "office") as office:
        assert log.outbox(office) == ()
        assert office.store.integrity_problems() == ()
        assert sent(office, place).number == 1
        assert [p.name for p in place.glob("*.zip")] == [log.outbox(office)[0].file_name]


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
@pytest.mark.parametrize("step", [0, 3])
def test_a_program_that_dies_while_it_receives_has_received_nothing(folder: Path, step: int) -> None:
    with open_office(folder / "office") as office:
        recommended_with_scans(office, folder)
        made = sent(office, folder)
    with open_bureau(folder / "bureau") as bureau:
        enrolled(bureau, made)
        before = content(bureau, without=())
    assert killed("receive", folder / "bureau", made.path, step)
    with open_bureau(folder / "bureau") as bureau:
        assert content(bureau, without=()) == before
        assert bureau.store.integrity_problems() == ()
        assert len(receiving.receive(bureau, made.path).records) == 1


def test_a_form_without_scans_goes_on_a_small_stick(folder: Path, stick: Mount) -> None:
    with open_office(folder / "office") as office:
        recommended(office, 1)
        assert sent(office, stick("size=256k")).path.is_file()
