"""Rows and details of the exchange in clerks' words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from core.domain.calendar import format_chinese
from core.domain.enums import RecordState
from core.domain.exchange import NoticeWords, SharedUnit
from core.domain.library import Remark
from core.services.exchange import log
from core.services.exchange.model import InboxLine, OfficeLine, OutboxLine, PeerLine, Standing, StandingLine
from core.services.workspace import Workspace
from gui.dialogs.receive_preview import NOTICE_MARK, numbered
from gui.models.rows_model import Cell, Row
from gui.widgets.detail_panel import Line, Section
from gui.widgets.list_table import Column

UNIT_COLUMNS: Final = (
    Column("单位名称", stretches=True), Column("表", 142, hide_below=760), Column("报送情况", 88),
    Column("提示", 128), Column("包", 66, hide_below=560), Column("日期", 92, hide_below=640),
    Column("区局意见", 200, hide_below=1000),
)
OFFICE_COLUMNS: Final = (
    Column("街镇、园区", stretches=True), Column("登记", 74), Column("最近一包", 76, hide_below=600),
    Column("收到时间", 134, hide_below=820), Column("缺包", 100), Column("冲突", 54),
    Column("单位", 50, hide_below=700), Column("待审核", 58), Column("退回", 50, hide_below=660), Column("回执", 76),
)
FILE_COLUMNS: Final = (
    Column("", 54), Column("时间", 134, hide_below=640), Column("文件", 96), Column("对方", 130),
    Column("核对码", 160, hide_below=900), Column("结果", stretches=True), Column("经手人", 150, hide_below=1040),
)
PEER_COLUMNS: Final = (
    Column("单位", 150), Column("工作站", stretches=True), Column("密钥", 134), Column("登记时间", 134, hide_below=620),
    Column("登记人", 160, hide_below=760), Column("状态", 76),
)
_TONES: Final = {
    Standing.NOT_SENT: "wait", Standing.CHANGED: "wait", Standing.SENT: "plain", Standing.RECEIVED: "plain",
    Standing.RETURNED: "bad", Standing.ADMITTING: "good", Standing.ADMITTED: "good", Standing.ACCEPTED: "good",
    Standing.REFUSED: "bad", Standing.REMOVED: "bad",
}
#: What the next package takes: see `packing.plan`, which is asked before packing.
_READY: Final = frozenset({RecordState.RECOMMENDED, RecordState.FILED})
#: The form is here to be mended, or has not been handed in since.
_WITH_US: Final = frozenset({Standing.NOT_SENT, Standing.CHANGED, Standing.RETURNED})
SAMPLES_STAY: Final = "示例单位只供练习，不能报送。"
_GOING: Final = frozenset({Standing.NOT_SENT, Standing.CHANGED, Standing.SENT})
FileLine = InboxLine | OutboxLine


def local(moment: datetime | None) -> str:
    """A moment by the clock on the wall; blank for none."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M") if moment is not None else ""


# The office's list

def office_words(lines: Sequence[StandingLine], *, only_samples: bool = False) -> str:
    """What the office has to hand in; `only_samples`: nothing but sample units was recommended."""
    going = [line for line in lines if line.state in _READY and line.standing in _GOING]
    corrected = sum(1 for line in going if line.standing is Standing.CHANGED)
    again = sum(1 for line in going if line.standing is Standing.SENT)
    if len(going) > again:
        counted = ((Standing.CHANGED.label, corrected, ""), (Standing.SENT.label, again, "还没有回执，一起再带上"))
        parts = [f"{label}{count}个{why}" for label, count, why in counted if count]
        words = [f"本次要报：{len(going)}个单位" + (f"（其中{'，'.join(parts)}）" if parts else "")]
    elif again:
        words = [f"没有新的要报；{again}个单位已打包、等回执"]
    else:
        words = [SAMPLES_STAY.rstrip("。") if only_samples else "没有要报的单位"]
    counts = Counter(line.standing for line in lines)
    open_forms = counts[Standing.NOT_SENT] + counts[Standing.CHANGED] - (len(going) - again)
    conflicts = sum(1 for line in lines if line.conflicts)
    told = (("还没有推荐", open_forms), (Standing.RETURNED.label, counts[Standing.RETURNED]), ("冲突", conflicts))
    return "；".join([*words, *(f"{label}{count}个" for label, count in told if count)]) + "。"


def is_out(line: StandingLine) -> bool:
    """True when what the bureau asked for is on its way or there: nothing is left to be mended here."""
    return line.standing not in _WITH_US


