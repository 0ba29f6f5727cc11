"""A policy pack as one small file, so that an old window can be checked again under the pack that it used."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from typing import Final

from core.policy.loader import data_files, load_pack
from core.policy.pack import PolicyPack

_FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)


def pack_bytes(folder: Path) -> bytes:
    """The pack's data files as a zip: the same pack gives the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in data_files(folder):
            archive.writestr(zipfile.ZipInfo(name, _FIXED_TIME), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def load_packed(content: bytes) -> PolicyPack:
    """Load a kept pack.

    Raises:
        PackError: it is wrong for this program.
    """
    with tempfile.TemporaryDirectory(prefix="greenladder-pack-") as folder:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            archive.extractall(folder)
        return load_pack(Path(folder))
