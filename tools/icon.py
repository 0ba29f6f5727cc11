"""Draws the program's icon: PNG files of the usual sizes and the .ico of Windows, from the two SVG files beside them.

After a change of an SVG:  PYTHONPATH=. .venv/bin/python tools/icon.py
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, Qt
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgRenderer

FOLDER: Final = Path(__file__).resolve().parents[1] / "resources" / "icons"
NAME: Final = "greenladder"
SIZES: Final = (16, 20, 24, 32, 40, 48, 64, 128, 256)
_SMALL_UP_TO: Final = 24
_PNG_SIZES: Final = (16, 24, 32, 48, 64, 128, 256)


def drawn(size: int) -> bytes:
    """The icon at that many pixels, as PNG."""
    name = f"{NAME}-small.svg" if size <= _SMALL_UP_TO else f"{NAME}.svg"
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(FOLDER / name)).render(painter, QRectF(0, 0, size, size))
    painter.end()
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(held.data())


def ico(pictures: Mapping[int, bytes]) -> bytes:
    """An .ico file of PNG pictures by their sizes (256 is written as 0, as the format says)."""
    head = struct.pack("<HHH", 0, 1, len(pictures))
    place = len(head) + 16 * len(pictures)
    entries, body = b"", b""
    for size, data in sorted(pictures.items()):
        entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(data), place + len(body))
        body += data
    return head + entries + body


def main() -> None:
    """Write all of them."""
    pictures = {size: drawn(size) for size in SIZES}
    for size in _PNG_SIZES:
        (FOLDER / f"{NAME}-{size}.png").write_bytes(pictures[size])
    (FOLDER / f"{NAME}.ico").write_bytes(ico(pictures))
    print(f"{len(_PNG_SIZES)} PNG files and {NAME}.ico in {FOLDER}")


if __name__ == "__main__":
    main()
