"""The outer zip of a file with a password: AES-256, as 7-Zip and WinRAR open it, with the plain file as only entry."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from core.exchange.archive_writer import pieces_of
from core.exchange.errors import PackageRefusedError, Refusal
from core.exchange.limits import CHUNK, MAX_TOTAL_BYTES

_FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)
_WRONG: Final = "密码不对，打不开这个文件。请向发件单位核对密码（注意大小写）后再试。"


def wrap(inner: Path, name: str, out: Path, password: str, wrote: Callable[[int], None]) -> None:
    """Write `inner` into a new encrypted zip at `out`, as an entry of that name."""
    pyzipper = _pyzipper()
    with out.open("wb") as stream:
        archive = pyzipper.AESZipFile(stream, "w", pyzipper.ZIP_STORED, allowZip64=False)
        try:
            archive.setpassword(password.encode("utf-8"))
            archive.setencryption(pyzipper.WZ_AES, nbits=256)
            with archive.open(archive.zipinfo_cls(name, _FIXED_TIME), "w") as target:
                for piece in pieces_of(inner):
                    target.write(piece)
                    wrote(len(piece))
            archive.close()
        finally:
            # After a full disk its own closing fails once more, and would hide what went wrong.
            archive.fp = None


def unwrap(path: Path, password: str) -> Iterator[bytes]:
    """The bytes of the only entry.

    Raises:
        PackageRefusedError: no password or a wrong one, or the encrypted bytes were changed.
    """
    if not password:
        raise PackageRefusedError(Refusal.NEEDS_PASSWORD, "这个文件设有密码。请输入发件单位告知的密码。")
    pyzipper = _pyzipper()
    size = 0
    try:
        with pyzipper.AESZipFile(path) as archive:
            archive.setpassword(password.encode("utf-8"))
            with archive.open(archive.infolist()[0]) as source:
                while piece := source.read(CHUNK):
                    size += len(piece)
                    if size > MAX_TOTAL_BYTES:
                        raise PackageRefusedError(
                            Refusal.TOO_BIG, "文件展开后大得不合常理，已拒收。请联系发件单位核实。"
                        )
                    yield piece
    except RuntimeError as error:
        raise PackageRefusedError(Refusal.WRONG_PASSWORD, _WRONG) from error
    except (pyzipper.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError) as error:
        raise PackageRefusedError(
            Refusal.ALTERED, "文件内容已损坏或被改动过，或者密码不对，已拒收。请核对密码并重新拷贝，或请对方重新发送。"
        ) from error


def _pyzipper() -> Any:
    import pyzipper  # type: ignore[import-untyped]

    return pyzipper
