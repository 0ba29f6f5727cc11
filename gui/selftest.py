"""What `selftest --window` tries: the parts of the window that a packaged program can have lost on its way."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLibraryInfo, QPluginLoader
from PySide6.QtGui import QFontDatabase, QGuiApplication, QImage, QImageReader
from PySide6.QtPrintSupport import QPrinterInfo
from PySide6.QtWidgets import QApplication

from core.infra.handed_on import hand_on_nothing_of_ours, naming_our_folder
from core.services.workspace import Workspace
from gui.app import dress
from gui.main_window import MainWindow
from gui.session import Session
from gui.tasks import SyncRunner

_PICTURES: Final = ("jpeg", "png", "tiff", "bmp", "gif", "webp")
_FAMILIES: Final = ("Noto Sans SC", "Noto Serif SC", "GreenLadder Rare B", "GreenLadder Frames")
#: Folders of Qt's plugins that every machine must be able to load; those of other desktops may miss a library there.
_PLUGINS: Final = ("platforms", "platforminputcontexts", "imageformats")
_OF_OTHER_DESKTOPS: Final = "wayland"
#: Qt's wheel brings these without the libraries that they need; the packaged program leaves them out.
_WITHOUT_LIBRARIES: Final = ("qpdf", "qtvirtualkeyboardplugin")
_FEWEST_COLOURS: Final = 20


def probe(workspace: Workspace) -> str:
    """Open the main window on that workspace, draw it once and look at what it needs; tells the platform.

    Raises:
        RuntimeError: a part is missing; the words say which.
    """
    held = QApplication.instance()
    app = held if isinstance(held, QApplication) else QApplication(sys.argv[:1])
    hand_on_nothing_of_ours()  # before the rest is tried, as the window does
    dress(app, workspace.resources)
    missing = [*_missing_plugins(), *_missing_pictures(), *_missing_fonts(), *_missing_words(app)]
    window = MainWindow(Session(workspace), SyncRunner())
    window.resize(1366, 728)
    window.show()
    app.processEvents()
    picture = window.grab().toImage()
    window.close()
    if _colours(picture) < _FEWEST_COLOURS:
        missing.append("窗口画不出来")
    if app.windowIcon().isNull():
        missing.append("窗口图标")
    missing += [f"别的程序自己的{name}" for name in naming_our_folder()]
    if missing:
        raise RuntimeError("缺少：" + "、".join(missing))
    # Asked for its own sake: a printing system that cannot be reached must not end the program.
    printers = len(QPrinterInfo.availablePrinterNames())
    return f"{QGuiApplication.platformName()}，{picture.width()}×{picture.height()}，打印机{printers}台"


def _missing_plugins() -> list[str]:
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath))
    missing = [f"Qt插件{name}" for name in ("platforms", "imageformats") if not (folder / name).is_dir()]
    for path in sorted(path for name in _PLUGINS for path in (folder / name).glob("*") if path.is_file()):
        loader = QPluginLoader(str(path))
        is_of_all = not any(word in path.name for word in (_OF_OTHER_DESKTOPS, *_WITHOUT_LIBRARIES))
        if is_of_all and not loader.load():
            missing.append(f"Qt插件{path.name}（{loader.errorString()}）")
    return missing


def _missing_pictures() -> list[str]:
    known = {bytes(name.data()).decode() for name in QImageReader.supportedImageFormats()}
    return [f"图片格式{name}" for name in _PICTURES if name not in known]


def _missing_fonts() -> list[str]:
    families = set(QFontDatabase.families())
    return [f"字体{name}" for name in _FAMILIES if name not in families]


def _missing_words(app: QApplication) -> list[str]:
    return [] if app.translate("QPlatformTheme", "Cancel") == "取消" else ["Qt的中文"]


def _colours(picture: QImage) -> int:
    """How many colours a coarse net of points of the picture shows."""
    step = 7
    return len({
        picture.pixel(x, y) for x in range(0, picture.width(), step) for y in range(0, picture.height(), step)
    })
