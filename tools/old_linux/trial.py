"""Tries the packaged program where nothing helps it: in a minimal old Debian, without Python and without a network.

    PYTHONPATH=. python tools/old_linux/trial.py ARCHIVE CACHE [--with PACKAGE…]

The archive is unpacked by tar as an ordinary user; `selftest` runs without a display; then real keys enter, import,
check, explain, recommend, print and pack in the window, on an X server outside. The PDF is read and the package
received by a second store, the bureau's. Pictures of each step stay in CACHE. Needs root, debootstrap, Xvfb, openbox,
xdotool, xclip, ImageMagick and poppler-utils; --with adds Debian packages to the machine first.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from tools.old_linux.machine import CLERK, HOME, Machine
from tools.old_linux.screen import Screen
from tools.old_linux.session import BY_HAND, CODE, UNIT, Session

#: What unpacks the archive; every desktop has it.
UNPACKING: Final = ("xz-utils",)
_RELEASE: Final = "bullseye"
_FORM: Final = "企业表.xlsx"
_BUREAU: Final = f"{HOME}/区局"


def main(arguments: list[str]) -> int:
    """Prepare the machine, run everything, print what was proved; an AssertionError or another error ends it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("archive", type=Path)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--with", dest="packages", nargs="*", default=[])
    given = parser.parse_args(arguments)
    name = "desktop" if given.packages else "bare"
    machine = Machine(given.cache.resolve() / f"trial-{name}", _RELEASE)
    base = set(_installed(machine))
    machine.install([*UNPACKING, *given.packages])
    added = sorted(set(_installed(machine)) - base)
    _tell("machine", f"minbase of {_RELEASE} + {' '.join([*UNPACKING, *given.packages])}; new now: {added or 'none'}")
    _prove_there_is_no_python(machine)
    program = _unpack(machine, given.archive)
    _prove_it_works_unseen(machine, program)
    _make_form(machine, program)
    spares = _work_with_keys(machine, program, given.cache.resolve() / f"pictures-{name}")
    _prove_whose_libraries(spares, has_own=bool(given.packages))
    _prove_pdf(machine)
    _prove_package(machine, program)
    _prove_icon(machine, program)
    return 0


def _installed(machine: Machine) -> list[str]:
    return machine.administer("dpkg-query", "-W", "-f", "${Package}\n").split()


def _prove_there_is_no_python(machine: Machine) -> None:
    shutil.rmtree(machine.root / HOME.lstrip("/"), ignore_errors=True)
    machine.administer("mkhomedir_helper", CLERK)
    found = machine.administer(
        "sh", "-c", "find / -xdev \\( -name 'python*' -o -name 'libpython*' -o -name 'libQt*' \\) "
        "-not -path '/proc/*' -not -path '/usr/share/*' | sort"
    ).split()
    assert not found, f"the machine is not bare: {found}"
    _tell("bare", "no Python and no Qt on the machine; user " + machine.run("id", "-un").strip())


def _unpack(machine: Machine, archive: Path) -> str:
    """Unpack into a folder with Chinese and a space in its name; the program's path inside."""
    home = machine.root / HOME.lstrip("/")
    shutil.copy(archive, home / archive.name)
    machine.run("mkdir", "我的 程序")
    machine.run("tar", "-xJf", archive.name, "-C", "我的 程序")
    (home / archive.name).unlink()
    folder = archive.name.removesuffix(".tar.xz")
    return f"{HOME}/我的 程序/{folder}/greenladder"


def _prove_it_works_unseen(machine: Machine, program: str) -> None:
    told = machine.run(program, "selftest")
    print(told)
    machine.run("env", "QT_QPA_PLATFORM=offscreen", program, "selftest", "--window")
    _tell("selftest", "passed, also with the window offscreen")


def _make_form(machine: Machine, program: str) -> None:
    """An enterprise's filled Excel form, made by the program's own demonstration."""
    machine.run(program, "demo", "-o", "演示", "--store", f"{HOME}/演示数据")
    machine.run("cp", "演示/企业填报表/01-样板绿色工厂.xlsx", _FORM)
    machine.run("mkdir", "U盘")
    _tell("demo", "the main job and three years of the bureau, in the chroot")


