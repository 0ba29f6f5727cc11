"""Finding a unit of the library by name, credit code or pinyin, and the day from which it is tied."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.domain.errors import GreenLadderError
from core.domain.library import Unit
from core.forms.values import read_date
from core.services.library import units
from core.services.workspace import Workspace
from gui.dialogs.fitting import fit_to_screen
from gui.widgets.date_cell import DateCell

_PAUSE_MS = 150
_MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class UnitSearchDialog(QDialog):
    """`submit` gets the unit that Enter fell on; when it refuses, its sentence is shown and the dialog stays."""

    def __init__(
        self, ws: Workspace, title: str, intro: str, submit: Callable[[Unit], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        fit_to_screen(self, 560, 430)
        self._ws = ws
        self._submit = submit
        self._units: tuple[Unit, ...] = ()
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("输入名称、信用代码、拼音或首字母")
        self.search.setClearButtonEnabled(True)
        self.search.installEventFilter(self)
        self.list = QListWidget(self)
        self.list.setAccessibleName("找到的单位")
        self.list.itemDoubleClicked.connect(lambda _item: self.accept())
        self._since = DateCell(self, canonical=_tidy)
        self._since.load(ws.clock.today().isoformat())
        self._problem = QLabel(self)
        self._problem.setProperty("tone", "bad")
        self._problem.setWordWrap(True)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._find)
        self.search.textChanged.connect(lambda _text: self._pause.start())
        self._lay_out(intro)
        self._find()
        self.search.setFocus()

    def since(self) -> date | None:
        """The day from which the tie holds; None means today."""
        text = self._since.text().strip()
        return read_date(text) if text else None

    @property
    def problem(self) -> str:
        """What is wrong, as it is shown."""
        return self._problem.text()

    def accept(self) -> None:
        """Close only when the unit was taken."""
        if self._pause.isActive():
            self._pause.stop()
            self._find()
        text, row = self._since.text().strip(), self.list.currentRow()
        if not 0 <= row < len(self._units):
            self._problem.setText("请先选一个单位；没有找到的，请换名称、代码或拼音再查。")
        elif text and read_date(text) is None:
            self._problem.setText(f"“关联日期”应填日期，如2026-03-01，现在是“{text}”。")
        else:
            try:
                self._submit(self._units[row])
            except GreenLadderError as error:
                self._problem.setText(str(error))
            else:
                super().accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrow keys of the search line move in the list."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            step = _MOVES.get(Qt.Key(event.key()))
            if step is not None:
                self.list.setCurrentRow(min(max(self.list.currentRow() + step, 0), self.list.count() - 1))
                return True
        return super().eventFilter(watched, event)

    def _find(self) -> None:
        self._units = units.search(self._ws, self.search.text())
        self.list.clear()
        for unit in self._units:
            office = self._ws.office_label(unit.office)
            item = QListWidgetItem(f"{unit.unit_name}　{unit.credit_code}　{office}", self.list)
            item.setToolTip(unit.unit_name)
        self.list.setCurrentRow(0 if self._units else -1)
        self._problem.setText("" if self._units else "培育库里没有找到。只能关联入过库的单位。")

    def _lay_out(self, intro: str) -> None:
        grid = QGridLayout()
        for row, (text, widget) in enumerate((("查找(&F)：", self.search), ("关联日期(&D)：", self._since))):
            label = QLabel(text, self)
            label.setBuddy(widget)
            widget.setAccessibleName(text.partition("(")[0])
            grid.addWidget(label, row, 0)
            grid.addWidget(widget, row, 1)
        buttons = QDialogButtonBox(self)
        accept, leave = QPushButton("添加(&A)", self), QPushButton("取消(&X)", self)
        buttons.addButton(accept, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(leave, QDialogButtonBox.ButtonRole.RejectRole)
        accept.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel(intro, self))
        layout.addLayout(grid)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._problem)
        layout.addWidget(buttons)


def _tidy(text: str) -> str:
    day = read_date(text) if text.strip() else None
    return day.isoformat() if day else text
