"""Places to sign in a form's notes: found by their words, so that a new form needs no code."""

from __future__ import annotations

import re
from typing import Final

from core.documents.model import SignatureBlock

_DATE: Final = re.compile(r"年[\s　]*月[\s　]*日$")
_LABEL: Final = re.compile(r"^([^：，。]{2,24}意见)：")
_SEAL: Final = re.compile(r"^[^：]*（[^）]*章）$")
_GAP: Final = re.compile(r"[\s　]+")
PRINTED_DATE: Final = "年　　月　　日"
# Two opinions fill most of a page of their own; where they share one they become lower.
_OPINION_HEIGHT: Final = 76.0
_PLEDGE_HEIGHT: Final = 46.0


def signature_block(note: str) -> SignatureBlock | None:
    """The place to sign that a note describes; None for a note that ends in no date.

    `意见：陈述。　经办人：　　负责人：　　（盖章）　　年　　月　　日`: label, statement, signers, seal, date.
    """
    text = note.strip()
    if not _DATE.search(text):
        return None
    label = ""
    if match := _LABEL.match(text):
        label, text = match[1], text[match.end() :]
    statement, end, places = _DATE.sub("", text).rpartition("。")
    parts = [p for p in _GAP.split(places) if p]
    seals = [p for p in parts if _SEAL.match(p)]
    signers = tuple(p for p in parts if p not in seals)
    height = _OPINION_HEIGHT if label else _PLEDGE_HEIGHT
    return SignatureBlock(label, statement + end, signers, "".join(seals), PRINTED_DATE, height)
