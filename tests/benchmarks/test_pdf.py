"""The benchmark of printing stays able to run: all are given the same sheets, and what they print is looked at."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import pdf
from benchmarks.sheets import contest, units
from benchmarks.sheets.plan import UnlikeError, write_plan
from benchmarks.sheets.writer_template import writer_template
from core.documents.model import Document, Paragraph, runs
from tests.core.documents.printing import sheet_document

COUNT = 3


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("given")
    pdf.prepare(folder, COUNT)
    return folder


def template_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "template.json").read_text(encoding="utf-8"))
    return found


def values_of(folder: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads((folder / "values.json").read_text(encoding="utf-8"))
    return found


def places(part: Any) -> list[dict[str, Any]]:
    if isinstance(part, dict):
        if "text" in part or "field" in part:
            return [part]
        return [place for value in part.values() for place in places(value)]
    return [place for value in part for place in places(value)] if isinstance(part, list) else []


def test_every_factory_is_recommendable_and_unlike_the_others() -> None:
    pack = units.pack()
    answers = list(units.answers(pack, 40))
    assert all(units.checked(pack, given).verdict.may_recommend for given in answers)
    assert len({given["credit_code"] for given in answers}) == 40
    assert all("PDY" in given["credit_code"] for given in answers)


def test_template_and_values_make_up_our_sheet(given: Path) -> None:
    pack = units.pack()
    names = [place["field"] for place in places(template_of(given)) if "field" in place]
    assert len(set(names)) == len(names) > 50
    for unit, answers in zip(values_of(given), units.answers(pack, COUNT), strict=True):
        said = [unit[p["field"]] if "field" in p else p["text"] for p in places(template_of(given))]
        assert set(unit) == set(names)
        for name in ("unit_name", "credit_code", "registered_address", "legal_representative"):
            assert answers[name] in said


def test_the_table_for_the_mail_merge_says_the_same(given: Path) -> None:
    with (given / "sheets.csv").open(encoding="utf-8", newline="") as stream:
        assert list(csv.DictReader(stream)) == values_of(given)
    written = writer_template(template_of(given))
    for name in values_of(given)[0]:
        assert written.count(f'text:column-name="{name}"') == (2 if name == footer_of(given) else 1)


def footer_of(folder: Path) -> str:
    """The footer stands on odd and on even pages."""
    name: str = template_of(folder)["footer"]["field"]
    return name


def test_sheets_of_different_tables_are_no_mail_merge(tmp_path: Path) -> None:
    factory = sheet_document("green-factory", "usual")
    longer = Document(factory.title, (*factory.blocks, Paragraph(runs("又一段"))), factory.page)
    with pytest.raises(UnlikeError, match="unlike"):
        write_plan([factory, longer], tmp_path)


@pytest.mark.parametrize("contestant", [*pdf.OURS, pdf.PEERS["platypus"]], ids=lambda c: c.name)
def test_who_needs_nothing_else_prints_two_pages_a_unit(
    contestant: pdf.Contestant, given: Path, tmp_path: Path
) -> None:
    for path in given.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    result = pdf.take_part(contestant, tmp_path, 1, COUNT)
    assert result.pages == 2 * COUNT
    assert 0.0 < result.run.seconds <= result.run.process
    assert result.run.cpu > 0.0


_FORGETFUL = """
import json, sys
from pathlib import Path
from benchmarks.sheets import ours
folder, fonts, out = map(Path, sys.argv[1:])
given = json.loads((folder / ours.ANSWERS).read_text(encoding="utf-8"))
(folder / ours.ANSWERS).write_text(json.dumps(given[:-1]), encoding="utf-8")
ours.main("sheet", folder, fonts, out)
"""


def test_a_file_that_lacks_a_sheet_is_no_result(given: Path, tmp_path: Path) -> None:
    for path in given.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    forgetful = pdf.Contestant(
        "forgetful", lambda folder, out: [sys.executable, "-c", _FORGETFUL, folder, pdf.fonts_folder(), out]
    )
    with pytest.raises(contest.FailedError, match="unit 3 is not on page"):
        pdf.take_part(forgetful, tmp_path, 1, COUNT)


def test_memory_is_that_of_all_processes() -> None:
    child = "x = bytearray(60 << 20); import time; time.sleep(0.3)"
    parent = (
        "import json, subprocess, sys; x = bytearray(60 << 20); "
        f"subprocess.run([sys.executable, '-c', {child!r}], check=True); print(json.dumps({{'seconds': 0.1}}))"
    )
    assert contest.run([sys.executable, "-c", parent]).peak > 120


def test_who_fails_is_told_by_name() -> None:
    with pytest.raises(contest.FailedError, match="no good"):
        contest.run([sys.executable, "-c", "raise SystemExit('no good')"])
