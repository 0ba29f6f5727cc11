"""打包上报: which units go, where to, with a password or without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.services.exchange.model import PackLine, PackPlan, Standing
from gui.dialogs.file_place import FilePlace
from gui.dialogs.fitting import fit_to_screen
from gui.models.check_rows_model import CheckRowsModel
from gui.models.rows_model import Cell, Row
from gui.widgets.list_table import Column, ListTable

COLUMNS: Final = (
    Column("单位名称", stretches=True), Column("表", 150, hide_below=560), Column("状态", 96),
    Column("佐证材料", 70, hide_below=680), Column("说明", 300),
)
_TONES: Final = {Standing.NOT_SENT: "wait", Standing.CHANGED: "wait", Standing.RETURNED: "bad"}


class PackPlanDialog(QDialog):
    """What goes is ticked; what stays behind stands below it with the reason. Space ticks, Enter packs.

    `plan_anew` gives the plan with everything again (True), or with what the bureau has not confirmed yet.
    """

    def __init__(
        self, plan: PackPlan, last: Path | None, parent: QWidget | None = None, *,
        plan_anew: Callable[[bool], PackPlan] | None = None,
    ) -> None:
        super().__init__(parent)
        self._plan = plan
        self._plan_anew = plan_anew
        self.setWindowTitle("打包上报")
        fit_to_screen(self, 940, 600)
        self.model = CheckRowsModel(
            [c.title for c in COLUMNS], self, key=lambda line: line.record_id, can_tick=lambda line: not line.obstacle
        )
        self.table = ListTable(COLUMNS, self.model, self)
        self.table.setAccessibleName("要报的单位")
        self.table.installEventFilter(self)
        self.place = FilePlace(last, self)
        self.forms_box = QCheckBox("附上每个单位的PDF表，区局不用本程序也能看(&F)", self)
        self.forms_box.setChecked(True)
        self.full_box = QCheckBox("全部内容重发(&R)", self)
        self.full_box.setToolTip("区局说缺了以前的包、又找不到原文件时才用：连同区局已经收到的内容一起再发")
        self._count = QLabel(self)
        self._count.setProperty("role", "title")
        self._problem = QLabel(self)
        self._problem.setWordWrap(True)
        self._problem.setProperty("tone", "bad")
        self.pack_button = QPushButton("打包(&P)", self)
        self._lay_out()
        self.model.ticked.connect(self._show_count)
        self.full_box.toggled.connect(self._change_extent)
        self._show_plan(plan)
        self.table.setFocus()

    @property
    def record_ids(self) -> tuple[str, ...]:
        """The ticked units."""
        return self.model.chosen

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Space ticks the row that the keys are on; Enter packs."""
        if watched is self.table and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Space:
                self.model.toggle(self.table.currentIndex().row())
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.pack_button.click()
                return True
        return super().eventFilter(watched, event)

    def accept(self) -> None:
        """Close only when there is something to pack and a place to put it."""
        problem = "" if self.record_ids else "还没有勾选单位，请按空格键勾选要报的单位。"
        problem = problem or self.place.problem()
        if problem:
            self._problem.setText(problem)
            self._problem.show()
            return
        super().accept()

    def _show_plan(self, plan: PackPlan) -> None:
        self._plan = plan
        lines = sorted(plan.lines, key=lambda line: bool(line.obstacle))
        self.model.set_rows([_row(line) for line in lines], lines)
        self.model.tick_all(on=True)
        self.table.select_row(0)
        self._problem.setText("\n".join(plan.problems))
        self._problem.setVisible(bool(plan.problems))

    def _change_extent(self, full: bool) -> None:  # noqa: FBT001 - a signal's slot
        if self._plan_anew is not None:
            self._show_plan(self._plan_anew(full))

    def _show_count(self) -> None:
        number, chosen = self._plan.number, self.record_ids
        is_again = self._plan.is_again and len(chosen) == len(self._plan.going)
        again = "（内容没有变，与上次是同一个包）" if is_again else ""
        staying = len(self._plan.lines) - len(chosen)
        self._count.setText(
            f"第{number}包{again}：报{len(chosen)}个单位" + (f"，留下{staying}个" if staying else "")
        )
        self.pack_button.setEnabled(bool(self._plan.going))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._count, 1)
        for text, on in (("全选(&A)", True), ("全不选(&N)", False)):
            button = QPushButton(text, self)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, on=on: self.model.tick_all(on=on))
            head.addWidget(button)
        options = QHBoxLayout()
        options.addWidget(self.forms_box)
        options.addWidget(self.full_box)
        options.addStretch(1)
        buttons = QDialogButtonBox(self)
        leave = QPushButton("取消(&X)", self)
        buttons.addButton(self.pack_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(leave, QDialogButtonBox.ButtonRole.RejectRole)
        self.pack_button.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self.table, 1)
        layout.addLayout(options)
        layout.addWidget(self.place)
        layout.addWidget(self._problem)
        layout.addWidget(buttons)


def _row(line: PackLine) -> Row:
    return (
        Cell(line.unit_name or "未填名称", tip=f"{line.unit_name}\n{line.credit_code}"), line.form_title,
        Cell(line.standing.label, _TONES.get(line.standing, "plain")),
        f"{line.evidence}件" if line.evidence else "", line.obstacle or _why(line),
    )


def _why(line: PackLine) -> str:
    """Why a unit goes, in a word."""
    return {
        Standing.CHANGED: "报过以后又改了", Standing.RETURNED: "退回后改好", Standing.NOT_SENT: "第一次报",
        Standing.SENT: "还没有回执，再带上一次",
    }.get(line.standing, "")
