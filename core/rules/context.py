"""What a rule may look at: the evaluated form, the pack as of the day, and the look-back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from core.domain.calendar import add_months, format_chinese
from core.domain.values import Row
from core.forms.evaluation import FormState
from core.policy.pack import PolicyPack


@dataclass(frozen=True)
class DayContext:
    """The pack as of one day: all that a rule over members needs beside its facts."""

    pack: PolicyPack
    as_of: date
    parameters: Mapping[str, float | str]

    def limit(self, name: str) -> float:
        """A number of the pack in force on the as-of day.

        Raises:
            LookupError: the pack has no such number.
        """
        value = self.parameters.get(name)
        if not isinstance(value, float):
            raise LookupError(name)
        return value

    def choice(self, list_name: str, name: str) -> str:
        """The label of a choice; the name itself where the pack does not know it."""
        choices = self.pack.lists.get(list_name)
        return choices.label_of(name) if choices else name


@dataclass(frozen=True)
class RuleContext(DayContext):
    """One form as of one day. Malformed values, and those that break a mandatory constraint, read as not usable."""

    state: FormState

    def text(self, name: str) -> str | None:
        """A text or choice name; None when blank or not usable."""
        value = self.state.values.get(name)
        return value if isinstance(value, str) and self.state.is_usable(name) else None

    def number(self, name: str) -> float | None:
        """A number; None when blank or not usable."""
        value = self.state.values.get(name)
        return value if isinstance(value, float) and self.state.is_usable(name) else None

    def day(self, name: str) -> date | None:
        """A date; None when blank or not usable."""
        value = self.state.values.get(name)
        return value if isinstance(value, date) and self.state.is_usable(name) else None

    def is_given(self, name: str) -> bool:
        """True when a single answer is there and usable."""
        return self.state.values.get(name) is not None and self.state.is_usable(name)

    def several(self, name: str) -> tuple[str, ...]:
        """The chosen names of a select_multiple; empty when blank or not usable."""
        value = self.state.values.get(name)
        if not isinstance(value, tuple) or not self.state.is_usable(name):
            return ()
        return tuple(v for v in value if isinstance(v, str))

    def rows(self, repeat: str) -> tuple[Row, ...]:
        """Rows of a repeat group."""
        return self.state.rows(repeat)

    def has_field(self, name: str) -> bool:
        """True when the form has such a field."""
        return name in self.state.form.by_name

    def labels(self, names: tuple[str, ...]) -> str:
        """Labels of fields, as one phrase."""
        return "、".join(f"“{self.state.form.label_of(n)}”" for n in names)

    @cached_property
    def lookback_start(self) -> date:
        """First day of 近三年; the as-of day is its last, both counted (design §4)."""
        return add_months(self.as_of, -int(self.limit("lookback_months")))

    @cached_property
    def lookback_words(self) -> Mapping[str, str]:
        """Its first and last day, as sentences tell them."""
        return {"start": format_chinese(self.lookback_start), "end": format_chinese(self.as_of)}
