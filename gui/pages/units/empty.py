"""What stands in place of an empty list: three ways to begin."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCommandLinkButton, QLabel, QVBoxLayout, QWidget

_STEPS: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class EmptyState(QWidget):
    """新建, 导入, 示例: big buttons, arrow keys between them."""

    new_wanted = Signal()
    import_wanted = Signal()
    samples_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        heading = QLabel("还没有单位", self)
        heading.setProperty("role", "title")
        heading.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        texts = (
            ("新建一份表(&1)", "对照企业的纸质材料，在窗口里逐栏填写", self.new_wanted),
            ("导入企业填好的Excel(&2)", "可一次选多个文件，也可以把文件拖进这个窗口", self.import_wanted),
            ("装入示例单位练一练(&3)", "编造的单位，带“示例”标记，随时可以一键清除", self.samples_wanted),
        )
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addWidget(heading)
        self._buttons: list[QCommandLinkButton] = []
        for text, note, signal in texts:
            button = QCommandLinkButton(text, note, self)
            button.setFixedWidth(440)
            button.clicked.connect(signal)
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
            self._buttons.append(button)
        layout.addStretch(3)
        self.setFocusProxy(self._buttons[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down go from button to button."""
        step = _STEPS.get(Qt.Key(event.key()))
        focused = [i for i, b in enumerate(self._buttons) if b.hasFocus()]
        if step is None or not focused:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and focused:
                self._buttons[focused[0]].click()
            else:
                super().keyPressEvent(event)
            return
        place = min(max(focused[0] + step, 0), len(self._buttons) - 1)
        self._buttons[place].setFocus(Qt.FocusReason.TabFocusReason)
