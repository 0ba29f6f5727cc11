"""How fast the window and the commands start, beside a bare PySide6 window and a bare Python; see README.md."""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.measuring import Row, note
from core.domain.enums import Role
from core.domain.records import Station
from core.infra.version import program_version
from core.services.samples import read_samples
from core.services.workspace import open_workspace

ROOT = Path(__file__).resolve().parents[1]
TRACE = "GREENLADDER_TRACE_START"
UNITS = 3_000
_PATIENCE_S = 120
#: The least that PySide6 can do: a window with a text, and the moment at which it is drawn.
BARE = """
import os, sys, time
from PySide6.QtWidgets import QApplication, QLabel
class Label(QLabel):
    def paintEvent(self, event):
        super().paintEvent(event)
        with open(os.environ["GREENLADDER_TRACE_START"], "a", encoding="utf-8") as stream:
            stream.write(f"painted {time.monotonic_ns()} {time.process_time_ns()}\\n")
app = QApplication(sys.argv[:1])
label = Label("绿阶 text")
label.resize(1340, 690)
label.show()
app.exec()
"""


@dataclass
class Contestant:
    """A program to start: its command, and the last moment of its trace (none: it ends by itself)."""

    name: str
    command: list[str]
    last: str = ""
    runs: list[dict[str, float]] = field(default_factory=list)

    def median(self, figure: str) -> float:
        """The median of a figure over all runs."""
        return statistics.median(run[figure] for run in self.runs)


def fill(folder: Path) -> None:
    """A street's store with 3,000 full forms of invented units, none of them checked yet."""
    with open_workspace(folder) as ws:
        if ws.store.count_records() == UNITS:
            return
        office = ws.pack.lists["office"].choices[0].name
        ws.choose_station(Station(Role.OFFICE, office, "经办人"))
        samples = read_samples(ws.resources, ws.clock.today())
        for number in range(UNITS):
            sample = samples[number % len(samples)]
            answers = {**sample.typed_answers, "unit_name": f"天津第{number}机械厂"}
            answers.pop("credit_code", None)
            ws.store.create_record(
                sample.form, answers, office=office, pack_version=ws.pack.label, actor="经办人", source="benchmark"
            )


