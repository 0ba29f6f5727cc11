"""Which reader a file of evidence wants, told by what is in it, not by its name; and whether one can read it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from core.documents.binding.model import RESCAN, UnbindableError
from core.documents.binding.sources import Source

_HEAD: Final = 1024
#: A larger file is not looked at before it is bound: that would keep the clerk waiting.
_MOST_LOOKED_AT: Final = 20_000_000
_OTHER_KIND: Final = "没有装订"
_PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG", b"II*\0", b"MM\0*", b"BM", b"GIF8")
_OTHERS: Final = {
    "ofd": "OFD文件", "heic": "HEIC照片", "doc": "Word文档", "docx": "Word文档", "wps": "WPS文档", "rtf": "文字文档",
    "txt": "文本文件", "csv": "表格", "xls": "Excel表格", "xlsx": "Excel表格", "et": "WPS表格", "ppt": "演示文稿",
    "pptx": "演示文稿", "dps": "演示文稿", "zip": "压缩包", "rar": "压缩包", "7z": "压缩包", "mp4": "视频",
}
_SHOULD_BE: Final = {
    "pdf": "PDF文件", "png": "图片", "jpg": "图片", "jpeg": "图片", "tif": "图片", "tiff": "图片", "bmp": "图片",
    "gif": "图片", "webp": "图片",
}


def opened(path: Path, file_name: str) -> Source:
    """The file ready to be drawn.

    Raises:
        UnbindableError: it cannot be bound; the reason and what to do.
        OSError: the disk does not give it.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if not head:
        raise UnbindableError(f"文件是空的（0字节）。{RESCAN}")
    if b"%PDF-" in head:
        from core.documents.binding.pdf_source import PdfSource

        return PdfSource(path)
    if head.startswith(_PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        from core.documents.binding.picture_source import PictureSource

        return PictureSource(path)
    ending = Path(file_name).suffix.lower().removeprefix(".")
    if ending in _SHOULD_BE:
        raise UnbindableError(f"里面不是{_SHOULD_BE[ending]}。{RESCAN}")
    kind = _OTHERS.get(ending, "这种文件")
    raise UnbindableError(f"{kind}不能装订进PDF。请另存为PDF后附上，或者单独报送。", _OTHER_KIND)


def unreadable(path: Path, file_name: str) -> str:
    """Why a PDF or picture will not be bound whole, and what to do; empty for a sound one, and for other kinds.

    Of each page it is only seen that it is there, and files of over 20 MB are not looked at.

    Raises:
        OSError: the disk does not give it.
    """
    if path.stat().st_size > _MOST_LOOKED_AT:
        return ""
    try:
        source = opened(path, file_name)
    except UnbindableError as error:
        return "" if error.fate == _OTHER_KIND else str(error)
    try:
        return source.note
    finally:
        source.close()
