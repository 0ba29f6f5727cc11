"""Paper tied to its data: the code of a printed sheet, read from the picture of the page, answers for the sheet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp
from PIL import Image

from core.domain.errors import NotAllowedError, UnreadableInputError
from core.domain.paper_code import PaperKind, is_code, read_code
from core.domain.records import Record
from core.services import drafts
from core.services.exchange import prints, receiving
from core.services.library import review
from core.services.printing import PrintKind, PrintRequest, print_to_file
from core.services.products.codes import PaperCheck, PaperState, look_up
from core.services.products.making import document_of
from core.services.workspace import Workspace
from tests.fixtures.exchange import (
    answered,
    enrolled,
    exchange,
    open_bureau,
    open_office,
    quick_folder,
    recommended,
    sent,
)
from tests.fixtures.library import draft

_DOTS = (150, 200)


@pytest.fixture
def folder() -> Iterator[Path]:
    with quick_folder() as made:
        yield made


@pytest.fixture
def office(folder: Path) -> Iterator[Workspace]:
    with open_office(folder / "office") as ws:
        yield ws


@pytest.fixture
def bureau(folder: Path) -> Iterator[Workspace]:
    with open_bureau(folder / "bureau") as ws:
        yield ws


def _pages(ws: Workspace, kind: PrintKind, folder: Path, dots: int = 150, **about: object) -> list[Image.Image]:
    out = print_to_file(ws, kind, folder / "印件.pdf", **about)  # type: ignore[arg-type]
    document = pypdfium2.PdfDocument(out)
    try:
        return [page.render(scale=dots / 72).to_pil().convert("L") for page in document]
    finally:
        document.close()


def _scanned(page: Image.Image) -> str:
    (found,) = zxingcpp.read_barcodes(page)
    return str(found.text)


def _codes(ws: Workspace, kind: PrintKind, **about: object) -> tuple[str, str]:
    stamp = document_of(ws, PrintRequest(kind, **about)).stamp  # type: ignore[arg-type]
    assert stamp is not None
    return stamp.payload, stamp.code


def _both(ws: Workspace, codes: tuple[str, str]) -> PaperCheck:
    """What both spellings find, which is the same."""
    scanned, typed = (look_up(ws, code) for code in codes)
    assert scanned == typed
    return scanned


@pytest.mark.parametrize("dots", _DOTS)
def test_the_code_on_every_page_is_read_from_its_picture_and_names_the_record(
    office: Workspace, folder: Path, dots: int
) -> None:
    record = recommended(office, 1)
    for kind in (PrintKind.RECOMMENDATION, PrintKind.FORM, PrintKind.REPORT):
        pages = _pages(office, kind, folder, dots, record_ids=(record.id,))
        assert pages
        for page in pages:
            payload = _scanned(page)
            assert read_code(payload).record_id == record.id
            found = look_up(office, payload)
            assert (found.state, found.record_id) == (PaperState.CURRENT, record.id)


def test_landscape_papers_carry_it_too(office: Workspace, folder: Path) -> None:
    recommended(office, 1)
    sent(office, folder / "files")
    (page,) = _pages(office, PrintKind.OFFICE_SUMMARY, folder)
    assert page.width > page.height
    assert look_up(office, _scanned(page)).kind is PaperKind.OFFICE_SUMMARY


def test_a_sheet_printed_again_later_is_the_same_to_the_byte(folder: Path) -> None:
    with open_office(folder / "office") as ws:
        record = recommended(ws, 1)
        first = print_to_file(ws, PrintKind.RECOMMENDATION, folder / "一.pdf", record_ids=(record.id,)).read_bytes()
        drafts.open_form(ws, record.id)
    with open_office(folder / "office") as ws:
        ws.clock.now()
        again = print_to_file(ws, PrintKind.RECOMMENDATION, folder / "二.pdf", record_ids=(record.id,)).read_bytes()
    assert again == first


def test_a_changed_record_is_reported_field_by_field(office: Workspace) -> None:
    record = draft(office, 1, "天津岚溪泵业有限公司")
    codes = _codes(office, PrintKind.FORM, record_ids=(record.id,))
    assert _both(office, codes).state is PaperState.CURRENT
    drafts.save_answer(office, record.id, "employees", "431")
    drafts.save_answer(office, record.id, "unit_name", "天津岚溪泵业集团有限公司")
    drafts.save_answer(office, record.id, "employees", "432")
    found = _both(office, codes)
    assert found.state is PaperState.CHANGED
    assert "2处" in found.sentence
    told = {change.label: (change.on_paper, change.now, change.by) for change in found.changes}
    label = office.pack.form(record.form).label_of("employees")
    assert told[label][1] == "432"
    assert told["单位名称"] == ("天津岚溪泵业有限公司", "天津岚溪泵业集团有限公司", office.actor)
    assert all(change.at is not None for change in found.changes)


def test_what_was_changed_and_changed_back_is_current_and_said(office: Workspace) -> None:
    record = draft(office, 1, "天津岚溪泵业有限公司")
    codes = _codes(office, PrintKind.FORM, record_ids=(record.id,))
    drafts.save_answer(office, record.id, "unit_name", "别的名称")
    drafts.save_answer(office, record.id, "unit_name", "天津岚溪泵业有限公司")
    found = _both(office, codes)
    assert (found.state, found.changes) == (PaperState.CURRENT, ())
    assert "又改了回来" in found.sentence


def test_another_file_under_the_same_name_is_a_change(office: Workspace, folder: Path) -> None:
    record = draft(office, 1, "天津岚溪泵业有限公司")
    name = next(f.name for f in office.pack.form(record.form).fields if f.type.value == "file")
    proof = folder / "证明.pdf"
    proof.write_bytes(b"%PDF-1.4 one")
    first = office.store.attach(record.id, name, proof, actor=office.actor)
    codes = _codes(office, PrintKind.FORM, record_ids=(record.id,))
    proof.write_bytes(b"%PDF-1.4 two")
    office.store.detach(first.id, actor=office.actor)
    office.store.attach(record.id, name, proof, actor=office.actor)
    found = _both(office, codes)
    assert found.state is PaperState.CHANGED
    assert {change.label[:4] for change in found.changes} == {"佐证材料"}


def test_a_withdrawn_sheet_no_longer_holds_nor_does_it_after_another_recommendation(office: Workspace) -> None:
    record = recommended(office, 1)
    codes = _codes(office, PrintKind.RECOMMENDATION, record_ids=(record.id,))
    assert _both(office, codes).state is PaperState.CURRENT
    drafts.withdraw(office, record.id)
    withdrawn = _both(office, codes)
    assert (withdrawn.state, withdrawn.changes) == (PaperState.VOID, ())
    assert withdrawn.sentence.startswith("印出以后撤回过，这张推荐表不再有效；纸上的内容与现在的相同。")
    drafts.save_answer(office, record.id, "main_products", "水泵、阀门")
    both = _both(office, codes)
    assert (both.state, [change.now for change in both.changes]) == (PaperState.CHANGED, ["水泵、阀门"])
    assert both.sentence.startswith("纸上有1处与现在的内容不同，印出以后还撤回过。")
    drafts.save_answer(office, record.id, "main_products", record.answers["main_products"])
    drafts.recommend(office, record.id)
    assert "重新推荐过" in _both(office, codes).sentence
    fresh = _codes(office, PrintKind.RECOMMENDATION, record_ids=(record.id,))
    assert fresh != codes
    assert _both(office, fresh).state is PaperState.CURRENT


def test_the_number_of_a_verdict_is_told_from_a_code(office: Workspace) -> None:
    number = drafts.open_form(office, recommended(office, 1).id).verdict.number
    for typed in (number, number.lower().replace("-", "")):
        with pytest.raises(UnreadableInputError, match=r"校核编号.*二维码旁边的16位编号"):
            look_up(office, typed)
    # As rarely happens, these pass for codes of a form and of a package's cover.
    for start in "FB":
        typed = next(code for tail in range(512) if is_code(code := f"{start}0A1B2C3D4E5F{tail:03X}"))
        with pytest.raises(UnreadableInputError, match="校核编号"):
            look_up(office, typed)


def test_a_sheet_printed_before_it_was_recommended_still_holds_after(office: Workspace) -> None:
    record = draft(office, 1, "天津岚溪泵业有限公司")
    codes = _codes(office, PrintKind.RECOMMENDATION, record_ids=(record.id,))
    drafts.recommend(office, record.id)
    assert _both(office, codes).state is PaperState.CURRENT


def test_the_bureau_reads_the_office_s_paper_until_somebody_changes_the_record(
    office: Workspace, bureau: Workspace, folder: Path
) -> None:
    record = recommended(office, 1, "天津岚溪泵业有限公司")
    codes = _codes(office, PrintKind.RECOMMENDATION, record_ids=(record.id,))
    early = _both(bureau, codes)
    assert early.state is PaperState.ABSENT
    assert "没有收到" in early.sentence
    exchange(office, bureau, folder / "files")
    assert _codes(bureau, PrintKind.RECOMMENDATION, record_ids=(record.id,)) == codes
    at_bureau = _both(bureau, codes)
    assert (at_bureau.state, at_bureau.record_id) == (PaperState.CURRENT, record.id)
    review.return_record(bureau, record.id, "人数请核实")
    assert "退回" in _both(bureau, codes).sentence
    receiving.receive(office, answered(bureau, folder / "files").path)
    drafts.save_answer(office, record.id, "employees", "431")
    drafts.recommend(office, record.id)
    exchange(office, bureau, folder / "files")
    for ws in (office, bureau):
        found = _both(ws, codes)
        assert found.state is PaperState.CHANGED
        assert [(change.now, change.by) for change in found.changes] == [("431", office.actor)]
        assert _both(ws, _codes(office, PrintKind.RECOMMENDATION, record_ids=(record.id,))).state is PaperState.CURRENT


def test_content_that_this_store_never_had_is_named_as_such(
    office: Workspace, bureau: Workspace, folder: Path
) -> None:
    record = recommended(office, 1)
    exchange(office, bureau, folder / "files")
    review.return_record(bureau, record.id, "人数请核实")
    receiving.receive(office, answered(bureau, folder / "files").path)
    drafts.save_answer(office, record.id, "employees", "431")
    codes = _codes(office, PrintKind.FORM, record_ids=(record.id,))
    found = _both(bureau, codes)
    assert (found.state, found.record_id) == (PaperState.UNKNOWN, record.id)
    assert "任何一版都对不上" in found.sentence


def test_a_deleted_record_is_said_to_be_deleted(office: Workspace) -> None:
    record = draft(office, 1, "天津岚溪泵业有限公司")
    payload, _ = _codes(office, PrintKind.FORM, record_ids=(record.id,))
    drafts.delete_draft(office, record.id)
    assert "已经删除" in look_up(office, payload).sentence


def test_drafts_samples_and_blank_forms_carry_no_code(office: Workspace) -> None:
    blank = document_of(office, PrintRequest(PrintKind.BLANK, form_id="green-factory"))
    unfit = drafts.begin(office, "green-factory", {"unit_name": "未填完"}).record
    sample = drafts.begin(office, "green-factory", {"unit_name": "示例"}, is_sample=True).record
    sheet = document_of(office, PrintRequest(PrintKind.RECOMMENDATION, (unfit.id,)))
    shown = document_of(office, PrintRequest(PrintKind.FORM, (sample.id,)))
    assert (blank.stamp, sheet.stamp, shown.stamp) == (None, None, None)
    assert (sheet.watermark, shown.watermark) == ("草稿", "示例")


def test_papers_about_files_fit_their_file_on_both_sides(
    office: Workspace, bureau: Workspace, folder: Path
) -> None:
    recommended(office, 1)
    exchange(office, bureau, folder / "files")
    stamps = [prints.cover(office, None).stamp, prints.summary(office, None).stamp]
    stamps.append(prints.receipt(bureau, office.station.office, None).stamp)  # type: ignore[union-attr]
    for stamp, word in zip(stamps, ("报送包封面", "推荐汇总表", "接收回执"), strict=True):
        assert stamp is not None
        for ws in (office, bureau):
            found = _both(ws, (stamp.payload, stamp.code))
            assert found.state is PaperState.CURRENT
            assert word in found.what


def test_a_cover_of_another_file_of_that_number_does_not_fit(folder: Path, bureau: Workspace) -> None:
    with open_office(folder / "one") as one, open_office(folder / "two") as two:
        recommended(one, 1)
        recommended(two, 2)
        file = sent(one, folder / "files")
        enrolled(bureau, file)
        receiving.receive(bureau, file.path)
        sent(two, folder / "other")
        stamp = prints.cover(two, None).stamp
    assert stamp is not None
    found = look_up(bureau, stamp.payload)
    assert found.state is PaperState.UNKNOWN
    assert "核对码" in found.sentence


def test_a_mistyped_code_is_refused_with_what_to_do(office: Workspace) -> None:
    record: Record = draft(office, 1, "天津岚溪泵业有限公司")
    _, code = _codes(office, PrintKind.FORM, record_ids=(record.id,))
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    with pytest.raises(UnreadableInputError, match="重新输入"):
        look_up(office, wrong)


def test_a_code_that_a_scanner_typed_into_a_field_is_never_saved(office: Workspace) -> None:
    record = draft(office, 1, "天津岚溪泵业有限公司")
    payload, _ = _codes(office, PrintKind.FORM, record_ids=(record.id,))
    for typed in (payload, f"天津岚溪{payload.lower()}泵业"):
        with pytest.raises(NotAllowedError, match="没有保存"):
            drafts.save_answer(office, record.id, "unit_name", typed)
    assert office.store.get(record.id).unit_name == "天津岚溪泵业有限公司"
    saved = drafts.save_answer(office, record.id, "unit_name", f"天津{payload[:-1]}").record
    assert saved.unit_name == f"天津{payload[:-1]}"
