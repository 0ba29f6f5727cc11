"""The strip above the library: which window is open, what it will do when it closes, what stands against that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolBar, QToolButton, QWidget

from core.domain.calendar import format_chinese
from core.domain.library import PlannedWindow
from core.services.library.closing import ClosingCheck
from core.services.library.windows import WindowOverview
from gui.widgets import theme

_LONGEST: Final = 96


class WindowStrip(QFrame):
    """Up to three lines of words, and the steps that are possible now."""

    _text = ""

    def __init__(self, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        self.words = QLabel(self)
        self.words.setTextFormat(Qt.TextFormat.RichText)
        self.words.setWordWrap(True)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._tools = QToolBar(self)
        self._tools.setProperty("role", "plain")
        self._tools.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        for action in actions:
            self._tools.addAction(action)
            button = self._tools.widgetForAction(action)
            if isinstance(button, QToolButton):
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 3, 6, 3)
        row.addWidget(self.words, 1)
        row.addWidget(self._tools)

    def show_open(self, found: ClosingCheck, plan: PlannedWindow | None, next_number: int) -> None:
        """A window is open: what closing will do, what forbids it, what is only told."""
        window = found.window
        span = f"，计划{format_chinese(plan.first)}至{format_chinese(plan.last)}" if plan else ""
        lines = [
            _bold(f"“{window.title}”已打开")
            + _plain(
                f"（{format_chinese(window.opened_on)}打开{span}）。关闭时：纳入{len(found.admitted)}个，移出{len(found.leaving)}个，保留{len(found.kept)}个；"
                f"写成第{next_number}号名单。"
            ),
        ]
        if found.blockers:
            lines.append(_tinted("还不能关闭：" + _first(found.blockers), theme.RED))
        if found.warnings:
            lines.append(_tinted("提醒：" + _first(found.warnings), theme.AMBER))
        self._say(lines)

    def show_closed(self, overview: WindowOverview) -> None:
        """No window is open: what runs, what comes, what was missed."""
        running, coming = overview.running, overview.upcoming
        if running is not None:
            span = f"{format_chinese(running.first)}至{format_chinese(running.last)}"
            lines = [_bold(f"{running.title}正在计划期内") + _plain(f"（{span}），还没有打开。按“打开窗口”开始办理。")]
        elif coming is not None:
            lines = [
                _bold("现在没有打开的更新窗口。")
                + _plain(f"下一次：{coming.title}，{format_chinese(coming.first)}开始，还有{overview.days}天。")
            ]
        else:
            lines = [_bold("现在没有打开的更新窗口。")]
        if overview.missed:
            names = "、".join(p.title for p in overview.missed)
            lines.append(_tinted(f"没有办理：{names}，可以按“补办”打开。", theme.AMBER))
        self._say(lines)

    @property
    def text(self) -> str:
        """All that it says, without its colours."""
        return self._text

    def _say(self, lines: Sequence[str]) -> None:
        self.words.setText("<br/>".join(lines))
        self._text = re.sub("<[^>]+>", "", "\n".join(lines))
        self.setAccessibleName(self._text)


def _first(sentences: Sequence[str]) -> str:
    first = sentences[0] if len(sentences[0]) <= _LONGEST else f"{sentences[0][:_LONGEST]}……"
    return f"{first}（共{len(sentences)}项）" if len(sentences) > 1 else first


def _plain(text: str) -> str:
    return f'<span style="color:{theme.INK}">{escape(text)}</span>'


def _bold(text: str) -> str:
    return f'<b style="color:{theme.INK}">{escape(text)}</b>'


def _tinted(text: str, ink: str) -> str:
    return f'<span style="color:{ink}">{escape(text)}</span>'
