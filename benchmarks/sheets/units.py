"""Invented factories, each unlike the others in all that its recommendation sheet shows, and each recommendable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from core.documents.products.recommendation_sheet import RecordFacts
from core.infra.paths import resources_folder
from core.policy.loader import load_pack
from core.policy.pack import PolicyPack
from core.rules.verdict import Checked, check
from tests.fixtures.library import credit_code
from tests.fixtures.sample_answers import AS_OF, factory_answers

FORM: Final = "green-factory"
_FIRST_CODE: Final = 60_000
_NAMES: Final = "青禾云杉晏舸峤宁朗润晨曦恒洁津衡鸿远泽川嘉木瑞霖博雅清源启明"
_TRADES: Final = ("流体装备", "精密铸造", "环保材料", "智能家居科技", "新能源电气设备", "食品机械制造", "自行车零部件")
_STREETS: Final = ("宝中道", "天宝工业园宝富道", "京津中关村科技城创业路", "九园公路北侧科技大道", "口东工业园广阔道")
_SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN: Final = ("春梅", "启明", "慧敏", "志强", "晓东", "雅婷", "国栋", "思远", "丽华", "伟", "静", "磊")
_PRODUCTS: Final = (
    "高效离心泵", "节能型循环水泵", "不锈钢泵壳铸件", "水性涂料", "铝合金轮毂", "光伏支架", "智能控制器",
    "再生塑料颗粒", "食品包装机", "低氮燃烧器",
)
_HOW: Final = ("", "（截图）", "（打印件）")


def pack() -> PolicyPack:
    """The shipped policy pack."""
    return load_pack(resources_folder() / "policy")


def checked(pack: PolicyPack, answers: Mapping[str, Any]) -> Checked:
    """The rules' verdict on a factory's answers."""
    return check(pack, FORM, answers, AS_OF)


def _offices(pack: PolicyPack) -> dict[str, str]:
    choices = pack.form(FORM).by_name["office"].choices
    return {choice.name: choice.label for choice in choices.choices} if choices else {}


def facts_of(pack: PolicyPack, answers: Mapping[str, Any], number: int) -> RecordFacts:
    """What a record would add to its form."""
    return RecordFacts(
        office=_offices(pack)[answers["office"]],
        handler=answers["office_handler"], handler_phone=answers["office_handler_phone"], batch=answers["batch"],
        evidence_count=8 + number % 17,
    )


def answers(pack: PolicyPack, count: int) -> Iterator[dict[str, Any]]:
    """The answers of so many factories; the same ones every time."""
    offices = list(_offices(pack))
    for number in range(count):
        dice = Random(number)
        yield {
            **factory_answers(), **_identity(number, dice, offices), **_figures(dice), **_negative_list(number, dice),
        }


def _person(dice: Random) -> str:
    return dice.choice(_SURNAMES) + dice.choice(_GIVEN)


def _identity(number: int, dice: Random, offices: list[str]) -> dict[str, Any]:
    code = credit_code(_FIRST_CODE + number % 40_000)
    brand = "".join(dice.sample(_NAMES, 2))
    street = f"天津市宝坻区{dice.choice(_STREETS)}{1 + number}号"
    return {
        "unit_name": f"天津{brand}{dice.choice(_TRADES)}{'集团' if number % 7 == 0 else ''}有限公司",
        "credit_code": code,
        "office": dice.choice(offices),
        "established_on": str(date(1996, 1, 1) + timedelta(days=dice.randrange(9000))),
        "registered_address": street,
        "production_address": f"{street}院内{1 + number % 9}号厂房",
        "legal_representative": _person(dice),
        "contact_name": _person(dice),
        "contact_phone": f"022-2924{dice.randrange(10_000):04d}",
        "main_products": "、".join(dice.sample(_PRODUCTS, 2 + number % 5)),
        "priority_detail": f"{2024 + number % 2}年天津市专精特新中小企业（市工业和信息化局第{1 + number % 8}批）",
        "batch": f"2026年第{'一二三'[number % 3]}批",
        "filled_on": str(AS_OF - timedelta(days=2 + number % 20)),
        "office_checked_on": str(AS_OF - timedelta(days=1)),
        "office_handler": _person(dice),
        "office_handler_phone": f"022-8266{dice.randrange(10_000):04d}",
        "pollution_permit_no": f"{code}001Q",
    }


def _figures(dice: Random) -> dict[str, Any]:
    base = factory_answers()
    return {
        "employees": dice.randint(300, 480),
        "revenue_wan": round(base["revenue_wan"] * dice.uniform(0.97, 1.03), 1),
        "output_wan": round(base["output_wan"] * dice.uniform(0.99, 1.03)),
        "land_area_m2": base["land_area_m2"] + dice.randrange(900),
        "carbon_total_t": round(base["carbon_total_t"] * dice.uniform(0.97, 1.03)),
        "water_intake_m3": base["water_intake_m3"] + dice.randrange(900),
        "solid_waste_used_t": 1150 + dice.randrange(100),
        "evaluation_date": str(date(2026, 7, 1) + timedelta(days=dice.randrange(90))),
        "evaluation_score": round(dice.uniform(80, 95), 1),
        "energy_items": [
            {**row, "energy_quantity": round(row["energy_quantity"] * dice.uniform(0.97, 1.03), 1)}
            for row in base["energy_items"]
        ],
    }


def _negative_list(number: int, dice: Random) -> dict[str, Any]:
    """Nine times 无, each looked up on some day of the last three weeks."""
    sources = {name: source for name, source in factory_answers().items() if name.endswith("_source")}
    days = {
        name.replace("_source", "_queried_on"): str(AS_OF - timedelta(days=2 + (number + place) % 20))
        for place, name in enumerate(sources)
    }
    return days | {name: f"{source}{dice.choice(_HOW)}" for name, source in sources.items()}
