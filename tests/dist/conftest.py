"""The folder that `make dist` built, run as a clerk's machine runs it: real processes, nothing of this environment."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.infra.version import program_version
from tools.bundle.contents import ROOT, folder_name

PATIENCE_S = 170
#: A user that owns nothing here.
NOBODY = 65534
#: A user of whom the machine knows no name and no home.
UNKNOWN = 54321


@dataclass(frozen=True)
class Done:
    """What a process of the frozen program answered."""

    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Frozen:
    """A copy of the folder, and the person who runs it."""

    folder: Path
    home: Path

    @property
    def program(self) -> Path:
        return self.folder / "greenladder"

    def run(
        self, *arguments: str | Path, cwd: Path | None = None, environment: Mapping[str, str | None] | None = None,
        user: int | None = None, before: Sequence[str] = (),
    ) -> Done:
        """One command; `environment` changes the lean one of a clerk, None takes a variable away."""
        lean: dict[str, str | None] = {"HOME": str(self.home), "PATH": "/usr/bin:/bin", "LANG": "zh_CN.UTF-8"}
        lean |= environment or {}
        done = subprocess.run(
            [*before, str(self.program), *map(str, arguments)], cwd=cwd or self.home, user=user, check=False,
            env={name: value for name, value in lean.items() if value is not None}, capture_output=True,
            timeout=PATIENCE_S,
        )
        return Done(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))

    def named(self, folder: Path) -> Frozen:
        """The same program below another path, made of links to the same files."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(self.folder, folder, copy_function=os.link)
        return Frozen(folder, self.home)


@pytest.fixture(scope="session")
def built() -> Path:
    """What `make dist` left; a missing one is a failure, because these tests are asked for by name."""
    folder = ROOT / "dist" / folder_name(program_version())
    assert folder.is_dir(), f"build it first: make dist ({folder.name} is not there)"
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A folder that everybody may enter, on the file system of the built one; made writable again at the end."""
    place = ROOT / "build" / "tried" / tmp_path.name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    yield place
    for folder in (place, *(path for path in place.rglob("*") if path.is_dir() and not path.is_symlink())):
        folder.chmod(0o755)
    shutil.rmtree(place)


@pytest.fixture
def frozen(built: Path, place: Path) -> Frozen:
    """The program as it was built, and a clerk with a home folder of their own."""
    home = place / "home"
    home.mkdir()
    home.chmod(0o777)
    return Frozen(built, home)


@pytest.fixture(scope="session")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled form of a sample unit, readable for everybody."""
    from core.documents.excel.template import write_filled
    from core.infra.clock import SystemClock
    from core.services.samples import read_samples
    from core.services.workspace import load_policy

    pack = load_policy()
    sample = read_samples(ROOT / "resources", SystemClock().today())[0]
    path = ROOT / "build" / "tried" / "填报表.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_filled(pack.forms[sample.form], pack, sample.answers, path)
    path.chmod(0o644)
    return path


def is_root() -> bool:
    """True where other users, mounts and networks can be tried."""
    return os.geteuid() == 0


needs_root = pytest.mark.skipif(not is_root(), reason="only root can take another user's place")
