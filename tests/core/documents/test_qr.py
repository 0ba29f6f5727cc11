"""QR codes, read back by another program."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
import zxingcpp
from PIL import Image

from core.documents.pdf.stamp import modules

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def _picture(code: Sequence[Sequence[int]], scale: int = 4) -> Image.Image:
    side = len(code) + 8
    picture = Image.new("L", (side, side), 255)
    for y, row in enumerate(code, start=4):
        for x, dark in enumerate(row, start=4):
            picture.putpixel((x, y), 0 if dark else 255)
    return picture.resize((side * scale, side * scale), Image.Resampling.NEAREST)


@pytest.mark.parametrize("length", [1, 2, 16, 17, 29, 30, 46, 47, 48, 67, 68, 87, 88, 107, 108])
def test_a_text_of_any_length_is_read_back(length: int) -> None:
    text = "".join(random.Random(length).choices(LETTERS, k=length))
    found = zxingcpp.read_barcodes(_picture(modules(text)))
    assert [(code.text, code.ec_level) for code in found] == [(text, "Q")]


def test_a_code_with_a_fifth_of_it_torn_off_is_still_read() -> None:
    text = "GL1 91120115PDY00001X4 20261110 7K3M9QWXYZ"
    picture = _picture(modules(text))
    torn = picture.copy()
    torn.paste(255, (picture.width // 2, picture.height * 5 // 8, picture.width * 4 // 5, picture.height))
    assert torn.tobytes() != picture.tobytes()
    assert [code.text for code in zxingcpp.read_barcodes(torn)] == [text]


def test_the_size_is_the_smallest_that_holds_the_text() -> None:
    assert [len(modules("A" * n)) for n in (16, 17, 29, 30, 47, 48, 108)] == [21, 25, 25, 29, 29, 33, 41]


@pytest.mark.parametrize("text", ["A" * 3000, "abc", "绿"])
def test_what_cannot_be_a_code_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(Data too large|The provided mode|.*codec)"):
        modules(text)
