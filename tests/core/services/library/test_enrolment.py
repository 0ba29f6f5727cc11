"""补录: what is refused as a slip, and how a slip that went through is corrected before a roster shows it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.domain.errors import NotAllowedError, NotFoundError, UnreadableInputError
from core.domain.library import Membership, Tier, UnitChangeKind
from core.services.library import closing, members, removal, units, windows
from tests.core.services.library.conftest import Bureau
from tests.fixtures.library import OFFICE, admitted, credit_code

FACTS: dict[str, Any] = {
    "unit_name": "天津岚溪泵业有限公司", "credit_code": credit_code(1), "kind": "green-factory", "office": OFFICE,
    "admitted_on": date(2025, 3, 1), "industry_code": "3441",
}


def enrol(bureau: Bureau, **more: object) -> Membership:
    return members.enrol(bureau.ws, **{**FACTS, **more})


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"office": "没有的镇"}, "街镇、园区清单中没有“没有的镇”"),
        ({"office": " "}, "没有填“天津岚溪泵业有限公司”所属的街镇、园区"),
        ({"industry_code": "泵"}, "应为4位数字"),
        ({"industry_code": "34"}, "应为4位数字"),
        ({"industry_code": "1211"}, "不属于制造业（前两位13至43）.*三(一)1(1)"),
        ({"industry_code": "4411"}, "不属于制造业"),
        ({"admitted_on": date(2009, 12, 31)}, "早于2010年"),
        ({"admitted_on": date(2026, 6, 2)}, "还没有到"),
        ({"kind": "工厂"}, "没有“工厂”这个类别.*绿色工厂（green-factory）"),
    ],
)
def test_a_slip_is_refused(bureau: Bureau, wrong: dict[str, object], sentence: str) -> None:
    pattern = sentence.replace("(", r"\(").replace(")", r"\)")
    with pytest.raises((NotAllowedError, NotFoundError), match=pattern):
        enrol(bureau, **wrong)
    assert members.members(bureau.ws) == ()


def test_the_edges_are_taken_and_words_are_understood(bureau: Bureau) -> None:
    first = enrol(bureau, kind="绿色工厂", office="大口屯镇", industry_code="1311", admitted_on=date(2010, 1, 1))
    assert (first.kind, first.office) == ("green-factory", "120115101")
    assert enrol(bureau, credit_code=credit_code(2), industry_code="4390").kind == "green-factory"
    chain = enrol(bureau, credit_code=credit_code(3), kind="绿色供应链", industry_code="5111")
    assert chain.kind == "green-supply-chain"
    assert members.find_member(bureau.ws, credit_code(3), "绿色供应链管理企业").id == chain.id
    assert enrol(bureau, credit_code=credit_code(4), kind="绿色工业园区", industry_code="").industry_code == ""


def test_a_slip_is_corrected_while_no_roster_shows_the_unit(bureau: Bureau) -> None:
    ws = bureau.ws
    enrol(bureau, unit_name="天津兰溪泵业有限公司", kind="green-park", office="120115001", admitted_on=date(2024, 3, 1))
    right = members.correct(ws, **{**FACTS, "tier": Tier.CITY})
    assert members.members(ws) == (right,)
    assert (right.unit_name, right.kind, right.office, right.admitted_on, right.tier) == (
        FACTS["unit_name"], "green-factory", OFFICE, date(2025, 3, 1), Tier.CITY
    )
    assert [m.id for m in members.members(ws, query="lxby")] == [right.id]
    with pytest.raises(NotAllowedError, match="早于2010年"):
        members.correct(ws, **{**FACTS, "admitted_on": date(1925, 3, 1)})
    windows.open_window(ws)
    closing.close_window(ws)
    with pytest.raises(NotAllowedError, match="已列入第1号名单"):
        members.correct(ws, **FACTS)


def test_what_was_not_enrolled_or_went_on_since_is_not_corrected(bureau: Bureau) -> None:
    ws = bureau.ws
    with pytest.raises(NotFoundError, match="没有补录过"):
        members.correct(ws, **FACTS)
    windows.open_window(ws)
    admitted(ws, 2, "天津虚构2号有限公司")
    closing.close_window(ws)
    with pytest.raises(NotFoundError, match="没有补录过"):
        members.correct(ws, **{**FACTS, "credit_code": credit_code(2)})
    made = enrol(bureau)
    removal.record_falsification(ws, made.id, found_on=date(2026, 6, 1), detail="台账造假", source="核查")
    with pytest.raises(NotAllowedError, match="已经办过"):
        members.correct(ws, **FACTS)


def test_one_of_several_kinds_is_corrected_and_the_shared_name_is_left(bureau: Bureau) -> None:
    ws = bureau.ws
    enrol(bureau)
    enrol(bureau, kind="green-supply-chain")
    with pytest.raises(NotAllowedError, match="请写明要更正的那一个类别"):
        members.correct(ws, **{**FACTS, "kind": "green-park"})
    with pytest.raises(NotAllowedError, match="请办理更名、迁移"):
        members.correct(ws, **{**FACTS, "unit_name": "天津别名泵业有限公司"})
    assert members.correct(ws, **{**FACTS, "industry_code": "3442"}).industry_code == "3442"
    with pytest.raises(UnreadableInputError, match="绿色供应链管理企业、绿色工厂"):
        members.find_member(ws, credit_code(1))


def test_a_unit_that_changed_since_keeps_its_changes(bureau: Bureau) -> None:
    made = enrol(bureau)
    units.change_unit(
        bureau.ws, made.unit_id, UnitChangeKind.NAME, after="天津新名泵业有限公司", happened_on=date(2026, 5, 1)
    )
    with pytest.raises(NotAllowedError, match="请办理更名、迁移"):
        members.correct(bureau.ws, **FACTS)
    right = members.correct(bureau.ws, **{**FACTS, "unit_name": "天津新名泵业有限公司", "industry_code": ""})
    assert right.industry_code == ""
