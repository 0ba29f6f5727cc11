"""Laid-out pages, measured: is a text cut off, crossed, overlapped, outside its room or lost?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from core.documents.model import (
    Block,
    Document,
    Heading,
    KeepTogether,
    PageBreak,
    Paragraph,
    Runs,
    SignatureBlock,
    Signoff,
    Table,
    Title,
)
from core.documents.pdf.foot import ROW_CAME_FROM, ROW_GOES_ON, TABLE_GOES_ON
from core.documents.pdf.page import POINTS_PER_MM, Page, PlacedLine
from core.documents.pdf.signature import SEAL_DIAMETER

# Points: half the width of a rule, and what the strokes of a glyph leave free of its own square.
CLOSE = 0.6
_NOT_PRINTED = re.compile(r"[\x00-\x20\x7f\ud800-\udfff\ufffe\uffff]")
_FOOT = 14.0

Extent = tuple[float, float, float, float]


def extent(placed: PlacedLine) -> Extent:
    """Left, top, right and bottom of a line's ink, in points."""
    size = max(m.size for m in placed.line.marks)
    width = placed.line.width + placed.spread * (len(placed.line.marks) - 1)
    return placed.x, placed.baseline - 0.80 * size, placed.x + width, placed.baseline + 0.06 * size


def crossed(page: Page) -> list[str]:
    """Lines of text that a rule runs through, or that leave their room."""
    found = []
    for placed in page.texts:
        left, top, right, bottom = extent(placed)
        if left < placed.box.x - CLOSE or right > placed.box.right + CLOSE:
            found.append(f"leaves its room: {placed.line.text}")
        for x1, y1, x2, y2 in page.rules:
            crosses_x = x1 < right - CLOSE and x2 > left + CLOSE
            crosses_y = y1 < bottom - CLOSE and y2 > top + CLOSE
            if crosses_x and crosses_y:
                found.append(f"crossed by a rule: {placed.line.text}")
    return found


def overlapping(page: Page) -> list[str]:
    """Pairs of lines that share ink, and lines that stand on a dark fill (a QR code)."""
    boxes = sorted((extent(p), p.line.text) for p in page.texts)
    found = []
    for number, (one, text) in enumerate(boxes):
        for other, other_text in boxes[number + 1 :]:
            if other[0] >= one[2] - CLOSE:
                break
            if other[1] < one[3] - CLOSE and other[3] > one[1] + CLOSE:
                found.append(f"{text} / {other_text}")
    dark = [(b.x, b.y, b.right, b.bottom) for b, gray in page.fills if gray < 0.5]
    for one, text in boxes:
        if any(one[0] < b[2] and one[2] > b[0] and one[1] < b[3] and one[3] > b[1] for b in dark):
            found.append(f"{text} / a dark fill")
    return found


def outside(document: Document, page: Page) -> list[str]:
    """Rules and lines outside the type area, but for what belongs there: page number, footer, stamp, 续表."""
    setup = document.page
    left = setup.left(page.number) * POINTS_PER_MM - CLOSE
    top = setup.top * POINTS_PER_MM - CLOSE
    right = left + setup.body_width * POINTS_PER_MM + 2.0 * CLOSE
    bottom = top + setup.body_height * POINTS_PER_MM + 2.0 * CLOSE
    found = [
        f"rule {x1, y1, x2, y2}" for x1, y1, x2, y2 in page.rules
        if x1 < left or x2 > right or y1 < top or y2 > bottom
    ]
    for placed in page.texts:
        x1, y1, x2, y2 = extent(placed)
        text = placed.line.text
        if x1 < left or x2 > right:
            found.append(f"beside the type area: {text}")
        if y1 < top and not (y2 < top and (text in (TABLE_GOES_ON, ROW_CAME_FROM) or document.stamp is not None)):
            found.append(f"above the type area: {text}")
        in_foot = y1 > bottom and y2 < bottom + _FOOT * POINTS_PER_MM and (
            text == ROW_GOES_ON or text.startswith("—") or text in (document.footer, *document.fuller_footers)
        )
        if y2 > bottom and not in_foot:
            found.append(f"below the type area: {text}")
        if y2 > setup.height * POINTS_PER_MM - 5.0 * POINTS_PER_MM:
            found.append(f"where printers do not print: {text}")
    return found


def crowded_seals(page: Page) -> list[str]:
    """Places to seal, 盖章 or 公章, without a whole seal's room in their frame: other text or a rule within it."""
    side, found = SEAL_DIAMETER * POINTS_PER_MM, []
    for seal in (p for p in page.texts if p.line.text.endswith("章）")):
        left, _, right, low = extent(seal)
        middle = (left + right) / 2.0
        level = [r for r in page.rules if r[1] == r[3] and r[0] < middle < r[2]]
        bottom = min((y for _, y, _, _ in level if y > low), default=0.0)
        room = middle - side / 2.0, bottom - side, middle + side / 2.0, bottom
        if any(room[1] + CLOSE < y < bottom - CLOSE for _, y, _, _ in level):
            found.append(f"no room for a seal: {seal.line.text}")
        for other in page.texts:
            one = extent(other)
            apart = one[2] <= room[0] or one[0] >= room[2] or one[3] <= room[1] or one[1] >= room[3]
            if not (apart or other.box.x == seal.box.x):
                found.append(f"under the seal: {other.line.text}")
    return found


def lost(document: Document, pages: Iterable[Page]) -> dict[str, int]:
    """Characters of the document that stand on no page, and how many of each."""
    wanted = Counter(_NOT_PRINTED.sub("", "".join(texts_of(document.blocks)) + document.corner))
    shown = Counter("".join(p.line.text for page in pages for p in page.texts))
    return {c: n - shown[c] for c, n in wanted.items() if n > shown[c]}


def texts_of(blocks: Sequence[Block]) -> Iterator[str]:
    """Every text of a document's blocks."""
    for block in blocks:
        if isinstance(block, KeepTogether):
            yield from texts_of(block.blocks)
        elif isinstance(block, Table):
            for row in block.rows:
                yield from (_plain(cell.runs) for cell in row.cells)
        elif not isinstance(block, PageBreak):
            yield from _of(block)


def _of(block: Title | Heading | Paragraph | SignatureBlock | Signoff) -> tuple[str, ...]:
    if isinstance(block, Title):
        return block.text, block.subtitle
    if isinstance(block, Heading):
        return (block.text,)
    if isinstance(block, Paragraph):
        return (_plain(block.runs),)
    if isinstance(block, Signoff):
        return block.name, block.date
    return block.label, block.statement, *block.signers, block.seal, block.date


def _plain(runs: Runs) -> str:
    return "".join(run.text for run in runs)


def faults(document: Document, pages: Sequence[Page]) -> list[str]:
    """Everything that is wrong with the pages of a document; empty for good ones."""
    found = [
        f"page {page.number}: {fault}"
        for page in pages
        for fault in (*crossed(page), *overlapping(page), *outside(document, page), *crowded_seals(page))
    ]
    return [*found, *(f"lost {n} of {c!r}" for c, n in lost(document, pages).items())]
