"""接收、撤销、处理冲突: from the file to the sentence about every unit in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QDialog, QWidget

from core.domain.calendar import format_chinese
from core.domain.enums import Role
from core.domain.errors import GreenLadderError, PasswordNeededError
from core.services import drafts, packs
from core.services.exchange import conflicts, receiving, trust, undoing
from core.services.exchange.model import FileFacts, Inspection, Outcome, Preview, Received, Trust
from gui.dialogs.ask_password import ask_password
from gui.dialogs.conflict import ConflictDialog
from gui.dialogs.enrol_station import EnrolDialog
from gui.dialogs.files import ask_files, ask_save_path, documents_folder, safe_name
from gui.dialogs.messages import ask, tell, warn
from gui.dialogs.pack_migration import PackMigrationDialog
from gui.dialogs.progress import run_with_progress
from gui.dialogs.receive_preview import NOTICE_MARK, ReceivePreviewDialog, numbered
from gui.dialogs.received import FileResult, ReceivedDialog
from gui.dialogs.steps import Steps
from gui.pages.exchange.common import LastFolder, in_parts
from gui.session import Session
from gui.tasks import Progress, TaskRunner

_FILES: Final = "绿阶的文件 (*.zip)"
_WORKBOOK: Final = "Excel文件 (*.xlsx)"


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file that could be opened and whose sender is enrolled."""

    path: Path
    password: str
    facts: FileFacts


@dataclass(frozen=True, slots=True)
class ReceiveOutcome:
    """What came from whom, and what the clerk wants next: a record to open, offices to write a receipt to."""

    record_id: str | None = None
    receipts_for: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()


