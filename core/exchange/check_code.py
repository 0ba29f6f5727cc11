"""核对码: sixteen digits that both ends read to each other over the telephone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from core.exchange import strict_json

_DIGITS: Final = 16


def content_digest(manifest: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical manifest without the papers for people, since their cover prints the code."""
    covered = {name: value for name, value in manifest.items() if name != "readable"}
    return hashlib.sha256(strict_json.dump(covered)).hexdigest()


def check_code(digest: str) -> str:
    """The code of a content digest, as `4821 9930 1175 0462`."""
    digits = f"{int(digest, 16) % 10**_DIGITS:0{_DIGITS}d}"
    return " ".join(digits[start : start + 4] for start in range(0, _DIGITS, 4))


def same_code(one: str, other: str) -> bool:
    """True when two codes agree however they were typed: spaces, dashes and full-width digits do not matter."""
    return _digits(one) == _digits(other) != ""


def _digits(text: str) -> str:
    return "".join(str(int(character)) for character in text if character.isdecimal())
