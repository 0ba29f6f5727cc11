"""The paper form as rows and cells: nothing lost, nothing twice, nothing overlapping."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from core.forms.definition import FieldType, PlaceKind
from core.policy.pack import PolicyPack
from gui.forms.plan import CellKind, CellPlan, RepeatPlan, RowKind, plan_form

FORMS = ("green-factory", "green-supply-chain", "green-park", "annual-report")


def _rows(pack: PolicyPack, form_id: str) -> list[tuple[CellPlan, ...]]:
    rows: list[tuple[CellPlan, ...]] = []
    for block in plan_form(pack.form(form_id)):
        rows.extend([(block.title,), block.heads, block.cells] if isinstance(block, RepeatPlan) else [block.cells])
    return rows


@pytest.mark.parametrize("form_id", FORMS)
def test_every_field_has_exactly_one_place(pack: PolicyPack, form_id: str) -> None:
    places = Counter(
        c.field.name
        for row in _rows(pack, form_id)
        for c in row
        if c.field is not None and c.kind in (CellKind.INPUT, CellKind.CALCULATED)
    )
    fixed_keys = {f.key_column.name for f in pack.form(form_id).fields if f.rows_from is not None}
    wanted = {
        f.name
        for f in pack.form(form_id).walk()
        if f.type not in (FieldType.NOTE, FieldType.REPEAT)
        and not (f.place.kind is PlaceKind.HIDDEN and f.type is FieldType.CALCULATE)
    } - fixed_keys
    assert set(places) == wanted
    assert set(places.values()) == {1}


@pytest.mark.parametrize("form_id", FORMS)
def test_cells_fill_each_row_from_left_to_right_without_overlap(pack: PolicyPack, form_id: str) -> None:
    for row in _rows(pack, form_id):
        assert all(c.left < c.right <= 1.0 for c in row)
        assert all(a.right <= b.left + 1e-9 for a, b in pairwise(row))


def test_grid_rows_reach_both_edges(pack: PolicyPack) -> None:
    for block in plan_form(pack.form("green-factory")):
        if not isinstance(block, RepeatPlan) and block.kind in (RowKind.GRID, RowKind.TABLE):
            assert (block.cells[0].left, block.cells[-1].right) == (0.0, 1.0)


def test_labels_carry_unit_and_required_mark(pack: PolicyPack) -> None:
    labels = {c.field.name: c for r in _rows(pack, "green-factory") for c in r if c.kind is CellKind.LABEL and c.field}
    assert labels["revenue_wan"].text == "营业收入（万元）"
    assert labels["revenue_wan"].required
    assert not labels["contact_email"].required


def test_matrix_columns_are_named_as_the_paper_names_them(pack: PolicyPack) -> None:
    rows = [b for b in plan_form(pack.form("green-park")) if not isinstance(b, RepeatPlan)]
    heads = next(row.cells for row in rows if row.kind is RowKind.TABLE_HEAD)
    assert [c.text for c in heads] == [
        "序号", "情形", "有无", "起始日期", "结束日期", "情况说明", "查询渠道", "查询（确认）日期", "佐证材料",
    ]
