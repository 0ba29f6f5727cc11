"""PNG files whose rows a PDF can take over as they are stored."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.documents.binding.object_file import dictionary, raw_stream

if TYPE_CHECKING:
    from pypdf.generic import PdfObject, StreamObject

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_GRAY, _RGB, _PALETTE = 0, 2, 3
_CHANNELS: Final = {_GRAY: 1, _RGB: 3, _PALETTE: 1, 4: 2, 6: 4}
_STEP: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class PngData:
    """What a PNG holds: head, palette, transparency, compressed rows; `is_ended` once the last chunk is there."""

    width: int
    height: int
    depth: int
    kind: int
    is_interlaced: bool
    palette: bytes
    is_transparent: bool
    rows: bytes
    is_ended: bool

    @property
    def can_stand(self) -> bool:
        """True when the rows need no decoding: no transparency, no interlacing, eight bits or fewer."""
        is_plain = not (self.is_interlaced or self.is_transparent)
        return is_plain and self.depth <= 8 and self.kind in (_GRAY, _RGB, _PALETTE)

    @property
    def is_whole(self) -> bool:
        """True when all rows are there (of a picture that is not interlaced)."""
        row = 1 + (self.width * self.depth * _CHANNELS[self.kind] + 7) // 8
        return self.is_interlaced or _length(self.rows, row * self.height) == row * self.height

    def image(self) -> StreamObject:
        """The picture as an object of a PDF."""
        from pypdf.generic import NameObject, NumberObject

        colors = _CHANNELS[self.kind]
        return raw_stream({
            "/Type": NameObject("/XObject"), "/Subtype": NameObject("/Image"), "/Width": NumberObject(self.width),
            "/Height": NumberObject(self.height), "/BitsPerComponent": NumberObject(self.depth),
            "/ColorSpace": self._colors(), "/Filter": NameObject("/FlateDecode"),
            "/DecodeParms": dictionary({
                "/Predictor": NumberObject(15), "/Colors": NumberObject(colors),
                "/BitsPerComponent": NumberObject(self.depth), "/Columns": NumberObject(self.width),
            }),
        }, self.rows)

    def _colors(self) -> PdfObject:
        from pypdf.generic import ArrayObject, ByteStringObject, NameObject, NumberObject

        if self.kind != _PALETTE:
            return NameObject("/DeviceRGB" if self.kind == _RGB else "/DeviceGray")
        most = (1 << self.depth) - 1
        table = self.palette.ljust(3 * (most + 1), b"\0")[: 3 * (most + 1)]
        return ArrayObject([
            NameObject("/Indexed"), NameObject("/DeviceRGB"), NumberObject(most), ByteStringObject(table),
        ])


def read_png(data: bytes) -> PngData | None:
    """The parts of a PNG; None when it is none."""
    chunks = list(_chunks(data))
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13:
        return None
    head = chunks[0][1]
    width, height = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:8], "big")
    if head[9] not in _CHANNELS or not width or not height:
        return None
    named = {name: content for name, content in chunks if name in (b"PLTE", b"tRNS", b"IEND")}
    return PngData(
        width, height, head[8], head[9], bool(head[12]), bytes(named.get(b"PLTE", b"")), b"tRNS" in named,
        b"".join(content for name, content in chunks if name == b"IDAT"), b"IEND" in named,
    )


def _chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    if not data.startswith(SIGNATURE):
        return
    view, at = memoryview(data), len(SIGNATURE)
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if at + 12 + length > len(data):
            return
        yield data[at + 4 : at + 8], view[at + 8 : at + 8 + length]
        at += 12 + length


def _length(data: bytes, most: int) -> int:
    """How many bytes the compressed rows hold, counted without keeping them; a little more than `most` at most."""
    reading, seen = zlib.decompressobj(), 0
    try:
        while data and not reading.eof and seen <= most:
            seen += len(reading.decompress(data, _STEP))
            data = reading.unconsumed_tail
    except zlib.error:
        return -1
    return seen if reading.eof else -1
