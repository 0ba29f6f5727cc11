"""What receiving does with one record of a file: who may change what, what is taken, what is told (design §5, §6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.domain.enums import REPORT_FORM, Eligibility, RecordState
from core.domain.errors import GreenLadderError
from core.domain.exchange import EXPLANATION_PREFIX, STATE, Change, RecordCopy, Vector
from core.domain.records import Explanation, Record
from core.domain.reports import period_of
from core.domain.values import Stored, is_blank
from core.exchange.merge import NOTHING, FieldMerge, Known, Merged, MergeKind, merge, same_value
from core.forms.definition import FormDefinition
from core.services import drafts, prefill
from core.services.exchange.authority import (
    DECIDED,
    RecordRefusedError,
    Terms,
    lost_steps,
    refuse_forgery,
    refuse_fork,
    require_own,
    require_welcome,
)
from core.services.exchange.model import Choice, FieldPreview, Outcome, RecordPreview
from core.services.exchange.words import BLANK, field_label, said, state_of
from core.services.workspace import Workspace
from core.store.exchange.store import KnownRecord
from core.store.exchange.taking_in import OwnState, RecordWrite

_DECISION_WORDS: Final = "区局已经办理（{state}），本次改动没有采用，以区局的为准"


@dataclass(frozen=True, slots=True)
class Joined:
    """One record: what to show, what to write (None: nothing), how it will be, and what the sender has of it.

    `mark` None: not to be believed, because the record was refused.
    """

    preview: RecordPreview
    write: RecordWrite | None = None
    mark: Vector | None = None
    result: Record | None = None


def join(ws: Workspace, copy: RecordCopy, terms: Terms) -> Joined:
    """Judge one record of a file against what is here; nothing is written."""
    known = ws.store.exchange.known(copy.id)
    try:
        form = require_welcome(ws, copy, known, terms)
        mine = Known(known.vector, {f: tuple(c.dot for c in cs) for f, cs in known.heads.items()},
                     {c.dot: c for cs in known.heads.values() for c in cs})
        merged = merge(mine if known.heads else NOTHING, copy)
        refuse_forgery(ws, copy, known, merged, terms)
        refuse_fork(ws, copy, known)
        if copy.id in terms.skip:
            return Joined(_preview(ws, copy, known, None, Outcome.SKIPPED, "按您的选择没有处理，下次接收还会再问", ()))
        return _joined(ws, form, copy, known, merged, terms)
    except GreenLadderError as error:
        return Joined(_preview(ws, copy, known, None, Outcome.REFUSED, str(error).rstrip("。"), ()))


def refused(joined: Joined, why: str) -> Joined:
    """The same record, not taken."""
    return Joined(replace(joined.preview, outcome=Outcome.REFUSED, sentence=f"{why}。", fields=()))


def _joined(
    ws: Workspace, form: FormDefinition, copy: RecordCopy, known: KnownRecord, merged: Merged, terms: Terms
) -> Joined:
    if known.record is not None and not merged.new and not merged.fields:
        return Joined(_preview(ws, copy, known, None, Outcome.UNCHANGED, "内容与本机相同", ()), None, copy.context)
    # A new form is taken whole: its fields are only listed where somebody looks at them.
    told = merged.fields if known.record is not None or terms.tells_new_fields else ()
    fields = [_field_preview(form, field, known, terms, copy.id) for field in told]
    own = _own_values(merged, fields, known) if known.record is not None else []
    result = _result(ws, copy, known, merged, own)
    require_own(ws, result.office, terms)
    if known.record is not None and known.record.state in DECIDED and terms.is_bureau \
            and result.state is not known.record.state:
        raise RecordRefusedError(f"区局已经办理（{known.record.state.label}），不能由来件改变")
    own_state = None
    if terms.is_bureau:
        own += _prefilled(ws, form, result)
        result = _with_answers(result, dict(own))
        own_state = _bureau_state(result, known, merged, has_own=bool(own), is_lost=lost_steps(merged, terms))
    verdict = drafts.check_record(ws, result, ws.clock.today()).verdict if terms.is_bureau else None
    if own_state is not None and verdict is not None:
        own_state = replace(own_state, verdict_number=verdict.number, detail=verdict.as_of.isoformat())
    after = own_state.state if own_state is not None else result.state
    outcome, sentence = _fate(known, fields, after)
    write = RecordWrite(
        copy, known.record.revision if known.record else None, merged.new, {m.field: m.heads for m in merged.fields},
        tuple(own), f"接收：{terms.file_name}", own_state,
        verdict.eligibility if verdict is not None else _listed(after),
        drafts.attention(verdict) if verdict is not None else 0,
    )
    preview = _preview(ws, copy, known, after, outcome, sentence, fields)
    return Joined(preview, write, copy.context, replace(result, state=after))


def _listed(state: RecordState) -> Eligibility | None:
    """What the office's list shows of a form that the bureau has: nothing that is decided there is judged anew here."""
    return None if state.is_editable else Eligibility.ELIGIBLE


