"""The book written in one pass: evidence first as it is read, then the pages around it, then the page tree."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from core.documents.binding import own_pages
from core.documents.binding.bookkeeping import Outline, catalogue, information
from core.documents.binding.copying import Copier, Layers, raw, resolved
from core.documents.binding.model import RESCAN, BookPlan, Bound, EvidenceFile, Told, UnbindableError
from core.documents.binding.object_file import ObjectFile, dictionary, raw_stream
from core.documents.binding.opening import opened
from core.documents.binding.own_pages import Entry, Leaf
from core.documents.binding.place import UPRIGHT, place
from core.documents.binding.sources import Drawing, Source
from core.documents.pdf.fonts import FontSet
from core.documents.pdf.writer import pdf_bytes
from core.infra.atomic_files import atomic_path

if TYPE_CHECKING:
    from pypdf.generic import IndirectObject, PdfObject

    from core.documents.model import Document

_WHOLE: Final = 1000
_EVIDENCE_SHARE: Final = 900
_COVER_PAGES: Final = 1
_PLACEHOLDER: Final = 999
_MOST_TRIES: Final = 4


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A page of evidence as it was drawn: what is printed around it, and its drawing if there is one."""

    leaf: Leaf
    drawing: Drawing | None = None


@dataclass
class _Gathered:
    """What came of one file: its pages, and what is wrong with it."""

    file: EvidenceFile
    leaves: list[_Leaf] = field(default_factory=list)
    problem: str = ""
    advice: str = ""


def bind(plan: BookPlan, path: Path, fonts: FontSet, told: Told) -> Bound:
    """Write the book, whole or not at all. `told` hears how far it is, in per mille, and raises to stop.

    Raises:
        FontError: a font is missing or damaged.
        StoreError: the file cannot be written there.
    """
    with atomic_path(path) as temporary, temporary.open("wb") as stream:
        return _Binder(plan, fonts, told, stream).bind()


