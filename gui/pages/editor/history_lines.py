"""A record's changes and steps as lines that a clerk reads."""

from __future__ import annotations

from typing import Final

from core.domain.records import FieldChange, RecordEvent
from core.domain.values import Stored, is_blank
from core.forms.definition import FieldType, FormDefinition
from core.forms.values import display, parse
from core.services import drafts
from core.services.drafts import OpenForm
from core.services.elsewhere import SET_ASIDE
from core.services.workspace import Workspace
from gui.dialogs.history import HistoryLine

_EXPLANATION: Final = "explanation:"
_BLANK: Final = "（空）"
_STEP: Final = "办理"
_KINDS: Final = {
    "created": "新建", "imported": "导入", "recommended": "推荐", "draft": "撤回", "deleted": "删除", "checked": "校核",
    "repacked": "换用政策包", SET_ASIDE: "未采用",
}


def history_lines(ws: Workspace, opened: OpenForm) -> list[HistoryLine]:
    """Changes of fields and steps of the record's life, newest first."""
    form, names = opened.form, opened.evidence_names
    dated = [
        (change.changed_at, change.sequence, _change_line(form, names, change))
        for change in drafts.history(ws, opened.record.id)
    ]
    dated += [(event.happened_at, 0, _event_line(event)) for event in drafts.events(ws, opened.record.id)]
    return [line for _, _, line in sorted(dated, key=lambda entry: entry[:2], reverse=True)]


def _change_line(form: FormDefinition, names: object, change: FieldChange) -> HistoryLine:
    when = change.changed_at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    old, new = _shown(form, names, change.field, change.old), _shown(form, names, change.field, change.new)
    return when, change.changed_by, field_label(form, change.field), old, new, change.source


def _event_line(event: RecordEvent) -> HistoryLine:
    when = event.happened_at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    what = _KINDS.get(event.kind, event.kind)
    detail = "　".join(part for part in (event.detail, event.verdict_number or "") if part)
    return when, event.actor, _STEP, "", f"{what}{f'（{detail}）' if detail else ''}", event.source


def field_label(form: FormDefinition, name: str) -> str:
    """The label of a field, or 情况说明 with the number of the finding."""
    if name.startswith(_EXPLANATION):
        return f"情况说明 {name.removeprefix(_EXPLANATION)}"
    return form.label_of(name)


def _shown(form: FormDefinition, names: object, name: str, stored: Stored) -> str:
    if is_blank(stored):
        return _BLANK
    field = form.by_name.get(name)
    if field is None:
        return str(stored)
    if field.type is FieldType.REPEAT:
        return f"{len(stored)}行" if isinstance(stored, list | tuple) else str(stored)
    if field.type is FieldType.FILE:
        return str(names.get(str(stored), "文件")) if isinstance(names, dict) else "文件"
    parsed = parse(field, stored)
    return display(field, parsed.value) if not parsed.problem else str(stored)
