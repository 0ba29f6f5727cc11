"""The words of the library for paper, sheets and charts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.services.library.members import kind_label
from core.services.workspace import Workspace

if TYPE_CHECKING:
    from core.documents.products.labels import Labels

NOT_GIVEN: Final = "未填"
_INDUSTRIES: Final = "industry"
_DIVISION: Final = 2


def labels(ws: Workspace) -> Labels:
    """Kinds, offices and industries (by their division of GB/T 4754) in words."""
    from core.documents.products.labels import Labels

    return Labels(lambda kind: kind_label(ws, kind), ws.office_label, lambda code: division_label(ws, code))


def division_label(ws: Workspace, industry_code: str) -> str:
    """大类 of an industry code: 通用设备制造业 for 3441; a strange code as it is, blank for none."""
    industries = ws.pack.lists.get(_INDUSTRIES)
    division = industry_code[:_DIVISION]
    return industries.label_of(division) if industries and division else division


def industry_label(ws: Workspace, industry_code: str) -> str:
    """The finest name that the list has for a code."""
    industries = ws.pack.lists.get(_INDUSTRIES)
    return industries.label_of(industry_code) if industries and industry_code else industry_code
