"""1,000 recommendation sheets in one run: ours beside typst, LibreOffice's mail merge and platypus; see README.md.

`pdf.py [--count 1000] [--peers typst,libreoffice,platypus] [--runs 1] [--keep FOLDER]`. Every contestant runs in a
session of its own, one after the other, and is given the same values beforehand.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import pypdfium2  # type: ignore[import-untyped]

from benchmarks.measuring import Row, note
from benchmarks.sheets import contest, ours, units
from benchmarks.sheets.plan import TEMPLATE, write_plan
from benchmarks.sheets.writer_template import writer_template
from core.infra.paths import resources_folder

ROOT: Final = Path(__file__).resolve().parents[1]
SHEETS: Final = ROOT / "benchmarks" / "sheets"
PEERS_PYTHON: Final = ROOT / ".venv-peers" / "bin" / "python"
SYSTEM_PYTHON: Final = Path("/usr/bin/python3")
_HEAD: Final = (
    f"{'':<28}{'seconds':>9}{'ms/sheet':>10}{'process s':>11}{'cpu s':>8}{'peak MB':>9}{'pages':>7}{'file MB':>9}"
)


Command: TypeAlias = Callable[[Path, Path], Sequence[str | Path]]


@dataclass(frozen=True, slots=True)
class Contestant:
    """How to run one: its command, what it lacks (empty: nothing), and which file it leaves."""

    name: str
    command: Command
    lacks: Callable[[], str] = lambda: ""
    leaves: str = "{stem}.pdf"


@dataclass(frozen=True, slots=True)
class Result:
    """The run in the middle of all runs of a contestant, and its file."""

    name: str
    run: contest.Run
    pages: int
    size: int


def fonts_folder() -> Path:
    """The program's fonts, which all use."""
    return resources_folder() / "fonts"


def _script(name: str, *first: str, python: Path | str = sys.executable) -> Command:
    return lambda folder, out: [python, SHEETS / f"{name}.py", *first, folder, fonts_folder(), out]


def _lacks_typst() -> str:
    return "" if PEERS_PYTHON.exists() else "not in .venv-peers; install it with: tools/setup.sh peers"


def _lacks_libreoffice() -> str:
    has_bridge = SYSTEM_PYTHON.exists() and subprocess.run(
        [SYSTEM_PYTHON, "-c", "import uno"], check=False, capture_output=True
    ).returncode == 0
    if shutil.which("soffice") and has_bridge:
        return ""
    return "no soffice or no UNO bridge for /usr/bin/python3; install them with (as root): tools/setup.sh peers"


OURS: Final = (
    Contestant("ours", _script("print_ours", "sheet")),
    Contestant("ours, from stored answers", _script("print_ours", "stored")),
)
PEERS: Final = {
    "typst": Contestant("typst", _script("typst_sheets", python=PEERS_PYTHON), _lacks_typst),
    "libreoffice": Contestant(
        "LibreOffice mail merge", _script("libreoffice", python=SYSTEM_PYTHON), _lacks_libreoffice, "{stem}0.pdf",
    ),
    "platypus": Contestant("platypus", _script("platypus")),
}
#: Ours / theirs, as the issue of the printed pages asks.
TARGETS: Final = {"typst": "≤ 1", "LibreOffice mail merge": "≤ 0.05"}


def prepare(folder: Path, count: int) -> None:
    """What all are given: the answers for us, template and values for the others."""
    pack = units.pack()
    answers = list(units.answers(pack, count))
    (folder / ours.ANSWERS).write_text(json.dumps(answers, ensure_ascii=False), encoding="utf-8")
    values = write_plan(ours.stored(pack, answers), folder)
    template = json.loads((folder / TEMPLATE).read_text(encoding="utf-8"))
    (folder / "template.fodt").write_text(writer_template(template), encoding="utf-8")
    print(f"{count} recommendation sheets, {values} values each, one PDF; {os.cpu_count()} cores")


