"""Writes the golden pages that the tests compare with, and the gallery in docs/. Look at both before committing them.

`golden.py [WORD…]`: only products whose name holds one of the words; the gallery is always written whole.
"""

from __future__ import annotations

import sys

from core.documents.pdf.writer import pdf_bytes
from tests.core.documents import golden_pages as golden
from tests.core.documents.gallery import write_gallery
from tests.core.documents.printing import fonts
from tests.core.documents.products_table import SAMPLES, Sample


def main(words: list[str]) -> int:
    """Write what the words choose, and say how large it is."""
    golden.GOLDEN.mkdir(exist_ok=True)
    chosen = [s for s in SAMPLES if not words or any(word in s.name for word in words)]
    for old in golden.GOLDEN.iterdir():
        if old.suffix in (".txt", ".png") and (not words or any(old.name.startswith(f"{s.name}.") for s in chosen)):
            old.unlink()
    for sample in chosen:
        _write(sample)
    size = sum(p.stat().st_size for p in golden.GOLDEN.iterdir())
    pages, gallery = write_gallery(SAMPLES)
    print(f"golden: {len(chosen)} products, {size / 1e6:.2f} MB in all; gallery: {pages} pages, {gallery / 1e6:.2f} MB")
    return 0


def _write(sample: Sample) -> None:
    data = pdf_bytes(sample.make(), fonts())
    lines = (s.written() for s in golden.stretches(data))
    golden.text_file(sample.name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    pictures = golden.pictures(data)
    for page, picture in zip(golden.pages_pictured(data), pictures, strict=True):
        golden.save_picture(picture, golden.picture_file(sample.name, page))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
