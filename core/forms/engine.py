"""The CEL engine, loaded without its command line.

The package `cel` imports a terminal program (typer, rich, prompt_toolkit) on its first line, which costs a quarter of
a second at every start. Only its compiled part is needed here: it is found beside that package and loaded alone.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Mapping
from functools import cache
from importlib.machinery import PathFinder
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    import cel

_COMPILED: Final = "cel.cel"


@cache
def _engine() -> ModuleType:
    """The compiled module; the whole package where its compiled part cannot be found (an unusual packaging)."""
    if _COMPILED in sys.modules:
        return sys.modules[_COMPILED]
    package = importlib.util.find_spec("cel")
    spec = PathFinder.find_spec(_COMPILED, package.submodule_search_locations) if package else None
    if spec is None or spec.loader is None:
        return importlib.import_module("cel")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    # A later `import cel` must find this same module: the engine may be initialised only once.
    return sys.modules.setdefault(_COMPILED, module)


def compile_program(source: str) -> cel.Program:
    """Compile a formula; raises the engine's own errors (RuntimeError, ValueError, TypeError)."""
    return cast("cel.Program", _engine().compile(source))


def create_context(variables: Mapping[str, Any], functions: Mapping[str, Callable[..., object]]) -> cel.Context:
    """A context in which programs run."""
    return cast("cel.Context", _engine().Context(variables=dict(variables), functions=dict(functions)))
