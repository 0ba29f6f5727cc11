"""备份、恢复、换电脑、检查数据: the whole store as one file, from the question to the result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPushButton, QVBoxLayout, QWidget

from core.domain.calendar import format_chinese
from core.domain.errors import GreenLadderError, PasswordNeededError
from core.services import moving, restoring
from core.services.exchange.moved import moved_on
from core.services.moving import BackedUp, Soundness
from core.services.restoring import BackupLook, Restored
from gui.dialogs.ask_password import PasswordDialog
from gui.dialogs.file_place import FilePlace, removable_drives
from gui.dialogs.files import ask_files, documents_folder
from gui.dialogs.fitting import fit_to_screen
from gui.dialogs.messages import ask, tell, warn
from gui.dialogs.progress import run_with_progress
from gui.session import Session
from gui.tasks import Progress, TaskRunner

T = TypeVar("T")

_PARTS: Final = 1000
_SHOWN: Final = 12
_BACKUP_WORDS: Final = (
    "把本机的全部填报内容、佐证材料和签名密钥写成一个文件，最好存到U盘。电脑坏了，用它恢复。"
)
_MOVE_WORDS: Final = (
    "把本机的全部数据写成一个文件，拿到新电脑上，在新电脑的“文件”菜单选“恢复”。"
    "写好以后，本机不再打包和接收，以免两台电脑各报各的。"
)


class BackupDialog(QDialog):
    """Where the file goes, and its password. Enter writes."""

    def __init__(self, title: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        fit_to_screen(self, 680, 300)
        self.place = FilePlace(None, self)
        self._problem = QLabel(self)
        self._problem.setProperty("tone", "bad")
        self._problem.setWordWrap(True)
        self._problem.hide()
        intro = QLabel(words, self)
        intro.setWordWrap(True)
        buttons = QDialogButtonBox(self)
        self.write_button = QPushButton("写文件(&P)", self)
        leave = QPushButton("取消(&X)", self)
        buttons.addButton(self.write_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(leave, QDialogButtonBox.ButtonRole.RejectRole)
        self.write_button.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(intro)
        layout.addWidget(self.place)
        layout.addWidget(self._problem)
        layout.addStretch(1)
        layout.addWidget(buttons)
        self.place.folder_box.setFocus()

    def accept(self) -> None:
        """Close only when folder and password are right."""
        problem = self.place.problem()
        if problem:
            self._problem.setText(problem)
            self._problem.show()
            return
        super().accept()


class MovingSteps:
    """What the window's file menu offers for the whole store."""

    def __init__(self, parent: QWidget, session: Session, runner: TaskRunner) -> None:
        self._parent = parent
        self._session = session
        self._runner = runner

    def back_up(self) -> BackedUp | None:
        """备份; what was written, None when nothing was."""
        return self._write("备份", _BACKUP_WORDS, moving.back_up)

    def change_pc(self) -> BackedUp | None:
        """换电脑: out of here, or back again where the data moved already."""
        day = moved_on(self._session.workspace)
        if day is None:
            return self._write("换电脑", _MOVE_WORDS, moving.move_out)
        question = (
            f"本机数据已于{format_chinese(day)}迁到新电脑，本机不再打包和接收。"
            f"如果没有换成，可以改为继续用本机；新电脑上已经恢复过的，请不要两边同时填报。"
        )
        if ask(self._parent, "换电脑", question, "继续用本机(&J)", "不改(&N)", loses=True):
            tell(self._parent, "换电脑", moving.stay(self._session.workspace))
            self._session.announce_library()
        return None

    def restore(self) -> Restored | None:
        """恢复; the window is to be closed when something was restored."""
        begin = next(iter(removable_drives()), None) or documents_folder()
        chosen = ask_files(self._parent, "选择备份文件", begin, "备份文件 (*.zip *.sqlite3)")
        if not chosen:
            return None
        path, password = chosen[0], ""
        if restoring.is_database(path):
            about = f"“{path.name}”是升级前自动留下的数据库，不含佐证材料；佐证材料照旧。"
        else:
            opened = self._looked(path)
            if opened is None:
                return None
            seen, password = opened
            about = (
                f"这份备份由“{seen.made_by}”于{format_chinese(seen.made_at.astimezone().date())}做，"
                f"有{seen.files}件佐证材料。"
            )
        question = (
            f"{about}恢复以后，本机现在的数据改名保留在数据文件夹里，不会删除；"
            f"备份以后在本机填的，要另外补填。恢复完要重新打开绿阶。"
        )
        if not ask(self._parent, "恢复", question, "恢复(&R)", loses=True):
            return None
        ws = self._session.workspace

        def work(progress: Progress) -> Restored:
            return restoring.restore(
                path, ws.folder, password=password, replace=True, clock=ws.clock,
                progress=_in_parts(progress), cancelled=progress.is_cancelled,
            )

        ws.store.close()  # nothing may hold the files; it opens by itself again where nothing was restored
        done = self._ran("恢复", "没有恢复", work)
        if done is not None:
            tell(self._parent, "恢复", f"{done.sentence}\n绿阶现在关闭，请重新打开。")
        return done

    def check(self) -> Soundness | None:
        """检查数据; None when it was stopped."""
        ws = self._session.workspace

        def work(progress: Progress) -> Soundness:
            return moving.verify(ws, progress=_in_parts(progress), cancelled=progress.is_cancelled)

        found = self._ran("检查数据", "没有检查完", work)
        if found is not None:
            more = len(found.problems) - _SHOWN
            lines = [found.sentence, *found.problems[:_SHOWN], *([f"……还有{more}个问题。"] if more > 0 else [])]
            (warn if found.problems else tell)(self._parent, "检查数据", "\n".join(lines))
        return found

    def _write(self, title: str, words: str, write: Callable[..., BackedUp]) -> BackedUp | None:
        ws = self._session.workspace
        dialog = BackupDialog(title, words, self._parent)
        done = None
        while done is None and dialog.exec() == QDialog.DialogCode.Accepted:
            place = dialog.place

            def work(progress: Progress, place: FilePlace = place) -> BackedUp:
                return write(
                    ws, place.folder, password=place.password, progress=_in_parts(progress),
                    cancelled=progress.is_cancelled,
                )

            done = self._ran(title, "没有写成", work)
        dialog.deleteLater()
        if done is not None:
            tell(self._parent, title, "\n".join((done.sentence, *done.notes[:_SHOWN])))
            self._session.announce_library()
        return done

    def _looked(self, path: Path) -> tuple[BackupLook, str] | None:
        """What the file says of itself, with the password that opens it; None when it is not to be, or is no backup."""
        password, problem = "", ""
        while True:
            try:
                return restoring.look(path, password), password
            except PasswordNeededError as error:
                problem = str(error) if password else ""
            except GreenLadderError as error:
                warn(self._parent, "不能恢复", str(error))
                return None
            dialog = PasswordDialog(path.name, problem, self._parent)
            accepted = dialog.exec() == QDialog.DialogCode.Accepted
            password = dialog.line.text()
            dialog.deleteLater()
            if not accepted:
                return None

    def _ran(self, title: str, trouble: str, work: Callable[[Progress], T]) -> T | None:
        try:
            return run_with_progress(self._parent, self._runner, title, work, counts=False)
        except GreenLadderError as error:
            warn(self._parent, trouble, str(error))
            return None


def _in_parts(progress: Progress) -> Callable[[int, int], None]:
    """In parts of a thousand: a bar cannot hold more than two thousand million."""

    def report(done: int, total: int) -> None:
        progress.report(done * _PARTS // max(total, 1), _PARTS)

    return report
