"""关联单位: the factories of a park and the suppliers of a chain leader, tied to units of the library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from core.domain.library import Unit
from core.domain.prospects import LinkKind
from core.forms.definition import Choice
from core.services.library import links, members
from core.services.library.links import LinkedUnit
from core.services.workspace import Workspace
from gui.dialogs.fitting import fit_to_screen
from gui.dialogs.form_dialog import Field, FieldKind, ask_fields
from gui.dialogs.messages import tell
from gui.dialogs.office_picker import OfficePicker
from gui.models.rows_model import Row, RowsModel
from gui.pages.prospects.unit_search import UnitSearchDialog
from gui.session import Session
from gui.widgets.list_table import Column, ListTable

COLUMNS: Final = (
    Column("单位名称", stretches=True), Column("街镇园区", 112, hide_below=520),
    Column("在库情况", 190, hide_below=380), Column("关联日期", 96, hide_below=300),
)
_KINDS: Final = {"green-park": LinkKind.PARK_FACTORY, "green-supply-chain": LinkKind.SUPPLIER}
_WORDS: Final = {LinkKind.PARK_FACTORY: "园区", LinkKind.SUPPLIER: "链主企业"}


@dataclass(frozen=True, slots=True)
class _Parent:
    unit_id: str
    name: str
    kind: LinkKind


class LinksDialog(QDialog):
    """Choose a park or leader at the left; at the right its units, how many of them are green factories."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("关联单位")
        fit_to_screen(self, 1060, 560)
        self._session = session
        self._parents = _parents(session.workspace)
        choices = [Choice(str(n), f"{p.name}（{_WORDS[p.kind]}）") for n, p in enumerate(self._parents)]
        self.picker = OfficePicker(choices, self)
        self.picker.search.setAccessibleName("查找园区、链主企业")
        self.picker.list.setAccessibleName("园区、链主企业")
        self.picker.picked.connect(lambda _name: self.refresh())
        self.counts = QLabel(self)
        self.counts.setProperty("role", "note")
        self.counts.setWordWrap(True)
        self.model = RowsModel([c.title for c in COLUMNS], self)
        self.table = ListTable(COLUMNS, self.model, self)
        self.table.setAccessibleName("关联的单位")
        self._add = self._button("添加(&A)", self.add)
        self._close = self._button("解除关联(&D)", self.unlink)
        self._lay_out()
        if self._parents:
            self.picker.choose("0")
        else:
            self.counts.setText("培育库里还没有绿色工业园区或绿色供应链管理企业，入库以后在这里关联园区内工厂和供应商。")
        self.refresh()
        self.picker.search.setFocus()

    def refresh(self) -> None:
        """Look again at the units of the chosen park or leader."""
        ws, chosen = self._session.workspace, self._chosen()
        found = links.children(ws, chosen.unit_id) if chosen is not None else ()
        found = tuple(each for each in found if chosen is not None and each.link.kind is chosen.kind)
        self.model.set_rows([_row(ws, each) for each in found], found)
        self.table.select_row(0)
        if chosen is not None:
            sums = links.counts(ws, chosen.unit_id)
            self.counts.setText(
                f"“{chosen.name}”关联{len(found)}家{chosen.kind.label}，其中绿色工厂：区级及以上{sums.district}家，"
                f"市级及以上{sums.city}家，国家级{sums.nation}家。"
            )
        self._add.setEnabled(chosen is not None)
        self._close.setEnabled(bool(found))

    def add(self) -> None:
        """Tie another unit, found by name, code or pinyin."""
        ws, chosen = self._session.workspace, self._chosen()
        if chosen is None:
            tell(self, "添加", "请先在左边选一个园区或链主企业。")
            return

        def tie(unit: Unit) -> None:
            links.link(ws, chosen.kind, chosen.unit_id, unit.id, dialog.since())

        dialog = UnitSearchDialog(ws, f"添加{chosen.kind.label}", f"“{chosen.name}”的{chosen.kind.label}", tie, self)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._changed()
        dialog.deleteLater()

    def unlink(self) -> None:
        """End a tie from a day on."""
        chosen, found = self._chosen(), self.table.current()
        if chosen is None or not isinstance(found, LinkedUnit):
            return
        today = self._session.workspace.clock.today()
        done = ask_fields(
            self, "解除关联",
            (Field("on", "解除日期(&D)", FieldKind.DATE, required=True, value=today, latest=today),),
            intro=f"从这一天起，“{found.unit.unit_name}”不再是“{chosen.name}”的{chosen.kind.label}；以前的统计不变。",
            ok="解除(&R)", submit=lambda v: links.unlink(self._session.workspace, found.link.id, v["on"]),
        )
        if done is not None:
            self._changed()

    def _changed(self) -> None:
        self.refresh()
        self._session.announce_library()
        self.table.setFocus()

    def _chosen(self) -> _Parent | None:
        name = self.picker.office()
        return self._parents[int(name)] if name else None

    def _lay_out(self) -> None:
        left, right = QWidget(self), QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        label = QLabel("园区、链主企业(&P)：", left)
        label.setBuddy(self.picker.search)
        column.addWidget(label)
        column.addWidget(self.picker, 1)
        other = QVBoxLayout(right)
        other.setContentsMargins(0, 0, 0, 0)
        other.addWidget(self.counts)
        other.addWidget(self.table, 1)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.addWidget(left)
        split.addWidget(right)
        split.setChildrenCollapsible(False)
        split.setStretchFactor(1, 1)
        split.setSizes([330, 700])
        buttons = QHBoxLayout()
        buttons.addWidget(self._add)
        buttons.addWidget(self._close)
        buttons.addStretch(1)
        buttons.addWidget(self._button("关闭(&C)", self.reject))
        layout = QVBoxLayout(self)
        layout.addWidget(split, 1)
        layout.addLayout(buttons)

    def _button(self, text: str, slot: object) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button


def _parents(ws: Workspace) -> list[_Parent]:
    """Parks and chain leaders of the library."""
    found = [(kind, m) for kind in _KINDS for m in members.members(ws, kind=kind)]
    return [_Parent(m.unit_id, m.unit_name, _KINDS[kind]) for kind, m in found]


def _row(ws: Workspace, linked: LinkedUnit) -> Row:
    held = "、".join(f"{members.kind_label(ws, m.kind)}（{m.tier.label}）" for m in linked.memberships)
    unit = linked.unit
    return unit.unit_name, ws.office_label(unit.office), held or "不在库", linked.link.since.isoformat()
