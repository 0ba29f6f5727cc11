"""Choices as a cell offers them, and how typing finds one: by name, number key, pinyin initials."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from gui.widgets import pinyin

_NUMBER_KEYS = 9


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: what is stored, what is shown, and a word beside it."""

    name: str
    label: str
    note: str = ""


class OptionList:
    """An immutable list of choices, shared by all cells that offer it."""

    def __init__(self, options: Sequence[Option]) -> None:
        self.options = tuple(options)
        self.by_name = {o.name: o for o in self.options}
        self._exact = {fold(o.name): o for o in self.options} | {fold(o.label): o for o in self.options}

    def label_of(self, name: str) -> str:
        """The label of a stored name, or the name itself."""
        found = self.by_name.get(name)
        return found.label if found else name

    def exact(self, text: str) -> Option | None:
        """The choice whose name or label this is."""
        return self._exact.get(fold(text))

    def by_number(self, key: str) -> Option | None:
        """The choice of a number key, in lists short enough to have them."""
        if len(self.options) > _NUMBER_KEYS or not (key.isascii() and key.isdigit() and key != "0"):
            return None
        index = int(key) - 1
        return self.options[index] if index < len(self.options) else None

    def matching(self, text: str) -> list[Option]:
        """Choices that typing narrows to, best first; all of them for blank text."""
        wanted = fold(text)
        if not wanted:
            return list(self.options)
        ranked = [(rank, i) for i, o in enumerate(self.options) if (rank := self._rank(i, o, wanted)) is not None]
        return [self.options[i] for _, i in sorted(ranked)]

    def meant(self, text: str) -> Option | None:
        """The choice that typing can only mean: the whole name or pinyin of one, or the only match; else None."""
        wanted, matches = fold(text), self.matching(text)
        whole = [o for i, o in enumerate(self.options) if wanted.isalpha() and wanted in self._pinyin[i]]
        sole = whole if wanted.isascii() and len(whole) == 1 else matches
        return self.exact(text) or (sole[0] if len(sole) == 1 and wanted else None)

    def _rank(self, index: int, option: Option, wanted: str) -> int | None:
        name, label = fold(option.name), fold(option.label)
        if label.startswith(wanted) or (name.startswith(wanted) and wanted.isdigit()):
            return 0
        if wanted in label:
            return 1
        if wanted.isascii() and re.fullmatch(r"[a-z]+", wanted):
            initials, full = self._pinyin[index]
            ranks = ((2, initials.startswith(wanted)), (3, full.startswith(wanted)), (4, wanted in initials))
            return next((rank for rank, holds in ranks if holds), None)
        return None

    @cached_property
    def _pinyin(self) -> tuple[tuple[str, str], ...]:
        return tuple(pinyin.keys(o.label) for o in self.options)


def fold(text: str) -> str:
    """Text as it is compared: half-width, small, without spaces."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()
