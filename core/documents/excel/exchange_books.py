"""The workbooks of the exchange as sheets: 推荐汇总表 with the main fields by form, 回执, 接收情况表."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.documents.excel.summary import Sheet
from core.documents.excel.table_rows import Value
from core.documents.products.office_summary import HEADS, TITLE, SummaryRow, composition
from core.documents.products.paper import NOT_RELEVANT, label_with_unit, printed
from core.documents.products.receipt_paper import ReceiptUnit, ReturnedUnit
from core.domain.calendar import format_chinese
from core.forms.definition import Field, FieldType, FormDefinition
from core.forms.evaluation import FormState

#: Fields that no rule asks for, and that people look for all the same (design §7).
_ALSO_SHOWN: Final = frozenset(("contact_email", "standard_title", "priority_grounds", "batch"))
_SUMMARY_WIDTHS: Final = (
    6.0, 34.0, 22.0, 22.0, 22.0, 28.0, 12.0, 26.0, 22.0, 10.0, 10.0, 20.0, 8.0, 10.0,
)
_FATE_HEADS: Final = ("序号", "单位名称", "统一社会信用代码", "表", "结果", "说明")
_FATE_WIDTHS: Final = (6.0, 36.0, 22.0, 26.0, 12.0, 60.0)
_REMARK_HEADS: Final = ("单位名称", "表", "退回原因", "栏目", "审核意见")
_REMARK_WIDTHS: Final = (34.0, 26.0, 40.0, 28.0, 60.0)
_REPORT_HEADS: Final = (*_FATE_HEADS, "变动栏目", "冲突栏目")
_REPORT_WIDTHS: Final = (*_FATE_WIDTHS, 36.0, 30.0)
_FIELD_HEADS: Final = ("单位名称", "统一社会信用代码", "表", "栏目", "本机原值", "来件值", "采用")
_FIELD_WIDTHS: Final = (34.0, 22.0, 26.0, 28.0, 40.0, 40.0, 12.0)
_ANSWER: Final = "_answer"
_NARROWEST: Final = 11.0
_LONG: Final = 24.0
_WIDEST: Final = 46.0


@dataclass(frozen=True, slots=True)
class FilledLine:
    """One form's line in the sheet of its kind: its number in the summary, its state in words, its answers."""

    number: int
    state_label: str
    state: FormState


@dataclass(frozen=True, slots=True)
class ReportLine:
    """What happened to one record: its fate, every field that came in with both values, and which are in conflict."""

    unit: ReceiptUnit
    fields: Sequence[tuple[str, str, str, str]]
    conflicts: Sequence[str]


def summary_sheet(
    office: str, window: str, made_on: date, rows: Sequence[SummaryRow], changes: Sequence[str]
) -> Sheet:
    """推荐汇总表: a row for every form in the file; `changes` say what is new since the file before, row by row."""
    table: list[Sequence[Value]] = [
        (number, *row.texts, row.evidence_count, change)
        for number, (row, change) in enumerate(zip(rows, changes, strict=True), start=1)
    ]
    notes = (f"推荐单位：{office}。填报日期：{format_chinese(made_on)}。{composition(rows)}。",)
    heading = f"{TITLE}（{window}）" if window else TITLE
    return Sheet("推荐汇总表", (*HEADS, "变动"), table, _SUMMARY_WIDTHS, heading, notes)


def form_sheet(form: FormDefinition, lines: Sequence[FilledLine]) -> Sheet:
    """The main fields of one kind of form, a row a unit."""
    fields = [f for f in form.fields if _is_main(f)]
    heads = [_head(form, f) for f in fields]
    widths = [_width(f, head) for f, head in zip(fields, heads, strict=True)]
    rows: list[Sequence[Value]] = [
        (line.number, line.state_label, *(_shown(line.state, f) for f in fields)) for line in lines
    ]
    return Sheet(form.kind_label, ("序号", "状态", *heads), rows, (6.0, 10.0, *widths), form.title,
                 (f"共{len(lines)}份，只列主要栏目；全部栏目见各单位的表。",))


def receipt_sheets(
    heading: str, notes: Sequence[str], fates: Sequence[ReceiptUnit], returned: Sequence[ReturnedUnit]
) -> tuple[Sheet, ...]:
    """The receipt: every form's fate, and a row for every remark on a returned one."""
    rows = [_fate(number, unit) for number, unit in enumerate(fates, start=1)]
    first = Sheet("回执", _FATE_HEADS, rows, _FATE_WIDTHS, heading, notes)
    remarks: list[Sequence[Value]] = []
    for unit in returned:
        for label, text in unit.remarks or (("", ""),):
            remarks.append((unit.unit_name, unit.form_title, unit.reason, label, text))
    if not remarks:
        return (first,)
    return first, Sheet("退回意见", _REMARK_HEADS, remarks, _REMARK_WIDTHS, "退回更正的表和审核意见")


def report_sheets(heading: str, lines: Sequence[ReportLine]) -> tuple[Sheet, Sheet]:
    """接收情况表: what happened to every record of a received file, and to every field that it would change."""
    records: list[Sequence[Value]] = []
    fields: list[Sequence[Value]] = []
    for number, line in enumerate(lines, start=1):
        unit = line.unit
        changed = "、".join(label for label, *_ in line.fields)
        records.append((*_fate(number, unit), changed, "、".join(line.conflicts)))
        fields += [(unit.unit_name, unit.credit_code, unit.form_title, *texts) for texts in line.fields]
    count = (f"共{len(records)}份表，{len(fields)}处栏目变动。",)
    return (
        Sheet("接收情况表", _REPORT_HEADS, records, _REPORT_WIDTHS, heading, count),
        Sheet("栏目变动", _FIELD_HEADS, fields, _FIELD_WIDTHS, "栏目变动：本机原值和来件值"),
    )


def _is_main(item: Field) -> bool:
    if not item.type.is_input or item.type in (FieldType.FILE, FieldType.REPEAT):
        return False
    return item.required or item.name in _ALSO_SHOWN


def _head(form: FormDefinition, item: Field) -> str:
    """The label; where it is a whole question, the short name before the colon of the fields beside it."""
    beside = form.by_name.get(f"{item.name.removesuffix(_ANSWER)}_source") if item.name.endswith(_ANSWER) else None
    return beside.label.partition("：")[0] if beside else label_with_unit(item)


def _width(item: Field, head: str) -> float:
    """Room for the head in one line; texts and lists of choices need more."""
    long = item.type in (FieldType.TEXT, FieldType.SELECT_MULTIPLE) or item.is_code
    return min(_WIDEST, max(_LONG if long else _NARROWEST, 2.0 * len(head) + 2.0))


def _shown(state: FormState, item: Field) -> Value:
    """A number as a number, all else as the paper shows it; what is malformed stands as it was given."""
    if item.name in state.irrelevant:
        return NOT_RELEVANT
    if item.name in state.wrong:
        return f"{state.answers.get(item.name)}（填写有误）"
    value = state.values.get(item.name)
    if value is None:
        return None
    if isinstance(value, float | int | date):
        return value
    return printed(item, value)


def _fate(number: int, unit: ReceiptUnit) -> tuple[Value, ...]:
    return number, unit.unit_name, unit.credit_code, unit.form_title, unit.outcome, unit.sentence
