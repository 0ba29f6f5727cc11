"""1,000 rare-character names: entry → store → package → Excel → PDF → extraction, unchanged and visibly drawn.

A hundred units with ten names each (Ext A to F, compatibility ideographs and their supplement).
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

import pytest

from core.documents.excel.reader import read_workbook
from core.documents.excel.summary import Sheet, write_sheets
from core.documents.pdf.layout import layout
from core.documents.pdf.page import PlacedLine
from core.services import drafts, importing, templates
from core.services.exchange import packing, receiving
from core.services.exchange.model import Sent
from core.services.fonts import font_set
from core.services.printing import PdfPages, PrintKind, PrintRequest
from core.services.products.batch import print_batch
from core.services.products.making import document_of
from core.services.products.missing import missing_in
from core.services.workspace import Workspace
from core.store.listing import RecordOrder
from tests.core.documents.printing import squeeze
from tests.fixtures.exchange import enrolled, open_bureau, open_office, quick_folder
from tests.fixtures.library import draft
from tests.fixtures.rare_names import BLOCKS, is_rare, rare_names

_FIELDS: Final = (
    "unit_name", "registered_address", "production_address", "legal_representative", "contact_department",
    "contact_name", "main_products", "unit_profile", "green_profile", "cultivation_plan",
)
_SCALE: Final = 2.0
_DARK: Final = 140
_LEAST_INK: Final = 8


@dataclass
class District:
    """An office that has entered and recommended the units, and what each field of them must be."""

    office: Workspace
    folder: Path
    wanted: Mapping[str, Mapping[str, str]]
    names: tuple[str, ...]
    package: Sent


@pytest.fixture(scope="module")
def district() -> Iterator[District]:
    """Every name typed into a field, every unit recommended and packed with its papers."""
    names = tuple(name for _, name in rare_names())
    with quick_folder() as folder, open_office(folder / "甲") as office:
        wanted = {}
        for number in range(100):
            answers = dict(zip(_FIELDS, names[number * 10 : number * 10 + 10], strict=True))
            record = draft(office, number + 1, answers.pop("unit_name"), **answers)
            wanted[record.id] = {"unit_name": names[number * 10], **answers}
            drafts.recommend(office, record.id)
        (folder / "U盘").mkdir()
        yield District(office, folder, wanted, names, packing.pack(office, folder / "U盘"))


def test_they_are_a_thousand_from_every_block_and_would_change_if_anything_normalised_them() -> None:
    names = rare_names()
    assert len({name for _, name in names}) == 1000
    assert set(Counter(block for block, _ in names)) == set(BLOCKS)
    changed = {block for block, name in names if unicodedata.normalize("NFC", name) != name}
    assert changed == {"compatibility", "compatibility supplement"}
    assert sum(any(ord(c) > 0xFFFF for c in name) for _, name in names) > 700


def test_entry_and_store_keep_them_and_the_list_finds_and_sorts_them(district: District) -> None:
    for record_id, fields in district.wanted.items():
        stored = drafts.open_form(district.office, record_id).record.answers
        assert {name: stored.get(name) for name in fields} == fields
    for fields in district.wanted.values():
        rare = "".join(filter(is_rare, fields["unit_name"]))
        assert fields["unit_name"] in {r.unit_name for r in drafts.list_units(district.office, query=rare)}
    everyone = {fields["unit_name"] for fields in district.wanted.values()}
    for order in get_args(RecordOrder):
        listed = drafts.list_units(district.office, order=order, limit=1000)
        assert {r.unit_name for r in listed} == everyone


def test_a_package_carries_them_and_the_bureau_has_the_same(district: District) -> None:
    with open_bureau(district.folder / "区局") as bureau:
        enrolled(bureau, district.package)
        receiving.receive(bureau, district.package.path)
        for record_id, fields in district.wanted.items():
            answers = bureau.store.get(record_id).answers
            assert {name: answers.get(name) for name in fields} == fields


def test_the_papers_in_a_package_show_them(district: District) -> None:
    with zipfile.ZipFile(district.package.path) as package:
        entries = package.namelist()
        sheets = [name for name in entries if name.startswith("表/") and name.endswith(".pdf")]
        (book,) = [name for name in entries if name.endswith(".xlsx")]
        texts = "".join(_workbook_texts(package.read(book)))
    assert len(sheets) == 200  # 推荐表 and the form of each
    assert all(unicodedata.normalize("NFC", name) == name for name in entries)
    assert all(fields["unit_name"] in texts for fields in district.wanted.values())


def test_excel_brings_them_back(district: District, tmp_path: Path) -> None:
    sheet = Sheet("名单", ("序号", "名称"), [(n, name) for n, name in enumerate(district.names)], (8, 60))
    path = write_sheets(tmp_path / "名单.xlsx", (sheet,))
    assert set(district.names) <= set(_workbook_texts(path.read_bytes()))
    paths = []
    for number, record_id in enumerate(list(district.wanted)[:20]):
        opened = drafts.open_form(district.office, record_id)
        # The file itself is called by the rarest of its names.
        name = f"{number} {''.join(filter(is_rare, opened.record.unit_name))}.xlsx"
        paths.append(templates.write_filled(district.office.pack, opened, tmp_path / name))
        read = read_workbook(paths[-1], district.office.pack.forms).answers
        assert {name: read.get(name) for name in _FIELDS} == district.wanted[record_id]
    with open_office(tmp_path / "丙") as other:
        results = importing.import_workbooks(other, paths)
        for result, record_id in zip(results, district.wanted, strict=False):
            assert result.record_id is not None, result.sentence
            answers = other.store.get(result.record_id).answers
            assert {name: answers.get(name) for name in _FIELDS} == district.wanted[record_id]


def test_paper_shows_each_where_it_stands_and_reads_back_unchanged(district: District, tmp_path: Path) -> None:
    office, ids = district.office, list(district.wanted)
    out = tmp_path / "培育表.pdf"
    printed = print_batch(office, PrintKind.FORM, ids, out)
    assert (printed.printed, printed.failed, printed.notices) == (100, (), ())
    pages = PdfPages(out)
    ends = (*printed.starts[1:], printed.pages)
    pale = []
    for record_id, start, end in zip(ids, printed.starts, ends, strict=True):
        text = squeeze("".join(pages.text(index) for index in range(start, end)))
        assert [name for name in district.wanted[record_id].values() if name not in text] == []
        document = document_of(office, PrintRequest(PrintKind.FORM, (record_id,)))
        assert missing_in(office, document) == ()
        laid = layout(document, font_set(office))
        assert len(laid) == end - start
        for index, page in enumerate(laid, start=start):
            pale += [(record_id, c) for c, ink in _inks(pages, index, page.texts) if ink < _LEAST_INK]
    pages.close()
    assert pale == []


def _inks(pages: PdfPages, index: int, texts: list[PlacedLine]) -> Iterator[tuple[str, int]]:
    """The rare characters of a page, each with the dark pixels in its own place of the page's picture."""
    rare = [placed for placed in texts if any(map(is_rare, placed.line.text))]
    if not rare:
        return
    picture = pages.render(index, _SCALE, gray=True)
    for placed in rare:
        x = placed.x
        for mark in placed.line.marks:
            if is_rare(mark.character):
                top = int((placed.baseline - 0.85 * mark.size) * _SCALE)
                left, right = int(x * _SCALE), int((x + mark.width) * _SCALE)
                rows = range(top, int((placed.baseline + 0.1 * mark.size) * _SCALE))
                starts = (row * picture.stride for row in rows)
                dark = sum(shade < _DARK for at in starts for shade in picture.data[at + left : at + right])
                yield mark.character, dark
            x += mark.width + placed.spread


def _workbook_texts(data: bytes) -> list[str]:
    """The texts of all cells, read with another program than our own reader."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data))
    return [str(c.value) for sheet in book.worksheets for row in sheet.iter_rows() for c in row if c.value is not None]