def run_window(contestant: Contestant, environment: dict[str, str], stamps: Path) -> None:
    """Start a window, wait for its last moment, look at its memory, end it."""
    stamps.unlink(missing_ok=True)
    begun = time.monotonic_ns()
    process = subprocess.Popen(
        contestant.command, env={**environment, TRACE: str(stamps)}, cwd=ROOT, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        found = _wait_for(process, stamps, contestant.last)
        figures = {"rss": _status(process.pid, "VmHWM"), "pss": _pss(process.pid)}
    finally:
        process.kill()
        process.wait()
    for word, (moment, cpu) in found.items():
        figures[word] = (moment - begun) / 1e6
        figures[f"{word} cpu"] = cpu / 1e6
    contestant.runs.append(figures)


def run_command(contestant: Contestant, environment: dict[str, str]) -> None:
    """Run a command to its end."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        contestant.command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    peak = 0.0
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        peak = max(peak, _status(process.pid, "VmHWM"))
        time.sleep(0.005)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    contestant.runs.append({
        "done": (time.perf_counter() - begun) * 1000, "done cpu": (usage.ru_utime + usage.ru_stime) * 1000, "rss": peak,
    })
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{process.args!r} ended with {process.returncode}")


def _wait_for(process: subprocess.Popen[bytes], stamps: Path, last: str) -> dict[str, tuple[int, int]]:
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end and process.poll() is None:
        found = _read(stamps)
        if last in found:
            return found
        time.sleep(0.01)
    raise RuntimeError(f"{process.args!r} never came to “{last}”")


def _read(stamps: Path) -> dict[str, tuple[int, int]]:
    if not stamps.exists():
        return {}
    rows = [line.split() for line in stamps.read_text(encoding="utf-8").splitlines()]
    return {row[0]: (int(row[1]), int(row[2])) for row in rows if len(row) == 3}


def _status(pid: int, key: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{key}:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _pss(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("Pss:")), 0.0)


def forget_files(folders: Sequence[Path]) -> None:
    """Ask the system to drop what it keeps of these folders' files; what other programs use at the time stays."""
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                descriptor = os.open(path, os.O_RDONLY)
                try:
                    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
                finally:
                    os.close(descriptor)


@contextmanager
def x_display() -> Iterator[dict[str, str]]:
    """The environment of an X server of its own, 1366×768."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1366x768x24", "-nolisten", "tcp"],
        pass_fds=(writing,), stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as answers:
        number = answers.readline().strip()
    try:
        yield {**os.environ, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
    finally:
        server.terminate()
        server.wait()


def frozen_program() -> Path | None:
    """The packaged program of this version, where it was made."""
    name = "greenladder.exe" if sys.platform == "win32" else "greenladder"
    found = sorted((ROOT / "dist").glob(f"绿阶-{program_version()}-*/{name}"))
    return found[0] if found else None


def windows(store: Path, frozen: Path | None) -> list[Contestant]:
    """The bare window, ours, and ours as it is handed out."""
    given = ["--store", str(store)]
    found = [
        Contestant("bare PySide6 window", [sys.executable, "-c", BARE], "painted"),
        Contestant("ours", [sys.executable, "main.py", *given], "usable"),
    ]
    if frozen is not None:
        found.append(Contestant("ours, packaged", [str(frozen), *given], "usable"))
    return found


def commands(store: Path, empty: Path, frozen: Path | None) -> list[Contestant]:
    """Bare Python and our commands; `forms` and `check` without a store, `list` with 3,000 units."""
    sample = next((ROOT / "resources" / "samples").glob("01-*.json"))
    ours = {
        "forms --json": ["forms", "--json", "--store", str(empty)],
        "check (1 form)": ["check", str(sample), "--store", str(empty)],
        "list (3,000 units)": ["list", "--store", str(store)],
    }
    found = [Contestant("python -c pass", [sys.executable, "-c", "pass"])]
    for name, words in ours.items():
        found.append(Contestant(name, [sys.executable, "main.py", *words]))
        if frozen is not None:
            found.append(Contestant(f"{name}, packaged", [str(frozen), *words]))
    return found


def tell_windows(title: str, found: Sequence[Contestant]) -> None:
    """One table: milliseconds since the start of the process, how many times the bare window, and memory."""
    bare = found[0]
    print(f"\n{title}")
    print(f"{'':<22}{'first paint':>12}{'(cpu)':>8}{'rows':>8}{'usable':>8}{'(cpu)':>8}{'peak MB':>9}{'PSS MB':>8}")
    for each in found:
        later = [f"{each.median(word):8.0f}" if word in each.runs[0] else f"{'':8}" for word in
                 ("rows", "usable", "usable cpu")]
        print(
            f"{each.name:<22}{each.median('painted'):12.0f}{each.median('painted cpu'):8.0f}{''.join(later)}"
            f"{each.median('rss'):9.0f}{each.median('pss'):8.0f}"
        )
    ours = found[1]
    for word, target in (("painted", "≤ 3"), ("usable", "")):
        wall, cpu = ours.median(word) / bare.median("painted"), ours.median(f"{word} cpu") / bare.median("painted cpu")
        wanted = f"   target {target}" if target else ""
        print(f"ours {word} / bare window painted: {wall:.2f} (cpu {cpu:.2f}){wanted}")
        note(Row(
            f"{word}, {title} / bare window painted", f"{ours.median(word):.0f} ms", f"{bare.median('painted'):.0f} ms",
            wall, target, f"{ours.median('rss'):.0f} / {bare.median('rss'):.0f}",
        ))
    for each in found[2:]:
        wall, cpu = each.median("usable") / ours.median("usable"), each.median("usable cpu") / ours.median("usable cpu")
        print(f"packaged / plain, to a usable list: {wall:.2f} (cpu {cpu:.2f})   target ≤ 1.3")
        note(Row(
            f"usable, {title}, packaged / plain", f"{each.median('usable'):.0f} ms", f"{ours.median('usable'):.0f} ms",
            wall, "≤ 1.3", f"{each.median('rss'):.0f} / {ours.median('rss'):.0f}",
        ))


def tell_commands(found: Sequence[Contestant]) -> None:
    """Milliseconds of each command, and how many times a Python that does nothing."""
    print("\ncommands")
    for each in found:
        ratio = each.median("done") / found[0].median("done")
        print(
            f"{each.name:<30}{each.median('done'):8.0f} ms   cpu {each.median('done cpu'):6.0f} ms"
            f"{each.median('rss'):7.0f} MB{ratio:7.1f} times bare Python"
        )


def main(arguments: Sequence[str] = ()) -> None:
    """Every figure; each start is a process of its own, the contestants take turns, medians are told."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--cold", action="store_true", help="forget the files before every start of a window")
    parser.add_argument("--packaged", type=Path, default=None, help="the packaged program (default: the one in dist/)")
    parser.add_argument("--store", type=Path, default=None, help="keep the store of 3,000 units there")
    given = parser.parse_args(arguments)
    frozen: Path | None = given.packaged or frozen_program()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store: Path = given.store or folder / "数据"
        fill(store)
        places = [("offscreen", {**os.environ, "QT_QPA_PLATFORM": "offscreen"})]
        if shutil.which("Xvfb"):
            with x_display() as display:
                race(store, folder, frozen, [*places, ("xcb under Xvfb", display)], given)
        else:
            race(store, folder, frozen, places, given)


def race(
    store: Path, folder: Path, frozen: Path | None, places: Sequence[tuple[str, dict[str, str]]],
    given: argparse.Namespace,
) -> None:
    """All contestants, round by round; what was never started before is started once to warm up."""
    tables = [(title, environment, windows(store, frozen)) for title, environment in places]
    words = commands(store, folder / "空", frozen)
    cold = [store, ROOT / "core", ROOT / "gui", ROOT / "resources", Path(sys.prefix) / "lib", ROOT / "dist"]
    for number in range(given.rounds + 1):
        for _, environment, found in tables:
            for contestant in found:
                if given.cold:
                    forget_files([folder for folder in cold if folder.is_dir()])
                run_window(contestant, environment, folder / "stamps")
        for contestant in words:
            run_command(contestant, dict(os.environ))
        if number == 0:
            for contestant in (*words, *(each for _, _, found in tables for each in found)):
                contestant.runs.clear()
    for title, _, found in tables:
        tell_windows(f"{title}{', files forgotten before each start' if given.cold else ''}", found)
    tell_commands(words)


if __name__ == "__main__":
    main(sys.argv[1:])
