"""`paper` as a script uses it: a sheet is current, then the record changes, then the code is mistyped."""

from __future__ import annotations

import re
from pathlib import Path

from core.domain.paper_code import is_code
from core.services import drafts
from core.services.printing import page_text
from tests.end2end.district import District
from tests.fixtures.library import credit_code

_SHORT = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}")


def _code_on(pdf: Path) -> str:
    """The short code, as it is read off the sheet, where the 校核编号 looks much like it."""
    found = _SHORT.finditer(page_text(pdf, 0).replace("\ufffe", "-"))
    return next(code.group() for code in found if code.group()[0] in "RF" and is_code(code.group()))


def test_a_sheet_is_current_then_changed_then_mistyped(district: District, tmp_path: Path) -> None:
    unit, sheet = credit_code(1), tmp_path / "推荐表.pdf"
    district.run("甲", "print", "recommendation", unit, "-o", sheet)
    code = _code_on(sheet)
    assert "与系统中的当前内容一致" in district.run("甲", "paper", code).out
    first, second = district.ask("甲", "paper", code, code.lower().replace("-", ""))["papers"]
    assert first == second
    assert (first["kind"], first["current"], first["changes"]) == ("recommendation", True, [])
    (strange,) = district.ask("乙", "paper", code, status=1)["papers"]
    assert (strange["state"], strange["record"]) == ("absent", None)
    assert "本机没有这份推荐表" in strange["sentence"]
    number = district.ask("甲", "show", unit)["verdict"]["number"]
    other = district.run("甲", "paper", number)
    assert (other.status, other.out, "校核编号" in other.err) == (2, "", True)
    district.run("甲", "withdraw", unit)
    withdrawn = district.run("甲", "paper", code)
    assert withdrawn.status == 1
    assert "：已经作废。\n印出以后撤回过，这张推荐表不再有效；纸上的内容与现在的相同。" in withdrawn.out
    assert "改动" not in withdrawn.out
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    refused = district.run("甲", "paper", code, wrong)
    assert (refused.status, refused.out) == (2, "")
    assert "重新输入" in refused.err


def test_every_change_is_listed_with_who_and_when(district: District, tmp_path: Path) -> None:
    unit, form = credit_code(3), tmp_path / "培育表.pdf"
    district.run("甲", "print", "form", unit, "-o", form)
    code = _code_on(form)
    with district.open("甲") as ws:
        record = drafts.find_unit(ws, unit)[0]
        drafts.save_answer(ws, record.id, "unit_name", "宝坻示范包装集团")
    told = district.run("甲", "paper", code)
    assert told.status == 1
    assert re.search(r"单位名称\s+宝坻示范包装厂\s+宝坻示范包装集团\s+宝坻经济开发区 王小明", told.out)
    (found,) = district.ask("甲", "paper", code, status=1)["papers"]
    assert found["record"] == record.id
    assert [change["now"] for change in found["changes"]] == ["宝坻示范包装集团"]
