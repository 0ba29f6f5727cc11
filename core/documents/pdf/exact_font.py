"""A TrueType font whose text comes back from the PDF exactly, characters beyond U+FFFF included."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from reportlab.pdfbase import pdfdoc, ttfonts

_STAND_IN: Final = 0x25A1
_ENTRIES_A_BLOCK: Final = 100


class ExactFont(ttfonts.TTFont):
    """reportlab's font with a ToUnicode map in UTF-16: its own writes five digits for U+20BB7, which no reader takes.

    `stand_in` lets a character be drawn by another glyph and still be read back as itself.
    """

    def __init__(self, name: str, path: Path) -> None:
        # All of ASCII in one subset: readers take a hyphen before a change of subset for one at a line's end.
        super().__init__(name, str(path), asciiReadable=True, shapable=False)
        self._shapes: Any = self.face
        self._stood_in: set[int] = set()

    def has(self, code: int) -> bool:
        """True when the font draws that character."""
        return code in self._shapes.charToGlyph and code not in self._stood_in

    def width(self, code: int) -> float:
        """Advance width in thousandths of the size."""
        return float(self._shapes.charWidths.get(code, self._shapes.defaultWidth))

    def stand_in(self, code: int, width: float) -> None:
        """Let an unknown character be □ at that width; the writer prints it unseen and draws what is to be seen.

        An empty glyph would not do: readers leave out text that covers no ground.
        """
        self._stood_in.add(code)
        self._shapes.charToGlyph[code] = self._shapes.charToGlyph[_STAND_IN]
        self._shapes.charWidths[code] = width

    def addObjects(self, doc: Any) -> None:  # noqa: N802 - reportlab's name
        """Add one font object for each 256 characters used."""
        state = self.state[doc]
        state.frozen = True
        for number, subset in enumerate(state.subsets):
            self._add_subset(doc, number, subset)
        del self.state[doc]

    def _add_subset(self, doc: Any, number: int, subset: Sequence[int]) -> None:
        internal = self.getSubsetInternalName(number, doc)[1:]
        base = b"+".join((ttfonts.SUBSETN(number), self._shapes.name)).decode("ascii")
        font: Any = pdfdoc.PDFTrueTypeFont()
        font.Name, font.BaseFont = internal, base
        font.FirstChar, font.LastChar = 0, len(subset) - 1
        font.Widths = pdfdoc.PDFArray([self.width(code) for code in subset])
        stream: Any = pdfdoc.PDFStream()
        stream.content = unicode_map(base, subset)
        if doc.compression:
            stream.filters = [pdfdoc.PDFZCompress]
        font.ToUnicode = doc.Reference(stream, f"toUnicodeCMap:{base}")
        font.FontDescriptor = self._shapes.addSubsetObjects(doc, base, subset)
        doc.Reference(font, internal)
        doc.idToObject["BasicFonts"].dict[internal] = font


def unicode_map(name: str, subset: Sequence[int]) -> str:
    """The ToUnicode map of one subset (PDF 32000-1, 9.10.3): blocks of at most 100, characters as UTF-16BE."""
    entries = [f"<{i:02X}> <{chr(c).encode('utf-16-be').hex().upper()}>" for i, c in enumerate(subset) if c]
    blocks = []
    for start in range(0, len(entries), _ENTRIES_A_BLOCK):
        block = entries[start : start + _ENTRIES_A_BLOCK]
        blocks += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    return "\n".join((
        "/CIDInit /ProcSet findresource begin", "12 dict begin", "begincmap",
        f"/CIDSystemInfo << /Registry ({name}) /Ordering ({name}) /Supplement 0 >> def",
        f"/CMapName /{name} def", "/CMapType 2 def",
        "1 begincodespacerange", "<00> <FF>", "endcodespacerange", *blocks,
        "endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end",
    ))
