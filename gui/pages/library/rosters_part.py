"""名单: the numbered rosters, and what changed from an earlier one to a later one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from core.domain.calendar import format_chinese
from core.domain.errors import GreenLadderError
from core.domain.library import Roster, RosterChange, RosterDifference, RosterLine
from core.services.forms import clause_texts
from core.services.library import members, rosters, sheets
from core.services.library.labels import industry_label
from core.services.printing import PrintKind, PrintRequest
from core.services.workspace import Workspace
from gui.dialogs.files import ask_save_path, safe_name, saving_folder
from gui.dialogs.messages import tell, warn
from gui.dialogs.printing import PrintJob, preview
from gui.models.rows_model import Cell, Row, RowsModel
from gui.session import Session
from gui.tasks import TaskRunner
from gui.widgets.detail_panel import DetailPanel, Line, Section
from gui.widgets.list_frame import ListFrame
from gui.widgets.list_table import Column
from gui.widgets.page import Page
from gui.widgets.pinyin import matches

T = TypeVar("T")

COLUMNS: Final = (
    Column("变动", 70), Column("单位名称", stretches=True), Column("类别", 142, hide_below=520),
    Column("街镇、园区", 116, hide_below=820), Column("层级", 60, hide_below=1000),
    Column("入库日期", 92, hide_below=1060), Column("变动情况、原因", 210, hide_below=660),
    Column("依据", 84, hide_below=760),
)
_TONES: Final = {
    RosterChange.NEW: "good", RosterChange.KEPT: "plain", RosterChange.CHANGED: "wait", RosterChange.LEFT: "bad",
}
_ORDER: Final = (RosterChange.NEW, RosterChange.CHANGED, RosterChange.LEFT, RosterChange.KEPT)
_ALONE: Final = -1
_WORKBOOK: Final = "Excel文件 (*.xlsx)"
_EMPTY: Final = "还没有编号名单。关闭第一个更新窗口或批次时，程序写成第1号名单并封存。"


class RostersPart(QWidget):
    """One roster at a time, alone or against an earlier one."""

    def __init__(self, page: Page, session: Session, runner: TaskRunner) -> None:
        super().__init__(page)
        self._session = session
        self._runner = runner
        self._rosters: tuple[Roster, ...] = ()
        self._shown: Roster | None = None
        self._counts: Counter[RosterChange] = Counter()
        self._clauses = clause_texts(session.workspace.pack)
        self.model = RowsModel([c.title for c in COLUMNS], self)
        self.frame = ListFrame(
            "名单", COLUMNS, self.model, self, key=lambda d: d.line.membership_id, unit="行"
        )
        self.detail = DetailPanel(self)
        self.print = page.action("打印名单(&P)", "Ctrl+P", self._print)
        self.export = page.action("导出Excel(&X)", "Ctrl+Shift+E", self._export, "导出名单；对照时导出变动表")
        self.verify = page.action("核对封签(&K)", "", self._verify, "核对每一号名单是否与封存时一致")
        self.frame.set_actions((self.print, self.export, self.verify))
        filters = self.frame.filters
        self._number = filters.add_choice("number", "名单", [("（还没有名单）", None)])
        self._earlier = filters.add_choice("earlier", "对照", [("不对照", None)])
        filters.add_choice("change", "变动", [("全部变动", None), *((c.label, c.value) for c in _ORDER)])
        for combo in (self._number, self._earlier):
            combo.setMaximumWidth(280)
        self.frame.set_empty(_EMPTY)
        self.frame.set_detail(self.detail, share=0.28)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.frame)
        self.frame.changed.connect(self.refresh)
        self.frame.moved.connect(self._show)
        self.frame.opened.connect(lambda _line: self.detail.setFocus())

    @property
    def _ws(self) -> Workspace:
        return self._session.workspace

    def entries(self) -> Sequence[QAction | None]:
        """Of the page's menu."""
        return (self.print, self.export, None, self.verify)

    def refresh(self) -> None:
        """Look again: a new roster is shown at once, against the one before."""
        found = rosters.rosters(self._ws)
        if found != self._rosters:
            self._rosters = found
            self._offer_numbers(found[0].number if found else None)
        self._fill()

    def choose(self, number: int) -> None:
        """That roster against the one before; `refresh` shows it."""
        self._rosters = rosters.rosters(self._ws)
        self._offer_numbers(number)

    # The two choices

    def _offer_numbers(self, number: int | None) -> None:
        """Every roster, newest first; the wanted one against its predecessor."""
        entries = [(f"第{r.number}号　{r.title}（{r.closed_on}）", r.number) for r in self._rosters]
        _fill_combo(self._number, entries or [("（还没有名单）", None)], number)
        self._offer_earlier(number - 1 if number else None)

    def _offer_earlier(self, wanted: int | None) -> None:
        number = self._number.currentData()
        before = [(f"对照第{r.number}号（{r.closed_on}）", r.number) for r in self._rosters if r.number < (number or 0)]
        entries: list[tuple[str, object]] = [*before, ("对照入库之前（全部新增）", 0), ("不对照", _ALONE)]
        _fill_combo(self._earlier, entries if number else [("不对照", _ALONE)], wanted)

    def _differences(self, number: int) -> tuple[RosterDifference, ...]:
        earlier = self._earlier.currentData()
        if earlier == _ALONE or earlier is None:
            return tuple(
                RosterDifference(line.change, None, line, line.reason, line.clause)
                for line in rosters.roster(self._ws, number).lines
            )
        return rosters.difference(self._ws, number, int(earlier))

    # Showing

    def _fill(self) -> None:
        number, earlier = self._number.currentData(), self._earlier.currentData()
        is_later = earlier not in (None, _ALONE) and number is not None and int(earlier) >= int(number)
        if number is not None and (is_later or self._earlier.count() != int(number) + 1):
            self._offer_earlier(int(number) - 1)
        self._shown = next((r for r in self._rosters if r.number == number), None)
        every = self._differences(int(number)) if number is not None else ()
        self._counts = Counter(d.change for d in every)
        wanted = self.frame.filters.values()
        found = [
            d for d in sorted(every, key=lambda d: _ORDER.index(d.change))
            if wanted.get("change") in (None, d.change.value)
            and matches(str(wanted.get("query", "")), d.line.unit_name, d.line.credit_code, _old_name(d))
        ]
        self.frame.title.setText(f"第{self._shown.number}号名单" if self._shown else "名单")
        self.model.set_rows([self._row(d) for d in found], found)
        for action in (self.print, self.export, self.verify):
            action.setEnabled(self._shown is not None)

    def _row(self, difference: RosterDifference) -> Row:
        line, ws = difference.line, self._ws
        return (
            Cell(difference.change.label, _TONES[difference.change]),
            Cell(line.unit_name, tip=f"{line.unit_name}\n{line.credit_code}"), members.kind_label(ws, line.kind),
            ws.office_label(line.office), line.tier.label, line.admitted_on.isoformat(), difference.reason,
            difference.clause,
        )

    def _show(self, difference: object) -> None:
        shown = self._shown
        if shown is None:
            self.detail.clear()
            return
        counts = "　".join(f"{change.label}{self._counts[change]}" for change in _ORDER if self._counts[change])
        about = [
            Line(shown.title, "批次"), Line(format_chinese(shown.closed_on), "落款日期"),
            Line(f"{shown.count}个", "在库"), Line(counts, "变动"), Line(shown.pack_label, "政策包"),
            Line(shown.digest[:16], "封签"),
        ]
        sections = [Section(f"第{shown.number}号名单", about)]
        if isinstance(difference, RosterDifference):
            sections.insert(0, Section("", self._told(difference)))
        title = difference.line.unit_name if isinstance(difference, RosterDifference) else ""
        self.detail.show_sections(title, sections)

    def _told(self, difference: RosterDifference) -> Sequence[Line]:
        line, ws = difference.line, self._ws
        tone = {"good": "good", "bad": "bad", "wait": "wait"}.get(_TONES[difference.change], "")
        found = [Line(difference.change.label, "变动", tone)]
        if difference.reason:
            found.append(Line(difference.reason, "情况、原因"))
        if difference.clause:
            found.append(Line(f"{difference.clause}　{self._clauses.get(difference.clause, '')}".strip(), "依据"))
        found += [
            Line(line.credit_code, "信用代码"), Line(members.kind_label(ws, line.kind), "类别"),
            Line(ws.office_label(line.office), "街镇、园区"),
            Line(industry_label(ws, line.industry_code) or "未填", "行业"), Line(line.tier.label, "层级"),
        ]
        return found

    # Reacting

    def _print(self) -> None:
        if self._shown is None:
            self.refresh()
        shown = self._shown
        if shown is not None:
            title = f"区级绿色制造单位培育库名单（第{shown.number}号）"
            job = PrintJob(PrintRequest(PrintKind.ROSTER, number=shown.number), title)
            preview(self, self._session, self._runner, job)

    def _export(self) -> None:
        if self._shown is None:
            self.refresh()
        shown, earlier = self._shown, self._earlier.currentData()
        if shown is None:
            return
        alone = earlier is None or int(earlier) == _ALONE
        name = f"第{shown.number}号名单" if alone else f"第{shown.number}号名单与第{earlier}号的变动"
        out = ask_save_path(self, "导出Excel", saving_folder() / f"{safe_name(name)}.xlsx", _WORKBOOK)
        if out is None:
            return

        def write(path: Path) -> Path:
            if alone:
                return sheets.export_roster(self._ws, path, number=shown.number)
            return sheets.export_difference(self._ws, path, shown.number, int(earlier))

        written = self._try(lambda: write(out), "没有导出")
        if written is not None:
            tell(self, "已导出", f"已保存到：{written}")

    def _verify(self) -> None:
        problems = rosters.verify(self._ws)
        if problems:
            warn(self, "核对封签", "\n".join(problems))
        else:
            tell(self, "核对封签", f"{len(self._rosters)}份名单都与封存时一致。")

    def _try(self, work: Callable[[], T], title: str) -> T | None:
        try:
            return work()
        except GreenLadderError as error:
            warn(self, title, str(error))
            return None


def _old_name(difference: RosterDifference) -> str:
    before: RosterLine | None = difference.before
    return before.unit_name if before is not None else ""


def _fill_combo(combo: QComboBox, entries: Sequence[tuple[str, object]], wanted: object) -> None:
    with QSignalBlocker(combo):
        combo.clear()
        for text, value in entries:
            combo.addItem(text, value)
        combo.setCurrentIndex(max(combo.findData(wanted), 0))
