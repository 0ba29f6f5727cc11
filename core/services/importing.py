"""Enterprises' filled Excel forms come in: stored as drafts, wrong values kept, a marked copy given back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from unicodedata import normalize

from core.domain import credit_code
from core.domain.enums import REPORT_FORM, Eligibility, RecordState, Role
from core.domain.errors import GreenLadderError, NotAllowedError, StoreError, UnreadableInputError
from core.domain.finding import Verdict
from core.domain.records import Record
from core.domain.reports import period_of
from core.domain.values import Stored
from core.forms.definition import Field, FieldType
from core.infra.system_reasons import reason_in_words
from core.rules.verdict import Checked, check
from core.services.drafts import OpenForm, begin, open_form, store_answers, to_stored
from core.services.last_year import member_of
from core.services.library import members
from core.services.workspace import Workspace

if TYPE_CHECKING:
    from core.documents.excel.model import WorkbookReading


#: What tells one form from another: credit code, form, kind and year of an annual report.
FormKey: TypeAlias = tuple[str, str, str]


class ImportStatus(StrEnum):
    """What became of a file; of a folder's files also: an older form of the same unit, no form, not reached."""

    STORED = "stored"
    MARKED = "marked"
    REFUSED = "refused"
    OUTDATED = "outdated"
    SKIPPED = "skipped"
    STOPPED = "stopped"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {
            "stored": "已存入", "marked": "有错已标注", "refused": "没有导入", "outdated": "没有采用",
            "skipped": "跳过", "stopped": "没有处理",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Imported:
    """The fate of one file, in one sentence.

    `marked` is the copy with the wrong cells red; `newer` the file of the same unit that stands instead of this one.
    """

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
    missing_count: int = 0
    newer: Path | None = None


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
        results.append(import_one(ws, path, marked_folder))
        if progress is not None:
            progress(number, len(paths))
    return tuple(results)


def import_one(
    ws: Workspace, path: Path, marked_folder: Path | None = None, taken: dict[FormKey, Imported] | None = None
) -> Imported:
    """Import one file, stored whole or not at all. Never raises on a bad file.

    `taken` are forms that came from other files of the same lot and stand; a form stored here is added.
    """
    try:
        checked, reading = _read(ws, path)
        key = _key(checked)
        if taken is not None and key in taken:
            return _outdated(path, checked, taken[key])
        result = _import_read(ws, path, checked, reading, marked_folder)
    except GreenLadderError as error:
        return Imported(path, ImportStatus.REFUSED, f"“{path.name}”没有导入：{error}")
    except OSError as error:
        reason = reason_in_words(error)
        return Imported(path, ImportStatus.REFUSED, f"“{path.name}”没有导入：读不出来（{reason}），请检查文件或U盘。")
    if taken is not None and result.record_id is not None:
        taken[key] = result
    return result


def _key(checked: Checked) -> FormKey:
    form = checked.state.form.id
    return checked.verdict.credit_code, form, period_of(form, checked.state.answers)


def _outdated(path: Path, checked: Checked, newer: Imported) -> Imported:
    name, code = checked.verdict.unit_name, checked.verdict.credit_code
    other = "" if _same_name(name, newer.unit_name) else "；两份的单位名称不同，请核对信用代码有没有填错"
    sentence = f"“{name or path.stem}”没有采用：信用代码相同的“{newer.path.name}”保存得更晚，以那一份为准{other}。"
    return Imported(
        path, ImportStatus.OUTDATED, sentence, None, name, code, checked.state.form.id, newer=newer.path
    )


def _same_name(one: str, other: str) -> bool:
    """Names that differ in nothing but spaces and the width of their signs are the same."""
    return "".join(normalize("NFKC", one).split()) == "".join(normalize("NFKC", other).split())


def require_importable(ws: Workspace, paths: Sequence[Path]) -> None:
    """For a command that does all or nothing: read every file, and look whether its unit is locked.

    Raises:
        UnreadableInputError: one sentence about the first file that cannot be imported, and how many more there are.
    """
    problems: list[str] = []
    for path in paths:
        try:
            checked, _ = _read(ws, path)
            _existing(ws, checked)
        except GreenLadderError as error:
            problems.append(str(error).rstrip("。"))
    if problems:
        more = f"；另有{len(problems) - 1}个文件也不能导入" if len(problems) > 1 else ""
        nothing = "，一个都没有存入" if len(paths) > 1 else ""
        raise UnreadableInputError(f"{problems[0]}{more}{nothing}。")


def _read(ws: Workspace, path: Path) -> tuple[Checked, WorkbookReading]:
    from core.documents.excel.reader import read_workbook

    reading = read_workbook(path, ws.pack.forms)
    problems = {p.path: p.message for p in reading.problems if p.path}
    return check(ws.pack, reading.form_id, reading.answers, ws.clock.today(), problems=problems), reading


def _import_read(
    ws: Workspace, path: Path, checked: Checked, reading: WorkbookReading, marked_folder: Path | None
) -> Imported:
    wrong = wrong_cells(checked)
    code = checked.verdict.credit_code
    storable = credit_code.is_valid(code)
    if storable:
        _existing(ws, checked)
    elif "credit_code" not in wrong:
        wrong = {"credit_code": credit_code.problem(code) if code else "没有填写统一社会信用代码", **wrong}
    missing = _missing(checked, reading)
    marked = _mark(ws, path, reading, {**wrong, **missing}, marked_folder) if wrong or missing else None
    stored = _store(ws, checked, reading, path) if storable else None
    eligibility = stored.opened.verdict.eligibility if stored else checked.verdict.eligibility
    return Imported(
        path,
        ImportStatus.MARKED if wrong else ImportStatus.STORED,
        _sentence(path, checked, stored, len(wrong), len(missing), marked, _doubts(ws, checked)),
        stored.opened.record.id if stored else None,
        checked.verdict.unit_name,
        code,
        reading.form_id,
        eligibility,
        len(wrong),
        marked,
        len(missing),
    )


def _missing(checked: Checked, reading: WorkbookReading) -> dict[str, str]:
    """Required cells that the enterprise left blank: no wrong values, but it has to see them in the copy."""
    form = checked.state.form
    return {
        name: f"必填项“{form.label_of(name)}”没有填写"
        for name in (f.rule.removeprefix("field:") for f in checked.verdict.findings if f.rule.startswith("field:"))
        if name in reading.cells and form.by_name[name].required and name not in checked.state.answers
    }


def _existing(ws: Workspace, checked: Checked) -> Record | None:
    """The unit's record of the same form (of an annual report: of the same year), if there is one.

    Raises:
        NotAllowedError: it is locked.
    """
    form = checked.state.form.id
    period = period_of(form, checked.state.answers)
    found = [r for r in ws.store.find(checked.verdict.credit_code, form) if r.period == period]
    if found and not found[0].state.is_editable:
        way = _way_to_change(ws, found[0].state)
        raise NotAllowedError(f"“{found[0].unit_name}”{found[0].state.label}、内容已锁定，{way}。")
    return found[0] if found else None


def _way_to_change(ws: Workspace, state: RecordState) -> str:
    """How a locked form becomes editable: the office takes back only what the bureau has not taken yet."""
    if state in (RecordState.RECOMMENDED, RecordState.FILED):
        return "要重新导入请先撤回"
    if state in (RecordState.ACCEPTED, RecordState.REMOVED):
        return "不能再导入"
    if ws.station is not None and ws.station.role is Role.OFFICE:
        return "区工信局已接收，要改请由区工信局退回"
    first = "" if state is RecordState.RECEIVED else "撤销审核决定（revoke），再"
    return f"要改请先{first}退回（return）"


def wrong_cells(checked: Checked) -> dict[str, str]:
    """Paths of malformed answers and of those that break a mandatory constraint → what is wrong."""
    wrong = dict(checked.state.wrong)
    by_field = {f.rule.removeprefix("field:"): f.message for f in checked.verdict.findings}
    for path in checked.state.broken:
        wrong.setdefault(path, by_field.get(path.rpartition(".")[2], "填写有误").rstrip("。"))
    return wrong


@dataclass(frozen=True, slots=True)
class _Kept:
    """What storing did: the record, and for one that was there before how many fields changed, and its name then."""

    opened: OpenForm
    changed: int | None = None
    former_name: str = ""


def _store(ws: Workspace, checked: Checked, reading: WorkbookReading, path: Path) -> _Kept:
    """Store the answers as a new draft, or over the unit's draft of the same form.

    The file wins field by field: what the enterprise has left blank there is blanked here too. What the office fills
    in itself (sources and dates of queries) stays when the file has nothing for it.
    """
    source = f"导入：{path.name}"
    answers = checked.state.answers
    existing = _existing(ws, checked)
    if existing is None:
        try:
            return _Kept(begin(ws, checked.state.form.id, answers, source=source))
        except NotAllowedError:
            # Another import of the same unit came first: go on as if it had been there before.
            existing = _existing(ws, checked)
            if existing is None:
                raise
    form = checked.state.form
    changes: dict[str, Stored] = {name: to_stored(form, name, value) for name, value in answers.items()}
    for field in form.fields:
        if field.name in reading.labels and field.name not in changes and _is_the_enterprises(field):
            changes[field.name] = None
    before = existing.answers
    changed = sum(1 for name, value in changes.items() if before.get(name) != value)
    store_answers(ws, existing, changes, source=source)
    return _Kept(open_form(ws, existing.id), changed, existing.unit_name)


def _is_the_enterprises(field: Field) -> bool:
    return field.filled_by == "unit" and field.type.is_input and field.type is not FieldType.FILE


def _mark(
    ws: Workspace, path: Path, reading: WorkbookReading, wrong: dict[str, str], folder: Path | None
) -> Path:
    from core.documents.excel.marker import write_marked

    for target in (folder or path.parent, ws.folder / "marked"):
        try:
            target.mkdir(parents=True, exist_ok=True)
            place = _free_place(target, path.stem)
            write_marked(path, reading, wrong, place)
        except (OSError, StoreError):
            continue
        return place
    raise StoreError(f"写不出“{path.stem}”标注后的表，请检查磁盘空间后重试。")


def _free_place(folder: Path, stem: str) -> Path:
    """A name that no file has yet: an earlier marked copy may have been corrected meanwhile."""
    stem = stem.partition("（已标注")[0]
    for number in count(1):
        place = folder / f"{stem}（已标注{number if number > 1 else ''}）.xlsx"
        if not place.exists():
            return place
    raise StoreError(stem)


def _doubts(ws: Workspace, checked: Checked) -> tuple[str, ...]:
    """What the library says otherwise of that unit: its name, and whether it is a member that reports."""
    name, code = checked.verdict.unit_name, checked.verdict.credit_code
    unit = ws.store.library.units.by_code(code) if code else None
    doubts = []
    if unit is not None and name and not _same_name(name, unit.unit_name):
        doubts.append(f"培育库中该信用代码的单位是“{unit.unit_name}”，请核对；确已更名的请办理更名")
    if checked.state.form.id == REPORT_FORM and _holds_library(ws):
        kind = str(checked.state.answers.get("unit_kind") or "")
        held = member_of(ws, code, kind) if kind else any(m.is_active for m in members.of_unit(ws, code))
        if not held:
            which = f"“{members.kind_label(ws, kind)}”" if kind else ""
            doubts.append(f"该单位现在不在{which}培育库中，不需要报动态管理表，请核对")
    return tuple(doubts)


def _holds_library(ws: Workspace) -> bool:
    """Only the bureau knows who is a member, and only once somebody is in its library."""
    is_office = ws.station is not None and ws.station.role is Role.OFFICE
    return not is_office and bool(members.members(ws) or members.former(ws))


def _sentence(
    path: Path,
    checked: Checked,
    stored: _Kept | None,
    wrong: int,
    missing: int,
    marked: Path | None,
    doubts: Sequence[str],
) -> str:
    name = checked.verdict.unit_name or path.stem
    counts = [f"有{wrong}处填写有误"] if wrong else []
    counts += [f"有{missing}个必填项没有填写"] if missing else []
    back = f"；{'、'.join(counts)}，已标红，请退企业改正：{marked}" if marked else ""
    if stored is None:
        reason = "信用代码无效" if checked.verdict.credit_code else "没有填写信用代码"
        return f"“{name}”没有存入：{reason}{back}。"
    done = "已存为草稿"
    if stored.changed is not None:
        done = f"已更新原有草稿，改了{stored.changed}栏"
        if stored.former_name != name and not any(f"“{stored.former_name}”" in doubt for doubt in doubts):
            done += f"（原名称是“{stored.former_name}”，请核对是不是同一单位）"
    doubted = "".join(f"；{doubt}" for doubt in doubts)
    return f"“{name}”{done}，校核结果：{_verdict_words(stored.opened.verdict)}{doubted}{back}。"


def _verdict_words(verdict: Verdict) -> str:
    """The verdict, and what still keeps an eligible unit from being recommended."""
    waiting = len(verdict.open_findings)
    left = f"（还有{waiting}条核实性问题要写情况说明）"
    return f"{verdict.label}{left if waiting and verdict.eligibility is Eligibility.ELIGIBLE else ''}"
