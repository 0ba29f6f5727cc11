"""Several choices of a list as check boxes that wrap like words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QLabel, QWidget

from gui.widgets.keys import CellKey, cell_key
from gui.widgets.options import OptionList

_GAP: Final = 6


class _Box(QCheckBox):
    """One choice; its keys are the group's first, then the sheet's."""

    def __init__(self, text: str, group: CheckGroup) -> None:
        super().__init__(text, group)
        self._group = group

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask the group, let the sheet have its keys."""
        if self._group.box_key(self, event):
            return
        if cell_key(event) in (None, CellKey.OPEN):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell the group."""
        super().focusInEvent(event)
        self._group.box_entered()


class CheckGroup(QWidget):
    """`edited` carries the list of chosen names, at once. Space ticks, arrows move, number keys tick the first nine."""

    edited = Signal(object)
    entered = Signal()

    def __init__(self, options: OptionList, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = options
        self._strange = ""
        self._before: tuple[list[str], str] = ([], "")
        self._note = QLabel(self)
        self._note.setObjectName("strangeText")
        self._note.hide()
        self.boxes: list[QCheckBox] = []
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        for option in options.options:
            box = _Box(option.label, self)
            box.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            box.clicked.connect(self._on_clicked)
            self.boxes.append(box)

    @property
    def is_typing(self) -> bool:
        """Never: a tick is emitted at once."""
        return False

    def raw(self) -> object:
        """The ticked names; the strange text, as long as nothing is ticked instead of it."""
        names = [o.name for o, box in zip(self._options.options, self.boxes, strict=True) if box.isChecked()]
        return names or self._strange or None

    def load_names(self, names: Sequence[str], strange: str) -> None:
        """Show stored names, and beside them text that is none of the choices."""
        for option, box in zip(self._options.options, self.boxes, strict=True):
            box.setChecked(option.name in names)
        self._strange = strange
        self._note.setText(f"现填“{strange}”不在可选项中" if strange else "")
        self._note.setVisible(bool(strange))
        self._arrange(self.width())

    def commit(self) -> None:
        """Nothing waits."""

    def finish(self) -> None:
        """Nothing waits."""

    def set_locked(self, locked: bool) -> None:  # noqa: FBT001
        """Show without letting tick."""
        for box in self.boxes:
            box.setEnabled(not locked)

    def height_for(self, width: int) -> int:
        """Height in pixels that the boxes take at that width."""
        return self._arrange(width, move=False)

    def _arrange(self, width: int, *, move: bool = True) -> int:
        x, y, line = _GAP, _GAP, 0
        parts: list[QWidget] = [*self.boxes, *([self._note] if self._strange else [])]
        for part in parts:
            size = part.sizeHint()
            if x > _GAP and x + size.width() > width:
                x, y, line = _GAP, y + line + _GAP // 2, 0
            if move:
                part.setGeometry(QRect(x, y, min(size.width(), width - 2 * _GAP), size.height()))
            x, line = x + size.width() + 2 * _GAP, max(line, size.height())
        return y + line + _GAP

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap again."""
        super().resizeEvent(event)
        self._arrange(self.width())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The focus belongs to a box: the last one when coming backwards."""
        super().focusInEvent(event)
        back = event.reason() is Qt.FocusReason.BacktabFocusReason
        if self.boxes:
            self.boxes[-1 if back else 0].setFocus(event.reason())

    def box_entered(self) -> None:
        """A box got the focus."""
        self._before = (self._names(), self._strange)
        self.entered.emit()

    def box_key(self, box: QCheckBox, event: QKeyEvent) -> bool:
        """Arrows between boxes, number keys, Esc; False for a key that is not the group's."""
        index = self.boxes.index(box)
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        number = event.text()
        if step is not None:
            self.boxes[(index + step) % len(self.boxes)].setFocus(Qt.FocusReason.OtherFocusReason)
        elif len(number) == 1 and number in "123456789" and int(number) <= len(self.boxes) and not event.modifiers():
            self.boxes[int(number) - 1].click()
        elif cell_key(event) is CellKey.RESTORE and self._before != (self._names(), self._strange):
            self.load_names(*self._before)
            self.edited.emit(self.raw())
        else:
            return False
        return True

    def _names(self) -> list[str]:
        names = self.raw()
        return list(names) if isinstance(names, list) else []

    def _on_clicked(self) -> None:
        self._strange = ""
        self._note.hide()
        self.edited.emit(self.raw())
