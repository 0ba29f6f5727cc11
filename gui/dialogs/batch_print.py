"""成批打印: one product for many units, as one PDF or as a file for each; what could not be printed is told last."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from core.domain.enums import Eligibility
from core.domain.errors import CancelledError, GreenLadderError
from core.domain.records import RecordSummary
from core.services.printing import PrintKind
from core.services.products.batch import BATCH_KINDS, BatchResult, names_taken, print_batch
from gui.dialogs.files import ask_folder, keep_saving_folder, saving_folder
from gui.dialogs.messages import choose, tell, warn
from gui.dialogs.print_memory import PrintMemory
from gui.dialogs.printing import show_pdf
from gui.dialogs.progress import run_with_progress
from gui.dialogs.results import ResultLine, ResultsDialog
from gui.session import Session
from gui.tasks import Progress, TaskRunner

_NAMELESS: Final = "未填名称"
_MOST_UNITS: Final = 2000
_MOST_NAMED: Final = 3
_KEEP: Final = 0


class BatchDialog(QDialog):
    """Which product, and whether into one PDF or a file for each unit."""

    def __init__(self, kind: PrintKind, units: Sequence[RecordSummary], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("成批打印")
        self.setMinimumWidth(460)
        self._units = units
        self.kind_box = QComboBox(self)
        self.kind_box.setAccessibleName("打印什么")
        for each in BATCH_KINDS:
            self.kind_box.addItem(each.label, each.value)
        self.one_button = QRadioButton("合成一个PDF，预览后打印或保存(&O)", self)
        self.folder_button = QRadioButton("每家一个文件，存到文件夹(&F)", self)
        self._note = QLabel(self)
        self._note.setWordWrap(True)
        self._note.setProperty("role", "note")
        self._note.setMinimumHeight(self._note.fontMetrics().lineSpacing() * 2)
        self.one_button.setChecked(True)
        self._lay_out()
        self.kind_box.currentIndexChanged.connect(lambda _index: self._adapt())
        self.kind_box.setCurrentIndex(self.kind_box.findData(kind.value))
        self._adapt()

    @property
    def kind(self) -> PrintKind:
        """The product."""
        return PrintKind(self.kind_box.currentData())

    @property
    def separately(self) -> bool:
        """True for a file for each unit."""
        return self.folder_button.isChecked()

    def _lay_out(self) -> None:
        heading = QLabel(f"{len(self._units)}份表，按列表中的顺序打印。", self)
        heading.setProperty("role", "title")
        label = QLabel("打印什么(&K)：", self)
        label.setBuddy(self.kind_box)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.kind_box, 1)
        begin, leave = QPushButton("开始(&S)", self), QPushButton("取消(&C)", self)
        begin.setDefault(True)
        begin.clicked.connect(self.accept)
        leave.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(begin)
        buttons.addWidget(leave)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(heading)
        layout.addLayout(row)
        layout.addWidget(self.one_button)
        layout.addWidget(self.folder_button)
        layout.addWidget(self._note)
        layout.addLayout(buttons)

    def _adapt(self) -> None:
        """A bound book is always a file of its own; a sheet that is not official yet says so on paper."""
        is_bound = self.kind is PrintKind.BOUND
        self.one_button.setEnabled(not is_bound)
        if is_bound:
            self.folder_button.setChecked(True)
        real = [unit for unit in self._units if not unit.is_sample]
        unready = sum(u.eligibility != Eligibility.ELIGIBLE or u.open_count > 0 for u in real)
        notes = []
        if self.kind is PrintKind.RECOMMENDATION and unready:
            notes.append(f"其中{unready}份还没有通过校核或还有问题没有说明，推荐表印出来带“草稿”字样。")
        if is_bound:
            notes.append("合订本每家一个文件，可以直接上传。")
        if len(real) < len(self._units):
            notes.append(f"示例单位{len(self._units) - len(real)}份，印出来带“示例”字样。")
        self._note.setText("\n".join(notes))


class BatchPrinting:
    """One printing for many units, from the question to what became of it."""

    def __init__(self, parent: QWidget, session: Session, runner: TaskRunner) -> None:
        self._parent, self._session, self._runner = parent, session, runner

    def print_units(self, kind: PrintKind, units: Sequence[RecordSummary]) -> str | None:
        """Ask, print and show; returns a record that the clerk wants to open next."""
        if len(units) > _MOST_UNITS:
            tell(self._parent, "成批打印", f"选中了{len(units)}份，一次最多打印{_MOST_UNITS}份，请分几次打印。")
            return None
        dialog = BatchDialog(kind, units, self._parent)
        is_wanted = dialog.exec() == QDialog.DialogCode.Accepted
        kind, separately = dialog.kind, dialog.separately
        dialog.deleteLater()
        if not is_wanted:
            return None
        return self._into_folder(kind, units) if separately else self._into_one(kind, units)

    def _into_one(self, kind: PrintKind, units: Sequence[RecordSummary]) -> str | None:
        title = f"{kind.label}（{len(units)}家）"
        with tempfile.TemporaryDirectory(prefix="greenladder-") as folder:
            pdf = Path(folder) / "preview.pdf"
            done = self._run(kind, units, pdf, separately=False, replaces=False)
            if done is None:
                return None
            if done.files:
                notices = (*self._failed_in_short(done), *done.notices)
                show_pdf(
                    self._parent, self._runner, title, pdf, notices=notices, starts=done.starts,
                    memory=PrintMemory(self._session.workspace.folder),
                )
        return self._show_results(kind, units, done, None) if done.failed else None

    def _into_folder(self, kind: PrintKind, units: Sequence[RecordSummary]) -> str | None:
        folder = ask_folder(self._parent, f"{len(units)}份{kind.label}存到哪个文件夹？", saving_folder())
        if folder is None:
            return None
        keep_saving_folder(folder)
        taken = names_taken(self._session.workspace, kind, [u.id for u in units], folder)
        way = _KEEP if not taken else choose(
            self._parent, "已有同名文件",
            f"文件夹里已有{len(taken)}个同名文件（{_named(taken)}）。替换它们，还是保留原文件、新文件名加上序号？",
            "保留，加序号(&K)", "替换(&R)",
        )
        if way is None:
            return None
        done = self._run(kind, units, folder, separately=True, replaces=way != _KEEP)
        return None if done is None else self._show_results(kind, units, done, folder)

    def _run(
        self, kind: PrintKind, units: Sequence[RecordSummary], out: Path, *, separately: bool, replaces: bool
    ) -> BatchResult | None:
        def work(progress: Progress) -> BatchResult:
            def tell_how_far(done: int, total: int, name: str) -> None:
                progress.name(name)
                progress.report(done, total)

            return print_batch(
                self._session.workspace, kind, [u.id for u in units], out, separately=separately, replaces=replaces,
                progress=tell_how_far, cancelled=progress.is_cancelled,
            )

        try:
            return run_with_progress(self._parent, self._runner, f"成批打印{kind.label}", work)
        except CancelledError:
            tell(self._parent, "已停止", "已停止打印，没有留下文件。")
        except GreenLadderError as error:
            warn(self._parent, "没有打印", str(error))
        return None

    def _failed_in_short(self, done: BatchResult) -> Sequence[str]:
        if not done.failed:
            return ()
        names = _named([failure.unit for failure in done.failed])
        return (f"有{len(done.failed)}家没有打印：{names}。关闭预览后逐家说明原因。",)

    def _show_results(
        self, kind: PrintKind, units: Sequence[RecordSummary], done: BatchResult, folder: Path | None
    ) -> str | None:
        lines = [ResultLine("没有打印", f.unit, f.sentence, f.record_id) for f in done.failed]
        lines += [ResultLine("请核对", "", sentence) for sentence in done.notices]
        if folder is not None:
            lines += [ResultLine("已生成", path.name, f"已存到{folder}", None, path) for path in done.files]
        told = f"共{len(units)}份，已打印{done.printed}份{kind.label}，共{done.pages}页"
        failed = f"；没有打印{len(done.failed)}份" if done.failed else ""
        dialog = ResultsDialog("成批打印", f"{told}{failed}。{done.marked}", lines, self._parent)
        dialog.exec()
        chosen = dialog.chosen_record
        dialog.deleteLater()
        return chosen


def _named(names: Sequence[str]) -> str:
    shown = "、".join(name or _NAMELESS for name in names[:_MOST_NAMED])
    return f"{shown}等" if len(names) > _MOST_NAMED else shown
