"""Update and going back, played on the frozen program: `make drill`, after `make dist`.

A clerk gets the next version on a USB stick: a new folder beside the old one, on the same data. The next version is
made here from these sources with a number of its own and one more step of the schema, frozen by the same recipe. Every
step is a process of the folder as it is handed out; the first that goes otherwise ends the drill with status 1.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core.infra.version import program_version
from core.store.migrate import BACKUP_FOLDER, BEFORE_UPGRADE, SCHEMA_REVISIONS
from core.store.store import DATABASE_FILE

ROOT: Final = Path(__file__).resolve().parents[1]
NEXT: Final = ROOT / "build" / "next"
SAMPLES: Final = ("01-样板绿色工厂.xlsx", "03-有核实性问题已说明.xlsx")
_LEFT_OUT: Final = shutil.ignore_patterns(
    ".*", "build", "dist", "__pycache__", "greenladder-demo", "tests", "benchmarks"
)
_PATIENCE_S: Final = 300


class NotAsItShouldBeError(Exception):
    """A step of the drill went otherwise."""


@dataclass(frozen=True)
class Program:
    """A folder as it is handed out, and the person who runs it: a home folder, and nothing else of this machine."""

    folder: Path
    home: Path

    def run(self, *arguments: str, expect: int = 0) -> str:
        """One command; gives what it printed.

        Raises:
            NotAsItShouldBeError: another exit status, or a traceback.
        """
        done = subprocess.run(
            [self.folder / "greenladder", *arguments], check=False, capture_output=True, text=True,
            env={"HOME": str(self.home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}, timeout=_PATIENCE_S,
        )
        said = done.stdout + done.stderr
        if done.returncode != expect or "Traceback" in said:
            raise NotAsItShouldBeError(f"{self.folder.name} {' '.join(arguments)} → {done.returncode}\n{said}")
        return said

    def units(self) -> list[str]:
        """The names of all units in the store."""
        listed: Any = json.loads(self.run("list", "--json"))
        return sorted(unit["unit_name"] for unit in listed["units"])


def main() -> int:
    """Play it; 0 when all went as it should."""
    here = ROOT / "dist" / f"绿阶-{program_version()}-linux-x86_64"
    if not here.is_dir():
        sys.exit(f"{here} is missing: make dist first.")
    after = next_version()
    with tempfile.TemporaryDirectory(prefix="greenladder-drill-") as name:
        try:
            play(here, after, Path(name))
        except NotAsItShouldBeError as error:
            print(f"NOT AS IT SHOULD BE: {error}")
            return 1
    return 0


def next_version() -> Path:
    """The frozen next version: a number of its own, and one more step of the schema."""
    number = _raised(program_version())
    shutil.rmtree(NEXT, ignore_errors=True)
    shutil.copytree(ROOT, NEXT, ignore=_LEFT_OUT)
    _replace(NEXT / "pyproject.toml", f'version = "{program_version()}"', f'version = "{number}"')
    revision = f"{int(SCHEMA_REVISIONS[-1]) + 1:04d}"
    _replace(NEXT / "core/store/migrate.py", f'"{SCHEMA_REVISIONS[-1]}")', f'"{SCHEMA_REVISIONS[-1]}", "{revision}")')
    step = _STEP.format(revision=revision, before=SCHEMA_REVISIONS[-1])
    (NEXT / f"core/store/migrations/versions/rev_{revision}_next.py").write_text(step, encoding="utf-8")
    _say(f"freezing the next version, {number}, with schema {revision}")
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", "build.spec"]
    subprocess.run(command, check=True, cwd=NEXT, env={**os.environ, "PYTHONPATH": str(NEXT)})
    return NEXT / "dist" / f"绿阶-{number}-linux-x86_64"


_STEP: Final = '''"""A step that a next version might bring: a table more, filled from what is there."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table more."""
    op.create_table("next_notes", sa.Column("record_id", sa.String(36), primary_key=True))
    op.execute("INSERT INTO next_notes SELECT id FROM records")


def downgrade() -> None:
    """Never."""
    raise NotImplementedError
'''


def play(here: Path, after: Path, place: Path) -> None:
    """Old folder, new folder, old folder again; then once more forward."""
    stick, home = place / "U盘 绿阶", place / "home"
    home.mkdir()
    old, new = (Program(stick / folder.name, home) for folder in (here, after))
    for program, folder in ((old, here), (new, after)):
        shutil.copytree(folder, program.folder, symlinks=True)
    forms = place / "表"
    old.run("demo", "-o", str(forms))
    first, second = (str(forms / "企业填报表" / name) for name in SAMPLES)

    _say(f"{old.folder.name}: a form is imported")
    old.run("station", "office", "宝坻经济开发区", "--clerk", "王小明")
    old.run("import", first)
    before = old.units()
    folder = _data_folder(home)

    _say(f"{new.folder.name}: its first start backs up, then brings the data on")
    _must(new.units() == before, "the new program shows other units")
    (kept,) = (folder / BACKUP_FOLDER).glob(f"{BEFORE_UPGRADE}-{SCHEMA_REVISIONS[-1]}-*.sqlite3")
    new.run("verify")
    new.run("import", second)
    both = new.units()
    _must(len(both) == len(before) + 1, "the new program does not take a form in")

    _say(f"{old.folder.name}: refuses the newer data in one sentence, and changes nothing")
    content = (folder / DATABASE_FILE).read_bytes()
    said = old.run("list", expect=2)
    _must(len(said.strip().splitlines()) == 1 and "更新版本的绿阶" in said, f"it said: {said}")
    _must((folder / DATABASE_FILE).read_bytes() == content, "the old program changed the newer data")
    print(f"   {said.strip()}")

    _say(f"{old.folder.name}: restores the copy from before the update, and works on")
    said = old.run("restore", str(kept), "--replace")
    _must(old.units() == before, "after going back the units are not those from before the update")
    old.run("verify")
    old.run("explain", _code(old), "V011", "截图已随纸质件报送")
    old.run("recommend", _code(old))
    print(f"   {said.strip()}")

    _say(f"{new.folder.name}: forward again; what was entered in between is still there")
    _must(new.units() == before, "the second update shows other units")
    (aside,) = folder.glob(f"恢复前-*/{DATABASE_FILE}")
    new.run("restore", str(aside), "--replace")
    _must(new.units() == both, "what was entered after the first update is lost")
    new.run("verify")
    _say("the drill went as it should")


def _data_folder(home: Path) -> Path:
    (database,) = home.rglob(DATABASE_FILE)
    return database.parent


def _code(program: Program) -> str:
    listed: Any = json.loads(program.run("list", "--json"))
    return str(listed["units"][0]["credit_code"])


def _raised(version: str) -> str:
    major, minor, _ = version.split(".")
    return f"{major}.{int(minor) + 1}.0"


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    _must(len(re.findall(re.escape(old), text)) == 1, f"{path.name} does not say {old!r} once")
    path.write_text(text.replace(old, new), encoding="utf-8")


def _must(holds: bool, otherwise: str) -> None:
    """An assertion that stays in an optimised run."""
    if not holds:
        raise NotAsItShouldBeError(otherwise)


def _say(what: str) -> None:
    print(f"· {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
