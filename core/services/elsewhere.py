"""Changes made elsewhere while a form is open: by another clerk, another process, a file that was taken in.

A save names what its writer was shown (`expected`); where somebody else has changed that meanwhile, the store refuses
and both versions are told here in the words of the form. Whichever is dropped stays findable: the history keeps a
value that was replaced, `set_aside` notes one that was never saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.domain.calendar import format_moment
from core.domain.errors import EditedElsewhereError, GreenLadderError, NotFoundError
from core.domain.exchange import STATE
from core.domain.records import Record
from core.domain.values import Stored, is_blank
from core.forms.definition import Field, FieldType, FormDefinition
from core.forms.values import display, parse
from core.services.exchange.words import field_label, said
from core.services.workspace import Workspace

#: The kind of the event that keeps a value which was dropped for another clerk's.
SET_ASIDE: Final = "set_aside"
_SOURCE: Final = "两人同时修改"
_BLANK: Final = "（空白）"
_NAMED: Final = 4
_SHORT: Final = 16


@dataclass(frozen=True, slots=True)
class Versions:
    """A field that two changed: what each wrote, line by line (a table: a line for each row), and who and when."""

    label: str
    mine: tuple[str, ...]
    theirs: tuple[str, ...]
    who: str
    when: str


@dataclass(frozen=True, slots=True)
class FieldNews:
    """A field that reads otherwise than it was shown: who changed it, when, and from what to what if short."""

    field: str
    label: str
    who: str
    when: str
    change: str = ""


def in_words(ws: Workspace, form: FormDefinition, error: EditedElsewhereError) -> EditedElsewhereError:
    """The store's refusal as the clerk reads it: the field's label and both values in the words of the form."""
    told = ["" if is_blank(value) else _said(ws, form, error.field, value) for value in (error.mine, error.theirs)]
    return error.in_words(field_label(form, error.field), told[0], told[1])


def versions(ws: Workspace, form: FormDefinition, error: EditedElsewhereError) -> Versions:
    """Both versions of a field whole."""
    return Versions(
        field_label(form, error.field), lines_of(ws, form, error.field, error.mine),
        lines_of(ws, form, error.field, error.theirs), error.who, format_moment(error.at),
    )


def set_aside(ws: Workspace, form: FormDefinition, error: EditedElsewhereError) -> None:
    """Note in the record's life what was typed and dropped for the other version, so that it can be found again.

    Of a record that is gone there is no life to note it in.
    """
    both = versions(ws, form, error)
    mine, theirs = ("；".join(lines) for lines in (both.mine, both.theirs))
    detail = f"“{both.label}”采用{both.who}填的“{theirs}”，没有采用“{mine}”"
    try:
        ws.store.add_event(error.record_id, SET_ASIDE, actor=ws.actor, source=_SOURCE, detail=detail)
    except NotFoundError:
        return


def news(
    ws: Workspace, form: FormDefinition, record: Record, shown: Mapping[str, Stored], *, without: Iterable[str] = ()
) -> tuple[FieldNews, ...]:
    """The fields of a record that read otherwise than they were `shown`, in printed order, `without` some."""
    left_out = set(without)
    found = [
        field.name for field in form.fields
        if field.name not in left_out and not field.repeat and field.type.is_input
        and not _same(record.answers.get(field.name), shown.get(field.name))
    ]
    if not found:
        return ()
    last = ws.store.changes.last_of(record.id, found)
    return tuple(
        FieldNews(name, form.label_of(name), last[name].changed_by, format_moment(last[name].changed_at),
                  _change(ws, form, name, shown.get(name), record.answers.get(name)))
        for name in found if name in last
    )


def news_sentence(ws: Workspace, changed: Sequence[FieldNews]) -> str:
    """Who changed what while the form was open, in one sentence; empty for nothing."""
    if not changed:
        return ""
    who = "、".join(dict.fromkeys("本机另一处" if n.who == ws.actor else n.who for n in changed))
    labels = "".join(f"“{n.label}”{n.change}" for n in changed[:_NAMED])
    more = f"等{len(changed)}栏" if len(changed) > _NAMED else ""
    return f"{who}刚改了{labels}{more}（{changed[-1].when}），已更新。"


def _change(ws: Workspace, form: FormDefinition, name: str, old: Stored, new: Stored) -> str:
    """“（旧→新）”; empty where one of them is long or a table, whose rows no bracket can hold."""
    field = form.by_name.get(name)
    if field is None or field.type is FieldType.REPEAT:
        return ""
    both = [_BLANK if is_blank(value) else _said(ws, form, name, value) for value in (old, new)]
    return f"（{'→'.join(both).replace(_BLANK, '空白')}）" if max(map(len, both)) <= _SHORT else ""


def is_changed(ws: Workspace, record: Record) -> bool:
    """True when the store holds another version of the record by now, or has it no longer; asks for one number."""
    return ws.store.changes.revision_of(record.id) != record.revision


def fate(ws: Workspace, record_id: str) -> str:
    """Why a record cannot be opened any more, as its sentence says it; empty while it can."""
    try:
        ws.store.get(record_id)
    except GreenLadderError as error:
        return str(error)
    return ""


def by_whom(ws: Workspace, record_id: str) -> str:
    """Who gave the record its present state, and when, as a bracket; empty where nobody is known."""
    last = ws.store.changes.last_of(record_id, (STATE,)).get(STATE)
    return "" if last is None else f"（{last.changed_by}，{format_moment(last.changed_at)}）"


def lines_of(ws: Workspace, form: FormDefinition, name: str, value: Stored) -> tuple[str, ...]:
    """A stored value whole, as people read it: the lines of a text, or a line for each row of a table."""
    field = form.by_name.get(name)
    if is_blank(value):
        return (_BLANK,)
    if field is not None and field.type is FieldType.REPEAT and isinstance(value, list | tuple):
        rows = [row for row in value if isinstance(row, Mapping)]
        return tuple(f"第{number}行　{_row(ws, field, row)}" for number, row in enumerate(rows, start=1))
    text = str(value) if field is None else _cell(ws, field, value)
    return tuple(text.splitlines()) or (_BLANK,)


def _row(ws: Workspace, repeat: Field, row: Mapping[str, Stored]) -> str:
    told = [(c, row.get(c.name)) for c in repeat.columns if not is_blank(row.get(c.name))]
    return "，".join(f"{column.label}：{_cell(ws, column, value)}" for column, value in told)


def _cell(ws: Workspace, field: Field, value: Stored) -> str:
    if field.type is FieldType.FILE:
        return _file_name(ws, str(value))
    return display(field, parse(field, value).value) or str(value)


def _said(ws: Workspace, form: FormDefinition, name: str, value: Stored) -> str:
    field = form.by_name.get(name)
    is_file = field is not None and field.type is FieldType.FILE
    return _file_name(ws, str(value)) if is_file else said(form, name, value)


def _file_name(ws: Workspace, evidence_id: str) -> str:
    try:
        return ws.store.evidence_by_id(evidence_id).file_name
    except NotFoundError:
        return evidence_id


def _same(one: Stored, other: Stored) -> bool:
    return (is_blank(one) and is_blank(other)) or one == other
