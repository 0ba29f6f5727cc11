"""Picture evidence: shown the right way round in its own colours, as stored where that can be; bad ones are named."""

from __future__ import annotations

import io
import random
import struct
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageOps
from pypdf.generic import StreamObject

from core.documents.binding import jpeg_data
from tests.core.documents.binding.books import BEFORE, Book, bound, centre
from tests.fixtures import evidence_files as made

_ORIENTATION = 274


def _image(book: Book, index: int = BEFORE) -> Any:
    objects: Any = book.reader.pages[index]["/Resources"]["/XObject"]  # type: ignore[index]
    return objects["/GLPage"].get_object()


def _data(image: Any) -> bytes:
    return StreamObject.get_data(image)


def _looks_right(book: Book, index: int = BEFORE) -> bool:
    page = book.image(index)
    red, blue = (centre(page, color, 70) for color in (made.RED, made.BLUE))  # print colours come out duller
    return red is not None and blue is not None and red[0] < blue[0] and red[1] < blue[1]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jpg", made.encoded(made.picture(), "JPEG")),
        ("a.jpg", made.encoded(made.picture(), "JPEG", progressive=True, dpi=(600, 600))),
        ("a.jpg", made.encoded(made.picture(mode="CMYK"), "JPEG")),
        ("a.png", made.encoded(made.picture(), "PNG")),
        ("a.png", made.encoded(made.picture(mode="RGBA"), "PNG")),
        ("a.png", made.encoded(made.picture(mode="P"), "PNG")),
        ("a.png", made.encoded(made.picture(mode="P"), "PNG", transparency=200)),
        ("a.bmp", made.encoded(made.picture(), "BMP")),
        ("a.gif", made.encoded(made.picture(), "GIF")),
        ("a.webp", made.encoded(made.picture(), "WEBP", lossless=True)),
        ("a.tif", made.encoded(made.picture(), "TIFF", compression="tiff_lzw")),
        ("a.pdf", made.encoded(made.picture(), "JPEG")),
        *((f"{n}.jpg", made.turned_photo(n)) for n in range(1, 9)),
    ],
)
def test_every_kind_is_shown_the_right_way_round(tmp_path: Path, name: str, data: bytes) -> None:
    book = bound(tmp_path, (name, data))
    assert book.bound.problems == ()
    assert book.bound.pages == BEFORE + 1
    assert _looks_right(book)


@pytest.mark.parametrize(
    "data",
    [
        made.encoded(made.picture(mode="L"), "JPEG"),
        made.encoded(made.picture(mode="L"), "PNG"),
        made.encoded(made.picture(mode="LA"), "PNG"),
        made.encoded(made.picture(mode="1"), "PNG"),
        made.encoded(made.picture(mode="1"), "TIFF", compression="group4"),
        made.encoded(made.picture(mode="L").point(lambda v: v * 257, "I").convert("I;16"), "PNG"),
    ],
    ids=["jpeg", "png", "png with alpha", "bits", "fax", "16 bits"],
)
def test_gray_and_black_and_white(tmp_path: Path, data: bytes) -> None:
    book = bound(tmp_path, ("a.png", data))
    assert book.bound.problems == ()
    shades = book.image(BEFORE).convert("L").getextrema()
    assert shades[0] < 120  # type: ignore[operator]
    assert book.image(BEFORE).convert("L").getpixel((210, 180)) == 255


def test_jpeg_data_are_taken_over_without_what_the_camera_wrote(tmp_path: Path) -> None:
    data = made.turned_photo(6)
    assert b"Camera" in data
    image = _image(bound(tmp_path, ("a.jpg", data)))
    assert image["/Filter"] == "/DCTDecode"
    assert b"Camera" not in _data(image)
    before, after = (Image.open(io.BytesIO(d)) for d in (data, _data(image)))
    assert before.tobytes() == after.tobytes()


def test_png_rows_are_taken_over_as_they_are(tmp_path: Path) -> None:
    shot = made.picture(1920, 1080)
    image = _image(bound(tmp_path, ("a.png", made.encoded(shot, "PNG"))))
    assert image.decode_as_image().convert("RGB").tobytes() == shot.tobytes()


