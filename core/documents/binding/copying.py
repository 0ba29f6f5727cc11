"""Objects of a foreign PDF copied into the book: what is drawn comes along, nothing that acts does."""

from __future__ import annotations

import logging
import struct
import zlib
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from core.documents.binding.object_file import ObjectFile, dictionary

if TYPE_CHECKING:
    from pypdf import PdfReader
    from pypdf.generic import DictionaryObject, IndirectObject, PdfObject, StreamObject

# It tells of every repair on the log, which nobody reads; what matters is told to the clerk.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

_DEEPEST: Final = 100
_MOST_OBJECTS: Final = 400_000
_NEVER_TYPES: Final = frozenset((
    "/Page", "/Pages", "/Catalog", "/Annot", "/Action", "/Filespec", "/F", "/EmbeddedFile", "/Metadata", "/StructElem",
    "/StructTreeRoot", "/Sig", "/Outlines", "/Bead", "/Thread",
))
_NEVER_ACTIONS: Final = frozenset((
    "/JavaScript", "/Launch", "/URI", "/GoTo", "/GoToR", "/GoToE", "/ImportData", "/SubmitForm", "/ResetForm", "/Named",
    "/Rendition", "/Sound", "/Movie", "/RichMediaExecute", "/Trans", "/Hide", "/SetOCGState",
))
_NEVER_IN_STREAMS: Final = frozenset((
    "/Length", "/F", "/FFilter", "/FDecodeParms", "/DL", "/Ref", "/OPI", "/Alternates", "/Metadata", "/PieceInfo",
    "/AF", "/StructParent", "/StructParents", "/LastModified", "/PS",
))


class TooMuchError(ValueError):
    """A file that is nested too deep or has too many objects."""


def damage() -> tuple[type[Exception], ...]:
    """What reading a broken PDF raises: the library leaves many of Python's own errors through."""
    from pypdf.errors import PyPdfError

    return (
        PyPdfError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RuntimeError, AssertionError,
        EOFError, zlib.error, struct.error,
    )


class Layers:
    """The layers of all sources, so that what was hidden there is hidden in the book."""

    def __init__(self) -> None:
        self.all: list[IndirectObject] = []
        self.hidden: list[IndirectObject] = []


class Copier:
    """Copies objects of one PDF; what several pages share is copied once."""

    def __init__(self, reader: PdfReader, book: ObjectFile, layers: Layers) -> None:
        self._reader = reader
        self._book = book
        self._layers = layers
        self._known: dict[tuple[int, int], IndirectObject] = {}
        self._waiting: deque[tuple[IndirectObject, IndirectObject]] = deque()
        self._is_hidden = _hidden_layers(reader)
        self.lost = 0

    def copied(self, value: Any) -> PdfObject:
        """The object as it stands in the book, and with it all that it refers to.

        Raises:
            TooMuchError: too many objects, or nested too deep.
        """
        made = self._copy(value, 0)
        self._carry_waiting()
        return made

    def _carry_waiting(self) -> None:
        while self._waiting:
            self._carry(*self._waiting.popleft())

    def _carry(self, source: IndirectObject, target: IndirectObject) -> None:
        from pypdf.generic import NullObject, StreamObject

        value: Any = None
        try:
            value = self._reader.get_object(source)
            copy = self._copy(value, 0)
        except TooMuchError:
            raise
        except damage():
            self.lost += 1
            copy = NullObject()
        self._book.put(target, copy)
        if isinstance(value, StreamObject):  # the reader keeps all that it has read; scans are large
            self._reader.resolved_objects.pop((source.generation, source.idnum), None)
        elif _type_of(value) == "/OCG":
            self._layers.all.append(target)
            if self._is_hidden(source.idnum):
                self._layers.hidden.append(target)

    def _reference(self, source: IndirectObject) -> IndirectObject:
        key = (source.idnum, source.generation)
        if key not in self._known:
            if len(self._known) >= _MOST_OBJECTS:
                raise TooMuchError
            self._known[key] = self._book.reserve()
            self._waiting.append((source, self._known[key]))
        return self._known[key]

    def _copy(self, value: Any, depth: int) -> PdfObject:
        from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NullObject, PdfObject, StreamObject

        if depth > _DEEPEST:
            raise TooMuchError
        if isinstance(value, IndirectObject):
            return self._reference(value)
        if isinstance(value, DictionaryObject) and _acts(value):
            return NullObject()
        if isinstance(value, StreamObject):
            return self._stream(value, depth)
        if isinstance(value, DictionaryObject):
            return dictionary({str(k): self._copy(v, depth + 1) for k, v in value.items()})
        if isinstance(value, ArrayObject):
            return ArrayObject([self._copy(v, depth + 1) for v in list(value)])
        return value if isinstance(value, PdfObject) else NullObject()

    def copied_stream(self, source: StreamObject) -> StreamObject:
        """As `copied`: a stream with its data as they are stored, to be written by the caller."""
        made = self._stream(source, 0)
        self._carry_waiting()
        return made

    def _stream(self, source: StreamObject, depth: int) -> StreamObject:
        from pypdf.generic import StreamObject

        made = StreamObject()
        for key, value in source.items():
            if key not in _NEVER_IN_STREAMS:
                made[key] = self._copy(value, depth + 1)
        made.set_data(stored(source))
        return made


def stored(stream: StreamObject) -> bytes:
    """The data as they stand in the file, decrypted but not decoded."""
    from pypdf.generic import StreamObject

    return StreamObject.get_data(stream)


def resolved(value: Any) -> Any:
    """The object itself where a reference stands for it."""
    from pypdf.generic import IndirectObject

    for _ in range(_DEEPEST):
        if not isinstance(value, IndirectObject):
            return value
        value = value.get_object()
    raise TooMuchError


def raw(source: DictionaryObject, key: str) -> Any:
    """The value as it stands there, or None."""
    return source.raw_get(key) if key in source else None


def _type_of(value: Any) -> str:
    from pypdf.generic import DictionaryObject

    return str(raw(value, "/Type") or "") if isinstance(value, DictionaryObject) else ""


def _acts(value: DictionaryObject) -> bool:
    """True for what would do something, or lead out of the page."""
    is_postscript = str(raw(value, "/Subtype")) == "/PS"
    return _type_of(value) in _NEVER_TYPES or str(raw(value, "/S")) in _NEVER_ACTIONS or is_postscript


def _hidden_layers(reader: PdfReader) -> Any:
    """Tells by its number whether a layer is switched off when the file is opened."""
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

    def listed(config: DictionaryObject, key: str) -> frozenset[int]:
        found = resolved(raw(config, key))
        items = list(found) if isinstance(found, ArrayObject) else []
        return frozenset(i.idnum for i in items if isinstance(i, IndirectObject))

    try:
        properties = resolved(raw(reader.root_object, "/OCProperties"))
        config = resolved(raw(properties, "/D")) if isinstance(properties, DictionaryObject) else None
        if not isinstance(config, DictionaryObject):
            return lambda _number: False
        shown, hidden = listed(config, "/ON"), listed(config, "/OFF")
        starts_off = str(raw(config, "/BaseState")) == "/OFF"
    except damage():
        return lambda _number: False
    return lambda number: number in hidden or (starts_off and number not in shown)
