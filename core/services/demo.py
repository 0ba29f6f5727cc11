"""`demo`: the sample district through the main job, three years of the bureau and the exchange, without a screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from core.domain.enums import Eligibility, Outcome, Role, Severity
from core.domain.errors import UnreadableInputError
from core.domain.finding import Verdict
from core.domain.library import Roster, RosterChange
from core.domain.records import Station
from core.services import drafts
from core.services.demo_loop import LoopResult, play_loop
from core.services.demo_years import play_years
from core.services.importing import Imported, import_workbooks
from core.services.library import sheets
from core.services.printing import PrintKind, print_to_file
from core.services.samples import Sample, complete_sample, read_samples
from core.services.templates import write_template
from core.services.workspace import Workspace, open_workspace

_MARKER: Final = ".greenladder-demo"


@dataclass(frozen=True, slots=True)
class DemoUnit:
    """A line of the demo's table."""

    credit_code: str
    unit_name: str
    form: str
    kind: str
    verdict: str
    label: str
    number: str
    reason: str


@dataclass(frozen=True, slots=True)
class DemoRoster:
    """One roster of the three years: how many are on it, and what changed against the one before."""

    number: int
    title: str
    closed_on: date
    count: int
    changes: Mapping[RosterChange, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demo did: units with verdicts, rosters, what the gates refused, the exchange, the files it wrote."""

    folder: Path
    units: tuple[DemoUnit, ...]
    files: tuple[Path, ...]
    rosters: tuple[DemoRoster, ...]
    refused: tuple[str, ...]
    loop: LoopResult

    @property
    def counts(self) -> Mapping[str, int]:
        """Units by verdict."""
        return Counter(u.label for u in self.units)


def run_demo(folder: Path) -> DemoResult:
    """Import the sample units from Excel, check, explain, recommend, print; play three bureau years and the exchange.

    Raises:
        UnreadableInputError: the folder holds something else than an earlier demo.
    """
    folder = folder.resolve()
    _prepare(folder)
    with open_workspace(folder / "数据") as ws:
        offices = ws.pack.lists["office"].choices
        ws.choose_station(Station(Role.OFFICE, offices[-2].name, "示例经办人"))
        files = [
            write_template(ws.pack, f, folder / "空白表" / f"{form.title}.xlsx") for f, form in ws.pack.forms.items()
        ]
        samples = read_samples(ws.resources, ws.clock.today())
        workbooks = [_write_workbook(ws, s, folder / "企业填报表") for s in samples]
        imported = import_workbooks(ws, workbooks, marked_folder=folder / "退回企业改正")
        files += workbooks + [r.marked for r in imported if r.marked]
        units = []
        for sample, result in zip(samples, imported, strict=True):
            unit, written = _finish(ws, sample, result, folder)
            units.append(unit)
            files += written
        listed = [r.id for r in drafts.list_units(ws, limit=1000)]
        files.append(print_to_file(ws, PrintKind.QUERY_LIST, folder / "打印件" / "查询清单.pdf", record_ids=listed))
        today = ws.clock.today()
    rosters, refused, written = _years(folder, today.year - 3)
    loop = play_loop(folder / "往来", today)
    return DemoResult(folder, tuple(units), (*files, *written, *loop.files), rosters, refused, loop)


def _years(folder: Path, first_year: int) -> tuple[tuple[DemoRoster, ...], tuple[str, ...], list[Path]]:
    """Three years of the bureau in a store of its own; rosters, changes and the announcement as files."""
    play = play_years(folder / "区局数据", first_year)
    out = folder / "区局名单"
    with play.ws as ws:
        files = []
        for roster in play.rosters:
            name = f"第{roster.number}号名单-{roster.title}"
            files.append(print_to_file(ws, PrintKind.ROSTER, out / f"{name}.pdf", number=roster.number))
            files.append(sheets.export_roster(ws, out / f"{name}.xlsx", number=roster.number))
            if roster.number > 1:
                diff = out / f"第{roster.number}号与第{roster.number - 1}号的变动.xlsx"
                files.append(sheets.export_difference(ws, diff, roster.number, roster.number - 1))
        gone = tuple(m.id for m in play.accident.removed) if play.accident else ()
        files.append(print_to_file(ws, PrintKind.ANNOUNCEMENT, out / "移出公告（草稿）.pdf", membership_ids=gone))
        files.append(print_to_file(ws, PrintKind.REMINDER, out / "催报名单.pdf"))
        files.append(print_to_file(ws, PrintKind.LETTER, out / "国家级推荐函.docx"))
    return tuple(_told(r) for r in play.rosters), tuple(play.refused), files


def _told(roster: Roster) -> DemoRoster:
    changed = {
        change: tuple(line.unit_name for line in roster.lines if line.change is change)
        for change in (RosterChange.NEW, RosterChange.CHANGED, RosterChange.LEFT)
    }
    return DemoRoster(roster.number, roster.title, roster.closed_on, roster.count, changed)


def _prepare(folder: Path) -> None:
    """An empty folder, or one that an earlier demo made (then its files are replaced)."""
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARKER).exists():
        raise UnreadableInputError(f"文件夹“{folder}”里已有别的文件，请用-o换一个空文件夹。")
    for name in ("数据", "空白表", "企业填报表", "退回企业改正", "打印件", "区局数据", "区局名单", "往来"):
        for path in sorted((folder / name).rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / _MARKER).touch()


def _write_workbook(ws: Workspace, sample: Sample, folder: Path) -> Path:
    """The sample as the enterprise's filled Excel form."""
    from core.documents.excel import template

    path = folder / f"{sample.slug}.xlsx"
    template.write_filled(ws.pack.form(sample.form), ws.pack, sample.typed_answers, path)
    return path


def _finish(ws: Workspace, sample: Sample, result: Imported, folder: Path) -> tuple[DemoUnit, list[Path]]:
    """Complete one imported draft as the clerk would, and print what may be printed."""
    files: list[Path] = []
    if result.record_id is None:
        name = result.unit_name or sample.slug
        return DemoUnit(
            result.credit_code,
            name,
            sample.form,
            ws.pack.form(sample.form).kind_label,
            "incomplete",
            Eligibility.INCOMPLETE.label,
            "",
            result.sentence,
        ), files
    opened = complete_sample(ws, result.record_id, sample)
    verdict = opened.verdict
    ids = (result.record_id,)
    if verdict.may_recommend:
        opened = drafts.recommend(ws, result.record_id)
        files.append(_print(ws, PrintKind.RECOMMENDATION, folder, sample, "推荐表", ids))
    files.append(_print(ws, PrintKind.FORM, folder, sample, "培育表", ids))
    files.append(_print(ws, PrintKind.REPORT, folder, sample, "校核报告", ids))
    return DemoUnit(
        verdict.credit_code,
        verdict.unit_name,
        sample.form,
        opened.form.kind_label,
        verdict.eligibility.value,
        verdict.eligibility.label,
        verdict.number,
        _reason(verdict),
    ), files


def _print(
    ws: Workspace, kind: PrintKind, folder: Path, sample: Sample, name: str, record_ids: tuple[str, ...]
) -> Path:
    return print_to_file(ws, kind, folder / "打印件" / f"{sample.slug}-{name}.pdf", record_ids=record_ids)


def _reason(verdict: Verdict) -> str:
    """The first thing that decided the verdict, short enough for a table."""
    wanted = {Eligibility.NOT_ELIGIBLE: Outcome.NOT_MET, Eligibility.INCOMPLETE: Outcome.UNKNOWN}.get(
        verdict.eligibility
    )
    for finding in verdict.findings:
        if wanted is not None and finding.severity is Severity.MANDATORY and finding.outcome is wanted:
            return f"{finding.rule} {finding.clause} {finding.message}"[:60]
    open_count = len(verdict.open_findings)
    return f"{open_count}条核实性问题待说明" if open_count else ""
