"""A choice in a cell: type a name, pinyin initials or a number key, or open the list. Strange text is kept."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygon,
)
from PySide6.QtWidgets import QStyle, QStyleOptionFrame, QToolTip, QWidget

from gui.widgets import theme
from gui.widgets.keys import CellKey, cell_key
from gui.widgets.line_cell import LineCell
from gui.widgets.option_popup import OptionPopup
from gui.widgets.options import Option, OptionList

_INSET = 2  # what QLineEdit keeps free beside its text
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10}


class ChoiceMode(Enum):
    """What a cell may hold besides its choices."""

    CLOSED = auto()
    OPEN = auto()
    CODE = auto()


class ChoiceCell(LineCell):
    """`edited` carries the name of the choice, at once; or the text as typed where it is none of them.

    Leaving picks the choice that the text can only mean. CLOSED: text that several choices match goes back to the old
    value; in the other modes it stays. CODE: the cell shows and holds the name itself (an industry code); the list
    helps to find it.
    """

    def __init__(self, options: OptionList, parent: QWidget | None = None, *, mode: ChoiceMode = ChoiceMode.CLOSED
                 ) -> None:
        super().__init__(parent)
        self._options = options
        self._mode = mode
        self._popup: OptionPopup | None = None
        self._navigated = False
        self.setTextMargins(0, 0, self.fontMetrics().horizontalAdvance("汉"), 0)

    @property
    def popup(self) -> OptionPopup | None:
        """The open list, None while it is closed."""
        return self._popup

    def raw(self) -> object:
        """The choice's name, or the text as typed."""
        found = self._options.exact(self.text())
        return found.name if found is not None else self.text() or None

    def load(self, text: str) -> None:
        """Show a stored name by its label (CODE: as it is)."""
        self.close_popup()
        super().load(self._shown(text))

    def finish(self) -> None:
        """Settle what was typed: a choice, or text kept as it is; then emit."""
        if self.text() != self._emitted and self.text().strip() and not self._composing:
            picked = self._best()
            if picked is not None:
                self.setText(self._shown(picked.name))
            elif self._mode is ChoiceMode.CLOSED and self._options.matching(self.text()):
                self.setText(self._emitted)
        self.close_popup()
        super().finish()

    def open_popup(self) -> None:
        """Open the list with every choice."""
        if not self.isReadOnly():
            found = self._options.exact(self.text())
            self._offer(list(self._options.options), found.name if found else None)

    def close_popup(self) -> None:
        """Close the list without picking."""
        self._navigated = False
        popup, self._popup = self._popup, None
        if popup is not None:
            popup.hide()
            popup.deleteLater()

    def _shown(self, name: str) -> str:
        return name if self._mode is ChoiceMode.CODE else self._options.label_of(name)

    def _best(self) -> Option | None:
        """The choice that the present text means, None where it means none or several."""
        text = self.text().strip()
        popup = self.popup
        if popup is not None and self._navigated:
            return self._options.by_name.get(popup.current or "")
        return self._options.exact(text) if self._is_code(text) else self._options.meant(text)

    def _is_code(self, text: str) -> bool:
        return self._mode is ChoiceMode.CODE and text.isdigit()

    def _pick(self, name: str) -> None:
        self.setText(self._shown(name))
        self.close_popup()
        self.selectAll()
        self.commit()

    def _offer(self, options: list[Option], current: str | None) -> None:
        if self._popup is None:
            self._popup = OptionPopup(self)
            self._popup.picked.connect(self._pick)
        everything = len(options) == len(self._options.options)
        self._popup.offer(self, options, current, numbered=everything and self._numbered("1") is not None)

    def _numbered(self, key: str) -> Option | None:
        return None if self._mode is ChoiceMode.CODE else self._options.by_number(key)

    def _on_typed(self, text: str) -> None:
        super()._on_typed(text)
        matches = self._options.matching(text) if text.strip() else []
        self._navigated = False
        if matches:
            self._offer(matches, None)
        else:
            self.close_popup()

    def _on_pause(self) -> None:
        """A half-typed name is no answer yet; a whole one, or digits of a code, is."""
        text = self.text()
        if not text or self._options.exact(text) or self._is_code(text):
            self.commit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt+Down, F4 open the list; arrows move in it; Enter picks; a number key picks at once."""
        if self._composing:
            super().keyPressEvent(event)
            return
        key = cell_key(event)
        popup = self.popup
        if key is CellKey.OPEN:
            self.close_popup() if popup is not None else self.open_popup()
        elif popup is not None and self._popup_key(event, key, popup):
            return
        elif not self._number_key(event):
            super().keyPressEvent(event)

    def _popup_key(self, event: QKeyEvent, key: CellKey | None, popup: OptionPopup) -> bool:
        step = _STEPS.get(Qt.Key(event.key())) if not event.modifiers() & Qt.KeyboardModifier.AltModifier else None
        if step is not None:
            self._navigated = True
            popup.step(step)
        elif key is CellKey.RESTORE:
            self.close_popup()
            if self.text() != self._before:
                self._restore(event)
        elif key is CellKey.NEXT and popup.current is not None and self._enter_picks():
            self._pick(popup.current)
            event.ignore()
        else:
            return False
        return True

    def _enter_picks(self) -> bool:
        """Enter takes the highlighted choice unless free text was typed that only resembles it."""
        text = self.text().strip()
        pinyin = text.isascii() and not self._is_code(text)
        asked = self._navigated or self.text() == self._emitted or self._mode is ChoiceMode.CLOSED
        return asked or pinyin or self._best() is not None

    def _number_key(self, event: QKeyEvent) -> bool:
        replaces = not self.text() or self.selectedText() == self.text()
        found = self._numbered(event.text()) if replaces and not self.isReadOnly() else None
        if found is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        self._pick(found.name)
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Settle and close the list."""
        super().focusOutEvent(event)
        self.close_popup()

    def hideEvent(self, event: QHideEvent) -> None:
        """A hidden cell leaves no list behind."""
        self.close_popup()
        super().hideEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click opens the list (CODE and OPEN cells: a click on the arrow)."""
        was_open = self.popup is not None
        super().mousePressEvent(event)
        on_arrow = event.position().x() > self.width() - self.textMargins().right() - 4
        if event.button() is Qt.MouseButton.LeftButton and not was_open:
            if self._mode is ChoiceMode.CLOSED or on_arrow:
                self.open_popup()
        elif was_open:
            self.close_popup()

    @property
    def tip(self) -> str:
        """What is told under the mouse: a text whole that has no room, then how to fill in the field."""
        whole = self.text() if self._shortened() != self.text() else ""
        return "\n".join(part for part in (whole, self.toolTip()) if part)

    def event(self, event: QEvent) -> bool:
        """Tell the tip that suits the width."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip and self.tip:
            QToolTip.showText(event.globalPos(), self.tip, self)
            return True
        return super().event(event)

    def _text_place(self) -> QRect:
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        place = self.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, self)
        return place.marginsRemoved(self.textMargins()).adjusted(_INSET, 0, -_INSET, 0)

    def _shortened(self) -> str:
        """The text as it has room: beginning and end stay, where choices differ in number or year."""
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, self._text_place().width())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text, shortened in the middle unless it is being edited, and a small arrow at the right."""
        shortened = self._shortened()
        if self.hasFocus() or shortened == self.text():
            super().paintEvent(event)
        else:
            self._paint_shortened(shortened)
        if self.isReadOnly() or not self.isEnabled():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.ACCENT if self.hasFocus() else theme.FAINT))
        size = max(3, self.fontMetrics().height() // 5)
        x, y = self.width() - size * 2 - 3, self.height() // 2 - size // 2
        painter.drawPolygon(QPolygon([QPoint(x, y), QPoint(x + 2 * size, y), QPoint(x + size, y + size)]))
        painter.end()

    def _paint_shortened(self, text: str) -> None:
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        painter = QPainter(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelLineEdit, option, painter, self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self._text_place(), int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), text)
        painter.end()
