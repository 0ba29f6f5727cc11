"""What a reviewer found in the codes on paper: each test fails until its cause is mended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from core.cli.main import run
from core.services import drafts
from core.services.exchange import prints
from core.services.library import closing, members, removal, windows
from core.services.library.removal import IncidentReport
from core.services.printing import PrintKind, PrintRequest, page_count, page_text, print_to_file
from core.services.products.codes import PaperState, look_up
from core.services.products.making import document_of
from core.services.workspace import Workspace
from tests.core.services.library.conftest import Bureau
from tests.fixtures.exchange import open_office, quick_folder, recommended, sent
from tests.fixtures.library import admitted, credit_code, draft, open_bureau

_NAME = "天津岚溪泵业有限公司"


@pytest.fixture
def folder() -> Iterator[Path]:
    with quick_folder() as made:
        yield made


@pytest.fixture
def bureau(folder: Path) -> Iterator[Bureau]:
    ws, clock = open_bureau(folder / "bureau", date(2026, 6, 1))
    with ws:
        yield Bureau(ws, clock)


@pytest.fixture
def office(folder: Path) -> Iterator[Workspace]:
    with open_office(folder / "office") as ws:
        yield ws


def _code(ws: Workspace, kind: PrintKind, **about: object) -> str:
    stamp = document_of(ws, PrintRequest(kind, **about)).stamp  # type: ignore[arg-type]
    assert stamp is not None
    return stamp.payload


def _state(ws: Workspace, code: str) -> PaperState:
    return look_up(ws, code).state


def _in_library(bureau: Bureau, count: int) -> None:
    windows.open_window(bureau.ws)
    for number in range(1, count + 1):
        admitted(bureau.ws, number, f"天津虚构{number}号有限公司")
    bureau.clock.set(date(2026, 6, 20))
    closing.close_window(bureau.ws)


def _removed(bureau: Bureau, number: int, day: date) -> str:
    """A member that an accident removes on that day."""
    bureau.clock.set(day)
    unit = members.find_member(bureau.ws, credit_code(number)).unit_id
    report = IncidentReport(
        kind="safety", happened_on=day - timedelta(days=1), level="major", detail="车间爆燃", source="调查组认定意见"
    )
    return removal.record_incident(bureau.ws, unit, report).removed[0].id


def test_a_report_of_another_day_with_another_verdict_is_not_called_current(bureau: Bureau) -> None:
    record = draft(bureau.ws, 1, _NAME)
    early = bureau.ws.clock.today() - timedelta(days=400)
    verdicts = [drafts.open_form(bureau.ws, record.id, day).verdict for day in (None, early)]
    assert [verdict.may_recommend for verdict in verdicts] == [True, False]
    codes = {_code(bureau.ws, PrintKind.REPORT, record_ids=(record.id,), as_of=day) for day in (None, early)}
    assert len(codes) == len({verdict.number for verdict in verdicts})


def test_a_sheet_of_a_draft_that_may_not_be_recommended_any_more_is_not_called_current(bureau: Bureau) -> None:
    record = draft(bureau.ws, 1, _NAME)
    code = _code(bureau.ws, PrintKind.RECOMMENDATION, record_ids=(record.id,))
    bureau.clock.set(date(2027, 3, 1))
    assert not drafts.open_form(bureau.ws, record.id).verdict.may_recommend
    assert _state(bureau.ws, code) is not PaperState.CURRENT


def test_a_sheet_printed_days_before_the_recommendation_is_not_called_current(bureau: Bureau) -> None:
    record = draft(bureau.ws, 1, _NAME)
    code = _code(bureau.ws, PrintKind.RECOMMENDATION, record_ids=(record.id,))
    number = drafts.open_form(bureau.ws, record.id).verdict.number
    bureau.clock.set(date(2026, 6, 11))
    assert drafts.recommend(bureau.ws, record.id).verdict.number != number
    assert _state(bureau.ws, code) is not PaperState.CURRENT


def test_a_sheet_of_a_unit_that_was_removed_since_is_not_called_current(bureau: Bureau) -> None:
    _in_library(bureau, 1)
    record = draft(bureau.ws, 1, _NAME, "green-supply-chain")
    code = _code(bureau.ws, PrintKind.RECOMMENDATION, record_ids=(record.id,))
    _removed(bureau, 1, date(2026, 8, 5))
    assert _state(bureau.ws, code) is not PaperState.CURRENT


def test_an_announcement_of_all_is_known_after_another_removal(bureau: Bureau) -> None:
    _in_library(bureau, 3)
    _removed(bureau, 1, date(2026, 8, 5))
    _removed(bureau, 2, date(2026, 8, 6))
    code = _code(bureau.ws, PrintKind.ANNOUNCEMENT, is_final=True)
    assert _state(bureau.ws, code) is PaperState.CURRENT
    _removed(bureau, 3, date(2026, 8, 7))
    assert _state(bureau.ws, code) is PaperState.CURRENT


def test_an_announcement_of_chosen_units_is_known(bureau: Bureau) -> None:
    _in_library(bureau, 3)
    gone = [_removed(bureau, number, date(2026, 8, 4 + number)) for number in (1, 2, 3)]
    code = _code(bureau.ws, PrintKind.ANNOUNCEMENT, membership_ids=(gone[0], gone[2]), is_final=True)
    assert _state(bureau.ws, code) is PaperState.CURRENT


def _text(ws: Workspace, kind: PrintKind, path: Path) -> str:
    out = print_to_file(ws, kind, path, number=1)
    return "".join(page_text(out, page) for page in range(page_count(out)))


@pytest.mark.parametrize("kind", [PrintKind.PACKAGE_COVER, PrintKind.OFFICE_SUMMARY])
def test_a_paper_of_a_package_says_what_is_in_the_package(office: Workspace, folder: Path, kind: PrintKind) -> None:
    record = recommended(office, 1, _NAME)
    sent(office, folder / "files")
    first = _text(office, kind, folder / "一.pdf")
    drafts.withdraw(office, record.id)
    drafts.save_answer(office, record.id, "unit_name", "天津换名泵业有限公司")
    again = _text(office, kind, folder / "二.pdf")
    paper = prints.cover(office, 1) if kind is PrintKind.PACKAGE_COVER else prints.summary(office, 1)
    is_vouched_for = paper.stamp is not None and _state(office, paper.stamp.payload) is PaperState.CURRENT
    assert again == first or not is_vouched_for


def test_a_cover_is_known_after_the_office_was_renamed(office: Workspace, folder: Path) -> None:
    recommended(office, 1)
    sent(office, folder / "files")
    stamp = prints.cover(office, None).stamp
    assert stamp is not None
    offices = office.pack.lists["office"]
    renamed = replace(offices, choices=tuple(replace(c, label=f"新{c.label}") for c in offices.choices))
    office.pack = replace(office.pack, lists={**office.pack.lists, "office": renamed})
    assert _state(office, stamp.payload) is PaperState.CURRENT


@pytest.mark.parametrize("asked", [("reminder", "--year", "20266"), ("roster", "--number", "9" * 21)])
def test_a_mistyped_number_is_answered_in_one_sentence(
    bureau: Bureau, folder: Path, capsys: pytest.CaptureFixture[str], asked: tuple[str, ...]
) -> None:
    out = folder / "表.pdf"
    assert run(["print", *asked, "-o", str(out), "--store", str(bureau.ws.folder)], lambda _folder: 0) == 2
    assert capsys.readouterr().err.strip().endswith("。")


def test_ctrl_c_ends_a_command_without_a_traceback() -> None:
    def interrupted(_folder: Path) -> int:
        raise KeyboardInterrupt

    try:
        status = run([], interrupted)
    except KeyboardInterrupt:
        status = 0
    assert status != 0
