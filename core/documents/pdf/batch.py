"""Many documents as one PDF: written page by page as they come, on several cores where that is worth it."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path
from typing import Final, TypeAlias

from core.documents.model import Document
from core.documents.pdf.content import Used, used_characters
from core.documents.pdf.fonts import FontSet
from core.documents.pdf.writer import About, Sheaf, Written, written
from core.domain.errors import CancelledError
from core.infra.atomic_files import atomic_path

#: Told how many documents are done; False stops the work.
Progress: TypeAlias = Callable[[int], bool]
#: Documents written together, and the characters that they use.
Batch: TypeAlias = tuple[list[Written], Mapping[tuple[str, int], set[str]]]

_LEAST_FOR_WORKERS: Final = 100
_MOST_WORKERS: Final = 4
_AT_ONCE: Final = 16
_STOPPED: Final = "已停止，没有生成文件。"


def write_many(
    documents: Iterable[Document],
    path: Path,
    fonts: FontSet,
    *,
    title: str,
    progress: Progress | None = None,
    workers: int | None = None,
    even_pages: bool = False,
) -> int:
    """Write documents into one PDF with a bookmark for each, whole or not at all; returns the number of pages.

    Each document counts its own pages. `even_pages`: an empty page follows an odd number of them, so that each begins
    on a sheet of its own when both sides are printed. `workers`: how many processes lay out and write; by default as
    many as there are cores when there are many documents. The bytes do not depend on it. What is not asked for yet
    is not made yet: the documents may be a generator, and are dropped once they are written.

    Raises:
        CancelledError: `progress` answered False; nothing was written.
        FontError: a font is missing or damaged.
        StoreError: the file cannot be written there.
    """
    used = used_characters()
    count = 0
    with atomic_path(path) as temporary, temporary.open("wb") as stream:
        sheaf = Sheaf(stream, fonts)
        for documents_written, characters in _batches(iter(documents), fonts, workers):
            for (font, plane), found in characters.items():
                fonts.note(font, found - used[font, plane])
                used[font, plane] |= found
            for document in documents_written:
                sheaf.add(document, even=even_pages)
                count += 1
                if progress is not None and not progress(count):
                    raise CancelledError(_STOPPED)
        sheaf.close(About(title), used, bookmarks=True)
    return sheaf.page_count


def _batches(documents: Iterator[Document], fonts: FontSet, workers: int | None) -> Iterator[Batch]:
    if workers is None:
        first = list(islice(documents, _LEAST_FOR_WORKERS))
        workers = min(os.cpu_count() or 1, _MOST_WORKERS) if len(first) == _LEAST_FOR_WORKERS else 1
        documents = chain(first, documents)
    chunks = iter(lambda: list(islice(documents, _AT_ONCE)), [])
    if workers <= 1:
        return (_write(chunk, fonts) for chunk in chunks)
    return _shared_out(chunks, fonts, workers)


def _write(documents: Iterable[Document], fonts: FontSet) -> Batch:
    used: Used = used_characters()
    return [written(document, fonts, used) for document in documents], used


def _shared_out(chunks: Iterator[list[Document]], fonts: FontSet, workers: int) -> Iterator[Batch]:
    """Batches in the order of the chunks. Where no process can be started, or one dies, this one does the work."""
    waiting: deque[tuple[list[Document], Future[Batch] | None]] = deque()
    with ExitStack() as ended:
        pool = _pool(fonts, workers, ended)
        for chunk in chunks:
            waiting.append((chunk, _submit(pool, chunk)))
            if len(waiting) > workers + 1:
                yield _result(*waiting.popleft(), fonts)
        while waiting:
            yield _result(*waiting.popleft(), fonts)


def _pool(fonts: FontSet, workers: int, ended: ExitStack) -> ProcessPoolExecutor | None:
    try:
        pool = ProcessPoolExecutor(
            workers, mp_context=get_context("spawn"), initializer=_begin, initargs=(fonts.unread(),)
        )
    except (OSError, ImportError, NotImplementedError):
        return None
    ended.callback(pool.shutdown, cancel_futures=True)
    return pool


def _submit(pool: ProcessPoolExecutor | None, chunk: list[Document]) -> Future[Batch] | None:
    try:
        return pool.submit(_write_there, chunk) if pool is not None else None
    except (OSError, BrokenProcessPool):
        return None


def _result(chunk: list[Document], future: Future[Batch] | None, fonts: FontSet) -> Batch:
    try:
        return future.result() if future is not None else _write(chunk, fonts)
    except (OSError, BrokenProcessPool):
        return _write(chunk, fonts)


_fonts: FontSet | None = None


def _begin(fonts: FontSet) -> None:
    """What a worker keeps from one chunk to the next."""
    global _fonts  # noqa: PLW0603 - a process of a pool has no other place
    _fonts = fonts


def _write_there(documents: list[Document]) -> Batch:
    if _fonts is None:
        raise BrokenProcessPool
    made, used = _write(documents, _fonts)
    return made, dict(used)
