"""The symbol check reads real libraries and tells what would not start on an old system."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tools.old_linux import symbols
from tools.old_linux.symbols import Asked, highest, main, not_brought, read_folder

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("objdump"), reason="binutils is not installed"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one real library, which asks for glibc and for a library of its own."""
    import _bz2

    shutil.copyfile(_bz2.__file__, tmp_path / "_bz2.so")
    (tmp_path / "readme.txt").write_text("no program", encoding="utf-8")
    return tmp_path


def test_a_real_library_tells_its_versions_and_needs(folder: Path) -> None:
    (asked,) = read_folder(folder)
    assert asked.name == "_bz2.so"
    assert "libc.so.6" in asked.libraries
    assert highest([asked])["GLIBC"][0] >= (2, 2, 5)


def test_versions_are_compared_as_numbers() -> None:
    asked = [
        Asked("old", (), (("GLIBC", (2, 9)),)), Asked("new", (), (("GLIBC", (2, 28)), ("GLIBCXX", (3, 4, 21)))),
        Asked("also", (), (("GLIBC", (2, 28)),)),
    ]
    assert highest(asked) == {"GLIBC": ((2, 28), ("new", "also")), "GLIBCXX": ((3, 4, 21), ("new",))}


def test_what_lies_in_the_folder_is_brought(folder: Path) -> None:
    (asked,) = read_folder(folder)
    (other,) = (name for name in asked.libraries if name.startswith("libbz2"))
    assert other in not_brought([asked], folder)
    shutil.copyfile(folder / "_bz2.so", folder / other)
    assert other not in not_brought([asked], folder)


def test_it_fails_above_the_limit_and_for_a_missing_library(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(symbols, "LIMITS", {**symbols.LIMITS, "GLIBC": (99,)})
    assert main([str(folder)]) == 1
    assert "MISSING  libbz2" in capsys.readouterr().out
    (asked,) = read_folder(folder)
    for name in asked.libraries:
        shutil.copyfile(folder / "_bz2.so", folder / name)
    assert main([str(folder)]) == 0
    monkeypatch.setattr(symbols, "LIMITS", {**symbols.LIMITS, "GLIBC": (2, 1)})
    assert main([str(folder)]) == 1
    assert "ABOVE 2.1: " in capsys.readouterr().out


def test_a_spare_has_a_limit_of_its_own(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (asked,) = read_folder(folder)
    (folder / "spare").mkdir()
    for name in ("_bz2.so", *asked.libraries):
        shutil.copyfile(folder / "_bz2.so", folder / "spare" / name)
    (folder / "_bz2.so").unlink()
    monkeypatch.setattr(symbols, "LIMITS", {**symbols.LIMITS, "GLIBC": (2, 1)})
    monkeypatch.setattr(symbols, "SPARE_LIMITS", {**symbols.LIMITS, "GLIBC": (99,)})
    assert main([str(folder)]) == 0
    assert "within 99: spare/_bz2.so" in capsys.readouterr().out


def test_a_folder_without_programs_is_no_success(tmp_path: Path) -> None:
    assert main([]) == 2
    assert main([str(tmp_path)]) == 2
