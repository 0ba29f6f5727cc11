"""The steps of a recommendation, each from the question to the result: check, explain, recommend, print."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QWidget

from core.domain.enums import REPORT_FORM
from core.domain.errors import EditedElsewhereError, GreenLadderError
from core.domain.values import Answers
from core.services import drafts, elsewhere, evidence, templates
from core.services.drafts import OpenForm
from core.services.forms import clause_texts
from core.services.library import reports
from core.services.printing import PrintKind, PrintRequest
from gui.dialogs.bound_book import preview_bound
from gui.dialogs.check_date import CheckDateDialog
from gui.dialogs.explain import ExplainDialog
from gui.dialogs.files import ask_files, ask_save_path, documents_folder, safe_name, saving_folder
from gui.dialogs.history import HistoryDialog
from gui.dialogs.messages import ask, tell, warn
from gui.dialogs.printing import PrintJob, preview
from gui.pages.editor.history_lines import field_label, history_lines
from gui.session import Session
from gui.tasks import TaskRunner

T = TypeVar("T")

_EVIDENCE_FILES: Final = "图片、PDF和文档 (*.pdf *.png *.jpg *.jpeg *.bmp *.webp *.docx *.xlsx *.zip);;所有文件 (*)"
_WORKBOOK: Final = "Excel文件 (*.xlsx)"


class Steps:
    """Every method returns the record's new state, or None when nothing changed."""

    def __init__(self, parent: QWidget, session: Session, runner: TaskRunner) -> None:
        self._parent = parent
        self._session = session
        self._runner = runner
        self._folder = documents_folder()

    def check(self, opened: OpenForm) -> OpenForm | None:
        """校核, as of a day that the clerk chooses."""
        dialog = CheckDateDialog(opened.verdict.as_of, self._session.workspace.clock.today(), self._parent)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return None
        return self.look(opened.record.id, dialog.chosen)

    def look(self, record_id: str, as_of: date | None) -> OpenForm | None:
        """The record as of a day, by default as it is opened."""
        return self._try(lambda: drafts.open_form(self._session.workspace, record_id, as_of), "不能校核")

    def explain(self, opened: OpenForm, rule: str) -> OpenForm | None:
        """写情况说明 on one finding."""
        finding = opened.verdict.finding(rule)
        if finding is None:
            return None
        if opened.is_locked:
            tell(self._parent, "写情况说明", "这份表已经推荐，要改情况说明请先撤回。")
            return None
        clause = clause_texts(self._session.workspace.pack).get(finding.clause, "")
        ws, done, shown = self._session.workspace, list[OpenForm](), opened

        def save(text: str) -> str:
            """Why it is not saved; the dialog stays open over what was written."""
            nonlocal shown
            try:
                done.append(drafts.explain(ws, opened.record.id, rule, text, shown=shown))
            except EditedElsewhereError as error:
                shown = drafts.open_form(ws, opened.record.id)  # told now: saving once more is the clerk's choice
                return f"{str(error).removesuffix('请选用哪一个。')}再按“保存说明”就用您写的，对方写的留在修改历史里。"
            except GreenLadderError as error:
                return str(error)
            return ""

        dialog = ExplainDialog(finding, clause, save, self._parent)
        dialog.exec()
        dialog.deleteLater()
        return self._announced(done[0] if done else None)

    def recommend(self, opened: OpenForm) -> OpenForm | None:
        """推荐: lock the record. An annual report is handed in 上报."""
        if opened.form.id == REPORT_FORM:
            return self._file(opened)
        ws, record_id = self._session.workspace, opened.record.id
        current = self._try(lambda: drafts.open_form(ws, record_id), "不能推荐")
        if current is None or self._has_moved_on(opened, "推荐"):
            return None
        refusal = drafts.why_not(current.verdict)
        if refusal and not current.is_locked:
            warn(self._parent, "还不能推荐", refusal)
            return None
        name = current.record.unit_name
        question = f"推荐“{name}”后，这份表会锁定，要修改须先撤回。\n校核编号：{current.verdict.number}"
        foreign = drafts.foreign_sentence(ws, current.record)
        warning = f"{foreign}\n不能随本单位的报送包上报，也不能写进本单位的推荐函。仍要推荐吗？\n\n" if foreign else ""
        if not ask(self._parent, "推荐", warning + question, "推荐(&R)", loses=bool(foreign)):
            return None
        return self._announced(self._try(lambda: drafts.recommend(ws, record_id, shown=current.record), "不能推荐"))

    def _file(self, opened: OpenForm) -> OpenForm | None:
        """上报 today; a report that came on paper on another day is registered in 动态管理."""
        ws, record_id = self._session.workspace, opened.record.id
        name = opened.record.unit_name
        if self._has_moved_on(opened, "上报"):
            return None
        if not ask(self._parent, "上报", f"上报“{name}”的动态管理表后，这份表会锁定。", "上报(&R)"):
            return None
        return self._announced(self._try(lambda: reports.file_report(ws, record_id), "还不能上报"))

    def last_year(self, opened: OpenForm) -> Answers:
        """What an annual report took over from last year; empty for other forms."""
        ws, record_id = self._session.workspace, opened.record.id
        if opened.form.id != REPORT_FORM:
            return {}
        return self._try(lambda: reports.carried(ws, record_id), "不能对照上年") or {}

    def offer_sheet(self, opened: OpenForm) -> None:
        """After 推荐: the sheet wants to be signed and sealed; an annual report has none."""
        if opened.form.id == REPORT_FORM:
            return
        told = f"“{opened.record.unit_name}”已推荐。现在预览推荐表，打印后签字盖章吗？"
        if ask(self._parent, "已推荐", told, "预览推荐表(&P)", "以后再说(&L)"):
            self.show_print(opened, PrintKind.RECOMMENDATION)

    def withdraw(self, opened: OpenForm) -> OpenForm | None:
        """撤回: open the record for editing again."""
        if self._has_moved_on(opened, "撤回"):
            return None
        ws, record_id = self._session.workspace, opened.record.id
        question = f"撤回“{opened.record.unit_name}”的推荐吗？撤回后可以修改，已打印的推荐表作废。"
        if opened.form.id == REPORT_FORM:
            question = f"撤回“{opened.record.unit_name}”的上报吗？撤回后可以修改，要重新上报。"
        if not ask(self._parent, "撤回", question, "撤回(&W)"):
            return None
        return self._announced(self._try(lambda: drafts.withdraw(ws, record_id), "不能撤回"))

    def _has_moved_on(self, opened: OpenForm, title: str) -> bool:
        """True, after saying so, when somebody else gave the record another state than the page shows."""
        ws, record_id = self._session.workspace, opened.record.id
        current = self._try(lambda: ws.store.get(record_id), f"不能{title}")
        if current is not None and current.state is not opened.record.state:
            who = elsewhere.by_whom(ws, record_id)
            tell(self._parent, title, f"这份表在别处改成了“{current.state.label}”{who}。页面已经刷新，请看现在的状态。")
        return current is None or current.state is not opened.record.state

    def show_print(self, opened: OpenForm, kind: PrintKind) -> None:
        """Preview a printed product of this record."""
        title = f"{opened.record.unit_name or '未填名称'}　{kind.label}"
        job = PrintJob(PrintRequest(kind, (opened.record.id,), as_of=opened.verdict.as_of), title)
        preview(self._parent, self._session, self._runner, job)

    def bind(self, opened: OpenForm) -> None:
        """合订本: the form and its evidence as one PDF, shown before it is saved or printed."""
        title = f"{opened.record.unit_name or '未填名称'}　{PrintKind.BOUND.label}"
        preview_bound(self._parent, self._session, self._runner, opened.record.id, title, opened.verdict.as_of)

    def show_history(self, opened: OpenForm, field: str) -> None:
        """谁改的: every change, the present field's first."""
        ws = self._session.workspace
        lines = self._try(lambda: history_lines(ws, opened), "不能查看历史")
        if lines is not None:
            title = f"修改历史　{opened.record.unit_name or '未填名称'}"
            dialog = HistoryDialog(title, lines, field_label(opened.form, field) if field else "", self._parent)
            dialog.exec()
            dialog.deleteLater()

    def export(self, opened: OpenForm) -> Path | None:
        """导出Excel: the form with its answers, for the enterprise to complete."""
        name = safe_name(f"{opened.record.unit_name or '未填名称'}　{opened.form.title}")
        out = ask_save_path(self._parent, "导出Excel", saving_folder() / f"{name}.xlsx", _WORKBOOK)
        if out is None:
            return None
        written = self._try(lambda: templates.write_filled(self._session.workspace.pack, opened, out), "没有导出")
        if written is not None:
            tell(self._parent, "已导出", f"已保存到：{written}")
        return written

    def attach(self, opened: OpenForm, path: str, files: Sequence[Path] = ()) -> OpenForm | None:
        """附佐证材料: the given files, or those that the clerk chooses."""
        chosen = tuple(files) or ask_files(self._parent, "选择佐证材料", self._folder, _EVIDENCE_FILES)
        if not chosen:
            return None
        if len(chosen) > 1:
            warn(self._parent, "佐证材料", "这一栏放一个文件。多页材料请先合成一个PDF，再附上。")
            return None
        self._folder = chosen[0].parent
        ws, record_id = self._session.workspace, opened.record.id
        attached = self._announced(self._try(
            lambda: evidence.attach(ws, record_id, path, chosen[0], shown=opened.record.answers), "没有附上"
        ))
        trouble = evidence.trouble_with(chosen[0]) if attached is not None else ""
        if trouble:
            warn(self._parent, "佐证材料打不开", trouble)
        return attached

    def detach(self, opened: OpenForm, path: str) -> OpenForm | None:
        """Take the file off a field, after asking."""
        if not ask(self._parent, "移除佐证材料", "要把这份佐证材料从表中移除吗？", "移除(&R)"):
            return None
        ws, record_id = self._session.workspace, opened.record.id
        return self._announced(self._try(
            lambda: evidence.detach(ws, record_id, path, shown=opened.record.answers), "没有移除"
        ))

    def show_evidence(self, opened: OpenForm, evidence_id: str) -> None:
        """Open the file with the program that the PC has for it."""
        ws, record_id = self._session.workspace, opened.record.id
        path = self._try(lambda: evidence.evidence_path(ws, record_id, evidence_id), "不能打开")
        if path is not None and not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            tell(self._parent, "不能打开", f"这台电脑没有能打开它的程序。文件在：{path}")

    def _announced(self, opened: OpenForm | None) -> OpenForm | None:
        if opened is not None:
            self._session.announce(opened.record.id)
        return opened

    def _try(self, work: Callable[[], T], title: str) -> T | None:
        try:
            return work()
        except GreenLadderError as error:
            warn(self._parent, title, str(error))
            return None
