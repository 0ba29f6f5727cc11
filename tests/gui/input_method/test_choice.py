"""Who turns keys into Chinese, for what desktops say and what runs on them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from gui.input_method.choice import InputMethod, Server, choose, ibus_runs, wanted
from tests.gui.input_method.small_fcitx import SmallFcitx


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({}, ""),
        ({"QT_IM_MODULE": "fcitx", "XMODIFIERS": "@im=fcitx"}, "fcitx"),
        ({"QT_IM_MODULE": "fcitx5"}, "fcitx"),
        ({"QT_IM_MODULE": "xim", "XMODIFIERS": "@im=fcitx"}, "fcitx"),
        ({"XMODIFIERS": "@im=fcitx5"}, "fcitx"),
        ({"QT_IM_MODULE": "ibus", "XMODIFIERS": "@im=fcitx"}, "ibus"),
        ({"XMODIFIERS": "@im=ibus"}, "ibus"),
        ({"QT_IM_MODULES": "wayland;fcitx;ibus", "QT_IM_MODULE": "ibus"}, "wayland"),
        ({"QT_IM_MODULE": "compose"}, "compose"),
        ({"XMODIFIERS": "@im=none"}, "none"),
    ],
)
def test_what_the_desktop_asks_for(environ: dict[str, str], name: str) -> None:
    assert wanted(environ) == name


@pytest.mark.parametrize(
    ("asked", "fcitx", "ibus", "server"),
    [
        ("fcitx", True, False, Server.FCITX),
        ("fcitx", False, False, Server.FCITX),  # it may start later
        ("fcitx", True, True, Server.FCITX),
        ("fcitx", False, True, Server.IBUS),
        ("ibus", False, True, Server.IBUS),
        ("ibus", True, True, Server.IBUS),
        ("ibus", True, False, Server.FCITX),  # the desktop was changed to fcitx, its settings were not
        ("ibus", False, False, Server.IBUS),
        ("", True, True, Server.FCITX),
        ("", False, True, Server.IBUS),
        ("", False, False, Server.FCITX),
        ("compose", True, True, Server.QT),
    ],
)
def test_who_serves(asked: str, fcitx: bool, ibus: bool, server: Server) -> None:
    assert choose(asked, qt_has_fcitx=False, fcitx_runs=fcitx, ibus_runs=ibus) is server


def test_a_module_of_fcitx_that_qt_has_comes_first() -> None:
    assert choose("fcitx", qt_has_fcitx=True, fcitx_runs=True, ibus_runs=False) is Server.QT


def _environ(fcitx: SmallFcitx, folder: Path, **more: str) -> dict[str, str]:
    return {"DISPLAY": ":7", "DBUS_SESSION_BUS_ADDRESS": fcitx.address, "HOME": str(folder), **more}


def test_ibus_runs_while_the_process_in_its_file_lives(short_folder: Path) -> None:
    environ = {"HOME": str(short_folder)}
    assert not ibus_runs(environ)
    addresses = short_folder / ".config" / "ibus" / "bus"
    addresses.mkdir(parents=True)
    left_behind = addresses / "id-unix-7"
    left_behind.write_text("IBUS_ADDRESS=unix:path=/x\nIBUS_DAEMON_PID=999999999\n", encoding="utf-8")
    (addresses / "other-unix-7").write_bytes(b"\xff\xfe")
    assert not ibus_runs(environ)
    left_behind.write_text(f"# ibus\nIBUS_DAEMON_PID={os.getpid()}\n", encoding="utf-8")
    assert ibus_runs(environ)
    assert ibus_runs({"HOME": "/nowhere", "XDG_CONFIG_HOME": str(short_folder / ".config")})
    assert ibus_runs({"HOME": "/nowhere", "IBUS_ADDRESS": "unix:path=/x"})


def test_ibus_that_runs_serves_a_desktop_that_asks_for_a_missing_fcitx(
    fcitx: SmallFcitx, short_folder: Path
) -> None:
    fcitx.names.clear()
    environ = _environ(fcitx, short_folder, QT_IM_MODULE="fcitx", QT_IM_MODULES="fcitx", IBUS_ADDRESS="unix:path=/x")
    method = InputMethod(environ)
    method.prepare()
    assert method.server is Server.IBUS
    assert environ["QT_IM_MODULE"] == "ibus"
    assert "QT_IM_MODULES" not in environ


@pytest.mark.parametrize(
    "more", [{"QT_QPA_PLATFORM": "offscreen"}, {"DISPLAY": ""}, {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}]
)
def test_without_x11_or_a_bus_qt_is_left_alone(
    fcitx: SmallFcitx, short_folder: Path, more: dict[str, str], qapp: QGuiApplication
) -> None:
    environ = {**_environ(fcitx, short_folder, QT_IM_MODULE="fcitx"), **more}
    method = InputMethod(environ)
    method.prepare()
    method.install(qapp)
    assert (method.server, environ["QT_IM_MODULE"]) == (Server.QT, "fcitx")
    assert fcitx.calls == []


def test_another_platform_than_x11_gets_no_client(
    fcitx: SmallFcitx, short_folder: Path, qapp: QGuiApplication
) -> None:
    method = InputMethod(_environ(fcitx, short_folder, QT_IM_MODULE="fcitx"))
    method.prepare()
    method.install(qapp)
    assert qapp.platformName() != "xcb"
    assert fcitx.asked("CreateInputContext") == []
