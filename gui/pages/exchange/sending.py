"""打包上报、写回执、发通知: from the question to the check code."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QDialog, QWidget

from core.domain.errors import GreenLadderError
from core.domain.exchange import NoticeWords
from core.services.exchange import log, packing, receipts
from core.services.exchange.model import OfficeLine, PackPlan, Sent
from gui.dialogs.file_place import FilePlace
from gui.dialogs.form_dialog import Field, FieldKind, Values, ask_fields
from gui.dialogs.letter import preview_letter
from gui.dialogs.messages import ask, tell, warn
from gui.dialogs.pack_plan import PackPlanDialog
from gui.dialogs.progress import run_with_progress
from gui.dialogs.recipients import RecipientsDialog
from gui.dialogs.sent_file import SentDialog
from gui.dialogs.steps import Steps
from gui.pages.exchange.common import LastFolder, has_ready_samples, in_parts, print_cover
from gui.pages.exchange.words import SAMPLES_STAY
from gui.session import Session
from gui.tasks import Progress, TaskRunner

_RECEIPT_WORDS: Final = (
    "回执告诉街镇、园区：哪些包收到了、每个单位办到哪一步、退回的要改什么。对方用“接收回执或通知”读入。"
)
_NOTICE_WORDS: Final = "通知里也带上给这个街镇、园区的最新回执内容。对方用“接收回执或通知”读入。"


class SendSteps(Steps):
    """What goes out of this workstation."""

    def __init__(self, parent: QWidget, session: Session, runner: TaskRunner) -> None:
        super().__init__(parent, session)
        self._runner = runner
        self.last = LastFolder(session.workspace)

    def pack(self) -> Sent | None:
        """打包上报; what was written, None when nothing was."""
        ws = self._ws
        plan = self._try(lambda: packing.plan(ws), "不能打包")
        if plan is None:
            return None
        if not plan.going and has_ready_samples(ws):
            tell(self._parent, "打包上报", f"{SAMPLES_STAY}请填报、推荐自己的单位，或导入企业填好的Excel，再打包。")
            return None
        if not plan.lines:
            words = "".join(plan.problems) or "本机还没有要报的表。请先在“单位表”填报、校核、推荐。"
            tell(self._parent, "打包上报", words)
            return None
        if plan.going and plan.is_again and not self._wants_again(plan):
            return None
        dialog = PackPlanDialog(
            plan, self.last.path, self._parent, plan_anew=lambda full: packing.plan(ws, full=full)
        )
        sent = None
        while sent is None and dialog.exec() == QDialog.DialogCode.Accepted:
            sent = self._try(lambda: self._pack_as(dialog), "没有打包")
            if sent is None:
                _go_to_password(dialog.place)
        dialog.deleteLater()
        if sent is not None:
            self.last.keep(sent.path.parent)
            self._session.announce_library()
            words = "请把这个文件交给区工信局，并打电话告诉对方下面的核对码，请对方核对。"
            self._show("已打包", [sent], words, has_password=bool(dialog.place.password))
        return sent

    def print_letter(self) -> None:
        """推荐函 for all that are recommended and not received yet."""
        preview_letter(self._parent, self._session, self._runner)

    def _wants_again(self, plan: PackPlan) -> bool:
        """Ask before the package of the last time is written once more."""
        last = f"第{plan.number}包（{len(plan.going)}个单位）"
        question = f"没有新的要报。{last}已经打包，区工信局还没有回执。要把同一个包再写一份吗？"
        return ask(self._parent, "打包上报", question, "再写一份(&W)", "不用(&N)")

    def _pack_as(self, dialog: PackPlanDialog) -> Sent:
        """As the clerk chose; every unit that goes: the plan as it is."""
        ws, place = self._ws, dialog.place

        def work(progress: Progress) -> Sent:
            return packing.pack(
                ws, place.folder, record_ids=dialog.record_ids, password=place.password,
                full=dialog.full_box.isChecked(), with_forms=dialog.forms_box.isChecked(),
                progress=in_parts(progress), cancelled=progress.is_cancelled,
            )

        return run_with_progress(self._parent, self._runner, "打包上报", work, counts=False)

    def write_receipts(self, offices: Collection[str] = ()) -> bool:
        """写回执: to these offices, else to all that wait for one."""
        ws = self._ws
        lines = self._try(lambda: log.offices(ws), "不能写回执")
        known = [line for line in lines or () if line.is_enrolled or line.last_number]
        if not known:
            tell(self._parent, "写回执", "还没有收到过街镇、园区的文件，没有要写的回执。")
            return False
        ticked = {*offices} or {line.office for line in known if line.receipt_due}

        def write(office: str, dialog: RecipientsDialog) -> Sent:
            return receipts.write_receipt(ws, office, dialog.place.folder, password=dialog.place.password)

        return self._write("写回执", _RECEIPT_WORDS, known, ticked, write)

    def write_notices(self, offices: Collection[str] = ()) -> bool:
        """发通知: its words first, then to whom."""
        ws = self._ws
        lines = self._try(lambda: log.offices(ws), "不能发通知")
        if not lines:
            return False
        values = self._ask_words()
        if values is None:
            return False
        words = NoticeWords(values["title"], values["deadline"], values["text"])
        ticked = {*offices} or {line.office for line in lines if line.is_enrolled} or {line.office for line in lines}

        def write(office: str, dialog: RecipientsDialog) -> Sent:
            return receipts.write_notice(
                ws, office, dialog.place.folder, words, with_pack=values["pack"], with_reports=values["reports"],
                password=dialog.place.password,
            )

        return self._write("发通知", _NOTICE_WORDS, lines, ticked, write)

    def _ask_words(self) -> Values | None:
        return ask_fields(
            self._parent, "发通知",
            (
                Field("title", "标题(&T)", required=True, hint="如：2026年12月动态更新报送通知"),
                Field("deadline", "报送截止日期(&D)", FieldKind.DATE),
                Field("text", "正文(&M)", FieldKind.MEMO, hint="报什么、怎么报、找谁问"),
                Field("reports", "带上各单位上年的动态管理表，供今年核对(&R)", FieldKind.CHECK, value=True),
                Field("pack", f"带上政策包{self._ws.pack.label}(&K)", FieldKind.CHECK, value=False),
            ),
            ok="下一步(&N)",
        )

    def _write(
        self, title: str, words: str, lines: Sequence[OfficeLine], ticked: Collection[str],
        write: Callable[[str, RecipientsDialog], Sent],
    ) -> bool:
        """Ask to whom and where, write one file for each, show the codes. False when nothing was written."""
        dialog = RecipientsDialog(title, words, lines, ticked, self.last.path, self._parent)
        labels = {line.office: line.label for line in lines}
        sent: list[Sent] = []
        troubles: list[str] = []

        def work(progress: Progress) -> None:
            for place, office in enumerate(dialog.offices):
                if progress.is_cancelled():
                    troubles.append(f"已停止，还有{len(dialog.offices) - place}个没有写。")
                    break
                try:
                    sent.append(write(office, dialog))
                except GreenLadderError as error:
                    troubles.append(f"{labels.get(office, office)}：{error}")
                progress.report(place + 1, len(dialog.offices))

        while not sent and dialog.exec() == QDialog.DialogCode.Accepted:
            troubles.clear()
            run_with_progress(self._parent, self._runner, title, work)
            if not sent:
                warn(self._parent, "没有写成", "\n".join(troubles))
                _go_to_password(dialog.place)
        if sent:
            self.last.keep(dialog.place.folder)
            self._session.announce_library()
            told = "请把文件交给对方。对方第一次接收时要核对下面的核对码，请打电话告诉对方。"
            self._show(title, sent, told, has_password=bool(dialog.place.password), troubles=troubles)
        dialog.deleteLater()
        return bool(sent)

    def _show(
        self, title: str, sent: Sequence[Sent], words: str, *, has_password: bool, troubles: Sequence[str] = ()
    ) -> None:
        path: Path | None = sent[0].path if len(sent) == 1 and not has_password else None
        cover = None if path is None else lambda: print_cover(self._parent, self._runner, path)
        dialog = SentDialog(
            title, sent, words, self._parent, print_cover=cover, has_password=has_password, troubles=troubles
        )
        dialog.exec()
        dialog.deleteLater()


def _go_to_password(place: FilePlace) -> None:
    """Where the keys go after a refusal: a file that had a password is not written over without one."""
    if not place.password:
        place.password_line.setFocus()
