"""核对 N3, N4 and N5 in one small form: all three on one basis, or each with its own result and basis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from core.domain.library import Confirmation
from core.services.library import review
from core.services.library.review import CONFIRMED_RULES
from core.services.workspace import Workspace
from gui.dialogs.form_dialog import Field, FieldKind, Values

_ALL: Final = "all"
_SHARED: Final = "all.basis"
_CLEAR: Final = (("查无此情形", True), ("查有此情形", False))
_LETTERS: Final = dict(zip(CONFIRMED_RULES, ("3", "4", "5"), strict=True))


def fields(ws: Workspace, given: Mapping[str, Confirmation]) -> tuple[Field, ...]:
    """What the form asks for; bases are those of this form, else of the form before."""
    bases = {**review.last_bases(ws), **{rule: confirmation.basis for rule, confirmation in given.items()}}
    known = [bases.get(rule, "") for rule in CONFIRMED_RULES]
    is_shared = len(set(known)) == 1
    asked = [
        Field(_ALL, "三项均查无此情形(&A)", FieldKind.CHECK),
        Field(_SHARED, "三项同一依据(&Y)", value=known[0] if is_shared else "", hint="三项共用的台账、文件"),
    ]
    for rule in CONFIRMED_RULES:
        confirmation, title = given.get(rule), ws.pack.rule_texts[rule].title
        asked.append(Field(
            rule, f"{rule} {title}(&{_LETTERS[rule]})", FieldKind.CHOICE, choices=_CLEAR, hint="（还没有核对）",
            value=None if confirmation is None else confirmation.is_clear,
        ))
        asked.append(Field(
            f"{rule}.basis", f"{rule}核对依据", value="" if is_shared else bases.get(rule, ""),
            hint="不填用同一依据",
        ))
    return tuple(asked)


def problem(asked: Sequence[Field], values: Values) -> str:
    """What is missing or contradicts, in one sentence; empty when nothing does."""
    if values[_ALL]:
        found = [rule for rule in CONFIRMED_RULES if values[rule] is False]
        if found:
            return f"{found[0]}选了“查有此情形”，与“三项均查无此情形”不一致，请改其中一处。"
    done = results(asked, values)
    if not done:
        return "三项都还没有核对，请至少选一项的结果。"
    missing = [rule for rule, (_, basis) in done.items() if not basis]
    if len(missing) == len(CONFIRMED_RULES):
        return "请写明三项的核对依据：对照了哪份台账、文件。"
    return f"请写明{missing[0]}的核对依据：对照了哪份台账、文件。" if missing else ""


def results(asked: Sequence[Field], values: Values) -> dict[str, tuple[bool, str]]:
    """Rule → 查无此情形 and the basis, of every item that has a result.

    A basis that was written for the item in this form counts before the shared one; one that only stood there from
    the form before gives way to it.
    """
    stood = {field.name: field.value for field in asked}
    found = {}
    for rule in CONFIRMED_RULES:
        is_clear = True if values[_ALL] else values[rule]
        own, shared = values[f"{rule}.basis"], values[_SHARED]
        basis = own if own and (own != stood[f"{rule}.basis"] or not shared) else shared
        if is_clear is not None:
            found[rule] = (is_clear, basis)
    return found
