"""The named functions of formulas that look into the pack's lists, and what formulas see besides a form's answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from core.forms.definition import Choice, ChoiceList
from core.forms.direct import Scope
from core.forms.engine import create_context
from core.forms.expressions import PLAIN_FUNCTIONS, bind, for_engine

if TYPE_CHECKING:
    import cel

#: Names that every formula may call, for the check at load.
LIST_FUNCTIONS = ("choice_value", "choice_unit", "choice_label", "in_list", "choice_in_force")


def _list_functions(lists: Mapping[str, ChoiceList]) -> dict[str, Callable[..., object]]:
    def find(list_name: str, name: object) -> Choice | None:
        found = lists.get(list_name)
        return found.by_name.get(name) if found is not None and isinstance(name, str) else None

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

    def choice_in_force(list_name: str, name: str | None, day: date | None) -> bool:
        choice = find(list_name, name)
        return choice is None or day is None or choice.in_force(day)

    return {f.__name__: f for f in (choice_value, choice_unit, choice_label, in_list, choice_in_force)}


def functions_in_scope(lists: Mapping[str, ChoiceList]) -> Scope:
    """Every function that a formula may call, under the name that a scope has for it."""
    return {f"{name}()": function for name, function in (PLAIN_FUNCTIONS | _list_functions(lists)).items()}


def new_context(
    lists: Mapping[str, ChoiceList], parameters: Mapping[str, float | str], as_of: date
) -> cel.Context:
    """A context of the engine with the functions, `pack` and `as_of`: for proving formulas."""
    functions = {name: for_engine(function) for name, function in (PLAIN_FUNCTIONS | _list_functions(lists)).items()}
    return create_context({"pack": bind(parameters), "as_of": bind(as_of)}, functions)
