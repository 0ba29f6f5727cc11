"""Who sits at this PC: asked at the first start, changed later from the menu."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from core.domain.enums import Role
from core.domain.records import Station
from core.forms.definition import Choice
from gui.dialogs.fitting import fit_to_screen
from gui.dialogs.office_picker import OfficePicker

#: Digits, with what people put between them and after them: brackets, dashes, several numbers, an extension.
_PHONE: Final = re.compile(r"(?=(?:.*\d){5})[\d\s()（）+＋\-—－/、,，;；转分机]+")


class StationDialog(QDialog):
    """Role, office, name and phone; at the first start also the sample district.

    Where several clerks share the data of one `party`, only name and phone are asked at the first start.
    """

    def __init__(
        self, offices: Sequence[Choice], current: Station | None = None, parent: QWidget | None = None, *,
        party: Station | None = None,
    ) -> None:
        super().__init__(parent)
        self._is_first = current is None
        self._party = party if self._is_first else None
        self.setWindowTitle("欢迎使用绿阶" if self._is_first else "本机使用人")
        fit_to_screen(self, 560, 560 if self._is_first else 500)
        self._street = QRadioButton(f"{Role.OFFICE.label}(&J)", self)
        self._bureau = QRadioButton(f"{Role.BUREAU.label}(&Q)", self)
        self._roles = QButtonGroup(self)
        self._picker = OfficePicker(offices, self)
        self._clerk = QLineEdit(self)
        self._phone = QLineEdit(self)
        self._samples = QCheckBox("装入一批示例单位先练一练，随时可以一键清除(&L)", self)
        self._problem = QLabel(self)
        self._lay_out()
        self._fill(current or party or Station(Role.OFFICE, ""))
        if self._party is not None:
            for fixed in (self._street, self._bureau, self._picker, self._office_label):
                fixed.setEnabled(False)
            self._clerk.setFocus()

    @property
    def station(self) -> Station:
        """What was chosen."""
        role = Role.BUREAU if self._bureau.isChecked() else Role.OFFICE
        office = self._picker.office() if role is Role.OFFICE else ""
        return Station(role, office, self._clerk.text().strip(), self._phone.text().strip())

    @property
    def wants_samples(self) -> bool:
        """True when the sample district is to be loaded."""
        return self._is_first and self._samples.isChecked()

    def accept(self) -> None:
        """Close only when nothing is missing; else say what, and go there."""
        missing = self._missing()
        if missing is None:
            super().accept()
            return
        text, place = missing
        self._problem.setText(text)
        place.setFocus()

    def _missing(self) -> tuple[str, QWidget] | None:
        station = self.station
        if station.role is Role.OFFICE and not station.office:
            return "请选择所在的街镇、园区：输入名称或拼音首字母，用上下键选中。", self._picker
        if not station.clerk:
            return "请填写经办人姓名，它会写进修改历史和打印件。", self._clerk
        if station.phone and not _PHONE.fullmatch(station.phone):
            return "联系电话请填数字，如022-29240016、13800000000；没有就空着。", self._phone
        return None

    def _lay_out(self) -> None:
        for button in (self._street, self._bureau):
            self._roles.addButton(button)
        roles = QHBoxLayout()
        roles.addWidget(self._street)
        roles.addWidget(self._bureau)
        roles.addStretch(1)
        self._clerk.setMaxLength(30)
        self._clerk.setPlaceholderText("写进修改历史和打印件")
        self._phone.setMaxLength(30)
        self._phone.setPlaceholderText("选填，印在推荐表的联系电话处")
        form = QFormLayout()
        form.addRow("身份：", roles)
        self._office_label = QLabel("街镇、园区(&O)：", self)
        self._office_label.setBuddy(self._picker.search)
        form.addRow(self._office_label, self._picker)
        form.addRow("经办人(&N)：", self._clerk)
        form.addRow("联系电话(&T)：", self._phone)
        heading = QLabel("先说一下这台电脑由谁使用" if self._is_first else "修改本机使用人", self)
        heading.setProperty("role", "title")
        note = QLabel(
            "填报内容存在单位的数据库服务器上，与同事共用；这里只登记您本人。以后可在“文件”菜单中修改。"
            if self._party is not None else "本程序不联网，填报内容只存在这台电脑上。以后可在“文件”菜单中修改。",
            self,
        )
        note.setWordWrap(True)
        note.setProperty("role", "note")
        self._problem.setProperty("tone", "bad")
        self._problem.setWordWrap(True)
        self._problem.setMinimumHeight(2 * self._problem.fontMetrics().lineSpacing())  # its place: nothing jumps
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(heading)
        layout.addWidget(note)
        layout.addLayout(form, 1)
        layout.addWidget(self._samples)
        self._samples.setVisible(self._is_first and self._party is None)
        layout.addWidget(self._problem)
        layout.addWidget(self._buttons())
        self._bureau.toggled.connect(self._show_office)
        mended = (self._clerk.textChanged, self._phone.textChanged, self._picker.search.textChanged)
        for changed in (self._bureau.toggled, *mended):
            changed.connect(self._problem.clear)

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(self)
        start = QPushButton("开始使用(&S)" if self._is_first else "保存(&S)", self)
        leave = QPushButton("退出(&X)" if self._is_first else "取消(&X)", self)
        buttons.addButton(start, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(leave, QDialogButtonBox.ButtonRole.RejectRole)
        start.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons

    def _fill(self, station: Station) -> None:
        chosen = self._bureau if station.role is Role.BUREAU else self._street
        chosen.setChecked(True)
        self._picker.choose(station.office)
        self._clerk.setText(station.clerk)
        self._phone.setText(station.phone)
        chosen.setFocus()

    def _show_office(self, is_bureau: bool) -> None:  # noqa: FBT001 - the signature of Qt's signal
        self._picker.setEnabled(not is_bureau)
        self._office_label.setEnabled(not is_bureau)
