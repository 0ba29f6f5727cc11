"""The frozen program on a real server: `make dist` runs it where PostgreSQL is installed."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.dist.conftest import Frozen
from tools.bundle.contents import ROOT

pytestmark = [
    pytest.mark.dist,
    pytest.mark.skipif(
        not any(Path("/usr/lib/postgresql").glob("*/bin/initdb")), reason="PostgreSQL is not installed"
    ),
]

_WALK = """
set -eu
"$1" demo -o "$2/demo" >/dev/null
"$1" server use "$GREENLADDER_POSTGRES" --evidence "$2/共享"
"$1" station office 宝坻经济开发区 --clerk 王小明
"$1" import "$2/demo/企业填报表/01-样板绿色工厂.xlsx" >/dev/null
"$1" server
"$1" server off
"$1" list --json
"""


def test_it_joins_a_server_before_it_was_ever_opened(frozen: Frozen, place: Path) -> None:
    (place / "共享").mkdir()
    done = subprocess.run(
        [ROOT / "tools" / "postgresql.sh", "run", "sh", "-c", _WALK, "sh", str(frozen.program), str(place)],
        env={"HOME": str(frozen.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}, cwd=frozen.home, check=False,
        capture_output=True, text=True, timeout=170,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "已改用数据库服务器" in done.stdout
    assert "现有1份表" in done.stdout
    assert '"units": []' in done.stdout, "what was imported lies on the server, not on this PC"
