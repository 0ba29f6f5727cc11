"""What the list sets going: import, blank forms, printing, the query list and its screenshots, sample units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtWidgets import QDialog, QWidget

from core.domain.errors import GreenLadderError
from core.domain.records import RecordSummary
from core.services import bulk, drafts, evidence, importing, samples, templates
from core.services.bulk import FolderImport
from core.services.importing import Imported, ImportStatus
from core.services.printing import PrintKind, PrintRequest
from gui.dialogs.batch_print import BatchPrinting
from gui.dialogs.bound_book import preview_bound
from gui.dialogs.files import ask_files, ask_folder, ask_save_path, documents_folder, saving_folder
from gui.dialogs.letter import preview_letter
from gui.dialogs.messages import ask, tell, warn
from gui.dialogs.new_form import FormDialog
from gui.dialogs.printing import PrintJob, preview
from gui.dialogs.progress import run_with_progress
from gui.dialogs.results import ResultLine, ResultsDialog
from gui.session import Session
from gui.tasks import Progress, TaskRunner

T = TypeVar("T")

_WORKBOOKS: Final = "Excel文件 (*.xlsx *.xlsm *.xls *.et)"
_WORKBOOK: Final = "Excel文件 (*.xlsx)"
_IMAGES: Final = "图片和PDF (*.png *.jpg *.jpeg *.bmp *.webp *.pdf)"
IMAGE_SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".pdf"})


class UnitJobs:
    """Each method is one thing that a clerk asks for, from the question to the result shown."""

    def __init__(self, parent: QWidget, session: Session, runner: TaskRunner) -> None:
        self._parent = parent
        self._session = session
        self._runner = runner
        self._folder = documents_folder()
        self._batches = BatchPrinting(parent, session, runner)

    def begin(self) -> str | None:
        """新建: ask which form; returns the new record."""
        ws = self._session.workspace
        dialog = FormDialog("新建", "新建哪一种表？", tuple(ws.pack.forms.values()), self._parent)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return None
        opened = self._try(lambda: drafts.begin(ws, dialog.form_id), "不能新建")
        if opened is None:
            return None
        self._session.announce_all()
        return opened.record.id

    def import_files(self, paths: Sequence[Path] = ()) -> str | None:
        """Import workbooks, asking which when none are given; returns a record that the clerk wants to open."""
        ws = self._session.workspace
        chosen = tuple(paths) or ask_files(self._parent, "导入企业填好的Excel", self._folder, _WORKBOOKS)
        if not chosen:
            return None
        self._folder = chosen[0].parent

        def work(progress: Progress) -> tuple[Imported, ...]:
            return importing.import_workbooks(
                ws, chosen, progress=progress.report, cancelled=progress.is_cancelled
            )

        results = self._try(lambda: run_with_progress(self._parent, self._runner, "导入Excel", work), "导入中断")
        self._session.announce_all()
        if results is None:
            return None
        lines = [_line(result, result.path.name) for result in results]
        return self._show_results("导入结果", import_summary(results, len(chosen)), lines)

    def import_folder(self, folder: Path | None = None) -> str | None:
        """导入文件夹: every form of a folder, asking which when none is given; returns a record to open."""
        ws = self._session.workspace
        chosen = folder or ask_folder(self._parent, "导入哪个文件夹里的Excel表？（连同子文件夹）", self._folder)
        if chosen is None:
            return None
        self._folder = chosen

        def work(progress: Progress) -> FolderImport:
            return bulk.import_folder(ws, chosen, progress=progress.report, cancelled=progress.is_cancelled)

        done = self._try(lambda: run_with_progress(self._parent, self._runner, "导入文件夹", work), "没有导入")
        self._session.announce_all()
        if done is None:
            return None
        summary = f"{done.summary}\n{done.report_sentence}"
        lines = [_line(result, done.place_of(result)) for result in done.results]
        return self._show_results("导入结果", summary, lines, done.report)

    def take_in_screenshots(self, paths: Sequence[Path] = ()) -> str | None:
        """收截图: file query screenshots under their units by the code in their names."""
        ws = self._session.workspace
        chosen = tuple(paths) or ask_files(self._parent, "选择查询截图", self._folder, _IMAGES)
        if not chosen:
            return None
        self._folder = chosen[0].parent
        matches = self._try(
            lambda: run_with_progress(
                self._parent, self._runner, "收截图", lambda _progress: evidence.take_in_screenshots(ws, chosen)
            ),
            "没有收完",
        )
        self._session.announce_all()
        if matches is None:
            return None
        filed = sum(1 for m in matches if m.record_id and m.fields)
        lines = [ResultLine(_fate(m), m.path.name, m.sentence, m.record_id) for m in matches]
        bad = sum(1 for m in matches if m.trouble)
        summary = f"共{len(matches)}张截图，已归档{filed}张，没有归档{len(matches) - filed}张。"
        summary += f"已归档的有{bad}张打不开，请重新截图。" if bad else ""
        return self._show_results("收截图结果", summary, lines)

    def write_template(self) -> Path | None:
        """导出空白表: the Excel form that is sent to an enterprise."""
        ws = self._session.workspace
        dialog = FormDialog("导出空白表", "导出哪一种表？", tuple(ws.pack.forms.values()), self._parent)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return None
        form = ws.pack.form(dialog.form_id)
        out = ask_save_path(self._parent, "导出空白表", saving_folder() / f"{form.title}.xlsx", _WORKBOOK)
        if out is None:
            return None
        written = self._try(lambda: templates.write_template(ws.pack, form.id, out), "没有导出")
        if written is not None:
            tell(self._parent, "已导出", f"空白表已保存到：{written}\n发给企业填好后，用“导入Excel”收回。")
        return written

    def print_units(self, kind: PrintKind, units: Sequence[RecordSummary]) -> str | None:
        """Preview one product for the selected units; returns a record that the clerk wants to open."""
        if not units:
            tell(self._parent, "打印", "请先在列表中选中要打印的单位（按住Shift或Ctrl可以多选，Ctrl+A全选）。")
            return None
        if len(units) > 1:
            return self._batches.print_units(kind, units)
        title = f"{units[0].unit_name or '未填名称'}　{kind.label}"
        if kind is PrintKind.BOUND:
            preview_bound(self._parent, self._session, self._runner, units[0].id, title)
        else:
            preview(self._parent, self._session, self._runner, PrintJob(PrintRequest(kind, (units[0].id,)), title))
        return None

    def print_letter(self, units: Sequence[RecordSummary]) -> None:
        """推荐函: one letter for the selected units, or for all that are recommended."""
        preview_letter(self._parent, self._session, self._runner, record_ids=[u.id for u in units])

    def print_blank(self) -> None:
        """Preview the empty paper form."""
        forms = self._session.workspace.pack.forms
        dialog = FormDialog("打印空白表", "打印哪一种空白表？", tuple(forms.values()), self._parent)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            form = forms[dialog.form_id]
            job = PrintJob(PrintRequest(PrintKind.BLANK, form_id=form.id), f"{form.title}（空白）")
            preview(self._parent, self._session, self._runner, job)

    def print_query_list(self, units: Sequence[RecordSummary]) -> None:
        """查询清单: the selected units, or all that the list shows."""
        if not units:
            tell(self._parent, "查询清单", "列表里还没有单位，请先新建或导入。")
            return
        request = PrintRequest(PrintKind.QUERY_LIST, tuple(u.id for u in units))
        preview(self._parent, self._session, self._runner, PrintJob(request, f"查询清单（{len(units)}个单位）"))

    def delete(self, units: Sequence[RecordSummary]) -> None:
        """Take drafts out of the list, after asking."""
        if not units:
            return
        ws = self._session.workspace
        who = f"“{units[0].unit_name or '未填名称'}”" if len(units) == 1 else f"选中的{len(units)}份表"
        question = f"要从列表中删除{who}的草稿吗？修改历史会保留。"
        if not ask(self._parent, "删除草稿", question, "删除(&D)", loses=True):
            return
        problems = []
        for unit in units:
            try:
                drafts.delete_draft(ws, unit.id, changed_at=unit.updated_at)
            except GreenLadderError as error:
                problems.append(str(error))
        self._session.announce_all()
        if problems:
            warn(self._parent, "没有全部删除", "\n".join(problems[:8]))

    def load_samples(self) -> None:
        """装入示例."""
        ws = self._session.workspace
        added = self._try(
            lambda: run_with_progress(
                self._parent, self._runner, "装入示例单位", lambda _progress: samples.load_samples(ws), can_stop=False,
            ),
            "没有装入示例",
        )
        if added is not None:
            self._session.announce_all()

    def remove_samples(self) -> None:
        """清除示例: in one action, real units untouched."""
        ws = self._session.workspace
        question = "要清除全部示例单位吗？自己录入、导入的单位不受影响。"
        if not ask(self._parent, "清除示例", question, "清除(&E)", loses=True):
            return
        removed = self._try(lambda: samples.remove_samples(ws), "没有清除")
        if removed is not None:
            self._session.announce_all()

    def _show_results(
        self, title: str, summary: str, lines: Sequence[ResultLine], report: Path | None = None
    ) -> str | None:
        dialog = ResultsDialog(title, summary, lines, self._parent, report=report)
        dialog.exec()
        chosen = dialog.chosen_record
        dialog.deleteLater()
        return chosen

    def _try(self, work: Callable[[], T], title: str) -> T | None:
        try:
            return work()
        except GreenLadderError as error:
            warn(self._parent, title, str(error))
            return None


def _fate(match: evidence.ScreenshotMatch) -> str:
    if match.trouble:
        return "打不开"
    return "已归档" if match.fields else "没有归档"


def _line(result: Imported, shown_as: str) -> ResultLine:
    return ResultLine(result.status.label, shown_as, result.sentence, result.record_id, result.marked)


def import_summary(results: Sequence[Imported], chosen: int) -> str:
    """One sentence over all files."""
    counts = Counter(r.status for r in results)
    stored = sum(1 for r in results if r.record_id)
    text = f"共{chosen}个文件，存入{stored}个"
    if counts[ImportStatus.MARKED]:
        text += f"，有错已标注{counts[ImportStatus.MARKED]}个"
    if counts[ImportStatus.REFUSED]:
        text += f"，没有导入{counts[ImportStatus.REFUSED]}个"
    if len(results) < chosen:
        text += f"，停止后未处理{chosen - len(results)}个"
    return f"{text}。"
