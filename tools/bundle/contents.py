"""What goes into the folder that is handed out, for Windows and Linux: `build.spec` asks this module.

Qt comes with much that the program never uses (QML, network, SQL, PDF). What is kept is listed here by name; a file of
Qt that is not listed stays out, and `tests/dist` proves that nothing that is kept needs it.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Final, TypeAlias

from PyInstaller.utils.hooks import copy_metadata

from tools.bundle import icu_data

#: An entry of PyInstaller's tables: its place in the bundle, its source, its kind.
Entry: TypeAlias = tuple[str, str, str]

ROOT: Final = Path(__file__).resolve().parents[2]
IS_WINDOWS: Final = sys.platform == "win32"
INNER: Final = "_internal"
#: The list of all parts with their sources, in PyInstaller's work folder.
SOURCES: Final = "sources.json"

#: Found by name only while the program runs.
HIDDEN: Final = (
    "cel", "sqlalchemy.dialects.sqlite", "sqlalchemy.dialects.postgresql.psycopg", "psycopg_binary._psycopg",
    "logging.config", "alembic.ddl.sqlite", "alembic.ddl.postgresql",
)
#: Reached by imports that never happen here: development, other databases, other windows, downloads.
EXCLUDED: Final = (
    "tkinter", "_tkinter", "turtle", "idlelib", "lib2to3", "ensurepip", "pip", "setuptools", "pkg_resources", "wheel",
    "distutils", "_distutils_hack", "test", "pytest", "_pytest", "hypothesis", "mypy", "mypyc", "ruff", "fontTools",
    "numpy", "pandas", "matplotlib", "IPython", "curses", "readline", "pydoc_data", "doctest",
    # No file here is in the codes of Japan, Korea or Taiwan.
    "_codecs_jp", "_codecs_kr", "_codecs_tw", "_codecs_hk", "_codecs_iso2022",
    "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtNetwork", "PySide6.QtSvg", "PySide6.QtOpenGL", "PySide6.QtTest",
    "PySide6.QtSql", "PySide6.QtXml", "PySide6.scripts", "PySide6.support",
    "sqlalchemy.testing", "sqlalchemy.ext.mypy", "alembic.testing", "lxml.objectify", "lxml.html", "lxml.isoschematron",
    "lxml.sax", "lxml.builder", "charset_normalizer",
    "PIL.ImageTk", "PIL.ImageQt", "PIL._imagingtk", "PIL._avif", "PIL.AvifImagePlugin", "PIL.SpiderImagePlugin",
    "pypdfium2_cli", "rich", "pydantic", "typer", "cel.cli", "prompt_toolkit", "pygments", "psycopg_c", "psycopg_pool",
)

_DATA: Final = (
    ("resources", "resources"), ("docs/用户手册.md", "docs"), ("LICENSE", "."), ("pyproject.toml", "."),
    ("core/store/migrations", "core/store/migrations"),
)

_QT_LIBRARIES: Final = {"Core", "Gui", "Widgets", "PrintSupport", "DBus", "OpenGL", "XcbQpa", "WaylandClient",
                        "WaylandEglClientHwIntegration"}
_QT_PLUGINS: Final = {
    "platforms": {"qxcb", "qoffscreen", "qminimal", "qwayland-generic", "qwayland-egl", "qwindows"},
    "platforminputcontexts": {"composeplatforminputcontextplugin", "ibusplatforminputcontextplugin"},
    "imageformats": {"qjpeg", "qgif", "qico", "qtiff", "qwebp", "qwbmp"},
    "styles": {"qmodernwindowsstyle"},
    "printsupport": {"cupsprintersupport"},
    "xcbglintegrations": {"qxcb-glx-integration", "qxcb-egl-integration"},
    "wayland-shell-integration": {"xdg-shell", "qt-shell"},
    "wayland-decoration-client": {"bradient"},
    "wayland-graphics-integration-client": {"qt-plugin-wayland-egl"},
}
_QT_TRANSLATIONS: Final = {"qtbase_zh_CN.qm"}
#: Libraries that only plugins that are left out need, or that must be the machine's own (its printing system).
_LEFT_TO_THE_MACHINE: Final = re.compile(
    r"lib(cups|avahi|gnutls|nettle|hogweed|p11-kit|tasn1|idn2|unistring|gtk-3|gdk|atk|pango|cairo|epoxy|"
    r"readline|ncurses|tinfo|tcl|tk)[-\w]*[.\d]*\.so"
)
_QT_LIBRARY: Final = re.compile(r"(?:lib)?Qt6(\w+?)\.(?:so\.6|dll)$")
_UNICODE_DATA: Final = re.compile(r"libicudata\.so\.\d+")
_NEEDLESS: Final = (
    re.compile(r"(^|/)(pypinyin|docx|reportlab|openpyxl|alembic|pypdfium2\w*)/.*(tests?|docs?)/"),
    re.compile(r"^alembic/templates/"), re.compile(r"^stdnum/.*\.dat$"), re.compile(r"^lxml/(includes|isoschematron)/"),
    re.compile(r"^docx/templates/default-docx-template/"), re.compile(r"^reportlab/fonts/"),
    re.compile(r"opengl32sw\.dll$"),  # draws OpenGL, which nothing here does
    # SQLAlchemy refuses a psycopg whose version it cannot read, and that stands in its metadata alone.
    re.compile(r"^(?!psycopg-[^/]*/METADATA$)[^/]*\.dist-info/"),
    re.compile(r"\.pyi$|py\.typed$"), re.compile(r"/__pycache__/"),
)


def data_files() -> list[tuple[str, str]]:
    """What PyInstaller copies beside the code: source and folder in the bundle."""
    return [*((str(ROOT / source), target) for source, target in _DATA), *copy_metadata("psycopg")]


def wanted(entries: Iterable[Entry]) -> list[Entry]:
    """The entries of a table that the program uses, in the order of their places: the same build, the same order."""
    return sorted(entry for entry in entries if _is_wanted(PurePosixPath(entry[0].replace("\\", "/"))))


def _is_wanted(place: PurePosixPath) -> bool:
    if any(pattern.search(str(place)) for pattern in _NEEDLESS) or _LEFT_TO_THE_MACHINE.match(place.name):
        return False
    library = _QT_LIBRARY.match(place.name)
    if library:
        return library[1] in _QT_LIBRARIES
    parts = place.parts
    if "plugins" in parts and parts[0] == "PySide6":
        stem = place.name.split(".")[0].removeprefix("lib")
        return stem in _QT_PLUGINS.get(parts[parts.index("plugins") + 1], set())
    if "translations" in parts and parts[0] == "PySide6":
        return place.name in _QT_TRANSLATIONS
    return True


def lighter(entries: Iterable[Entry], folder: Path) -> list[Entry]:
    """The same entries, with Qt's Unicode data cut down; the cut library is written into `folder`."""
    found = []
    for place, source, kind in entries:
        if _UNICODE_DATA.fullmatch(PurePosixPath(place).name):
            cut_to = folder / PurePosixPath(place).name
            icu_data.cut(Path(source), cut_to)
            found.append((place, str(cut_to), kind))
        else:
            found.append((place, source, kind))
    return found


def note_sources(path: Path, tables: Sequence[Iterable[Entry]]) -> None:
    """Write down where every part came from; licences and bill of materials are made of that."""
    entries = sorted({(place.replace("\\", "/"), source, kind) for table in tables for place, source, kind in table})
    path.write_text(json.dumps(entries, ensure_ascii=False, indent=0), encoding="utf-8")


def folder_name(version: str) -> str:
    """The folder that the clerk copies, and the archive's name without its ending.

    A build for other machines than these names itself in GREENLADDER_EDITION (tools/old_linux/build.sh).
    """
    edition = os.environ.get("GREENLADDER_EDITION", "")
    machine = "windows-x64" if IS_WINDOWS else "linux-x86_64"
    return "-".join(part for part in ("绿阶", version, machine, edition) if part)
