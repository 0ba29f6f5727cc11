"""One product for many units at one go: into one PDF with a bookmark for each, or a file for each into a folder."""

from __future__ import annotations

import errno
import logging
import os
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.domain.errors import CancelledError, GreenLadderError, NotFoundError, StoreError, UnreadableInputError
from core.domain.records import Record
from core.infra.atomic_files import leftovers, not_written, require_folder, temporary_in
from core.infra.file_names import safe_name
from core.services.fonts import font_notices, font_set
from core.services.products import binding, missing
from core.services.products.kinds import PrintKind
from core.services.products.making import document_of
from core.services.products.request import PrintRequest
from core.services.workspace import Workspace

if TYPE_CHECKING:
    from core.documents.model import Document

#: The products of one unit, which may be printed for many at one go.
BATCH_KINDS: Final = (PrintKind.RECOMMENDATION, PrintKind.FORM, PrintKind.REPORT, PrintKind.BOUND)
_NAMELESS: Final = "未填名称"
_DRAFT, _SAMPLE = "草稿", "示例"
_LOST: Final = "本机没有这份表，或它的记录已经损坏，读不出来。请刷新列表后再试；仍不行的，请从备份恢复。"
#: What reading a damaged record may raise beside our own errors; one unit must not hold up ninety-nine others.
_DAMAGE: Final = (ValueError, LookupError, TypeError)
_LOGGER: Final = logging.getLogger(__name__)
_STOPPED: Final = "已停止，没有留下文件。"
_OLDER: Final = ".old"
_MANY: Final = 200
_MOST_WORKERS: Final = 4

#: Told how many units are done, of how many, and which one comes next (empty when none does).
Progress = Callable[[int, int, str], object]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class BatchFailure:
    """A unit that could not be printed, and why."""

    record_id: str
    unit: str
    sentence: str


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What was printed: `files` in the order of the units; `starts` the first pages (from 0) of the units in one PDF.

    `notices` are sentences about units that were printed but have to be looked at. `drafts` and `samples` of the
    products are marked so; `marked` says that in a sentence, which is empty where none is.
    """

    files: tuple[Path, ...]
    pages: int
    printed: int
    starts: tuple[int, ...]
    failed: tuple[BatchFailure, ...]
    notices: tuple[str, ...] = ()
    drafts: int = 0
    samples: int = 0
    marked: str = ""


def print_batch(
    ws: Workspace,
    kind: PrintKind,
    record_ids: Sequence[str],
    out: Path,
    *,
    separately: bool = False,
    as_of: date | None = None,
    replaces: bool = False,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> BatchResult:
    """Print a product of each record, in the order given; one that cannot be printed is named, the others go on.

    `out` is the PDF, or with `separately` an existing folder, where a file that is there already is replaced only with
    `replaces`, else the new one is numbered. When no unit at all can be printed, nothing is written.

    Raises:
        UnreadableInputError: not a product of one unit, or bound books into one file.
        CancelledError: stopped; nothing was left behind.
        StoreError: the file or folder cannot be written; nothing was left behind.
    """
    if kind not in BATCH_KINDS:
        raise UnreadableInputError(f"{kind.label}不是一家一份的，不能成批打印，请单独打印。")
    if kind is PrintKind.BOUND and not separately:
        raise UnreadableInputError("合订本每家一个文件，不能合成一个PDF，请存到一个文件夹。")
    run = _Run(ws, kind, as_of, tuple(record_ids), progress, cancelled)
    return run.into_folder(out, replaces=replaces) if separately else run.into_one(out)


def names_taken(
    ws: Workspace, kind: PrintKind, record_ids: Sequence[str], folder: Path, *, as_of: date | None = None
) -> tuple[str, ...]:
    """The files of that folder that printing separately would have to replace or to number around."""
    records = (record for record_id in record_ids if (record := _found(ws, record_id)) is not None)
    names = (name for record in records for name in _names_there(ws, kind, record, folder, as_of))
    return tuple(dict.fromkeys(names))


def _names_there(ws: Workspace, kind: PrintKind, record: Record, folder: Path, as_of: date | None) -> Sequence[str]:
    """The name that a unit's file will have, where there is one; only then whether it is a draft is looked up."""
    marks = (_SAMPLE,) if record.is_sample else ("", _DRAFT) if kind is PrintKind.RECOMMENDATION else ("",)
    there = [(mark, name) for mark in marks if (folder / (name := _file_name(kind, record, ws, mark))).exists()]
    if there and len(marks) > 1:
        try:
            mark = document_of(ws, PrintRequest(kind, (record.id,), as_of=as_of)).watermark
        except (GreenLadderError, *_DAMAGE):
            return ()  # it will not be printed either
        there = [pair for pair in there if pair[0] == mark]
    return [name for _mark, name in there]


