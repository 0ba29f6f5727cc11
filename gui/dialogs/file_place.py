"""Where a file for the other side goes, and the password that it may carry: one box for packages, receipts, notices."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import QStorageInfo, Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QWidget

from gui.dialogs.files import ask_folder, documents_folder

_REMOVABLE: Final = 2  # DRIVE_REMOVABLE of Windows
_MOUNTS: Final = ("/media/", "/run/media/")
_NOTE: Final = "不填密码就不加密。填了密码，收件人要用同一个密码打开；忘记密码，谁也打不开这个文件。"


def removable_drives() -> tuple[Path, ...]:
    """USB sticks and cards that are there now and can be written on."""
    volumes = [v for v in QStorageInfo.mountedVolumes() if v.isValid() and v.isReady() and not v.isReadOnly()]
    return tuple(Path(v.rootPath()) for v in volumes if _is_removable(v.rootPath()))


def _is_removable(root: str) -> bool:
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.kernel32.GetDriveTypeW(root.replace("/", "\\")) == _REMOVABLE)
    return root.startswith(_MOUNTS)


class FilePlace(QWidget):
    """Folder and, twice, a password that may stay blank. The letters D, B, W and V belong to it.

    USB sticks stand first in the list, then the folder of the last time (`last`), then the clerk's documents.
    """

    def __init__(self, last: Path | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.folder_box = QComboBox(self)
        self.folder_box.setEditable(True)
        self.folder_box.setAccessibleName("存到哪个文件夹")
        self.folder_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.folder_box.setMinimumContentsLength(24)
        self.folder_box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        drives = removable_drives()
        kept = [last] if last is not None and last.is_dir() else []
        for folder in dict.fromkeys((*drives, *kept, documents_folder())):
            self.folder_box.addItem(str(folder))
        if kept:
            self.folder_box.setCurrentText(str(kept[0]))
        self.password_line = _secret("密码", self)
        self.repeat_line = _secret("再输一次密码", self)
        self._lay_out()

    @property
    def folder(self) -> Path:
        """The chosen folder."""
        return Path(self.folder_box.currentText().strip())

    @property
    def password(self) -> str:
        """The password; blank: none."""
        return self.password_line.text()

    def problem(self) -> str:
        """One sentence on what is wrong, the cursor where it is; empty when all is right."""
        if not self.folder_box.currentText().strip() or not self.folder.is_dir():
            self.folder_box.setFocus(Qt.FocusReason.TabFocusReason)
            return f"没有“{self.folder_box.currentText()}”这个文件夹，请插好U盘或重新选择。"
        if self.password_line.text() != self.repeat_line.text():
            self.repeat_line.setFocus(Qt.FocusReason.TabFocusReason)
            return "两次输入的密码不一样，请重新输入。"
        return ""

    def _lay_out(self) -> None:
        browse = QPushButton("选文件夹(&B)…", self)
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        note = QLabel(_NOTE, self)
        note.setWordWrap(True)
        note.setProperty("role", "note")
        secrets = QHBoxLayout()
        secrets.setSpacing(8)
        secrets.addWidget(self.password_line, 1)
        secrets.addWidget(_label("再输一次(&V)：", self.repeat_line))
        secrets.addWidget(self.repeat_line, 1)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(_label("存到(&D)：", self.folder_box), 0, 0)
        grid.addWidget(self.folder_box, 0, 1)
        grid.addWidget(browse, 0, 2)
        grid.addWidget(_label("密码(&W)：", self.password_line), 1, 0)
        grid.addLayout(secrets, 1, 1, 1, 2)
        grid.addWidget(note, 2, 1, 1, 2)
        grid.setColumnStretch(1, 1)
        for first, second in zip(
            (self.folder_box, browse, self.password_line), (browse, self.password_line, self.repeat_line), strict=True
        ):
            QWidget.setTabOrder(first, second)

    def _browse(self) -> None:
        begin = self.folder if self.folder.is_dir() else documents_folder()
        chosen = ask_folder(self, "存到哪个文件夹？", begin)
        if chosen is not None:
            self.folder_box.setCurrentText(str(chosen))


def _label(text: str, buddy: QWidget) -> QLabel:
    label = QLabel(text)
    label.setBuddy(buddy)
    return label


def _secret(name: str, parent: QWidget) -> QLineEdit:
    line = QLineEdit(parent)
    line.setEchoMode(QLineEdit.EchoMode.Password)
    line.setAccessibleName(name)
    line.setPlaceholderText("可以不填")
    return line
