"""A machine to try the program on: a minimal Debian in a chroot, without Python and without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

CLERK: Final = "clerk"
HOME: Final = f"/home/{CLERK}"
_TOOLS: Final = "/usr/sbin:/usr/bin:/sbin:/bin"
# Mounts vanish with the command; so does everything that it started.
_ENTER: Final = """
mount -t proc proc "$1/proc"; mount --rbind /dev "$1/dev"
[ ! -d "$2" ] || { mkdir -p "$1$2"; mount --bind "$2" "$1$2"; }
root=$1; shift 2; exec chroot "$@"
"""


class Machine:
    """A chroot below `root`, made from `release` where it is not there yet; needs root."""

    def __init__(self, root: Path, release: str) -> None:
        self.root = root
        if not (root / "etc/debian_version").exists():
            new = root.with_name(f"{root.name}.new")
            subprocess.run(["rm", "-rf", str(new)], check=True)
            subprocess.run(
                ["debootstrap", "--variant=minbase", release, str(new)], check=True, stdout=subprocess.DEVNULL
            )
            self.root = new
            self.administer("useradd", "--create-home", "--shell", "/bin/bash", CLERK)
            self.root = new.rename(root)

    def install(self, packages: Sequence[str]) -> None:
        """Add Debian packages; the network is there for that alone."""
        if packages:
            shutil.copy("/etc/resolv.conf", self.root / "etc/resolv.conf")
            self.administer("apt-get", "update", "-q", network=True)
            self.administer("apt-get", "install", "-y", "-q", "--no-install-recommends", *packages, network=True)

    def administer(self, *command: str, network: bool = False) -> str:
        """Run a command as the administrator; returns what it printed.

        Raises:
            subprocess.CalledProcessError: it failed.
        """
        setting = {"PATH": _TOOLS, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
        return self._run(self._entering(setting, command, as_clerk=False, network=network, sockets=None))

    def run(self, *command: str, expected: int = 0) -> str:
        """Run a command as the clerk, with nothing in its environment but a home; returns what it printed.

        Raises:
            subprocess.CalledProcessError: its exit status is not `expected`.
        """
        return self._run(
            self._entering({"HOME": HOME}, command, as_clerk=True, network=False, sockets=None), expected
        )

    def start(self, *command: str, display: str, sockets: Path, log: Path) -> subprocess.Popen[bytes]:
        """Start a program with a window as the clerk, on an X server outside whose socket lies in `sockets`."""
        setting = {"HOME": HOME, "DISPLAY": f":{display}"}
        entering = self._entering(setting, command, as_clerk=True, network=False, sockets=sockets)
        with log.open("wb") as out:
            return subprocess.Popen(entering, stdout=out, stderr=subprocess.STDOUT)

    def loaded(self) -> frozenset[str]:
        """The libraries that the running window has in memory, as paths inside."""
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if (process / "root").readlink() != self.root:
                    continue
                maps = (process / "maps").read_text(encoding="utf-8")
            except OSError:  # ended meanwhile
                continue
            if "libQt6Gui" in maps:
                paths = {line.split(maxsplit=5)[-1] for line in maps.splitlines() if ".so" in line}
                return frozenset(path.removeprefix(str(self.root)) for path in paths)
        return frozenset()

    def _entering(
        self, setting: dict[str, str], command: Sequence[str], *, as_clerk: bool, network: bool, sockets: Path | None
    ) -> list[str]:
        spaces = ["--mount", "--pid", "--fork", "--kill-child", *([] if network else ["--net"])]
        who = [f"--userspec={CLERK}:{CLERK}"] if as_clerk else []
        clean = ["env", "-i", *(f"{name}={value}" for name, value in setting.items())]
        place = HOME if as_clerk else "/"
        inside = ["sh", "-c", 'cd "$0" && exec "$@"', place, *command]
        return [
            "unshare", *spaces, "sh", "-ec", _ENTER, "sh", str(self.root), str(sockets or ""),
            *who, str(self.root), *clean, *inside,
        ]

    def _run(self, command: Sequence[str], expected: int = 0) -> str:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env={**os.environ, "PATH": _TOOLS}
        )
        if done.returncode != expected:
            print(done.stdout, done.stderr, sep="\n")
            raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
        return done.stdout