class _Run:
    """One printing of many units: what it has met so far."""

    def __init__(
        self,
        ws: Workspace,
        kind: PrintKind,
        as_of: date | None,
        record_ids: Sequence[str],
        progress: Progress | None,
        cancelled: Cancelled | None,
    ) -> None:
        self._ws, self._kind, self._as_of, self._ids = ws, kind, as_of, record_ids
        self._progress, self._cancelled = progress, cancelled
        self._failed: list[BatchFailure] = []
        self._notices: list[str] = []
        self._marks: Counter[str] = Counter()
        self._written = 0

    def into_one(self, out: Path) -> BatchResult:
        from core.documents.pdf.batch import write_many
        from core.documents.pdf.preview import PdfPages

        require_folder(out)
        documents = self._documents()
        first = next(documents, None)
        if first is None:
            return self._result((), 0, ())
        workers = min(os.cpu_count() or 1, _MOST_WORKERS) if len(self._ids) >= _MANY else 1
        pages = write_many(
            chain((first,), documents), out, font_set(self._ws), title=self._title, progress=self._go_on,
            workers=workers,
        )
        opened = PdfPages(out)
        try:
            starts = tuple(entry.page for entry in opened.outline() if not entry.level)
        finally:
            opened.close()
        return self._result((out,), pages, starts)

    def _title(self) -> str:
        """How many units' sheets the file holds, which is known once the last was made."""
        return f"{self._kind.label}（{self._printed}家）"

    @property
    def _printed(self) -> int:
        return len(self._ids) - len(self._failed)

    def into_folder(self, folder: Path, *, replaces: bool) -> BatchResult:
        from core.documents.pdf.preview import page_count

        require_folder(folder / "x")
        made: dict[str, Path] = {}
        pages = 0
        with _staging(folder) as staging:
            taken = set() if replaces else {path.name.casefold() for path in folder.iterdir()}
            for record in self._records():
                path = staging / f"{len(made)}.pdf"
                mark = self._write(record, path)
                if mark is not None:
                    name = _free(_file_name(self._kind, record, self._ws, mark), taken)
                    taken.add(name.casefold())
                    made[name] = path
                    pages += page_count(path)
                    self._go_on(len(made))
            _settle_all(made, folder, staging)
        return self._result(tuple(folder / name for name in made), pages, ())

    def _records(self) -> Iterator[Record]:
        """The records that are there, each told of before it is worked on."""
        for record_id in self._ids:
            record = _found(self._ws, record_id)
            self._begin(_name(record))
            if record is None:
                self._fail(record_id, None, NotFoundError(_LOST))
            else:
                yield record

    def _documents(self) -> Iterator[Document]:
        for record in self._records():
            document = self._document(record)
            if document is not None:
                yield document

    def _document(self, record: Record) -> Document | None:
        """The product, by the unit's name; None when there is none, which is noted."""
        try:
            document = document_of(self._ws, PrintRequest(self._kind, (record.id,), as_of=self._as_of))
        except GreenLadderError as error:
            self._fail(record.id, record, error)
            return None
        except _DAMAGE:
            _LOGGER.exception("record %s cannot be printed", record.id)
            self._fail(record.id, record, NotFoundError(_LOST))
            return None
        self._marks[document.watermark] += 1
        framed = missing.sentences(missing.missing_in(self._ws, document))
        self._notices.extend(f"{_name(record)}：{sentence}" for sentence in framed)
        return replace(document, title=_name(record))

    def _write(self, record: Record, path: Path) -> str | None:
        """Write one unit's file: what it is marked, 草稿 or 示例 or nothing; None when it cannot be printed."""
        from core.documents.pdf.writer import write_pdf

        if self._kind is PrintKind.BOUND:
            return self._bind(record, path)
        document = self._document(record)
        if document is None:
            return None
        write_pdf(document, path, font_set(self._ws))
        return document.watermark

    def _bind(self, record: Record, path: Path) -> str | None:
        def stop_within(_done: int, _total: int) -> None:
            self._stop_if_asked()

        try:
            book = binding.bind_to_file(self._ws, record.id, path, as_of=self._as_of, progress=stop_within)
        except (StoreError, CancelledError):
            raise  # the folder, not this unit
        except GreenLadderError as error:
            self._fail(record.id, record, error)
            return None
        self._notices.extend(f"{_name(record)}：{sentence}" for sentence in (*book.problems, *book.notes))
        mark = _SAMPLE if record.is_sample else ""
        self._marks[mark] += 1
        return mark

    def _fail(self, record_id: str, record: Record | None, error: GreenLadderError) -> None:
        self._failed.append(BatchFailure(record_id, _name(record), str(error)))

    def _begin(self, name: str) -> None:
        self._stop_if_asked()
        if self._progress is not None:
            self._progress(self._written + len(self._failed), len(self._ids), name)

    def _go_on(self, written: int) -> bool:
        self._written = written
        done = written + len(self._failed)
        if self._progress is not None and done == len(self._ids):
            self._progress(done, done, "")
        return self._cancelled is None or not self._cancelled()

    def _stop_if_asked(self) -> None:
        if self._cancelled is not None and self._cancelled():
            raise CancelledError(_STOPPED)

    def _result(self, files: tuple[Path, ...], pages: int, starts: tuple[int, ...]) -> BatchResult:
        # Of a bound book each says so itself.
        gone = () if self._kind is PrintKind.BOUND or not self._printed else font_notices(self._ws)
        return BatchResult(
            files, pages, self._printed, starts, tuple(self._failed), (*gone, *self._notices), self._marks[_DRAFT],
            self._marks[_SAMPLE], self._marked(),
        )

    def _marked(self) -> str:
        why = "（还不能推荐）" if self._as_of is None else "（还不能推荐，或者校核日期不是当天）"
        counted = [
            f"{self._marks[mark]}份是{mark}{said}"
            for mark, said in ((_DRAFT, why), (_SAMPLE, "")) if self._marks[mark]
        ]
        return f"其中{'、'.join(counted)}。" if counted else ""


