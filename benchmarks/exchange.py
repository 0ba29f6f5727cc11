"""1,000 forms with 500 MB of scans: packing and receiving beside zipping and hashing the same bytes; see README.md.

`exchange.py [RECORDS [MEGABYTES]]`. Every step runs in a process of its own, so that its peak of memory is its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.measuring import Row, note
from core.domain.enums import RecordState
from core.domain.errors import GreenLadderError
from core.services.exchange import packing, receiving, trust
from tests.fixtures.exchange import cheap_copy, open_bureau, open_office
from tests.fixtures.library import draft

WITH_FORMS = 50
TARGETS = {("receive", "unzip_and_hash"): "≤ 3"}


def make(folder: Path, records: int, megabytes: int) -> None:
    """An office with recommended forms, each with a scan that nothing makes smaller."""
    size = megabytes * 1024 * 1024 // records
    with open_office(folder / "office") as ws:
        model = draft(ws, 0, "天津示例机械有限公司")
        for number in range(1, records + 1):
            record = cheap_copy(ws, model, number, f"天津示例{number}号机械有限公司")
            scan = folder / "扫描件.pdf"
            scan.write_bytes(b"%PDF-1.4 " + random.Random(number).randbytes(size))
            ws.store.attach(record.id, "business_license", scan, actor=ws.actor, source="附佐证材料", set_answer=False)
            ws.store.set_state(
                record.id, RecordState.RECOMMENDED, actor=ws.actor, source="推荐", verdict_number="VN-1", detail="",
            )
    open_bureau(folder / "bureau").close()


def scans(folder: Path) -> list[Path]:
    """The scans in the office's store."""
    return sorted(path for path in (folder / "office" / "evidence").rglob("*") if path.is_file())


def zip_and_hash(folder: Path) -> None:
    """The same scans with nothing but zipfile, as anybody zips, and hashlib."""
    _zipped(folder, folder / "plain.zip", zipfile.ZIP_DEFLATED)


def store_and_hash(folder: Path) -> None:
    """The same without deflating: less cannot be done."""
    _zipped(folder, folder / "stored.zip", zipfile.ZIP_STORED)


def _zipped(folder: Path, to: Path, how: int) -> None:
    with zipfile.ZipFile(to, "w", how) as archive:
        for path in scans(folder):
            data = path.read_bytes()
            archive.writestr(f"{hashlib.sha256(data).hexdigest()}.pdf", data)
    _synced(to)


def unzip_and_hash(folder: Path) -> None:
    """The way back: every entry read, hashed, and laid into a folder, safe on the disk."""
    to = folder / "plain"
    to.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / "plain.zip") as archive:
        for name in archive.namelist():
            data = archive.read(name)
            (to / hashlib.sha256(data).hexdigest()).write_bytes(data)
            _synced(to / hashlib.sha256(data).hexdigest())


