"""Which input method serves the window, decided before Qt starts: Qt's own ibus module, or our client of fcitx.

Desktops say it in `QT_IM_MODULE` and `XMODIFIERS`. Qt as shipped has a module for ibus alone, so that a desktop that
says fcitx, fcitx5 or xim would leave the clerk without Chinese.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, MutableMapping
from enum import Enum
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLibraryInfo
from PySide6.QtGui import QGuiApplication

from gui.input_method.bus import BusError, SessionBus, session_address
from gui.input_method.composer import Composer
from gui.input_method.fcitx import FcitxClient, dialects

_LOGGER = logging.getLogger(__name__)
_MODULE: Final = "QT_IM_MODULE"
_MODULES: Final = "QT_IM_MODULES"
_MODIFIERS: Final = "XMODIFIERS"
_UNSAID: Final = ("", "xim", "xim2", "imsettings")


class Server(Enum):
    """Who turns keys into Chinese."""

    QT = "qt"
    IBUS = "ibus"
    FCITX = "fcitx"


def wanted(environ: Mapping[str, str]) -> str:
    """What the desktop asks for: `fcitx`, `ibus`, another module's name, or nothing."""
    stated = environ.get(_MODULES) or environ.get(_MODULE) or ""
    names = [name.strip().lower() for name in stated.split(";")]
    names.append(environ.get(_MODIFIERS, "").rpartition("@im=")[2].strip().lower())
    name = next((name for name in names if name not in _UNSAID), "")
    return "fcitx" if name.startswith("fcitx") else name


def choose(asked: str, *, qt_has_fcitx: bool, fcitx_runs: bool, ibus_runs: bool) -> Server:
    """Who serves, given what is asked for and what there is. Qt decides where another module is asked for."""
    if asked not in ("fcitx", "ibus", ""):
        return Server.QT
    if asked == "ibus":
        return Server.IBUS if ibus_runs or not fcitx_runs else Server.FCITX
    if asked == "fcitx" and qt_has_fcitx:
        return Server.QT
    return Server.IBUS if ibus_runs and not fcitx_runs else Server.FCITX


class InputMethod:
    """The choice of one run: `prepare` before the application is made, `install` after."""

    def __init__(self, environ: MutableMapping[str, str]) -> None:
        self._environ = environ
        self._bus: SessionBus | None = None
        self._composer: Composer | None = None
        self.server = Server.QT

    def prepare(self) -> None:
        """Decide, and tell Qt through the environment. Without a desktop's bus Qt is left alone."""
        environ = self._environ
        platform = environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
        if platform not in ("", "xcb") or not environ.get("DISPLAY"):
            return
        try:
            self._bus = SessionBus(session_address(environ))
            names = [dialect.name for dialect in dialects(environ["DISPLAY"])]
            runs = any(self._bus.has_owner(name) for name in names)
        except BusError as error:
            _LOGGER.info("no session bus: %s", error)
            return
        self.server = choose(
            wanted(environ), qt_has_fcitx=_qt_has_fcitx(), fcitx_runs=runs, ibus_runs=ibus_runs(environ)
        )
        if self.server is Server.IBUS:
            environ.pop(_MODULES, None)
            environ[_MODULE] = "ibus"

    def install(self, app: QGuiApplication) -> None:
        """Begin to serve the windows of the application."""
        bus, self._bus = self._bus, None
        if bus is None:
            return
        if self.server is not Server.FCITX or app.platformName() != "xcb":
            bus.close()
            return
        client = FcitxClient(bus, self._environ.get("DISPLAY", ""), app)
        self._composer = Composer(client, app)
        self._composer.follow(app)
        client.start()


def _qt_has_fcitx() -> bool:
    """True where somebody has added a module of fcitx that Qt can load."""
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforminputcontexts"
    return any(folder.glob("libfcitx*.so"))


def ibus_runs(environ: Mapping[str, str]) -> bool:
    """The address file of ibus for each display stays behind after a crash; the process in it tells."""
    if environ.get("IBUS_ADDRESS"):
        return True
    home = environ.get("XDG_CONFIG_HOME") or f"{environ.get('HOME', '')}/.config"
    for file in Path(home, "ibus", "bus").glob("*-unix-*"):
        fields = dict(line.split("=", 1) for line in _lines(file) if "=" in line)
        number = fields.get("IBUS_DAEMON_PID", "")
        if number.isdigit() and Path("/proc", number).exists():
            return True
    return False


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
