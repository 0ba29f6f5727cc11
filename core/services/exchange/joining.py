"""What receiving does with one record of a file: who may change what, what is taken, what is told (design §5, §6)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.domain.enums import REPORT_FORM, Eligibility, RecordState, Role
from core.domain.errors import GreenLadderError
from core.domain.exchange import EXPLANATION_PREFIX, OFFICE_STATES, STATE, Change, Party, RecordCopy, Vector
from core.domain.records import Explanation, Record
from core.domain.reports import period_of
from core.domain.values import Stored, is_blank
from core.exchange.merge import NOTHING, FieldMerge, Known, Merged, MergeKind, merge, same_value
from core.forms.definition import FormDefinition
from core.services import drafts, prefill
from core.services.exchange import trust
from core.services.exchange.model import Choice, FieldPreview, Outcome, RecordPreview
from core.services.exchange.words import BLANK, field_label, said, state_of
from core.services.workspace import Workspace
from core.store.exchange.store import KnownRecord
from core.store.exchange.taking_in import OwnState, RecordWrite

#: The bureau has decided: an office's further changes no longer count.
_DECIDED: Final = frozenset({
    RecordState.ADMITTED, RecordState.REFUSED, RecordState.REMOVED, RecordState.ACCEPTED,
})
_DECISION_WORDS: Final = "区局已经办理（{state}），本次改动没有采用，以区局的为准"


@dataclass(frozen=True)
class Terms:
    """Under what terms a file is received: from whom, by whom, and what the clerk chose."""

    sender: Party
    own: Party
    own_sites: frozenset[str]
    file_name: str
    choices: Mapping[tuple[str, str], Choice]
    skip: Collection[str]


@dataclass(frozen=True, slots=True)
class Joined:
    """One record: what to show, what to write (None: nothing), and how much of it the sender has (None: unsaid)."""

    preview: RecordPreview
    write: RecordWrite | None = None
    mark: Vector | None = None


class _RefusedError(GreenLadderError):
    """This record is not taken; the others are."""


def join(ws: Workspace, copy: RecordCopy, terms: Terms) -> Joined:
    """Judge one record of a file against what is here; nothing is written."""
    known = ws.store.exchange.known(copy.id)
    if terms.sender.role is Role.OFFICE:
        copy = replace(copy, remarks=())  # remarks are the bureau's own
    try:
        form = _require_welcome(ws, copy, known, terms)
        mine = Known(known.vector, {f: tuple(c.dot for c in cs) for f, cs in known.heads.items()},
                     {c.dot: c for cs in known.heads.values() for c in cs})
        merged = merge(mine if known.heads else NOTHING, copy)
        _refuse_forgery(ws, copy, merged, terms)
        _refuse_fork(copy, known)
        if copy.id in terms.skip:
            return Joined(_preview(ws, copy, known, None, Outcome.SKIPPED, "按您的选择没有处理，下次接收还会再问", ()))
        return _joined(ws, form, copy, known, merged, terms)
    except GreenLadderError as error:
        return Joined(_preview(ws, copy, known, None, Outcome.REFUSED, str(error).rstrip("。"), ()))


def _require_welcome(ws: Workspace, copy: RecordCopy, known: KnownRecord, terms: Terms) -> FormDefinition:
    form = ws.pack.forms.get(copy.form)
    if form is None:
        raise _RefusedError(f"本机的政策包里没有“{copy.form}”这种表，请先更新政策包再接收")
    if copy.is_sample:
        raise _RefusedError("示例单位不能报送")
    if known.is_deleted:
        raise _RefusedError("本机已经删除这份表，或已由同一单位新的一份取代")
    _require_own(ws, known.record.office if known.record is not None else copy.office, terms)
    return form


def _require_own(ws: Workspace, held: str, terms: Terms) -> None:
    """A file brings forms of one office only: the sender's, or the one that it is meant for."""
    office = terms.sender.office if terms.sender.role is Role.OFFICE else terms.own.office
    if held != office:
        raise _RefusedError(f"这份表归“{ws.office_label(held)}”推荐，不是“{ws.office_label(office)}”的")