class _Binder:
    """One book in the making."""

    def __init__(self, plan: BookPlan, fonts: FontSet, told: Told, stream: BinaryIO) -> None:
        self._plan = plan
        self._fonts = fonts
        self._told = told
        self._book = ObjectFile(stream)
        self._layers = Layers()
        self._tree = self._book.reserve()
        self._pages: list[IndirectObject] = []

    def bind(self) -> Bound:
        """Evidence, then everything before it, which wants its numbers."""
        gathered = self._gather()
        contents_pages = self._count_contents(gathered)
        parts, entries = self._parts(_COVER_PAGES + contents_pages + 1)
        first = entries[-1].first + entries[-1].pages if entries else _COVER_PAGES + contents_pages + 1
        evidence = list(_entries(gathered, first))
        contents = own_pages.contents(self._plan, [*entries, *evidence], _COVER_PAGES + 1)
        self._told(_EVIDENCE_SHARE + 50, _WHOLE)
        outline = Outline()
        self._put(self._written(self._plan.cover))
        outline.add("封面", self._pages[0])
        self._put_under(outline, "目录", self._written(contents))
        for entry, data in zip(entries, parts, strict=True):
            self._put_under(outline, entry.label, data)
        self._put_evidence(gathered, evidence, outline, first)
        self._finish(outline)
        self._told(_WHOLE, _WHOLE)
        return Bound(len(self._pages), tuple(_sentence(g) for g in gathered if g.problem))

    # Evidence

    def _gather(self) -> list[_Gathered]:
        sizes = [_size_of(f.path) for f in self._plan.evidence]
        total, done, gathered = max(1, sum(sizes)), 0, []
        for file, size in zip(self._plan.evidence, sizes, strict=True):
            share = (_EVIDENCE_SHARE * done // total, _EVIDENCE_SHARE * (done + size) // total)
            self._told(share[0], _WHOLE)
            gathered.append(self._gather_file(file, share))
            done += size
        self._told(_EVIDENCE_SHARE, _WHOLE)
        return gathered

    def _gather_file(self, file: EvidenceFile, share: tuple[int, int]) -> _Gathered:
        made = _Gathered(file)
        try:
            with _source(file) as source:
                if source.note:
                    made.problem, made.advice = _parted(source.note)
                self._draw_all(source, made, share)
        except UnbindableError as error:
            why, advice = _parted(str(error))
            made.problem, made.advice = f"{error.fate}：{why}", advice
            said = f"{file.mark} {file.label} {error.fate}"
            made.leaves = [_Leaf(Leaf(file.name.strip(), UPRIGHT, said, str(error)))]
        return made

    def _draw_all(self, source: Source, made: _Gathered, share: tuple[int, int]) -> None:
        sizes, bad, reasons = source.sizes, [], set()
        name = f"{made.file.mark}　{made.file.label}（{own_pages.shortened(made.file.file_name)}）"
        for index, size in enumerate(sizes):
            head = f"{name}　第{index + 1}页/共{len(sizes)}页"
            chosen = place(size) if size else None
            try:
                if chosen is None:
                    raise UnbindableError(f"这一页读不出。{RESCAN}")
                drawing = source.draw(index, chosen.matrix, chosen.scale, self._book, self._layers)
                if not drawing.is_whole:
                    bad.append(index + 1)
                    reasons.add("")
                    head = f"{head}　本页内容不完整"
                made.leaves.append(_Leaf(Leaf(head, chosen.setup), drawing))
            except UnbindableError as error:
                bad.append(index + 1)
                reasons.add(str(error))
                said = f"{made.file.mark} 第{index + 1}页打不开"
                made.leaves.append(_Leaf(Leaf(head, UPRIGHT, said, str(error))))
            self._told(share[0] + (share[1] - share[0]) * (index + 1) // len(sizes), _WHOLE)
        if bad and not made.problem:
            made.problem, made.advice = _fault(bad, reasons)

    # Before the evidence

    def _count_contents(self, gathered: Sequence[_Gathered]) -> int:
        entries = [Entry("", label, "", _PLACEHOLDER, _PLACEHOLDER) for label, _ in self._plan.parts]
        entries += [replace(e, pages=_PLACEHOLDER, first=_PLACEHOLDER) for e in _entries(gathered, 1)]
        return _count(self._written(own_pages.contents(self._plan, entries, _COVER_PAGES + 1)))

    def _parts(self, first: int) -> tuple[list[bytes], list[Entry]]:
        made: list[bytes] = []
        entries: list[Entry] = []
        for label, part in self._plan.parts:
            made.append(self._written(part(first)))
            entries.append(Entry("", label, "", _count(made[-1]), first))
            first += entries[-1].pages
            self._told(_EVIDENCE_SHARE, _WHOLE)
        return made, entries

    def _written(self, document: Document) -> bytes:
        """A document of our own as it stands in the book."""
        return pdf_bytes(own_pages.at_one_height(document), self._fonts)

    def _put_under(self, outline: Outline, title: str, data: bytes) -> None:
        first = len(self._pages)
        self._put(data)
        outline.add(title, self._pages[first])

    def _put(self, data: bytes) -> None:
        """The pages of a document of our own."""
        for page, copier in _own(data, self._book, self._layers):
            items: dict[str, PdfObject] = {
                key: copier.copied(raw(page, key)) for key in ("/MediaBox", "/Resources", "/Contents")
            }
            self._add_page(items)

    def _put_evidence(
        self, gathered: Sequence[_Gathered], entries: Sequence[Entry], outline: Outline, first: int
    ) -> None:
        leaves = [leaf for one in gathered for leaf in one.leaves]
        start = len(self._pages)
        for _, run in groupby(leaves, key=lambda leaf: leaf.leaf.setup):
            together = list(run)
            around = own_pages.leaves(self._plan, [one.leaf for one in together], first)
            self._put_around(self._written(around), together)
            first += len(together)
            self._told(_EVIDENCE_SHARE + 50, _WHOLE)
        if not entries:
            return
        parent = outline.add("佐证材料", self._pages[start])
        for entry in entries:
            place_ = start + entry.first - entries[0].first
            outline.add(f"{entry.mark} {entry.label}", self._pages[place_], parent)

    def _put_around(self, data: bytes, leaves: Sequence[_Leaf]) -> None:
        for leaf, (page, copier) in zip(leaves, _own(data, self._book, self._layers), strict=True):
            resources = resolved(raw(page, "/Resources"))
            items: dict[str, PdfObject] = {"/MediaBox": copier.copied(raw(page, "/MediaBox"))}
            own = copier.copied(resources)
            contents = copier.copied(raw(page, "/Contents"))
            items["/Resources"], items["/Contents"] = own, contents
            if leaf.drawing is not None:
                items["/Resources"] = _with_objects(own, copier, resources, leaf.drawing)
                items["/Contents"] = self._with_drawing(contents, leaf.drawing)
            self._add_page(items)

    def _with_drawing(self, contents: Any, drawing: Drawing) -> PdfObject:
        from pypdf.generic import ArrayObject

        operators = raw_stream({}, f"q\n{drawing.operators}\nQ\n".encode())
        before = list(contents) if isinstance(contents, ArrayObject) else [contents]
        # Evidence lies under the head line and the page number, which no page of it may cover.
        return ArrayObject([self._book.add(operators), *before])

    def _add_page(self, items: dict[str, PdfObject]) -> None:
        from pypdf.generic import NameObject

        self._pages.append(self._book.add(dictionary({"/Type": NameObject("/Page"), "/Parent": self._tree, **items})))

    def _finish(self, outline: Outline) -> None:
        from pypdf.generic import ArrayObject, NameObject, NumberObject

        self._book.put(self._tree, dictionary({
            "/Type": NameObject("/Pages"), "/Kids": ArrayObject(self._pages), "/Count": NumberObject(len(self._pages)),
        }))
        root = catalogue(self._tree, outline.write(self._book), self._layers)
        self._book.finish(root, information(self._plan.title, self._plan.author))


def _with_objects(own: Any, copier: Copier, resources: Any, drawing: Drawing) -> PdfObject:
    """Our own page's resources, and the evidence among them."""
    from pypdf.generic import DictionaryObject

    known = resolved(raw(resources, "/XObject"))
    shared = {k: copier.copied(v) for k, v in known.items()} if isinstance(known, DictionaryObject) else {}
    made = dictionary({k: v for k, v in own.items() if k != "/XObject"})
    made.update(dictionary({"/XObject": dictionary({**shared, **drawing.objects})}))
    return made


@contextmanager
def _source(file: EvidenceFile) -> Iterator[Source]:
    if file.path is None:
        raise UnbindableError("文件不见了。请从备份恢复，或重新附上。")
    try:
        source = opened(file.path, file.file_name)
    except OSError:
        raise UnbindableError("文件读不出。请检查磁盘，或重新附上。") from None
    try:
        yield source
    finally:
        source.close()


def _own(data: bytes, book: ObjectFile, layers: Layers) -> Iterator[tuple[Any, Copier]]:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    copier = Copier(reader, book, layers)
    for page in reader.pages:
        yield page, copier


def _count(data: bytes) -> int:
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(data)).pages)


