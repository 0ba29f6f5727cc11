"""What checking a sheet of paper against the store finds out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.enums import RecordState
from core.domain.paper_code import PaperKind


class PaperState(StrEnum):
    """How a sheet stands to what is stored; `VOID` is one that says what is stored, but holds no longer.

    `ABSENT` says nothing against the sheet: what it was made from has not come here.
    """

    CURRENT = "current"
    CHANGED = "changed"
    VOID = "void"
    ABSENT = "absent"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The answer in large letters."""
        return {
            "current": "与系统中的当前内容一致", "changed": "印出以后已有改动", "void": "已经作废",
            "absent": "本机还没有这份", "unknown": "对不上，不能采用",
        }[self.value]


@dataclass(frozen=True, slots=True)
class PaperChange:
    """One thing that is not as the paper has it. `by` is blank and `at` None where nobody's step stands behind it."""

    label: str
    on_paper: str
    now: str
    by: str = ""
    at: datetime | None = None

    @property
    def when(self) -> str:
        """The time as clerks read it; blank without one."""
        return self.at.astimezone().strftime("%Y-%m-%d %H:%M") if self.at is not None else ""


@dataclass(frozen=True, slots=True)
class PaperCheck:
    """The answer: which paper it is, how it stands, in one or two sentences, and what has changed since.

    `record_id` (blank: none; in the state `record_state`) and `roster` (None: none) are what can be opened.
    `printed_version` counts modulo 32768.
    """

    kind: PaperKind
    what: str
    state: PaperState
    sentence: str
    printed_version: int
    changes: Sequence[PaperChange] = ()
    record_id: str = ""
    record_state: RecordState | None = None
    roster: int | None = None
