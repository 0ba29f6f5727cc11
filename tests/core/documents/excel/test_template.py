"""The template: names, protection, drop-downs, text that stays text, equal bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from core.documents.excel.choice_lists import coded_lists
from core.documents.excel.template import write_filled, write_template
from core.forms.definition import Field, FieldType, FormDefinition, Place, PlaceKind
from core.policy.pack import PolicyPack
from tests.core.documents.excel.answers import form_sheet, named_cells
from tests.fixtures.sample_answers import factory_answers

FORMS = ("green-factory", "green-supply-chain", "green-park", "annual-report")
NOT_TYPED = (FieldType.CALCULATE, FieldType.NOTE, FieldType.FILE, FieldType.REPEAT)


def typed_fields(form: FormDefinition) -> list[Field]:
    """Fields that a person types; the key of fixed rows is printed."""
    keys = {f.key_column.name for f in form.fields if f.rows_from is not None}
    return [f for f in form.walk() if f.type not in NOT_TYPED and f.name not in keys]


@pytest.mark.parametrize("form_id", FORMS)
def test_every_input_has_a_name_on_an_open_cell(
    form_id: str, pack: PolicyPack, templates: Mapping[str, Path]
) -> None:
    form = pack.form(form_id)
    book = load_workbook(templates[form_id])
    seen: set[str] = set()
    for field in typed_fields(form):
        cells = named_cells(book, field.name)
        rows = next((f.max_rows for f in form.fields if f.name == field.repeat), 1)
        assert len(cells) == rows, field.name
        assert not any(c.protection.locked for c in cells), field.name
        assert seen.isdisjoint(c.coordinate for c in cells), field.name
        seen |= {c.coordinate for c in cells}


@pytest.mark.parametrize("form_id", FORMS)
def test_repeat_names_cover_their_columns(form_id: str, pack: PolicyPack, templates: Mapping[str, Path]) -> None:
    book = load_workbook(templates[form_id])
    for repeat in (f for f in pack.form(form_id).fields if f.type is FieldType.REPEAT):
        rows = [c.row for c in named_cells(book, repeat.name)]
        assert len(rows) == repeat.max_rows
        for column in (c for c in repeat.columns if c.type not in NOT_TYPED):
            assert [c.row for c in named_cells(book, column.name)] == rows, column.name


@pytest.mark.parametrize("form_id", FORMS)
def test_choices_drop_down_from_a_named_list(form_id: str, pack: PolicyPack, templates: Mapping[str, Path]) -> None:
    form = pack.form(form_id)
    book = load_workbook(templates[form_id])
    lists = {str(r).split(":")[0]: v.formula1 for v in form_sheet(book).data_validations.dataValidation
             for r in v.sqref.ranges}
    for field in (f for f in typed_fields(form) if f.type.is_choice and f.choices):
        where = named_cells(book, field.name)[0].coordinate
        assert field.choices is not None
        assert lists[where] == f"_list_{field.choices.name}"
        labels = [c.value for c in named_cells(book, lists[where])]
        assert labels == [c.label for c in field.choices.choices]


@pytest.mark.parametrize("form_id", FORMS)
def test_input_messages_fit_excel(form_id: str, templates: Mapping[str, Path]) -> None:
    for validation in form_sheet(load_workbook(templates[form_id])).data_validations.dataValidation:
        assert len(validation.prompt or "") <= 255
        assert len(validation.promptTitle or "") <= 32
        assert len(validation.formula1 or "") <= 255


def test_layout_is_protected_and_prints_on_a4(templates: Mapping[str, Path]) -> None:
    book = load_workbook(templates["green-factory"])
    sheet = form_sheet(book)
    assert [s.sheet_state for s in book.worksheets] == ["visible", "hidden", "veryHidden"]
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (9, 1, 0)
    assert sheet.freeze_panes == "A4"
    assert named_cells(book, "credit_code")[0].number_format == "@"
    assert named_cells(book, "contact_phone")[0].number_format == "@"
    assert named_cells(book, "established_on")[0].number_format == "yyyy-mm-dd"


def test_equal_input_gives_equal_bytes(pack: PolicyPack, tmp_path: Path) -> None:
    form = pack.form("green-factory")
    for name in ("one.xlsx", "two.xlsx"):
        write_filled(form, pack, factory_answers(), tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


@pytest.mark.parametrize("text", ["=1+1", "+86 138", "-", "@SUM(A1)", "_x0041_"])
def test_active_text_leaves_as_text(text: str, pack: PolicyPack, tmp_path: Path) -> None:
    path = tmp_path / "active.xlsx"
    write_filled(pack.form("green-factory"), pack, {"unit_name": text}, path)
    cell = named_cells(load_workbook(path), "unit_name")[0]
    assert cell.data_type == "s"
    assert cell.quotePrefix == (text[0] in "=+-@")


def test_wrong_answers_stand_as_they_were_given(pack: PolicyPack, tmp_path: Path) -> None:
    path = tmp_path / "wrong.xlsx"
    write_filled(pack.form("green-factory"), pack, {"employees": "约两百", "established_on": "去年"}, path)
    book = load_workbook(path)
    assert named_cells(book, "employees")[0].value == "约两百"
    assert named_cells(book, "established_on")[0].value == "去年"


def test_calculated_cells_follow_in_excel(templates: Mapping[str, Path], pack: PolicyPack) -> None:
    """Plain arithmetic is a live formula; what Excel cannot say plainly is left to the program."""
    sheet = form_sheet(load_workbook(templates["green-factory"]))
    values = [c.value for row in sheet.iter_rows() for c in row if isinstance(c.value, str)]
    land, floor = (named_cells(load_workbook(templates["green-factory"]), n)[0] for n in
                   ("land_area_m2", "floor_area_m2"))
    absolute = [f"${c.column_letter}${c.row}" for c in (land, floor)]
    assert any(v.startswith("=IF(") and all(a in v for a in absolute) for v in values)
    assert "由系统计算" in values


def test_a_field_added_to_the_data_appears(pack: PolicyPack, tmp_path: Path) -> None:
    form = pack.form("green-factory")
    added = Field("rooftop_area_m2", "屋顶面积", FieldType.DECIMAL, "三、用地情况", 0, unit="m²",
                  place=Place(PlaceKind.GRID, 3, 1, 2, 6))
    fields = (*form.fields, added)
    larger = replace(form, fields=fields, by_name={**form.by_name, added.name: added})
    path = tmp_path / "added.xlsx"
    write_template(larger, pack, path)
    book = load_workbook(path)
    cell = named_cells(book, "rooftop_area_m2")[0]
    assert form_sheet(book).cell(cell.row, 1).value == "屋顶面积（m²）"


def test_industry_codes_are_offered_with_their_names(pack: PolicyPack, templates: Mapping[str, Path]) -> None:
    assert set(coded_lists(pack.form("green-factory"))) == {"industry_code"}
    entries = [c.value for c in named_cells(load_workbook(templates["green-factory"]), "_list_industry")]
    assert "1311 稻谷加工" in entries
    assert len(entries) > 500
