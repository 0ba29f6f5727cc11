"""Message templates: `{name}` is a field's value as printed, `{pack.x}` a parameter, `{rows}`, `{failing}`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from core.domain.values import Value
from core.forms.definition import FormDefinition
from core.forms.values import display, format_number

_SLOT = re.compile(r"\{([a-z_][a-z0-9_.]*)\}")
_BLANK = "（未填）"


def slots(template: str) -> frozenset[str]:
    """The names between braces in a template."""
    return frozenset(_SLOT.findall(template))


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

    def put(match: re.Match[str]) -> str:
        name = match.group(1)
        if name == "rows":
            return "、".join(str(n) for n in rows)
        if name == "failing":
            return failing
        if name.startswith("pack."):
            parameter = parameters.get(name.removeprefix("pack."), "")
            return parameter if isinstance(parameter, str) else format_number(parameter)
        field = form.by_name.get(name) if form else None
        return (display(field, values.get(name)) or _BLANK) if field else match.group()

    # A value may bring its own full stop.
    return _SLOT.sub(put, template).replace("。。", "。")
