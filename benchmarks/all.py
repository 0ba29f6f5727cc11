"""Every benchmark, one after the other, and at the end one table of what they noted; see README.md.

`python -m benchmarks.all [SUBJECT…]`: only these subjects. `--quiet` leaves out what each prints itself.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.measuring import ROWS_FILE, head, noted

_ROOT: Final = Path(__file__).resolve().parents[1]
#: Each subject with the sizes at which all of them together take some minutes.
SUBJECTS: Final = {
    "start": ("--rounds", "3"),
    "excel": (),
    "lists": (),
    "saving": (),
    "checks": ("--count", "4000"),
    "exchange": ("200", "100"),
    "library": (),
    "pdf": ("--count", "300", "--peers", "typst,platypus"),
}


def main(arguments: Sequence[str] = ()) -> int:
    """Run them; gives how many failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=f"of {', '.join(SUBJECTS)}; none: all")
    parser.add_argument("--quiet", action="store_true", help="print the table alone")
    given = parser.parse_args(arguments)
    if unknown := sorted(set(given.subjects) - set(SUBJECTS)):
        parser.error(f"no such subject: {', '.join(unknown)}")
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{os.cpu_count()} cores{load}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows"
        there = [name for name in SUBJECTS if (_ROOT / "benchmarks" / f"{name}.py").exists()]
        failed = [name for name in given.subjects or there if not _ran(name, rows, is_quiet=given.quiet)]
        print(f"\n{head()}")
        for row in noted(rows):
            print(row.line())
    for name in failed:
        print(f"{name}: failed")
    return len(failed)


def _ran(name: str, rows: Path, *, is_quiet: bool) -> bool:
    """Run a subject in a process of its own; what it notes goes into `rows`."""
    start = time.perf_counter()
    if not is_quiet:
        print(f"\n== {name}", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", *SUBJECTS[name]], cwd=_ROOT, check=False,
        stdout=subprocess.DEVNULL if is_quiet else None,
        env={**os.environ, "PYTHONPATH": str(_ROOT), ROWS_FILE: str(rows)},
    )
    print(f"   {name}: {time.perf_counter() - start:.0f} s", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1:])))
