"""The gallery in docs/: pages of every product as pictures, with their captions."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pypdfium2  # type: ignore[import-untyped]

from core.documents.pdf.writer import pdf_bytes
from tests.core.documents.golden_pages import picture_of, save_picture
from tests.core.documents.printing import ROOT, fonts
from tests.core.documents.products_table import HOWS, Sample

GALLERY: Final = ROOT / "docs" / "gallery"
_DPI: Final = 90
#: What is shown: of each product its usual pages, these too; pages counted from 0, -1 is the last.
_PAGES: Final = {
    "form-green-factory.blank": (0, 3), "form-green-factory.usual": (0, 3), "form-green-factory.longest": (1,),
    "form-green-supply-chain.usual": (0, -1), "form-green-park.usual": (0,), "form-annual-report.usual": (0,),
    "sheet-green-factory.usual": (0, 1), "sheet-green-supply-chain.usual": (0, 1), "sheet-green-park.usual": (0, 1),
    "sheet-green-factory.short": (0,), "report-green-factory.usual": (0,), "report-green-factory.short": (0,),
    "report-green-factory.longest": (2,), "roster.usual": (0, 3, 4), "roster.short": (0,), "library-on.usual": (0,),
    "announcement.usual": (0,), "announcement.longest": (0, 2), "letter.usual": (0,), "letter.longest": (1, -1),
    "city-list.usual": (0,), "nation-list.usual": (0,), "city-list.longest": (1,), "reminder.usual": (0, 1),
    "query-list.usual": (0,), "package-cover.usual": (0,), "office-summary.usual": (0, 1), "receipt.usual": (0, 1),
    "notice.usual": (0,),
}
_HEAD: Final = """# 打印件图册

本页的图由`tools/golden.py`按样例数据生成（单位、代码、人名都是虚构的），与程序打印出来的一致；改了版式以后重新生成。
版式按GB/T 9704-2012：公文（公告、推荐函、通知）每面22行、每行28字；表格类文书版心加高；单页码居右、双页码居左。

各表用字不小于8.5磅（代码、日期、数字不小于7.5磅）：字多时先缩小，再加高本行，一页放不下的接到下一页，并写明
“（下页续）”“（续上页）”；表格转页时重复表头，注明“（续表）”。签字盖章的地方不拆开，都放得下直径42毫米的圆章。

"""


def write_gallery(samples: Iterable[Sample]) -> tuple[int, int]:
    """Write pictures and captions anew; returns how many pages and how many bytes."""
    GALLERY.mkdir(exist_ok=True)
    for old in GALLERY.glob("*.png"):
        old.unlink()
    by_name = {sample.name: sample for sample in samples}
    parts = [_HEAD]
    for name, pages in _PAGES.items():
        parts.append(_shown(by_name[name], pages))
    (GALLERY / "README.md").write_text("".join(parts).rstrip("\n") + "\n", encoding="utf-8")
    files = list(GALLERY.glob("*.png"))
    return len(files), sum(file.stat().st_size for file in files)


def _shown(sample: Sample, pages: Iterable[int]) -> str:
    document = pypdfium2.PdfDocument(pdf_bytes(sample.make(), fonts()))
    count = len(document)
    lines = [f"## {sample.caption}　{HOWS[sample.how]}，共{count}页\n\n"]
    for page in pages:
        number = page % count + 1
        path: Path = GALLERY / f"{sample.name}.{number}.png"
        save_picture(picture_of(document[number - 1], _DPI), path)
        lines.append(f"![{sample.caption}第{number}页]({path.name})\n")
    return "".join((*lines, "\n"))
