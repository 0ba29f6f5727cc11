"""What the tests of printed documents share: products of sample answers, and reading a PDF back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]

from core.documents.model import Document
from core.documents.pdf.fonts import FontSet
from core.documents.products.filled_form import blank_form, filled_form
from core.documents.products.paper import AttachedFile
from core.documents.products.recommendation_sheet import RecordFacts, recommendation_sheet
from core.documents.products.verdict_report import verdict_report
from core.forms.definition import Field, FieldType
from core.policy.loader import load_pack
from core.policy.pack import PolicyPack
from core.rules.verdict import Checked, check
from tests.fixtures.sample_answers import AS_OF, factory_answers, park_answers, supply_chain_answers
from tests.fixtures.sample_report import report_answers

ROOT = Path(__file__).resolve().parents[3]
POLICY = ROOT / "resources" / "policy"
FONTS = ROOT / "resources" / "fonts"
USUAL = {
    "green-factory": factory_answers, "green-supply-chain": supply_chain_answers, "green-park": park_answers,
    "annual-report": report_answers,
}
FORMS = tuple(USUAL)
_TEXT = "节能降碳，绿色制造（GB/T 36132-2025）；"
_CODE = "91120224PDY00001XA"


@cache
def pack() -> PolicyPack:
    return load_pack(POLICY)


@cache
def fonts() -> FontSet:
    return FontSet.load(FONTS)


def checked(form_id: str, answers: Mapping[str, Any], explanations: Mapping[str, str] | None = None) -> Checked:
    return check(pack(), form_id, answers, AS_OF, explanations=explanations)


def answers_of(form_id: str, how: str) -> dict[str, Any]:
    """Answers of a form: `short` (only names), `usual`, or `longest` (every field as long as it may be)."""
    usual = USUAL[form_id]()
    if how == "usual":
        return usual
    if how == "short":
        return {name: usual[name] for name in ("unit_name", "credit_code", "office")}
    return {**usual, **{f.name: _longest(f) for f in pack().form(form_id).fields if f.type.is_input and not f.relevant}}


def _longest(field: Field) -> Any:
    if field.type is FieldType.REPEAT:
        fixed = field.rows_from.choices if field.rows_from else ()
        rows = [{c.name: _longest(c) for c in field.columns if c.type.is_input} for _ in range(field.max_rows)]
        return [{**row, field.columns[0].name: c.name} for row, c in zip(rows, fixed, strict=True)] if fixed else rows
    if field.type is FieldType.SELECT_MULTIPLE:
        return [c.name for c in field.choices.choices] if field.choices else []
    if field.choices is not None:
        return max(field.choices.choices, key=lambda c: len(c.label)).name
    if field.type.is_number:
        return 2025 if "year" in field.name else 123456789.1234 if field.type is FieldType.DECIMAL else 123456789
    if field.type is FieldType.DATE:
        return "2025-12-31"
    if field.type is FieldType.FILE:
        return f"ev-{field.name}"
    if field.is_code:
        return _CODE
    length = field.max_length or 60
    return "3441" if field.name == "industry_code" else (_TEXT * (length // len(_TEXT) + 1))[:length]


def evidence_of(state: Checked) -> dict[str, tuple[AttachedFile, ...]]:
    """The evidence of a form's own file fields."""
    form = state.state.form
    return {
        f.name: (AttachedFile(f"{f.label}扫描件.pdf"),)
        for f in form.fields if f.type is FieldType.FILE and state.state.answers.get(f.name)
    }


def form_document(form_id: str, how: str) -> Document:
    if how == "blank":
        return blank_form(pack(), form_id, AS_OF)
    state = checked(form_id, answers_of(form_id, how))
    return filled_form(pack(), state.state, evidence_of(state))


def sheet_document(form_id: str, how: str) -> Document:
    found = checked(form_id, answers_of(form_id, how))
    return recommendation_sheet(pack(), found.state, found.verdict, RecordFacts("宝坻经济开发区", evidence_count=12))


def report_document(form_id: str, how: str) -> Document:
    return verdict_report(pack(), checked(form_id, answers_of(form_id, how)).verdict)


def page_texts(data: bytes) -> list[str]:
    """The text of each page as a reader extracts it, without white space."""
    document = pypdfium2.PdfDocument(data)
    try:
        return [squeeze(page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()


def squeeze(text: str) -> str:
    """Text without white space; the reader's mark for a hyphen at a line's end is a hyphen again."""
    return re.sub(r"\s+", "", text.replace("\u0002", "-").replace("\ufffe", "-"))

