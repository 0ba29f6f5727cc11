"""校核报告: the verdict in large words, then every finding beside the clause that it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from core.documents.model import (
    OFFICIAL_PAGE,
    Align,
    Block,
    Cell,
    Document,
    FontRole,
    Heading,
    Paragraph,
    Row,
    Run,
    Runs,
    Style,
    Table,
    Title,
    VerticalAlign,
    runs,
)
from core.documents.products import cells
from core.documents.products.look_back import look_back
from core.documents.products.once import field_label, is_of_field, tells_of_field, told_once
from core.domain.calendar import format_chinese
from core.domain.enums import REPORT_FORM, Eligibility, Outcome, Severity
from core.domain.finding import Finding, Verdict
from core.forms.definition import FormDefinition
from core.policy.pack import PolicyPack

_INFO: Final = (25.0, 53.0, 25.0, 53.0)
_COLUMNS: Final = (20.0, 48.0, 52.0, 36.0)
_MET_COLUMNS: Final = (20.0, 70.0, 66.0)
_MET: Final = "符合"
_NO_CLAUSE: Final = "填报要求"
_VERDICT: Final = Style(FontRole.HEI_BOLD, 30.0, align=Align.CENTER, leading=1.5)
_SUMMARY: Final = Style(FontRole.FANG, 12.0, align=Align.CENTER, leading=1.5)
_NOTE: Final = Style(FontRole.KAI, 10.5, leading=1.4)
_PRIORITY: Final = "Q"
_HEADS: Final = ("条款", "条款原文（或填报项）", "校核情况", "怎么办")


def verdict_report(pack: PolicyPack, verdict: Verdict) -> Document:
    """The report of one check, for the clerk and for the file."""
    form = pack.form(verdict.form)
    title = "校核报告"
    groups = _groups(form, verdict)
    blocks: list[Block] = [Title(title, f"（{form.title}）"), *_opinion(verdict, groups), _info(pack, verdict)]
    not_chosen = _grounds_not_chosen(pack, verdict)
    for name, findings in groups:
        if name == _MET and not_chosen:
            blocks.append(Paragraph(runs(f"没有选的优先情形（不影响申报）：{not_chosen}。"), _NOTE, before=3.0))
        if findings:
            table = _FindingsTable(pack, form, verdict, has_todo=name != _MET)
            blocks += [Heading(f"{name}（{len(findings)}项）"), table.made(findings)]
    footer = f"校核编号 {verdict.number}"
    return Document(
        f"{verdict.unit_name} {title}".strip(), tuple(blocks), OFFICIAL_PAGE, footer=footer,
        fuller_footers=cells.after_name(verdict.unit_name, f"{verdict.credit_code}　{footer}", footer),
        author=pack.bureau_name, subject=f"{form.title}{title}", keywords=("绿色制造", verdict.number),
    )


def _groups(form: FormDefinition, verdict: Verdict) -> list[tuple[str, list[Finding]]]:
    """不符合, 待核实, 需说明, 提示, 符合: every finding in one of them, but for grounds that were not chosen."""
    groups: dict[str, list[Finding]] = {name: [] for name in ("不符合", "待核实", "需说明", "提示", _MET)}
    for finding in told_once(form, verdict.findings):
        if finding.outcome is Outcome.MET:
            groups[_MET].append(finding)
        elif finding.severity is Severity.VERIFY:
            groups["需说明"].append(finding)
        elif finding.severity is Severity.MANDATORY:
            groups["不符合" if finding.outcome is Outcome.NOT_MET else "待核实"].append(finding)
        elif not _is_ground_not_chosen(finding):
            groups["提示"].append(finding)
    return list(groups.items())


def _is_ground_not_chosen(finding: Finding) -> bool:
    return finding.rule.startswith(_PRIORITY) and finding.outcome is Outcome.NOT_MET


def _grounds_not_chosen(pack: PolicyPack, verdict: Verdict) -> str:
    titles = (pack.rule_texts[f.rule].title for f in verdict.findings if _is_ground_not_chosen(f))
    return "、".join(title.rsplit("：", 1)[-1] for title in titles)


def _opinion(verdict: Verdict, groups: Iterable[tuple[str, Sequence[Finding]]]) -> list[Block]:
    counts = "，".join(f"{name}{len(findings)}项" for name, findings in groups if findings)
    rest = len(verdict.open_findings)
    if verdict.eligibility is Eligibility.ELIGIBLE and rest:
        then = "上报" if verdict.form == REPORT_FORM else "打印正式推荐表"
        counts += f"；还有{rest}项要写情况说明，写完才能{then}"
    return [
        Paragraph(runs(verdict.label), _VERDICT, keep_with_next=True),
        Paragraph(runs(f"{counts}。"), _SUMMARY, after=3.0, keep_with_next=True),
    ]


def _info(pack: PolicyPack, verdict: Verdict) -> Table:
    start, end = look_back(pack, verdict.as_of)
    pairs = (
        ("单位名称", verdict.unit_name), ("统一社会信用代码", verdict.credit_code),
        ("校核日期", format_chinese(verdict.as_of)), ("近三年起止", f"{format_chinese(start)}至{format_chinese(end)}"),
        ("校核编号", verdict.number), ("政策包", f"{pack.title}（{verdict.pack}）"),
    )
    rows = []
    for number in range(0, len(pairs), 2):
        (one, one_text), (two, two_text) = pairs[number], pairs[number + 1]
        rows.append(Row((
            cells.label(0, one), Cell(1, runs(one_text), cells.VALUE),
            cells.label(2, two), Cell(3, runs(two_text), cells.VALUE),
        ), cells.ROW))
    return Table(_INFO, tuple(rows))


class _FindingsTable:
    """A group's findings in their order; consecutive ones of a clause quote its text once.

    A field's own finding names the field in the place of the clause; one that rests on no clause takes its room.
    """

    def __init__(self, pack: PolicyPack, form: FormDefinition, verdict: Verdict, *, has_todo: bool) -> None:
        self.pack = pack
        self.form = form
        self.findings = verdict.findings
        self.widths = _COLUMNS if has_todo else _MET_COLUMNS
        self.quoted = ""

    def made(self, findings: Iterable[Finding]) -> Table:
        """The table of these findings."""
        rows = [Row(tuple(self._cells(f)), cells.ROW) for f in findings]
        heads = cells.head_row(_HEADS[: len(self.widths)])
        if all(row.cells[1].columns > 1 for row in rows):
            named, _, situation, *todo = heads.cells
            heads = replace(heads, cells=(named, replace(situation, column=1, columns=2), *todo))
        return Table(self.widths, (heads, *rows))

    def _cells(self, finding: Finding) -> Iterable[Cell]:
        beside = self._beside(finding)
        yield _cell(0, self._named(finding))
        if beside:
            yield _cell(1, runs(beside))
        yield _cell(2 if beside else 1, _situation(finding), 1 if beside else 2)
        if len(self.widths) == len(_HEADS):
            yield _cell(3, runs(_todo(finding)))

    def _beside(self, finding: Finding) -> str:
        """The field of a field's own finding, else the text of the clause."""
        before, self.quoted = self.quoted, "" if is_of_field(finding) else finding.clause
        if is_of_field(finding):
            return field_label(self.form, finding)
        clause = self.pack.clauses.get(finding.clause)
        if clause is None:
            return ""
        return "（同上）" if clause.text and finding.clause == before else clause.text

    def _named(self, finding: Finding) -> Runs:
        """The clause, and below it the number of rule or audit formula; a field's finding is one of 填报要求."""
        if is_of_field(finding):
            return (Run(_NO_CLAUSE), *runs(f"\n{finding.clause}" if finding.clause else "", scale=0.9))
        also = f"\n{_NO_CLAUSE}" if finding.clause and tells_of_field(self.form, finding, self.findings) else ""
        return (Run(finding.clause or _NO_CLAUSE), Run(f"\n{finding.rule}", FontRole.SONG, 0.9), *runs(also))


def _cell(column: int, content: Runs, columns: int = 1) -> Cell:
    return Cell(column, content, cells.READ if column else cells.SMALL, columns, vertical=VerticalAlign.TOP)


def _todo(finding: Finding) -> str:
    return "已写情况说明。" if finding.explanation else finding.todo


def _situation(finding: Finding) -> Runs:
    if finding.explanation:
        return (Run(finding.message), Run(f"\n情况说明：{finding.explanation}", FontRole.KAI))
    return runs(finding.message)