def _field_preview(
    form: FormDefinition, field: FieldMerge, known: KnownRecord, terms: Terms, record_id: str
) -> FieldPreview:
    before = field.before
    theirs = _incoming(field, known)
    is_conflict = field.kind is MergeKind.CONFLICT
    # A new form is taken whole: there is nothing here to keep in its place.
    is_locked = not _may_choose(field.field) or known.record is None or known.record.state in DECIDED
    choice = _default(field, known, terms)
    if not is_locked:
        choice = terms.choices.get((record_id, field.field), choice)
    if choice is Choice.LATER and not is_conflict:
        choice = Choice.TAKE
    change = Outcome.CONFLICT if is_conflict else Outcome.NEW if before is None else Outcome.CHANGED
    return FieldPreview(
        field.field, field_label(form, field.field, field.shown),
        said(form, field.field, before.new) if before is not None else BLANK,
        "；".join(said(form, field.field, c.new) for c in theirs), change, choice, is_locked,
        before.changed_by if before is not None else "", theirs[0].changed_by,
    )


def _incoming(field: FieldMerge, known: KnownRecord) -> Sequence[Change]:
    """The heads that came with the file; all of them where none did."""
    here = {change.dot for change in known.heads.get(field.field, ())}
    return [change for change in field.heads if change.dot not in here] or field.heads


def _may_choose(field: str) -> bool:
    return field.startswith(EXPLANATION_PREFIX) or ":" not in field


def _default(field: FieldMerge, known: KnownRecord, terms: Terms) -> Choice:
    """Theirs where only they wrote, open where both did; what the bureau has decided stays as it is there."""
    decided = known.record is not None and known.record.state in DECIDED
    if decided and terms.is_bureau and field.field != STATE:
        return Choice.KEEP
    return Choice.LATER if field.kind is MergeKind.CONFLICT else Choice.TAKE


def _own_values(
    merged: Merged, fields: Sequence[FieldPreview], known: KnownRecord
) -> list[tuple[str, Stored]]:
    """What this store writes over: kept values, and theirs where that ends a conflict."""
    own: list[tuple[str, Stored]] = []
    for field, preview in zip(merged.fields, fields, strict=True):
        if preview.choice is Choice.KEEP:
            own.append((field.field, field.before.new if field.before is not None else None))
        elif preview.choice is Choice.TAKE and field.kind is MergeKind.CONFLICT:
            own.append((field.field, _incoming(field, known)[0].new))
    return own


def _result(
    ws: Workspace, copy: RecordCopy, known: KnownRecord, merged: Merged, own: Sequence[tuple[str, Stored]]
) -> Record:
    """The record as it will be."""
    before = known.record
    shown = {m.field: m.shown for m in merged.fields}
    state = state_of(shown[STATE].new) if STATE in shown else before.state if before else None
    base = before or Record(
        copy.id, copy.form, copy.credit_code, copy.unit_name, copy.office, RecordState.DRAFT, copy.pack_version, 0,
        {}, (), copy.created_at, ws.clock.now(), period=copy.period,
    )
    explanations = {e.rule: e for e in base.explanations}
    theirs = {e.rule: e for e in copy.explanations}
    for name, change in shown.items():
        if name.startswith(EXPLANATION_PREFIX):
            _explained(explanations, theirs, name.removeprefix(EXPLANATION_PREFIX), change)
    plain = {name: change.new for name, change in shown.items() if ":" not in name}
    # Whoever gave the form its present state judged it under his pack.
    theirs_counts = STATE in shown and any(c.dot == shown[STATE].dot for c in merged.new)
    with_state = replace(
        base, state=state or RecordState.DRAFT, explanations=tuple(explanations.values()),
        pack_version=copy.pack_version if theirs_counts else base.pack_version,
    )
    kept = {name: value for name, value in own if ":" not in name}
    return _with_answers(with_state, {**plain, **kept})


