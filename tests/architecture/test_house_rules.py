"""Rules of the house that a linter does not know: sizes, the wall between core and window, no addresses in files."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES_IN_FILE = 500
MOST_LINES_IN_FUNCTION = 60
MOST_LINES_IN_CLASS = 300


def _python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("folder", ["core", "gui", "tests", "tools"])
def test_files_functions_and_classes_stay_small(folder: str) -> None:
    too_long = []
    for path in _python_files(folder):
        text = path.read_text(encoding="utf-8")
        if len(text.splitlines()) > MOST_LINES_IN_FILE:
            too_long.append(f"{path}: {len(text.splitlines())} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                most = MOST_LINES_IN_CLASS if isinstance(node, ast.ClassDef) else MOST_LINES_IN_FUNCTION
                if length > most:
                    too_long.append(f"{path}:{node.lineno} {node.name}: {length} lines")
    assert too_long == []


def test_core_imports_and_checks_with_qt_absent() -> None:
    program = """
import importlib, pkgutil, sys
class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in ('PySide6', 'shiboken6'):
            raise ModuleNotFoundError(name)
        return None
sys.meta_path.insert(0, Wall())
import core
for module in pkgutil.walk_packages(core.__path__, 'core.'):
    if '.migrations' not in module.name:
        importlib.import_module(module.name)
from core.cli.main import run
sys.exit(run(['rules', '--json'], lambda folder: 99))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert '"F1"' in done.stdout


def test_no_file_names_a_package_server_or_leaves_work_undone() -> None:
    forbidden = re.compile(
        r"(index-url|find-links|trusted-host)[= ]|https?://[^ \")]*/(simple|packages|pool)/|\b(TODO" + "|FIXME" + r")\b"
    )
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    texts = {".py", ".md", ".toml", ".txt", ".csv", ".in", ".lock", ".sh", ".json", ".qss", ""}
    found = []
    for name in listed:
        path = ROOT / name
        if name and path.is_file() and path.suffix in texts and path != Path(__file__):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                if forbidden.search(line):
                    found.append(f"{name}:{number}: {line.strip()[:80]}")
    assert found == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(p) for p in _python_files("core", "gui") if not ast.get_docstring(ast.parse(p.read_text("utf-8")))]
    assert silent == []


def test_broad_excepts_stay_rare() -> None:
    broad = [
        f"{path}:{number}"
        for path in _python_files("core", "gui")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if re.search(r"except (Base)?Exception\b|except:", line)
    ]
    assert len(broad) <= 2, broad
