"""The steps of a review, each from the question to what was done: remark, confirm, return, refuse."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final, TypeVar

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from core.domain.enums import Outcome, Severity
from core.domain.library import DecisionKind, Remark
from core.services import drafts, evidence
from core.services.drafts import OpenForm
from core.services.forms import clause_texts
from core.services.library import review
from core.services.library.review import Review
from gui.dialogs.form_dialog import Field, FieldKind, Values, ask_fields
from gui.dialogs.messages import ask, tell, warn
from gui.dialogs.steps import Steps
from gui.pages.review import confirming
from gui.pages.review.answers import label_of
from gui.session import Session

T = TypeVar("T")

_SHORT: Final = 46


class ReviewSteps(Steps):
    """Every method returns True when something was done; refusals are told as they come."""

    def __init__(self, parent: QWidget, session: Session) -> None:
        super().__init__(parent, session)
        clauses = session.workspace.pack.clauses.values()
        self._clauses = [(_short(c.number, c.text), c.number) for c in clauses if c.text]

    def receive(self, record_id: str) -> bool:
        """接收: lock the form under today's verdict."""
        return self._done(self._try(lambda: review.receive(self._ws, record_id), "不能接收"))

    def remark(self, opened: OpenForm, field: str, about: str = "") -> bool:
        """写意见 on a field, or on the whole form; `about` is the sentence of a finding to begin with."""
        label = label_of(opened.form, field)
        return self._done(ask_fields(
            self._parent, f"写意见　{label}",
            (Field("text", "审核意见(&E)", FieldKind.MEMO, required=True, value=about,
                   hint="写明哪里要改、怎么改。退回时随表一起退回，显示在这一栏上。"),),
            intro=f"“{opened.record.unit_name}”：{label}", ok="写下(&S)",
            submit=lambda v: review.remark(
                self._ws, opened.record.id, field, v["text"], shown=opened.record
            ),
        ))

    def drop(self, remark: Remark, label: str) -> bool:
        """Take a remark off, after asking."""
        if not ask(self._parent, "移除意见", f"移除这条意见吗？\n{label}：{remark.text}", "移除(&R)", loses=True):
            return False

        def take_off() -> bool:
            review.drop_remark(self._ws, remark.id)
            return True

        return self._done(self._try(take_off, "没有移除"))

    def confirm(self, opened: OpenForm, shown: Review) -> bool:
        """确认 N3, N4 and N5: all three at once on one basis, or item by item."""
        asked = confirming.fields(self._ws, shown.confirmations)
        return self._done(ask_fields(
            self._parent, "区工信局核对", asked,
            intro=f"“{opened.record.unit_name}”：这三项没有公开的查询渠道，请对照本局台账核对。", ok="确认(&S)",
            check=partial(confirming.problem, asked), submit=partial(self._confirm, shown, asked),
        ))

    def admit(self, shown: Review) -> bool:
        """纳入; what stands against it is told in full."""
        record = shown.opened.record
        if shown.obstacles:
            reasons = "\n".join(f"{n}. {sentence}" for n, sentence in enumerate(shown.obstacles, start=1))
            warn(self._parent, "还不能纳入", f"“{record.unit_name}”还不能纳入：\n{reasons}")
            return False
        return self._done(self._try(lambda: review.admit(self._ws, record.id, shown=record), "不能纳入"))

    def send_back(self, shown: Review) -> bool:
        """退回 with its remarks, a reason, and a clause where one applies."""
        record, count = shown.opened.record, len(shown.remarks)
        told = f"已写的{count}条意见会随表退回，原因可以不再写。" if count else "还没有写意见，请写明退回原因。"
        return self._done(ask_fields(
            self._parent, "退回",
            (
                Field("reason", "退回原因(&R)", FieldKind.MEMO, required=not count, hint="写明要改哪些栏、怎么改"),
                Field("clause", "依据条款(&C)", FieldKind.CHOICE, choices=self._clauses, hint="（不选）"),
            ),
            intro=f"“{record.unit_name}”退回后，填报单位可以修改，改好后再接收。{told}", ok="退回(&T)",
            submit=lambda v: review.return_record(
                self._ws, record.id, v["reason"], clause=v["clause"] or "", shown=record
            ),
        ))

    def refuse(self, shown: Review) -> bool:
        """不予纳入 with reason and clause."""
        record = shown.opened.record
        verdict, found = shown.opened.verdict, [c for c in shown.confirmations.values() if not c.is_clear]
        failing = [f for f in verdict.findings if f.severity is Severity.MANDATORY and f.outcome is Outcome.NOT_MET]
        failing = [f for f in verdict.findings if found and f.rule == found[0].rule] or failing
        known = {number for _, number in self._clauses}
        suggested = next((f for f in failing if f.clause in known), None)
        reason = found[0].basis if found else failing[0].message if failing else ""
        return self._done(ask_fields(
            self._parent, "不予纳入",
            (
                Field("reason", "不予纳入的原因(&R)", FieldKind.MEMO, required=True, value=reason),
                Field("clause", "依据条款(&C)", FieldKind.CHOICE, required=True, choices=self._clauses,
                      value=suggested.clause if suggested else None),
            ),
            intro=f"“{record.unit_name}”不予纳入后，这份表办结；以后可以重新填报。", ok="不予纳入(&N)",
            submit=lambda v: review.refuse(
                self._ws, record.id, v["reason"], clause=v["clause"], shown=record
            ),
        ))

    def revoke(self, shown: Review) -> bool:
        """撤销决定: the form waits again."""
        record, decision = shown.opened.record, shown.decision
        if decision is None or decision.kind is DecisionKind.REVOKE:
            tell(self._parent, "撤销决定", f"“{record.unit_name}”没有可以撤销的决定。")
            return False
        question = f"撤销对“{record.unit_name}”的“{decision.kind.label}”决定吗？撤销后这份表回到待审核。"
        if not ask(self._parent, "撤销决定", question, "撤销(&R)"):
            return False
        return self._done(self._try(lambda: review.revoke(self._ws, record.id, shown=decision), "不能撤销"))

    def look(self, record_id: str) -> Review | None:
        """The form as it stands today."""
        return self._try(lambda: review.open_review(self._ws, record_id), "不能打开")

    def show_evidence(self, opened: OpenForm, evidence_id: str) -> None:
        """Open the material with the program that the PC has for it."""
        path = self._try(lambda: evidence.evidence_path(self._ws, opened.record.id, evidence_id), "不能打开")
        if path is not None and not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            tell(self._parent, "不能打开", f"这台电脑没有能打开它的程序。文件在：{path}")

    def received_on(self, record_id: str) -> str:
        """When the form was received last; blank before."""
        days = [e.happened_at for e in drafts.events(self._ws, record_id) if e.kind == "received"]
        return days[-1].astimezone().date().isoformat() if days else ""

    def clause_texts(self) -> dict[str, str]:
        """Clause number → text."""
        return dict(clause_texts(self._ws.pack))

    def _confirm(self, shown: Review, asked: Sequence[Field], values: Values) -> None:
        record_id = shown.opened.record.id
        for rule, (is_clear, basis) in confirming.results(asked, values).items():
            review.confirm(self._ws, record_id, rule, clear=is_clear, basis=basis, shown=shown.confirmations)


def _short(number: str, text: str) -> str:
    plain = " ".join(text.split())
    return f"{number} {plain if len(plain) <= _SHORT else plain[:_SHORT] + '……'}"
