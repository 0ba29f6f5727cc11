"""Message templates: `{name}` is a field's value as printed, `{pack.x}` a parameter, `{rows}`, `{failing}`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from core.domain.values import Value
from core.forms.definition import FormDefinition
from core.forms.values import display, format_number

_SLOT = re.compile(r"\{([a-z_][a-z0-9_.]*)\}")
_BLANK = "（未填）"


def slots(template: str) -> frozenset[str]:
    """The names between braces in a template."""
    return frozenset(_SLOT.findall(template))


@lru_cache(maxsize=4096)
def _pieces(template: str) -> tuple[str, ...]:
    """Words and slot names in turn, words first and last."""
    return tuple(_SLOT.split(template))


@lru_cache(maxsize=4096)
def is_settled(template: str, form: FormDefinition | None) -> bool:
    """True where nothing of the template changes from one filled form to the next."""
    names = _pieces(template)[1::2]
    known = form.by_name if form else {}
    return not any(n in known or n in ("rows", "failing") or n.startswith("pack.") for n in names)


def fill(
    template: str,
    form: FormDefinition | None,
    values: Mapping[str, Value],
    parameters: Mapping[str, float | str],
    *,
    rows: Sequence[int] = (),
    failing: str = "",
) -> str:
    """Put the actual values into a message; a blank one reads （未填）. Without a form, only parameters are put in."""
    if is_settled(template, form):
        return template.replace("。。", "。")

    def put(name: str) -> str:
        if name == "rows":
            return "、".join(str(n) for n in rows)
        if name == "failing":
            return failing
        if name.startswith("pack."):
            parameter = parameters.get(name.removeprefix("pack."), "")
            return parameter if isinstance(parameter, str) else format_number(parameter)
        field = form.by_name.get(name) if form else None
        return (display(field, values.get(name)) or _BLANK) if field else f"{{{name}}}"

    pieces = list(_pieces(template))
    pieces[1::2] = map(put, pieces[1::2])
    # A value may bring its own full stop.
    return "".join(pieces).replace("。。", "。")
