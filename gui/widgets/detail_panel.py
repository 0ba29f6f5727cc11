"""What is known of one row, as text to read and copy: headings, labelled lines, sentences, links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, TypeAlias

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtWidgets import QTextBrowser, QWidget

from gui.widgets import theme

_INKS: Final = {"good": theme.GREEN, "bad": theme.RED, "wait": theme.AMBER, "note": theme.MUTED}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a section. `label` may be blank for a sentence; `tone` (good, bad, wait, note) colours the text.

    With `link` the text can be pressed: Tab and Enter, or a click; the panel then emits `link_pressed` with it.
    """

    text: str
    label: str = ""
    tone: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its lines; sections without lines are left out."""

    heading: str
    lines: Sequence[Line]


Lines: TypeAlias = Sequence[Section]


class DetailPanel(QTextBrowser):
    """`show_sections("天津…公司", [Section("基本情况", [Line("绿色工厂", "类别"), …]), …])`; `clear()` empties it."""

    link_pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("详细情况")
        self.setOpenLinks(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.anchorClicked.connect(self._on_clicked)

    def show_sections(self, title: str, sections: Sequence[Section]) -> None:
        """Show these, from the top."""
        parts = [f'<p style="font-size:11.5pt; font-weight:bold; margin-bottom:2px">{escape(title)}</p>']
        parts += [_section(section) for section in sections if section.lines]
        self.setHtml("".join(parts))

    def _on_clicked(self, url: QUrl) -> None:
        self.link_pressed.emit(url.toString())


def _section(section: Section) -> str:
    rows = "".join(_line(line) for line in section.lines)
    heading = f'<p style="color:{theme.ACCENT}; font-weight:bold; margin-top:10px; margin-bottom:2px">' \
              f"{escape(section.heading)}</p>" if section.heading else ""
    return f'{heading}<table cellspacing="0" cellpadding="2" width="100%">{rows}</table>'


def _line(line: Line) -> str:
    text = escape(line.text).replace("\n", "<br/>")
    if line.link:
        text = f'<a href="{escape(line.link, quote=True)}" style="color:{theme.ACCENT}">{text}</a>'
    ink = _INKS.get(line.tone, theme.INK)
    cell = f'<span style="color:{ink}">{text}</span>'
    if not line.label:
        return f'<tr><td colspan="2">{cell}</td></tr>'
    label = f'<td style="color:{theme.MUTED}; white-space:nowrap; padding-right:8px">{escape(line.label)}</td>'
    return f'<tr>{label}<td width="100%">{cell}</td></tr>'
