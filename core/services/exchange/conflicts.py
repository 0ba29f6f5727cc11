"""冲突: fields that both sides wrote without knowing of each other; somebody decides, and the decision travels."""

from __future__ import annotations

from core.domain.errors import NotFoundError
from core.domain.exchange import EXPLANATION_PREFIX, Change
from core.exchange.merge import same_value
from core.forms.definition import FormDefinition
from core.rules.verdict import values_digest
from core.services import drafts
from core.services.exchange.model import ConflictVersion, OpenConflict
from core.services.exchange.words import field_label, said
from core.services.workspace import Workspace


def records_in_conflict(ws: Workspace) -> tuple[str, ...]:
    """Ids of the forms that have a field to be decided."""
    return tuple(dict.fromkeys(record_id for record_id, _ in ws.store.exchange.conflicts()))


def open_conflicts(ws: Workspace, record_id: str) -> tuple[OpenConflict, ...]:
    """The fields of a form that are to be decided, with what each side wrote.

    Raises:
        NotFoundError: no such record.
    """
    form = ws.pack.form(ws.store.get(record_id).form)
    found = []
    for _, field in ws.store.exchange.conflicts(record_id):
        heads = ws.store.exchange.heads(record_id, field)
        differing = [c for i, c in enumerate(heads) if not any(same_value(c.new, e.new) for e in heads[:i])]
        versions = tuple(_version(form, change, is_shown=change is heads[0]) for change in differing)
        found.append(OpenConflict(record_id, field, field_label(form, field, heads[0]), versions))
    return tuple(found)


def settle(ws: Workspace, record_id: str, field: str, key: str) -> None:
    """Decide for one version; it is written anew and goes out with the next file; an explanation is of today's values.

    Raises:
        NotFoundError: there is no such version (any more).
        NotAllowedError: it is a credit code that another form has.
    """
    for change in ws.store.exchange.heads(record_id, field):
        if _key(change) == key:
            digest = _digest(ws, record_id, field)
            ws.store.exchange.settle(record_id, field, change.new, actor=ws.actor, digest=digest)
            return
    raise NotFoundError("这一处已经有了别的改动，请刷新后再看。")


def _digest(ws: Workspace, record_id: str, field: str) -> str:
    """By what an explanation counts, where the field is one."""
    if not field.startswith(EXPLANATION_PREFIX):
        return ""
    checked = drafts.check_record(ws, ws.store.get(record_id), ws.clock.today())
    return values_digest(checked.state, field.removeprefix(EXPLANATION_PREFIX))


def _version(form: FormDefinition, change: Change, *, is_shown: bool) -> ConflictVersion:
    return ConflictVersion(
        _key(change), change.new, said(form, change.field, change.new), change.changed_by, change.changed_at,
        change.source, is_shown,
    )


def _key(change: Change) -> str:
    return f"{change.dot.site}:{change.dot.number}"
