"""Which cells findings mark, how strongly, and with what words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from core.domain.enums import Outcome, Severity
from core.domain.finding import Finding
from core.forms.definition import FieldType, FormDefinition
from core.forms.evaluation import FormState
from gui.widgets.finding_groups import is_unclaimed
from gui.widgets.theme import Mark


@dataclass(frozen=True, slots=True)
class CellMark:
    """The strongest mark on a cell and the words of all its findings."""

    mark: Mark
    words: str


def marks_of(state: FormState, findings: Iterable[Finding]) -> Mapping[str, CellMark]:
    """Marks by path (`name` or `repeat[2].name`); a finding marks the cell that it asks to jump to."""
    marks: dict[str, CellMark] = {}
    for finding in findings:
        if not finding.needs_attention or not finding.fields or is_unclaimed(finding):
            continue
        mark, words = _strength(state, finding), f"{finding.message}{finding.todo}"
        for path in _paths(state.form, finding):
            if path in state.irrelevant:
                continue
            before = marks.get(path)
            together = f"{before.words}\n{words}" if before else words
            marks[path] = CellMark(max(mark, before.mark) if before else mark, together)
    return marks


def with_remarks(marks: Mapping[str, CellMark], remarks: Mapping[str, str]) -> Mapping[str, CellMark]:
    """The same marks, with the bureau's remarks on their fields before what the check says."""
    found = dict(marks)
    for name, text in remarks.items():
        before = marks.get(name, CellMark(Mark.NONE, ""))
        found[name] = CellMark(max(before.mark, Mark.VERIFY), f"审核意见：{text}\n{before.words}".strip())
    return found


def with_notes(marks: Mapping[str, CellMark], notes: Mapping[str, str]) -> Mapping[str, CellMark]:
    """The same marks, with notes that are no findings after what the check says; alone they mark like a hint."""
    found = dict(marks)
    for path, text in notes.items():
        before = marks.get(path, CellMark(Mark.HINT, ""))
        found[path] = CellMark(before.mark, f"{before.words}\n{text}".strip())
    return found


def with_unsaved(marks: Mapping[str, CellMark], unsaved: Mapping[str, str]) -> Mapping[str, CellMark]:
    """The same marks, and the strongest where what stands in the cell is not what is stored."""
    found = dict(marks)
    for name, text in unsaved.items():
        before = marks.get(name, CellMark(Mark.NONE, ""))
        found[name] = CellMark(max(before.mark, Mark.WRONG), f"{text}\n{before.words}".strip())
    return found


def _strength(state: FormState, finding: Finding) -> Mark:
    if finding.severity is Severity.HINT:
        return Mark.HINT
    if finding.severity is Severity.VERIFY:
        return Mark.VERIFY if finding.is_open else Mark.HINT
    name = finding.fields[0]
    blank = not finding.rows and name not in state.answers
    return Mark.MISSING if blank and finding.outcome is Outcome.UNKNOWN else Mark.WRONG


def _paths(form: FormDefinition, finding: Finding) -> Iterator[str]:
    name = finding.fields[0]
    field = form.by_name.get(name)
    if field is not None and field.type is FieldType.REPEAT:
        yield name
    elif field is not None and field.repeat:
        if not finding.rows:
            yield field.repeat
        for row in finding.rows:
            yield f"{field.repeat}[{row}].{name}"
    else:
        yield name
