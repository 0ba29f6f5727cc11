"""The window's fonts are those of the printed pages, also where they are loaded in two goes."""

from __future__ import annotations

import ast
import csv
import subprocess
import sys
from pathlib import Path

from fontTools.ttLib import TTFont

from core.infra.paths import resources_folder
from gui.widgets import fonts

ROOT = Path(__file__).resolve().parents[3]
_IN_TWO_GOES = """
import sys
from pathlib import Path
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication, QTableView
from gui.widgets.fonts import later_fonts, load_fonts
app = QApplication(sys.argv[:1])
folder = Path(sys.argv[1])
families = load_fonts(folder, only_first=True).families()
table = QTableView()  # has an update of its own
first = set(QFontDatabase.families())
for step in later_fonts(folder):
    step()
print("Noto Sans SC" in first, "GreenLadder Rare B" in first)
print(set(families[:6]) <= set(QFontDatabase.families()))
"""


def test_the_families_are_those_of_the_files() -> None:
    with (resources_folder() / "fonts" / "fonts.csv").open(encoding="utf-8", newline="") as stream:
        listed = {row["file"]: row["family"] for row in csv.DictReader(stream)}
    assert {name: listed[name] for name in fonts._FAMILIES} == fonts._FAMILIES


def test_rare_characters_come_after_the_first_look() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _IN_TWO_GOES, str(resources_folder() / "fonts")], cwd=ROOT, capture_output=True,
        text=True, check=True,
    )
    assert done.stdout.splitlines() == ["True False", "True"]


def test_every_sign_in_the_window_is_in_its_own_fonts() -> None:
    """A lean Linux has no other font: what ours lack stands there as a box."""
    files = [resources_folder() / "fonts" / name for name in fonts._FAMILIES if name != "frames.ttf"]
    drawn = {code for file in files for code in TTFont(file, lazy=True).getBestCmap()}
    lacking = [
        f"{path.relative_to(ROOT)}:{node.lineno} {sign}"
        for path in sorted((ROOT / "gui").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for sign in sorted(set(node.value))
        if sign.isprintable() and not sign.isascii() and ord(sign) not in drawn
    ]
    assert lacking == []
