"""Enterprises' forms come in, once and again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from core.documents.excel.template import write_filled
from core.domain.enums import Eligibility, RecordState
from core.domain.errors import NotAllowedError, UnreadableInputError
from core.services import drafts
from core.services.importing import ImportStatus, import_workbooks, require_importable
from core.services.workspace import Workspace
from tests.fixtures.sample_answers import AS_OF, factory_answers, park_answers


def _workbook(ws: Workspace, path: Path, answers: dict[str, Any], form: str = "green-factory") -> Path:
    write_filled(ws.pack.form(form), ws.pack, answers, path)
    return path


def _without(*names: str) -> dict[str, Any]:
    return {k: v for k, v in factory_answers().items() if k not in names}


def test_a_second_file_wins_field_by_field_and_blanks_what_it_leaves_out(ws: Workspace, tmp_path: Path) -> None:
    import_workbooks(ws, [_workbook(ws, tmp_path / "一.xlsx", factory_answers())])
    second = _workbook(ws, tmp_path / "二.xlsx", {**_without("main_products", "neg_abnormal_source"), "employees": 7})
    result = import_workbooks(ws, [second])[0]
    record = drafts.find_unit(ws, factory_answers()["credit_code"])[0]
    assert record.answers["employees"] == 7
    assert "main_products" not in record.answers
    assert record.answers["neg_abnormal_source"] == factory_answers()["neg_abnormal_source"]
    assert result.eligibility is drafts.open_form(ws, record.id).verdict.eligibility is Eligibility.INCOMPLETE
    assert "已更新原有草稿，改了2栏" in result.sentence


def test_a_finding_to_explain_is_told_beside_an_eligible_verdict(ws: Workspace, tmp_path: Path) -> None:
    clean = import_workbooks(ws, [_workbook(ws, tmp_path / "一.xlsx", factory_answers())])[0]
    opened = drafts.open_form(ws, clean.record_id or "")
    assert opened.verdict.eligibility is Eligibility.ELIGIBLE
    count = len(opened.verdict.open_findings)
    assert ("核实性问题" in clean.sentence) is bool(count)
    unsure = {**factory_answers(), "neg_other_answer": "yes", "neg_other_from": "2026-01-05"}
    doubtful = import_workbooks(ws, [_workbook(ws, tmp_path / "二.xlsx", unsure)])[0]
    opened = drafts.open_form(ws, doubtful.record_id or "")
    count = len(opened.verdict.open_findings)
    assert (opened.verdict.eligibility, count > 0) == (Eligibility.ELIGIBLE, True)
    assert f"校核结果：可推荐（还有{count}条核实性问题要写情况说明）" in doubtful.sentence


def test_a_blank_required_cell_comes_back_marked_though_nothing_is_wrong(ws: Workspace, tmp_path: Path) -> None:
    result = import_workbooks(ws, [_workbook(ws, tmp_path / "表.xlsx", _without("contact_name"))])[0]
    assert result.status is ImportStatus.STORED
    assert result.marked is not None
    problems = [[c.value for c in row] for row in load_workbook(result.marked)["填报问题"].iter_rows()]
    assert any("联系人" in str(cell) for row in problems for cell in row)


def test_marked_copies_never_replace_one_another(ws: Workspace, tmp_path: Path) -> None:
    path = _workbook(ws, tmp_path / "表.xlsx", {**factory_answers(), "employees": "很多"})
    first, second = (import_workbooks(ws, [path])[0].marked for _ in range(2))
    assert first is not None
    assert second is not None
    assert first != second
    again = import_workbooks(ws, [first])[0].marked
    assert again is not None
    assert again.name == "表（已标注3）.xlsx"


def test_a_formula_without_result_stays_wrong_in_the_store(ws: Workspace, tmp_path: Path) -> None:
    path = _workbook(ws, tmp_path / "表.xlsx", factory_answers())
    book = load_workbook(path)
    sheet, place = next(iter(book.defined_names["main_products"].destinations))
    book[sheet][place.replace("$", "").split(":")[0]].value = '=A1&"x"'
    book.save(path)
    result = import_workbooks(ws, [path])[0]
    assert result.status is ImportStatus.MARKED
    opened = drafts.open_form(ws, str(result.record_id))
    assert "main_products" in opened.state.wrong
    assert opened.verdict.eligibility is Eligibility.INCOMPLETE


def test_all_or_nothing_names_the_first_bad_file(ws: Workspace, tmp_path: Path) -> None:
    good = _workbook(ws, tmp_path / "好.xlsx", factory_answers())
    bad = tmp_path / "坏.xlsx"
    bad.write_bytes(b"not a workbook")
    with pytest.raises(UnreadableInputError, match=r"坏\.xlsx.*另有1个文件.*一个都没有存入"):
        require_importable(ws, [good, bad, tmp_path / "没有.xlsx"])
    assert drafts.count_units(ws) == 0


def test_a_recommended_unit_is_not_imported_over(ws: Workspace, tmp_path: Path) -> None:
    record_id = drafts.begin(ws, "green-factory", factory_answers()).record.id
    drafts.recommend(ws, record_id)
    path = _workbook(ws, tmp_path / "表.xlsx", {**factory_answers(), "employees": 1})
    result = import_workbooks(ws, [path])[0]
    assert result.status is ImportStatus.REFUSED
    assert "撤回" in result.sentence
    assert drafts.open_form(ws, record_id).record.answers["employees"] == factory_answers()["employees"]


def test_what_was_judged_is_what_is_locked(ws: Workspace) -> None:
    opened = drafts.begin(ws, "green-park", park_answers())
    drafts.save_answer(ws, opened.record.id, "main_function", "logistics")
    with pytest.raises(NotAllowedError, match=r"刚由.*改过"):
        ws.store.set_state(
            opened.record.id, RecordState.RECOMMENDED, actor="甲", source="推荐", expected=opened.record
        )
    ws.store.note_verdict(opened.record.id, opened.record.revision, Eligibility.ELIGIBLE, 0, "旧", AS_OF)
    assert drafts.list_units(ws)[0].eligibility == Eligibility.NOT_ELIGIBLE.value
