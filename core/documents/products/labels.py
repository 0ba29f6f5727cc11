"""What the library's papers and sheets need to know of names: the words for kinds, offices and industries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from core.domain.library import RosterLine, Tier


@dataclass(frozen=True, slots=True)
class Labels:
    """Turns the stored names of kinds, offices and industries into the words that people use."""

    kind: Callable[[str], str]
    office: Callable[[str], str]
    industry: Callable[[str], str]


def composition(lines: Iterable[RosterLine], labels: Labels) -> str:
    """`共12家：绿色工厂10家、绿色工业园区2家；区级9家、市级3家`; units in two kinds are told apart from lines."""
    found = tuple(lines)
    units = len({line.unit_id for line in found})
    several = f"（涉及{units}个单位）" if units != len(found) else ""
    counts = Counter(labels.kind(line.kind) for line in found)
    kinds = "、".join(f"{kind}{count}家" for kind, count in sorted(counts.items(), key=lambda c: (-c[1], c[0])))
    held = Counter(line.tier for line in found)
    tiers = "、".join(f"{tier.label}{held[tier]}家" for tier in Tier if held[tier])
    return f"共{len(found)}家{several}" + (f"：{kinds}；{tiers}" if found else "")


def short_date(day: date | None) -> str:
    """2026.6.30, as narrow columns show a date; blank for none."""
    return f"{day.year}.{day.month}.{day.day}" if day else ""


def digest_code(digest: str) -> str:
    """The first sixteen digits of a seal in groups of four, to be compared by eye."""
    head = digest[:16].upper()
    return "-".join(head[start : start + 4] for start in range(0, len(head), 4))
