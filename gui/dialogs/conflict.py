"""冲突: what each side wrote into a field, by whom and when; the clerk chooses which holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from core.domain.errors import GreenLadderError
from core.services.exchange.model import ConflictVersion, OpenConflict
from gui.dialogs.fitting import fit_to_screen
from gui.models.rows_model import Cell, RowsModel
from gui.widgets.list_table import Column, ListTable

COLUMNS: Final = (
    Column("", 76), Column("内容", stretches=True), Column("谁写的", 170), Column("时间", 140),
    Column("来源", 170, hide_below=620),
)
_PANE_HEIGHT: Final = 84
_WORDS: Final = "两边都改了“{label}”，改得不一样。下面每一行是一种写法，选一行按Enter采用；另外的写法留在修改历史里。"


class ConflictDialog(QDialog):
    """One field after the other; `settle(field, key)` writes the choice. `left` says how many stay undecided."""

    def __init__(
        self, unit_name: str, conflicts: Sequence[OpenConflict], settle: Callable[[str, str], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"处理冲突　{unit_name}")
        fit_to_screen(self, 900, 380)
        self._conflicts = list(conflicts)
        self._settle = settle
        self.settled = 0
        self.heading = _wrapped(self, "role", "title")
        self._words = _wrapped(self, "role", "")
        self._problem = _wrapped(self, "tone", "bad")
        self.model = RowsModel([c.title for c in COLUMNS], self)
        self.table = ListTable(COLUMNS, self.model, self)
        self.table.setAccessibleName("几种写法")
        self.table.setWordWrap(True)
        self.table.opened.connect(self._choose)
        self.table.moved.connect(self._show_whole)
        self.whole = QPlainTextEdit(self)
        self.whole.setReadOnly(True)
        self.whole.setTabChangesFocus(True)
        self.whole.setAccessibleName("这种写法的全文")
        self.whole.setMaximumHeight(_PANE_HEIGHT)
        self.whole.setMinimumHeight(_PANE_HEIGHT // 2)
        layout = QVBoxLayout(self)
        for widget in (self.heading, self._words):
            layout.addWidget(widget)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.whole)
        layout.addWidget(self._problem)
        layout.addLayout(self._buttons())
        self._show()
        self.table.setFocus()

    @property
    def left(self) -> int:
        """How many fields are still undecided."""
        return len(self._conflicts)

    def _show(self) -> None:
        self._problem.hide()
        if not self._conflicts:
            self.accept()
            return
        conflict = self._conflicts[0]
        self.heading.setText(f"{conflict.label}（还有{self.left}栏要定）")
        self._words.setText(_WORDS.format(label=conflict.label))
        self.model.set_rows([_row(v) for v in conflict.versions], conflict.versions)
        self.table.select_row(next((i for i, v in enumerate(conflict.versions) if v.is_shown), 0))
        self._show_whole(self.table.current())

    def _show_whole(self, version: object) -> None:
        self.whole.setPlainText(version.words if isinstance(version, ConflictVersion) else "")

    def _choose(self, version: object) -> None:
        if not isinstance(version, ConflictVersion) or not self._conflicts:
            return
        try:
            self._settle(self._conflicts[0].field, version.key)
        except GreenLadderError as error:
            self._problem.setText(str(error))
            self._problem.show()
            return
        self.settled += 1
        self._conflicts.pop(0)
        self._show()

    def _later(self) -> None:
        self._conflicts.append(self._conflicts.pop(0))
        self._show()

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        take = QPushButton("采用这一行(&A)", self)
        take.setDefault(True)
        take.clicked.connect(lambda _checked=False: self._choose(self.table.current()))
        row.addWidget(take)
        if len(self._conflicts) > 1:
            later = QPushButton("先看下一栏(&N)", self)
            later.setAutoDefault(False)
            later.clicked.connect(lambda _checked=False: self._later())
            row.addWidget(later)
        row.addStretch(1)
        close = QPushButton("以后再定(&X)", self)
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        row.addWidget(close)
        return row


def _row(version: ConflictVersion) -> tuple[Cell, str, str, str, str]:
    when = version.written_at.astimezone().strftime("%Y-%m-%d %H:%M")
    mark = Cell("现在的", "good") if version.is_shown else Cell("")
    return (mark, version.words or "（空白）", version.written_by, when, version.source)


def _wrapped(parent: QWidget, name: str, value: str) -> QLabel:
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setProperty(name, value)
    return label
