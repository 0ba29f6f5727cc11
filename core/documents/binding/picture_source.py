"""Evidence that is a picture: embedded as it is stored where a PDF can show that, else decoded; large ones smaller."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core.documents.binding import jpeg_data
from core.documents.binding.copying import Layers
from core.documents.binding.model import MOST_DECODED_PIXELS, MOST_PAGES, MOST_PIXELS, RESCAN, UnbindableError
from core.documents.binding.object_file import ObjectFile, numbers, raw_stream
from core.documents.binding.place import Matrix, Size, multiplied, written
from core.documents.binding.png_data import read_png
from core.documents.binding.sources import Drawing

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdf.generic import StreamObject

#: Finer than this on the paper, and large, a picture is offered at the second figure and taken if that is smaller.
FINE_DPI: Final = 300.0
PRINTED_DPI: Final = 200.0
_LARGE: Final = 500_000
_WORTH: Final = 0.75
_QUALITY: Final = 85
_MOST_BYTES: Final = 300_000_000
_ORIENTATION: Final = 274
_SHOWN: Final = ("JPEG", "PNG", "TIFF", "BMP", "GIF", "WEBP")
_SPACES: Final = {"L": "/DeviceGray", "RGB": "/DeviceRGB", "CMYK": "/DeviceCMYK"}
#: What the eight orientations of EXIF do to a picture that fills the unit square.
_TURNS: Final[dict[int, Matrix]] = {
    1: (1, 0, 0, 1, 0, 0), 2: (-1, 0, 0, 1, 1, 0), 3: (-1, 0, 0, -1, 1, 1), 4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1), 6: (0, -1, 1, 0, 0, 1), 7: (0, 1, 1, 0, 0, 0), 8: (0, 1, -1, 0, 1, 0),
}
# Not PNG: the library decodes the whole picture to look for its orientation, which screenshots never have.
# Not TIFF: the library itself turns it when it decodes it, and tells its size as it is seen.
_TURNABLE: Final = ("JPEG", "MPO", "WEBP")
_LYING: Final = (5, 6, 7, 8)
_BROKEN: Final = f"图片已损坏。{RESCAN}"
_CUT: Final = f"图片不完整（结尾缺失）。{RESCAN}"
_TOO_LARGE: Final = f"图片超过{MOST_PIXELS // 100_000_000}亿像素。请缩小后重新附上。"
_TOO_LARGE_TO_TURN: Final = f"图片超过{MOST_DECODED_PIXELS // 10_000}万像素。请缩小，或者存成JPG后重新附上。"


class PictureSource:
    """An opened picture, or several frames of one.

    Raises:
        UnbindableError: it is no picture that can be shown, is damaged, or has too many pixels.
    """

    def __init__(self, path: Path) -> None:
        self.note = ""
        if path.stat().st_size > _MOST_BYTES:
            raise UnbindableError(f"图片文件超过{_MOST_BYTES // 1_000_000} MB。请缩小后重新附上。")
        self._data = path.read_bytes()
        self._image = _opened(self._data)
        self._turns: list[int] = []
        self._sizes: list[Size | None] = []
        with _quiet():
            self._require_whole()
            self._look_through()

    @property
    def sizes(self) -> list[Size | None]:
        """The frames as they are seen, in pixels."""
        return self._sizes

    def close(self) -> None:
        """Let go of the pixels."""
        self._image.close()

    def draw(self, index: int, matrix: Matrix, scale: float, book: ObjectFile, layers: Layers) -> Drawing:
        """Write the picture; it fills its place."""
        size, turn = self._sizes[index], self._turns[index]
        if size is None:
            raise UnbindableError(_BROKEN)
        try:
            with _quiet():
                self._image.seek(index)
                image = self._object(72.0 / scale)
        except _errors() as error:
            raise UnbindableError(_BROKEN) from error
        whole: Matrix = (size.width, 0.0, 0.0, size.height, 0.0, 0.0)
        fitted = multiplied(multiplied(_TURNS[turn], whole), matrix)
        return Drawing(f"{written(fitted)}\n/GLPage Do", {"/GLPage": book.add(image)})

    def _look_through(self) -> None:
        frames = self._frames()
        if frames > MOST_PAGES:
            raise UnbindableError(f"图片超过{MOST_PAGES}页。请拆分后重新附上。")
        for index in range(frames):
            try:
                self._image.seek(index)
                turn = int(self._image.getexif().get(_ORIENTATION, 1)) if self._image.format in _TURNABLE else 1
            except _errors():
                self._sizes.append(None)
                self._turns.append(1)
                continue
            width, height = self._image.size
            if width * height > MOST_PIXELS:
                raise UnbindableError(_TOO_LARGE)
            turn = turn if turn in _TURNS else 1
            self._turns.append(turn)
            self._sizes.append(Size(height, width, grows=True) if turn in _LYING else Size(width, height, grows=True))
        if not any(self._sizes):
            raise UnbindableError(_BROKEN)

    def _frames(self) -> int:
        """How many pages a TIFF has; of moving pictures only the first is shown."""
        try:
            return int(getattr(self._image, "n_frames", 1)) if self._image.format == "TIFF" else 1
        except _errors():
            raise UnbindableError(_BROKEN) from None

    def _require_whole(self) -> None:
        """A picture that was cut off is told before anything of it is drawn."""
        kind = self._image.format
        if kind in ("JPEG", "MPO") and not jpeg_data.is_complete(self._data):
            raise UnbindableError(_CUT)
        if kind == "PNG":
            png = read_png(self._data)
            if png is None:
                raise UnbindableError(_BROKEN)
            if not (png.is_ended and png.is_whole):
                raise UnbindableError(_BROKEN if png.is_ended else _CUT)

    def _object(self, dpi: float) -> StreamObject:
        """The picture as it is stored where that can be, or smaller; `dpi` is how fine it stands on the paper."""
        stored = self._as_stored()
        is_fine = dpi > FINE_DPI or self._image.format not in ("JPEG", "MPO", "PNG", "GIF")
        if stored is None or (is_fine and len(stored.get_data()) > _LARGE):
            pixels = self._pixels(dpi)
            if pixels is None:
                if stored is None:
                    raise UnbindableError(_TOO_LARGE_TO_TURN)
                return stored
            stored = stored or _lossless(pixels)
            share = min(1.0, PRINTED_DPI / dpi)
            size = (max(1, round(self._image.width * share)), max(1, round(self._image.height * share)))
            smaller = _smaller(pixels, size) if is_fine and len(stored.get_data()) > _LARGE else None
            if smaller is not None and len(smaller.get_data()) < _WORTH * len(stored.get_data()):
                return smaller
        return stored

    def _as_stored(self) -> StreamObject | None:
        if self._image.format in ("JPEG", "MPO") and self._image.mode in _SPACES:
            mode, is_inverted = self._image.mode, self._image.mode == "CMYK" and "adobe" in self._image.info
            return _jpeg(jpeg_data.without_extras(self._data), self._image.size, mode, is_inverted=is_inverted)
        png = read_png(self._data) if self._image.format == "PNG" else None
        return png.image() if png is not None and png.can_stand else None

    def _pixels(self, dpi: float) -> Image | None:
        """The picture decoded, on white; a JPEG not larger than it will be wanted. None where that is too large."""
        image = self._image
        if image.format in ("JPEG", "MPO") and image.mode in ("L", "RGB"):
            image = _opened(self._data)
            width, height = image.size
            image.draft(image.mode, (int(width * PRINTED_DPI / dpi), int(height * PRINTED_DPI / dpi)))
        if image.size[0] * image.size[1] > MOST_DECODED_PIXELS:
            return None
        image.load()
        return _on_white(image)


@contextmanager
def _quiet() -> Iterator[None]:
    """No warnings on the console: what is wrong with a picture is told in words."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _errors() -> tuple[type[Exception], ...]:
    """What reading a broken picture raises."""
    from PIL import Image

    return (
        OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, SyntaxError, RuntimeError,
        EOFError, Image.DecompressionBombError,
    )


