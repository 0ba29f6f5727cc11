"""One living form of a kind and period per unit: judged over the whole file, for a code may pass from form to form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from core.domain.enums import Role
from core.domain.records import Record
from core.services.exchange import trust
from core.services.exchange.authority import DECIDED
from core.services.exchange.joining import Joined, refused
from core.services.workspace import Workspace

_Key = tuple[str, str, str]


def resolve(ws: Workspace, joined: Sequence[Joined]) -> tuple[Joined, ...]:
    """Each record as it can be taken beside the others, known ones first so that they make their codes free."""
    will_be = {j.result.id: j.result for j in joined if j.write is not None and j.result is not None}
    known_first = sorted(joined, key=lambda j: j.write is not None and j.write.revision is None)
    taken: dict[_Key, str] = {}
    found = []
    for j in known_first:
        if j.write is None or j.result is None or j.result.state.is_closed or not j.result.credit_code:
            found.append(j)
            continue
        key = _key(j.result)
        if key in taken:
            found.append(refused(j, "同一文件中有同一单位的两份同一种表，只收第一份"))
            continue
        settled = _beside_others(ws, j, j.result, tuple(_others(ws, j.result, will_be)))
        if settled.write is not None:
            taken[key] = j.result.id
        found.append(settled)
    return tuple(found)


def _others(ws: Workspace, result: Record, will_be: Mapping[str, Record]) -> Iterator[Record]:
    """Living forms of that unit, kind and period that stay so after the whole file."""
    for record in ws.store.find(result.credit_code, result.form):
        after = will_be.get(record.id, record)
        if record.id != result.id and not after.state.is_closed and _key(after) == _key(result):
            yield after


def _beside_others(ws: Workspace, j: Joined, result: Record, others: Sequence[Record]) -> Joined:
    if not others or j.write is None:
        return j
    other = others[0]
    if other.office != result.office:
        return refused(
            j,
            f"该单位已由“{ws.office_label(other.office)}”报送（{other.state.label}），一个单位只由一个街镇、园区推荐；"
            f"如登记地与生产地不在一处，请两家商定由谁推荐",
        )
    if j.write.revision is not None:
        return refused(j, f"信用代码{result.credit_code}已经用于本机的另一份同一种表，请先核对是哪个单位的")
    is_office = trust.own_party(ws).role is Role.OFFICE
    if other.state in DECIDED and not is_office:
        return refused(j, f"该单位的同一种表区局已经办理（{other.state.label}），不再收另一份")
    if not is_office and j.write.copy.created_at < other.created_at:
        return refused(j, "该单位已有更新的一份，这一份较早，没有采用")
    # What the bureau sends is what it goes by: the office's own older one makes room.
    sentence = f"{j.preview.sentence.rstrip('。')}，取代本机原来的一份。"
    return replace(j, write=replace(j.write, replaces=other.id), preview=replace(j.preview, sentence=sentence))


def _key(record: Record) -> _Key:
    return record.credit_code, record.form, record.period
