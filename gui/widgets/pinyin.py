"""Pinyin of names for filtering: initials and full spelling. The dictionary loads at the first letter typed."""

from __future__ import annotations


def keys(text: str) -> tuple[str, str]:
    """Initials and full spelling in small letters: 宝平街道 → ('bpjd', 'baopingjiedao')."""
    from pypinyin import Style, lazy_pinyin

    initials = "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).casefold()
    return initials, "".join(lazy_pinyin(text)).casefold()


def matches(query: str, *texts: str) -> bool:
    """True when every word of the query is part of one of the texts, or of its initials or spelling."""
    words = query.casefold().split()
    if not words:
        return True
    plain = [text.casefold() for text in texts]
    left = [word for word in words if not any(word in text for text in plain)]
    if not left:
        return True
    spelt = [key for text in texts for key in keys(text)]
    return all(any(word in key for key in spelt) for word in left)