def _opened(data: bytes) -> Image:
    from PIL import Image

    try:
        with _quiet():
            image = Image.open(io.BytesIO(data), formats=_SHOWN)
    except Image.DecompressionBombError:
        raise UnbindableError(_TOO_LARGE) from None
    except _errors():
        raise UnbindableError(_BROKEN) from None
    return image


def _on_white(image: Image) -> Image:
    """Gray, RGB, black and white, or CMYK without any transparency."""
    from PIL import Image

    if image.mode in ("1", "L", "RGB", "CMYK") and "transparency" not in image.info:
        return image
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda level: level / 256).convert("L")
    if image.mode == "F":
        return image.convert("L")
    if image.mode in ("P", "RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        layer = image.convert("RGBA")
        paper = Image.new("RGB", image.size, (255, 255, 255))
        paper.paste(layer, mask=layer.getchannel("A"))
        return paper
    return image.convert("RGB")


def _lossless(image: Image) -> StreamObject:
    made = io.BytesIO()
    shown = image.convert("RGB") if image.mode == "CMYK" else image
    shown.save(made, "PNG", compress_level=6)
    png = read_png(made.getvalue())
    if png is None or not png.can_stand:
        raise ValueError("not a plain picture")
    return png.image()


def _smaller(image: Image, size: tuple[int, int]) -> StreamObject | None:
    """In that size as JPEG; None for black and white, which JPEG spoils, and for print colours."""
    from PIL import Image as Pictures

    if image.mode not in ("L", "RGB"):
        return None
    if image.size != size:
        image = image.resize(size, Pictures.Resampling.HAMMING)
    made = io.BytesIO()
    image.save(made, "JPEG", quality=_QUALITY)
    return _jpeg(made.getvalue(), size, image.mode)


def _jpeg(data: bytes, size: tuple[int, int], mode: str, *, is_inverted: bool = False) -> StreamObject:
    from pypdf.generic import NameObject, NumberObject

    items: dict[str, Any] = {
        "/Type": NameObject("/XObject"), "/Subtype": NameObject("/Image"), "/Width": NumberObject(size[0]),
        "/Height": NumberObject(size[1]), "/BitsPerComponent": NumberObject(8),
        "/ColorSpace": NameObject(_SPACES[mode]), "/Filter": NameObject("/DCTDecode"),
    }
    if is_inverted:
        items["/Decode"] = numbers(1, 0, 1, 0, 1, 0, 1, 0)
    return raw_stream(items, data)
