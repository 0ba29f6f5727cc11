"""Documents laid out and written by several processes, given back in their order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from typing import TypeAlias

from core.documents import model
from core.documents.model import Document
from core.documents.pdf.content import used_characters
from core.documents.pdf.fonts import FontSet
from core.documents.pdf.writer import Written, written
from core.infra import helpers
from core.infra.helpers import Reducers, SharedWork

#: Documents written together, and the characters that they use of each font and plane.
Batch: TypeAlias = tuple[list[Written], Mapping[tuple[str, int], set[str]]]


def write_here(documents: Iterable[Document], fonts: FontSet) -> Batch:
    """Lay documents out and write their pages.

    Raises:
        FontError: a font is missing or damaged.
    """
    used = used_characters()
    return [written(document, fonts, used) for document in documents], used


def write_shared_out(chunks: Iterable[Sequence[Document]], fonts: FontSet, workers: int) -> Iterator[Batch]:
    """Batches in the order of the chunks. Where no process can be started, or one dies, this one does the work.

    Raises:
        FontError: a font is missing or damaged.
    """
    work: SharedWork[Sequence[Document], Batch] = SharedWork(
        here=lambda documents: write_here(documents, fonts), there=_write_there, pack=packed, begin=_begin,
        arguments=(fonts.unread(),),
    )
    return helpers.share_out(chunks, work, workers)


def prove_helpers(fonts: FontSet) -> int:
    """The id of a process that was started to help; our own where none can be started here."""
    return helpers.helper_process(_begin, (fonts.unread(),))


def packed(documents: Sequence[Document]) -> bytes:
    """Documents as bytes for another process."""
    return helpers.packed(documents, _reducers())


@cache
def _reducers() -> Reducers:
    return helpers.reducers_of(vars(model).values())


_fonts: FontSet | None = None


def _begin(fonts: FontSet) -> None:
    """What a worker keeps from one chunk to the next."""
    global _fonts  # noqa: PLW0603 - a process of a pool has no other place
    _fonts = fonts


def _write_there(data: bytes) -> Batch:
    if _fonts is None:
        raise BrokenProcessPool
    made, used = write_here(helpers.unpacked(data), _fonts)
    return made, dict(used)
