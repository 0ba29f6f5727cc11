"""Enterprises' filled Excel forms come in: stored as drafts, wrong values kept, a marked copy given back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from core.domain import credit_code
from core.domain.enums import Eligibility
from core.domain.errors import GreenLadderError, UnreadableInputError
from core.domain.values import Stored
from core.rules.verdict import Checked, check
from core.services.drafts import begin, open_form, to_stored
from core.services.workspace import Workspace


class ImportStatus(StrEnum):
    """What became of a file."""

    STORED = "stored"
    MARKED = "marked"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Imported:
    """The fate of one file, in one sentence; `marked` is the copy with the wrong cells red."""

    path: Path
    status: ImportStatus
    sentence: str
    record_id: str | None = None
    unit_name: str = ""
    credit_code: str = ""
    form: str = ""
    eligibility: Eligibility | None = None
    wrong_count: int = 0
    marked: Path | None = None


def import_workbooks(
    ws: Workspace,
    paths: Sequence[Path],
    *,
    marked_folder: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[Imported, ...]:
    """Import files one by one; each is stored whole or not at all. Never raises on a bad file.

    A marked copy goes into `marked_folder`, or beside the file, or into the store's folder where that is read-only.
    """
    results: list[Imported] = []
    for number, path in enumerate(paths, start=1):
        if cancelled is not None and cancelled():
            break
        try:
            results.append(_import_one(ws, path, marked_folder))
        except GreenLadderError as error:
            results.append(Imported(path, ImportStatus.REFUSED, f"“{path.name}”没有导入：{error}"))
        if progress is not None:
            progress(number, len(paths))
    return tuple(results)


def _import_one(ws: Workspace, path: Path, marked_folder: Path | None) -> Imported:
    from core.documents.excel.reader import read_workbook

    reading = read_workbook(path, ws.pack.forms)
    problems = {p.path: p.message for p in reading.problems if p.path}
    checked = check(ws.pack, reading.form_id, reading.answers, ws.clock.today(), problems=problems)
    wrong = wrong_cells(checked)
    code = checked.verdict.credit_code
    record_id = None
    if credit_code.is_valid(code):
        record_id = _store(ws, checked, path)
    elif "credit_code" not in wrong:
        wrong = {"credit_code": credit_code.problem(code) if code else "没有填写统一社会信用代码", **wrong}
    marked = _mark(ws, path, reading, wrong, marked_folder) if wrong else None
    return Imported(
        path,
        ImportStatus.MARKED if wrong else ImportStatus.STORED,
        _sentence(path, checked, record_id, len(wrong), marked),
        record_id,
        checked.verdict.unit_name,
        code,
        reading.form_id,
        checked.verdict.eligibility,
        len(wrong),
        marked,
    )


def wrong_cells(checked: Checked) -> dict[str, str]:
    """Paths of malformed answers and of those that break a mandatory constraint → what is wrong."""
    wrong = dict(checked.state.wrong)
    by_field = {f.rule.removeprefix("field:"): f.message for f in checked.verdict.findings}
    for path in checked.state.broken:
        wrong.setdefault(path, by_field.get(path.rpartition(".")[2], "填写有误").rstrip("。"))
    return wrong


def _store(ws: Workspace, checked: Checked, path: Path) -> str:
    """Store the answers as a new draft, or over the unit's draft of the same form: the file wins, field by field."""
    source = f"导入：{path.name}"
    answers = checked.state.answers
    existing = ws.store.find(checked.verdict.credit_code, checked.state.form.id)
    if not existing:
        return begin(ws, checked.state.form.id, answers, source=source).record.id
    changes: dict[str, Stored] = {name: to_stored(checked.state.form, name, value) for name, value in answers.items()}
    ws.store.set_answers(existing[0].id, changes, actor=ws.actor, source=source)
    return open_form(ws, existing[0].id).record.id


def _mark(ws: Workspace, path: Path, reading: object, wrong: dict[str, str], folder: Path | None) -> Path:
    from core.documents.excel.marker import write_marked
    from core.documents.excel.model import WorkbookReading

    if not isinstance(reading, WorkbookReading):
        raise TypeError(type(reading).__name__)
    name = f"{path.stem}（已标注）.xlsx"
    for target in (folder or path.parent, ws.folder / "marked"):
        try:
            target.mkdir(parents=True, exist_ok=True)
            write_marked(path, reading, wrong, target / name)
        except (OSError, GreenLadderError):
            continue
        return target / name
    raise UnreadableInputError(f"写不出标注后的表“{name}”，请检查磁盘空间后重试。")


def _sentence(path: Path, checked: Checked, record_id: str | None, wrong: int, marked: Path | None) -> str:
    name = checked.verdict.unit_name or path.stem
    verdict = checked.verdict.eligibility.label
    back = f"有{wrong}处填写有误，已标红，请退企业改正：{marked}" if marked else ""
    if record_id is None:
        return f"“{name}”没有存入：信用代码无效；{back}。"
    tail = f"；{back}" if back else ""
    return f"“{name}”已存为草稿，校核结果：{verdict}{tail}。"
