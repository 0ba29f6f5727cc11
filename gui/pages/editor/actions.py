"""The editor's actions: words, keys and menus in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

from core.domain.enums import RecordState
from core.services.drafts import OpenForm

#: Name → words with mnemonic, keys. The help lists the same keys.
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "back": ("返回(&B)", "Alt+Left"),
    "check": ("校核(&C)", "F9"),
    "explain": ("写说明(&E)", "F2"),
    "recommend": ("推荐(&R)", "Ctrl+R"),
    "withdraw": ("撤回(&W)", ""),
    "preview": ("预览推荐表(&P)", "Ctrl+P"),
    "print_form": ("打印培育表(&F)", "Ctrl+Shift+P"),
    "print_report": ("打印校核报告(&K)", ""),
    "bind": ("合订本(&D)", "Ctrl+Shift+B"),
    "history": ("修改历史(&H)", "Ctrl+H"),
    # Not Ctrl+E: text lines on Linux take it for "end of line".
    "export": ("导出Excel(&X)", "Ctrl+Shift+E"),
    "panel": ("校核结果栏(&S)", "F6"),
    "hide_panel": ("收起、展开右栏(&D)", "Shift+F6"),
    # F8 is the form's own key; a second owner would make it ambiguous.
    "next_problem": ("下一处问题(&N)\tF8", ""),
    "previous_problem": ("上一处问题(&U)\tShift+F8", ""),
    "sections": ("转到某一部分(&G)", "Ctrl+G"),
    "refresh": ("刷新(&R)", "F5"),
}

#: What the same actions are called for an annual report, which is handed in and knows no recommendation sheet.
_REPORT_WORDS: Final[Mapping[str, str]] = {"recommend": "上报(&R)", "print_form": "打印动态管理表(&F)"}
_NOT_FOR_REPORTS: Final = ("preview",)

BAR: Final[Sequence[str]] = (
    "back", "", "check", "explain", "recommend", "withdraw", "", "preview", "print_form", "print_report", "bind", "",
    "history", "export", "", "hide_panel",
)
MENUS: Final[Sequence[tuple[str, Sequence[str]]]] = (
    ("填报(&T)", ("back", "", "next_problem", "previous_problem", "sections", "", "history", "export")),
    ("校核(&C)", ("check", "explain", "", "recommend", "withdraw")),
    ("打印(&P)", ("preview", "print_form", "print_report", "bind")),
    ("查看(&V)", ("panel", "hide_panel", "", "refresh")),
)


class EditorActions:
    """All actions of the editor, switched on and off together with its page."""

    def __init__(self, page: QWidget, slots: Mapping[str, Callable[[], object]]) -> None:
        self._group = QActionGroup(page)
        self._group.setExclusionPolicy(QActionGroup.ExclusionPolicy.None_)
        self._actions: dict[str, QAction] = {}
        for name, (text, keys) in _WORDS.items():
            action = QAction(text, self._group)
            action.setIconText(text.partition("(")[0])
            if keys:
                action.setShortcut(QKeySequence(keys))
                action.setToolTip(f"{text.partition('(')[0]}　{keys}")
            action.triggered.connect(lambda _checked=False, slot=slots[name]: slot())
            page.addAction(action)
            self._actions[name] = action

    def __getitem__(self, name: str) -> QAction:
        """One action by its name."""
        return self._actions[name]

    def suit(self, *, is_report: bool) -> None:
        """Call and offer the actions as the form in front wants them."""
        for name, words in _REPORT_WORDS.items():
            text = words if is_report else _WORDS[name][0]
            self._actions[name].setText(text)
            self._actions[name].setIconText(text.partition("(")[0])
        for name in _NOT_FOR_REPORTS:
            self._actions[name].setVisible(not is_report)
            self._actions[name].setEnabled(not is_report)

    def allow(self, opened: OpenForm) -> None:
        """Offer what the record's state allows."""
        may_withdraw = opened.record.state in (RecordState.RECOMMENDED, RecordState.FILED)
        for name, allowed in (("recommend", not opened.is_locked), ("withdraw", may_withdraw)):
            self._actions[name].setEnabled(allowed)
            self._actions[name].setVisible(allowed)
        self._actions["explain"].setEnabled(not opened.is_locked)

    def listed(self, names: Sequence[str]) -> list[QAction | None]:
        """Actions in order; an empty name is a separator."""
        return [self._actions[name] if name else None for name in names]

    def set_active(self, active: bool) -> None:  # noqa: FBT001 - the window's word for the page in front
        """Listen to keys only while the page is in front."""
        self._group.setEnabled(active)