def _entries(gathered: Sequence[_Gathered], first: int) -> Iterator[Entry]:
    for one in gathered:
        file = one.file
        yield Entry(file.mark, file.label, file.file_name, len(one.leaves), first, one.problem and f"（{one.problem}）")
        first += len(one.leaves)


def _sentence(one: _Gathered) -> str:
    return f"{one.file.name}{one.problem}。{one.advice}"


def _parted(sentence: str) -> tuple[str, str]:
    """What is wrong, and what to do about it."""
    why, _, advice = sentence.partition("。")
    return why, advice


def _fault(bad: Sequence[int], reasons: Collection[str]) -> tuple[str, str]:
    """What is wrong with these pages, and what to do: their own reason where they have one that is not damage."""
    why, advice = _parted(next(iter(reasons))) if len(reasons) == 1 else ("", "")
    if advice in ("", RESCAN):
        return f"第{_listed(bad)}页不完整或读不出", RESCAN
    return f"第{_listed(bad)}页打不开：{why}", advice


def _listed(numbers: Sequence[int]) -> str:
    shown = "、".join(str(n) for n in numbers[:10])
    return shown if len(numbers) <= 10 else f"{shown}等{len(numbers)}"


def _size_of(path: Path | None) -> int:
    with suppress(OSError):
        return max(1, path.stat().st_size) if path else 1
    return 1
