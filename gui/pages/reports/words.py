"""What the page says of one report: how it stands, what the check found, what changed against last year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from core.domain.enums import Outcome, RecordState, Severity
from core.domain.finding import Finding
from core.domain.values import Stored
from core.forms.definition import Field
from core.forms.values import display, parse
from core.services.drafts import OpenForm
from core.services.library.members import kind_label
from core.services.library.reports import ReportState
from core.services.workspace import Workspace
from gui.pages.reports.lines import ReportLine, deadline
from gui.widgets.detail_panel import Line, Section

_PRIOR: Final = "prior_"
_MOST_FINDINGS: Final = 8
_TONES: Final = {
    ReportState.NOT_DUE: "", ReportState.MISSING: "bad", ReportState.ON_TIME: "good", ReportState.LATE: "bad",
}


def sections(
    ws: Workspace, line: ReportLine, opened: OpenForm | None, carried: Mapping[str, Stored], returned_why: str
) -> list[Section]:
    """Everything that the page knows of a report."""
    where = "　".join(p for p in (kind_label(ws, line.kind), ws.office_label(line.office), line.credit_code) if p)
    found = [Section("", [Line(where)]), Section(f"{line.year}年度动态管理表", _standing(ws, line, returned_why))]
    if opened is not None:
        changes, figures = _changes(opened, carried), _figures(opened)
        found += [
            Section("校核结果", _findings(opened)), Section("与上年不同的栏", changes),
            Section("指标　本年／上年", figures),
        ]
    return found


def _standing(ws: Workspace, line: ReportLine, returned_why: str) -> list[Line]:
    left = deadline(line, ws.clock.today()).text
    told = f"{line.state.label}{f'，{left}' if left else ''}"
    lines = [Line(told, "上报情况", _TONES[line.state]), Line(line.due_on.isoformat(), "应报日期")]
    if line.filed_on is not None:
        lines.append(Line(line.filed_on.isoformat(), "上报日期"))
    progress = "没有开始，按“代填、打开”开始填。" if line.progress is None else line.progress.label
    lines.append(Line(progress, "办理"))
    if line.progress is RecordState.RETURNED and returned_why:
        lines.append(Line(returned_why, "退回原因", "bad"))
    if line.state in (ReportState.MISSING, ReportState.LATE):
        lines.append(Line("未按时填报的，下次动态更新时提出移出建议，由区工信局决定（三(四)2(1)）。", tone="note"))
    return lines


def _findings(opened: OpenForm) -> list[Line]:
    verdict = opened.verdict
    wanted = [f for f in verdict.findings if _is_told(f)]
    settled = opened.is_locked and not wanted
    lines = [Line("没有要处理的问题。", tone="good") if settled else Line(verdict.label, "结论")]
    lines += [Line(f.message, f.rule if len(f.rule) <= 4 else "", _tone(f)) for f in wanted[:_MOST_FINDINGS]]
    if len(wanted) > _MOST_FINDINGS:
        lines.append(Line(f"还有{len(wanted) - _MOST_FINDINGS}条，打开表查看。", tone="note"))
    explained = [f for f in verdict.findings if f.explanation and f.outcome is not Outcome.MET]
    return lines + [Line(f"{f.message}\n情况说明：{f.explanation}", f.rule) for f in explained]


def _is_told(finding: Finding) -> bool:
    blocks = finding.severity is Severity.MANDATORY and finding.needs_attention
    return finding.is_open or (blocks and not finding.explanation)


def _tone(finding: Finding) -> str:
    return "bad" if finding.severity is Severity.MANDATORY and finding.outcome is Outcome.NOT_MET else "wait"


def _changes(opened: OpenForm, carried: Mapping[str, Stored]) -> list[Line]:
    """Fields carried forward that read otherwise now: 上年 and 本年."""
    lines = []
    for name, before in carried.items():
        field, now = opened.form.by_name.get(name), opened.record.answers.get(name)
        if field is None or now == before:
            continue
        lines.append(Line(f"{_text(field, before)} → {_text(field, now) or '（空）'}", field.label))
    return lines


def _text(field: Field, value: Stored) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str) and any(isinstance(v, Mapping) for v in value):
        return f"{len(value)}行"
    return display(field, parse(field, value).value)


def _figures(opened: OpenForm) -> list[Line]:
    """This year's figures beside last year's, with how far they moved."""
    lines = []
    for name, before in opened.state.values.items():
        field = opened.form.by_name.get(name.removeprefix(_PRIOR)) if name.startswith(_PRIOR) else None
        now = opened.state.values.get(field.name) if field is not None else None
        if field is None or not isinstance(before, float | int) or not isinstance(now, float | int):
            continue
        moved = f"（{(now - before) / before:+.1%}）" if before else ""
        unit = f"{field.unit}" if field.unit else ""
        lines.append(Line(f"{now:,g}{unit}／{before:,g}{unit}{moved}", field.label))
    return lines
