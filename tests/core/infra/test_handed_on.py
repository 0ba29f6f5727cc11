"""What programs inherit that are opened from the packaged window."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from core.infra.handed_on import hand_on_nothing_of_ours, naming_our_folder

INNER = str(Path("/opt/绿阶/_internal"))
THEIRS = str(Path("/usr/lib/qt6/plugins"))


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", INNER, raising=False)


@pytest.mark.usefixtures("frozen")
def test_our_folder_goes_and_what_the_desktop_said_comes_back() -> None:
    ours = str(Path(INNER, "PySide6"))
    environ = {
        "QT_PLUGIN_PATH": ours, "QT_PLUGIN_PATH_ORIG": THEIRS, "QML2_IMPORT_PATH": ours, "LD_LIBRARY_PATH": INNER,
        "PATH": os.pathsep.join((ours, INNER, INNER + "2", THEIRS)), "HOME": INNER,
    }
    assert naming_our_folder(environ) == ("QT_PLUGIN_PATH", "QML2_IMPORT_PATH", "LD_LIBRARY_PATH", "PATH")
    hand_on_nothing_of_ours(environ)
    assert environ == {"QT_PLUGIN_PATH": THEIRS, "PATH": os.pathsep.join((INNER + "2", THEIRS)), "HOME": INNER}


def test_the_source_tree_changes_nothing() -> None:
    environ = {"QT_PLUGIN_PATH": THEIRS, "QT_PLUGIN_PATH_ORIG": "", "PATH": "/usr/bin"}
    before = dict(environ)
    hand_on_nothing_of_ours(environ)
    assert environ == before
