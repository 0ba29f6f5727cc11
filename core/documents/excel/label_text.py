"""Labels as printed on the sheet and as compared when a clerk has retouched them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from core.forms.definition import Field

_NOISE = re.compile(r"[\s*:：]+")


def printed(field: Field) -> str:
    """Required mark, label and unit of measure: `*营业收入（万元）`."""
    unit = f"（{field.unit}）" if field.unit else ""
    return f"{'*' if field.required else ''}{field.label}{unit}"


@lru_cache(maxsize=8192)
def normalised(text: str) -> str:
    """For comparing: half-width, without spaces, line breaks, asterisks and colons."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text))


def aliases(field: Field) -> frozenset[str]:
    """Every spelling that counts as this field's label."""
    return frozenset((normalised(printed(field)), normalised(field.label)))
