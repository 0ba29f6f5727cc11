"""Joining is a join: any order and any repetition of the same copies gives the same record, on two or three sites."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.enums import RecordState
from core.domain.exchange import STATE, Change, Dot, RecordCopy, joined
from core.domain.values import Stored
from core.exchange.merge import Known, Merged, MergeKind, MissingBaseError, TornRecordError, merge

START: Final = datetime(2026, 6, 10, tzinfo=UTC)
FIELDS: Final = ("employees", "main_products", STATE)
STATES: Final = ("draft", "recommended", "received", "returned")


@dataclass(frozen=True)
class Replica:
    """A record as one store has it: all that it knows, and the present changes of every field."""

    vector: dict[str, int]
    heads: dict[str, tuple[Dot, ...]]
    changes: dict[Dot, Change]

    def known(self) -> Known:
        return Known(self.vector, self.heads, {d: self.changes[d] for dots in self.heads.values() for d in dots})

    def copy(self, base: dict[str, int] | None = None) -> RecordCopy:
        base = base or {}
        beyond = tuple(c for c in self.changes.values() if c.dot.number > base.get(c.dot.site, -1))
        return RecordCopy(
            "r", "green-factory", "", "120115456", START, "2026.1", False, base, self.vector, self.heads, beyond, (),
            "", "", RecordState.DRAFT,
        )

    def write(self, site: str, field: str, value: Stored, at: int) -> Replica:
        dot = Dot(site, self.vector.get(site, 0) + 1)
        change = Change(dot, field, None, value, site, START + timedelta(seconds=at), "")
        return Replica(
            {**self.vector, site: dot.number}, {**self.heads, field: (dot,)}, {**self.changes, dot: change}
        )

    def join(self, other: Replica, base: dict[str, int] | None = None) -> Replica:
        merged = self.merge(other, base)
        heads = {**self.heads, **{m.field: tuple(c.dot for c in m.heads) for m in merged.fields}}
        return Replica(dict(merged.vector), heads, {**self.changes, **{c.dot: c for c in merged.new}})

    def merge(self, other: Replica, base: dict[str, int] | None = None) -> Merged:
        return merge(self.known(), other.copy(base))

    def seen(self) -> object:
        """What must be the same: what is known, what counts, and what stands beside it."""
        shown = {field: dots[0] for field, dots in self.heads.items()}
        return self.vector, shown, {f: frozenset(dots) for f, dots in self.heads.items()}, set(self.changes)


EMPTY: Final = Replica({}, {}, {})


@st.composite
def histories(draw: st.DrawFn, most_sites: int = 3) -> tuple[Replica, ...]:
    """Every state that 2–3 stores went through while they wrote and now and then heard of each other."""
    names = "abc"[: draw(st.integers(2, most_sites))]
    start = EMPTY.write("a", "employees", 0, 0).write("a", STATE, ["draft", "", ""], 0)
    now = dict.fromkeys(names, start)
    seen = [start]
    for step in range(draw(st.integers(1, 10))):
        site = draw(st.sampled_from(names))
        if draw(st.booleans()):
            field = draw(st.sampled_from(FIELDS))
            value: Stored = draw(st.integers(0, 2))
            if field == STATE:
                value = [draw(st.sampled_from(STATES)), "", ""]
            now[site] = now[site].write(site, field, value, draw(st.integers(0, step + 1)))
        else:
            now[site] = now[site].join(draw(st.sampled_from(seen)))
        seen.append(now[site])
    return tuple(seen)


@settings(max_examples=400, deadline=None)
@given(histories(), st.data())
def test_the_order_of_two_does_not_matter(states: tuple[Replica, ...], data: st.DataObject) -> None:
    one, other = data.draw(st.sampled_from(states)), data.draw(st.sampled_from(states))
    assert one.join(other).seen() == other.join(one).seen()


@settings(max_examples=400, deadline=None)
@given(histories(), st.data())
def test_how_three_are_grouped_does_not_matter(states: tuple[Replica, ...], data: st.DataObject) -> None:
    one, two, three = (data.draw(st.sampled_from(states)) for _ in range(3))
    assert one.join(two).join(three).seen() == one.join(two.join(three)).seen()


@settings(max_examples=200, deadline=None)
@given(histories(), st.data())
def test_receiving_again_changes_nothing(states: tuple[Replica, ...], data: st.DataObject) -> None:
    one, other = data.draw(st.sampled_from(states)), data.draw(st.sampled_from(states))
    together = one.join(other)
    for copy in (one, other, together):
        merged = together.merge(copy)
        assert (merged.new, merged.fields, merged.vector) == ((), (), together.vector)


@settings(max_examples=200, deadline=None)
@given(histories(), st.data())
def test_any_order_of_all_gives_the_same_and_loses_nothing(states: tuple[Replica, ...], data: st.DataObject) -> None:
    some = data.draw(st.lists(st.sampled_from(states), min_size=1, max_size=4))
    ends = []
    for order in permutations(some):
        end = EMPTY
        for copy in order:
            end = end.join(copy)
        assert set(end.changes) == {dot for copy in some for dot in copy.changes}
        ends.append(end.seen())
    assert all(end == ends[0] for end in ends)


@settings(max_examples=200, deadline=None)
@given(histories(), st.data())
def test_only_what_is_new_gives_the_same_as_all(states: tuple[Replica, ...], data: st.DataObject) -> None:
    mine, theirs = data.draw(st.sampled_from(states)), data.draw(st.sampled_from(states))
    base = {site: min(number, theirs.vector[site]) for site, number in mine.vector.items() if site in theirs.vector}
    assert mine.join(theirs, base).seen() == mine.join(theirs).seen()


@settings(max_examples=200, deadline=None)
@given(histories(), st.data())
def test_a_head_is_what_nobody_has_replaced(states: tuple[Replica, ...], data: st.DataObject) -> None:
    """The definition: of all changes of a field, those that no state with a later write of it has seen."""
    end = EMPTY
    for state in states:
        end = end.join(state)
    for field, dots in end.heads.items():
        replaced = {
            dot for state in states for dot, change in state.changes.items()
            if change.field == field and dot not in state.heads[field]
        }
        assert set(dots) == {d for d, c in end.changes.items() if c.field == field} - replaced


@settings(max_examples=200, deadline=None)
@given(histories(most_sites=2), st.data())
def test_a_conflict_is_told_where_both_wrote_something_else(states: tuple[Replica, ...], data: st.DataObject) -> None:
    mine, theirs = data.draw(st.sampled_from(states)), data.draw(st.sampled_from(states))
    for field in mine.merge(theirs).fields:
        values = {repr(change.new) for change in field.heads}
        assert (field.kind is MergeKind.CONFLICT) == (len(values) > 1 and field.field != STATE)


def test_a_copy_that_builds_on_what_never_came_is_refused() -> None:
    start = EMPTY.write("a", "employees", 1, 1)
    later = start.write("a", "employees", 2, 2)
    with pytest.raises(MissingBaseError):
        EMPTY.join(later, start.vector)


def test_a_copy_whose_heads_are_missing_is_refused() -> None:
    copy = replace(EMPTY.write("a", "employees", 1, 1).copy(), changes=())
    with pytest.raises(TornRecordError):
        merge(EMPTY.known(), copy)


def test_what_both_know_is_the_join_of_both() -> None:
    one, other = EMPTY.write("a", "employees", 1, 1), EMPTY.write("b", "employees", 1, 1)
    assert one.join(other).vector == joined(one.vector, other.vector) == {"a": 1, "b": 1}
