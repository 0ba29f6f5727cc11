"""The status line of the editor, and the list of sections that Ctrl+G pops up."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QMenu, QWidget

from core.domain.enums import Severity
from core.services.drafts import OpenForm
from gui.forms.form_page import FormPage


def status_words(opened: OpenForm, pending: Sequence[str], saved_at: str) -> str:
    """What is saved, and how the check stands."""
    saved = f"已保存 {saved_at}" if saved_at else "没有改动"
    if pending:
        saved = f"没有保存：{len(pending)}栏"
    verdict = opened.verdict
    blocking = [f for f in verdict.findings if f.severity is Severity.MANDATORY and f.needs_attention]
    still_open = len(blocking) + len(verdict.open_findings)
    todo = f"，{still_open}处待处理（F6查看）" if still_open else ""
    return f"{saved}　　校核：{verdict.label}{todo}"


def pop_up_sections(page: FormPage, parent: QWidget) -> None:
    """Let the clerk choose a section by its number."""
    menu = QMenu(parent)
    for number, title in enumerate(page.sections()):
        action = menu.addAction(f"&{number + 1 if number < 9 else '0'}　{title or '表头'}")
        action.triggered.connect(lambda _checked=False, n=number: page.go_to_section(n))
    menu.popup(page.mapToGlobal(page.rect().topLeft()))
    menu.setActiveAction(menu.actions()[0])
