"""Filled forms, each unlike the others, filled in with the care and the slips of a district's enterprises."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from core.forms.definition import Field, FieldType, FormDefinition
from core.policy.pack import PolicyPack
from tests.fixtures.library import credit_code
from tests.fixtures.packs import sample
from tests.fixtures.sample_answers import AS_OF

_CODES: Final = 100_000
_NAMES: Final = "青禾云杉晏舸峤宁朗润晨曦恒洁津衡鸿远泽川嘉木瑞霖博雅清源启明"
_TRADES: Final = ("流体装备", "精密铸造", "环保材料", "智能家居科技", "新能源电气设备", "食品机械制造", "自行车零部件")
_WRONG: Final = ("不清楚", "约3000", "2026-13-01", "1,2,3", "见附件", "一" * 700, "#REF!", "-1", "９９９９９９")
_SLIPS: Final = ("blank", "blank", "blank", "wrong", "other", "row", "event")
_EVENTS: Final = (
    "deregistered", "suspended", "abnormal", "other", "violation", "delisted", "inspection", "energy_rectification",
    "dishonest",
)


def filled_forms(pack: PolicyPack, form_id: str, count: int) -> Iterator[dict[str, Any]]:
    """The answers of so many forms of one kind; the same ones every time.

    Nearly half are complete and in order; the others have up to six slips: blanks, wrong values, other choices, rows
    more or fewer, events of the negative list.
    """
    form = pack.form(form_id)
    for number in range(count):
        dice = Random(f"{form_id} {number}")
        answers = _own(form, sample(form_id), dice) | _identity(form, number, dice)
        for _ in range(dice.choice((0, 0, 0, 0, 1, 1, 2, 3, 6))):
            _slip(form, answers, dice)
        yield answers


def _identity(form: FormDefinition, number: int, dice: Random) -> dict[str, Any]:
    brand = "".join(dice.sample(_NAMES, 2))
    street = f"天津市宝坻区{dice.choice(('宝中道', '天宝工业园宝富道', '口东工业园广阔道'))}{1 + number}号"
    given = {
        "unit_name": f"天津{brand}{dice.choice(_TRADES)}有限公司",
        "credit_code": credit_code(number % _CODES),
        "registered_address": street,
        "production_address": f"{street}院内{1 + number % 9}号厂房",
        "contact_phone": f"022-2924{dice.randrange(10_000):04d}",
        "office_handler_phone": f"1382{dice.randrange(10_000_000):07d}",
    }
    return {name: value for name, value in given.items() if name in form.by_name}


def _own(form: FormDefinition, answers: dict[str, Any], dice: Random) -> dict[str, Any]:
    """Other figures, days and texts than the sample's, of the same size."""
    made: dict[str, Any] = {}
    for name, value in answers.items():
        field = form.by_name[name]
        if isinstance(value, list) and field.type is FieldType.REPEAT:
            columns = {column.name: column for column in field.columns}
            made[name] = [{key: _alike(columns[key], cell, dice) for key, cell in row.items()} for row in value]
        else:
            made[name] = _alike(field, value, dice)
    return made


def _alike(field: Field, value: Any, dice: Random) -> Any:
    if field.name in ("data_year", "target_year", "indicator_year"):
        return value
    if field.type is FieldType.DECIMAL and isinstance(value, int | float):
        return round(value * dice.uniform(0.97, 1.03), 2)
    if field.type is FieldType.INTEGER and isinstance(value, int):
        return max(0, value + dice.randint(-2, 2))
    if field.type is FieldType.DATE:
        return str(min(date.fromisoformat(value) + timedelta(days=dice.randint(-5, 5)), AS_OF))
    if field.type is FieldType.TEXT and len(value) > 40:
        return f"{value}（第{dice.randrange(1000)}稿）"
    return value


def _slip(form: FormDefinition, answers: dict[str, Any], dice: Random) -> None:
    inputs = [field for field in form.fields if field.type.is_input]
    kind = dice.choice(_SLIPS)
    field = dice.choice(inputs)
    if kind == "event":
        _event(answers, dice)
    elif kind == "row":
        _rows(dice.choice([f for f in inputs if f.type is FieldType.REPEAT]), answers, dice)
    elif kind == "wrong" and field.type is not FieldType.REPEAT:
        answers[field.name] = dice.choice(_WRONG)
    elif kind == "other" and field.choices is not None:
        answers[field.name] = dice.choice(field.choices.choices).name
    else:
        answers.pop(field.name, None)


def _rows(field: Field, answers: dict[str, Any], dice: Random) -> None:
    """A row fewer, a row twice, or a cell blank or wrong."""
    rows = [dict(row) for row in answers.get(field.name, ())]
    kind = dice.choice(("fewer", "twice", "blank", "wrong"))
    if not rows or kind == "fewer":
        rows = rows[:-1]
    elif kind == "twice":
        rows.append(dict(rows[0]))
    else:
        row, column = dice.choice(rows), dice.choice([c for c in field.columns if c.type.is_input])
        row[column.name] = None if kind == "blank" else dice.choice(_WRONG)
    answers[field.name] = rows


def _event(answers: dict[str, Any], dice: Random) -> None:
    """Something of the negative list happened: inside or outside the look-back, ended or not, told well or not."""
    item = f"neg_{dice.choice(_EVENTS)}"
    first = AS_OF - timedelta(days=dice.randrange(1800))
    answers[f"{item}_answer"] = dice.choice(("yes", "yes", "yes", "unknown"))
    if dice.random() < 0.9:
        answers[f"{item}_from"] = str(first)
    if dice.random() < 0.6:
        answers[f"{item}_to"] = str(first + timedelta(days=dice.randrange(500)))
    if dice.random() < 0.8:
        answers[f"{item}_detail"] = f"情况已处理完毕，文号{dice.randrange(1000)}"
    if dice.random() < 0.2:
        further = AS_OF - timedelta(days=dice.randrange(1800))
        answers["neg_more_events"] = [{"item": dice.choice(_EVENTS), "from": str(further), "detail": "另一次"}]
