"""The editor of one form: a sheet that looks like the paper, built from the definition alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from core.domain.finding import Finding
from core.domain.values import Answers, Stored
from core.forms.definition import FormDefinition
from core.forms.evaluation import FormState
from gui.forms.content import Content, ContentHooks
from gui.forms.hint_bar import HintBar
from gui.forms.marks import marks_of, with_notes, with_remarks, with_unsaved
from gui.forms.plan import label_of
from gui.forms.repeat_table import RepeatTable
from gui.forms.row_commands import RowCommands
from gui.forms.sheet import Sheet
from gui.forms.sheet_row import SheetCell
from gui.widgets.choice_cell import ChoiceCell
from gui.widgets.composing import finish_composing
from gui.widgets.file_cell import FileCell
from gui.widgets.section_navigator import SectionNavigator
from gui.widgets.theme import Mark

_DESK_MARGIN = 8
_KNOWN = "由培育库带出，不能改动；如有不符，请与区工信局核对。"


class FormPage(QWidget):
    """Shows one record's form and reports what the clerk does; it stores and judges nothing itself.

    `answer_edited` carries name and raw value: at once for choices, dates and ticks; for typing after a pause of
    300 ms, on leaving the cell and on `flush`. A repeat group comes as the list of all its rows under its name.
    """

    answer_edited = Signal(str, object)
    evidence_requested = Signal(str)
    evidence_dropped = Signal(str, list)
    evidence_open_requested = Signal(str)
    evidence_removed = Signal(str)
    field_focused = Signal(str)

    def __init__(
        self, form: FormDefinition, parent: QWidget | None = None, *,
        parameters: Mapping[str, float | str] | None = None,
    ) -> None:
        """Build the page; `parameters` of the pack fill the numbers into printed notes."""
        super().__init__(parent)
        self.form = form
        self._read_only = False
        self._remarks: Mapping[str, str] = {}
        self._notes: Mapping[str, str] = {}
        self._unsaved: Mapping[str, str] = {}
        self._known: frozenset[str] = frozenset()
        self._navigator = SectionNavigator(self)
        self._navigator.set_sections([s or "表头" for s in form.sections])
        self._hints = HintBar(self)
        self._said: SheetCell | None = None
        self._sheet = Sheet()
        self._scroll = self._make_scroll()
        hooks = ContentHooks(self._on_edited, self._on_entered, self._connect_file, self._on_button)
        self._content = Content(form, self._sheet, parameters or {}, hooks)
        self._commands = RowCommands(self._sheet, self._content, self._emit_table)
        self._sheet.row_command.connect(self._on_row_command)
        self._sheet.laid_out.connect(self._on_laid_out)
        self._sheet.set_rows(self._content.rows())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._navigator)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self._hints)
        self._add_shortcuts()

    def _make_scroll(self) -> QScrollArea:
        desk = QWidget()
        desk.setObjectName("desk")
        row = QHBoxLayout(desk)
        row.setContentsMargins(_DESK_MARGIN, _DESK_MARGIN, _DESK_MARGIN, _DESK_MARGIN)
        row.addStretch(0)
        row.addWidget(self._sheet, 1, Qt.AlignmentFlag.AlignTop)
        row.addStretch(0)
        scroll = QScrollArea(self)
        scroll.setObjectName("formScroll")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(desk)
        scroll.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self._navigator.section_chosen.connect(self.go_to_section)
        return scroll

    def _add_shortcuts(self) -> None:
        actions: dict[str, Callable[[], object]] = {
            "Alt+PgDown": lambda: self.go_to_section(self.current_section + 1),
            "Alt+PgUp": lambda: self.go_to_section(self.current_section - 1),
            "F8": lambda: self.focus_next_problem(1),
            "Shift+F8": lambda: self.focus_next_problem(-1),
            "Ctrl+Shift+Del": self._restore_row,
        }
        for keys, action in actions.items():
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(action)

    @property
    def current_section(self) -> int:
        """Index of the section that the clerk is in: of the focused cell while it can be seen, else of the top row."""
        top = self._scroll.verticalScrollBar().value()
        current = self._sheet.current_cell()
        if current is not None and current.rect.bottom() > top and current.rect.top() < top + self._view_height():
            return current.row.section
        edge = top + self._sheet.measures.line * 3
        return next((r.section for r in reversed(self._sheet.rows) if r.top <= edge), 0)

    def sections(self) -> tuple[str, ...]:
        """Titles of the sections, the head of the form first as empty text."""
        return self.form.sections

    def go_to_section(self, index: int) -> None:
        """Scroll to a section and go to its first open cell."""
        rows = [r for r in self._sheet.rows if r.section == index]
        if not rows:
            return
        self._settle()
        cell = next((c for r in rows for c in r.cells if c.is_open), None)
        if cell is not None:
            self._sheet.focus_cell(cell)
        self._scroll.verticalScrollBar().setValue(rows[0].top)
        self._navigator.show_current(index)

    @property
    def typed_field(self) -> str:
        """The field, or the table, that the clerk has typed into since the keys came there; empty for none."""
        cell = self._sheet.current_cell()
        touched = cell is not None and getattr(cell.editor, "is_touched", False)
        return (cell.row.repeat or cell.name) if cell is not None and touched else ""

    def set_answers(
        self, answers: Answers, evidence_names: Mapping[str, str], only: Collection[str] | None = None
    ) -> None:
        """Show stored answers, all or `only` some; emits nothing, and leaves alone a text that is being typed."""
        self._commands.forget()
        focused = self._sheet.current_cell()
        path = self._content.path_of(focused) if focused is not None else ""
        if self._content.load(answers, evidence_names, only):
            self._sheet.set_rows(self._content.rows())
            self._sheet.relayout()
            if path and self._sheet.current_cell() is None:
                self.focus_field(path)
        self._sheet.ask_layout()
        self._sheet.update()

    def apply_state(self, state: FormState, findings: Sequence[Finding] | None = None) -> None:
        """Show calculated values, relevance and marks; `findings` of the verdict, or those of the state alone."""
        found = marks_of(state, state.findings if findings is None else findings)
        marks = with_unsaved(with_notes(with_remarks(found, self._remarks), self._notes), self._unsaved)
        if self._content.apply(state, marks):
            self._sheet.ask_layout()
        self._show_section_marks()
        current = self._sheet.current_cell() or self._said
        if current is not None and any(cell is current for cell in self._content.all_cells()):
            self._say(current)  # also where the keys are elsewhere: what the line tells may be settled

    def focus_field(self, path: str, row: int | None = None) -> bool:
        """Scroll to a field, focus it and flash it; `row` of a repeat group counts from 1. False if there is none."""
        cell = self._content.find(path, row)
        if cell is None:
            return False
        self._settle()
        self._sheet.focus_cell(cell)
        self._reveal(cell)
        self._sheet.flash(cell)
        return True

    def focus_first(self) -> None:
        """Go to the first open cell after the head of the form."""
        cells = self._sheet.open_cells()
        first = next((c for c in cells if c.row.section > 0), cells[0] if cells else None)
        if first is not None:
            self._sheet.focus_cell(first)

    def focus_next_problem(self, direction: int) -> bool:
        """Go to the next marked cell (+1) or the one before (-1), round the end; hints only where nothing else is."""
        cells = self._sheet.open_cells()
        wanted = {c for c in cells if c.mark >= Mark.VERIFY} or {c for c in cells if c.mark is not Mark.NONE}
        if not wanted:
            return False
        current = self._sheet.current_cell()
        start = cells.index(current) if current in cells else (-1 if direction > 0 else len(cells))
        step = 1 if direction > 0 else -1
        ring = [cells[(start + step * n) % len(cells)] for n in range(1, len(cells) + 1)]
        target = next(c for c in ring if c in wanted)
        self._sheet.focus_cell(target)
        self._reveal(target)
        self._sheet.flash(target)
        return True

    def flush(self) -> None:
        """Emit what is being typed, composed text included."""
        finish_composing()
        current = self._sheet.current_cell()
        if current is None or current.editor is None:
            return
        if isinstance(current.editor, ChoiceCell):
            current.editor.finish()
        else:
            current.editor.commit()

    def set_read_only(self, read_only: bool, known: frozenset[str] = frozenset()) -> None:  # noqa: FBT001
        """Only show, or let edit again; `known` fields were answered by the library and stay shut."""
        self._read_only = read_only
        self._known = known
        self._content.lock(locked=read_only, known=known)

    def set_remarks(
        self, remarks: Mapping[str, str], notes: Mapping[str, str], unsaved: Mapping[str, str] | None = None
    ) -> None:
        """The bureau's words on fields, notes, and why typed text is not saved; shown at the next `apply_state`."""
        self._remarks, self._notes, self._unsaved = remarks, notes, unsaved or {}

    def set_last_year(self, answers: Answers) -> None:
        """What was carried forward from last year's form: cells that differ are shaded, the hint names last year's."""
        self._content.set_last_year(answers)

    def value_text(self, path: str) -> str:
        """What a cell shows now: of an editor or of a calculation; empty for an unknown path."""
        cell = self._content.find(path, None)
        if cell is None:
            return ""
        if cell.editor is None:
            return cell.text
        raw = cell.editor.raw()
        return "" if raw is None else str(raw)

    def _on_edited(self, cell: SheetCell, raw: Stored) -> None:
        cell.value = raw
        self._sheet.update_cell(cell)  # last year's answer or not
        self._commands.on_edited()
        table = self._content.tables.get(cell.row.repeat)
        if table is None:
            self.answer_edited.emit(cell.name, raw)
        else:
            self._emit_table(table)

    def _emit_table(self, table: RepeatTable) -> None:
        self.answer_edited.emit(table.field.name, table.raw())

    def _on_entered(self, cell: SheetCell) -> None:
        self._reveal(cell)
        self._say(cell)
        self._sheet.update()
        self._navigator.show_current(cell.row.section)
        self.field_focused.emit(self._content.path_of(cell))

    def _connect_file(self, cell: SheetCell, editor: FileCell) -> None:
        editor.choose_requested.connect(lambda: self.evidence_requested.emit(self._content.path_of(cell)))
        editor.dropped.connect(lambda files: self.evidence_dropped.emit(self._content.path_of(cell), files))
        editor.remove_requested.connect(lambda: self.evidence_removed.emit(self._content.path_of(cell)))
        editor.open_requested.connect(self.evidence_open_requested)

    def _on_button(self, table: RepeatTable, key: object) -> None:
        current = self._sheet.current_cell()
        inside = current is not None and current.row in table.body
        self._on_row_command(key, current.row if current is not None and inside else table.body[-1])

    def _on_row_command(self, key: object, row: object) -> None:
        if not self._read_only:
            self.flush()
            said = self._commands.run(key, row)
            if said:
                self._hints.say("表格", said, "", Mark.NONE)

    def _restore_row(self) -> None:
        if not self._read_only:
            self._commands.restore()

    def _settle(self) -> None:
        """Lay out now, so that places are true."""
        self._sheet.relayout()
        layout = self._scroll.widget().layout()
        if layout is not None:
            layout.activate()

    def _view_height(self) -> int:
        return self._scroll.viewport().height()

    def _reveal(self, cell: SheetCell) -> None:
        """Scroll a cell into sight, with room for the heading above and the next row below."""
        top = self._sheet.y() + cell.rect.center().y()
        room = min(cell.rect.height() // 2 + self._sheet.measures.line * 3, self._view_height() // 2 - 1)
        self._scroll.ensureVisible(self._scroll.horizontalScrollBar().value(), top, 0, max(room, 0))
        row = cell.row.cells
        label = row[max(row.index(cell) - 1, 0)]
        left = self._sheet.x() + (label if label.name == cell.name else cell).rect.left() - _DESK_MARGIN
        right = self._sheet.x() + cell.rect.right() + _DESK_MARGIN
        bar, width = self._scroll.horizontalScrollBar(), self._scroll.viewport().width()
        if left < bar.value() or right > bar.value() + width:
            bar.setValue(min(left, max(right - width, bar.value())) if left >= bar.value() else left)

    def _say(self, cell: SheetCell) -> None:
        field = cell.plan.field
        if field is None:
            return
        self._said = cell
        finding = cell.words.removesuffix(field.hint).strip() if cell.mark is not Mark.NONE else ""
        last_year = "" if cell.before is None else f"上年：{cell.before or '（空）'}"
        hint = _KNOWN if field.name in self._known else field.hint
        self._hints.say(label_of(field), "　".join(p for p in (last_year, hint) if p), finding, cell.mark)

    def _show_section_marks(self) -> None:
        strongest = [Mark.NONE] * len(self.form.sections)
        for cell in self._content.all_cells():
            strongest[cell.row.section] = max(strongest[cell.row.section], cell.mark)
        self._navigator.show_marks(strongest)

    def _on_scrolled(self) -> None:
        self._navigator.show_current(self.current_section)

    def _on_laid_out(self) -> None:
        for table in self._content.tables.values():
            table.place_buttons()

    def showEvent(self, event: QShowEvent) -> None:
        """First shown: lay out before the first paint."""
        super().showEvent(event)
        self._sheet.relayout()
