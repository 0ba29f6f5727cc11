"""What a review of shipping found wrong in the core; each mark goes with its mending."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from core.domain.enums import REPORT_FORM, Eligibility, RecordState, Role
from core.domain.errors import StoreError
from core.domain.records import Station
from core.forms.expressions import compile_expression
from core.infra import server_address, signing
from core.infra.clock import FixedClock
from core.infra.server_address import settings_file
from core.services import drafts
from core.services.exchange import packing, trust
from core.services.restoring import earlier_copies
from core.services.workspace import Workspace, open_workspace
from core.store import store
from core.store.migrate import BACKUP_FOLDER, BEFORE_UPGRADE
from core.store.search import search_terms
from tests.fixtures.packs import shipped_pack
from tests.fixtures.sample_answers import AS_OF, factory_answers

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def opened_at(folder: Path) -> Workspace:
    return open_workspace(folder, clock=FixedClock(NOW, AS_OF), pack=shipped_pack())


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Workspace, Workspace]]:
    """Two programs on the same data."""
    folder = tmp_path / "数据"
    with opened_at(folder) as one:
        office = one.pack.lists["office"].choices[0].name
        one.choose_station(Station(Role.OFFICE, office, "李慧敏"))
        with opened_at(folder) as other:
            yield one, other


@pytest.mark.parametrize(
    "database",
    [
        "postgresql+psycopg://clerk@server..:5432/greenladder",
        "postgresql+psycopg://clerk@" + "h" * 70 + "/greenladder",
        "postgresql+psycopg://clerk@/greenladder?host=/nonexistent&connect_timeout=soon",
    ],
)
def test_a_mistyped_server_is_told_in_a_sentence(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "read_address", server_address.read_address)  # also where tests run on a server
    settings_file(tmp_path).write_text(f"database = '{database}'\nevidence = '/nonexistent'\n", encoding="utf-8")
    with pytest.raises(StoreError):
        opened_at(tmp_path)


def test_two_clerks_who_pack_for_the_first_time_sign_with_one_key(
    both: tuple[Workspace, Workspace], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = both
    make, theirs = signing.new_private_key, list[bytes]()

    def make_while_the_other_packs() -> bytes:
        monkeypatch.setattr(signing, "new_private_key", make)
        theirs.append(trust.private_key(other))
        return make()

    monkeypatch.setattr(signing, "new_private_key", make_while_the_other_packs)
    mine = trust.private_key(one)
    assert [mine] == theirs


def test_who_the_store_belongs_to_is_known_to_everybody_at_once(both: tuple[Workspace, Workspace]) -> None:
    one, other = both
    assert trust.own_party(other) == trust.own_party(one)
    trust.change_station(one, Station(Role.BUREAU, "", "王局"))
    assert trust.own_party(other) == trust.own_party(one)


def test_a_step_with_a_pasted_reason_can_be_noted_on_every_database(both: tuple[Workspace, Workspace]) -> None:
    ws, _ = both
    record_id = drafts.begin(ws, "green-factory", factory_answers()).record.id
    ws.store.add_event(record_id, "returned", actor=ws.actor, source="审核", detail="请补充\x00能耗报表")
    assert drafts.events(ws, record_id)[-1].detail == "请补充能耗报表"


def test_a_search_holds_nothing_that_a_server_refuses() -> None:
    assert all("\x00" not in term for term in search_terms("绿色\x00工厂"))


def test_a_strange_name_among_the_copies_before_an_upgrade_is_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / BACKUP_FOLDER
    folder.mkdir()
    (folder / f"{BEFORE_UPGRADE}-0004-20261399-000000.sqlite3").touch()
    assert earlier_copies(tmp_path) == ()


def test_forms_not_checked_yet_are_listed_alike_on_every_database(both: tuple[Workspace, Workspace]) -> None:
    ws, _ = both
    for name in ("甲", "乙", "丙"):
        made = ws.store.create_record(
            "green-factory", {"unit_name": name}, office="", pack_version="", actor="", source=""
        )
        if name != "乙":
            ws.store.note_verdict(made.id, made.revision, Eligibility.ELIGIBLE, 0, "", AS_OF)
    listed = [unit.unit_name for unit in drafts.list_units(ws, order="eligibility")]
    assert listed == ["乙", "丙", "甲"]


def test_the_report_that_was_handed_in_is_found_on_every_database(both: tuple[Workspace, Workspace]) -> None:
    ws, _ = both
    code, period = str(factory_answers()["credit_code"]), "green-factory:2025"

    def begun() -> str:
        return ws.store.create_record(
            REPORT_FORM, {"credit_code": code}, office="", pack_version="", actor="", source="", period=period
        ).id

    handed_in = begun()
    ws.store.library.reports.file(
        ws.store.get(handed_in), first_filed_on=date(2026, 3, 1), answers={}, verdict_number="", as_of=AS_OF, actor=""
    )
    ws.store.set_state(handed_in, RecordState.REFUSED, actor="", source="")
    begun()
    found = ws.store.library.reports.of_unit(code, REPORT_FORM, period)
    assert found is not None
    assert found.id == handed_in


@pytest.mark.parametrize("source", ["[1, 2].all(n, n * 1.0 <= a)", "[1, 2].exists(n, n + a > 2.0)"])
def test_whole_numbers_of_a_list_are_counted_as_the_engine_counts_them(source: str) -> None:
    expression = compile_expression(source)
    assert expression.run({"a": 5.0}) == expression.by_engine({"a": 5.0})


def test_two_clerks_who_pack_at_once_make_two_numbers(both: tuple[Workspace, Workspace], tmp_path: Path) -> None:
    one, other = both
    folders = [tmp_path / "一", tmp_path / "二"]
    for folder in folders:
        folder.mkdir()
    sent: list[int] = []

    def recommended(ws: Workspace, name: str) -> None:
        station = ws.station
        assert station is not None
        answers = {"unit_name": name, "office": station.office}
        record_id = drafts.begin(ws, "green-factory", answers).record.id
        ws.store.set_state(record_id, RecordState.RECOMMENDED, actor=ws.actor, source="推荐", verdict_number="")

    def other_packs(done: int, whole: int) -> None:
        if done * 10 >= whole * 9 and not sent:  # the first one's file is being written
            sent.append(0)
            recommended(other, "乙厂")
            sent[0] = packing.pack(other, folders[1], with_papers=False).number

    recommended(one, "甲厂")
    sent.append(packing.pack(one, folders[0], with_papers=False, progress=other_packs).number)
    noted = [file.number for file in one.store.exchange.boxes.outbox()]
    assert sorted(sent) == sorted(noted) == [1, 2], "two files that differ go out under one number"
