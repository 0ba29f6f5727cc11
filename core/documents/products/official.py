"""The measures of an official text (GB/T 9704-2012): 22 lines of 28 characters on 156×225 mm, title 2号, body 3号."""

from __future__ import annotations

from typing import Final

from core.documents.model import Align, FontRole, Style

#: 225 mm in 22 lines, in points.
LINE: Final = 28.95
LINE_MM: Final = LINE * 25.4 / 72.0
# 28 characters of 16 points are 158 mm wide; on 156 mm each gives up a fifth of a point.
_SQUEEZE: Final = 28.0 * 16.0 / (156.0 / 25.4 * 72.0) - 1.0 + 1e-4
BODY: Final = Style(FontRole.FANG, 16.0, align=Align.JUSTIFY, leading=LINE / 16.0, indent=2.0, squeeze=_SQUEEZE)
RECIPIENT: Final = Style(FontRole.FANG, 16.0, align=Align.LEFT, leading=LINE / 16.0)
TITLE: Final = Style(FontRole.SONG_BOLD, 22.0, align=Align.CENTER, leading=1.5)
