"""数据比程序新: a former program met a store that a newer one brought on; how to go back to it, or to leave."""

from __future__ import annotations

from pathlib import Path

from core.domain.calendar import format_chinese
from core.domain.errors import GreenLadderError
from core.services import restoring
from gui.dialogs.messages import ask, tell, warn

_TITLE = "数据比程序新"


def offer_going_back(problem: str, folder: Path) -> bool:
    """Say why the store does not open, and offer the newest copy from before an upgrade; True once it is restored."""
    copies = restoring.earlier_copies(folder)
    if not copies:
        warn(None, _TITLE, f"{problem}\n数据文件夹里没有升级前的备份；手头有备份文件的，请交给技术支持。")
        return False
    copy = copies[0]
    moment = f"{format_chinese(copy.made_at.date())}{copy.made_at:%H:%M}"
    question = (
        f"{problem}\n\n升级前（{moment}）自动留下了一份数据。恢复它，本程序就能照旧使用；"
        f"升级以后填的不在里面，改名保留，不会删除，新版程序还能打开。"
    )
    if not ask(None, _TITLE, question, "恢复升级前的数据(&R)", "退出(&X)", loses=True):
        return False
    try:
        done = restoring.go_back(copy.path, folder, replace=True)
    except GreenLadderError as error:
        warn(None, "没有恢复", str(error))
        return False
    tell(None, "已恢复", "\n".join((done.sentence, *done.notes)))
    return True
