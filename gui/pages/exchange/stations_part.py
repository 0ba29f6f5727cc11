"""登记的工作站: whose files are taken here, and this workstation's own key."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.domain.errors import GreenLadderError
from core.services.exchange import trust
from core.services.exchange.model import PeerLine
from gui.dialogs.messages import ask, tell
from gui.dialogs.steps import Steps
from gui.models.rows_model import RowsModel
from gui.pages.exchange.words import PEER_COLUMNS, peer_row
from gui.session import Session
from gui.widgets.list_frame import ListFrame
from gui.widgets.page import Page
from gui.widgets.pinyin import matches

_EMPTY: Final = "还没有登记对方的工作站。第一次接收对方的文件时，打电话核对16位核对码，对上了就登记在这里。"


class StationsPart(QWidget):
    """Enrolled workstations; a retired one's files are taken no more."""

    def __init__(self, page: Page, session: Session) -> None:
        super().__init__(page)
        self._session = session
        self._steps = StationSteps(page, session)
        self.model = RowsModel([c.title for c in PEER_COLUMNS], self)
        self.frame = ListFrame(
            "登记的工作站", PEER_COLUMNS, self.model, self, key=lambda line: line.id, hint="查找：单位、工作站、密钥"
        )
        self.retire = page.action("停用(&J)", "", self._retire, "不再接收这台工作站的文件，如电脑丢失、人员调离")
        self.rotate = page.action("更换本机密钥(&Z)…", "", self._steps.rotate, "疑心本机的密钥被人拷走时用")
        self.frame.set_actions((self.retire, self.rotate))
        self.frame.set_empty(_EMPTY)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.frame)
        self.frame.changed.connect(self.refresh)
        self.frame.moved.connect(self._show)

    def refresh(self) -> None:
        """Look again."""
        ws, query = self._session.workspace, self.frame.filters.query
        found = [p for p in trust.peers(ws) if matches(query, p.label, p.name, p.key_name)]
        self.model.set_rows([peer_row(line) for line in found], found)
        try:
            self.frame.title.setText(f"登记的工作站　本机密钥 {trust.own_key_name(ws)}")
        except GreenLadderError:
            self.frame.title.setText("登记的工作站")  # a locked store says its sentence when something is done

    def _show(self, line: object) -> None:
        self.retire.setEnabled(isinstance(line, PeerLine) and line.retired_at is None)

    def _retire(self) -> None:
        line = self.frame.current()
        if isinstance(line, PeerLine):
            self._steps.retire(line)


class StationSteps(Steps):
    """停用 and 更换密钥, after asking."""

    def retire(self, line: PeerLine) -> bool:
        """Take no more files of that workstation."""
        after = "停用后不再接收它的文件；对方换了电脑，再按首次来件登记。"
        question = f"要停用“{line.name}”（密钥{line.key_name}）吗？{after}"
        if not ask(self._parent, "停用工作站", question, "停用(&J)", loses=True):
            return False
        return self._done(self._try(lambda: trust.retire(self._ws, line.id), "没有停用"))

    def rotate(self) -> bool:
        """Sign with a new key from now on."""
        question = "要更换本机的密钥吗？以后的文件用新密钥签名，由旧密钥作证，对方不用重新登记。"
        if not ask(self._parent, "更换本机密钥", question, "更换(&Z)", loses=True):
            return False
        name = self._try(lambda: trust.rotate(self._ws), "没有更换")
        if name is not None:
            tell(self._parent, "更换本机密钥", f"本机的新密钥是{name}。")
        return self._done(name)