def _found(ws: Workspace, record_id: str) -> Record | None:
    try:
        return ws.store.get(record_id)
    except GreenLadderError:
        return None
    except _DAMAGE:
        _LOGGER.exception("record %s cannot be read", record_id)
        return None


def _name(record: Record | None) -> str:
    return (record.unit_name if record is not None else "") or _NAMELESS


def _file_name(kind: PrintKind, record: Record, ws: Workspace, mark: str) -> str:
    """Unit and product, and what it is marked; a unit's yearly reports by their year."""
    form = ws.pack_of(record).forms.get(record.form) if kind is PrintKind.FORM else None
    what = form.title if form is not None else kind.label
    year = f" {record.period.rpartition(':')[2]}" if record.period else ""
    return f"{safe_name(f'{_name(record)} {what}{year}', f'（{mark}）' if mark else '')}.pdf"


def _free(name: str, taken: Collection[str]) -> str:
    """The name, or with the lowest number that makes it free; Windows does not tell great letters from small."""
    stem, number = name.removesuffix(".pdf"), 2
    while name.casefold() in taken:
        name = f"{stem}（{number}）.pdf"
        number += 1
    return name


@contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """A hidden folder beside the place of the files, gone afterwards whatever happened."""
    for left in leftovers(folder):
        # One that a power cut kept from putting older files back holds the only copy of them.
        if left.is_dir() and not any(left.glob(f"*{_OLDER}")):
            shutil.rmtree(left, ignore_errors=True)
    staging = temporary_in(folder)
    try:
        staging.mkdir()
    except OSError as error:
        raise StoreError(not_written(folder, error, stands=False)) from error
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _settle_all(made: dict[str, Path], folder: Path, staging: Path) -> None:
    """Move the files to their places, all or none: what stood there waits in `staging` until the last one is moved."""
    moved: list[Path] = []
    older: dict[Path, Path] = {}
    for number, (name, path) in enumerate(made.items()):
        target = folder / name
        try:
            if target.is_dir():
                raise IsADirectoryError(errno.EISDIR, "", str(target))
            if target.exists():
                older[target] = staging / f"{number}{_OLDER}"
                target.replace(older[target])
            moved.append(target)
            path.replace(target)
        except (OSError, KeyboardInterrupt) as error:
            _take_back(moved, older)
            if isinstance(error, KeyboardInterrupt):
                raise
            raise StoreError(not_written(target, error, stands=target.exists())) from error


def _take_back(moved: Iterable[Path], older: dict[Path, Path]) -> None:
    for path in moved:
        with suppress(OSError):
            path.unlink(missing_ok=True)
    for target, kept in older.items():
        with suppress(OSError):
            kept.replace(target)
