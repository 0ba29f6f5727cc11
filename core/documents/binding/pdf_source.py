"""Evidence that is a PDF: its pages become form objects, vectors and text as they are."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from core.documents.binding.copying import Copier, Layers, TooMuchError, damage, raw, resolved, stored
from core.documents.binding.model import MOST_PAGES, RESCAN, UnbindableError
from core.documents.binding.object_file import ObjectFile, dictionary, numbers, raw_stream
from core.documents.binding.place import Matrix, Size, multiplied, written
from core.documents.binding.sources import Drawing
from core.documents.pdf.preview import mended

if TYPE_CHECKING:
    from pypdf import PdfReader
    from pypdf.generic import DictionaryObject, PdfObject, StreamObject

_INHERITED: Final = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
_A4: Final = (0.0, 0.0, 595.28, 841.89)
_LEAST_SIDE: Final = 3.0
_MOST_SIDE: Final = 200_000.0
_TAIL: Final = 16_384
_NODES_A_PAGE: Final = 20
_MOST_CONTENT: Final = 200_000_000
_HIDDEN: Final = 0x02 | 0x20
_NOT_SHOWN: Final = frozenset(("/Popup", "/Link"))
_CUT: Final = f"文件不完整（结尾缺失）。{RESCAN}"
_BROKEN: Final = f"文件已损坏。{RESCAN}"
_LOCKED: Final = "文件有打开密码。请去掉密码后重新附上。"
_TOO_MANY: Final = f"页数超过{MOST_PAGES}页。请拆分或只附要用的页。"


@dataclass(frozen=True, slots=True)
class _Page:
    """A leaf of the page tree with what it inherits; `box` is what is seen, before turning."""

    source: DictionaryObject
    resources: Any
    box: tuple[float, float, float, float]
    turn: int
    unit: float

    @property
    def size(self) -> Size:
        """As it is seen, in points."""
        x0, y0, x1, y1 = self.box
        width, height = (x1 - x0) * self.unit, (y1 - y0) * self.unit
        return Size(height, width) if self.turn in (90, 270) else Size(width, height)

    @property
    def upright(self) -> Matrix:
        """Turns the page as it is seen and puts its lower left corner at the origin."""
        x0, y0, x1, y1 = self.box
        turned: dict[int, Matrix] = {
            0: (1, 0, 0, 1, -x0, -y0), 90: (0, -1, 1, 0, -y0, x1),
            180: (-1, 0, 0, -1, x1, y1), 270: (0, 1, -1, 0, y1, -x0),
        }
        return multiplied(turned[self.turn], (self.unit, 0.0, 0.0, self.unit, 0.0, 0.0))


@dataclass(frozen=True, slots=True)
class _Left:
    """Stands behind the kids of a node of the page tree: from here on it is no longer above what is read."""

    number: int


class PdfSource:
    """An opened PDF.

    Raises:
        UnbindableError: it cannot be read, wants a password, or has too many pages.
    """

    def __init__(self, path: Path) -> None:
        self.note = ""
        self._stream: BinaryIO = path.open("rb")
        self._copier: Copier | None = None
        try:
            self._is_cut = _is_cut(self._stream)
            self._reader, self._pages = self._opened(path)
        except UnbindableError:
            self._stream.close()
            raise
        if self._is_cut:
            self.note = _CUT

    @property
    def sizes(self) -> list[Size | None]:
        """The pages as they are seen."""
        return [page.size if page else None for page in self._pages]

    def close(self) -> None:
        """Let go of the file."""
        self._reader.close()
        self._stream.close()

    def _opened(self, path: Path) -> tuple[PdfReader, list[_Page | None]]:
        """As it stands, or, where that fails, as the viewer's engine mends it."""
        try:
            return _read(self._stream)
        except damage():
            anew = mended(path)
        if anew is None:
            raise UnbindableError(_CUT if self._is_cut else _BROKEN)
        try:
            self.note = f"文件已损坏，装订了能读出的内容。{RESCAN}"
            return _read(io.BytesIO(anew))
        except damage():
            raise UnbindableError(_CUT if self._is_cut else _BROKEN) from None

    def draw(self, index: int, matrix: Matrix, scale: float, book: ObjectFile, layers: Layers) -> Drawing:
        """Copy the page and what it draws over it (stamps, filled-in fields)."""
        page = self._pages[index]
        if page is None:
            raise UnbindableError(f"这一页读不出。{RESCAN}")
        if self._copier is None:
            self._copier = Copier(self._reader, book, layers)
        copier, before = self._copier, self._copier.lost
        try:
            content, is_whole = _content(page.source, copier)
            content.update(dictionary({
                "/Type": _name("/XObject"), "/Subtype": _name("/Form"), "/BBox": numbers(*page.box),
                "/Resources": _resources(page.resources, copier),
            }))
            group = resolved(raw(page.source, "/Group"))
            if group is not None:
                content[_name("/Group")] = copier.copied(group)
            objects = {"/GLPage": book.add(content)}
            over = [written(multiplied(page.upright, matrix)), "/GLPage Do", *_clip(page.box)]
            for number, (form, fitted) in enumerate(_appearances(page.source)):
                objects[f"/GLOver{number}"] = book.add(_as_form(copier.copied_stream(form)))
                over.append(f"q {written(fitted)} /GLOver{number} Do Q")
        except TooMuchError:
            raise UnbindableError(f"这一页的内容太复杂，装不进合订本。{RESCAN}") from None
        except damage():
            raise UnbindableError(f"这一页读不出。{RESCAN}") from None
        is_whole = is_whole and copier.lost == before and not _has_unseen_value(page.source)
        return Drawing("\n".join(over), objects, is_whole)


