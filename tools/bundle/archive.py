"""The archive that is handed out, and the sums by which its arrival is checked: same folder, same bytes."""

from __future__ import annotations

import hashlib
import lzma
import os
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from core.infra.atomic_files import atomic_path, write_atomically
from tools.bundle.contents import IS_WINDOWS

SUMS: Final = "SHA256SUMS"
_PRESET: Final = 6
_PROGRAM_MODE: Final = 0o755
_FILE_MODE: Final = 0o644
_CHUNK: Final = 1 << 20
#: Blocks of one size make the same bytes on any number of cores.
_XZ: Final = ("xz", "--compress", "--stdout", f"-{_PRESET}", "--threads=0", "--block-size=64MiB")


def write_archive(folder: Path, moment: int) -> Path:
    """Pack `folder` beside itself, whole or not at all: .zip on Windows, .tar.xz elsewhere; gives the archive.

    Raises:
        StoreError: it cannot be written there.
        subprocess.CalledProcessError: the compressor failed.
    """
    out = folder.with_name(folder.name + (".zip" if IS_WINDOWS else ".tar.xz"))
    with atomic_path(out) as temporary:
        if IS_WINDOWS:
            _write_zip(folder, temporary, moment)
        else:
            _write_tar(folder, temporary, moment)
    return out


def write_sums(files: list[Path]) -> Path:
    """Write SHA256SUMS beside the files, as `sha256sum -c` reads it."""
    lines = []
    for path in sorted(files):
        with path.open("rb") as stream:
            lines.append(f"{hashlib.file_digest(stream, 'sha256').hexdigest()}  {path.name}\n")
    out = files[0].with_name(SUMS)
    write_atomically(out, "".join(lines).encode())
    return out


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """All files with their names in the archive, alike kinds together: what resembles each other packs better."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    for path in sorted(found, key=lambda path: (path.suffix.lower(), path.as_posix())):
        yield f"{folder.name}/{path.relative_to(folder).as_posix()}", path


def _write_tar(folder: Path, out: Path, moment: int) -> None:
    with out.open("wb") as stream:
        if shutil.which(_XZ[0]) is None:
            with lzma.open(stream, "wb", preset=_PRESET) as packed:
                _tar_into(folder, packed, moment)
            return
        with subprocess.Popen(_XZ, stdin=subprocess.PIPE, stdout=stream) as packer:
            if packer.stdin is None:
                raise BrokenPipeError
            _tar_into(folder, packer.stdin, moment)
            packer.stdin.close()
        if packer.returncode:
            raise subprocess.CalledProcessError(packer.returncode, _XZ)


def _tar_into(folder: Path, stream: IO[bytes], moment: int) -> None:
    with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for name, path in _files(folder):
            info = tarfile.TarInfo(name)
            info.size, info.mtime = path.stat().st_size, moment
            info.mode = _PROGRAM_MODE if os.access(path, os.X_OK) else _FILE_MODE
            with path.open("rb") as content:
                archive.addfile(info, content)


def _write_zip(folder: Path, out: Path, moment: int) -> None:
    when = datetime.fromtimestamp(max(moment, 315_619_200), UTC).timetuple()[:6]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, path in _files(folder):
            info = zipfile.ZipInfo(name, when)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = _FILE_MODE << 16
            with path.open("rb") as content, archive.open(info, "w") as target:
                shutil.copyfileobj(content, target, _CHUNK)
