"""Two clerks over one store who send at the same time: a number is given once, to a file that is there."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from core.domain.enums import Role
from core.domain.errors import NotAllowedError, StoreError
from core.domain.records import Station
from core.exchange.errors import ExchangeCancelledError
from core.services.exchange import log, packing, receiving, sending, trust
from core.services.exchange.model import Sent
from core.services.workspace import Workspace
from tests.fixtures.exchange import enrolled, open_bureau, open_office, recommended, sent

ANOTHER_OFFICE = "120115001"


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Workspace, Workspace]]:
    """Two programs on the data of one office, with one form that is ready."""
    with open_office(tmp_path / "office") as one, open_office(tmp_path / "office") as other:
        recommended(one, 1)
        (tmp_path / "一").mkdir()
        (tmp_path / "二").mkdir()
        yield one, other


def while_written(step: Callable[[], object]) -> Callable[[int, int], None]:
    """Progress that takes a step, once, when the file is all but finished."""
    taken: list[bool] = []

    def progress(done: int, whole: int) -> None:
        if done * 10 >= whole * 9 and not taken:
            taken.append(True)
            step()

    return progress


def pack(ws: Workspace, folder: Path, step: Callable[[], object]) -> Sent:
    return packing.pack(ws, folder, with_papers=False, progress=while_written(step))


def test_one_state_packed_twice_at_once_is_one_file(both: tuple[Workspace, Workspace], tmp_path: Path) -> None:
    one, other = both
    theirs: list[Sent] = []
    mine = pack(one, tmp_path / "一", lambda: theirs.append(sent(other, tmp_path / "二")))
    assert (mine.number, theirs[0].number) == (1, 1)
    assert mine.path.read_bytes() == theirs[0].path.read_bytes()
    assert len(log.outbox(one)) == 1


def test_the_bureau_takes_both_files_and_misses_none(both: tuple[Workspace, Workspace], tmp_path: Path) -> None:
    one, other = both
    theirs: list[Sent] = []

    def other_packs() -> None:
        recommended(other, 2)
        theirs.append(sent(other, tmp_path / "二"))

    mine = pack(one, tmp_path / "一", other_packs)
    assert (theirs[0].number, mine.number) == (1, 2)
    with open_bureau(tmp_path / "bureau") as bureau:
        enrolled(bureau, theirs[0])
        assert receiving.receive(bureau, theirs[0].path).facts.number == 1
        assert receiving.receive(bureau, mine.path).facts.number == 2
        assert len(log.inbox(bureau)) == 2


def test_two_versions_of_the_program_give_two_numbers(
    both: tuple[Workspace, Workspace], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = both
    theirs: list[Sent] = []

    def newer_one_packs() -> None:
        with monkeypatch.context() as newer:
            newer.setattr(sending, "program_name", lambda: "绿阶 99.0")
            theirs.append(sent(other, tmp_path / "二"))

    mine = pack(one, tmp_path / "一", newer_one_packs)
    assert (theirs[0].number, mine.number) == (1, 2)
    assert mine.check_code != theirs[0].check_code


def test_the_number_of_a_file_that_was_stopped_is_the_next_ones(
    both: tuple[Workspace, Workspace], tmp_path: Path
) -> None:
    one, other = both

    def stop() -> None:
        raise ExchangeCancelledError("停")

    with pytest.raises(ExchangeCancelledError):
        pack(one, tmp_path / "一", stop)
    recommended(other, 2)
    assert sent(other, tmp_path / "二").number == 1
    assert list((tmp_path / "一").iterdir()) == []


def test_a_file_that_could_not_be_noted_is_not_there(both: tuple[Workspace, Workspace], tmp_path: Path) -> None:
    one, _ = both
    folder = tmp_path / "一"

    def full(_session: Session) -> None:
        if any(folder.glob("*.zip")):
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error

    event.listen(Session, "before_commit", full)
    try:
        with pytest.raises(StoreError):
            sent(one, folder)
    finally:
        event.remove(Session, "before_commit", full)
    assert list(folder.iterdir()) == []
    assert log.outbox(one) == ()
    assert sent(one, folder).number == 1


@pytest.mark.parametrize("has_sent", [False, True])
def test_what_was_begun_for_another_office_does_not_go_out(
    both: tuple[Workspace, Workspace], tmp_path: Path, has_sent: bool
) -> None:
    one, other = both
    if has_sent:
        sent(one, tmp_path / "零")
        recommended(one, 2)
    with pytest.raises(NotAllowedError, match="本机使用人"):
        pack(one, tmp_path / "一", lambda: trust.change_station(other, Station(Role.OFFICE, ANOTHER_OFFICE, "李小红")))
    assert list((tmp_path / "一").iterdir()) == []
    assert len(log.outbox(one)) == has_sent


def test_a_key_that_was_changed_meanwhile_signs_no_more(both: tuple[Workspace, Workspace], tmp_path: Path) -> None:
    one, other = both
    before = trust.own_key_name(one)
    mine = pack(one, tmp_path / "一", lambda: trust.rotate(other))
    with open_bureau(tmp_path / "bureau") as bureau:
        enrolled(bureau, mine)
        assert [peer.key_name for peer in trust.peers(bureau)] == [trust.own_key_name(other)] != [before]
