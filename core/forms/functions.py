"""The named functions of formulas that look into the pack's lists, and the context that formulas run in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from core.forms.definition import Choice, ChoiceList
from core.forms.engine import create_context
from core.forms.expressions import PLAIN_FUNCTIONS, bind

if TYPE_CHECKING:
    import cel

#: Names that every formula may call, for the check at load.
LIST_FUNCTIONS = ("choice_value", "choice_unit", "choice_label", "in_list", "choice_in_force")


def _list_functions(lists: Mapping[str, ChoiceList]) -> dict[str, Callable[..., object]]:
    def find(list_name: str, name: str | None) -> Choice | None:
        found = lists.get(list_name)
        return found.by_name.get(name) if found is not None and name is not None else None

    def choice_value(list_name: str, name: str | None) -> float | None:
        choice = find(list_name, name)
        return choice.value if choice else None

    def choice_unit(list_name: str, name: str | None) -> str | None:
        choice = find(list_name, name)
        return (choice.unit or None) if choice else None

    def choice_label(list_name: str, name: str | None) -> str | None:
        choice = find(list_name, name)
        return choice.label if choice else None

    def in_list(list_name: str, name: str | None) -> bool:
        return find(list_name, name) is not None

    def choice_in_force(list_name: str, name: str | None, day: datetime | None) -> bool:
        choice = find(list_name, name)
        return choice is None or day is None or choice.in_force(day.date())

    return {f.__name__: f for f in (choice_value, choice_unit, choice_label, in_list, choice_in_force)}


def new_context(
    lists: Mapping[str, ChoiceList], parameters: Mapping[str, float | str], as_of: date
) -> cel.Context:
    """A fresh context with the functions, `pack` and `as_of`; one serves a whole form."""
    functions = {**PLAIN_FUNCTIONS, **_list_functions(lists)}
    return create_context({"pack": bind(parameters), "as_of": bind(as_of)}, functions)
