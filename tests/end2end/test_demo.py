"""`demo` and the README's walk of two offices and a bureau, as a stranger starts them: real processes, real files."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.services.exchange import log, receiving
from core.services.workspace import open_workspace
from tests.end2end.test_command_line import ROOT, run, run_json
from tests.fixtures.packs import shipped_pack


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """The demo's folder and its JSON."""
    folder = tmp_path_factory.mktemp("示例") / "区"
    return folder, run_json("demo", "-o", folder)


def test_the_demo_checks_units_and_plays_the_years(demo: tuple[Path, Any]) -> None:
    folder, told = demo
    assert len(told["units"]) == 18
    assert len(told["rosters"]) == 7
    assert all(Path(f).is_file() and Path(f).is_relative_to(folder) for f in told["files"])


def test_the_exchange_ends_with_both_ends_the_same(demo: tuple[Path, Any]) -> None:
    folder, told = demo
    units = told["exchange"]["units"]
    assert {(u["standing"], u["bureau_state"], u["same"]) for u in units} == {("入库", "已入库", True)}
    assert len(units) == 4
    said = "\n".join(s["said"] for s in told["exchange"]["steps"])
    for words in ("还没有登记，文件没有接收", "这次没有任何改动", "第2包未收到", "比已收的第3包早", "恢复到接收以前"):
        assert words in said
    with open_workspace(folder / "往来" / "区局数据", pack=shipped_pack()) as bureau:
        assert bureau.store.verify_history() == ()
        line = next(x for x in log.offices(bureau) if x.office == "120115456")
        assert (line.last_number, line.missing, line.receipt_due) == (3, (), False)
        locked = folder / "往来" / "U盘" / "报送包_京津中关村科技城_第1包.zip"
        assert receiving.inspect(bureau, locked, "PDY-lvjie-2026").problems == ()


def test_the_demo_spares_a_folder_with_other_files(tmp_path: Path) -> None:
    (tmp_path / "别的.txt").write_text("别的", encoding="utf-8")
    refused = run("demo", "-o", tmp_path)
    assert (refused.returncode, "换一个空文件夹" in refused.stderr) == (2, True)
    assert [p.name for p in tmp_path.iterdir()] == ["别的.txt"]


def test_the_readme_walk_can_be_pasted(demo: tuple[Path, Any], tmp_path: Path) -> None:
    folder, _ = demo
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"## Two offices and a bureau.*?```sh\n(.*?)```", readme, re.DOTALL)
    assert block is not None
    script = block[1].replace("greenladder-demo", str(folder)).replace(".venv/bin/python", sys.executable)
    done = subprocess.run(
        ["bash", "-c", script.replace("$(mktemp -d)", str(tmp_path))], capture_output=True, text=True, check=False,
        encoding="utf-8", cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    refusals = done.stderr.strip().splitlines()
    assert len(refusals) == 2, done.stderr
    assert all("还没有登记，文件没有接收" in line for line in refusals)
    assert re.search(r"天津砚澜禾.*退回.*与社保人数不符", done.stdout)
    assert re.search(r"天津檀屿舟.*拟入库", done.stdout)