def _name(text: str) -> Any:
    from pypdf.generic import NameObject

    return NameObject(text)


def _clip(box: tuple[float, float, float, float]) -> list[str]:
    x0, y0, x1, y1 = box
    return [f"{x0:.3f} {y0:.3f} {x1 - x0:.3f} {y1 - y0:.3f} re W n"]


def _is_cut(stream: BinaryIO) -> bool:
    """True when the mark at the end of every PDF is not near the end."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - _TAIL))
    tail = stream.read()
    stream.seek(0)
    return b"%%EOF" not in tail


def _read(stream: BinaryIO) -> tuple[PdfReader, list[_Page | None]]:
    from pypdf import PdfReader
    from pypdf.errors import PdfReadError

    reader = PdfReader(stream, strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnbindableError(_LOCKED)
    pages = list(_leaves(reader))
    if not any(pages):
        raise PdfReadError("no page")
    return reader, pages


def _leaves(reader: PdfReader) -> Iterator[_Page | None]:
    """The pages in order, read without trust: no loop, no count believed."""
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

    waiting: list[tuple[Any, dict[str, Any]]] = [(raw(reader.root_object, "/Pages"), {})]
    above: set[int] = set()
    found = nodes = 0
    while waiting:
        node, inherited = waiting.pop()
        if isinstance(node, _Left):
            above.discard(node.number)
            continue
        nodes += 1
        if found > MOST_PAGES or nodes + len(waiting) > MOST_PAGES * _NODES_A_PAGE:
            raise UnbindableError(_TOO_MANY)
        number = node.idnum if isinstance(node, IndirectObject) else 0
        if number in above:
            continue
        try:
            source = resolved(node)
            if not isinstance(source, DictionaryObject):
                found += 1
                yield None
                continue
            own = {**inherited, **{key: raw(source, key) for key in _INHERITED if key in source}}
            kids = resolved(raw(source, "/Kids"))
            if isinstance(kids, ArrayObject):
                if number:
                    above.add(number)
                    waiting.append((_Left(number), own))
                waiting.extend((kid, own) for kid in reversed(list(kids)))
                continue
            page = _page(source, own)
        except damage():
            page = None
        found += 1
        yield page


def _page(source: DictionaryObject, own: dict[str, Any]) -> _Page:
    media = _box(own.get("/MediaBox")) or _A4
    crop = _box(own.get("/CropBox")) or media
    seen = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
    is_fit = seen[2] - seen[0] >= _LEAST_SIDE and seen[3] - seen[1] >= _LEAST_SIDE
    turn = resolved(own.get("/Rotate")) or 0
    unit = resolved(raw(source, "/UserUnit"))
    return _Page(
        source, own.get("/Resources"), seen if is_fit else media, round(float(turn) / 90.0) * 90 % 360,
        float(unit) if unit is not None and 0.0 < float(unit) < _MOST_SIDE else 1.0,
    )


def _box(value: Any, least: float = _LEAST_SIDE) -> tuple[float, float, float, float] | None:
    """A rectangle in points, its lower left corner first; None where it is none or a side is shorter than `least`."""
    from pypdf.generic import ArrayObject

    found = resolved(value)
    if not isinstance(found, ArrayObject) or len(found) != 4:
        return None
    x0, y0, x1, y1 = (min(max(float(resolved(v)), -_MOST_SIDE), _MOST_SIDE) for v in list(found))
    box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    return box if box[2] - box[0] >= least and box[3] - box[1] >= least else None


def _resources(value: Any, copier: Copier) -> PdfObject:
    from pypdf.generic import DictionaryObject

    return copier.copied(value) if isinstance(resolved(value), DictionaryObject) else dictionary({})


def _content(page: DictionaryObject, copier: Copier) -> tuple[StreamObject, bool]:
    """The page's operators: one stream as it is stored, several joined; and whether all of it can be read."""
    from pypdf.generic import ArrayObject, StreamObject

    found = resolved(raw(page, "/Contents"))
    if isinstance(found, StreamObject):
        made = copier.copied_stream(found)
        return made, _is_readable(found)
    parts, is_whole = [], True
    for item in list(found) if isinstance(found, ArrayObject) else []:
        part = resolved(item)
        if isinstance(part, StreamObject):
            is_whole = is_whole and _is_readable(part)
            parts.append(part.get_data())
    return raw_stream({"/Filter": _name("/FlateDecode")}, zlib.compress(b"\n".join(parts), 6)), is_whole


