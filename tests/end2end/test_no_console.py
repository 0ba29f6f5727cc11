"""A program with a window has no console on Windows: no stdout, no stderr, no stdin. Commands still do their work."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="closes the streams as a shell of Linux does")


@pytest.mark.parametrize(
    ("words", "status"), [(["list"], 0), (["--help"], 0), (["nonsense"], 2), (["check", "没有.xlsx"], 2)]
)
def test_a_command_without_any_stream_ends_as_it_should(tmp_path: Path, words: list[str], status: int) -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" >&- 2>&- <&-', "sh", sys.executable, str(ROOT / "main.py"), *words, "--store",
         str(tmp_path / "数据")],
        cwd=tmp_path, check=False, timeout=120,
    )
    assert done.returncode == status
