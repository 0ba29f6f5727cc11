"""Who may write what in a record that comes in a file; whoever may not is refused, and only that record is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from core.domain.enums import REPORT_FORM, RecordState, Role
from core.domain.errors import GreenLadderError
from core.domain.exchange import OFFICE_STATES, REMARK_PREFIX, STATE, Change, Party, RecordCopy, knows
from core.exchange.merge import Merged, same_value
from core.forms.definition import FormDefinition
from core.services.exchange.model import Choice
from core.services.exchange.words import state_of
from core.services.workspace import Workspace
from core.store.exchange.store import KnownRecord

#: The bureau has decided: an office's further changes no longer count.
DECIDED: Final = frozenset({
    RecordState.ADMITTED, RecordState.REFUSED, RecordState.REMOVED, RecordState.ACCEPTED,
})
_OF_REPORTS: Final = frozenset({RecordState.FILED, RecordState.ACCEPTED})
_OF_FORMS: Final = frozenset({RecordState.RECOMMENDED, RecordState.RECEIVED, RecordState.ADMITTED})

_FORKED: Final = (
    "同一编号的修改与本机收过的内容不同，对方的数据像是手工拷贝来的旧文件夹；"
    "请对方在原来那台电脑上改，旧备份要用“恢复”装入，不要拷贝文件夹"
)


@dataclass(frozen=True)
class Terms:
    """Under what terms a file is received: from whom (and which store of his), by whom, and what the clerk chose.

    `tells_new_fields`: list the fields of new forms too, for a preview.
    """

    sender: Party
    sender_site: str
    own: Party
    own_sites: frozenset[str]
    file_name: str
    choices: Mapping[tuple[str, str], Choice]
    skip: Collection[str]
    tells_new_fields: bool = False

    @property
    def is_bureau(self) -> bool:
        """True when the bureau receives."""
        return self.own.role is Role.BUREAU


class RecordRefusedError(GreenLadderError):
    """This record is not taken; the others are."""


def require_welcome(ws: Workspace, copy: RecordCopy, known: KnownRecord, terms: Terms) -> FormDefinition:
    """The record's form, if it may come in at all.

    Raises:
        RecordRefusedError: an unknown form, a sample, a form that was taken away here, or another office's.
    """
    form = ws.pack.forms.get(copy.form)
    if form is None:
        raise RecordRefusedError(f"本机的政策包里没有“{copy.form}”这种表，请先更新政策包再接收")
    if copy.is_sample:
        raise RecordRefusedError("示例单位不能报送")
    if known.is_deleted:
        raise RecordRefusedError("本机已经删除这份表，或已由同一单位新的一份取代")
    require_own(ws, known.record.office if known.record is not None else copy.office, terms)
    return form


def require_own(ws: Workspace, held: str, terms: Terms) -> None:
    """A file brings forms of one office only: the sender's, or the one that it is meant for.

    Raises:
        RecordRefusedError: `held` is another one.
    """
    office = terms.sender.office if terms.sender.role is Role.OFFICE else terms.own.office
    if held != office:
        raise RecordRefusedError(f"这份表归“{ws.office_label(held)}”推荐，不是“{ws.office_label(office)}”的")


def refuse_forgery(ws: Workspace, copy: RecordCopy, known: KnownRecord, merged: Merged, terms: Terms) -> None:
    """Nobody else writes in this store's name, nor an office in the bureau's.

    A bureau that was restored, or lost all its data, gets its own former steps back from its offices: under its former
    names, or with a form that is new here. They are told, but decide nothing again (see `lost_steps`).

    Raises:
        RecordRefusedError: somebody did.
    """
    own = ws.store.exchange.site()
    if any(change.dot.site == own for change in merged.new):
        raise RecordRefusedError(
            "文件中有以本机名义写的修改，但本机没有写过；请对方核实，本机如恢复过旧备份请联系维护人员"
        )
    states = [state_of(change.new) for change in merged.new if change.field == STATE]
    wrong = _OF_FORMS if copy.form == REPORT_FORM else _OF_REPORTS
    if any(state is None or state in wrong for state in states):
        raise RecordRefusedError("文件中有这种表没有的办理步骤，不可信")
    if terms.sender.role is not Role.OFFICE:
        return
    for change in merged.new:
        if _is_the_bureaus(change) and not _may_tell_back(change, known, terms):
            raise RecordRefusedError("文件中有只能由区工信局办理的步骤，不可信")


def lost_steps(merged: Merged, terms: Terms) -> bool:
    """True when the form's state is one of the bureau's that an office tells back: it is to be decided anew."""
    if not terms.is_bureau:
        return False
    shown = [m.shown for m in merged.fields if m.field == STATE]
    return any(_is_the_bureaus(change) and change in merged.new for change in shown)


def refuse_fork(ws: Workspace, copy: RecordCopy, known: KnownRecord) -> None:
    """The same number must mean the same change; else one side went on from an old copy of its data.

    Raises:
        RecordRefusedError: it does not.
    """
    met = [change for change in copy.changes if knows(known.vector, change.dot)]
    if not met:
        return
    here = {change.dot: change for change in ws.store.exchange.changes(copy.id)}
    for change in met:
        mine = here.get(change.dot)
        if mine is None or mine.field != change.field or not same_value(mine.new, change.new):
            raise RecordRefusedError(_FORKED)


def _is_the_bureaus(change: Change) -> bool:
    if change.field.startswith(REMARK_PREFIX):
        return True
    return change.field == STATE and state_of(change.new) not in OFFICE_STATES


def _may_tell_back(change: Change, known: KnownRecord, terms: Terms) -> bool:
    if change.dot.site == terms.sender_site:
        return False
    return known.record is None or change.dot.site in terms.own_sites
