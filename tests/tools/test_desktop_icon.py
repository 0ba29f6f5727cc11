"""The script beside the program puts it into the start menu and onto the desktop of whoever runs it."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "bundle" / "desktop_icon.sh"
NAMES = ("绿阶 1.0", "plain", "a'b\"c", "$HOME `id` 100%", "back\\slash", "-dash", "a=b;c#d")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a script for Linux desktops")


@dataclass(frozen=True)
class _Desk:
    """A clerk's home and a program that says how it was started."""

    home: Path
    folder: Path

    @property
    def entry(self) -> Path:
        return self.home / ".local/share/applications/greenladder.desktop"

    @property
    def on_desktop(self) -> Path:
        return self.home / "桌面/greenladder.desktop"

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {"HOME": str(self.home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        return subprocess.run(
            ["sh", str(self.folder / "安装桌面图标.sh"), *arguments], env=environment, cwd=self.home,
            capture_output=True, text=True, check=False,
        )

    def values(self) -> dict[str, str]:
        parser = configparser.RawConfigParser(delimiters="=", comment_prefixes=(), inline_comment_prefixes=())
        parser.optionxform = str  # type: ignore[assignment,method-assign] # keys of desktop entries have case
        parser.read(self.entry, encoding="utf-8")
        return dict(parser["Desktop Entry"])


def _arguments(value: str) -> list[str]:
    """An Exec line as the specification reads it: a string of the file, then quoted arguments, then %%."""
    line = value.replace("\\\\", "\\")
    found = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', line)
    return [re.sub(r"\\(.)", r"\1", quoted or plain).replace("%%", "%") for quoted, plain in found]


def _desk(home: Path, name: str) -> _Desk:
    folder = home / name
    (home / "桌面").mkdir(parents=True)
    (folder / "_internal/resources/icons").mkdir(parents=True)
    program = folder / "greenladder"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$0" "$#" > "$(dirname -- "$0")/started"\n', encoding="utf-8")
    program.chmod(0o755)
    shutil.copyfile(SCRIPT, folder / "安装桌面图标.sh")
    return _Desk(home, folder)


@pytest.fixture(params=NAMES)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> _Desk:
    return _desk(tmp_path / "家", str(request.param))


def test_the_entry_names_the_program_wherever_it_lies(desk: _Desk) -> None:
    done = desk.run()
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "已放进开始菜单和桌面：绿阶。\n")
    values = desk.values()
    assert _arguments(values["Exec"])[-1] == str(desk.folder / "greenladder")
    assert values["TryExec"].replace("\\\\", "\\") == str(desk.folder / "greenladder")
    assert values["Name[zh_CN]"] == "绿阶"
    assert desk.on_desktop.read_bytes() == desk.entry.read_bytes()
    assert os.access(desk.on_desktop, os.X_OK)


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="desktop-file-utils is not installed")
def test_the_entry_is_valid(desk: _Desk) -> None:
    desk.run()
    told = subprocess.run(["desktop-file-validate", str(desk.entry)], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout) == (0, "")


@pytest.mark.skipif(not shutil.which("gio"), reason="GLib's gio is not installed")
def test_a_desktop_starts_the_program_by_it(desk: _Desk) -> None:
    desk.run()
    subprocess.run(["gio", "launch", str(desk.entry)], check=True, capture_output=True, timeout=60)
    waiting = "until [ -s \"$0\" ]; do sleep 0.05; done; cat \"$0\""
    started = subprocess.run(
        ["sh", "-c", waiting, str(desk.folder / "started")], check=True, capture_output=True, text=True, timeout=60
    )
    assert started.stdout == f"{desk.folder / 'greenladder'}\n0\n"


def test_it_goes_away_again_and_leaves_the_program(tmp_path: Path) -> None:
    desk = _desk(tmp_path, "绿阶")
    desk.run()
    done = desk.run("--remove")
    assert done.returncode == 0
    assert not desk.entry.exists()
    assert not desk.on_desktop.exists()
    assert (desk.folder / "greenladder").exists()


def test_a_program_that_lost_its_mark_as_a_program_gets_it_back(tmp_path: Path) -> None:
    desk = _desk(tmp_path, "绿阶")
    (desk.folder / "greenladder").chmod(0o644)
    assert desk.run().returncode == 0
    assert os.access(desk.folder / "greenladder", os.X_OK)


def test_without_a_program_beside_it_says_so(tmp_path: Path) -> None:
    desk = _desk(tmp_path, "绿阶")
    (desk.folder / "greenladder").unlink()
    done = desk.run()
    assert done.returncode == 2
    assert done.stderr == f"没有找到程序“{desk.folder / 'greenladder'}”。请把本文件放回绿阶的文件夹里再运行。\n"
    assert not desk.entry.exists()


def test_a_home_without_a_desktop_has_the_menu_alone(tmp_path: Path) -> None:
    desk = _desk(tmp_path, "绿阶")
    (tmp_path / "桌面").rmdir()
    assert desk.run().stdout == "已放进开始菜单：绿阶。\n"
    assert desk.entry.exists()
