"""A document with its code on every page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.domain.paper_code import PaperCode

if TYPE_CHECKING:
    from core.documents.model import Document


def with_code(document: Document, code: PaperCode) -> Document:
    """The document stamped with that code, unless it is marked 草稿 or 示例."""
    from core.documents.model import Stamp

    return document if document.watermark else replace(document, stamp=Stamp(code.payload, code.short))