def _synced(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def pack(folder: Path) -> None:
    """The package without papers for people."""
    with open_office(folder / "office") as ws:
        packed = packing.pack(ws, folder / "包.zip", with_papers=False, progress=_Bar())
    (folder / "code").write_text(packed.check_code)


def pack_with_cover(folder: Path) -> None:
    """The same with cover and summary, without printed forms."""
    with open_office(folder / "office") as ws:
        packing.pack(ws, folder / "面.zip", with_forms=False)


def pack_with_forms(folder: Path) -> None:
    """What the printed forms cost, on a few records."""
    with open_office(folder / "office") as ws:
        ids = [line.record_id for line in packing.plan(ws).lines][:WITH_FORMS]
        packing.pack(ws, folder / "印.zip", record_ids=ids, with_forms=True)


def pack_few(folder: Path) -> None:
    """The same few records without papers."""
    with open_office(folder / "office") as ws:
        ids = [line.record_id for line in packing.plan(ws).lines][:WITH_FORMS]
        packing.pack(ws, folder / "少.zip", record_ids=ids, with_papers=False)


def receive(folder: Path) -> None:
    """Everything into the bureau's store."""
    with open_bureau(folder / "bureau") as ws:
        trust.enrol(ws, folder / "包.zip", (folder / "code").read_text())
        receiving.receive(ws, folder / "包.zip", progress=_Bar())


def cancel_pack(folder: Path) -> None:
    """How long after the clerk stops half-way."""
    out = folder / "停.zip"
    with open_office(folder / "office") as ws:
        _cancelled(folder / "cancel_pack", lambda **how: packing.pack(ws, out, with_forms=False, full=True, **how))
    assert not out.exists()


def cancel_receive(folder: Path) -> None:
    """The same while receiving."""
    with open_bureau(folder / "bureau") as ws:
        trust.enrol(ws, folder / "包.zip", (folder / "code").read_text())
        _cancelled(folder / "cancel_receive", lambda **how: receiving.receive(ws, folder / "包.zip", **how))
        assert ws.store.exchange.ids() == ()


def _cancelled(note: Path, work: Callable[..., object]) -> None:
    stopped: list[float] = []

    def progress(done: int, total: int) -> None:
        if done * 2 > total and not stopped:
            stopped.append(time.perf_counter())

    try:
        work(progress=progress, cancelled=lambda: bool(stopped))
    except GreenLadderError:
        note.write_text(str(time.perf_counter() - stopped[0]))


class _Bar:
    """A progress bar that notes the longest time without a word."""

    def __init__(self) -> None:
        self.calls, self.longest, self._last = 0, 0.0, time.perf_counter()

    def __call__(self, _done: int, _total: int) -> None:
        now = time.perf_counter()
        self.longest, self._last = max(self.longest, now - self._last), now
        self.calls += 1

    def __del__(self) -> None:
        print(json.dumps({"calls": self.calls, "longest": round(self.longest, 2)}), file=sys.stderr)


STEPS: dict[str, Callable[[Path], None]] = {
    step.__name__: step
    for step in (
        zip_and_hash, store_and_hash, pack, pack_with_cover, unzip_and_hash, cancel_receive, receive, pack_few,
        pack_with_forms, cancel_pack,
    )
}


def run(step: str, folder: Path, *more: str) -> tuple[float, float]:
    """Seconds and peak MB of a step in a process of its own, without what a Python with our modules needs anyway."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, __file__, "--step", step, str(folder), *more], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    seconds = time.perf_counter() - start
    inner, peak = json.loads(done.stdout.splitlines()[-1])
    print(f"{step:<16} {inner:7.1f} s  (process {seconds:6.1f} s)  peak {peak:6.0f} MB  {done.stderr.strip()}")
    return inner, peak


def main(records: int = 1000, megabytes: int = 500) -> None:
    """Every figure, and the ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run("make", folder, str(records), str(megabytes))
        taken = {step: run(step, folder) for step in STEPS}
        for step, beside in (
            ("pack", "zip_and_hash"), ("pack", "store_and_hash"), ("pack_with_cover", "zip_and_hash"),
            ("receive", "zip_and_hash"), ("receive", "unzip_and_hash"),
        ):
            (ours, peak), (theirs, other) = taken[step], taken[beside]
            print(f"{step} / {beside}: {ours / theirs:.1f} times, {peak:.0f} MB")
            note(Row(
                f"{step} {records} forms, {megabytes} MB / {beside}", f"{ours:.2f} s", f"{theirs:.2f} s", ours / theirs,
                TARGETS.get((step, beside), ""), f"{peak:.0f} / {other:.0f}",
            ))
        for step in ("cancel_receive", "cancel_pack"):
            print(f"{step}: stopped after {float((folder / step).read_text()):.2f} s, nothing left")
        each = (taken["pack_with_forms"][0] - taken["pack_few"][0]) / min(WITH_FORMS, records)
        print(f"papers: {each * 1000:.0f} ms a form")


def step(name: str, folder: Path, *more: str) -> None:
    """One step; the last line printed is its seconds and its peak of memory."""
    start = time.perf_counter()
    if name == "make":
        folder.mkdir(exist_ok=True)
        make(folder, *(int(x) for x in more))
    else:
        STEPS[name](folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([time.perf_counter() - start, peak]))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--step"]:
        step(sys.argv[2], Path(sys.argv[3]), *sys.argv[4:])
    else:
        main(*(int(x) for x in sys.argv[1:]))
