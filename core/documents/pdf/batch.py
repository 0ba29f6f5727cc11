"""Many documents as one PDF: written page by page as they come, on several cores where that is worth it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Final, TypeAlias

from core.documents.model import Document
from core.documents.pdf.content import used_characters
from core.documents.pdf.fonts import FontSet
from core.documents.pdf.workers import Batch, write_here, write_shared_out
from core.documents.pdf.writer import About, Sheaf
from core.domain.errors import CancelledError
from core.infra.atomic_files import atomic_path

#: Told how many documents are done; False stops the work.
Progress: TypeAlias = Callable[[int], bool]

_LEAST_FOR_WORKERS: Final = 200
_MOST_WORKERS: Final = 4
_AT_ONCE: Final = 16
_STOPPED: Final = "已停止，没有生成文件。"


def write_many(
    documents: Iterable[Document],
    path: Path,
    fonts: FontSet,
    *,
    title: str | Callable[[], str],
    progress: Progress | None = None,
    workers: int | None = None,
    even_pages: bool = False,
) -> int:
    """Write documents into one PDF with a bookmark for each, whole or not at all; returns the number of pages.

    Each document counts its own pages. `even_pages`: an empty page follows an odd number of them, so that each begins
    on a sheet of its own when both sides are printed. `workers`: how many processes lay out and write; by default one,
    and of many documents as many as there are cores. The bytes do not depend on it. Documents may come from a
    generator: they are asked for a few at a time, and dropped once they are written. `title` is asked for at the end,
    when it is known what came of them.

    Raises:
        CancelledError: `progress` answered False; nothing was written.
        FontError: a font is missing or damaged.
        StoreError: the file cannot be written there.
    """
    used = used_characters()
    count = 0
    with atomic_path(path) as temporary, temporary.open("wb") as stream:
        sheaf = Sheaf(stream, fonts)
        for made, characters in _batches(iter(documents), fonts, workers):
            for (font, plane), found in characters.items():
                fonts.note(font, found - used[font, plane])
                used[font, plane] |= found
            for document in made:
                sheaf.add(document, even=even_pages)
                count += 1
                if progress is not None and not progress(count):
                    raise CancelledError(_STOPPED)
        sheaf.close(About(title if isinstance(title, str) else title()), used, bookmarks=True)
    return sheaf.page_count


def _batches(documents: Iterator[Document], fonts: FontSet, workers: int | None) -> Iterator[Batch]:
    if workers is None:
        # Starting processes takes as long as writing some 150 sheets.
        first = list(islice(documents, _LEAST_FOR_WORKERS))
        workers = min(os.cpu_count() or 1, _MOST_WORKERS) if len(first) == _LEAST_FOR_WORKERS else 1
        documents = chain(first, documents)
    if workers <= 1:
        return (write_here((document,), fonts) for document in documents)
    return write_shared_out(iter(lambda: list(islice(documents, _AT_ONCE)), []), fonts, workers)
