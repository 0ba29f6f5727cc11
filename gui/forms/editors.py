"""Which editor a field gets, how an answer is written in it, and how finished text is tidied."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtWidgets import QWidget

from core.domain.values import Stored
from core.forms.definition import ChoiceList, Field, FieldType, FormDefinition, PlaceKind
from core.forms.values import clean_text, parse
from gui.forms.plan import label_of
from gui.forms.sheet_row import Editor, SheetCell
from gui.widgets.check_group import CheckGroup
from gui.widgets.choice_cell import ChoiceCell, ChoiceMode
from gui.widgets.date_cell import DateCell
from gui.widgets.file_cell import FileCell
from gui.widgets.line_cell import LineCell
from gui.widgets.memo_cell import MemoCell
from gui.widgets.options import Option, OptionList

_LOOKUP = re.compile(r"choice_label\('([a-z_]+)',\s*([a-z_0-9]+)\)")
_WRAPPING_PLACES = frozenset({PlaceKind.FULL, PlaceKind.COLUMN, PlaceKind.MATRIX})
_LONG_TEXT = 200
_WIDE_SPAN = 5


class EditorMaker:
    """Makes editors for one form; choice lists are shared by all cells that offer them."""

    def __init__(self, form: FormDefinition, parent: QWidget) -> None:
        self._form = form
        self._parent = parent
        self._lists: dict[str, OptionList] = {}
        self._lookups = _lookups(form)

    def make(self, field: Field, placeholder: str = "") -> Editor:
        """The editor of a field that a person fills in."""
        editor = self._make(field)
        editor.setAccessibleName(label_of(field))
        if isinstance(editor, LineCell) and placeholder:
            editor.setPlaceholderText(placeholder)
        return editor

    def _make(self, field: Field) -> Editor:
        if field.type is FieldType.FILE:
            return FileCell(self._parent, narrow=field.place.kind not in (PlaceKind.ATTACHMENT, PlaceKind.FULL))
        if field.type is FieldType.SELECT_MULTIPLE:
            return CheckGroup(self._options(field.choices), self._parent)
        if field.type.is_choice:
            mode = ChoiceMode.OPEN if field.is_open_choice else ChoiceMode.CLOSED
            return ChoiceCell(self._options(field.choices), self._parent, mode=mode)
        lookup = self._lookups.get(field.name)
        if lookup is not None:
            return ChoiceCell(self._codes(lookup), self._parent, mode=ChoiceMode.CODE)
        tidy = partial(tidy_text, field)
        if field.type is FieldType.DATE:
            return DateCell(self._parent, canonical=tidy)
        if is_long(field):
            return MemoCell(self._parent, in_table=bool(field.repeat))
        return LineCell(self._parent, canonical=tidy)

    def _options(self, choices: ChoiceList | None) -> OptionList:
        name = choices.name if choices else ""
        if name not in self._lists:
            self._lists[name] = OptionList([Option(c.name, c.label) for c in choices.choices] if choices else [])
        return self._lists[name]

    def _codes(self, choices: ChoiceList) -> OptionList:
        """The finest codes of a classification, each with its name beside it."""
        key = f"code {choices.name}"
        if key not in self._lists:
            longest = max((len(c.name) for c in choices.choices), default=0)
            finest = [c for c in choices.choices if len(c.name) == longest]
            self._lists[key] = OptionList([Option(c.name, c.label, c.name) for c in finest])
        return self._lists[key]


def _lookups(form: FormDefinition) -> Mapping[str, ChoiceList]:
    """Text fields whose code some calculation looks up in a list: industry_code → industry."""
    found: dict[str, ChoiceList] = {}
    for field in form.walk():
        for match in _LOOKUP.finditer(field.calculation.source if field.calculation else ""):
            target = form.by_name.get(match[2])
            if target is not None and target.type is FieldType.TEXT and match[1] in form.lists:
                found[match[2]] = form.lists[match[1]]
    return found


def is_long(field: Field) -> bool:
    """True for text that may take several lines on paper."""
    if field.type is not FieldType.TEXT or field.is_code:
        return False
    span = field.place.last - field.place.first + 1
    wide = field.place.kind is PlaceKind.GRID and span >= _WIDE_SPAN
    return field.place.kind in _WRAPPING_PLACES or wide or (field.max_length or 0) >= _LONG_TEXT


def tidy_text(field: Field, text: str) -> str:
    """Finished text as it is stored: `2026.3.1` → `2026-03-01`, full-width digits half; wrong text as typed."""
    parsed = parse(field, text)
    return text if parsed.problem or isinstance(parsed.stored, list) else clean_text(parsed.stored or "")


def written(value: Stored) -> str:
    """A stored scalar as an editor shows it."""
    return "" if value is None else clean_text(value)


def show(cell: SheetCell, value: Stored, evidence_names: Mapping[str, str]) -> None:
    """Write a stored answer into the cell's editor without emitting. Text being typed is left alone."""
    cell.value = value
    editor = cell.editor
    if editor is None or editor.is_typing:
        return
    if isinstance(editor, FileCell):
        identifier = written(value)
        editor.load_file(identifier, evidence_names.get(identifier, identifier))
    elif isinstance(editor, CheckGroup):
        names = [str(v) for v in value] if isinstance(value, list | tuple) else []
        editor.load_names(names, "" if names else written(value))
    else:
        editor.load(written(value))


def connect(cell: SheetCell, on_edited: Callable[[SheetCell, Stored], None], on_entered: Callable[[SheetCell], None]
            ) -> None:
    """Let a cell's editor report to the page."""
    editor = cell.editor
    if editor is None:
        return
    editor.entered.connect(partial(on_entered, cell))
    if not isinstance(editor, FileCell):
        editor.edited.connect(partial(on_edited, cell))
