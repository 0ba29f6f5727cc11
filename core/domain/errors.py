"""Errors that a clerk can mend; each carries one Chinese sentence that says what, where and what to do."""

from __future__ import annotations


class GreenLadderError(Exception):
    """Base of every expected error. `str(error)` is the sentence for the clerk."""


class UnreadableInputError(GreenLadderError):
    """A file or argument that cannot be read at all; nothing was changed (exit status 2)."""


class NotFoundError(GreenLadderError):
    """No such unit, record, form, rule or file."""


class NotAllowedError(GreenLadderError):
    """The step is refused in the record's present state; the sentence cites why."""


class PackError(GreenLadderError):
    """The policy pack is wrong. The sentence names file and line."""

    def __init__(self, file: str, line: int, problem: str) -> None:
        super().__init__(f"政策包文件{file}第{line}行有误：{problem}。请改正该文件，或重新安装政策包。")
        self.file = file
        self.line = line
        self.problem = problem


class StoreError(GreenLadderError):
    """The data folder cannot be opened, read or written."""


class PasswordNeededError(UnreadableInputError):
    """A file that is locked by a password, and none or a wrong one was given."""


class CancelledError(GreenLadderError):
    """The clerk stopped the work; nothing was left behind."""
