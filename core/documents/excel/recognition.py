"""Which form a workbook is, and on which sheet: by the hidden sheet, then by title and labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.documents.excel.alignment import Alignment, align
from core.documents.excel.book import Book, Sheet
from core.documents.excel.label_text import normalised
from core.documents.excel.model import (
    CHOICES_SHEET,
    IDENTITY_MARK,
    PROBLEMS_SHEET,
    TEMPLATE_VERSION,
    defined_name,
)
from core.documents.excel.plan import SheetPlan
from core.documents.excel.planner import plan_form
from core.documents.excel.references import split_target
from core.domain.errors import UnreadableInputError
from core.forms.definition import FormDefinition

#: Share of the printed labels that must be found before a sheet counts as a form, or as the form it says it is.
_ENOUGH: Final = 0.5
_SOME: Final = 0.2


@dataclass(frozen=True)
class Recognised:
    """The form, its plan, its sheet and how the two lie on one another."""

    form: FormDefinition
    plan: SheetPlan
    sheet: Sheet
    alignment: Alignment
    pack_version: str
    template_version: int


def recognise(file_name: str, book: Book, forms: Mapping[str, FormDefinition]) -> Recognised:
    """Recognise the form.

    Raises:
        UnreadableInputError: no form of ours, a form that this program does not know, a newer template.
    """
    identity = _identity(book)
    version = _template_version(file_name, identity)
    said = identity.get("form", "")
    if said and said not in forms:
        title = identity.get("title", "") or said
        raise UnreadableInputError(
            f"“{file_name}”是“{title}”（{said}），本程序没有这种表。可读的有：{_titles(forms)}。"
        )
    best = _best(book, [forms[said]] if said else list(forms.values()), identity, version)
    if best is None or best.alignment.share < (_SOME if said else _ENOUGH):
        others = _best(book, [f for f in forms.values() if f.id != said], identity, version) if said else None
        raise UnreadableInputError(_not_this(file_name, said, forms, others))
    if said and best.alignment.share < _ENOUGH:
        other = _best(book, [f for f in forms.values() if f.id != said], identity, version)
        if other is not None and other.alignment.share > best.alignment.share:
            raise UnreadableInputError(_not_this(file_name, said, forms, other))
    return best


def _titles(forms: Mapping[str, FormDefinition]) -> str:
    return "、".join(f.title for f in forms.values())


def _not_this(
    file_name: str, said: str, forms: Mapping[str, FormDefinition], other: Recognised | None
) -> str:
    if not said:
        return f"“{file_name}”不是本程序的填报表。可读的有：{_titles(forms)}。请用本程序导出的模板填写。"
    if other is not None and other.alignment.share >= _ENOUGH:
        return (
            f"“{file_name}”标明是“{forms[said].title}”，内容却是“{other.form.title}”，无法确定是哪种表。"
            "请用原模板重新填写。"
        )
    return f"“{file_name}”标明是“{forms[said].title}”，但表中内容已不是这张表。请用原模板重新填写。"


def _identity(book: Book) -> dict[str, str]:
    """What the hidden sheet says; it may have been renamed or shown, its first cell tells it."""
    for sheet in book.sheets:
        if sheet.text(1, 1) == IDENTITY_MARK:
            return {sheet.text(row, 1): sheet.text(row, 2) for row in range(2, 20) if sheet.text(row, 1)}
    return {}


def _template_version(file_name: str, identity: Mapping[str, str]) -> int:
    if not identity:
        return TEMPLATE_VERSION
    text = identity.get("template_version", "")
    if not text.isdecimal() or len(text) > 6 or int(text) < 1:
        raise UnreadableInputError(f"“{file_name}”的模板版本“{text[:20]}”无法识别。请用原模板重新填写。")
    if int(text) > TEMPLATE_VERSION:
        raise UnreadableInputError(
            f"“{file_name}”用的是更新的模板（版本{text}），本程序只能读到版本{TEMPLATE_VERSION}。请先升级本程序。"
        )
    return int(text)


def _best(
    book: Book, forms: list[FormDefinition], identity: Mapping[str, str], version: int
) -> Recognised | None:
    """The form and sheet with most labels in place; the sheet that the names point to wins among equals."""
    best: Recognised | None = None
    best_rank = (-1.0, False, False)
    for form in forms:
        plan = plan_form(form)
        named = _named_sheet(book, form)
        for sheet in book.sheets:
            if sheet.title in (CHOICES_SHEET, PROBLEMS_SHEET) or not sheet.cells:
                continue
            alignment = align(plan, sheet)
            titled = any(normalised(sheet.text(r, c)) == normalised(form.title) for r, c in sheet.cells if r <= 10)
            rank = (round(alignment.share, 2), titled, sheet.title == named)
            if rank > best_rank:
                best_rank = rank
                best = Recognised(
                    form, plan, sheet, alignment, identity.get("pack_version", ""), version
                )
    return best


def _named_sheet(book: Book, form: FormDefinition) -> str:
    for field in form.fields:
        targets = book.names.get(defined_name(field.name), ())
        target = split_target(targets[0]) if targets else None
        if target is not None:
            return target[0]
    return ""