def unit_row(line: StandingLine, *, is_answered: bool = False, is_refused: bool = False) -> Row:
    """A row of the office's list.

    `is_answered`: the form was handed in again after the last remark; `is_refused`: the bureau did not take it in.
    """
    if line.conflicts:
        hint = Cell(f"冲突{line.conflicts}栏", "bad", tip="两边改得不一样，按Enter处理")
    elif is_refused:
        hint = Cell("区局没有收", "bad", tip=line.words)
    elif line.remarks:
        hint = Cell(f"意见{line.remarks}条" + "，已改报" * is_answered, "plain" if is_answered else "wait")
    else:
        hint = Cell("")
    number = line.package_number
    return (
        Cell(line.unit_name or "未填名称", tip=f"{line.unit_name}\n{line.credit_code}"), line.form_title,
        Cell(line.standing.label, _TONES[line.standing]), hint,
        Cell(f"第{number}包" if number is not None else "", order=number or 0),
        line.since.isoformat() if line.since is not None else "", line.words,
    )


def unit_sections(
    line: StandingLine, remarks: Sequence[tuple[str, Remark]], *, is_answered: bool = False
) -> list[Section]:
    """The bureau's words and its remarks by field (field label, remark)."""
    since = f"（{line.since.isoformat()}）" if line.since is not None else ""
    about = [
        Line(f"{line.standing.label}{since}", "报送情况", "bad" if line.standing is Standing.RETURNED else ""),
        Line(line.form_title, "表"), Line(line.credit_code, "信用代码"),
    ]
    if line.standing in (Standing.NOT_SENT, Standing.CHANGED):
        about.append(Line(line.state.label, "本机状态"))  # elsewhere it would say the same in another word
    if line.package_number is not None:
        about.append(Line(f"第{line.package_number}包", "报送包"))
    tone = "note" if is_answered else "wait"
    told = [
        Line(text, label, tone) for label, text in dict.fromkeys((label or "整份表", r.text) for label, r in remarks)
    ]
    listed = {f"{label}：{remark.text}" if label else remark.text for label, remark in remarks}
    if line.words and line.words not in {remark.text for _, remark in remarks} and {*line.words.split("；")} - listed:
        told.insert(0, Line(line.words))  # else the remarks say all of it, field by field
    if is_answered and remarks:
        told.append(Line("已按意见改好再报。", tone="note"))
    found = [Section("", about), Section("区局意见", told)]
    if line.conflicts:
        words = f"有{line.conflicts}栏两边改得不一样，现在先用其中一种写法。按“处理冲突”逐栏决定。"
        found.insert(1, Section("冲突", [Line(words, tone="bad")]))
    return found


def shared_row(ws: Workspace, unit: SharedUnit) -> Row:
    """A unit that produces here and is recommended by another office."""
    other = ws.office_label(unit.recommended_by)
    return (
        Cell(unit.unit_name, tip=f"{unit.unit_name}\n{unit.credit_code}"), _title(ws, unit.form),
        Cell(unit.state.label, "plain"), Cell("别处推荐", "plain", tip=f"由{other}推荐"), Cell("", order=0),
        unit.since.isoformat(), f"由{other}推荐",
    )


def shared_sections(ws: Workspace, unit: SharedUnit) -> list[Section]:
    """What the bureau told of it."""
    other = ws.office_label(unit.recommended_by)
    return [
        Section("", [
            Line(f"{unit.state.label}（{unit.since.isoformat()}）", "办理情况"), Line(_title(ws, unit.form), "表"),
            Line(unit.credit_code, "信用代码"), Line(other, "推荐单位"),
        ]),
        Section("两地单位", [Line(f"在本地生产，由{other}推荐，本机不用再报。")]),
    ]


def _title(ws: Workspace, form_id: str) -> str:
    form = ws.pack.forms.get(form_id)
    return form.title if form is not None else form_id


def notice_words(words: NoticeWords, today: date) -> str:
    """The last notice, in one line above the page."""
    if words.deadline is None:
        return f"通知：{words.title}。"
    left = (words.deadline - today).days
    when = f"还有{left}天" if left > 0 else "今天截止" if left == 0 else "已过"
    return f"通知：{words.title}，{format_chinese(words.deadline)}前报送（{when}）。"


# The bureau's list

def bureau_words(lines: Sequence[OfficeLine]) -> str:
    """What the bureau has to do with its offices' files."""
    came = sum(1 for line in lines if line.last_number)
    lacking = sum(1 for line in lines if line.missing)
    due = sum(1 for line in lines if line.receipt_due)
    waiting = sum(line.waiting for line in lines)
    told = ((waiting, f"待审核{waiting}个单位"), (lacking, f"缺包{lacking}个"), (due, f"回执待发{due}个"))
    words = f"{came}个街镇、园区报来文件" if came else "还没有街镇、园区报来文件"
    return "；".join([words, *(text for count, text in told if count)]) + "。"


