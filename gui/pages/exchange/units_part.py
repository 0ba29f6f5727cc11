"""The office's units: how each form stands with the bureau, its words and remarks at the right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.domain.exchange import FileKind, SharedUnit
from core.domain.library import Remark
from core.services import drafts
from core.services.exchange import log, news
from core.services.exchange.model import Standing, StandingLine
from core.services.exchange.shared import shared_units
from core.services.library import review
from gui.models.rows_model import Row, RowsModel
from gui.pages.exchange.words import UNIT_COLUMNS, is_out, shared_row, shared_sections, unit_row, unit_sections
from gui.session import Session
from gui.widgets.detail_panel import DetailPanel
from gui.widgets.list_frame import ListFrame
from gui.widgets.page import Page
from gui.widgets.pinyin import matches

_EMPTY: Final = "还没有要报的表。在“单位表”填报、校核、推荐后，列在这里；按“打包上报”写成一个文件交给区工信局。"
_CONFLICT: Final = "conflict"
_SHARED: Final = "shared"


class UnitsPart(QWidget):
    """Enter opens the form, or the conflict where there is one. `opened` brings a record's id."""

    opened = Signal(str)

    def __init__(self, page: Page, session: Session, settle: Callable[[tuple[str, ...]], object]) -> None:
        super().__init__(page)
        self._session = session
        self._settle = settle
        self._lines: tuple[StandingLine, ...] = ()
        self._shared: tuple[SharedUnit, ...] = ()
        self._refused: Mapping[str, str] = {}
        self._sent_at: dict[int, datetime] = {}
        self.model = RowsModel([c.title for c in UNIT_COLUMNS], self)
        self.frame = ListFrame("单位", UNIT_COLUMNS, self.model, self, key=_key, unit="份")
        self.detail = DetailPanel(self)
        self.open = page.action("打开(&O)", "Ctrl+O", self._open_form)
        self.settle = page.action("处理冲突(&K)", "", self._settle_current, "两边改得不一样的栏，逐栏决定")
        self.frame.set_actions((self.open, self.settle))
        self.frame.filters.add_choice("standing", "报送情况", [
            ("全部情况", None), *((s.label, s.value) for s in Standing), ("有冲突", _CONFLICT), ("别处推荐", _SHARED),
        ])
        self.frame.set_empty(_EMPTY)
        self.frame.set_detail(self.detail, share=0.34)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.frame)
        self.frame.changed.connect(self._fill)
        self.frame.moved.connect(self._show)
        self.frame.opened.connect(self._enter)

    @property
    def lines(self) -> tuple[StandingLine, ...]:
        """All of them, whatever the filter leaves."""
        return self._lines

    def refresh(self) -> None:
        """Look again."""
        self._lines = log.standings(self._session.workspace)
        self._shared = shared_units(self._session.workspace)
        self._refused = news.refusals(self._session.workspace)
        went = log.outbox(self._session.workspace)
        self._sent_at = {file.number: file.made_at for file in went if file.kind is FileKind.PACKAGE}
        self._fill()

    def select_urgent(self) -> None:
        """Go to the first unit that asks for something: a conflict, a form that came back."""
        first = next((line for line in self._lines if self._is_urgent(line)), None)
        if first is not None:
            self.frame.select(first.record_id)

    def _is_urgent(self, line: StandingLine) -> bool:
        return bool(line.conflicts) or line.standing is Standing.RETURNED or self._is_refused(line)

    def _fill(self) -> None:
        wanted = self.frame.filters.values()
        standing, query = wanted.get("standing"), str(wanted.get("query", ""))
        found: list[StandingLine | SharedUnit] = [
            line for line in self._lines
            if (bool(line.conflicts) if standing == _CONFLICT else standing in (None, line.standing.value))
            and matches(query, line.unit_name, line.credit_code)
        ]
        if standing in (None, _SHARED):
            found += [unit for unit in self._shared if matches(query, unit.unit_name, unit.credit_code)]
        self.model.set_rows([self._row(f) for f in found], found)

    def _row(self, shown: StandingLine | SharedUnit) -> Row:
        if isinstance(shown, SharedUnit):
            return shared_row(self._session.workspace, shown)
        return unit_row(shown, is_answered=self._is_answered(shown), is_refused=self._is_refused(shown))

    def _is_refused(self, line: StandingLine) -> bool:
        """True when the bureau did not take the form in, and nothing else came of it since."""
        return line.record_id in self._refused and line.standing in (Standing.SENT, Standing.CHANGED)

    def _is_answered(self, line: StandingLine) -> bool:
        """True when the form was handed in again after the bureau's last remark."""
        if not line.remarks or line.package_number is None or not is_out(line):
            return False
        if line.standing is Standing.SENT:
            return True
        sent_at = self._sent_at.get(line.package_number)
        remarks = review.remarks(self._session.workspace, line.record_id)
        return sent_at is not None and all(remark.written_at <= sent_at for remark in remarks)

    def _current(self) -> StandingLine | None:
        found = self.frame.current()
        return found if isinstance(found, StandingLine) else None

    def _show(self, shown: object) -> None:
        line = self._current()
        self.open.setEnabled(line is not None)
        self.settle.setEnabled(line is not None and bool(line.conflicts))
        if isinstance(shown, SharedUnit):
            self.detail.show_sections(shown.unit_name, shared_sections(self._session.workspace, shown))
        elif line is None:
            self.detail.clear()
        else:
            found = unit_sections(line, self._remarks(line), is_answered=self._is_answered(line))
            self.detail.show_sections(line.unit_name or "未填名称", found)

    def _remarks(self, line: StandingLine) -> list[tuple[str, Remark]]:
        """The bureau's remarks with the labels of their fields."""
        ws = self._session.workspace
        found = review.remarks(ws, line.record_id) if line.remarks else ()
        form = drafts.open_form(ws, line.record_id).form if found else None
        known = form.by_name if form is not None else {}
        return [(form.label_of(r.field) if form is not None and r.field in known else "", r) for r in found]

    def _enter(self, line: object) -> None:
        if isinstance(line, StandingLine) and line.conflicts:
            self._settle((line.record_id,))
        else:
            self._open_form()

    def _open_form(self) -> None:
        line = self._current()
        if line is not None:
            self.opened.emit(line.record_id)

    def _settle_current(self) -> None:
        line = self._current()
        if line is not None:
            self._settle((line.record_id,))


def _key(line: StandingLine | SharedUnit) -> str:
    return line.record_id if isinstance(line, StandingLine) else f"{line.credit_code}:{line.form}"
