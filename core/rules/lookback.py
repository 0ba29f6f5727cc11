"""Events against the look-back 近三年: open ends, edge days, overlapping stoppages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from core.domain.calendar import add_months, format_chinese


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From the first to the last day of an event, both counted; `open` when it has not ended yet."""

    first: date
    last: date
    open: bool = False

    def __str__(self) -> str:
        if self.open:
            return f"{format_chinese(self.first)}起至今"
        if self.first == self.last:
            return format_chinese(self.first)
        return f"{format_chinese(self.first)}至{format_chinese(self.last)}"


def touches(span: Span, start: date, end: date) -> bool:
    """True when some day of the event lies in [start, end]; an event on the edge day counts."""
    return span.first <= end and span.last >= start


def merge(spans: Iterable[Span]) -> list[Span]:
    """Stoppages that overlap or meet on one day become one; a day of production between them parts them."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.first <= merged[-1].last:
            previous = merged.pop()
            last = max(previous.last, span.last)
            is_open = any(s.open for s in (previous, span) if s.last == last)
            merged.append(Span(previous.first, last, is_open))
        else:
            merged.append(span)
    return merged


def reaches(span: Span, months: int, start: date, end: date) -> bool:
    """True when on some day of [start, end] the stoppage had gone on for `months` on end."""
    reached = add_months(span.first, months)
    return reached <= min(span.last, end) and span.last >= start


def edge_note(spans: Sequence[Span], start: date, end: date, months: int = 0) -> str:
    """Says that an event begins, ends or is completed on an edge day of the look-back; empty if none does."""
    for span in spans:
        reached = add_months(span.first, months)
        if start in (span.last, reached):
            return f"（{format_chinese(start)}正是近三年的第一日，按计入处理）"
        if reached == end:
            return f"（{format_chinese(end)}正是校核日期当日，按计入处理）"
    return ""