def _work_with_keys(machine: Machine, program: str, pictures: Path) -> list[str]:
    """The session; returns the spares that the window had in memory."""
    shutil.rmtree(pictures, ignore_errors=True)
    with Screen(pictures) as screen:
        log = pictures / "window.log"
        window = machine.start(program, display=screen.number, sockets=screen.socket_folder, log=log)
        try:
            session = Session(screen, HOME, machine.root / HOME.lstrip("/"))
            session.run(_FORM)
            loaded = machine.loaded()
            session.leave()
            assert window.wait(60) == 0
        finally:
            window.kill()
    assert loaded, "the window's process was not found"
    assert "Traceback" not in log.read_text(encoding="utf-8", errors="replace"), log
    system = sorted(Path(path).name for path in loaded if path.startswith(("/lib", "/usr/lib")))
    _tell("window", f"pictures in {pictures}; loaded of the machine: {' '.join(system)}")
    return sorted(Path(path).name for path in loaded if "/spare/" in path)


def _prove_whose_libraries(spares: list[str], *, has_own: bool) -> None:
    """A desktop's own libraries go first; where there is none the spares do."""
    if has_own:
        assert not spares, spares
    else:
        assert {"libEGL.so.1", "libGL.so.1", "libX11.so.6", "libglib-2.0.so.0", "libdbus-1.so.3"} <= set(spares), spares
    _tell("spares", " ".join(spares) or "none: the machine has its own")


def _prove_pdf(machine: Machine) -> None:
    pdf = machine.root / HOME.lstrip("/") / "推荐表.pdf"
    text = subprocess.run(["pdftotext", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    plain = "".join(text.split())
    assert UNIT in plain
    assert CODE in plain
    assert "推荐表" in plain
    assert "草稿" not in plain
    fonts = subprocess.run(["pdffonts", str(pdf)], check=True, capture_output=True, text=True).stdout.splitlines()[2:]
    assert fonts
    assert all(" yes yes " in line for line in fonts), fonts
    _tell("PDF", f"official 推荐表 of {UNIT}, {len(fonts)} fonts embedded")


def _prove_package(machine: Machine, program: str) -> None:
    """The bureau's own store, with the same program: inspects, trusts by the code as read out, receives."""
    package = next((machine.root / HOME.lstrip("/") / "U盘").glob("报送包*.zip")).name
    sent = _json(machine, program, "exchange", "out")["out"][0]
    listed = {unit["unit_name"]: unit for unit in _json(machine, program, "list")["units"]}
    assert set(listed) == {UNIT, BY_HAND}, listed
    assert listed[BY_HAND]["verdict"] == "incomplete"
    machine.run(program, "station", "bureau", "--clerk", "赵敏行", "--store", _BUREAU)
    machine.run(program, "inspect", f"U盘/{package}", "--store", _BUREAU)
    machine.run(program, "receive", f"U盘/{package}", "--store", _BUREAU, expected=2)
    machine.run(program, "receive", f"U盘/{package}", "--trust", sent["check_code"], "--store", _BUREAU)
    received = _json(machine, program, "list", "--store", _BUREAU)["units"]
    assert [(unit["unit_name"], unit["state"]) for unit in received] == [(UNIT, "received")], received
    _tell("package", f"{package}: refused from a stranger, received by its check code; the bureau has {UNIT}")


def _prove_icon(machine: Machine, program: str) -> None:
    script = f"{Path(program).parent}/安装桌面图标.sh"
    machine.run("sh", script)
    entry = machine.root / HOME.lstrip("/") / ".local/share/applications/greenladder.desktop"
    assert f'Exec="{program}"\n' in entry.read_text(encoding="utf-8")
    subprocess.run(["desktop-file-validate", str(entry)], check=True)
    _tell("icon", "menu entry made by the clerk, valid")


def _json(machine: Machine, program: str, *command: str) -> Any:
    return json.loads(machine.run(program, *command, "--json"))


def _tell(what: str, words: str) -> None:
    print(f"{what}: {words}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
