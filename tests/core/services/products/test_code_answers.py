"""What a code on paper answers after time has gone by: another day, a removal, a later package, a new name."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from core.services import drafts
from core.services.exchange import packing, prints, receiving
from core.services.library import closing, members, removal, review, windows
from core.services.library.removal import IncidentReport
from core.services.printing import PrintKind, PrintRequest, page_count, page_text, print_to_file
from core.services.products.codes import PaperCheck, PaperState, look_up
from core.services.products.making import document_of
from core.services.workspace import Workspace
from tests.core.services.library.conftest import Bureau
from tests.fixtures.exchange import (
    TickingClock,
    answered,
    exchange,
    open_office,
    quick_folder,
    recommended,
    sent,
)
from tests.fixtures.exchange import open_bureau as open_other_side
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


def _both(ws: Workspace, kind: PrintKind, record_id: str, day: date | None = None) -> Callable[[], PaperCheck]:
    """What the two spellings of a record's paper find later, which is the same."""
    stamp = document_of(ws, PrintRequest(kind, (record_id,), as_of=day)).stamp
    assert stamp is not None

    def later() -> PaperCheck:
        scanned, typed = (look_up(ws, code) for code in (stamp.payload, stamp.code))
        assert scanned == typed
        return scanned

    return later


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


def test_a_report_of_another_day_is_told_by_its_day_and_by_what_it_found(bureau: Bureau) -> None:
    record = draft(bureau.ws, 1, _NAME)
    early = _both(bureau.ws, PrintKind.REPORT, record.id, date(2025, 4, 27))
    today = _both(bureau.ws, PrintKind.REPORT, record.id)
    assert early().state is PaperState.VOID
    assert "纸上的校核日期是2025年4月27日" in early().sentence
    assert today().state is PaperState.CURRENT
    bureau.clock.set(date(2026, 6, 3))
    assert today().state is PaperState.CURRENT
    assert "纸上的校核日期是2026年6月1日；按今天（2026年6月3日）校核，结论相同。" in today().sentence
    bureau.clock.set(date(2027, 3, 1))
    assert today().state is PaperState.VOID


def test_a_sheet_of_a_draft_says_why_it_holds_no_longer(bureau: Bureau) -> None:
    record = draft(bureau.ws, 1, _NAME)
    sheet = _both(bureau.ws, PrintKind.RECOMMENDATION, record.id)
    bureau.clock.set(date(2026, 6, 2))
    assert sheet().state is PaperState.CURRENT
    assert sheet().sentence.endswith("请推荐以后再打印、签字、盖章。")
    drafts.recommend(bureau.ws, record.id)
    assert sheet().state is PaperState.VOID
    assert "推荐时按2026年6月2日校核，校核编号不同" in sheet().sentence
    fresh = _both(bureau.ws, PrintKind.RECOMMENDATION, record.id)
    bureau.clock.set(date(2029, 6, 2))
    assert fresh().state is PaperState.CURRENT


def test_a_sheet_that_may_not_be_recommended_any_more_says_why(bureau: Bureau) -> None:
    record = draft(bureau.ws, 1, _NAME)
    sheet = _both(bureau.ws, PrintKind.RECOMMENDATION, record.id)
    bureau.clock.set(date(2027, 3, 1))
    assert sheet().state is PaperState.VOID
    assert "按今天（2027年3月1日）校核" in sheet().sentence
    assert sheet().sentence.endswith("写完才能推荐。")


def test_a_sheet_scanned_after_the_policy_pack_changed_is_not_called_current(bureau: Bureau) -> None:
    record = draft(bureau.ws, 1, _NAME)
    code = _code(bureau.ws, PrintKind.RECOMMENDATION, record_ids=(record.id,))
    assert _state(bureau.ws, code) is PaperState.CURRENT
    bureau.ws.pack = replace(bureau.ws.pack, digest="ab" * 32)
    found = look_up(bureau.ws, code)
    assert found.state is PaperState.VOID
    assert "换过政策包" in found.sentence


def test_what_the_library_answers_by_now_is_told_as_its_answer(bureau: Bureau) -> None:
    _in_library(bureau, 1)
    record = draft(bureau.ws, 1, _NAME, "green-supply-chain")
    form = _both(bureau.ws, PrintKind.FORM, record.id)
    assert form().state is PaperState.CURRENT
    revision = bureau.ws.store.get(record.id).revision
    _removed(bureau, 1, date(2026, 8, 5))
    found = form()
    assert found.state is PaperState.CHANGED
    assert {(change.by, change.at) for change in found.changes} == {("培育库带出", None)}
    assert bureau.ws.store.get(record.id).revision == revision


@pytest.mark.parametrize("is_corrected", [False, True])
def test_a_cover_printed_again_says_what_the_cover_in_the_package_says(folder: Path, is_corrected: bool) -> None:
    clock = TickingClock()
    with open_office(folder / "office", clock=clock) as office, open_other_side(folder / "bureau") as bureau:
        record = recommended(office, 1, _NAME)
        if is_corrected:
            exchange(office, bureau, folder / "files")
            recommended(office, 2, "天津虚构二号有限公司")
        package = packing.pack(office, folder / "files" if is_corrected else folder, with_forms=False)
        with zipfile.ZipFile(package.path) as archive:
            name = next(n for n in archive.namelist() if n.endswith("封面.pdf"))
            inside = folder / "内.pdf"
            inside.write_bytes(archive.read(name))
        if not is_corrected:
            drafts.withdraw(office, record.id)
            drafts.save_answer(office, record.id, "credit_code", credit_code(7))
            drafts.save_answer(office, record.id, "unit_name", "天津换名泵业有限公司")
        again = print_to_file(office, PrintKind.PACKAGE_COVER, folder / "又.pdf")
        texts = [[page_text(out, page) for page in range(page_count(out))] for out in (inside, again)]
        assert texts[0] == texts[1]


def test_a_receipt_of_which_the_records_changed_carries_no_code_and_says_why(folder: Path) -> None:
    with open_office(folder / "office") as office, open_other_side(folder / "bureau") as bureau:
        record = recommended(office, 1, _NAME)
        exchange(office, bureau, folder / "files")
        place = record.office
        first = prints.receipt(bureau, place, None)
        assert first.stamp is not None
        assert _state(bureau, first.stamp.payload) is PaperState.CURRENT
        review.return_record(bureau, record.id, "人数请核实")
        later = prints.receipt(bureau, place, None)
        assert later.stamp is None
        out = print_to_file(bureau, PrintKind.RECEIPT, folder / "回执.pdf", office=place)
        assert "补印说明" in page_text(out, 0)
        receiving.receive(office, answered(bureau, folder / "files").path)
        assert prints.receipt(bureau, place, None).stamp is not None
        assert prints.receipt(bureau, place, 1).stamp is None
