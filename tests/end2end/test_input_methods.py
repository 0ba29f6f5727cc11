"""Pinyin typed on a real X display through the desktop's input method arrives in the form and in the store.

Each of fcitx 5, fcitx 4 and ibus is tried where it is installed with its pinyin; desktops of clerks have one of them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.domain.enums import Role
from core.domain.records import Station
from core.services import drafts
from core.services.workspace import Workspace, open_workspace
from gui.input_method.bus import SessionBus

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 120.0
_FCITX_5 = """[Groups/0]
Name=Default
Default Layout=us
DefaultIM=pinyin
[Groups/0/Items/0]
Name=keyboard-us
[Groups/0/Items/1]
Name=pinyin
[GroupOrder]
0=Default
"""
_FCITX_4 = "[Profile]\nIMName=pinyin\nEnabledIMList=fcitx-keyboard-us:True,pinyin:True\n"


@dataclass(frozen=True)
class Method:
    """An input method: how desktops name it, what starts it, the settings it reads, and what turns its pinyin on."""

    name: str
    needs: tuple[str, ...]
    command: tuple[str, ...]
    settings: tuple[str, str] | None
    turns_on: tuple[str, ...]

    def is_ready(self, desktop: dict[str, str]) -> bool:
        """Its own commands would start a second one on a slow machine."""
        if self.name == "ibus":
            return bool(answers(("ibus", "list-engine"), desktop))
        bus = SessionBus(desktop["DBUS_SESSION_BUS_ADDRESS"])
        try:
            return bus.has_owner("org.freedesktop.portal.Fcitx")
        finally:
            bus.close()

    @property
    def is_installed(self) -> bool:
        return all(Path(need).exists() if need.startswith("/") else shutil.which(need) for need in self.needs)


METHODS = [
    Method(
        "fcitx", ("fcitx5", "/usr/share/fcitx5/inputmethod/pinyin.conf"), ("fcitx5", "--disable=wayland"),
        (".config/fcitx5/profile", _FCITX_5), ("sh", "-c", "fcitx5-remote -o; fcitx5-remote | grep 2"),
    ),
    Method(
        "fcitx", ("fcitx", "/usr/share/fcitx/inputmethod/pinyin.conf"), ("fcitx", "-D"),
        (".config/fcitx/profile", _FCITX_4), ("sh", "-c", "fcitx-remote -o; fcitx-remote | grep 2"),
    ),
    Method(
        "ibus", ("ibus-daemon", "/usr/share/ibus/component/libpinyin.xml"), ("ibus-daemon", "--panel=disable"),
        None, ("sh", "-c", "ibus engine libpinyin; ibus engine | grep libpinyin"),
    ),
]

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("Xvfb", "xdotool", "dbus-daemon"))), reason="Xvfb, xdotool or dbus-daemon is missing"
)


@contextmanager
def running(command: list[str], environment: dict[str, str], **more: object) -> Iterator[subprocess.Popen[bytes]]:
    """A process that ends with its block."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **more}
    process = subprocess.Popen(command, env=environment, **quiet)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def told(stack: ExitStack, command: list[str], environment: dict[str, str]) -> str:
    """Start a server that tells its address on a descriptor of its own."""
    reading, writing = os.pipe()
    stack.enter_context(running([*command, str(writing)], environment, pass_fds=(writing,)))
    os.close(writing)
    with os.fdopen(reading) as answers:
        return answers.readline().strip()


@pytest.fixture
def desktop() -> Iterator[dict[str, str]]:
    """A display, a session bus and a home of their own; the environment to use them."""
    with tempfile.TemporaryDirectory(prefix="gl", ignore_cleanup_errors=True) as home, ExitStack() as stack:
        environment = {
            key: value for key, value in os.environ.items()
            if not key.startswith(("QT_", "XDG_", "IBUS", "DBUS")) and key not in ("XMODIFIERS", "WAYLAND_DISPLAY")
        }
        environment |= {"HOME": home, "XDG_RUNTIME_DIR": home, "LC_ALL": "C.UTF-8"}
        screen = ["Xvfb", "-screen", "0", "1366x768x24", "-nolisten", "tcp", "-displayfd"]
        environment["DISPLAY"] = f":{told(stack, screen, environment)}"
        session = ["dbus-daemon", "--session", "--nofork", "--print-address"]
        environment["DBUS_SESSION_BUS_ADDRESS"] = told(stack, session, environment)
        yield environment


def until(condition: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.1)


def answers(command: tuple[str, ...], environment: dict[str, str]) -> str:
    """What a command prints; empty when it fails."""
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "done" if done.returncode == 0 else ""


def open_form(workspace: Workspace) -> str:
    """Somebody sits here, and has one new form."""
    office = workspace.pack.lists["office"].choices[0].name
    workspace.choose_station(Station(Role.OFFICE, office, "李慧敏", "022-29240016"))
    return drafts.begin(workspace, "green-factory").record.id


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.command[0])
def test_pinyin_arrives_in_the_store(desktop: dict[str, str], method: Method, tmp_path: Path) -> None:
    if not method.is_installed:
        pytest.skip(f"{method.needs[0]} and its pinyin are not installed")
    desktop |= {"QT_IM_MODULE": method.name, "XMODIFIERS": f"@im={method.name}"}
    if method.settings is not None:
        file = Path(desktop["HOME"], method.settings[0])
        file.parent.mkdir(parents=True)
        file.write_text(method.settings[1], encoding="utf-8")
    store = tmp_path / "数据"
    with ExitStack() as stack:
        workspace = stack.enter_context(open_workspace(store))
        record = open_form(workspace)
        stack.enter_context(running(list(method.command), desktop))
        until(lambda: method.is_ready(desktop), method.command[0])
        program = [sys.executable, str(ROOT / "main.py"), "--store", str(store)]
        stack.enter_context(running(program, desktop, cwd=ROOT))
        _type_name(desktop, method)
        until(lambda: drafts.open_form(workspace, record).record.answers.get("unit_name"), "the name")
        assert drafts.open_form(workspace, record).record.answers["unit_name"] == "绿色"


def _type_name(desktop: dict[str, str], method: Method) -> None:
    def tell(*words: str) -> str:
        return answers(("xdotool", *words), desktop)

    def windows(words: str) -> list[str]:
        """Windows of that name with some size: Qt keeps small ones of its own."""
        found = tell("search", "--onlyvisible", "--name", words).split()
        return [each for each in found if each.isdigit() and len(_width(tell("getwindowgeometry", each))) > 2]

    until(lambda: windows("绿阶"), "the window")
    tell("windowfocus", "--sync", windows("绿阶")[0])
    until(lambda: _opens_form(tell, windows), "the form")
    until(lambda: answers(method.turns_on, desktop), method.name)
    tell("type", "--delay", "60", "lvse")
    tell("key", "space")


def _width(geometry: str) -> str:
    return geometry.rpartition("Geometry: ")[2].partition("x")[0]


def _opens_form(tell: Callable[..., str], windows: Callable[[str], list[str]]) -> bool:
    """One Enter on the list, and time for it: a second one would go on to the next cell of the form."""
    tell("key", "Return")
    end = time.monotonic() + PATIENCE_S / 6
    while not windows("培育表"):
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True
