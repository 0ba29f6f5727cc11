"""Which version of the program this is: `pyproject.toml` says it, also inside the frozen program."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Final

from core.infra.paths import APP_NAME, bundle_folder

PROJECT_FILE: Final = "pyproject.toml"


@cache
def program_version() -> str:
    """For example 1.0.0."""
    project = tomllib.loads((bundle_folder() / PROJECT_FILE).read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def program_name() -> str:
    """Name and version, as files that are sent say it: GreenLadder 1.0.0."""
    return f"{APP_NAME} {program_version()}"
