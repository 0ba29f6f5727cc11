"""What the check says, beside the form; it makes way where the window is narrow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from core.domain.finding import Verdict
from gui.widgets.finding_delegate import can_explain
from gui.widgets.findings_panel import FindingsPanel
from gui.widgets.verdict_banner import VerdictBanner

_WIDTH: Final = 360
_NARROW: Final = 1080


class Side(QWidget):
    """The verdict over its findings. Emits `left` when the keys are to go back to the form."""

    left = Signal()

    def __init__(self, clauses: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clauses = clauses
        self._wanted: bool | None = None
        self._verdict: Verdict | None = None
        self._page_width = _NARROW
        self.banner = VerdictBanner(self)
        self.findings = FindingsPanel(self)
        self.setFixedWidth(_WIDTH)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.banner)
        layout.addWidget(self.findings, 1)

    @property
    def has_keys(self) -> bool:
        """True while the keyboard is here."""
        focus = QApplication.focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    def show_verdict(self, verdict: Verdict, *, is_locked: bool = False) -> None:
        """Show a verdict and its findings, which ask for explanations unless the form is locked."""
        self._verdict = verdict
        self.findings.offer_explaining(not is_locked)
        self.findings.set_findings(verdict.findings, self._clauses)
        self.banner.set_verdict(verdict)

    def rule_to_explain(self) -> str:
        """The finding that the keys are on, if an explanation can answer it; from the form, the first without one."""
        if not self.has_keys:
            still_open = self._verdict.open_findings if self._verdict is not None else ()
            return still_open[0].rule if still_open else ""
        current = self.findings.current_finding()
        return current.rule if current is not None and can_explain(current) else ""

    def forget_wishes(self) -> None:
        """Another record: shown or hidden by the width alone again."""
        self._wanted = None
        self.fit(self._page_width)

    def fit(self, page_width: int) -> None:
        """Show or hide by the page's width, unless the clerk has decided."""
        self._page_width = page_width
        if self._wanted is None:
            self.setVisible(page_width >= _NARROW)

    def toggle(self) -> None:
        """收起、展开右栏."""
        had_keys = self.has_keys
        self._wanted = not self.isVisible()
        self.setVisible(self._wanted)
        if had_keys:
            self.left.emit()

    def switch(self) -> None:
        """F6: come here, or go back to the form; in a narrow window the panel comes and goes with the keys."""
        if self.has_keys:
            if self._page_width < _NARROW:
                self._wanted = False
                self.hide()
            self.left.emit()
            return
        if not self.isVisible():
            self._wanted = True
            self.show()
        self.findings.focus_first()
