"""The zip container, read strictly: one entry after the other from the first byte to the directory, nothing between.

The plain subset that every zip program writes to a disk: stored or deflated, sizes in the local header, no 64-bit
extension, no comment. Then no two entries can overlap, nothing can hide before, between or behind them, and what the
directory says is what lies there.
"""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from core.exchange.errors import PackageRefusedError, Refusal
from core.exchange.limits import CHUNK, MAX_ENTRIES, MAX_NAME_BYTES, MAX_RATIO, MAX_TOTAL_BYTES, RATIO_FREE_BYTES

_END: Final = struct.Struct("<4s4H2LH")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_END_MARK, _CENTRAL_MARK, _LOCAL_MARK = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
_STORED, _DEFLATED, _AES = 0, 8, 99
_ENCRYPTED, _UTF8 = 0x0001, 0x0800
# Bits 1 and 2 tell how hard deflate tried.
_ALLOWED_FLAGS: Final = _ENCRYPTED | 0x0006 | _UTF8
_ZIP64_EXTRA, _AES_EXTRA = 0x0001, 0x9901
_UNIX: Final = 3
_MAX_COMMENT: Final = 0xFFFF

TRUNCATED: Final = "文件不完整（可能没有拷贝完或下载中断），本机没有任何改动。请重新拷贝，或请对方重新发送。"
_LYING: Final = "文件的内部结构前后不符，可能已损坏或被改动过，已拒收。请重新拷贝，或请对方重新发送。"


_UNKNOWN: Final = "文件用了本程序不认识的压缩或加密方式，已拒收。请对方用绿阶重新生成。"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a zip: `start` is where its packed bytes begin."""

    name: str
    method: int
    crc: int
    packed: int
    size: int
    start: int
    is_encrypted: bool

    @property
    def is_deflated(self) -> bool:
        """True when the bytes are packed, false when they lie there as they are."""
        return self.method == _DEFLATED


@dataclass(frozen=True, slots=True)
class _Line:
    """What the directory says of an entry, before its local header is compared."""

    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int


def read_layout(stream: BinaryIO) -> tuple[Entry, ...]:
    """Every entry, in the order in which they lie there.

    Raises:
        PackageRefusedError: no zip, cut off, or not laid out as said above.
        OSError: the disk cannot be read.
    """
    size = stream.seek(0, 2)
    count, directory_size, directory_start = _read_end(stream, size)
    lines = _read_directory(stream, count, directory_start, directory_size)
    entries = []
    position = 0
    for line in lines:
        entry = _read_local(stream, line, position)
        position = entry.start + entry.packed
        entries.append(entry)
    if position != directory_start:
        raise _refused(Refusal.HOSTILE, _LYING)
    return tuple(entries)


def read_entry(stream: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """The bytes of an unencrypted entry, piece by piece, never more than it says.

    Raises:
        PackageRefusedError: the bytes are not what the directory says.
    """
    crc = 0
    for piece in read_unchecked(stream, entry):
        crc = zlib.crc32(piece, crc)
        yield piece
    if crc != entry.crc:
        raise _altered(entry.name)


def read_unchecked(stream: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """The same without the zip's checksum, for a caller that hashes what was verified before once more."""
    done = 0
    for piece in _inflated(stream, entry) if entry.is_deflated else _raw(stream, entry):
        done += len(piece)
        if done > entry.size:
            raise _refused(Refusal.HOSTILE, _LYING)
        yield piece
    if done != entry.size:
        raise _altered(entry.name)


def _raw(stream: BinaryIO, entry: Entry) -> Iterator[bytes]:
    position, left = entry.start, entry.packed
    while left:
        # The stream is shared: whoever reads seeks first.
        stream.seek(position)
        piece = stream.read(min(CHUNK, left))
        if not piece:
            raise _refused(Refusal.TRUNCATED, TRUNCATED)
        position += len(piece)
        left -= len(piece)
        yield piece


def _inflated(stream: BinaryIO, entry: Entry) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for packed in _raw(stream, entry):
            pending = packed
            while pending and not inflater.eof:
                piece = inflater.decompress(pending, CHUNK)
                pending = inflater.unconsumed_tail
                if piece:
                    yield piece
        yield from _rest(inflater)
    except zlib.error as error:
        raise _altered(entry.name) from error
    if not inflater.eof or inflater.unused_data:
        raise _altered(entry.name)


def _rest(inflater: zlib._Decompress) -> Iterator[bytes]:
    while not inflater.eof:
        piece = inflater.decompress(b"", CHUNK)
        if not piece:
            return
        yield piece


def _read_end(stream: BinaryIO, size: int) -> tuple[int, int, int]:
    if size == 0:
        raise _refused(Refusal.EMPTY, "这是一个空文件，里面什么也没有。请重新拷贝，或请对方重新发送。")
    stream.seek(0)
    is_zip = stream.read(4) == _LOCAL_MARK
    tail_start = max(0, size - _END.size - _MAX_COMMENT)
    stream.seek(tail_start)
    tail = stream.read()
    found = tail.rfind(_END_MARK)
    if not is_zip and (found < 0 or size < _END.size):
        raise _refused(Refusal.NOT_OURS, "这不是绿阶的报送包、回执或通知。请重新选择文件（扩展名为.zip）。")
    if found < 0 or found + _END.size > len(tail):
        raise _refused(Refusal.TRUNCATED, TRUNCATED)
    _, disk, start_disk, here, count, directory_size, directory_start, _ = _END.unpack_from(tail, found)
    if not is_zip or tail_start + found + _END.size != size:
        raise _refused(Refusal.HOSTILE, "文件的开头或末尾夹带了多余的内容，已拒收。请对方重新发送原文件。")
    if disk or start_disk or here != count or directory_start + directory_size != tail_start + found:
        raise _refused(Refusal.HOSTILE, _LYING)
    if count > MAX_ENTRIES:
        raise _refused(Refusal.TOO_BIG, "文件里的条目多得不合常理，已拒收。请联系发件单位核实。")
    return count, directory_size, directory_start


