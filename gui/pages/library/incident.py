"""登记事故 (R3): the figures, what the rule says, the plain question before a removal at once, the announcement."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from core.domain.enums import Outcome
from core.domain.errors import GreenLadderError
from core.domain.finding import Finding
from core.domain.library import Membership, Tier
from core.services.library import members, removal
from core.services.library.removal import IncidentReport
from core.services.printing import PrintKind, PrintRequest
from core.services.workspace import Workspace
from gui.dialogs.fitting import fit_to_screen
from gui.dialogs.form_dialog import Field, FieldKind, Values, ask_fields
from gui.dialogs.messages import ask, tell, warn
from gui.dialogs.printing import PrintJob, preview
from gui.pages.library.unit_steps import member_field
from gui.session import Session
from gui.tasks import TaskRunner

T = TypeVar("T")

_LEVELS = {Tier.DISTRICT: "区级", Tier.CITY: "区级、市级", Tier.NATION: "区级、市级、国家级"}


class AnnouncementDialog(QDialog):
    """移出公告: to read, to copy into a document, to print."""

    def __init__(self, text: str, print_out: Callable[[QWidget, bool], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("移出公告（代拟稿）")
        fit_to_screen(self, 680, 460)
        self.text = QPlainTextEdit(text, self)
        self.text.setReadOnly(True)
        self.text.setAccessibleName("移出公告")
        self.text.setTabChangesFocus(True)
        self._said = QLabel(self)
        self._said.setProperty("tone", "good")
        row = QHBoxLayout()
        copy = self._button("复制全文(&C)", self.copy)
        draft = self._button("打印草稿(&P)", lambda: print_out(self, False))
        final = self._button("打印正式稿(&F)", lambda: print_out(self, True))
        for button in (copy, draft, final):
            row.addWidget(button)
        row.addWidget(self._said, 1)
        row.addWidget(self._button("关闭(&X)", self.accept))
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel("程序代拟的公告，请核对后按公文程序发布。", self))
        layout.addWidget(self.text, 1)
        layout.addLayout(row)
        copy.setFocus(Qt.FocusReason.OtherFocusReason)

    def copy(self) -> None:
        """The whole text onto the clipboard."""
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self._said.setText("已复制，可以粘贴到公文里。")

    def _button(self, text: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: slot())
        return button


class IncidentSteps:
    """From the accident to the announcement."""

    def __init__(self, parent: QWidget, session: Session, runner: TaskRunner) -> None:
        self._parent = parent
        self._session = session
        self._runner = runner

    @property
    def _ws(self) -> Workspace:
        return self._session.workspace

    def record(self, member: Membership | None = None) -> bool:
        """登记事故; without a member the dialog asks for it. True when it was recorded."""
        lists, today = self._ws.pack.lists, self._ws.clock.today()
        name = f"“{member.unit_name}”" if member is not None else "在库单位"
        values = ask_fields(
            self._parent, "登记事故",
            (
                *(() if member is not None else (member_field(self._ws),)),
                Field("kind", "事故类型(&K)", FieldKind.CHOICE, required=True,
                      choices=[(c.label, c.name) for c in lists["incident_kind"].choices]),
                Field("happened_on", "发生日期(&D)", FieldKind.DATE, required=True, latest=today),
                Field("level", "认定等级(&L)", FieldKind.CHOICE, required=True,
                      choices=[(c.label, c.name) for c in lists["incident_level"].choices]),
                Field("deaths", "死亡人数(&1)", FieldKind.NUMBER, whole=True, least=0),
                Field("injuries", "重伤（中毒）人数(&2)", FieldKind.NUMBER, whole=True, least=0),
                Field("loss_wan", "直接经济损失（万元）(&3)", FieldKind.NUMBER, least=0),
                Field("evacuated", "疏散、转移人数(&4)", FieldKind.NUMBER, whole=True, least=0),
                Field("detail", "事故经过(&N)", FieldKind.MEMO, required=True),
                Field("source", "认定依据(&R)", required=True, hint="如：事故调查报告批复文号"),
            ),
            intro=f"{name}发生的事故。达到重大及以上的，即时从各层面名单移出并公告（三(四)2(3)）；"
                  f"下一步先显示判定结果，确认后才办理。",
            ok="下一步(&S)",
        )
        if values is None:
            return False
        return self._judge(values.pop("member", member), values)

    def show_announcement(self, removed: tuple[str, ...]) -> None:
        """The draft for members that were removed."""
        text = self._try(lambda: removal.announcement(self._ws, removed), "不能拟公告")
        if text:
            self._show(text, removed)

    def _judge(self, member: Membership, values: Values) -> bool:
        report = IncidentReport(**values)
        finding = self._try(lambda: removal.judge_incident(self._ws, member.unit_id, report), "不能登记")
        if finding is None:
            return False
        if not ask(self._parent, "登记事故", self._question(member, finding), *self._answers(finding),
                   loses=finding.outcome is Outcome.NOT_MET):
            return False
        result = self._try(lambda: removal.record_incident(self._ws, member.unit_id, report), "没有登记")
        if result is None:
            return False
        self._session.announce_library()
        if result.removed:
            self._show(result.announcement, tuple(m.id for m in result.removed))
        else:
            tell(self._parent, "已登记", f"事故已登记，不移出。{finding.message}")
        return True

    def _answers(self, finding: Finding) -> tuple[str, str]:
        removes = finding.outcome is Outcome.NOT_MET
        return ("登记并立即移出(&R)", "先不办理(&N)") if removes else ("登记(&R)", "取消(&N)")

    def _question(self, member: Membership, finding: Finding) -> str:
        """What R3 says, and plainly what follows from it."""
        head = f"判定（{finding.clause}）：{finding.message}"
        if finding.outcome is not Outcome.NOT_MET:
            return f"{head}\n{finding.todo}\n只作登记，“{member.unit_name}”不移出。要登记吗？".replace("\n\n", "\n")
        here = [m for m in members.of_unit(self._ws, member.credit_code) if m.is_active]
        lists = [f"· {_LEVELS[m.tier]}{members.kind_label(self._ws, m.kind)}名单" for m in here]
        day = self._ws.clock.today()
        return "\n".join((
            head, f"登记后，“{member.unit_name}”今天（{day}）从以下名单移出：", *lists,
            f"本批次已决定的纳入一并撤销。以后再申报要核对“{self._ws.pack.rule_texts['N3'].title}”。",
            "移出即时生效，不能撤销。要立即移出吗？",
        ))

    def _show(self, text: str, removed: tuple[str, ...]) -> None:
        def print_out(parent: QWidget, is_final: bool) -> None:  # noqa: FBT001 - one of two buttons
            title = "移出公告" if is_final else "移出公告（草稿）"
            request = PrintRequest(PrintKind.ANNOUNCEMENT, membership_ids=removed, is_final=is_final)
            preview(parent, self._session, self._runner, PrintJob(request, title))

        dialog = AnnouncementDialog(text, print_out, self._parent)
        dialog.exec()
        dialog.deleteLater()

    def _try(self, work: Callable[[], T], title: str) -> T | None:
        try:
            return work()
        except GreenLadderError as error:
            warn(self._parent, title, str(error))
            return None
