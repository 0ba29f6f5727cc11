"""The page that lies beside the program: how to start it, carry it about and bring it up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from core.infra.paths import PORTABLE_DATA, PORTABLE_MARK
from tools.bundle.contents import IS_WINDOWS

NAME: Final = "使用说明.txt"
DESKTOP_ICON: Final = "安装桌面图标.sh"
_START: Final = (
    "双击greenladder.exe。用命令时在命令提示符中运行greenladder-cmd.exe --help。"
    if IS_WINDOWS else "双击greenladder；打不开时在终端中运行./greenladder，看提示。用命令时运行./greenladder --help。"
    f"要桌面图标，在本文件夹打开终端，运行sh {DESKTOP_ICON}。"
)
_TEXT: Final = """绿阶 {version}（绿色制造单位培育库）

一、启动：整个文件夹复制到电脑上（或留在U盘里），不用安装，不用管理员权限，不联网。{start}
二、便携模式：在本文件夹中新建一个名为“{mark}.txt”的空文件，数据就存在本文件夹的“{data}”里，随文件夹走；
　　没有这个文件时，数据存在本用户自己的数据文件夹里，几个版本共用。
三、更新：新版本是一个新文件夹，直接启动新的；第一次启动会先备份再升级数据。旧文件夹可留着备用，要退回旧版本，
　　先用旧文件夹中的程序恢复升级前的备份。便携模式下把“{mark}.txt”和“{data}”一起移到新文件夹。

第三方软件和字体的许可见“第三方许可.txt”和licences文件夹，物料清单见greenladder.cdx.json。
"""


def write_papers(folder: Path, version: str) -> None:
    """Write the page into the folder that is handed out; with a mark and line ends for the editors of Windows.

    On Linux the script that makes an icon on the desktop goes with it.

    Raises:
        OSError: it cannot be written.
    """
    text = _TEXT.format(version=version, start=_START, mark=PORTABLE_MARK, data=PORTABLE_DATA)
    (folder / NAME).write_text(text, encoding="utf-8-sig", newline="\r\n")
    if not IS_WINDOWS:
        script = folder / DESKTOP_ICON
        script.write_bytes(Path(__file__).with_name("desktop_icon.sh").read_bytes())
        script.chmod(0o755)