def _refuse_forgery(ws: Workspace, copy: RecordCopy, merged: Merged, terms: Terms) -> None:
    """Nobody else writes in this store's name.

    Its names from before a restore are another matter: what the older backup does not have comes back from others.
    """
    own = ws.store.exchange.site()
    if any(change.dot.site == own for change in merged.new):
        raise _RefusedError("文件中有以本机名义写的修改，但本机没有写过；请对方核实，本机如恢复过旧备份请联系维护人员")
    if terms.sender.role is Role.OFFICE:
        states = [state_of(c.new) for c in merged.new if c.field == STATE and c.dot.site not in terms.own_sites]
        if any(state not in OFFICE_STATES for state in states):
            raise _RefusedError("文件中有只能由区工信局办理的步骤，不可信")


def _is_lost_step(merged: Merged, terms: Terms) -> bool:
    """True when the form's state is one that this store gave it, and that an older backup did not have."""
    states = [m.shown for m in merged.fields if m.field == STATE]
    return any(c.dot.site in terms.own_sites and c in merged.new for c in states)


def _refuse_fork(copy: RecordCopy, known: KnownRecord) -> None:
    """The same number must mean the same change; else one side went on from an old backup."""
    here = {change.dot: change for changes in known.heads.values() for change in changes}
    for change in copy.changes:
        mine = here.get(change.dot)
        if mine is not None and not (mine.field == change.field and same_value(mine.new, change.new)):
            raise _RefusedError(
                "同一编号的修改与本机收过的内容不同，对方的数据像是从旧备份恢复过；请对方“重新编号”后再打包"
            )


def _joined(
    ws: Workspace, form: FormDefinition, copy: RecordCopy, known: KnownRecord, merged: Merged, terms: Terms
) -> Joined:
    if known.record is not None and not merged.new and not merged.fields and not _brings_remarks(ws, copy):
        return Joined(_preview(ws, copy, known, None, Outcome.UNCHANGED, "内容与本机相同", ()), None, copy.context)
    fields = [_field_preview(form, field, known, terms, copy.id) for field in merged.fields]
    own = _own_values(merged, fields)
    result = _result(ws, copy, known, merged, own)
    _require_own(ws, result.office, terms)
    if known.record is not None and known.record.state in _DECIDED and terms.own.role is Role.BUREAU \
            and result.state is not known.record.state:
        raise _RefusedError(f"区局已经办理（{known.record.state.label}），不能由来件改变")
    replaces = _refuse_double(ws, result, copy)
    is_bureau = terms.own.role is Role.BUREAU
    own_state = None
    if is_bureau:
        own += _prefilled(ws, form, result)
        result = _with_answers(result, dict(own))
        own_state = _bureau_state(result, known, merged, has_own=bool(own), is_lost=_is_lost_step(merged, terms))
    verdict = drafts.check_record(ws, result, ws.clock.today()).verdict if is_bureau else None
    if own_state is not None and verdict is not None:
        own_state = replace(own_state, verdict_number=verdict.number, detail=verdict.as_of.isoformat())
    after = own_state.state if own_state is not None else result.state
    outcome, sentence = _fate(known, fields, after, replaces)
    write = RecordWrite(
        copy, known.record.revision if known.record else None, merged.new, {m.field: m.heads for m in merged.fields},
        tuple(own), f"接收：{terms.file_name}", own_state,
        verdict.eligibility if verdict is not None else _listed(after),
        drafts.attention(verdict) if verdict is not None else 0, replaces,
    )
    return Joined(_preview(ws, copy, known, after, outcome, sentence, fields), write, copy.context)


def _listed(state: RecordState) -> Eligibility | None:
    """What the office's list shows of a form that the bureau has: nothing that is decided there is judged anew here."""
    return None if state.is_editable else Eligibility.ELIGIBLE


def _brings_remarks(ws: Workspace, copy: RecordCopy) -> bool:
    """True when a remark is new here, or is settled there and open here."""
    open_here = {remark.id for remark in ws.store.library.review.remarks(copy.id)}
    return any(r.settled if r.id in open_here else not r.settled for r in copy.remarks)


