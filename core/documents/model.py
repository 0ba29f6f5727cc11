"""A printed document, neutral of any file format: blocks of text and full-framed tables on A4.

Lengths are millimetres, type sizes are points, as GB/T 9704-2012 gives them. Runs, cells and rows go by the thousand
to the processes that write many documents: they pack themselves, for dataclasses ask for each field by its name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeAlias

TICKED: Final = "☑"
UNTICKED: Final = "☐"


class FontRole(StrEnum):
    """The typefaces of official documents; a role is a row of the fonts' list."""

    SONG = "song"
    SONG_BOLD = "song_bold"
    HEI = "hei"
    HEI_BOLD = "hei_bold"
    KAI = "kai"
    FANG = "fang"


class Align(StrEnum):
    """Where a line stands in its box. JUSTIFY spreads all lines but the last."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"
    JUSTIFY = "justify"


class VerticalAlign(StrEnum):
    """Where the text of a cell stands."""

    TOP = "top"
    MIDDLE = "middle"


@dataclass(frozen=True, slots=True)
class Style:
    """How text looks. It shrinks from `size` to `smallest` before its row grows; `indent` is in characters.

    `squeeze`: by which share a paragraph's line may be too long, to be squeezed in (28 characters of 16 points on
    156 mm, GB/T 9704-2012).
    """

    role: FontRole = FontRole.FANG
    size: float = 10.5
    smallest: float = 0.0
    align: Align = Align.JUSTIFY
    leading: float = 1.3
    indent: float = 0.0
    gray: float = 0.0
    squeeze: float = 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text; role, gray and relative size differ from the style's only where given."""

    text: str
    role: FontRole | None = None
    scale: float = 1.0
    gray: float | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return Run, (self.text, self.role, self.scale, self.gray)


Runs: TypeAlias = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Title:
    """The title of the document: 2号 song, centred, with an optional line below."""

    text: str
    subtitle: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a part: 黑体; it never stands last on a page."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text outside tables; `before` and `after` are the space around it."""

    runs: Runs
    style: Style = Style()
    before: float = 0.0
    after: float = 0.0
    keep_with_next: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell at `column`, spanning `columns` and `rows`; `shading` is the gray behind it (1 is white)."""

    column: int
    runs: Runs
    style: Style = Style()
    columns: int = 1
    rows: int = 1
    vertical: VerticalAlign = VerticalAlign.MIDDLE
    shading: float = 1.0

    def __reduce__(self) -> tuple[Any, ...]:
        return Cell, (self.column, self.runs, self.style, self.columns, self.rows, self.vertical, self.shading)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of cells, at least `height` high. `repeats`: drawn again where the table goes on, on a new page.

    `keeps_next`: never parted from the row below it.
    """

    cells: tuple[Cell, ...]
    height: float = 7.5
    repeats: bool = False
    keeps_next: bool = False

    def __reduce__(self) -> tuple[Any, ...]:
        return Row, (self.cells, self.height, self.repeats, self.keeps_next)


@dataclass(frozen=True, slots=True)
class Table:
    """A full-framed table as wide as the type area; `widths` are relative. Tables in a row share their frame."""

    widths: tuple[float, ...]
    rows: tuple[Row, ...]
    before: float = 0.0


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    """A framed place to sign, seal and date: statement above, signers below it at the left, seal and date at the right.

    `height` is the least; a statement and a round seal of 42 mm always fit one below the other.
    """

    label: str
    statement: str
    signers: tuple[str, ...]
    seal: str
    date: str
    height: float = 56.0


@dataclass(frozen=True, slots=True)
class Signoff:
    """署名 and 成文日期 under an official text: the date 右空四字, the name centred over it (GB/T 9704-2012 7.3.5)."""

    name: str
    date: str
    before: float = 12.0


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows starts a new page."""


@dataclass(frozen=True, slots=True)
class KeepTogether:
    """Blocks that stand on one page where they fit on one.

    `gives`: rows and places to sign become lower where that makes them fit, as far as text and seal allow; where it
    does not, the blocks flow on as if they stood alone.
    """

    blocks: tuple[Block, ...]
    gives: bool = False


Block: TypeAlias = Title | Heading | Paragraph | Table | SignatureBlock | Signoff | PageBreak | KeepTogether


@dataclass(frozen=True, slots=True)
class PageSetup:
    """A4 with its margins; the left margin is the binding side and changes sides on even pages (双面印刷).

    The page number stands `number_below` the type area. The defaults are those of GB/T 9704-2012: 天头 37, 订口 28,
    版心 156×225.
    """

    width: float = 210.0
    height: float = 297.0
    top: float = 37.0
    binding: float = 28.0
    body_width: float = 156.0
    body_height: float = 225.0
    number_below: float = 7.0

    def left(self, number: int) -> float:
        """The left margin of the page of that number, counted from 1."""
        return self.binding if number % 2 else self.width - self.binding - self.body_width


OFFICIAL_PAGE: Final = PageSetup()
# 表格类文书 22 行排不下时版心可调（GB/T 9704-2012“特定情况可调”）：宽度不变，上下各留 25 mm。
FORM_PAGE: Final = PageSetup(top=25.0, body_height=247.0)
LANDSCAPE_PAGE: Final = PageSetup(297.0, 210.0, 28.0, 37.0, 225.0, 156.0)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What ties a sheet of paper to its data: `payload` in the QR code, `code` to be typed; both ASCII capitals."""

    payload: str
    code: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document to print. `corner` stands top left on the first page (附件2); `footer` beside each page number.

    Of `fuller_footers` the first that fits on one line is printed in its place.
    `stamp` stands on every page, in the margin above the type area. A document bound into a longer one begins at
    `first_page`, odd numbers on the right hand; without `numbers_pages` (a cover) no number is printed.
    """

    title: str
    blocks: tuple[Block, ...]
    page: PageSetup = OFFICIAL_PAGE
    corner: str = ""
    footer: str = ""
    watermark: str = ""
    author: str = ""
    subject: str = ""
    language: str = "zh-CN"
    keywords: tuple[str, ...] = field(default=())
    stamp: Stamp | None = None
    first_page: int = 1
    numbers_pages: bool = True
    fuller_footers: tuple[str, ...] = ()


def runs(text: str, role: FontRole | None = None, *, scale: float = 1.0, gray: float | None = None) -> Runs:
    """Text as a single run; no run for empty text."""
    return (Run(text, role, scale, gray),) if text else ()
