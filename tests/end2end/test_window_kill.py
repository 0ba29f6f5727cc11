"""Killing the program while a field is being typed loses at most that field."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and fork are POSIX")
@pytest.mark.timeout(420)
@pytest.mark.parametrize("seed", [1, 2])
def test_sigkill_while_typing_loses_at_most_the_field_in_hand(tmp_path: Path, seed: int) -> None:
    kills = 30
    command = [sys.executable, "-m", "tests.end2end.killed_clerk", str(tmp_path / "数据"), str(kills), str(seed)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["lost"] == []
    assert report["kills"] == kills
    assert report["acknowledged"] > kills
    assert report["in_hand"] > 0
