"""Documents laid out and written by several processes, given back in their order."""

from __future__ import annotations

import copyreg
import gc
import io
import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import fields, is_dataclass
from functools import cache
from multiprocessing import get_context, parent_process
from operator import attrgetter
from typing import Any, Final, TypeAlias

from core.documents import model
from core.documents.model import Document
from core.documents.pdf.content import used_characters
from core.documents.pdf.fonts import FontSet
from core.documents.pdf.writer import Written, written

#: Documents written together, and the characters that they use of each font and plane.
Batch: TypeAlias = tuple[list[Written], Mapping[tuple[str, int], set[str]]]

_WAITING_EACH: Final = 2
_OBJECTS_BEFORE_SWEEP: Final = 200_000


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
    waiting: deque[tuple[Sequence[Document], Future[Batch] | None]] = deque()
    with ExitStack() as ended:
        pool = _pool(fonts, workers, ended)
        for chunk in chunks:
            waiting.append((chunk, _submit(pool, chunk)))
            if len(waiting) >= _WAITING_EACH * workers:
                yield _result(*waiting.popleft(), fonts)
        while waiting:
            yield _result(*waiting.popleft(), fonts)


def prove_helpers(fonts: FontSet) -> int:
    """The id of a process that was started to help; our own where none can be started here."""
    with ExitStack() as ended:
        pool = _pool(fonts, 1, ended)
        try:
            with _deaf_to_the_console():
                return pool.submit(os.getpid).result() if pool is not None else os.getpid()
        except (OSError, BrokenProcessPool):
            return os.getpid()


def _pool(fonts: FontSet, workers: int, ended: ExitStack) -> ProcessPoolExecutor | None:
    try:
        pool = ProcessPoolExecutor(
            workers, mp_context=get_context("spawn"), initializer=_begin, initargs=(fonts.unread(),)
        )
    except (OSError, ImportError, NotImplementedError):
        return None
    ended.callback(pool.shutdown, cancel_futures=True)
    return pool


def _submit(pool: ProcessPoolExecutor | None, chunk: Sequence[Document]) -> Future[Batch] | None:
    try:
        with _deaf_to_the_console():
            return pool.submit(_write_there, packed(chunk)) if pool is not None else None
    except (OSError, BrokenProcessPool):
        return None


@contextmanager
def _deaf_to_the_console() -> Iterator[None]:
    """A helper that starts in here never hears Ctrl-C, not even before it is ready; Windows has nothing like it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _result(chunk: Sequence[Document], future: Future[Batch] | None, fonts: FontSet) -> Batch:
    try:
        return future.result() if future is not None else write_here(chunk, fonts)
    except (OSError, BrokenProcessPool):
        return write_here(chunk, fonts)


def packed(documents: Sequence[Document]) -> bytes:
    """Documents as bytes for another process; three times as fast as Python's own way with frozen dataclasses."""
    stream = io.BytesIO()
    pickler = pickle.Pickler(stream, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = {**copyreg.dispatch_table, **_reducers()}
    pickler.dump(documents)
    return stream.getvalue()


@cache
def _reducers() -> dict[type, Callable[[Any], tuple[type, tuple[Any, ...]]]]:
    made = [kind for kind in vars(model).values() if isinstance(kind, type) and is_dataclass(kind)]
    return {kind: _reducer(kind, [f.name for f in fields(kind)]) for kind in made if fields(kind)}


def _reducer(kind: type, names: Sequence[str]) -> Callable[[Any], tuple[type, tuple[Any, ...]]]:
    values = attrgetter(*names)
    if len(names) == 1:
        return lambda block: (kind, (values(block),))
    return lambda block: (kind, values(block))


_fonts: FontSet | None = None


def _begin(fonts: FontSet) -> None:
    """What a worker keeps from one chunk to the next."""
    global _fonts  # noqa: PLW0603 - a process of a pool has no other place
    _fonts = fonts
    # Who stops the program from its console stops that; it ends its helpers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_program, daemon=True).start()
    # Nothing here goes round in circles: looking for what does would take a third of the time.
    gc.freeze()
    gc.set_threshold(_OBJECTS_BEFORE_SWEEP)


def _end_with_the_program() -> None:
    """A program that was killed tells nobody: without this its helpers would wait for work for ever."""
    program = parent_process()
    if program is not None:
        program.join()
        os._exit(1)


def _write_there(data: bytes) -> Batch:
    if _fonts is None:
        raise BrokenProcessPool
    made, used = write_here(pickle.loads(data), _fonts)  # noqa: S301 - bytes of our own process
    return made, dict(used)
