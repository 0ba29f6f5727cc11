"""A policy pack, loaded: everything of one district's plan that is data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from core.domain.errors import NotFoundError
from core.forms.definition import ChoiceList, FormDefinition


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of the work plan, cited as `三(四)1(2)`."""

    number: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class DatedParameter:
    """A number or text of the plan with its validity, both ends counted; open ends always hold."""

    name: str
    value: float | str
    unit: str
    valid_from: date | None
    valid_to: date | None
    source: str
    note: str

    def in_force(self, day: date) -> bool:
        """True when `day` lies in the validity."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class NegativeItem:
    """One of the nine negative-list questions; `blank_to` and `counts` as design §4."""

    name: str
    clause: str
    question: str
    from_label: str
    to_label: str
    blank_to: str
    counts: str
    query_sources: str
    evidence: str
    confirmed_by: str
    counts_when: str

    @property
    def short_name(self) -> str:
        """The item's name in `neg_more_events`: `neg_suspended` → `suspended`."""
        return self.name.removeprefix("neg_")


@dataclass(frozen=True, slots=True)
class RuleText:
    """The words of one rule: what it asks, and the sentences of its outcomes by key."""

    title: str
    sentences: Mapping[str, str]
    todos: Mapping[str, str]


@dataclass(frozen=True)
class PolicyPack:
    """One versioned policy pack. `digest` is the SHA-256 of its content, the same on every machine."""

    id: str
    version: str
    title: str
    district_code: str
    district_name: str
    bureau_name: str
    bureau_short_name: str
    digest: str
    clauses: Mapping[str, Clause]
    forms: Mapping[str, FormDefinition]
    lists: Mapping[str, ChoiceList]
    parameters: tuple[DatedParameter, ...]
    negative_items: tuple[NegativeItem, ...]
    rule_texts: Mapping[str, RuleText]

    @property
    def label(self) -> str:
        """The pack as verdicts name it: `baodi 2026.1`."""
        return f"{self.id} {self.version}"

    def form(self, form_id: str) -> FormDefinition:
        """The form of that id.

        Raises:
            NotFoundError: the pack has no such form.
        """
        if form_id not in self.forms:
            names = "、".join(self.forms)
            raise NotFoundError(f"没有“{form_id}”这种表，可用的有：{names}。")
        return self.forms[form_id]

    def parameters_at(self, day: date) -> dict[str, float | str]:
        """Every parameter in force on `day`; a later line of the file wins."""
        return {p.name: p.value for p in self.parameters if p.in_force(day)}

    def negative_item(self, name: str) -> NegativeItem:
        """The negative-list item of that name (`neg_suspended`).

        Raises:
            NotFoundError: the pack has no such item.
        """
        for item in self.negative_items:
            if item.name == name:
                return item
        raise NotFoundError(f"负面准入清单中没有“{name}”这一项。")
