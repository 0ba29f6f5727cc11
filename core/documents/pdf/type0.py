"""Fonts embedded so that every character comes back from the PDF as itself.

A code of two bytes is the lower half of the character's own code point, and each plane of Unicode has a font object of
its own: text needs no table to be written, two characters that share a glyph stay two, and ToUnicode is plain.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFObjectReference, PDFString

from core.documents.pdf.objects import PdfFile
from core.documents.pdf.truetype import Face

_DEFAULT_WIDTH: Final = 1000
_SYMBOLIC, _FIXED, _ITALIC = 4, 1, 64
_BOLD: Final = 0x40000
_BOLD_FROM: Final = 600
_ROWS_A_BLOCK: Final = 100


def add_font(pdf: PdfFile, face: Face, planes: Mapping[int, Iterable[str]]) -> dict[int, PDFObjectReference]:
    """Embed what is used of a face; plane → its font object. The outlines are there once.

    Raises:
        FontError: the font is damaged.
    """
    codes = {plane: sorted(map(ord, used)) for plane, used in sorted(planes.items())}
    glyphs = {code: face.glyph_of(code) for used in codes.values() for code in used}
    data, numbers = face.subset(glyphs.values())
    name = PDFName(f"{_tag(data)}+{face.name}")
    file = pdf.add_stream(data, {"Length1": len(data)})
    descriptor = pdf.add(_descriptor(face, name, file))
    made = {}
    for plane, used in codes.items():
        mapped = pdf.add_stream(_glyph_map(used, [numbers[glyphs[code]] for code in used]))
        system = {"Registry": PDFString("Adobe"), "Ordering": PDFString("Identity"), "Supplement": 0}
        child = pdf.add(PDFDictionary({
            "Type": PDFName("Font"), "Subtype": PDFName("CIDFontType2"), "BaseFont": name,
            "FontDescriptor": descriptor, "CIDToGIDMap": mapped, "CIDSystemInfo": PDFDictionary(system),
            "DW": _DEFAULT_WIDTH, "W": _widths(used, [face.width(code) for code in used]),
        }))
        made[plane] = pdf.add(PDFDictionary({
            "Type": PDFName("Font"), "Subtype": PDFName("Type0"), "BaseFont": name,
            "Encoding": PDFName("Identity-H"), "DescendantFonts": PDFArray([child]),
            "ToUnicode": pdf.add_stream(unicode_map(used).encode("ascii")),
        }))
    return made


def low(code: int) -> int:
    """The code by which a character is written with the font of its plane."""
    return code & 0xFFFF


def _tag(data: bytes) -> str:
    """Six capitals that tell this subset from others of the same font."""
    value = int.from_bytes(hashlib.sha256(data).digest()[:4], "big")
    return "".join(chr(ord("A") + value // 26**place % 26) for place in range(6))


def _descriptor(face: Face, name: str, file: PDFObjectReference) -> PDFDictionary:
    found = face.measures()
    flags = _SYMBOLIC | (_FIXED if found.is_fixed else 0) | (_ITALIC if found.slant else 0)
    flags |= _BOLD if found.weight >= _BOLD_FROM else 0
    return PDFDictionary({
        "Type": PDFName("FontDescriptor"), "FontName": name, "Flags": flags, "FontBBox": PDFArray(found.box),
        "ItalicAngle": found.slant, "Ascent": found.ascent, "Descent": found.descent, "CapHeight": found.capital,
        "StemV": 50 + (found.weight * 10 // 650) ** 2 // 10, "FontFile2": file,
    })


def _glyph_map(codes: Sequence[int], glyphs: Sequence[int]) -> bytes:
    made = bytearray(2 * low(codes[-1]) + 2)
    for code, glyph in zip(codes, glyphs, strict=True):
        struct.pack_into(">H", made, 2 * low(code), glyph)
    return bytes(made)


def _widths(codes: Sequence[int], widths: Sequence[float]) -> PDFArray:
    """Runs of neighbours; those of the usual width are left out."""
    runs: list[tuple[int, list[float]]] = []
    before = -2
    for code, width in zip(codes, widths, strict=True):
        if width == _DEFAULT_WIDTH:
            continue
        if code == before + 1:
            runs[-1][1].append(width)
        else:
            runs.append((code, [width]))
        before = code
    return PDFArray([part for start, run in runs for part in (low(start), PDFArray(run))])


def unicode_map(codes: Iterable[int]) -> str:
    """The ToUnicode map of one plane (PDF 32000-1, 9.10.3): every row of 256 codes that has one of these characters."""
    rows = sorted({code >> 8 for code in codes})
    entries = [f"<{low(row << 8):04X}><{low(row << 8) + 0xFF:04X}><{_utf_16(row << 8)}>" for row in rows]
    blocks = []
    for start in range(0, len(entries), _ROWS_A_BLOCK):
        block = entries[start : start + _ROWS_A_BLOCK]
        blocks += [f"{len(block)} beginbfrange", *block, "endbfrange"]
    return "\n".join((
        "/CIDInit/ProcSet findresource begin", "12 dict begin", "begincmap",
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def",
        "/CMapName/Adobe-Identity-UCS def", "/CMapType 2 def",
        "1 begincodespacerange", "<0000><FFFF>", "endcodespacerange", *blocks,
        "endcmap", "CMapName currentdict/CMap defineresource pop", "end", "end",
    ))


def _utf_16(code: int) -> str:
    return chr(code).encode("utf-16-be").hex().upper()
