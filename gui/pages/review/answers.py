"""A form as a list that is read from top to bottom: one line per answer, with what the check and the bureau say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.domain.library import Remark
from core.domain.values import Value, is_blank
from core.forms.definition import Field, FieldType, FormDefinition
from core.forms.values import display
from core.services.drafts import OpenForm
from gui.forms.marks import CellMark, marks_of
from gui.widgets.theme import Mark

_BLANK = "（没有填）"
WHOLE_FORM = "整份表"


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One line: a heading (`is_heading`), or a field with its value, its mark and the bureau's remarks on it."""

    field: str
    label: str
    value: str = ""
    row: int = 0
    mark: Mark = Mark.NONE
    words: str = ""
    remarks: tuple[Remark, ...] = ()
    evidence_id: str = ""
    is_heading: bool = False
    is_blank: bool = False

    @property
    def remark_text(self) -> str:
        """All remarks of the line."""
        return "\n".join(remark.text for remark in self.remarks)

    @property
    def wants_attention(self) -> bool:
        """True where a reviewer should stop: marked by the check, or remarked."""
        return self.mark > Mark.HINT or bool(self.remarks)


def answer_lines(opened: OpenForm, remarks: Sequence[Remark]) -> tuple[AnswerLine, ...]:
    """The whole form: first a line for remarks on all of it, then section by section what applies to this unit."""
    by_field: dict[str, list[Remark]] = {}
    for remark in remarks:
        by_field.setdefault(remark.field, []).append(remark)
    marks = marks_of(opened.state, opened.verdict.findings)
    lines = [AnswerLine("", WHOLE_FORM, "写在这里的意见针对整份表", remarks=tuple(by_field.get("", ())), is_blank=True)]
    for section in opened.form.sections:
        found = [
            line
            for field in opened.form.fields
            if field.section == section and not field.repeat
            for line in _lines_of(opened, field, marks, by_field)
        ]
        if found:
            lines.append(AnswerLine("", section or "表头", is_heading=True))
            lines += found
    return tuple(lines)


def label_of(form: FormDefinition, name: str) -> str:
    """The label of a field; a blank name is the whole form."""
    return form.label_of(name) if name else WHOLE_FORM


def _lines_of(
    opened: OpenForm, field: Field, marks: Mapping[str, CellMark], remarks: Mapping[str, Sequence[Remark]]
) -> Iterator[AnswerLine]:
    if field.type is FieldType.NOTE or field.name in opened.state.irrelevant:
        return
    mark = marks.get(field.name, CellMark(Mark.NONE, ""))
    said = tuple(remarks.get(field.name, ()))
    if field.type is FieldType.REPEAT:
        yield from _table(opened, field, marks, mark, remarks)
        return
    stored = opened.record.answers.get(field.name)
    evidence = str(stored) if field.type is FieldType.FILE and str(stored) in opened.evidence_names else ""
    value = opened.evidence_names.get(evidence, "") or _shown(opened, field, opened.state.values.get(field.name))
    yield AnswerLine(
        field.name, _label(field), value or _BLANK, 0, mark.mark, mark.words, said, evidence, is_blank=not value
    )


def _table(
    opened: OpenForm, field: Field, marks: Mapping[str, CellMark], mark: CellMark,
    remarks: Mapping[str, Sequence[Remark]],
) -> Iterator[AnswerLine]:
    """A head line, then one line per row of the table."""
    names = (field.name, *(column.name for column in field.columns))
    said = tuple(remark for name in names for remark in remarks.get(name, ()))
    rows = [row for row in opened.state.rows(field.name) if _has_answers(field, row)]
    head = f"{len(rows)}行" if rows else _BLANK
    yield AnswerLine(field.name, _label(field), head, 0, mark.mark, mark.words, said, is_blank=not rows)
    for number, row in enumerate(opened.state.rows(field.name), start=1):
        if not _has_answers(field, row):
            continue
        found = [m for c in field.columns if (m := marks.get(f"{field.name}[{number}].{c.name}")) is not None]
        parts = [
            f"{column.label} {shown}" for column in field.columns if (shown := display(column, row.get(column.name)))
        ]
        yield AnswerLine(
            field.name, f"　第{number}行", "；".join(parts), number, max((m.mark for m in found), default=Mark.NONE),
            "\n".join(m.words for m in found),
        )


def _has_answers(field: Field, row: Mapping[str, object]) -> bool:
    """True for a row with more than the key that a fixed list gives it."""
    key = field.columns[0].name if field.rows_from is not None else ""
    given = (c for c in field.columns if c.name != key and c.type is not FieldType.CALCULATE)
    return any(not is_blank(row.get(c.name)) for c in given)


def _label(field: Field) -> str:
    return f"{field.label}（{field.unit}）" if field.unit and field.unit not in field.label else field.label


def _shown(opened: OpenForm, field: Field, value: Value) -> str:
    """The value in words; a wrong one as it was given."""
    if field.name in opened.state.wrong:
        return str(opened.record.answers.get(field.name) or "")
    return display(field, value)
