"""The shipped JSON Schemas (`resources/exchange`): the truth about the shape of what is written and read."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from core.exchange.strict_json import BadJsonError
from core.infra.paths import resources_folder

_DEFINITIONS: Final = "#/definitions/"


def require_shape(schema: str, value: object) -> None:
    """Hold a parsed document against the schema of that name (`manifest`, `record`, `answer`).

    Raises:
        BadJsonError: it does not fit; the text names the place.
    """
    import fastjsonschema

    try:
        _validator(schema)(value)
    except fastjsonschema.JsonSchemaException as error:
        place = getattr(error, "name", "") or ""
        raise BadJsonError(f"项目“{place.removeprefix('data').lstrip('.')[:80] or '全文'}”不合规定") from error


@cache
def _validator(schema: str) -> Callable[[object], Any]:
    import fastjsonschema

    path = resources_folder() / "exchange" / f"{schema}.schema.json"
    whole = json.loads(path.read_text(encoding="utf-8"))
    return fastjsonschema.compile(_without_references(whole, whole["definitions"]), use_default=False)


def _without_references(part: Any, definitions: dict[str, Any]) -> Any:
    """The schema with each definition where it is meant: checking a reference costs four times what it refers to.

    None of ours refers to itself.
    """
    if isinstance(part, list):
        return [_without_references(inner, definitions) for inner in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _without_references(definitions[part["$ref"].removeprefix(_DEFINITIONS)], definitions)
    return {name: _without_references(inner, definitions) for name, inner in part.items()}
