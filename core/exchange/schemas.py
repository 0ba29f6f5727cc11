"""The shipped JSON Schemas (`resources/exchange`): the truth about the shape of what is written and read."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from core.exchange.strict_json import BadJsonError
from core.infra.paths import resources_folder


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
    return fastjsonschema.compile(json.loads(path.read_text(encoding="utf-8")), use_default=False)
