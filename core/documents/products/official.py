"""The measures of an official text (GB/T 9704-2012): 22 lines of 28 characters on 156×225 mm, title 2号, body 3号."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from core.documents.model import Align, FontRole, Paragraph, Run, Style

#: 225 mm in 22 lines, in points.
LINE: Final = 28.95
LINE_MM: Final = LINE * 25.4 / 72.0
# 28 characters of 16 points are 158 mm wide; on 156 mm each gives up a fifth of a point.
_SQUEEZE: Final = 28.0 * 16.0 / (156.0 / 25.4 * 72.0) - 1.0 + 1e-4
BODY: Final = Style(FontRole.FANG, 16.0, align=Align.JUSTIFY, leading=LINE / 16.0, indent=2.0, squeeze=_SQUEEZE)
RECIPIENT: Final = Style(FontRole.FANG, 16.0, align=Align.LEFT, leading=LINE / 16.0)
TITLE: Final = Style(FontRole.SONG_BOLD, 22.0, align=Align.CENTER, leading=1.5)
# 结构层次: 一、黑体 （一）楷体; 1. and （1） are 仿宋 like the text.
_LEVELS: Final = (
    (re.compile(r"[一二三四五六七八九十]+、"), FontRole.HEI),
    (re.compile(r"（[一二三四五六七八九十]+）"), FontRole.KAI),
)
_MOST_HEADING: Final = 40
_ANNEX: Final = re.compile(r"附件\d*：")


def body(texts: Iterable[str]) -> list[Paragraph]:
    """Paragraphs of an official text: headings in the typeface of their level, 附件： a line apart from the text."""
    return [Paragraph(_levelled(t), BODY, before=LINE_MM if _ANNEX.match(t) else 0.0) for t in texts]


def _levelled(text: str) -> tuple[Run, ...]:
    """The first sentence of a paragraph that is numbered as a heading is one, unless it is too long for that."""
    role = next((role for pattern, role in _LEVELS if pattern.match(text)), None)
    head, stop, rest = text.partition("。")
    if role is None or len(head) > _MOST_HEADING:
        return (Run(text),)
    return (Run(head + stop, role), Run(rest)) if rest else (Run(head + stop, role),)
