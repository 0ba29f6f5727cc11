"""Errors that a clerk can mend; each carries one Chinese sentence that says what, where and what to do."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from core.domain.calendar import format_moment
from core.domain.values import Stored, is_blank

# Letters of a value that a sentence tells.
_LONGEST: Final = 40


class GreenLadderError(Exception):
    """Base of every expected error. `str(error)` is the sentence for the clerk."""


class UnreadableInputError(GreenLadderError):
    """A file or argument that cannot be read at all; nothing was changed (exit status 2)."""


class NotFoundError(GreenLadderError):
    """No such unit, record, form, rule or file."""


class NotAllowedError(GreenLadderError):
    """The step is refused in the record's present state; the sentence cites why."""


class EditedElsewhereError(NotAllowedError):
    """Somebody else changed a field after it was shown to this writer. Nothing was saved; both values are kept here.

    `field` is a field of the form, or the name under which the history keeps an explanation. `mine` is what was to be
    saved, `theirs` what is stored now (None: blank), since `at` by `who`.
    """

    def __init__(self, record_id: str, field: str, mine: Stored, theirs: Stored, who: str, at: datetime) -> None:
        super().__init__(_both_versions(field, mine, theirs, who, at))
        self.record_id = record_id
        self.field = field
        self.mine = mine
        self.theirs = theirs
        self.who = who
        self.at = at

    def in_words(self, label: str, mine: str, theirs: str) -> EditedElsewhereError:
        """The same refusal in the words of the form: the field's label, and both values as they read on it."""
        told = EditedElsewhereError(self.record_id, self.field, self.mine, self.theirs, self.who, self.at)
        told.args = (_both_versions(label, mine, theirs, self.who, self.at),)
        return told


def _both_versions(label: str, mine: Stored, theirs: Stored, who: str, at: datetime) -> str:
    now = "清空" if is_blank(theirs) else f"改为“{_short(theirs)}”"
    own = "您要清空它，没有保存" if is_blank(mine) else f"您填的“{_short(mine)}”没有保存"
    return f"“{label}”刚才由{who}{now}（{format_moment(at)}），{own}。请选用哪一个。"


def _short(value: Stored) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}……"


class PackError(GreenLadderError):
    """The policy pack is wrong. The sentence names file and line."""

    def __init__(self, file: str, line: int, problem: str) -> None:
        super().__init__(f"政策包文件{file}第{line}行有误：{problem}。请改正该文件，或重新安装政策包。")
        self.file = file
        self.line = line
        self.problem = problem


class StoreError(GreenLadderError):
    """The data folder cannot be opened, read or written."""


class NewerStoreError(StoreError):
    """The store was brought on by a newer program; this one would damage it."""


class PasswordNeededError(UnreadableInputError):
    """A file that is locked by a password, and none or a wrong one was given."""


class CancelledError(GreenLadderError):
    """The clerk stopped the work; nothing was left behind."""
