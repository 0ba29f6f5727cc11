"""Ours beside a bare library call that does the same work: turn by turn in one process, memory in a process for each.

A subject (`excel`, `lists`, `saving`) lists its cases; `all` runs every subject and prints what they note in one table.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

#: Names the file to which every row is written, too; `all` reads it.
ROWS_FILE: Final = "GREENLADDER_BENCH_ROWS"
_ROOT: Final = Path(__file__).resolve().parents[1]
_WIDTHS: Final = (44, 12, 12, 8, 9, 12)
_HEADS: Final = ("", "ours", "beside", "ratio", "target", "peak MB")

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. `ratio` is ours / beside, or what `target` speaks of; `peak` is ours, then the other's."""

    name: str
    ours: str
    beside: str = ""
    ratio: float | None = None
    target: str = ""
    peak: str = ""

    def line(self) -> str:
        """The row as it is printed."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        return _line((self.name, self.ours, self.beside, ratio, self.target, self.peak))


@dataclass(frozen=True, slots=True)
class Case:
    """One figure: what is measured beside what. `works` gives ours and the bare one for a folder that is prepared.

    `clock`: what only computes is measured by the time that it computed, which other programs disturb less.
    """

    name: str
    target: str
    works: Callable[[Path], tuple[Work, Work]]
    rounds: int = 9
    clock: Callable[[], float] = time.process_time


def head() -> str:
    """The head of the table."""
    return _line(_HEADS)


def _line(texts: Sequence[str]) -> str:
    first, *others = zip(texts, _WIDTHS, strict=True)
    return f"{first[0]:<{first[1]}}" + "".join(f"{text:>{width}}" for text, width in others)


def note(row: Row) -> None:
    """Write a row where `all` will read it, if it asked for that."""
    if path := os.environ.get(ROWS_FILE):
        with Path(path).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")


def noted(path: Path) -> Iterable[Row]:
    """The rows of such a file."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return (Row(**json.loads(line)) for line in lines)


def times(works: Sequence[Work], rounds: int, clock: Callable[[], float] = time.perf_counter) -> list[float]:
    """Median milliseconds of each, taken in turns, after one turn to warm up."""
    for work in works:
        work()
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, mine in zip(works, taken, strict=True):
            start = clock()
            work()
            mine.append((clock() - start) * 1000)
    return [statistics.median(mine) for mine in taken]


def run(module: str, prepare: Callable[[Path], None], cases: Sequence[Case], arguments: Sequence[str]) -> None:
    """The command line of a subject: every case, or, as a child of its own, one step of one case.

    `module` is the subject's name for `python -m`.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, help="turns of each case")
    parser.add_argument("--step", nargs=3, metavar=("STEP", "CASE", "FOLDER"), help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.step:
        step, name, folder = given.step
        _step(prepare, {case.name: case for case in cases}, step, name, Path(folder), given.rounds)
        return
    print(head())
    with tempfile.TemporaryDirectory() as place:
        _child(module, "prepare", "", place, given.rounds)
        for case in cases:
            ours, beside = _child(module, "times", case.name, place, given.rounds)
            peaks = [_child(module, side, case.name, place, given.rounds)[0] for side in ("ours", "beside")]
            row = Row(
                case.name, f"{ours:.2f} ms", f"{beside:.2f} ms", ours / beside, case.target,
                f"{peaks[0]:.0f} / {peaks[1]:.0f}",
            )
            print(row.line(), flush=True)
            note(row)


def _child(module: str, step: str, case: str, folder: str, rounds: int | None) -> list[float]:
    """What a step prints; it runs in a process of its own."""
    how = [] if rounds is None else ["--rounds", str(rounds)]
    done = subprocess.run(
        [sys.executable, "-m", module, *how, "--step", step, case, folder], cwd=_ROOT, capture_output=True, text=True,
        check=False, env={**os.environ, "PYTHONPATH": str(_ROOT)},
    )
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    figures: list[float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _step(
    prepare: Callable[[Path], None], cases: dict[str, Case], step: str, name: str, folder: Path, rounds: int | None
) -> None:
    """Prepare, measure both in turns, or do one of them once and tell the process's peak of memory in MB."""
    figures: list[float] = []
    if step == "prepare":
        prepare(folder)
    else:
        case = cases[name]
        works = case.works(folder)
        if step == "times":
            figures = times(works, rounds or case.rounds, case.clock)
        else:
            works[("ours", "beside").index(step)]()
            figures = [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]
    print(json.dumps(figures))
