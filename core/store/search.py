"""What the search box finds: name, credit code, pinyin and its initials, in one lower-case text per record."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, cast

from core.store.columns import plain_text

# Long names are wrong names; the limits keep the list's index small.
_MAX_NAME: Final = 40
_MAX_VARIANTS: Final = 12
# Characters of unit names that are really read with two initials; dictionaries know many more that nobody uses.
_DOUBTFUL: Final = frozenset("长重行乐曾单查解盛朝藏翟仇尉种厦校降传调弹会石车系畜贾省宿柏番缪祭洗仔埔圳浒什")
_NOISE = re.compile(r"[\W_]+")


# A record that is taken in asks twice for the same, a unit with several forms for each.
@lru_cache(maxsize=256)
def search_text(unit_name: str, credit_code: str) -> str:
    """`pinyin name code initials…`: the pinyin comes first, so that sorting by this text sorts by pronunciation."""
    name = fold(unit_name)[:_MAX_NAME]
    parts = [_NOISE.sub("", full_pinyin(name)), name, fold(credit_code)[:_MAX_NAME], *initials(name)]
    return " ".join(part for part in parts if part)


def search_terms(query: str) -> tuple[str, ...]:
    """The words of a query, each of which must be found."""
    return tuple(fold(query).split())


def fold(text: str) -> str:
    """One spelling for what people type alike: full-width or half-width, upper or lower case."""
    return unicodedata.normalize("NFKC", plain_text(text)).lower()


def full_pinyin(name: str) -> str:
    """The likeliest reading, without tones; what is not Chinese stays."""
    if name.isascii():
        return name
    # Reading its dictionaries takes 0.25 s: not before the first name is saved.
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(name))


def initials(name: str) -> tuple[str, ...]:
    """Initials of the likeliest reading first, then with each doubtful character read otherwise (长 c or z)."""
    if name.isascii():
        return ()
    from pypinyin import Style, lazy_pinyin, pinyin

    # A list keeps one item per character, as pypinyin documents; its annotation knows only str.
    first = lazy_pinyin(name, style=Style.FIRST_LETTER, errors=lambda run: cast("str", list(run)))
    variants = {"".join(first): None}
    for position, character in enumerate(name):
        if character in _DOUBTFUL:
            for other in pinyin(character, style=Style.FIRST_LETTER, heteronym=True)[0]:
                variants["".join([*first[:position], other, *first[position + 1 :]])] = None
    return tuple(_NOISE.sub("", variant) for variant in variants)[:_MAX_VARIANTS]
