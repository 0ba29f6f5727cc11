"""What a receipt or notice tells an office beside its forms: who came into the library or left, what was not taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from core.domain.exchange import Answer
from core.services.exchange import reading
from core.services.exchange.model import Outcome
from core.services.workspace import Workspace

if TYPE_CHECKING:
    from core.exchange.reader import Incoming

#: Setting: what the bureau last refused of this office's forms, by record id.
REFUSALS: Final = "exchange:refusals"


def told_by(ws: Workspace, incoming: Incoming, answer: Answer | None) -> tuple[str, ...]:
    """The news in sentences; empty for a package."""
    if answer is None or not reading.is_from_bureau(incoming):
        return ()
    notes = []
    if answer.notice is not None:
        last = f"，{answer.notice.deadline}截止" if answer.notice.deadline else ""
        notes.append(f"通知：{answer.notice.title}{last}。")
    here = {m.id for m in ws.store.library.members.active()}
    entered = [m.unit_name for m in answer.members if m.left_on is None and m.membership_id not in here]
    left = [m.unit_name for m in answer.members if m.left_on is not None and m.membership_id in here]
    if entered:
        notes.append(f"新入库：{_named(entered)}。")
    if left:
        notes.append(f"不再在库：{_named(left)}。")
    for fate in answer.fates:
        if fate.outcome == Outcome.REFUSED.value:
            notes.append(f"区局没有收“{fate.unit_name}”：{fate.sentence}")
    return tuple(notes)


def refusals(ws: Workspace) -> Mapping[str, str]:
    """Record id → why the bureau did not take the form when it came last."""
    kept = ws.store.get_setting(REFUSALS)
    found = kept[0] if isinstance(kept, list) and kept else None
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, Mapping) else {}


def _named(names: list[str]) -> str:
    shown = "、".join(names[:5])
    return f"{shown}等{len(names)}个单位" if len(names) > 5 else shown
