"""Pictures of pages as rows of gray."""

from __future__ import annotations

from PySide6.QtGui import QImage


def gray_rows(image: QImage) -> list[bytes]:
    """One byte a pixel, from top to bottom, without what pads a row."""
    gray = image.convertToFormat(QImage.Format.Format_Grayscale8)
    data, stride = bytes(gray.constBits()), gray.bytesPerLine()
    return [data[y * stride : y * stride + gray.width()] for y in range(gray.height())]
