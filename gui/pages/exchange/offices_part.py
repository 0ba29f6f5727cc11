"""The bureau's offices: last package, packages that did not come, what waits for a receipt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.services import drafts
from core.services.exchange import conflicts, log
from core.services.exchange.model import OfficeLine
from gui.models.rows_model import RowsModel
from gui.pages.exchange.words import OFFICE_COLUMNS, FileLine, moment_of, office_row, office_sections
from gui.session import Session
from gui.widgets.detail_panel import DetailPanel
from gui.widgets.list_frame import ListFrame
from gui.widgets.page import Page
from gui.widgets.pinyin import matches

_ALL: Final = 100_000
_EMPTY: Final = "政策包里没有街镇、园区。"
_CONFLICT: Final = "conflict"
_STATES: Final[tuple[tuple[str, str | None], ...]] = (
    ("全部情况", None), ("报来过文件", "came"), ("缺包", "missing"), ("有待审核", "waiting"), ("回执待发", "due"),
    ("未登记", "stranger"),
    ("有冲突", _CONFLICT),
)
_TESTS: Final[dict[object, Callable[[OfficeLine], bool]]] = {
    None: lambda _line: True, "came": lambda line: bool(line.last_number), "missing": lambda line: bool(line.missing),
    "waiting": lambda line: bool(line.waiting), "due": lambda line: line.receipt_due,
    "stranger": lambda line: not line.is_enrolled,
}


class OfficesPart(QWidget):
    """One line per office; Enter goes to the panel at the right."""

    def __init__(self, page: Page, session: Session, settle: Callable[[tuple[str, ...]], object]) -> None:
        super().__init__(page)
        self._session = session
        self._settle = settle
        self._lines: tuple[OfficeLine, ...] = ()
        self._files: tuple[FileLine, ...] = ()
        self._in_conflict: tuple[str, ...] = ()
        self._conflicts: Counter[str] = Counter()
        self.model = RowsModel([c.title for c in OFFICE_COLUMNS], self, right=(6, 7, 8))
        self.frame = ListFrame(
            "街镇、园区", OFFICE_COLUMNS, self.model, self, key=lambda line: line.office, unit="个",
            hint="查找：名称、拼音首字母",
        )
        self.detail = DetailPanel(self)
        self.review = page.action("去审核(&A)", "", lambda: page.go_wanted.emit("review", {}), "到“审核”页审核收下的表")
        self.settle = page.action("处理冲突(&K)", "", self._settle_all, "两边改得不一样的栏，逐栏决定")
        self.frame.set_actions((self.review, self.settle))
        self.frame.filters.add_choice("state", "收发情况", list(_STATES))
        self.frame.set_empty(_EMPTY)
        self.frame.set_detail(self.detail, share=0.34)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.frame)
        self.frame.changed.connect(self._fill)
        self.frame.moved.connect(self._show)
        self.frame.opened.connect(lambda _line: self.detail.setFocus())

    @property
    def lines(self) -> tuple[OfficeLine, ...]:
        """All of them, whatever the filter leaves."""
        return self._lines

    def current_office(self) -> tuple[str, ...]:
        """The code of the office that the keys are on, if any."""
        line = self.frame.current()
        return (line.office,) if isinstance(line, OfficeLine) else ()

    def refresh(self) -> None:
        """Look again: offices with something to do first."""
        ws = self._session.workspace
        files: list[FileLine] = [*log.inbox(ws), *log.outbox(ws)]
        self._files = tuple(sorted(files, key=moment_of, reverse=True))
        self._in_conflict = conflicts.records_in_conflict(ws)
        known = drafts.list_units(ws, limit=_ALL) if self._in_conflict else ()
        self._conflicts = Counter(unit.office for unit in known if unit.id in self._in_conflict)
        self._lines = tuple(sorted(log.offices(ws), key=self._place))
        count = len(self._in_conflict)
        self.settle.setEnabled(bool(count))
        self.frame.notice.say(f"有{count}份表两边改得不一样，请按“处理冲突”逐栏决定用哪一边的。" if count else "")
        self._fill()

    def _place(self, line: OfficeLine) -> tuple[bool, bool]:
        return (not self._conflicts[line.office], not (line.last_number or line.is_enrolled))

    def _is_wanted(self, state: object, line: OfficeLine) -> bool:
        return bool(self._conflicts[line.office]) if state == _CONFLICT else _TESTS[state](line)

    def _fill(self) -> None:
        wanted = self.frame.filters.values()
        state, query = wanted.get("state"), str(wanted.get("query", ""))
        found = [line for line in self._lines if self._is_wanted(state, line) and matches(query, line.label)]
        self.model.set_rows([office_row(line, self._conflicts[line.office]) for line in found], found)

    def _show(self, line: object) -> None:
        if not isinstance(line, OfficeLine):
            self.detail.clear()
            return
        files = [file for file in self._files if file.office == line.office]
        self.detail.show_sections(line.label, office_sections(line, files, self._conflicts[line.office]))

    def _settle_all(self) -> None:
        self._settle(self._in_conflict)
