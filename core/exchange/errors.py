"""Why a file of another workstation is not taken: a reason for the program, one sentence for the clerk."""

from __future__ import annotations

from enum import StrEnum

from core.domain.errors import GreenLadderError, UnreadableInputError


class Refusal(StrEnum):
    """What is wrong with a file."""

    UNREADABLE = "unreadable"
    EMPTY = "empty"
    NOT_OURS = "not_ours"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"
    ALTERED = "altered"
    UNSIGNED = "unsigned"
    BAD_SIGNATURE = "bad_signature"
    HOSTILE = "hostile"
    TOO_BIG = "too_big"
    FUTURE_VERSION = "future_version"
    NEEDS_PASSWORD = "needs_password"  # noqa: S105 - a reason, no secret
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a reason, no secret
    WRONG_KIND = "wrong_kind"


class PackageRefusedError(UnreadableInputError):
    """A file that is not taken; nothing was changed."""

    def __init__(self, reason: Refusal, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class CannotPackError(GreenLadderError):
    """Something that is to be sent cannot go out as it is; no file was made."""


class ExchangeCancelledError(GreenLadderError):
    """The clerk stopped the writing or reading of a file; nothing was left behind."""
