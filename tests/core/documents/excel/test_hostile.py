"""Mangled and hostile workbooks: the right sentence, little memory, little time."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.documents.excel.marker import write_marked
from core.documents.excel.reader import read_workbook
from core.domain.errors import UnreadableInputError
from core.forms.values import parse_form
from core.policy.pack import PolicyPack
from core.rules.verdict import check
from tests.fixtures.hostile_workbooks import HARMLESS, MARKED, REFUSED, HostileWorkbook
from tests.fixtures.sample_answers import AS_OF

ROOT = Path(__file__).resolve().parents[4]
SECONDS = 5.0
MEGABYTES = 400


def by_name(case: HostileWorkbook) -> str:
    return case.name


def test_the_catalogue_is_large() -> None:
    assert len(REFUSED) + len(MARKED) >= 30
    assert len({c.name for c in (*REFUSED, *MARKED, *HARMLESS)}) == len(REFUSED) + len(MARKED) + len(HARMLESS)


@pytest.mark.parametrize("case", REFUSED, ids=by_name)
def test_refused_with_one_sentence(case: HostileWorkbook, pack: PolicyPack, tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    case.build(path)
    started = time.monotonic()
    with pytest.raises(UnreadableInputError) as caught:
        read_workbook(path, pack.forms)
    assert time.monotonic() - started < SECONDS
    sentence = str(caught.value)
    assert case.expected in sentence
    assert sentence.startswith("“表.xlsx”")
    assert sentence.endswith("。")


@pytest.mark.parametrize("case", MARKED, ids=by_name)
def test_marked_with_the_cell_named(case: HostileWorkbook, pack: PolicyPack, tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    case.build(path)
    reading = read_workbook(path, pack.forms)
    problems = {p.path: p.message for p in reading.problems if p.path}
    checked = check(pack, reading.form_id, reading.answers, AS_OF, problems=problems)
    by_field = {f.rule.removeprefix("field:"): f.message for f in checked.verdict.findings}
    wrong = {**{p: by_field[p] for p in checked.state.broken if p in by_field}, **checked.state.wrong}
    assert case.expected in wrong[case.path]
    target = tmp_path / "marked.xlsx"
    write_marked(path, reading, wrong, target)
    assert read_workbook(target, pack.forms).form_id == reading.form_id


@pytest.mark.parametrize("case", HARMLESS, ids=by_name)
def test_harmless_oddities_are_read(case: HostileWorkbook, pack: PolicyPack, tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    case.build(path)
    reading = read_workbook(path, pack.forms)
    assert reading.problems == ()
    assert parse_form(pack.form("green-factory").fields, reading.answers).wrong == {}
    assert "\x01" not in str(parse_form(pack.form("green-factory").fields, reading.answers).stored["unit_name"])


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from /proc")
def test_memory_and_time_stay_within_bounds(tmp_path: Path) -> None:
    """All bad files, the harmless ones marked, in one process of its own: its peak bounds the peak of each."""
    script = """
import sys, time
from pathlib import Path
from core.documents.excel.marker import write_marked
from core.documents.excel.reader import read_workbook
from core.domain.errors import UnreadableInputError
from core.infra.paths import resources_folder
from core.policy.loader import load_pack
forms = load_pack(resources_folder() / "policy").forms
for path in sorted(Path(sys.argv[1]).glob("*.xlsx")):
    started = time.monotonic()
    try:
        reading = read_workbook(path, forms)
        write_marked(path, reading, {"unit_name": "错"}, path.with_suffix(".marked"))
    except UnreadableInputError:
        pass
    assert time.monotonic() - started < 5, path.name
# VmHWM is of this program alone; ru_maxrss also knows what ran before it in the same process, or beside it.
status = Path("/proc/self/status").read_text()
print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")))
"""
    for case in (*REFUSED, *HARMLESS):
        case.build(tmp_path / f"{case.name}.xlsx")
    command = [sys.executable, "-c", script, str(tmp_path)]
    done = subprocess.run(command, check=True, cwd=ROOT, timeout=150, stdout=subprocess.PIPE, text=True)
    assert int(done.stdout) / 1024 < MEGABYTES
