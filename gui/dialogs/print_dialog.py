"""Before printing: which printer, how many copies, which pages, on one side or both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from core.domain.errors import UnreadableInputError
from gui.dialogs.paper import Printers
from gui.dialogs.print_memory import PrintMemory
from gui.dialogs.print_plan import PrintChoice, Sides, page_ranges, paper_needed

_MOST_COPIES: Final = 99
_NAME_CHARACTERS: Final = 30


class PrintDialog(QDialog):
    """The clerk's choice for a PDF of so many pages; `starts` are pages that always begin a sheet."""

    def __init__(
        self,
        printers: Printers,
        count: int,
        current_page: int,
        memory: PrintMemory,
        parent: QWidget | None = None,
        *,
        starts: Sequence[int] = (),
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("打印")
        self._printers, self._count, self._current, self._memory = printers, count, current_page, memory
        self._starts = tuple(starts)
        self.printer_box = _combo("打印机", self)
        self.copies_box = QSpinBox(self)
        self.copies_box.setRange(1, _MOST_COPIES)
        self.copies_box.setSuffix(" 份")
        self.copies_box.setAccessibleName("份数")
        self.collate_box = QCheckBox("逐份打印(&K)", self)
        self.collate_box.setChecked(True)
        self.collate_box.setToolTip("勾上：第一份全部打完再打第二份。不勾：第1页打几张，再打第2页。")
        self.all_button = QRadioButton("全部(&A)", self)
        self.current_button = QRadioButton(f"当前页（第{current_page + 1}页）(&T)", self)
        self.range_button = QRadioButton("指定页(&R)：", self)
        self.range_line = QLineEdit(self)
        self.range_line.setPlaceholderText("如：1-3,5")
        self.range_line.setAccessibleName("指定页")
        self.sides_box = _combo("单双面", self)
        self.reverse_box = QCheckBox("从最后一页打起(&L)", self)
        self._summary = QLabel(self)
        self._summary.setWordWrap(True)
        self._summary.setMinimumHeight(self._summary.fontMetrics().lineSpacing() * 2)
        self._print = QPushButton("打印(&P)", self)
        self._fill()
        self._lay_out()
        self._connect()
        self._sum_up()

    @property
    def choice(self) -> PrintChoice:
        """What is chosen now.

        Raises:
            UnreadableInputError: the page range cannot be read.
        """
        pages: tuple[int, ...] = tuple(range(self._count))
        if self.current_button.isChecked():
            pages = (self._current,)
        elif self.range_button.isChecked():
            pages = page_ranges(self.range_line.text(), self._count)
        return PrintChoice(
            self.printer_box.currentText(), pages, self.copies_box.value(), self.collate_box.isChecked(),
            Sides(self.sides_box.currentData()), self.reverse_box.isChecked(),
        )

    def accept(self) -> None:
        """Print, unless the range is wrong: then the cursor goes there."""
        try:
            choice = self.choice
        except UnreadableInputError:
            self.range_line.setFocus(Qt.FocusReason.TabFocusReason)
            self.range_line.selectAll()
            return
        self._memory.keep_printer(choice.printer, choice.sides)
        super().accept()

    def _fill(self) -> None:
        names = self._printers.names()
        self.printer_box.addItems(names)
        wanted = next((n for n in (self._memory.printer, self._printers.usual()) if n in names), names[0])
        self.printer_box.setCurrentText(wanted)
        self.all_button.setChecked(True)
        self._offer_sides()

    def _offer_sides(self) -> None:
        """Only what this printer can do; what was chosen stays where it can."""
        before = Sides(self.sides_box.currentData()) if self.sides_box.count() else self._memory.sides
        can_turn = self._printers.turns_sheets(self.printer_box.currentText())
        self.sides_box.clear()
        for sides in Sides:
            if can_turn or not sides.is_automatic:
                self.sides_box.addItem(sides.label, sides.value)
        usual = Sides.LONG_EDGE if can_turn and self._count > 1 else Sides.ONE
        wanted = before if before is not None and (can_turn or not before.is_automatic) else usual
        self.sides_box.setCurrentIndex(self.sides_box.findData(wanted.value))

    def _lay_out(self) -> None:
        pages = QHBoxLayout()
        for widget in (self.all_button, self.current_button, self.range_button):
            pages.addWidget(widget)
        pages.addWidget(self.range_line, 1)
        copies = QHBoxLayout()
        copies.setSpacing(12)
        copies.addWidget(self.copies_box)
        copies.addWidget(self.collate_box)
        copies.addStretch(1)
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setVerticalSpacing(10)
        for row, (text, buddy, content) in enumerate((
            ("打印机(&I)：", self.printer_box, self.printer_box), ("份数(&N)：", self.copies_box, copies),
            ("页码：", None, pages), ("单双面(&D)：", self.sides_box, self.sides_box),
        )):
            label = QLabel(text, self)
            if buddy is not None:
                label.setBuddy(buddy)
            grid.addWidget(label, row, 0)
            if isinstance(content, QLayout):
                grid.addLayout(content, row, 1)
            elif isinstance(content, QWidget):
                grid.addWidget(content, row, 1)
        grid.addWidget(self.reverse_box, 4, 1)
        cancel = QPushButton("取消(&C)", self)
        cancel.clicked.connect(self.reject)
        self._print.setDefault(True)
        self._print.clicked.connect(self.accept)
        row_of_buttons = QHBoxLayout()
        row_of_buttons.addStretch(1)
        row_of_buttons.addWidget(self._print)
        row_of_buttons.addWidget(cancel)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addLayout(grid)
        layout.addWidget(self._summary)
        layout.addLayout(row_of_buttons)
        self.setMinimumWidth(520)

    def _connect(self) -> None:
        group = QButtonGroup(self)
        for button in (self.all_button, self.current_button, self.range_button):
            group.addButton(button)
            button.toggled.connect(lambda _on: self._sum_up())
        self.range_button.setFocusProxy(self.range_line)  # whoever wants certain pages types them at once
        self.range_line.textEdited.connect(lambda _text: self.range_button.setChecked(True))
        self.range_line.textChanged.connect(lambda _text: self._sum_up())
        self.printer_box.currentTextChanged.connect(lambda _name: self._offer_sides())
        self.sides_box.currentIndexChanged.connect(lambda _index: self._sum_up())
        self.copies_box.valueChanged.connect(lambda _value: self._sum_up())
        self.collate_box.toggled.connect(lambda _on: self._sum_up())

    def _sum_up(self) -> None:
        """What will come out of the printer, or what is wrong with the range."""
        self.collate_box.setEnabled(self.copies_box.value() > 1)
        if self.sides_box.currentData() is None:
            return
        try:
            choice = self.choice
        except UnreadableInputError as error:
            self._say(str(error), "bad" if self.range_line.text() else "")
            return
        sides, sheets = paper_needed(choice, self._starts)
        told = f"共打印{sides}面，用纸{sheets}张。"
        if choice.sides is Sides.BACKS:
            told = f"共打印{sides}面，放回打好正面的{sheets}张纸。"
        elif choice.sides is Sides.FRONTS:
            told += "打完把纸翻面放回，再选“再打背面”。"
        elif len(self._starts) > 1 and choice.sides is not Sides.ONE:
            told += "每家另起一张纸。"
        self._say(told, "")

    def _say(self, text: str, tone: str) -> None:
        self._summary.setText(text)
        self._summary.setProperty("tone", tone)
        self._summary.style().unpolish(self._summary)
        self._summary.style().polish(self._summary)


def _combo(name: str, parent: QWidget) -> QComboBox:
    box = QComboBox(parent)
    box.setAccessibleName(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(_NAME_CHARACTERS)
    return box
