"""Builds what is handed out, tries it, and packs it: `make dist` on Linux, build.bat in tools/windows on Windows.

Leaves in dist/: the folder, its archive, SHA256SUMS. The same sources, packages and machine give the same bytes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from core.infra.version import program_version
from tools.bundle import contents, parts
from tools.bundle.archive import write_archive, write_sums
from tools.bundle.bill import write_bill
from tools.bundle.contents import IS_WINDOWS, ROOT, Entry
from tools.bundle.licences import write_licences
from tools.bundle.papers import write_papers

BILL: Final = "greenladder.cdx.json"
_BUILD: Final = ROOT / "build"
_DIST: Final = ROOT / "dist"
#: Where neither the caller nor git knows when the sources were made: the first of January 2026.
_NO_DATE: Final = 1_767_225_600
_MOST_FOLDER_MB: Final = 260
_MOST_ARCHIVE_MB: Final = 110
_MB: Final = 1_000_000


def main() -> int:
    """Build, furnish, try, pack; status 1 where the built program fails its own test or is too large."""
    begun = time.monotonic()
    moment = _moment_of_sources()
    folder = _DIST / contents.folder_name(program_version())
    _build(moment)
    found = _furnish(folder, moment)
    _tell(f"built {folder.name}: {found} parts of others, each with its licence", begun)
    if not _passes_selftest(folder):
        return 1
    _tell("selftest passed", begun)
    archive = write_archive(folder, moment)
    write_sums([archive])
    _tell("packed", begun)
    return _report_sizes(folder, archive)


def _moment_of_sources() -> int:
    """Seconds since 1970 at which the sources were committed."""
    stated = os.environ.get("SOURCE_DATE_EPOCH", "")
    if stated.isdigit():
        return int(stated)
    if shutil.which("git") is None:
        return _NO_DATE
    asked = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    return int(asked) if asked.isdigit() else _NO_DATE


def _build(moment: int) -> None:
    environment = {
        **os.environ, "SOURCE_DATE_EPOCH": str(moment), "PYTHONHASHSEED": "1", "PYTHONUTF8": "1",
        "PYINSTALLER_CONFIG_DIR": str(_BUILD / "cache"),
    }
    subprocess.run(
        [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", "--distpath", str(_DIST),
         "--workpath", str(_BUILD), str(ROOT / "build.spec")],
        cwd=ROOT, env=environment, check=True,
    )


def _furnish(folder: Path, moment: int) -> int:
    """Add what people read: the page, licences, the bill of materials; the number of parts of others."""
    noted: list[list[str]] = json.loads((_BUILD / "build" / contents.SOURCES).read_text(encoding="utf-8"))
    entries: list[Entry] = [(place, source, kind) for place, source, kind in noted]
    found = parts.parts_of(entries, program_version())
    write_papers(folder, program_version())
    # The programs themselves, and what lies beside them.
    found[0].files += [path.name for path in folder.iterdir() if path.is_file()]
    write_licences(folder, found, program_version())
    return write_bill(folder / BILL, found, folder, moment)


def _passes_selftest(folder: Path) -> bool:
    """Run the built program's own test as a clerk's machine would: without Python's paths and without a display."""
    program = folder / ("greenladder-cmd.exe" if IS_WINDOWS else "greenladder")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LD_", "QT_"))}
    environment["QT_QPA_PLATFORM"] = "offscreen"
    done = subprocess.run(
        [str(program), "selftest", "--window"], cwd=_DIST, env=environment, capture_output=True, encoding="utf-8",
        errors="replace", check=False,
    )
    print(done.stdout + done.stderr, end="", flush=True)
    return done.returncode == 0


def _report_sizes(folder: Path, archive: Path) -> int:
    files = [path for path in folder.rglob("*") if path.is_file()]
    whole, packed = sum(path.stat().st_size for path in files) / _MB, archive.stat().st_size / _MB
    print(f"\n{'MB':>7}  largest parts of the folder")
    sizes: dict[str, int] = {}
    for path in files:
        inner = path.relative_to(folder).parts
        name = "/".join(inner[:3] if inner[1:2] == ("resources",) else inner[:2])
        sizes[name] = sizes.get(name, 0) + path.stat().st_size
    for name, size in sorted(sizes.items(), key=lambda item: -item[1])[:12]:
        print(f"{size / _MB:7.1f}  {name}")
    print(f"{whole:7.1f}  the folder (at most {_MOST_FOLDER_MB}), {len(files)} files")
    print(f"{packed:7.1f}  {archive.name} (at most {_MOST_ARCHIVE_MB})")
    return 0 if whole <= _MOST_FOLDER_MB and packed <= _MOST_ARCHIVE_MB else 1


def _tell(what: str, begun: float) -> None:
    print(f"[{time.monotonic() - begun:5.0f} s] {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
