"""Entries into a zip that has the same bytes whenever it has the same content."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, Self

from core.exchange.limits import CHUNK
from core.exchange.manifest import ListedFile

_FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)
_DEFLATED_SUFFIXES: Final = (".json", ".xlsx", ".txt")
_PLAIN_FILE: Final = 0x20


class ArchiveWriter:
    """A zip under construction in `stream`; every entry is hashed while it is written, once."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._archive = zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED, allowZip64=False)

    def add(self, name: str, data: bytes) -> ListedFile:
        """One entry from bytes."""
        with self._archive.open(_entry(name), "w") as target:
            target.write(data)
        return ListedFile(name, len(data), hashlib.sha256(data).hexdigest())

    def add_pieces(self, name: str, pieces: Iterator[bytes], wrote: Callable[[int], None]) -> ListedFile:
        """One entry from pieces, each told to `wrote` by its size."""
        digest, size = hashlib.sha256(), 0
        with self._archive.open(_entry(name), "w") as target:
            for piece in pieces:
                target.write(piece)
                digest.update(piece)
                size += len(piece)
                wrote(len(piece))
        return ListedFile(name, size, digest.hexdigest())

    def close(self) -> None:
        """Write the directory."""
        self._archive.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        if kind is None:
            self.close()
            return
        # The stream is given up anyway; a zip that is left open would write into it when it is collected.
        with suppress(OSError, ValueError):
            self._archive.close()


def pieces_of(path: Path) -> Iterator[bytes]:
    """A file's bytes, piece by piece."""
    with path.open("rb") as stream:
        while piece := stream.read(CHUNK):
            yield piece


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _FIXED_TIME)
    entry.create_system = 0
    entry.external_attr = _PLAIN_FILE
    is_deflated = name.endswith(_DEFLATED_SUFFIXES) and not name.startswith("evidence/")
    entry.compress_type = zipfile.ZIP_DEFLATED if is_deflated else zipfile.ZIP_STORED
    return entry
