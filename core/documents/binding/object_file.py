"""A PDF written object by object as they come: nothing but their places stays in memory."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from pypdf.generic import DictionaryObject, IndirectObject, PdfObject, StreamObject

_HEADER: Final = b"%PDF-1.7\n%\xe7\xbb\xbf\xe9\n"


class ObjectFile:
    """The file being written. Equal objects in equal order give equal bytes, the file's id included."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._places: list[int] = [0]
        self._position = 0
        self._digest = hashlib.sha256()
        self._write(_HEADER)

    def reserve(self) -> IndirectObject:
        """A reference to an object that is written later."""
        from pypdf.generic import IndirectObject

        self._places.append(0)
        return IndirectObject(len(self._places) - 1, 0, None)

    def put(self, reference: IndirectObject, value: PdfObject) -> None:
        """Write the object that was reserved."""
        self._places[reference.idnum] = self._position
        buffer = io.BytesIO()
        value.write_to_stream(buffer)
        self._write(f"{reference.idnum} 0 obj\n".encode())
        self._write(buffer.getbuffer())
        self._write(b"\nendobj\n")

    def add(self, value: PdfObject) -> IndirectObject:
        """Write an object and return the reference to it."""
        reference = self.reserve()
        self.put(reference, value)
        return reference

    def finish(self, root: DictionaryObject, info: DictionaryObject) -> None:
        """Write the catalogue, the table of places and the trailer."""
        from pypdf.generic import ArrayObject, ByteStringObject, NameObject, NumberObject

        root_reference, info_reference = self.add(root), self.add(info)
        identity = ByteStringObject(self._digest.digest()[:16])
        start = self._position
        self._write(f"xref\n0 {len(self._places)}\n0000000000 65535 f \n".encode())
        for place in self._places[1:]:
            self._write(f"{place:010d} 00000 n \n".encode() if place else b"0000000000 00000 f \n")
        trailer = dictionary({
            "/Size": NumberObject(len(self._places)), "/Root": root_reference, "/Info": info_reference,
        })
        trailer[NameObject("/ID")] = ArrayObject([identity, identity])
        buffer = io.BytesIO()
        trailer.write_to_stream(buffer)
        self._write(b"trailer\n" + buffer.getvalue() + f"\nstartxref\n{start}\n%%EOF\n".encode())

    def _write(self, data: bytes | memoryview) -> None:
        self._stream.write(data)
        self._digest.update(data)
        self._position += len(data)


def dictionary(items: dict[str, PdfObject]) -> DictionaryObject:
    """A dictionary of those items."""
    from pypdf.generic import DictionaryObject, NameObject

    return DictionaryObject({NameObject(key): value for key, value in items.items()})


def raw_stream(items: dict[str, PdfObject], data: bytes) -> StreamObject:
    """A stream whose data are stored as they are given; a filter is named in `items`."""
    from pypdf.generic import StreamObject

    made = StreamObject()
    made.update(dictionary(items))
    made.set_data(data)
    return made


def numbers(*values: float) -> PdfObject:
    """An array of numbers."""
    from pypdf.generic import ArrayObject, FloatObject

    return ArrayObject([FloatObject(round(v, 4)) for v in values])
