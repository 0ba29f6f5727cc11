"""The cell of an evidence file: choose or drop one, open it, remove it; painted flat, all of it by keys too."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRect, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QMenu, QWidget

from gui.widgets import theme
from gui.widgets.keys import CellKey, cell_key

_PAD: Final = 4


class FileCell(QWidget):
    """Emits what is asked for and changes nothing by itself; `load` shows what is attached.

    Space or F4 chooses (or opens, when a file is attached), Delete removes, a menu offers all.
    """

    choose_requested = Signal()
    open_requested = Signal(str)
    remove_requested = Signal()
    dropped = Signal(list)
    entered = Signal()

    def __init__(self, parent: QWidget | None = None, *, narrow: bool = False) -> None:
        super().__init__(parent)
        self._value = ""
        self._name = ""
        self._locked = False
        self._narrow = narrow
        self._over = False
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMouseTracking(True)

    @property
    def file_name(self) -> str:
        """The name shown, empty when nothing is attached."""
        return self._name

    @property
    def is_typing(self) -> bool:
        """Never."""
        return False

    def raw(self) -> object:
        """The evidence id."""
        return self._value or None

    def load_file(self, value: str, name: str) -> None:
        """Show an attached file by its name; empty for none."""
        if (value, name) != (self._value, self._name):
            self._value, self._name = value, name
            self.setToolTip(name)
            self.update()

    def commit(self) -> None:
        """Nothing waits."""

    def finish(self) -> None:
        """Nothing waits."""

    def set_locked(self, locked: bool) -> None:  # noqa: FBT001
        """Let open, but neither attach nor remove."""
        self._locked = locked
        self.setAcceptDrops(not locked)
        self.update()

    def activate(self) -> None:
        """Open the attached file, or ask for one."""
        if self._value:
            self.open_requested.emit(self._value)
        elif not self._locked:
            self.choose_requested.emit()

    def remove(self) -> None:
        """Ask to remove the attached file."""
        if self._value and not self._locked:
            self.remove_requested.emit()

    def menu(self) -> QMenu:
        """What can be done here."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._value:
            menu.addAction("打开", self.activate)
        if not self._locked:
            menu.addAction("更换…" if self._value else "选择文件…", self.choose_requested.emit)
            if self._value:
                menu.addAction("移除", self.remove)
        return menu

    def _remove_rect(self) -> QRect:
        side = round(self.fontMetrics().height() * 1.3)
        return QRect(self.width() - side, 0, side, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The file's name as a link with a cross, or an invitation."""
        painter = QPainter(self)
        area = self.rect().adjusted(_PAD, 0, -_PAD, 0)
        if self._over:
            painter.fillRect(self.rect(), QColor(theme.ACCENT_SOFT))
            painter.setPen(QPen(QColor(theme.ACCENT), 1, Qt.PenStyle.DashLine))
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        if not self._value:
            painter.setPen(QColor(theme.FAINT if self._locked else theme.ACCENT))
            text = "（无）" if self._locked else "＋附件" if self._narrow else "＋ 选择文件…，或拖到这里"
            painter.drawText(area, flags, self._elided(text, area.width()))
        else:
            if not self._locked:
                cross = self._remove_rect()
                area.setRight(cross.left())
                painter.setPen(QColor(theme.MUTED))
                painter.drawText(cross, Qt.AlignmentFlag.AlignCenter, "×")
            painter.setPen(QColor(theme.ACCENT))
            painter.drawText(area, flags, self._elided(self._name, area.width()))
        painter.end()

    def _elided(self, text: str, width: int) -> str:
        return self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, width)

    def _on_cross(self, position: QPointF) -> bool:
        return bool(self._value) and not self._locked and self._remove_rect().contains(position.toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on the name opens, on the cross removes, on the invitation chooses."""
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.remove() if self._on_cross(event.position()) else self.activate()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the press: the sheet has nothing to do with it."""
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done."""
        self.menu().popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space, F4: choose or open; Delete: remove; the rest goes to the sheet."""
        plain = not event.modifiers()
        if (event.key() == Qt.Key.Key_Space and plain) or cell_key(event) is CellKey.OPEN:
            self.activate()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and plain:
            self.remove()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell the sheet."""
        super().focusInEvent(event)
        self.entered.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files only."""
        if not self._locked and _local_files(event.mimeData().urls()):
            self._set_over(over=True)
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Look calm again."""
        self._set_over(over=False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand on the files."""
        self._set_over(over=False)
        files = _local_files(event.mimeData().urls())
        if files and not self._locked:
            event.acceptProposedAction()
            self.dropped.emit(files)

    def _set_over(self, *, over: bool) -> None:
        self._over = over
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Repaint when enabled or disabled."""
        super().changeEvent(event)
        self.update()


def _local_files(urls: list[QUrl]) -> list[str]:
    return [u.toLocalFile() for u in urls if u.isLocalFile()]
