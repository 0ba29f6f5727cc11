"""Letters for tests: one unit, a few, many; the longest names; rare characters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from core.documents.model import Document
from core.documents.products.letter import Letter, LetterUnit, letter
from tests.fixtures.library import credit_code

#: Of extension A, B, C, E, G, a compatibility ideograph, and a circled square: 8 characters that a cheap writer loses.
RARE = "㐂𠮷𪜀𫝀𫠡𰀀﨑☑"
LONGEST = ("天津市宝坻区京津中关村科技城高端装备绿色制造与循环利用综合示范有限责任公司第一分公司" * 3)[:120]
_KINDS = ("绿色工厂", "绿色供应链管理企业", "绿色工业园区")


def unit(number: int, name: str = "") -> LetterUnit:
    return LetterUnit(
        name or f"天津甲乙精密制造{number}有限公司", credit_code(number), _KINDS[number % 3],
        "计算机、通信和其他电子设备制造业",
    )


def words(count: int, **changes: object) -> Letter:
    units = tuple(unit(n) for n in range(1, count + 1))
    others = (f"等{count}家单位",) if count > 1 else ()
    plain = Letter(
        ("关于推荐", units[0].unit_name, *others, "为区级绿色制造单位的函"), "天津市宝坻区工业和信息化局",
        ("按照《区级绿色制造单位培育工作方案》要求，我街道组织辖区内有关单位填报培育表，并逐项校核。",
         "经校核，有关单位符合培育要求，现予推荐。"),
        units, "现将有关材料报上，请予审核。",
        ("区级绿色制造单位推荐汇总表", f"区级绿色制造单位推荐表（{count}份）"), "推荐单位名单", "所属行业", "海滨街道",
        date(2026, 11, 3), "联系人：李慧敏　联系电话：022-29240001",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def letter_of(count: int, **changes: object) -> Document:
    return letter(words(count, **changes))


def longest() -> Document:
    """Forty units of the longest names, in a draft with its reasons, from an office of a long name."""
    units = tuple(unit(n, LONGEST) for n in range(1, 41))
    caution = f"草稿说明：“{LONGEST}”还有3条核实性问题没有写情况说明（V011、V012、V013），写完才能推荐。"
    return letter_of(
        40, units=units, title=("关于推荐", LONGEST, "等40家单位", "为区级绿色制造单位的函"), cautions=(caution,) * 6,
        signer="天津市宝坻区京津中关村科技城管理委员会绿色制造工作领导小组办公室",
    )


def rare() -> Document:
    name = f"天津{RARE}新材料有限公司"
    title = ("关于推荐", name, "等3家单位", "为区级绿色制造单位的函")
    return letter_of(3, units=tuple(unit(n, name) for n in range(1, 4)), title=title)
