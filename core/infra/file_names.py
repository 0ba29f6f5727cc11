"""Names of files as Windows takes them, made of what people call things."""

from __future__ import annotations

import re
from typing import Final

_FORBIDDEN: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
#: Windows takes these for devices, with any ending; a paper of that name would go nowhere.
_DEVICE: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
_LONGEST: Final = 80
#: File systems of Linux count bytes: a name with its ending stays below 255 of them.
_MOST_BYTES: Final = 240


def safe_name(text: str, mark: str = "") -> str:
    """A file name that Windows and Linux accept, at most 80 characters; 未命名 where nothing is left.

    `mark` stands at its end whole, however long the text is.
    """
    name = _FORBIDDEN.sub("_", text).strip(" .")[: _LONGEST - len(mark)]
    while len(f"{name}{mark}".encode("utf-8", "replace")) > _MOST_BYTES:
        name = name[:-1]
    name = name.strip(" .") or "未命名"
    return f"_{name}{mark}" if _DEVICE.match(f"{name}{mark}") else f"{name}{mark}"
