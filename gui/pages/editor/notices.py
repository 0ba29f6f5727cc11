"""What the editor says above the form: what was not saved, why a form is locked, what the bureau sent back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.domain.enums import RecordState, Role
from core.domain.library import Remark
from core.services import drafts
from core.services.drafts import OpenForm
from core.services.exchange import shared
from core.services.library import review
from core.services.workspace import Workspace
from gui.widgets.notice_bar import NoticeBar

_LOCKED: Final[Mapping[RecordState, str]] = {
    RecordState.RECOMMENDED: "这份表已推荐，已锁定。要修改请先撤回。",
    RecordState.RECEIVED: "区工信局已接收，正在审核，不能修改。要修改请由区工信局退回。",
    RecordState.ADMITTED: "这份表已决定纳入培育库，不能再修改。",
    RecordState.REFUSED: "这份表不予纳入，已经办结{reason}。以后可以重新填报。",
    RecordState.REMOVED: "该单位已移出培育库，这份表只供查看{reason}。",
    RecordState.FILED: "动态管理表已上报，正在审核，已锁定。要修改请先撤回，或由区工信局退回。",
    RecordState.ACCEPTED: "动态管理表已审核，不能再修改。",
}
_LOCKED_AT_BUREAU: Final[Mapping[RecordState, str]] = {
    RecordState.RECEIVED: "这份表正在审核，已锁定。要修改请先退回。",
    RecordState.FILED: "动态管理表正在审核，已锁定。要修改请先撤回或退回。",
}


class Notices(QWidget):
    """Up to four bars. Emits `next_remark` when the clerk wants to see the next remark of the bureau."""

    next_remark = Signal()

    def __init__(self, ws: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ws = ws
        self._remarks: Mapping[str, str] = {}
        self._order: list[str] = []
        self.trouble = NoticeBar("trouble", "再试一次(&Y)", self)
        self.lock = NoticeBar("notice", "撤回(&W)", self)
        self.returned = NoticeBar("trouble", "下一条意见(&J)", self)
        self.returned.pressed.connect(self.next_remark)
        self.elsewhere = NoticeBar("notice", "知道了(&O)", self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        for bar in (self.trouble, self.elsewhere, self.lock, self.returned):
            layout.addWidget(bar)

    def tell_trouble(self, problem: str, *, choose: bool) -> None:
        """Say why something typed is not saved; `choose` where the clerk has to take one of two versions."""
        if choose:
            self.trouble.say(problem, button="选用哪一个(&Y)")
        else:
            said = f"没有保存：{problem}输入的内容还在，处理好后按“再试一次”。" if problem else ""
            self.trouble.say(said, button="再试一次(&Y)")

    def show_state(self, opened: OpenForm) -> Mapping[str, str]:
        """Say how the form stands with the bureau; gives what it says of each field."""
        record = opened.record
        remarks = review.remarks(self._ws, record.id)
        self._remarks = _by_field(opened, remarks)
        self._order = [field.name for field in opened.form.fields]
        told = [e.detail for e in drafts.events(self._ws, record.id) if e.kind == record.state.value and e.detail]
        reason = f"：{told[-1].rstrip('。')}" if told else ""
        locked = self._locked(record.state).format(reason=reason)
        may_withdraw = record.state in (RecordState.RECOMMENDED, RecordState.FILED)
        elsewhere = "" if opened.is_locked else shared.hint_for(self._ws, record.credit_code)
        self.lock.say(locked if opened.is_locked else elsewhere, offers=may_withdraw)
        is_returned = record.state is RecordState.RETURNED
        self.returned.say(self._told(reason, remarks) if is_returned else "", offers=bool(self._remarks))
        return self._remarks

    def remark_after(self, field: str) -> str:
        """The remarked field after this one in printed order, round the end; empty when there is none."""
        name = field.partition("[")[0]
        place = self._order.index(name) if name in self._order else -1
        later = [other for other in self._order[place + 1 :] if other in self._remarks]
        return next(iter([*later, *self._remarks]), "")

    def _locked(self, state: RecordState) -> str:
        station = self._ws.station
        is_bureau = station is not None and station.role is Role.BUREAU
        at_bureau = _LOCKED_AT_BUREAU.get(state) if is_bureau else None
        return at_bureau or _LOCKED.get(state, f"这份表{state.label}，已锁定。")

    def _told(self, reason: str, remarks: Sequence[Remark]) -> str:
        whole = "；".join(remark.text for remark in remarks if not remark.field)
        parts = [f"区工信局退回{reason}。"]
        if whole and whole not in reason:
            parts.append(f"对整份表的意见：{whole.rstrip('。')}。")
        if self._remarks:
            parts.append(f"有{len(self._remarks)}栏写了审核意见，请逐栏修改后重新报送。")
        return "".join(parts)


def _by_field(opened: OpenForm, remarks: Sequence[Remark]) -> Mapping[str, str]:
    """Field → what the bureau says of it, in printed order; a column's remark stands on its table."""
    told: dict[str, list[str]] = {}
    for remark in remarks:
        field = opened.form.by_name.get(remark.field)
        if field is not None:
            told.setdefault(field.repeat or field.name, []).append(remark.text)
    ordered = [field.name for field in opened.form.fields if field.name in told]
    return {name: "；".join(told[name]) for name in ordered}