def _explained(
    explanations: dict[str, Explanation], theirs: Mapping[str, Explanation], rule: str, change: Change
) -> None:
    said_there = theirs.get(rule)
    if is_blank(change.new):
        explanations.pop(rule, None)
    elif said_there is not None and said_there.text == change.new:
        explanations[rule] = said_there


def _with_answers(record: Record, changes: Mapping[str, Stored]) -> Record:
    merged = {**record.answers, **changes}
    answers = {name: value for name, value in merged.items() if not is_blank(value)}
    name, code = str(answers.get("unit_name") or ""), str(answers.get("credit_code") or "")
    return replace(
        record, answers=answers, unit_name=name, credit_code=code, office=str(answers.get("office") or record.office),
        period=period_of(record.form, answers),
    )


def _prefilled(ws: Workspace, form: FormDefinition, result: Record) -> list[tuple[str, Stored]]:
    if result.form == REPORT_FORM or result.state is not RecordState.RECOMMENDED:
        return []
    return list(prefill.missing_answers(ws, form, result).items())


def _bureau_state(
    result: Record, known: KnownRecord, merged: Merged, *, has_own: bool, is_lost: bool
) -> OwnState | None:
    """接收 follows from taking a recommended form in, also when it comes again changed before it is decided.

    `is_lost`: a restore took the bureau's decision and all that hung on it away, so it is to be decided again.
    """
    was = known.record.state if known.record is not None else None
    if result.form == REPORT_FORM:
        if result.state is RecordState.DRAFT:
            raise RecordRefusedError("动态管理表还没有上报")
        return OwnState(RecordState.FILED, "", "", "接收") if is_lost else None
    if result.state is RecordState.DRAFT:
        raise RecordRefusedError("还没有推荐，不能接收")
    changed = has_own or any(":" not in m.field and _moved(m) for m in merged.fields)
    if is_lost or result.state is RecordState.RECOMMENDED or (was is RecordState.RECEIVED and changed):
        return OwnState(RecordState.RECEIVED, "", "", "接收")
    return None


def _moved(field: FieldMerge) -> bool:
    """True when another value counts than before."""
    return field.before is None or not same_value(field.before.new, field.shown.new)


def _fate(known: KnownRecord, fields: Sequence[FieldPreview], after: RecordState) -> tuple[Outcome, str]:
    open_conflicts = sum(f.choice is Choice.LATER for f in fields)
    kept = [f for f in fields if f.choice is Choice.KEEP]
    answers = [f for f in fields if _may_choose(f.name) or f.name.startswith("evidence:")]
    if known.record is None:
        return Outcome.NEW, f"新收，{after.label}"
    if kept and known.record.state in DECIDED:
        return Outcome.KEPT, _DECISION_WORDS.format(state=known.record.state.label)
    if open_conflicts:
        labels = "、".join(f.label for f in fields if f.choice is Choice.LATER)
        return Outcome.CONFLICT, f"两边都改了{open_conflicts}栏（{labels}），两种写法都保留，等待决定"
    parts = []
    if len(answers) > len(kept):
        parts.append(f"更新{len(answers) - len(kept)}栏")
    if kept:
        parts.append(f"保留本机{len(kept)}栏")
    if after is not known.record.state:
        parts.append(f"由“{known.record.state.label}”变为“{after.label}”")
    return Outcome.CHANGED, "，".join(parts) or "更新了办理记录"


def _preview(
    ws: Workspace, copy: RecordCopy, known: KnownRecord, after: RecordState | None, outcome: Outcome, sentence: str,
    fields: Sequence[FieldPreview],
) -> RecordPreview:
    form = ws.pack.forms.get(copy.form)
    before = known.record.state.label if known.record is not None else ""
    places = {name: place for place, name in enumerate(form.by_name)} if form else {}
    ordered = sorted(
        fields, key=lambda f: (f.change is not Outcome.CONFLICT, ":" in f.name, places.get(f.name, len(places)), f.name)
    )
    return RecordPreview(
        copy.id, copy.unit_name, copy.credit_code, copy.form, form.title if form else copy.form, outcome,
        f"{sentence}。", before, after.label if after is not None else before, tuple(ordered),
    )
