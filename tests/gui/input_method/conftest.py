"""A small fcitx on its own bus, and a client that has found it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gui.input_method.bus import SessionBus
from gui.input_method.fcitx import FcitxClient
from tests.gui.input_method.small_fcitx import SmallFcitx


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A socket's path has no room for the names of tests."""
    with tempfile.TemporaryDirectory(prefix="gl") as folder:
        yield Path(folder)


@pytest.fixture
def fcitx(short_folder: Path) -> Iterator[SmallFcitx]:
    """It runs before the program does."""
    server = SmallFcitx(short_folder)
    yield server
    server.close()


@pytest.fixture
def client(fcitx: SmallFcitx) -> Iterator[FcitxClient]:
    """Connected, on display :7."""
    made = FcitxClient(SessionBus(fcitx.address), ":7")
    made.start()
    yield made
    made.close()
    made.deleteLater()
