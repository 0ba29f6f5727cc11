"""Every Excel that the program writes, from data full of texts like formulas: none of them ever runs."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from datetime import date
from itertools import cycle
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from core.documents.excel.template import write_filled, write_template
from core.domain.library import Tier
from core.forms.definition import Field, FieldType, FormDefinition
from core.policy.pack import PolicyPack
from core.services.bulk import import_folder
from core.services.library import sheets
from core.services.workspace import Workspace
from tests.core.services.conftest import ws  # noqa: F401 - a fixture
from tests.core.services.library import story
from tests.core.services.library.conftest import Bureau, bureau  # noqa: F401 - a fixture
from tests.fixtures.packs import FORM_IDS, sample

ACTIVE = ("=1+1", "+86 22 29240001", "-2+3", "@SUM(A1)", "=HYPERLINK(\"http://x\",\"点我\")", "=cmd|' /C calc'!A0")
_NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def _text_like(text: str) -> bool:
    return text.lstrip().startswith(("=", "+", "-", "@"))


class _Written:
    """The raw XML of a workbook: formulas, and the cells whose text begins like one."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as packed:
            names = packed.namelist()
            strings = packed.read("xl/sharedStrings.xml") if "xl/sharedStrings.xml" in names else b"<sst/>"
            shared = ["".join(t.text or "" for t in item.iter(f"{_NAMESPACE}t")) for item in fromstring(strings)]
            styles = fromstring(packed.read("xl/styles.xml"))
            sheet_names = sorted(n for n in names if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", n))
            parts = [fromstring(packed.read(n)) for n in sheet_names]
            self.others = [n for n in names if "externalLink" in n or n.endswith((".bin", "connections.xml"))]
        quoted = [x.get("quotePrefix") == "1" for x in styles.findall(f"{_NAMESPACE}cellXfs/{_NAMESPACE}xf")]
        cells = [c for part in parts for c in part.iter(f"{_NAMESPACE}c")]
        self.formulas = [f.text or "" for c in cells for f in c.iter(f"{_NAMESPACE}f")]
        told = [(self._text(c, shared), c.get("t"), quoted[int(c.get("s") or 0)]) for c in cells]
        self.like = [t for t in told if _text_like(t[0]) and t[1] != "n"]

    @staticmethod
    def _text(cell: Element, shared: list[str]) -> str:
        if cell.get("t") == "inlineStr":
            return "".join(t.text or "" for t in cell.iter(f"{_NAMESPACE}t"))
        value = cell.find(f"{_NAMESPACE}v")
        text = (value.text or "") if value is not None else ""
        return shared[int(text)] if cell.get("t") == "s" and text else text


def _require_inert(path: Path, *, formulas: list[str] | None = None, at_least: int = 1) -> None:
    """No formula but those of the blank form; every text like one is of type string and marked as text."""
    written = _Written(path)
    assert written.formulas == (formulas or []), path.name
    assert written.others == []
    assert len(written.like) >= at_least, f"{path.name} does not show the texts"
    assert [(t, kind, quoted) for t, kind, quoted in written.like if kind not in ("s", "inlineStr") or not quoted] == []


def _poisoned(form: FormDefinition, kept: Mapping[str, Any]) -> dict[str, Any]:
    """A text like a formula in every field and every row that a person fills; `kept` stand."""
    words = cycle(ACTIVE)

    def of(field: Field) -> str | None:
        return next(words) if field.type.is_input and field.type is not FieldType.FILE else None

    answers: dict[str, Any] = {}
    for field in form.fields:
        if field.type is FieldType.REPEAT:
            rows = field.rows_from.choices if field.rows_from else (None,) * 3
            key = field.key_column.name if field.rows_from else ""
            answers[field.name] = [
                {c.name: choice.name if choice and c.name == key else of(c) for c in field.columns} for choice in rows
            ]
        else:
            answers[field.name] = of(field)
    return {name: value for name, value in answers.items() if value} | dict(kept)


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_a_form_full_of_formulas_shows_them_as_text(form_id: str, pack: PolicyPack, tmp_path: Path) -> None:
    form = pack.form(form_id)
    write_template(form, pack, tmp_path / "空.xlsx")
    own = sorted(_Written(tmp_path / "空.xlsx").formulas)
    write_filled(form, pack, _poisoned(form, {}), tmp_path / "填.xlsx")
    written = _Written(tmp_path / "填.xlsx")
    assert sorted(written.formulas) == own
    assert not any(text.lstrip("=+-@") in formula for text in ACTIVE[3:] for formula in written.formulas)
    _require_inert(tmp_path / "填.xlsx", formulas=written.formulas, at_least=20)


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_marked_copies_and_the_import_report(form_id: str, ws: Workspace, tmp_path: Path) -> None:  # noqa: F811
    form = ws.pack.form(form_id)
    folder = tmp_path / "=企业表"
    folder.mkdir()
    kept = {name: sample(form_id).get(name) for name in ("credit_code", "unit_kind", "data_year")}
    answers = _poisoned(form, {k: v for k, v in kept.items() if v})
    path = folder / "=1+1.xlsx"
    write_filled(form, ws.pack, {**answers, "unit_name": "=1+1"}, path)
    own = _Written(path).formulas
    done = import_folder(ws, folder)
    (result,) = done.results
    assert result.record_id is not None
    assert result.marked is not None
    assert done.report is not None
    assert set(_Written(result.marked).formulas) <= set(own)
    _require_inert(result.marked, formulas=_Written(result.marked).formulas, at_least=20)
    _require_inert(done.report, at_least=2)


@pytest.fixture
def poisoned_library(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> Bureau:  # noqa: F811
    """Two rosters and a call whose units have names like formulas."""
    for name, text in zip(("PUMPS", "PAPER", "PAINT", "MOTORS"), ACTIVE, strict=False):
        monkeypatch.setattr(story, name, text)
    story.two_rosters(bureau)
    return bureau


def test_the_librarys_lists(poisoned_library: Bureau, tmp_path: Path) -> None:
    held = poisoned_library.ws
    out = tmp_path / "导出"
    _require_inert(sheets.export_roster(held, out / "名单.xlsx"), at_least=4)
    _require_inert(sheets.export_roster(held, out / "某日.xlsx", as_of=date(2026, 8, 4)), at_least=3)
    _require_inert(sheets.export_difference(held, out / "变动.xlsx", 2, 1), at_least=4)
    _require_inert(sheets.export_reminder(held, out / "催报.xlsx", 2025), at_least=2)
    _require_inert(sheets.export_counts(held, out / "统计.xlsx"), at_least=0)


def test_the_candidates_for_a_tier(bureau: Bureau, tmp_path: Path) -> None:  # noqa: F811
    asked = story.recommended(bureau, 5, ACTIVE[4])
    for call_id in (None, asked.id):
        _require_inert(sheets.export_candidates(bureau.ws, tmp_path / "候选.xlsx", Tier.CITY, call_id))
