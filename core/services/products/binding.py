"""合订本: one PDF of a record's form and its evidence in the order of the form's own list, as platforms ask for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.domain.calendar import format_chinese
from core.domain.enums import REPORT_FORM
from core.domain.errors import CancelledError, NotFoundError, UnreadableInputError
from core.domain.records import Evidence
from core.services.drafts import OpenForm, open_form, recommended_on, why_not
from core.services.fonts import font_set
from core.services.products import missing
from core.services.products.kinds import PrintKind
from core.services.products.request import PrintRequest
from core.services.workspace import Workspace

if TYPE_CHECKING:
    from core.documents.binding.model import BookPlan, EvidenceFile
    from core.documents.model import Document
    from core.documents.products.paper import Paper

MOST_MEGABYTES: Final = "bound_file_max_mb"
_USUAL_MEGABYTES: Final = 50.0
_MEGABYTE: Final = 1_000_000
_OTHER_LABEL: Final = "其他材料"
_STOPPED: Final = "已停止装订，没有留下文件。需要时请重新装订。"

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class BoundBook:
    """What was bound: the file, its pages and bytes, and a sentence for each thing that the clerk must look at."""

    path: Path
    pages: int
    size: int
    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """What was made, in one sentence."""
        return f"已装订：{self.path.name}，{self.size_sentence}"

    @property
    def size_sentence(self) -> str:
        """How many pages and how large; upload pages of platforms ask for both."""
        return f"共{self.pages}页，{megabytes(self.size)}。"


def megabytes(size: int) -> str:
    """A size as clerks and upload pages tell it."""
    return f"{max(size / _MEGABYTE, 0.1):.1f} MB"


def bind_to_file(
    ws: Workspace, record_id: str, out: Path, *, as_of: date | None = None, progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> BoundBook:
    """Bind cover, contents, recommendation sheet where it is official, form and evidence into one PDF.

    Evidence that cannot be read gets a page that says so, and a sentence in the result.

    Raises:
        NotFoundError: no such record.
        UnreadableInputError: the file is to be a Word file.
        CancelledError: stopped; nothing was written.
        StoreError: the file cannot be written.
    """
    from core.documents.binding.assembling import bind

    def told(done: int, total: int) -> None:
        if cancelled is not None and cancelled():
            raise CancelledError(_STOPPED)
        if progress is not None:
            progress(done, total)

    if out.suffix.lower() in (".docx", ".doc"):
        raise UnreadableInputError(f"合订本只能是PDF，不能存为Word；请把“{out.name}”的结尾改为.pdf。")
    plan = _plan(ws, open_form(ws, record_id, as_of), as_of)
    out.parent.mkdir(parents=True, exist_ok=True)
    bound = bind(plan, out, font_set(ws), told)
    size = out.stat().st_size
    framed = missing.notices(ws, PrintRequest(PrintKind.BOUND, (record_id,), as_of=as_of), out)
    return BoundBook(out, bound.pages, size, bound.problems, (*framed, *_notes(ws, size)))


def _notes(ws: Workspace, size: int) -> tuple[str, ...]:
    given = ws.pack.parameters_at(ws.clock.today()).get(MOST_MEGABYTES, _USUAL_MEGABYTES)
    most = float(given) if isinstance(given, int | float) else _USUAL_MEGABYTES
    if size <= most * _MEGABYTE:
        return ()
    return (
        f"合订本{megabytes(size)}，超过{most:g} MB，有的平台收不下。请把大的扫描件用200 dpi、灰度重新扫描后再装订。",
    )


def _plan(ws: Workspace, opened: OpenForm, as_of: date | None) -> BookPlan:
    from core.documents.binding.model import BookPlan
    from core.documents.binding.own_pages import cover

    record, form = opened.record, opened.form
    office = ws.office_label(record.office)
    watermark = "示例" if record.is_sample else ""
    title = f"{form.title}及佐证材料"
    name = record.unit_name or "未填名称"
    facts = [("单位名称", name), ("统一社会信用代码", record.credit_code or "未填"), ("类　　别", form.kind_label)]
    if office:
        facts.append(("推荐单位" if form.id != REPORT_FORM else "街镇、园区", office))
    kinds, lacking = _own_parts(ws, opened)
    return BookPlan(
        f"{name} {title}", office or ws.pack.bureau_name,
        cover(title, facts, format_chinese(opened.verdict.as_of), office, watermark),
        tuple((label, partial(_part, ws, kind, record.id, as_of)) for label, kind in kinds),
        tuple(_files(ws, opened)), lacking, watermark,
    )


def _own_parts(ws: Workspace, opened: OpenForm) -> tuple[list[tuple[str, PrintKind]], str]:
    """The papers before the evidence, and why the sheet is not among them."""
    form = (opened.form.title, PrintKind.FORM)
    if opened.form.id == REPORT_FORM:
        return [form], ""
    own_day = recommended_on(ws, opened.record) or ws.clock.today()
    if not why_not(opened.verdict) and opened.verdict.as_of == own_day:
        return [("推荐表", PrintKind.RECOMMENDATION), form], ""
    return [form], "说明：校核还没有通过，不能出正式的推荐表，本册没有装订推荐表。"


def _part(ws: Workspace, kind: PrintKind, record_id: str, as_of: date | None, first_page: int) -> Document:
    from core.services.products.making import document_of

    return replace(document_of(ws, PrintRequest(kind, (record_id,), as_of=as_of)), first_page=first_page)


def _files(ws: Workspace, opened: OpenForm) -> Iterator[EvidenceFile]:
    """The evidence by the numbers of the form's list; what the list does not name comes last."""
    from core.documents.binding.model import EvidenceFile
    from core.documents.products.paper import Paper
    from core.services.products.making import attached_files

    parameters = ws.pack_of(opened.record).parameters_at(opened.state.as_of)
    paper = Paper(opened.form, parameters, opened.state, attached_files(opened))
    numbered: dict[int, list[Evidence]] = {}
    others: list[Evidence] = []
    for evidence in opened.evidence:
        number = _number(paper, evidence)
        (numbered.setdefault(number, []) if number else others).append(evidence)
    labels = {a.number: a.labels for a in paper.attachments.values()}
    for number in sorted(labels):
        label = "、".join(text.removesuffix("：佐证材料") for text in labels[number])
        found = _distinct(numbered.get(number, []))
        if not found:
            yield EvidenceFile(number, label, "", None)
        for evidence in found:
            yield EvidenceFile(number, label, evidence.file_name, _path(ws, evidence))
    for evidence in _distinct(others):
        yield EvidenceFile(0, _OTHER_LABEL, evidence.file_name, _path(ws, evidence))


def _number(paper: Paper, evidence: Evidence) -> int:
    """The number that the form's list gives the file: by its field, or by the answer that names it."""
    named = paper.attachments.get((evidence.id,))
    if named is not None:
        return named.number
    mark = paper.reference(evidence.field) if _is_of_form(paper, evidence.field) else ""
    return int(mark.removeprefix("附")) if mark else 0


def _is_of_form(paper: Paper, path: str) -> bool:
    repeat, _, column = path.partition("[")
    return repeat in paper.form.by_name and column.partition("].")[2] in ("", *paper.form.by_name)


def _distinct(found: list[Evidence]) -> list[Evidence]:
    """One content once, however many fields it was attached to."""
    return list({evidence.sha256: evidence for evidence in reversed(found)}.values())[::-1]


def _path(ws: Workspace, evidence: Evidence) -> Path | None:
    try:
        return ws.store.evidence_path(evidence)
    except NotFoundError:
        return None
