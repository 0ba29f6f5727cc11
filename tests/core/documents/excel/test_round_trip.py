"""What a program or a person fills in comes back field by field, also after rows and columns were inserted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from core.documents.excel.reader import read_workbook
from core.documents.excel.template import write_filled
from core.forms.values import parse_form
from core.policy.pack import PolicyPack
from tests.core.documents.excel.answers import form_sheet, open_filled, random_answers

FORMS = ("green-factory", "green-supply-chain", "green-park", "annual-report")
LIMITED = settings(max_examples=4, deadline=None, derandomize=True,
                   suppress_health_check=[HealthCheck.function_scoped_fixture])


def stored(pack: PolicyPack, path: Path) -> dict[str, Any]:
    reading = read_workbook(path, pack.forms)
    assert reading.problems == ()
    return dict(parse_form(pack.form(reading.form_id).fields, reading.answers).stored)


@pytest.mark.parametrize("form_id", FORMS)
@LIMITED
@given(seed=st.integers(0, 2**32))
def test_filled_through_names_reads_back(
    form_id: str, seed: int, pack: PolicyPack, templates: Mapping[str, Path], tmp_path: Path
) -> None:
    form = pack.form(form_id)
    answers = random_answers(form, Random(seed))
    path = tmp_path / "filled.xlsx"
    open_filled(templates[form_id], form, answers).save(path)
    assert stored(pack, path) == answers
    assert read_workbook(path, pack.forms).source == "names"


@pytest.mark.parametrize("form_id", FORMS)
@LIMITED
@given(seed=st.integers(0, 2**32))
def test_written_by_us_reads_back(form_id: str, seed: int, pack: PolicyPack, tmp_path: Path) -> None:
    form = pack.form(form_id)
    answers = random_answers(form, Random(seed))
    path = tmp_path / "ours.xlsx"
    write_filled(form, pack, answers, path)
    assert stored(pack, path) == answers


@pytest.mark.parametrize("form_id", FORMS)
@LIMITED
@given(seed=st.integers(0, 2**32))
def test_inserted_rows_and_columns_with_stale_names(
    form_id: str, seed: int, pack: PolicyPack, templates: Mapping[str, Path], tmp_path: Path
) -> None:
    """openpyxl moves neither names nor merged areas when it inserts."""
    form, random = pack.form(form_id), Random(seed)
    answers = random_answers(form, random)
    book = open_filled(templates[form_id], form, answers)
    sheet = form_sheet(book)
    for _ in range(random.randint(1, 5)):
        sheet.insert_rows(random.randint(1, sheet.max_row), random.randint(1, 2))
    for _ in range(random.randint(0, 2)):
        sheet.insert_cols(random.randint(1, 25))
    path = tmp_path / "inserted.xlsx"
    book.save(path)
    assert stored(pack, path) == answers


@pytest.mark.parametrize("form_id", FORMS)
def test_loaded_and_saved_by_openpyxl_twice(
    form_id: str, pack: PolicyPack, templates: Mapping[str, Path], tmp_path: Path
) -> None:
    form = pack.form(form_id)
    answers = random_answers(form, Random(form_id))
    path = tmp_path / "twice.xlsx"
    open_filled(templates[form_id], form, answers).save(path)
    load_workbook(path).save(path)
    assert stored(pack, path) == answers
