"""A clerk types into the real form editor and the process is killed with SIGKILL, again and again.

Run as a program: `python -m tests.end2end.killed_clerk FOLDER KILLS SEED`. Everything heavy is imported once, then each
round forks: the child opens the store, shows the form and types with real key events; the parent kills it at a random
moment, opens the store again and counts what is lost. Prints one JSON document.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
import time
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.policy.pack import PolicyPack
from core.services import drafts
from core.services.workspace import load_policy, open_workspace
from gui.app import dress
from gui.pages.editor.page import EditorPage
from gui.session import Session
from gui.tasks import SyncRunner

FIELDS = (
    "unit_name", "registered_address", "production_address", "legal_representative", "contact_department",
    "contact_name", "main_products", "registered_capital_wan", "employees", "revenue_wan", "output_wan", "land_area_m2",
    "building_footprint_m2", "water_intake_m3", "carbon_total_t", "office_handler",
)
PATIENCE_S = 60.0


def type_until_killed(folder: Path, pack: PolicyPack, record_id: str, round_number: int, pipe: int) -> None:
    """The child: types one field after the other and reports each that it begins and each that it has left."""
    with open_workspace(folder, pack=pack) as ws:
        app = QApplication([])
        dress(app, ws.resources)
        page = EditorPage(Session(ws), SyncRunner())
        page.resize(1366, 700)
        page.open(record_id)
        page.show()
        page.activateWindow()
        form_page = page.form_page
        assert form_page is not None
        for number in range(10_000):
            name = FIELDS[number % len(FIELDS)]
            value = str(round_number * 100_000 + number + 1)
            form_page.focus_field(name)
            QApplication.processEvents()
            editor = QApplication.focusWidget()
            assert editor is not None
            os.write(pipe, f"typing {name} {value}\n".encode())
            QTest.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            QTest.keyClicks(editor, value, delay=2)
            QTest.keyClick(editor, Qt.Key.Key_Tab)
            os.write(pipe, f"left {name} {value}\n".encode())


def kill_once(
    folder: Path, pack: PolicyPack, record_id: str, round_number: int, chance: random.Random
) -> tuple[dict[str, str], str]:
    """One round: fork, wait for typing, kill. Returns the fields left with their values, and the one in hand."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            type_until_killed(folder, pack, record_id, round_number, writing)
        finally:
            os._exit(3)
    os.close(writing)
    received = _read_lines(reading, chance.randint(1, 12), PATIENCE_S)
    received += _read_for(reading, chance.uniform(0.0, 0.04))
    os.kill(child, signal.SIGKILL)
    received += _read_for(reading, 0.0)
    _, status = os.waitpid(child, 0)
    os.close(reading)
    if not os.WIFSIGNALED(status):
        raise SystemExit("the clerk stopped before it was killed")
    left: dict[str, str] = {}
    in_hand = ""
    for line in received.decode().splitlines():
        word, name, value = line.split(" ")
        in_hand = name
        if word == "left":
            left[name] = value
            in_hand = ""
    return left, in_hand


def _read_lines(pipe: int, lines: int, seconds: float) -> bytes:
    """Wait for so many reports: the moment of the kill does not depend on how fast the machine is."""
    received, end = b"", time.monotonic() + seconds
    while received.count(b"\n") < lines and time.monotonic() < end:
        ready, _, _ = select.select([pipe], [], [], 0.1)
        chunk = os.read(pipe, 4096) if ready else b""
        if ready and not chunk:
            raise SystemExit("the clerk died before typing")
        received += chunk
    return received


def _read_for(pipe: int, seconds: float) -> bytes:
    """Everything that arrives within the time, up to the last whole line that the child managed to write."""
    received, end = b"", time.monotonic() + seconds
    while True:
        ready, _, _ = select.select([pipe], [], [], max(0.0, end - time.monotonic()))
        chunk = os.read(pipe, 65536) if ready else b""
        if not chunk:
            return received
        received += chunk


def main(folder: Path, kills: int, seed: int) -> None:
    """All rounds on one store."""
    chance = random.Random(seed)
    pack = load_policy()
    with open_workspace(folder, pack=pack) as ws:
        record_id = drafts.begin(ws, "green-factory").record.id
    expected: dict[str, str] = {}
    lost, acknowledged, killed_in_hand = [], 0, 0
    for round_number in range(1, kills + 1):
        left, in_hand = kill_once(folder, pack, record_id, round_number, chance)
        acknowledged += len(left)
        killed_in_hand += bool(in_hand)
        expected.update(left)
        with open_workspace(folder, pack=pack) as ws:
            answers = ws.store.get(record_id).answers
            problems = ws.store.integrity_problems()
        lost += [f"round {round_number} {n}: {v} became {answers.get(n)}" for n, v in expected.items()
                 if n != in_hand and str(answers.get(n)) != v]
        lost += [f"round {round_number}: {p}" for p in problems]
        if in_hand:
            expected[in_hand] = str(answers.get(in_hand))
    with open_workspace(folder, pack=pack) as ws:
        lost += ws.store.verify_history()
    report = {"kills": kills, "acknowledged": acknowledged, "in_hand": killed_in_hand, "lost": lost}
    sys.stdout.write(json.dumps(report))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
