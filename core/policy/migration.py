"""What a newer policy pack means for a form that was begun under an older one, field by field; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from core.domain.values import Answers, is_blank
from core.forms.definition import Field, FieldType, FormDefinition
from core.forms.evaluation import FormState, evaluate
from core.forms.values import clean_text, display, parse

_LONGEST: Final = 80
_NO_FILES: Final[Mapping[str, str]] = {}


class FieldFate(StrEnum):
    """What becomes of one field."""

    NEW = "new"
    REQUIRED = "required"
    GONE = "gone"
    CHOICE_GONE = "choice_gone"
    UNREADABLE = "unreadable"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return _LABELS[self.value]

    @property
    def needs_work(self) -> bool:
        """True where the form cannot be recommended before the clerk has done something."""
        return self in (FieldFate.REQUIRED, FieldFate.CHOICE_GONE, FieldFate.UNREADABLE)


_LABELS: Final = {
    "new": "新增栏目", "required": "现在必填", "gone": "栏目取消", "choice_gone": "选项取消", "unreadable": "填法改变",
}


@dataclass(frozen=True, slots=True)
class FieldStep:
    """One field that is not as before. `field` is the top-level field to jump to; blank where the form lost it.

    `was` is the present answer in words, `now` what the newer form makes of it, `todo` what the clerk does.
    """

    name: str
    field: str
    label: str
    fate: FieldFate
    was: str
    now: str
    todo: str


@dataclass(frozen=True, slots=True)
class FormMigration:
    """One filled form under the newer definition: the answered fields that stay as they are, and all others."""

    kept: tuple[str, ...]
    steps: tuple[FieldStep, ...]


def migrate_form(
    old: FormDefinition, new: FormDefinition, answers: Answers, as_of: date,
    parameters: tuple[Mapping[str, float | str], Mapping[str, float | str]], files: Mapping[str, str] = _NO_FILES,
) -> FormMigration:
    """Compare a filled form under two definitions of it.

    `parameters` are those of the old and of the new pack on `as_of`; `files` are names of attached files by id.
    """
    before, after = (evaluate(form, answers, as_of, p) for form, p in zip((old, new), parameters, strict=True))
    comparison = _Comparison(before, after, answers, files)
    steps = tuple(comparison.steps())
    touched = {step.name.partition("[")[0] for step in steps}
    kept = tuple(
        f.name for f in new.fields
        if f.type.is_input and not is_blank(answers.get(f.name)) and f.name not in touched
    )
    return FormMigration(kept, steps)


class _Comparison:
    """Both evaluated forms side by side; steps come in the printed order of the newer form, lost fields last."""

    def __init__(self, before: FormState, after: FormState, answers: Answers, files: Mapping[str, str]) -> None:
        self._before = before
        self._after = after
        self._answers = answers
        self._files = files
        self._old = {f.name: f for f in before.form.fields if f.type.is_input}
        self._new = {f.name: f for f in after.form.fields if f.type.is_input}

    def steps(self) -> Iterator[FieldStep]:
        """Every field that is not as before."""
        for name, field in self._new.items():
            yield from self._of_field(field, self._old.get(name))
        for name, field in self._old.items():
            if name not in self._new and not is_blank(self._answers.get(name)):
                yield self._gone(field, name, _words(field, self._answers.get(name), self._files))

    def _of_field(self, field: Field, old: Field | None) -> Iterator[FieldStep]:
        given = self._answers.get(field.name)
        if is_blank(given):
            yield from self._blank(field, old)
            return
        if field.type is FieldType.REPEAT and old is not None and old.type is FieldType.REPEAT:
            yield from self._of_table(field, old, given)
            return
        problem = self._new_problem(field.name)
        if problem:
            yield _unreadable(field, old, field.name, field.name, _words(old or field, given, self._files), problem)
        elif _choice_lost(field, old, given):
            yield _choice_gone(field, field.name, field.name, _words(old or field, given, self._files))

    def _blank(self, field: Field, old: Field | None) -> Iterator[FieldStep]:
        """A field without an answer: new, or required from now on."""
        if field.name in self._after.irrelevant:
            return
        was_asked = old is not None and old.required and old.name not in self._before.irrelevant
        if field.required and not was_asked:
            now = "新增，必填" if old is None else "改为必填"
            yield _step(field, FieldFate.REQUIRED, now, f"请补填“{field.label}”，填了才能推荐或上报。")
        elif old is None:
            yield _step(field, FieldFate.NEW, "新增，选填", "有内容的请补填。")

    def _of_table(self, field: Field, old: Field, given: object) -> Iterator[FieldStep]:
        rows = [row for row in given if isinstance(row, Mapping)] if isinstance(given, list | tuple) else []
        old_columns = {c.name: c for c in old.columns if c.type.is_input}
        new_columns = {c.name: c for c in field.columns if c.type.is_input}
        problem = self._new_problem(field.name)
        if problem:
            words = _words(old, given, self._files)
            yield _unreadable(field, old, field.name, field.name, words, problem)
        for number, row in enumerate(rows, start=1):
            for name, column in new_columns.items():
                yield from self._of_cell(field, column, old_columns.get(name), number, row)
        for name, column in new_columns.items():
            if name not in old_columns:
                yield FieldStep(
                    f"{field.name}[].{name}", field.name, f"{field.label}·{column.label}", FieldFate.NEW, "",
                    "新增一列", "有内容的请补填。",
                )
        for name, column in old_columns.items():
            values = [_words(column, row.get(name), self._files) for row in rows if not is_blank(row.get(name))]
            if name not in new_columns and values:
                yield self._gone(column, f"{field.name}[].{name}", _short("；".join(values)), field)

    def _of_cell(
        self, table: Field, column: Field, old: Field | None, number: int, row: Mapping[str, object]
    ) -> Iterator[FieldStep]:
        given = row.get(column.name)
        is_key = table.rows_from is not None and column is table.key_column
        if is_blank(given) or is_key:  # a row of an item that the list lost is the table's own problem
            return
        path = f"{table.name}[{number}].{column.name}"
        # Read on its own: the rows that a form shows need not be counted as those that are stored.
        problem = parse(column, given).problem
        label = f"{table.label}第{number}行·{column.label}"
        if problem and (old is None or not parse(old, given).problem):
            yield _unreadable(column, old, path, table.name, _words(old or column, given, self._files), problem, label)
        elif _choice_lost(column, old, given):
            yield _choice_gone(column, path, table.name, _words(old or column, given, self._files), label)

    def _new_problem(self, name: str) -> str:
        """What the newer form finds wrong with an answer that the older one could read."""
        return "" if name in self._before.wrong else self._after.wrong.get(name, "")

    @staticmethod
    def _gone(field: Field, name: str, was: str, table: Field | None = None) -> FieldStep:
        label = f"{table.label}·{field.label}" if table else field.label
        return FieldStep(
            name, table.name if table else "", label, FieldFate.GONE, was, "不再填报",
            "不用办理；原来填的内容留在本机和修改历史中。",
        )


def _step(field: Field, fate: FieldFate, now: str, todo: str) -> FieldStep:
    return FieldStep(field.name, field.name, field.label, fate, "", now, todo)


def _unreadable(
    field: Field, old: Field | None, path: str, top: str, was: str, problem: str, label: str = ""
) -> FieldStep:
    """An answer that the newer form cannot read: its choice is gone, or another kind of answer is wanted."""
    if old is not None and _is_list(old) and _is_list(field):
        return _choice_gone(field, path, top, was, label)
    return FieldStep(
        path, top, label or field.label, FieldFate.UNREADABLE, was, _wanted(field), f"{problem}，请按新的填法改填。"
    )


def _choice_gone(field: Field, path: str, top: str, was: str, label: str = "") -> FieldStep:
    return FieldStep(
        path, top, label or field.label, FieldFate.CHOICE_GONE, was, "名单中不再有",
        f"请在“{field.label}”中另选一项。",
    )


def _is_list(field: Field) -> bool:
    return field.type.is_choice or field.type is FieldType.SELECT_MULTIPLE or field.rows_from is not None


def _choice_lost(field: Field, old: Field | None, given: object) -> bool:
    """True for a choice of an open list that the newer list lacks: it stays as text, but has to be explained."""
    if not field.is_open_choice or old is None or old.choices is None or field.choices is None:
        return False
    name = clean_text(given)
    return name in old.choices.by_name and name not in field.choices.by_name


def _wanted(field: Field) -> str:
    """What kind of answer the newer form asks for."""
    if field.type is FieldType.DATE:
        return "改为填日期"
    if field.type.is_number:
        kind = "整数" if field.type is FieldType.INTEGER else "数字"
        return f"改为填{kind}" + (f"（{field.unit}）" if field.unit else "")
    if field.type is FieldType.REPEAT:
        return "改为逐行填写的表格"
    return "改为从名单中选" if _is_list(field) else "填法有变"


def _words(field: Field, given: object, files: Mapping[str, str]) -> str:
    """An answer as people read it, cut to what a line of a table holds."""
    if is_blank(given):
        return ""
    if field.type is FieldType.FILE:
        return _short(files.get(str(given), "已附文件"))
    if field.type is FieldType.REPEAT and isinstance(given, list | tuple):
        return _short(_rows_in_words(field, given, files))
    value = parse(field, given).value
    return _short((display(field, value) if value is not None else "") or clean_text(given))


def _rows_in_words(field: Field, rows: Sequence[object], files: Mapping[str, str]) -> str:
    told = [
        "，".join(filter(None, (_words(c, row.get(c.name), files) for c in field.columns if c.type.is_input)))
        for row in rows if isinstance(row, Mapping)
    ]
    return f"{len(told)}行：" + "；".join(told)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"
