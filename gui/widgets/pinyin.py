"""Pinyin of names for filtering: initials and full spelling. The dictionary loads at the first letter typed."""

from __future__ import annotations


def keys(text: str) -> tuple[str, str]:
    """Initials and full spelling in small letters: 宝平街道 → ('bpjd', 'baopingjiedao')."""
    from pypinyin import Style, lazy_pinyin

    initials = "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).casefold()
    return initials, "".join(lazy_pinyin(text)).casefold()