def _field_preview(
    form: FormDefinition, field: FieldMerge, known: KnownRecord, terms: Terms, record_id: str
) -> FieldPreview:
    before = field.before
    mine_dots = {c.dot for c in known.heads.get(field.field, ())}
    theirs = [c for c in field.heads if c.dot not in mine_dots] or list(field.heads)
    is_conflict = field.kind is MergeKind.CONFLICT
    is_locked = not _may_choose(field.field) or (known.record is not None and known.record.state in _DECIDED)
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


def _may_choose(field: str) -> bool:
    return field.startswith(EXPLANATION_PREFIX) or ":" not in field


def _default(field: FieldMerge, known: KnownRecord, terms: Terms) -> Choice:
    """Theirs where only they wrote, open where both did; what the bureau has decided stays as it is there."""
    decided = known.record is not None and known.record.state in _DECIDED
    if decided and terms.own.role is Role.BUREAU and _may_choose(field.field):
        return Choice.KEEP
    return Choice.LATER if field.kind is MergeKind.CONFLICT else Choice.TAKE


def _own_values(merged: Merged, fields: Sequence[FieldPreview]) -> list[tuple[str, Stored]]:
    """What this store writes over: kept values, and theirs where that ends a conflict."""
    own: list[tuple[str, Stored]] = []
    for field, preview in zip(merged.fields, fields, strict=True):
        if not _may_choose(field.field):
            continue
        if preview.choice is Choice.KEEP:
            own.append((field.field, field.before.new if field.before is not None else None))
        elif preview.choice is Choice.TAKE and field.kind is MergeKind.CONFLICT:
            theirs = next((c for c in field.heads if field.before is None or c.dot != field.before.dot), field.shown)
            own.append((field.field, theirs.new))
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


def _refuse_double(ws: Workspace, result: Record, copy: RecordCopy) -> str | None:
    """One living form of a kind and period per unit; gives the id of an older one that makes room."""
    others = [r for r in ws.store.find(result.credit_code, result.form)
              if r.id != result.id and r.period == result.period and not r.state.is_closed]
    if not others or result.state.is_closed:
        return None
    other = others[0]
    if other.office != result.office:
        raise _RefusedError(
            f"该单位已由“{ws.office_label(other.office)}”报送（{other.state.label}），一个单位只由一个街镇、园区推荐；"
            f"如登记地与生产地不在一处，请两家商定由谁推荐"
        )
    if other.state in _DECIDED:
        raise _RefusedError(f"该单位的同一种表区局已经办理（{other.state.label}），不再收另一份")
    if trust.own_party(ws).role is Role.OFFICE:
        raise _RefusedError("本机另有一份该单位的同一种表，请先删除本机的草稿再接收")
    if copy.created_at < other.created_at:
        raise _RefusedError("该单位已有更新的一份，这一份较早，没有采用")
    return other.id


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
            raise _RefusedError("动态管理表还没有上报")
        return None
    if result.state is RecordState.DRAFT:
        raise _RefusedError("还没有推荐，不能接收")
    changed = any(":" not in m.field for m in merged.fields) or has_own
    if is_lost or result.state is RecordState.RECOMMENDED or (was is RecordState.RECEIVED and changed):
        return OwnState(RecordState.RECEIVED, "", "", "接收")
    return None


def _fate(
    known: KnownRecord, fields: Sequence[FieldPreview], after: RecordState, replaces: str | None
) -> tuple[Outcome, str]:
    open_conflicts = sum(f.choice is Choice.LATER for f in fields)
    kept = [f for f in fields if f.choice is Choice.KEEP]
    answers = [f for f in fields if _may_choose(f.name) or f.name.startswith("evidence:")]
    if known.record is None:
        sentence = f"新收，{after.label}" if replaces is None else f"新收，{after.label}，取代本机较早的一份"
        return Outcome.NEW, sentence
    if kept and known.record.state in _DECIDED:
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
    ordered = sorted(fields, key=lambda f: (f.change is not Outcome.CONFLICT, f.name == STATE))
    return RecordPreview(
        copy.id, copy.unit_name, copy.credit_code, copy.form, form.title if form else copy.form, outcome,
        f"{sentence}。", before, after.label if after is not None else before, tuple(ordered),
    )
