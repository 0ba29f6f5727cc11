"""打印字体: which fonts of this PC paper is printed with, instead of the program's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.domain.errors import GreenLadderError
from core.services import fonts
from core.services.fonts import FontRow, LocalFont, PrintFont
from gui.dialogs.fitting import fit_to_screen
from gui.dialogs.messages import warn
from gui.dialogs.progress import run_with_progress
from gui.session import Session
from gui.tasks import TaskRunner

_WORDS: Final = (
    "程序自带的字体在哪台电脑上都一样。这台电脑装有方正小标宋、仿宋_GB2312等公文字体的，可以在这里选用，只影响本机的打印件："
    "同一份表在两台电脑上打印，字样可能不同，内容不会不同。选用的字体里没有的字，用程序自带的字体补上。"
)
_MOST_UNFIT: Final = 5
_KEYS: Final[Mapping[PrintFont, str]] = {
    PrintFont.TITLE: "T", PrintFont.BODY: "B", PrintFont.HEI: "H", PrintFont.KAI: "K",
}


class PrintFontsDialog(QDialog):
    """A font for titles, bodies, 黑体 and 楷体 each; `installed` are those of this PC. Enter keeps."""

    def __init__(
        self, rows: tuple[FontRow, ...], installed: tuple[LocalFont, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("打印字体")
        fit_to_screen(self, 620, 380)
        self.boxes: dict[PrintFont, QComboBox] = {}
        intro = QLabel(_WORDS, self)
        intro.setWordWrap(True)
        form = QFormLayout()
        for row in rows:
            self.boxes[row.use] = self._box(row, installed)
            form.addRow(f"{row.use.label}(&{_KEYS[row.use]})：", self.boxes[row.use])
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(intro)
        layout.addLayout(form)
        layout.addWidget(self._notes(rows, installed))
        layout.addStretch(1)
        layout.addWidget(self._buttons())
        self.boxes[PrintFont.TITLE].setFocus()

    @property
    def wanted(self) -> Mapping[PrintFont, str]:
        """What is chosen now; an empty name is the program's own."""
        return {use: str(box.currentData()) for use, box in self.boxes.items()}

    def _box(self, row: FontRow, installed: tuple[LocalFont, ...]) -> QComboBox:
        box = QComboBox(self)
        box.addItem(row.use.own, "")
        for font in fonts.offered(row.use, installed):
            box.addItem(font.name, font.name)
        if row.chosen and box.findData(row.chosen) < 0:
            # One of an English name, chosen on the command line, is not offered here, but good.
            box.addItem(f"{row.chosen}（不能用了）" if row.trouble else row.chosen, row.chosen)
        box.setCurrentIndex(max(box.findData(row.chosen), 0))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        return box

    def _notes(self, rows: tuple[FontRow, ...], installed: tuple[LocalFont, ...]) -> QLabel:
        lines = [row.trouble for row in rows if row.trouble]
        unfit = [font for font in installed if font.why_not]
        lines += [f"“{font.name}”没有列出：{font.why_not}。" for font in unfit[:_MOST_UNFIT]]
        if len(unfit) > _MOST_UNFIT:
            lines.append(f"另有{len(unfit) - _MOST_UNFIT}种也不能用，没有列出。")
        if not installed:
            lines.append("这台电脑没有找到中文字体文件，用程序自带的字体打印。")
        label = QLabel("\n".join(lines), self)
        label.setObjectName("fontNotes")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setProperty("role", "note")
        label.setVisible(bool(lines))
        return label

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(self)
        keep = QPushButton("使用(&U)", self)
        leave = QPushButton("取消(&X)", self)
        buttons.addButton(keep, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(leave, QDialogButtonBox.ButtonRole.RejectRole)
        keep.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons


def choose_fonts(parent: QWidget, session: Session, runner: TaskRunner) -> None:
    """Look for the fonts of this PC, ask, and keep what was chosen; a font that cannot be used is named."""
    ws = session.workspace
    installed = run_with_progress(parent, runner, "正在查找字体", lambda _progress: fonts.local_fonts(), counts=False)
    dialog = PrintFontsDialog(fonts.font_rows(ws), installed, parent)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    wanted = dialog.wanted
    dialog.deleteLater()
    before = {row.use: row.chosen for row in fonts.font_rows(ws)}
    for use, name in wanted.items() if accepted else ():
        if name == before[use]:
            continue
        try:
            _keep(parent, session, runner, use, name)
        except GreenLadderError as error:
            warn(parent, f"{use.label}的字体没有换", str(error))


def _keep(parent: QWidget, session: Session, runner: TaskRunner, use: PrintFont, name: str) -> None:
    run_with_progress(
        parent, runner, "正在检查字体", lambda _progress: fonts.choose_font(session.workspace, use, name), counts=False
    )
