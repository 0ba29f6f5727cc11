"""LibreOffice opens and saves filled forms: nothing is lost. Committed copies stand in where it is not installed."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest
from openpyxl import load_workbook

from core.documents.excel.reader import read_workbook
from core.forms.values import parse_form
from core.policy.pack import PolicyPack
from tests.core.documents.excel.answers import clear_by_names, fill_by_names, random_answers

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "excel"
SOFFICE = shutil.which("soffice")


def missing() -> str:
    """Why this machine cannot save workbooks; its Writer alone cannot."""
    if SOFFICE is None:
        return "LibreOffice is not installed"
    program = Path(SOFFICE).resolve().parent
    return "" if any(program.glob("libsclo.*")) else "LibreOffice is installed without Calc"


def stored(pack: PolicyPack, path: Path) -> dict[str, Any]:
    reading = read_workbook(path, pack.forms)
    assert reading.problems == ()
    return dict(parse_form(pack.form(reading.form_id).fields, reading.answers).stored)


def convert(files: list[Path], out: Path, profile: Path) -> None:
    """One LibreOffice call for all files, with a profile of its own: two calls may run at a time."""
    assert SOFFICE is not None
    command = [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx",
               "--outdir", str(out), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=500)


@pytest.mark.libreoffice
@pytest.mark.timeout(600)
@pytest.mark.skipif(bool(missing()), reason=missing())
def test_fifty_forms_survive_one_call(
    pack: PolicyPack, templates: Mapping[str, Path], tmp_path: Path
) -> None:
    expected: dict[str, dict[str, Any]] = {}
    forms = list(pack.forms.values())
    books = {f.id: load_workbook(templates[f.id]) for f in forms}
    for number in range(50):
        form = forms[number % len(forms)]
        answers = random_answers(form, Random(number))
        path = tmp_path / f"{number:02d}-{form.id}.xlsx"
        clear_by_names(books[form.id], form)
        fill_by_names(books[form.id], form, answers)
        books[form.id].save(path)
        expected[path.name] = answers
    convert([tmp_path / name for name in expected], tmp_path / "out", tmp_path / "profile")
    for name, answers in expected.items():
        assert stored(pack, tmp_path / "out" / name) == answers, name


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("libreoffice-*.xlsx")), ids=lambda p: p.stem)
def test_committed_round_trips(path: Path, pack: PolicyPack) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert stored(pack, path) == expected


def test_there_are_six_committed_round_trips() -> None:
    assert len(list(FIXTURES.glob("libreoffice-*.xlsx"))) >= 6
