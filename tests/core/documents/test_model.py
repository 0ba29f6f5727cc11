"""Documents go to other processes and back as they were."""

from __future__ import annotations

import pickle
from dataclasses import fields

import pytest

from core.documents.model import Align, Cell, FontRole, Row, Run, Style, VerticalAlign
from tests.core.documents.printing import FORMS, form_document, sheet_document

_RUN = Run("字", FontRole.KAI, 0.5, 0.25)
_CELL = Cell(3, (_RUN,), Style(FontRole.HEI, 7.0, align=Align.RIGHT), 2, 4, VerticalAlign.TOP, 0.75)
_ROW = Row((_CELL,), 9.5, repeats=True, keeps_next=True)


@pytest.mark.parametrize("part", [_RUN, _CELL, _ROW], ids=lambda p: type(p).__name__)
def test_parts_that_pack_themselves_leave_nothing_out(part: Run | Cell | Row) -> None:
    plain = type(part)("") if isinstance(part, Run) else type(part)(0, ()) if isinstance(part, Cell) else Row(())
    for item in fields(part):
        assert getattr(part, item.name) != getattr(plain, item.name), f"{item.name}: give the sample a value of its own"
    assert pickle.loads(pickle.dumps(part)) == part


@pytest.mark.parametrize("form", FORMS)
def test_whole_documents_come_back_equal(form: str) -> None:
    document = form_document(form, "usual")
    assert pickle.loads(pickle.dumps(document)) == document


def test_the_words_of_a_form_are_carried_once() -> None:
    one, two = sheet_document("green-factory", "usual"), sheet_document("green-factory", "usual")
    assert one == two
    assert len(pickle.dumps((one, two))) < 1.6 * len(pickle.dumps(one))
