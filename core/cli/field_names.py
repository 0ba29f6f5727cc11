"""Fields as people type them on the command line: by name, or by the words that the form prints."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

from core.forms.definition import FormDefinition

#: Words for the whole form, where a remark may be on it.
WHOLE_FORM: Final = "整份表"


def is_called(given: str, *names: str) -> bool:
    """True when one of the names was meant: spaces, case and the width of signs do not matter."""
    return _plain(given) in {_plain(name) for name in names}


def fields_called(forms: Iterable[FormDefinition], given: str) -> tuple[str, ...]:
    """Names of the fields that are called so in any of the forms, each once; a name goes before equal words."""
    fields = [(name, field.label) for form in forms for name, field in form.by_name.items()]
    exact = [name for name, _ in fields if name == given.strip()]
    return tuple(dict.fromkeys(exact or [name for name, label in fields if is_called(given, label)]))


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