def office_row(line: OfficeLine, conflicts: int = 0) -> Row:
    """A row of the bureau's list; `conflicts`: how many forms of that office wait for a decision."""
    enrolled = Cell("已登记", "good") if line.is_enrolled else Cell("未登记", "plain")
    answered = "已发" if line.last_number else "通知已发"  # who sent nothing gets no receipt
    receipt = Cell("待发", "wait") if line.receipt_due else Cell(answered if line.last_answer_number else "")
    both = Cell(f"{conflicts}份", "bad", order=conflicts, tip="两边改得不一样，按“处理冲突”逐栏决定")
    return (
        line.label, enrolled, Cell(f"第{line.last_number}包" if line.last_number else "", order=line.last_number),
        local(line.last_received_at), Cell(log.missing_words(line.missing), "bad") if line.missing else Cell(""),
        both if conflicts else Cell("", order=0),
        _figure(line.units), _figure(line.waiting), _figure(line.returned), receipt,
    )


def _figure(count: int) -> Cell:
    return Cell(str(count) if count else "", order=count)


def office_sections(line: OfficeLine, files: Sequence[FileLine], conflicts: int = 0) -> list[Section]:
    """How the bureau stands with one office, and the last files to and fro."""
    if line.is_enrolled:
        enrolled = Line("已登记工作站", "登记")
    else:
        enrolled = Line("还没有登记。收到第一份文件时，打电话核对核对码后登记。", "登记", "wait")
    counted = (("待审核", line.waiting), ("退回", line.returned))
    units = "，".join([f"{line.units}个", *(f"{word}{count}个" for word, count in counted if count)])
    about = [enrolled, Line(units, "单位")]
    if conflicts:
        about.append(Line(f"{conflicts}份表两边改得不一样，请按“处理冲突”逐栏决定。", "冲突", "bad"))
    if line.last_number:
        about.append(Line(f"第{line.last_number}包，{local(line.last_received_at)}收到", "最近一包"))
    if line.missing:
        about.append(Line(f"{log.missing_words(line.missing)}，请对方补发。", "缺包", "bad"))
    if line.last_answer_number:
        about.append(Line(f"第{line.last_answer_number}号，{local(line.last_answer_at)}", "最近回执、通知"))
    if line.receipt_due:
        about.append(Line("有新的接收或审核结果，还没有告诉对方。", "回执", "wait"))
    return [Section("", about), Section("最近往来", [_told(file) for file in files[:8]])]


def _told(file: FileLine) -> Line:
    came = isinstance(file, InboxLine)
    moment = file.received_at if isinstance(file, InboxLine) else file.made_at
    words = f"{'收' if came else '发'}　{numbered(file.kind, file.number)}　{fate(file)}"
    return Line(words, local(moment)[:10], "note" if isinstance(file, InboxLine) and file.undone_at else "")


# Files to and fro

def moment_of(file: FileLine) -> datetime:
    """When a file came or went."""
    return file.received_at if isinstance(file, InboxLine) else file.made_at


def fate(file: FileLine) -> str:
    """What became of a file, in one sentence; a notice begins with what it announces."""
    if isinstance(file, OutboxLine):
        if not file.records:
            return "已写出，没有要确认的单位。"
        return f"{file.records}个单位，{'对方已回执确认' if file.confirmed else '对方还没有确认'}。"
    counts, mark, announced = file.sentence.partition(f"。{NOTICE_MARK}")
    title, end, rest = announced.partition("。")
    words = f"{NOTICE_MARK}{title}{end}{counts}。{rest}" if mark else file.sentence
    return f"已撤销（{local(file.undone_at)}）。{words}" if file.undone_at is not None else words


def file_row(file: FileLine) -> Row:
    """A row of the files to and fro."""
    if isinstance(file, InboxLine):
        way = Cell("撤销", "plain") if file.undone_at is not None else Cell("收", "good")
        other, who = file.sender_label, file.received_by
    else:
        way, other, who = Cell("发", "wait"), file.recipient_label, file.made_by
    return (
        way, local(moment_of(file)), Cell(numbered(file.kind, file.number), tip=file.file_name), other,
        file.check_code, fate(file), who,
    )


def file_sections(file: FileLine) -> list[Section]:
    """Everything that is known of a file."""
    came = isinstance(file, InboxLine)
    other = file.sender_label if isinstance(file, InboxLine) else file.recipient_label
    about = [
        Line(file.check_code, "核对码"), Line(file.file_name, "文件名"), Line(other, "来自" if came else "发给"),
        Line(local(moment_of(file)), "收到时间" if came else "做成时间"),
        Line(file.received_by if isinstance(file, InboxLine) else file.made_by, "经手人"),
    ]
    return [Section("", about), Section("结果", [Line(fate(file))])]


# Workstations

def peer_row(line: PeerLine) -> Row:
    """A row of the enrolled workstations."""
    return (
        line.label, line.name, line.key_name, local(line.enrolled_at), line.enrolled_by,
        Cell("已停用", "plain") if line.retired_at is not None else Cell("在用", "good"),
    )
