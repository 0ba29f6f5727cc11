"""What a clerk does with an annual report, each from the question to what was done."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QWidget

from core.domain.enums import REPORT_FORM, RecordState
from core.domain.values import Stored
from core.services import drafts
from core.services.drafts import OpenForm
from core.services.library import reports, sheets
from core.services.library.members import kind_label, kinds
from core.services.printing import PrintKind, PrintRequest
from gui.dialogs.files import ask_save_path, safe_name, saving_folder
from gui.dialogs.form_dialog import Field, FieldKind, Values, ask_fields
from gui.dialogs.messages import ask, tell
from gui.dialogs.printing import PrintJob, preview
from gui.dialogs.steps import Steps
from gui.pages.reports.lines import ReportLine
from gui.session import Session
from gui.tasks import TaskRunner

_WORKBOOK: Final = "Excel文件 (*.xlsx)"


class ReportSteps(Steps):
    """Refusals are told as they come; every change is announced."""

    def __init__(self, parent: QWidget, session: Session, runner: TaskRunner) -> None:
        super().__init__(parent, session)
        self._runner = runner

    def open(self, line: ReportLine) -> str | None:
        """The line's report, begun where there is none: its record."""
        if line.record_id is not None:
            return line.record_id
        membership_id = line.membership_id
        if membership_id is None:
            return None
        opened = self._try(lambda: reports.begin_report(self._ws, membership_id, line.year), "不能填报")
        if opened is None:
            return None
        self._session.announce_library()
        return opened.record.id

    def begin_blank(self, year: int) -> str | None:
        """新建 of an office, which holds no library to carry forward from."""
        ws, made = self._ws, []
        station = ws.station
        given: dict[str, Stored] = {"office": station.office} if station is not None and station.office else {}
        ways = [(kind_label(ws, kind), kind) for kind in kinds(ws)]

        def submit(v: Values) -> None:
            made.append(drafts.begin(ws, REPORT_FORM, {**given, "unit_kind": v["kind"], "data_year": v["year"]}))

        done = ask_fields(
            self._parent, "新建动态管理表",
            (
                Field("kind", "单位类别(&K)", FieldKind.CHOICE, required=True, choices=ways, value=ways[0][1]),
                Field("year", "报告年度(&Y)", FieldKind.NUMBER, required=True, value=year, whole=True, least=2015,
                      most=year + 1),
            ),
            ok="新建(&N)", submit=submit,
        )
        if done is None:
            return None
        self._session.announce_library()
        return made[0].record.id

    def file(self, line: ReportLine) -> bool:
        """上报: the day on which it came in, today unless it lay on the desk."""
        record_id, today = line.record_id, self._ws.clock.today()
        if record_id is None:
            return False
        late = "" if today <= line.due_on else f"应报日期是{line.due_on}，在这一天以后收到的算迟报。"
        return self._done(ask_fields(
            self._parent, "登记上报",
            (Field("on", "收到日期(&D)", FieldKind.DATE, required=True, value=today, latest=today),),
            intro=f"登记“{line.unit_name}”{line.year}年度动态管理表已上报，登记后锁定。{late}", ok="登记上报(&R)",
            submit=lambda v: reports.file_report(self._ws, record_id, v["on"]),
        ))

    def accept(self, line: ReportLine) -> bool:
        """审核通过: its figures become next year's 上年数."""
        record_id = line.record_id
        question = f"“{line.unit_name}”{line.year}年度动态管理表审核通过吗？通过后不能再修改，数据作为下一年的上年数。"
        if record_id is None or not ask(self._parent, "审核通过", question, "审核通过(&A)"):
            return False
        return self._done(self._try(lambda: reports.accept_report(self._ws, record_id), "不能审核"))

    def send_back(self, line: ReportLine) -> bool:
        """退回 with a reason."""
        record_id = line.record_id
        if record_id is None:
            return False
        return self._done(ask_fields(
            self._parent, "退回",
            (Field("reason", "退回原因(&R)", FieldKind.MEMO, required=True, hint="写明要改哪些栏、怎么改"),),
            intro=f"“{line.unit_name}”{line.year}年度动态管理表退回后可以修改，改好后再上报；第一次上报的日期不变。",
            ok="退回(&T)", submit=lambda v: reports.return_report(self._ws, record_id, v["reason"]),
        ))

    def withdraw(self, line: ReportLine) -> bool:
        """撤回 a report that was handed in by mistake: it then counts as not handed in."""
        record_id = line.record_id
        question = f"撤回“{line.unit_name}”{line.year}年度动态管理表的上报吗？撤回后可以修改，要重新登记上报日期。"
        if record_id is None or not ask(self._parent, "撤回上报", question, "撤回(&W)", loses=True):
            return False
        return self._done(self._try(lambda: drafts.withdraw(self._ws, record_id), "不能撤回"))

    def look(self, line: ReportLine) -> OpenForm | None:
        """The report as it stands, with its verdict; None while nobody began it."""
        record_id = line.record_id
        return None if record_id is None else self._try(lambda: drafts.open_form(self._ws, record_id), "不能打开")

    def returned_why(self, record_id: str) -> str:
        """The reason with which a report went back last; empty when it did not."""
        told = [e.detail for e in drafts.events(self._ws, record_id) if e.kind == RecordState.RETURNED.value]
        return told[-1] if told else ""

    # 催报名单

    def print_reminder(self, year: int, office: str | None) -> None:
        """Preview the list of those that are late or missing."""
        if self._nobody_owes(year, office):
            return
        job = PrintJob(PrintRequest(PrintKind.REMINDER, year=year, office=office), self._title(year, office))
        preview(self._parent, self._session, self._runner, job)

    def export_reminder(self, year: int, office: str | None) -> Path | None:
        """Write the list as an Excel workbook; returns where."""
        if self._nobody_owes(year, office):
            return None
        suggested = saving_folder() / f"{safe_name(self._title(year, office))}.xlsx"
        out = ask_save_path(self._parent, "催报名单导出Excel", suggested, _WORKBOOK)
        if out is None:
            return None
        written = self._try(lambda: sheets.export_reminder(self._ws, out, year, office=office), "没有导出")
        if written is not None:
            tell(self._parent, "已导出", f"已保存到：{written}")
        return written

    def _nobody_owes(self, year: int, office: str | None) -> bool:
        if any(office in (None, s.membership.office) for s in reports.reminder(self._ws, year)):
            return False
        tell(self._parent, "催报名单", f"{year}年度动态管理表都已按时上报，没有要催报的单位。")
        return True

    def _title(self, year: int, office: str | None) -> str:
        where = f"　{self._ws.office_label(office)}" if office else ""
        return f"{year}年度动态管理表催报名单{where}"