class ReceiveSteps(Steps):
    """What comes into this workstation."""

    def __init__(self, parent: QWidget, session: Session, runner: TaskRunner) -> None:
        super().__init__(parent, session)
        self._runner = runner
        self.last = LastFolder(session.workspace)

    def receive(self, paths: Sequence[Path] = ()) -> ReceiveOutcome:
        """接收 one file or several, asking which when none are given; each sender's in the order of their numbers."""
        begin = self.last.path or documents_folder()
        chosen = tuple(paths) or ask_files(self._parent, "接收文件", begin, _FILES)
        if not chosen:
            return ReceiveOutcome()
        self.last.keep(chosen[0].parent)
        opened = [found for path in chosen if (found := self._open(path)) is not None]
        results = [found for found in opened if isinstance(found, FileResult)]
        files = [found for found in opened if isinstance(found, _Opened)]
        for file in sorted(files, key=lambda f: (f.facts.sender_label, f.facts.number)):
            result = self._take(file)
            if result is not None:
                results.append(result)
        if any(result.received is not None for result in results):
            self._session.announce_library()
        return self._tell(results)

    # One file

    def _open(self, path: Path) -> _Opened | FileResult | None:
        """Look at a file, ask for its password and enrol its sender where needed; None when the clerk gave up."""
        try:
            found = self._inspect(path)
            if found is None:
                return None
            inspection, password = found
            if inspection.facts.trust is Trust.STRANGER:
                if not self._enrol(path, password, inspection.facts):
                    return None
                inspection = receiving.inspect(self._ws, path, password)
        except GreenLadderError as error:
            return FileResult(path, None, str(error))
        if inspection.problems:
            return FileResult(path, None, "".join(inspection.problems))
        return _Opened(path, password, inspection.facts)

    def _inspect(self, path: Path) -> tuple[Inspection, str] | None:
        password: str | None = ""
        while password is not None:
            try:
                found = self._look(path, password)
            except PasswordNeededError as error:
                password = ask_password(self._parent, path.name, str(error) if password else "")
            else:
                return found, password
        return None

    def _look(self, path: Path, password: str) -> Inspection:
        def work(_progress: Progress) -> Inspection:
            return receiving.inspect(self._ws, path, password)

        return run_with_progress(self._parent, self._runner, "正在查验", work)

    def _enrol(self, path: Path, password: str, facts: FileFacts) -> bool:
        dialog = EnrolDialog(
            facts, lambda code: trust.enrol(self._ws, path, code, password=password), self._parent
        )
        done = dialog.exec() == QDialog.DialogCode.Accepted
        dialog.deleteLater()
        if done:
            self._session.announce_library()
        return done

    def _take(self, file: _Opened) -> FileResult | None:
        """Preview a file, let the clerk decide, receive it; None when it was left."""
        ws = self._ws

        def look(progress: Progress) -> Preview:
            return receiving.preview(
                ws, file.path, password=file.password, progress=in_parts(progress), cancelled=progress.is_cancelled
            )

        try:
            preview = run_with_progress(self._parent, self._runner, "正在对照", look, counts=False)
            if preview.is_repeat:
                said = f"{preview.facts.sender_label}的{numbered(preview.facts.kind, preview.facts.number)}已经收过"
                return FileResult(file.path, None, f"{said}，本机没有任何变化。", is_repeat=True)
            return self._decide(file, preview)
        except GreenLadderError as error:
            return FileResult(file.path, None, str(error))

    def _decide(self, file: _Opened, preview: Preview) -> FileResult | None:
        ws = self._ws
        dialog = ReceivePreviewDialog(preview, self._parent)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        choices, skip = dict(dialog.choices), set(dialog.skip)
        dialog.deleteLater()
        if not accepted:
            return None

        def work(progress: Progress) -> Received:
            return receiving.receive(
                ws, file.path, password=file.password, choices=choices, skip=skip,
                progress=in_parts(progress), cancelled=progress.is_cancelled,
            )

        received = run_with_progress(self._parent, self._runner, "正在接收", work, counts=False)
        return FileResult(file.path, received, _told(preview, received))

    # Afterwards

    def _tell(self, results: Sequence[FileResult]) -> ReceiveOutcome:
        if not results:
            return ReceiveOutcome()
        if len(results) == 1 and results[0].received is None:
            result = results[0]
            (tell if result.is_repeat else warn)(
                self._parent, "已经收过" if result.is_repeat else "没有接收", f"{result.path.name}：{result.sentence}"
            )
            return ReceiveOutcome()
        station = self._ws.station
        is_bureau = station is not None and station.role is Role.BUREAU
        dialog = ReceivedDialog(results, self._parent, save_report=self.save_report, offers_receipt=is_bureau)
        dialog.exec()
        record_id, wants = dialog.chosen_record, dialog.wants_receipt
        undecided = dialog.conflicts if dialog.wants_settling else ()
        dialog.deleteLater()
        self.settle(undecided)
        for result in results:
            if result.received is not None and result.received.offered_pack:
                record_id = self._offer_pack(result.received.offered_pack) or record_id
        senders = tuple(sorted({r.received.facts.sender.office for r in results if r.received is not None}))
        return ReceiveOutcome(record_id, senders if wants else (), senders)

    def _offer_pack(self, digest: str) -> str | None:
        """A notice brought a newer policy pack: show what it means for open forms, put it in use if the clerk wishes.

        Gives a form that is to be opened next.
        """
        ws = self._ws
        found = self._try(lambda: packs.preview(ws, digest), "政策包不能启用")
        if found is None:
            return None
        dialog = PackMigrationDialog(found, self._parent, may_activate=True)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        record_id = dialog.chosen_record
        dialog.deleteLater()
        wanted = accepted and record_id is None
        if wanted and self._try(lambda: packs.activate(ws, digest), "政策包没有启用") is not None:
            self._session.announce_station()  # every page is built anew, under the new pack
        return record_id

    def save_report(self, inbox_id: int) -> Path | None:
        """接收情况表 as an Excel workbook; returns where."""
        suggested = (self.last.path or documents_folder()) / f"{safe_name(f'接收情况表{inbox_id}')}.xlsx"
        out = ask_save_path(self._parent, "接收情况表", suggested, _WORKBOOK)
        if out is None:
            return None
        written = self._try(lambda: receiving.write_report(self._ws, inbox_id, out), "没有写成")
        if written is not None:
            tell(self._parent, "已写成", f"接收情况表已保存到：{written}")
        return written

    def undo(self) -> bool:
        """撤销上次接收, after asking."""
        line = self._try(lambda: undoing.last(self._ws), "不能撤销")
        if line is None:
            tell(self._parent, "撤销上次接收", "没有可以撤销的接收。")
            return False
        obstacle = undoing.obstacle(self._ws)
        if obstacle:
            warn(self._parent, "不能撤销", obstacle)
            return False
        what = f"{line.sender_label}的{numbered(line.kind, line.number)}（{line.file_name}）"
        question = f"要撤销上次接收的{what}吗？本机的内容会回到接收之前的样子，文件以后可以再收。"
        if not ask(self._parent, "撤销上次接收", question, "撤销(&U)", loses=True):
            return False
        return self._done(self._try(lambda: undoing.undo(self._ws), "没有撤销"))

    def settle(self, record_ids: Collection[str]) -> bool:
        """处理冲突 of these records, one field after the other; True when something was decided."""
        settled = 0
        for record_id in record_ids:
            found = self._try(partial(conflicts.open_conflicts, self._ws, record_id), "不能处理")
            if not found:
                continue
            name = drafts.open_form(self._ws, record_id).record.unit_name or "未填名称"
            dialog = ConflictDialog(name, found, partial(conflicts.settle, self._ws, record_id), self._parent)
            went_on = dialog.exec() == QDialog.DialogCode.Accepted
            settled += dialog.settled
            dialog.deleteLater()
            if not went_on:
                break
        return self._done(settled or None)


def _told(preview: Preview, received: Received) -> str:
    """The result in a sentence: a notice is what it announces, then what else changed."""
    if preview.notice is None:
        return received.sentence
    deadline = preview.notice.deadline
    last = f"，{format_chinese(deadline)}前报送" if deadline is not None else ""
    counts = Counter(r.outcome for r in received.records if r.outcome is not Outcome.UNCHANGED)
    told = "、".join(f"{outcome.label}{count}" for outcome, count in counts.items())
    return f"{NOTICE_MARK}{preview.notice.title}{last}。" + (f"{told}。" if told else "")