def _is_readable(stream: StreamObject) -> bool:
    """Whether the data can be decoded to their end; the library is content with a beginning."""
    if str(resolved(raw(stream, "/Filter"))) != "/FlateDecode":
        stream.get_data()
        return True
    reading = zlib.decompressobj()
    waiting, seen = stored(stream), 0
    try:
        while waiting and not reading.eof and seen < _MOST_CONTENT:
            seen += len(reading.decompress(waiting, 1 << 20))
            waiting = reading.unconsumed_tail
    except zlib.error:
        return False
    if seen >= _MOST_CONTENT:
        raise TooMuchError
    return reading.eof


def _as_form(stream: StreamObject) -> StreamObject:
    stream[_name("/Type")], stream[_name("/Subtype")] = _name("/XObject"), _name("/Form")
    return stream


def _appearances(page: DictionaryObject) -> Iterator[tuple[StreamObject, Matrix]]:
    """What annotations show on the page (seals, filled-in fields, notes), each with the matrix to its place."""
    from pypdf.generic import ArrayObject, DictionaryObject

    annotations = resolved(raw(page, "/Annots"))
    for item in list(annotations) if isinstance(annotations, ArrayObject) else []:
        try:
            annotation = resolved(item)
            found = _appearance(annotation) if isinstance(annotation, DictionaryObject) else None
        except damage():
            continue
        if found is not None:
            yield found


def _appearance(annotation: DictionaryObject) -> tuple[StreamObject, Matrix] | None:
    from pypdf.generic import DictionaryObject, StreamObject

    flags = resolved(raw(annotation, "/F")) or 0
    kinds = resolved(raw(annotation, "/AP"))
    is_hidden = int(flags) & _HIDDEN or str(raw(annotation, "/Subtype")) in _NOT_SHOWN
    if is_hidden or not isinstance(kinds, DictionaryObject):
        return None
    normal = resolved(raw(kinds, "/N"))
    if isinstance(normal, DictionaryObject) and not isinstance(normal, StreamObject):
        normal = resolved(raw(normal, str(resolved(raw(annotation, "/AS")))))
    place, box = _box(raw(annotation, "/Rect"), 0.0), None
    if isinstance(normal, StreamObject):
        box = _box(raw(normal, "/BBox"), 0.0)
    if place is None or box is None:
        return None
    return normal, _fitting(_matrix(raw(normal, "/Matrix")), box, place)


def _has_unseen_value(page: DictionaryObject) -> bool:
    """True when a field was filled in by a program that left its drawing to the viewer: the page would look empty."""
    from pypdf.generic import ArrayObject, DictionaryObject

    annotations = resolved(raw(page, "/Annots"))
    for item in list(annotations) if isinstance(annotations, ArrayObject) else []:
        widget = resolved(item)
        if isinstance(widget, DictionaryObject) and raw(widget, "/Subtype") == "/Widget" and "/AP" not in widget:
            parent = resolved(raw(widget, "/Parent"))
            places = [place for place in (widget, parent) if isinstance(place, DictionaryObject)]
            if any(str(resolved(raw(place, "/V")) or "") not in ("", "/Off") for place in places):
                return True
    return False


def _matrix(value: Any) -> Matrix:
    from pypdf.generic import ArrayObject

    found = resolved(value)
    if not isinstance(found, ArrayObject) or len(found) != 6:
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    a, b, c, d, e, f = (float(resolved(v)) for v in list(found))
    return (a, b, c, d, e, f)


def _fitting(own: Matrix, box: tuple[float, ...], place: tuple[float, ...]) -> Matrix:
    """The matrix that fits the turned box into the annotation's place (ISO 32000-1 12.5.5)."""
    corners = [(box[i], box[j]) for i in (0, 2) for j in (1, 3)]
    a, b, c, d, e, f = own
    xs = [a * x + c * y + e for x, y in corners]
    ys = [b * x + d * y + f for x, y in corners]
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    if width <= 0.0 or height <= 0.0:
        raise ValueError("an empty appearance")
    across, up = (place[2] - place[0]) / width, (place[3] - place[1]) / height
    return (across, 0.0, 0.0, up, place[0] - min(xs) * across, place[1] - min(ys) * up)
