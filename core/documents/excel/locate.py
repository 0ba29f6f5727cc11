"""Finds the cell of every field: by its defined name where the labels around it agree, else by the labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from core.documents.excel.alignment import Alignment
from core.documents.excel.book import Book, Sheet
from core.documents.excel.model import defined_name
from core.documents.excel.plan import Block, SheetPlan, Spot
from core.documents.excel.references import split_target

Place = tuple[int, int]
Area = tuple[Place, Place]


@dataclass
class Located:
    """Cells of top-level fields, and the rows and columns of repeats. `deleted` are fields whose cell is gone."""

    spots: dict[str, Place] = field(default_factory=dict)
    rows: dict[str, list[int]] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    by_name: int = 0
    by_label: int = 0


def locate(plan: SheetPlan, alignment: Alignment, sheet: Sheet, book: Book) -> Located:
    """Find everything of a form on its sheet."""
    named = dict(_named_areas(plan, sheet, book))
    located = Located()
    for spot in plan.spots:
        _locate_spot(spot, alignment, sheet, named.get(spot.field.name), located)
        broken = any("#REF!" in t for t in book.names.get(defined_name(spot.field.name), ()))
        if spot.field.name not in located.spots and broken:
            located.deleted.append(spot.field.name)
    for block in plan.blocks:
        _locate_block(block, alignment, named, located)
    return located


def _named_areas(plan: SheetPlan, sheet: Sheet, book: Book) -> Iterator[tuple[str, Area]]:
    """Areas of the names that point to the form's sheet, or to a sheet that is gone: it was renamed by a program."""
    titles = {s.title for s in book.sheets}
    fields = [s.field for s in plan.spots] + [c for b in plan.blocks for c in (b.field, *b.field.columns)]
    for item in fields:
        targets = book.names.get(defined_name(item.name), ())
        target = split_target(targets[0]) if targets else None
        if target is not None and (target[0] == sheet.title or target[0] not in titles):
            yield item.name, (target[1], target[2])


def _locate_spot(spot: Spot, alignment: Alignment, sheet: Sheet, named: Area | None, located: Located) -> None:
    row = alignment.rows.get(spot.row)
    if row is None:
        if named is not None and named[0] not in located.spots.values():
            located.spots[spot.field.name] = named[0]
            located.by_name += 1
        return
    low, high = _region(spot, alignment)
    if named is not None and named[0][0] == row and low <= named[0][1] <= high:
        located.spots[spot.field.name] = _filled(sheet, row, named[0][1], low, high)
        located.by_name += 1
        return
    located.spots[spot.field.name] = _filled(sheet, row, min(max(alignment.column(spot.col), low), high), low, high)
    located.by_label += 1


def _region(spot: Spot, alignment: Alignment) -> tuple[int, int]:
    """Sheet columns between the field's label and the next one: its value stands somewhere there."""
    low = alignment.column(spot.col)
    if spot.label_col is not None:
        low = alignment.labels.get((spot.row, spot.label_col), alignment.column(spot.label_col)) + 1
    after = spot.last + 1
    high = alignment.labels.get((spot.row, after), alignment.column(after)) - 1
    return low, max(low, high)


def _filled(sheet: Sheet, row: int, column: int, low: int, high: int) -> Place:
    """The expected cell, or the first filled one of its region: merging cells moves a value to the left."""
    if (row, column) not in sheet.cells:
        for other in range(low, high + 1):
            if (row, other) in sheet.cells:
                return row, other
    return row, column


def _locate_block(block: Block, alignment: Alignment, named: Mapping[str, Area], located: Located) -> None:
    header = alignment.rows.get(block.header_row)
    columns = [c for c in block.field.columns if c.name in block.columns]
    if header is not None:
        located.rows[block.field.name] = list(range(header + 1, alignment.next_row(block.header_row)))
        for column in columns:
            col = block.columns[column.name][0]
            located.columns[column.name] = alignment.labels.get((block.header_row, col), alignment.column(col))
        located.by_name += block.field.name in named
        located.by_label += block.field.name not in named
        return
    area = named.get(block.field.name)
    if area is None:
        return
    located.rows[block.field.name] = list(range(area[0][0], area[1][0] + 1))
    for column in columns:
        if column.name in named:
            located.columns[column.name] = named[column.name][0][1]
    located.by_name += 1