def _read_directory(stream: BinaryIO, count: int, start: int, size: int) -> list[_Line]:
    if size > count * (_CENTRAL.size + MAX_NAME_BYTES + 256):
        raise _refused(Refusal.HOSTILE, _LYING)
    stream.seek(start)
    data = stream.read(size)
    lines: list[_Line] = []
    position = 0
    for _ in range(count):
        line, position = _central_line(data, position)
        lines.append(line)
    if position != len(data):
        raise _refused(Refusal.HOSTILE, _LYING)
    if sum(line.size for line in lines) > MAX_TOTAL_BYTES:
        raise _refused(Refusal.TOO_BIG, "文件展开后大得不合常理，已拒收。请联系发件单位核实。")
    return lines


def _central_line(data: bytes, position: int) -> tuple[_Line, int]:
    if position + _CENTRAL.size > len(data) or data[position : position + 4] != _CENTRAL_MARK:
        raise _refused(Refusal.DAMAGED, _LYING)
    (
        _, made_by, _, flags, method, _, _, crc, packed, size, name_size, extra_size, comment_size, disk, _, attributes,
        offset,
    ) = _CENTRAL.unpack_from(data, position)
    name_start = position + _CENTRAL.size
    end = name_start + name_size + extra_size + comment_size
    if end > len(data) or disk or comment_size or name_size > MAX_NAME_BYTES:
        raise _refused(Refusal.HOSTILE, _LYING)
    name = data[name_start : name_start + name_size]
    _require_plain_file(made_by >> 8, attributes)
    _require_extra(data[name_start + name_size : name_start + name_size + extra_size])
    line = _Line(name, flags, method, crc, packed, size, offset)
    _require_honest(line)
    return line, end


def _require_plain_file(system: int, attributes: int) -> None:
    mode = stat.S_IFMT(attributes >> 16) if system == _UNIX or attributes >> 16 else 0
    if mode not in (0, stat.S_IFREG) or attributes & 0x10:
        raise _refused(Refusal.HOSTILE, "文件里夹带了链接或文件夹之类的特殊条目，已拒收。请联系发件单位核实。")


def _require_extra(extra: bytes) -> None:
    position = 0
    while position + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, position)
        if kind == _ZIP64_EXTRA:
            raise _refused(Refusal.HOSTILE, _LYING)
        # Under AES too only the two ways of packing whose unpacking takes little memory.
        if kind == _AES_EXTRA and (length != 7 or extra[position + 9 : position + 11] not in (b"\0\0", b"\x08\0")):
            raise _refused(Refusal.HOSTILE, _UNKNOWN)
        position += 4 + length
    if position != len(extra):
        raise _refused(Refusal.HOSTILE, _LYING)


def _require_honest(line: _Line) -> None:
    encrypted = bool(line.flags & _ENCRYPTED)
    if line.flags & ~_ALLOWED_FLAGS or line.method not in ((_AES,) if encrypted else (_STORED, _DEFLATED)):
        raise _refused(Refusal.HOSTILE, _UNKNOWN)
    if not encrypted and line.method == _STORED and line.packed != line.size:
        raise _refused(Refusal.HOSTILE, _LYING)
    if line.size > RATIO_FREE_BYTES and line.size > line.packed * MAX_RATIO:
        raise _refused(Refusal.TOO_BIG, "文件展开后大得不合常理，已拒收。请联系发件单位核实。")


def _read_local(stream: BinaryIO, line: _Line, position: int) -> Entry:
    if line.offset != position:
        raise _refused(Refusal.HOSTILE, _LYING)
    stream.seek(position)
    header = stream.read(_LOCAL.size)
    if len(header) != _LOCAL.size:
        raise _refused(Refusal.DAMAGED, _LYING)
    mark, _, flags, method, _, _, crc, packed, size, name_size, extra_size = _LOCAL.unpack(header)
    if mark != _LOCAL_MARK:
        raise _refused(Refusal.DAMAGED, _LYING)
    rest = stream.read(name_size + extra_size)
    told = _Line(rest[:name_size], flags, method, crc, packed, size, position)
    if told != line:
        raise _refused(Refusal.DAMAGED, _LYING)
    _require_extra(rest[name_size:])
    start = position + _LOCAL.size + name_size + extra_size
    return Entry(_name(line), method, crc, packed, size, start, bool(flags & _ENCRYPTED))


def _name(line: _Line) -> str:
    # Without the UTF-8 flag only ASCII is sure; foreign code pages show as unknown names and are refused as such.
    try:
        return line.name.decode("utf-8" if line.flags & _UTF8 else "ascii")
    except UnicodeDecodeError:
        return line.name.decode("latin-1") + "?"


def _altered(name: str) -> PackageRefusedError:
    from core.exchange.names import shown_name

    return _refused(
        Refusal.ALTERED,
        f"文件里的“{shown_name(name)}”与清单不符，可能已损坏或被改动过，已拒收。请重新拷贝，或请对方重新发送。",
    )


def _refused(reason: Refusal, sentence: str) -> PackageRefusedError:
    return PackageRefusedError(reason, sentence)
