"""Looks at a file before any parser does: refuses what is no workbook, and what would cost memory or time."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO, Final

from core.documents.excel import limits
from core.documents.excel.guard_xml import PartScan
from core.domain.errors import UnreadableInputError

_OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_MAGIC: Final = b"PK\x03\x04"
_END_MAGIC: Final = b"PK\x05\x06"
_END_SIZE: Final = 22
_CHUNK: Final = 65_536
_ENCRYPTED_PART: Final = "EncryptedPackage".encode("utf-16-le")
_XML_SUFFIXES: Final = (".xml", ".rels", ".vml")
#: How XML may begin, byte order marks of UTF-8 and UTF-16 included.
_XML_STARTS: Final = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00<")
_FOREIGN: Final = {
    "word/document.xml": "是Word文档",
    "ppt/presentation.xml": "是演示文稿",
    "content.xml": "是OpenDocument表格（.ods）",
    "xl/workbook.bin": "是二进制工作簿（.xlsb）",
}
_SAVE_AS: Final = "请在Excel或WPS中打开，另存为“Excel 工作簿（.xlsx）”后再试"
_BOMB: Final = "解压后过大，像是压缩炸弹，已拒绝打开。请向填报单位索取用原模板填写的文件。"


def check_workbook_file(path: Path) -> None:
    """Refuse hostile and foreign files by caps.

    Raises:
        UnreadableInputError: with the sentence for the clerk; nothing was parsed then.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            _check_kind(path.name, size, stream)
            _check_directory_size(path.name, size, stream)
            _check_archive(path.name, stream)
    except FileNotFoundError:
        raise UnreadableInputError(f"没有找到文件“{path.name}”，请核对路径。") from None
    except IsADirectoryError:
        raise UnreadableInputError(f"“{path.name}”是文件夹，不是Excel文件。") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError):
        raise UnreadableInputError(f"“{path.name}”已损坏或不完整，打不开。请重新复制或让对方重发。") from None
    except OSError as error:
        raise UnreadableInputError(f"“{path.name}”读不出来（{error.strerror}），请检查文件或U盘。") from None


def _refuse(name: str, why: str) -> UnreadableInputError:
    return UnreadableInputError(f"“{name}”{why}")


def _check_kind(name: str, size: int, stream: IO[bytes]) -> None:
    if size == 0:
        raise _refuse(name, "是空文件，请让对方重发。")
    if size > limits.FILE_BYTES:
        megabytes = limits.FILE_BYTES // 1_000_000
        raise _refuse(name, f"超过{megabytes}MB，不像是填报表。请删去表中的图片后再试，佐证材料另附。")
    head = stream.read(len(_OLE_MAGIC))
    if head == _OLE_MAGIC:
        stream.seek(0)
        if _ENCRYPTED_PART in stream.read():
            raise _refuse(name, "设有打开密码，读不出来。请在Excel或WPS中取消密码，保存后再试。")
        raise _refuse(name, f"是旧格式（.xls或.et），读不出来。{_SAVE_AS}。")
    if not head.startswith(_ZIP_MAGIC):
        raise _refuse(name, f"不是Excel工作簿（.xlsx）。{_SAVE_AS}。")


def _check_directory_size(name: str, size: int, stream: IO[bytes]) -> None:
    """A directory of a million entries costs memory as soon as it is listed: measure it first."""
    tail = min(size, _END_SIZE + 65_535)
    stream.seek(-tail, os.SEEK_END)
    data = stream.read(tail)
    at = data.rfind(_END_MAGIC)
    if at < 0 or len(data) - at < _END_SIZE:
        raise zipfile.BadZipFile(name)
    count, directory = struct.unpack("<HI", data[at + 10 : at + 16])
    if count > limits.ENTRIES or directory > limits.DIRECTORY_BYTES:
        raise _refuse(name, f"内含的部件超过{limits.ENTRIES}个，不像是填报表，已拒绝打开。")


def _check_archive(name: str, stream: IO[bytes]) -> None:
    with zipfile.ZipFile(stream) as archive:
        entries = archive.infolist()
        _check_entries(name, entries)
        _check_is_workbook(name, {e.filename for e in entries})
        if sum(e.file_size for e in entries) > limits.UNPACKED_BYTES:
            raise _refuse(name, _BOMB)
        scan = PartScan(name)
        for entry in entries:
            if _is_xml(archive, entry):
                _scan_part(archive, entry, scan, name)
        scan.finish()


def _check_entries(name: str, entries: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    if len(entries) > limits.ENTRIES:
        raise _refuse(name, f"内含的部件超过{limits.ENTRIES}个，不像是填报表，已拒绝打开。")
    for entry in entries:
        part = entry.orig_filename.replace("\\", "/")
        if part.startswith("/") or ":" in part or ".." in part.split("/") or "\x00" in part:
            raise _refuse(name, "内含指向文件夹之外的部件，可能有害，已拒绝打开。")
        if part.lower() in seen:
            raise _refuse(name, f"内含两个同名部件“{part}”，内容无法确定，已拒绝打开。请用原模板重新填写。")
        seen.add(part.lower())
        if entry.flag_bits & 0x1:
            raise _refuse(name, "的内容加了密，读不出来。请取消密码后再试。")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _refuse(name, f"的压缩方式不是Excel所用的。{_SAVE_AS}。")


def _check_is_workbook(name: str, parts: set[str]) -> None:
    if {"xl/workbook.xml", "[Content_Types].xml"} <= parts:
        return
    for part, what in _FOREIGN.items():
        if part in parts:
            raise _refuse(name, f"{what}，不是Excel工作簿（.xlsx）。{_SAVE_AS}。")
    inside = next((p for p in parts if p.lower().endswith((".xlsx", ".xls", ".zip"))), "")
    hint = f"它是压缩包，请解压后导入其中的“{Path(inside).name}”。" if inside else f"{_SAVE_AS}。"
    raise _refuse(name, f"不是Excel工作簿（.xlsx）。{hint}")


def _is_xml(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """By content too: a relation may point a parser to a sheet that is named like a picture."""
    if entry.filename.lower().endswith(_XML_SUFFIXES):
        return True
    with archive.open(entry) as part:
        return part.read(64).lstrip().startswith(_XML_STARTS)


def _scan_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, scan: PartScan, name: str) -> None:
    """Inflate in chunks and count what really comes out: declared sizes may lie."""
    scan.begin(entry.filename)
    with archive.open(entry) as part:
        while chunk := part.read(_CHUNK):
            scan.unpacked += len(chunk)
            if scan.unpacked > limits.XML_BYTES:
                raise _refuse(name, _BOMB)
            scan.feed(chunk)
    scan.end()
