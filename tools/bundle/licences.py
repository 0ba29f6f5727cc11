"""The licences of all that is handed out: a folder of texts, and one page in Chinese that says whose what is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tools.bundle.parts import DEBIAN_NOTICE, PROGRAM, Part

FOLDER: Final = "licences"
COMMON: Final = "common"
SUMMARY: Final = "第三方许可.txt"
_KINDS: Final = {"framework": "运行环境", "library": "程序库", "font": "字体"}
_HEAD: Final = """绿阶 {version}　第三方许可
{line}
绿阶本身按MIT许可发布（见LICENSE）。它带有下列他人的软件和字体，各按自己的许可分发，许可全文在
“{folder}”文件夹中同名的文件夹里（系统库共用的GPL、LGPL等全文在其中的common文件夹）。

Qt和Qt for Python（PySide6、shiboken6）按LGPL第3版使用：它们以单独的动态库放在_internal/PySide6和
_internal/shiboken6中，您可以换成自己编译的同版本库；为此目的允许反向工程。源代码见code.qt.io。其中
libicudata只留下了中文、英文和不分语言的数据（办法见源代码中的tools/bundle/icu_data.py）。
psycopg和libpq的说明同理，它们在_internal/psycopg_binary和_internal/psycopg_binary.libs中。
仿宋字体fang.ttf按GPL第3版（附字体例外）分发，它的源文件和改动办法见“{folder}”中它的NOTICES.md；
嵌入这个字体的文件不因此受GPL约束。
{line}
"""


def write_licences(folder: Path, parts: Sequence[Part], version: str) -> None:
    """Write the texts below `folder` and the summary beside them.

    Raises:
        OSError: they cannot be written.
    """
    for part in parts:
        if part.name == PROGRAM:
            continue
        for name, text in part.texts.items():
            # Debian's notices refer to the common texts; one copy of these serves them all.
            is_common = part.origin.startswith("pkg:deb/") and name != DEBIAN_NOTICE
            place = folder / FOLDER / (COMMON if is_common else folder_of(part)) / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text)
    (folder / SUMMARY).write_text(summary(parts, version), encoding="utf-8-sig", newline="\r\n")


def folder_of(part: Part) -> str:
    """The folder of a part's texts: its name as every file system takes it."""
    return re.sub(r"[^\w.+-]+", "-", part.name).strip("-")


def summary(parts: Sequence[Part], version: str) -> str:
    """The page in Chinese: every part with version, licence and where its text is."""
    lines = [_HEAD.format(version=version, folder=FOLDER, line="─" * 40)]
    for kind, title in _KINDS.items():
        of_kind = [part for part in parts if part.kind == kind]
        lines.append(f"\n{title}（{len(of_kind)}个）\n")
        lines += [f"{part.name}　{part.version}　{part.licence}　→ {FOLDER}/{folder_of(part)}" for part in of_kind]
    return "\n".join(lines) + "\n"