def take_part(contestant: Contestant, folder: Path, runs: int, count: int) -> Result:
    """Run a contestant so many times, and look whether its file holds what it should.

    Raises:
        FailedError: it failed, or its file lacks a sheet.
    """
    stem = contestant.name.replace(" ", "-").replace(",", "")
    out = folder / contestant.leaves.format(stem=stem)
    taken = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory(dir=folder) as name:
            own = Path(name)
            for given in folder.iterdir():
                if given.suffix in {".json", ".csv", ".fodt"}:
                    shutil.copy(given, own)
            out.unlink(missing_ok=True)
            command = contestant.command(own, folder / f"{stem}.pdf")
            taken.append(contest.run(command, {"PYTHONPATH": str(ROOT)}))
    pages = _pages(out, folder, count)
    middle = statistics.median_low(run.seconds for run in taken)
    run = next(run for run in taken if run.seconds == middle)
    return Result(contestant.name, run, pages, out.stat().st_size)


def _pages(out: Path, folder: Path, count: int) -> int:
    """How many pages there are. First and last unit stand where they should: no sheet is missing between them."""
    answers = json.loads((folder / ours.ANSWERS).read_text(encoding="utf-8"))
    document = pypdfium2.PdfDocument(out)
    try:
        pages = len(document)
        for number, page in ((0, 0), (count - 1, pages - pages // count)):
            if answers[number]["credit_code"] not in document[page].get_textpage().get_text_range():
                raise contest.FailedError(f"{out.name}: unit {number + 1} is not on page {page + 1} of {pages}")
        return pages
    finally:
        document.close()


def line(result: Result, count: int) -> str:
    """A contestant's line of the table."""
    run = result.run
    start = f"  (start of {run.said['start']:.1f} s not counted)" if "start" in run.said else ""
    return (
        f"{result.name:<28}{run.seconds:9.2f}{run.seconds / count * 1000:10.2f}{run.process:11.2f}"
        f"{run.cpu:8.1f}{run.peak:9.0f}{result.pages:7}{result.size / 1e6:9.1f}{start}"
    )


def ratios(results: Sequence[Result]) -> str:
    """How many times our seconds the others take."""
    mine = next((result for result in results if result.name == OURS[0].name), None)
    return "" if mine is None else "\n".join(
        f"{other.name} / ours: {other.run.seconds / mine.run.seconds:.1f} times the time, "
        f"{other.run.peak / mine.run.peak:.1f} times the memory"
        for other in results if other is not mine
    )


def compete(folder: Path, names: Sequence[str], runs: int, count: int) -> None:
    """Every figure, then the ratios."""
    prepare(folder, count)
    print(_HEAD)
    results = []
    for contestant in (*OURS, *(PEERS[name] for name in names)):
        if lacks := contestant.lacks():
            print(f"{contestant.name:<28}{lacks}")
            continue
        try:
            results.append(take_part(contestant, folder, runs, count))
        except contest.FailedError as error:
            print(f"{contestant.name:<28}failed: {error}")
            continue
        print(line(results[-1], count), flush=True)
    print(ratios(results))
    tell_all(results, count)


def tell_all(results: Sequence[Result], count: int) -> None:
    """The rows for the table of all benchmarks."""
    mine = next((result for result in results if result.name == OURS[0].name), None)
    for other in results:
        if mine is not None and other is not mine:
            note(Row(
                f"{count} recommendation sheets / {other.name}", f"{mine.run.seconds:.2f} s",
                f"{other.run.seconds:.2f} s", mine.run.seconds / other.run.seconds, TARGETS.get(other.name, ""),
                f"{mine.run.peak:.0f} / {other.run.peak:.0f}",
            ))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Recommendation sheets, ours and others'.")
    parser.add_argument("--count", type=int, default=1000, help="how many sheets")
    parser.add_argument("--peers", default=",".join(PEERS), help=f"which others, of {','.join(PEERS)}; none: ''")
    parser.add_argument("--runs", type=int, default=1, help="how often each runs; the one in the middle counts")
    parser.add_argument("--keep", type=Path, help="a folder that keeps the PDFs, to look at")
    given = parser.parse_args()
    names = [name for name in given.peers.split(",") if name]
    if unknown := sorted(set(names) - set(PEERS)):
        parser.error(f"no such peer: {', '.join(unknown)}")
    kept: contextlib.AbstractContextManager[str] = tempfile.TemporaryDirectory()
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
        kept = contextlib.nullcontext(str(given.keep.resolve()))
    with kept as folder:
        compete(Path(folder), names, given.runs, given.count)


if __name__ == "__main__":
    main()
