"""The machine's own libraries come first; a spare is loaded only where there is none."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from core.infra.spare_libraries import LIST, load_from, load_spares

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Windows brings what its programs ask for")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A spare folder whose library is real and has a name that no machine knows."""
    import _bz2

    for name in ("libgreenladder-top.so.1", "libgreenladder-deep.so.1", "libc.so.6"):
        shutil.copyfile(_bz2.__file__, tmp_path / name)
    return tmp_path


def test_what_the_machine_has_is_not_ours(folder: Path) -> None:
    (folder / LIST).write_text("libc.so.6: libgreenladder-deep.so.1\n", encoding="utf-8")
    assert load_from(folder) == ()


def test_what_it_lacks_is_loaded_with_what_that_needs_first(folder: Path) -> None:
    (folder / LIST).write_text(
        "libgreenladder-top.so.1: libc.so.6 libgreenladder-deep.so.1\n", encoding="utf-8"
    )
    assert load_from(folder) == ("libgreenladder-deep.so.1", "libgreenladder-top.so.1")
    maps = Path("/proc/self/maps").read_text(encoding="utf-8")
    assert str(folder / "libgreenladder-top.so.1") in maps
    assert str(folder / "libc.so.6") not in maps


def test_what_cannot_be_loaded_is_left_to_qt(folder: Path) -> None:
    (folder / "libgreenladder-bad.so.1").write_bytes(b"no library")
    (folder / LIST).write_text(
        "libgreenladder-bad.so.1:\nlibgreenladder-absent.so.1:\nlibgreenladder-top.so.1:\n", encoding="utf-8"
    )
    assert load_from(folder) == ("libgreenladder-top.so.1",)


def test_the_source_tree_needs_none() -> None:
    assert load_spares() == ()
