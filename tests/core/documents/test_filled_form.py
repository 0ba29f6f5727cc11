"""Forms on paper: every field of the definition is there, filled or to fill."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from core.documents.model import Document
from core.documents.pdf.layout import layout
from core.documents.pdf.writer import pdf_bytes
from core.documents.products.filled_form import blank_form, filled_form
from core.documents.products.form_tables import matrix_table
from core.documents.products.paper import AttachedFile, Paper, label_with_unit, printed
from core.documents.products.signing import signature_block
from core.forms.definition import FIGURE_HEADS, Field, FieldType, PlaceKind
from core.policy.loader import load_pack
from core.rules.verdict import check
from tests.core.documents.printing import (
    FORMS,
    POLICY,
    USUAL,
    answers_of,
    checked,
    evidence_of,
    fonts,
    form_document,
    pack,
    page_texts,
    squeeze,
)
from tests.fixtures.sample_answers import AS_OF

NEW_FIELD = "一、基本情况,mascot,吉祥物名称,text,,no,,,,,,,,{place},unit"


def _filled(form_id: str, changes: dict[str, Any] | None = None) -> str:
    found = checked(form_id, {**answers_of(form_id, "usual"), **(changes or {})})
    return "".join(page_texts(pdf_bytes(filled_form(pack(), found.state, evidence_of(found)), fonts())))


def _blank(form_id: str) -> str:
    return "".join(page_texts(pdf_bytes(blank_form(pack(), form_id, AS_OF), fonts())))


def _labelled(form_id: str) -> list[Field]:
    """Fields whose own label stands on the paper."""
    kinds = (PlaceKind.HEAD, PlaceKind.GRID, PlaceKind.FULL, PlaceKind.TABLE, PlaceKind.COLUMN)
    return [
        f for f in pack().form(form_id).walk()
        if f.place.kind in kinds and f.type not in (FieldType.NOTE, FieldType.REPEAT, FieldType.FILE)
    ]


@pytest.mark.parametrize("form_id", FORMS)
def test_every_label_stands_on_the_blank_form(form_id: str) -> None:
    text = _blank(form_id)
    wanted = [squeeze(f.label if f.place.kind is PlaceKind.HEAD else label_with_unit(f)) for f in _labelled(form_id)]
    assert [label for label in wanted if label not in text] == []
    assert "*" in text


@pytest.mark.parametrize("form_id", FORMS)
def test_every_answer_stands_on_the_filled_form(form_id: str) -> None:
    text = _filled(form_id)
    state = checked(form_id, USUAL[form_id]()).state
    lacking = []
    for item in state.form.fields:
        if item.place.kind in (PlaceKind.HIDDEN, PlaceKind.ATTACHMENT) or item.type is FieldType.FILE:
            continue
        shown = squeeze(printed(item, state.values.get(item.name), short_date=item.place.kind is PlaceKind.MATRIX))
        if item.type is not FieldType.SELECT_MULTIPLE and shown not in text:
            lacking.append((item.name, shown))
    assert lacking == []
    assert "*" not in text.replace("*.", "")


@pytest.mark.parametrize("form_id", FORMS)
def test_every_cell_of_the_repeats_stands_on_the_filled_form(form_id: str) -> None:
    text = _filled(form_id)
    state = checked(form_id, USUAL[form_id]()).state
    count = 0
    for repeat in state.form.fields:
        for row in state.rows(repeat.name):
            for column in repeat.columns:
                if column.place.kind is PlaceKind.COLUMN:
                    count += 1
                    assert squeeze(printed(column, row.get(column.name), short_date=True)) in text
    assert count > 25


def test_choices_are_boxes_and_the_chosen_one_is_ticked() -> None:
    text = _filled("green-factory")
    assert "☑正常生产☐停产☐关闭" in text
    assert "☐重点行业能效（水效）领跑者" in text
    assert "☑高效节能装备" in text
    assert "☐是☐否" in _blank("green-factory")


def test_what_is_wrong_or_not_asked_shows_as_such() -> None:
    products = [{"product_name": "泵", "product_output": "很多"}]
    text = _filled("green-factory", {"employees": "约四百", "products": products})
    assert "约四百（填写有误）" in text
    assert "很多（填写有误）" in text
    assert "停产日期—" in text
    assert "其余各次情形：（无）" in text


def test_evidence_is_numbered_once_and_referred_to() -> None:
    text = _filled("green-factory", {"neg_abnormal_evidence": "ev-one", "neg_violation_evidence": "ev-one"})
    assert "附3营业执照（营业执照扫描件.pdf）" in text
    found = checked("green-factory", {"neg_abnormal_evidence": "ev-one", "neg_violation_evidence": "ev-one"})
    shared = filled_form(pack(), found.state, {})
    plain = "".join(page_texts(pdf_bytes(shared, fonts())))
    assert "附1列入经营异常名录、事故及违法违规" in plain
    assert "附2" not in plain
    assert "应附未附：" in plain


def test_files_of_one_name_are_told_apart_by_their_content() -> None:
    found = checked("green-factory", {"neg_abnormal_evidence": "ev-one", "neg_violation_evidence": "ev-two"})
    files = {"neg_abnormal_evidence": [AttachedFile("IMG_0001.jpg", "aa")]}
    others = {**files, "neg_violation_evidence": [AttachedFile("IMG_0001.jpg", "bb")]}
    shared = {**files, "neg_violation_evidence": [AttachedFile("复印件.jpg", "aa")]}
    assert "附2事故及违法违规（IMG_0001.jpg）" in _text(filled_form(pack(), found.state, others))
    assert "附1列入经营异常名录、事故及违法违规（IMG_0001.jpg）" in _text(filled_form(pack(), found.state, shared))


def _text(document: Document) -> str:
    return "".join(page_texts(pdf_bytes(document, fonts())))


@pytest.mark.parametrize("place", ["full", "r9 c1-3", "r8 c5-6"])
def test_a_field_added_to_the_data_file_is_printed(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "policy"
    shutil.copytree(POLICY, folder)
    path = folder / "forms" / "green-factory.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    at = max(n for n, line in enumerate(lines) if ",key_chain," in line)
    lines.insert(at + 1, NEW_FIELD.format(place=place))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    changed = load_pack(folder)
    state = check(changed, "green-factory", {**USUAL["green-factory"](), "mascot": "绿宝"}, AS_OF).state
    filled = "".join(page_texts(pdf_bytes(filled_form(changed, state, {}), fonts())))
    blank = "".join(page_texts(pdf_bytes(blank_form(changed, "green-factory", AS_OF), fonts())))
    assert "吉祥物名称绿宝" in filled
    assert "吉祥物名称" in blank


def test_usual_forms_keep_to_the_page_budget() -> None:
    pages = {form_id: len(layout(form_document(form_id, "usual"), fonts())) for form_id in FORMS}
    assert pages == {"green-factory": 5, "green-supply-chain": 5, "green-park": 5, "annual-report": 4}


def test_key_figures_stand_beside_those_of_last_year_with_the_change() -> None:
    form = pack().form("annual-report")
    changes = {"prior_water_intake_m3": 0, "prior_carbon_total_t": "", "output_wan": 39000, "prior_output_wan": 40000}
    state = checked("annual-report", USUAL["annual-report"]() | changes).state
    figures = [f for f in form.fields if f.place.kind is PlaceKind.MATRIX and f.place.of == 5]
    rows = matrix_table(Paper(form, {}, state), figures, ["二、年度关键指标"]).rows
    text = {"".join(r.text for r in row.cells[0].runs): row for row in rows[2:]}

    def cells(label: str) -> list[str]:
        return ["".join(r.text for r in cell.runs) for cell in text[label].cells[1:]]

    assert ["".join(r.text for r in cell.runs) for cell in rows[1].cells] == list(FIGURE_HEADS)
    assert cells("工业总产值（当年价）") == ["万元", "39000", "40000", "-2.5"]
    assert cells("综合能源消费量（当量值）") == ["tce", "2420", "2510", "-3.6"]
    assert cells("取水量（新鲜水）") == ["m³", "48600", "0", ""]
    assert cells("二氧化碳排放总量")[2:] == ["", ""]
    assert cells("单位产值综合能耗")[2:] == ["62.75", "-1.1"]


def test_places_to_sign_are_read_from_notes() -> None:
    block = signature_block(
        "街镇意见：经核查，符合（　）条件，同意（　）推荐。　经办人：　　　　负责人：　　　　（盖章）　　年　　月　　日"
    )
    assert block is not None
    assert (block.label, block.statement) == ("街镇意见", "经核查，符合（　）条件，同意（　）推荐。")
    assert (block.signers, block.seal) == (("经办人：", "负责人："), "（盖章）")
    assert signature_block("填表说明：没有的填“无”。") is None


@pytest.mark.parametrize("form_id", ["green-factory", "green-supply-chain", "green-park"])
def test_the_list_of_attachments_asks_for_what_the_check_asks_for(form_id: str) -> None:
    """应附未附 on the form and the hint on attachments in the report name the same files."""
    found = checked(form_id, {k: v for k, v in USUAL[form_id]().items() if not str(v).startswith("ev-")})
    hint = next(f for f in found.verdict.findings if "“附件”还有" in f.message)
    said = _text(filled_form(pack(), found.state, {})).partition("应附未附：")[2].partition("。")[0].partition("；")[0]
    told = [pack().form(form_id).by_name[name].label for name in hint.fields
            if not found.state.values.get(name) and pack().form(form_id).by_name[name].type is FieldType.FILE]
    assert sorted(said.split("、")) == sorted(squeeze(label.removesuffix("：佐证材料")) for label in told)


def test_each_page_of_a_form_names_its_unit_where_there_is_room() -> None:
    usual = USUAL["green-factory"]()
    foot = f"{usual['unit_name']}{usual['credit_code']}政策包"
    assert all(foot in page for page in page_texts(pdf_bytes(_form({}), fonts())))
    long = page_texts(pdf_bytes(_form({"unit_name": "绿色智能流体装备制造" * 6}), fonts()))
    assert all(f"{usual['credit_code']}政策包" in page for page in long)
    assert not any("流体装备制造91120115" in page for page in long)


def _form(changes: dict[str, Any]) -> Document:
    return filled_form(pack(), checked("green-factory", {**USUAL["green-factory"](), **changes}).state, {})