def test_transparency_becomes_white(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    page = bound(tmp_path, ("a.png", made.encoded(clear, "PNG"))).image(BEFORE)
    assert page.getpixel((page.width // 2, page.height // 2)) == (255, 255, 255)


def test_a_large_scan_is_made_smaller_and_a_small_one_is_not(tmp_path: Path) -> None:
    scan = made.encoded(made.noise(2480, 3508, "L"), "JPEG", quality=60)
    fax = made.encoded(made.noise(1240, 1754, "L"), "JPEG", quality=60)
    book = bound(tmp_path, ("scan.jpg", scan), ("fax.jpg", fax))
    large, small = _image(book), _image(book, BEFORE + 1)
    assert 1300 < large["/Width"] < 1500
    assert len(_data(large)) < 0.75 * len(scan)
    assert small["/Width"] == 1240
    assert _data(small) == jpeg_data.without_extras(fax)


def test_a_hundred_megapixels_fit(tmp_path: Path) -> None:
    huge = made.encoded(Image.new("L", (10_000, 10_000), 90), "JPEG")
    book = bound(tmp_path, ("a.jpg", huge))
    assert book.bound.problems == ()
    assert book.image(BEFORE).getpixel((210, 300)) == (90, 90, 90)


def test_every_frame_of_a_tiff_is_a_page(tmp_path: Path) -> None:
    frames = [made.picture(), made.picture(200, 300), made.picture()]
    data = made.encoded(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    book = bound(tmp_path, ("传真.tif", data))
    assert book.bound.pages == BEFORE + 3
    assert all(_looks_right(book, BEFORE + n) for n in range(3))
    assert "第3页/共3页" in book.texts()[-1]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.jpg", made.encoded(made.picture(), "JPEG")[:-500], "图片不完整"),
        ("a.jpg", b"\xff\xd8\xff" + b"rubbish" * 100, "图片已损坏"),
        ("a.png", made.encoded(made.picture(), "PNG")[:-40], "图片不完整"),
        ("a.png", made.encoded(made.noise(50, 50), "PNG").replace(b"IDAT\x78", b"IDAT\x00", 1), "图片已损坏"),
        ("a.png", made.bomb(), "像素"),
        ("a.jpg", b"<html>not a picture</html>", "里面不是图片"),
    ],
    ids=["cut jpeg", "rubbish", "cut png", "spoiled png", "bomb", "text"],
)
def test_bad_pictures_are_named(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    book = bound(tmp_path, (name, data), ("b.jpg", made.encoded(made.picture(), "JPEG")))
    assert len(book.bound.problems) == 1
    assert reason in book.bound.problems[0]
    assert reason in book.texts()[BEFORE]
    assert _looks_right(book, BEFORE + 1)


def test_a_picture_too_large_to_be_decoded_is_said_to_be_so_in_the_summary(tmp_path: Path) -> None:
    data = made.encoded(Image.new("1", (8000, 7000), 1), "TIFF", compression="group4")
    (problem,) = bound(tmp_path, ("a.tif", data)).bound.problems
    assert "第1页打不开：图片超过5000万像素。请缩小" in problem
    assert "重新扫描" not in problem


def test_what_lies_behind_a_jpeg_stays_out_of_the_book() -> None:
    photo = made.encoded(made.picture(), "JPEG", progressive=True)
    second = made.turned_photo(6)
    assert jpeg_data.is_complete(photo + second)
    assert jpeg_data.without_extras(photo + second) == jpeg_data.without_extras(photo)
    assert jpeg_data.without_extras(photo).endswith(photo[-200:])


def test_a_jpeg_cut_off_in_its_head_is_not_complete() -> None:
    photo = made.turned_photo(6)
    for end in (3, 10, 30):
        assert not jpeg_data.is_complete(photo[:end])


@pytest.mark.parametrize("orientation", [2, 3, 4, 6, 7, 8])
def test_a_turned_tiff_stands_as_every_viewer_shows_it(tmp_path: Path, orientation: int) -> None:
    image = Image.new("RGB", (300, 200), "white")
    image.paste(made.RED, (0, 0, 100, 60))
    data = io.BytesIO()
    image.save(data, "TIFF", compression="tiff_deflate", tiffinfo={_ORIENTATION: orientation})
    shown = centre(ImageOps.exif_transpose(Image.open(data)).convert("RGB"), made.RED)
    whole = centre(bound(tmp_path, ("扫描.tif", _flat((300, 200), orientation))).image(BEFORE), made.RED)
    found = centre(bound(tmp_path, ("扫描.tif", data.getvalue())).image(BEFORE), made.RED)
    assert shown
    assert found
    assert whole
    # The red corner lies on the side of the picture's middle (`whole`) on which a viewer shows it.
    assert [at > middle for at, middle in zip(found, whole, strict=True)] == [at > 0.5 for at in shown]


def _flat(size: tuple[int, int], orientation: int) -> bytes:
    """A picture that is red all over: where it stands on the page."""
    data = io.BytesIO()
    Image.new("RGB", size, made.RED).save(data, "TIFF", tiffinfo={_ORIENTATION: orientation})
    return data.getvalue()


def test_a_cut_photo_with_a_thumbnail_is_named(tmp_path: Path) -> None:
    noise = Image.effect_noise((400, 300), 80.0).convert("RGB")
    main, small = io.BytesIO(), io.BytesIO()
    noise.save(main, "JPEG", quality=60)
    noise.resize((80, 60)).save(small, "JPEG", quality=50)
    exif = b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0" + small.getvalue()
    photo = main.getvalue()[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + main.getvalue()[2:]
    cut = photo[: len(photo) * 6 // 10]
    assert len(cut) < 65_536
    (problem,) = bound(tmp_path, ("照片.jpg", cut)).bound.problems
    assert "结尾缺失" in problem


def test_a_black_and_white_scan_of_a3_at_600_dpi_is_bound(tmp_path: Path) -> None:
    width, height = 7016, 9921
    row = (width + 7) // 8
    scan = Image.frombytes("1", (width, height), random.Random(1).randbytes(600_000).ljust(row * height, b"\xff"))
    data = io.BytesIO()
    scan.save(data, "PNG", compress_level=1)
    assert bound(tmp_path, ("图纸.png", data.getvalue())).bound.problems == ()
