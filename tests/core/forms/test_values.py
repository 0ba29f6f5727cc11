"""Answers as people write them: what is stored, what formulas see, what is kept although it is wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.forms.definition import Choice, ChoiceList, Field, FieldType
from core.forms.expressions import compile_expression
from core.forms.values import clean_text, display, format_number, parse, parse_form
from tests.fixtures.packs import FORM_IDS, sample, shipped_pack

YES_NO = ChoiceList("yes_no", (Choice("yes", "是"), Choice("no", "否")))
GROUNDS = ChoiceList("ground", (Choice("a", "能效（水效）领跑者"), Choice("b", "专精特新企业"), Choice("c",
"甲、乙两类")))


def field(kind: FieldType, **more: Any) -> Field:
    return Field("x", "栏目", kind, "", 2, **more)


TEXT, NUMBER, WHOLE = field(FieldType.TEXT), field(FieldType.DECIMAL, unit="万元"), field(FieldType.INTEGER)
DAY, YES = field(FieldType.DATE), field(FieldType.YES_NO, choices=YES_NO)
ONE, SEVERAL = field(FieldType.SELECT_ONE, choices=GROUNDS), field(FieldType.SELECT_MULTIPLE, choices=GROUNDS)
CODE = field(FieldType.TEXT, constraint=compile_expression("credit_code_valid(x)"))
OPEN = field(FieldType.SELECT_ONE, choices=GROUNDS, constraint=compile_expression("in_list('ground', x)"))


@pytest.mark.parametrize("written", [
    "2026-03-01", "2026-3-1", "2026年3月1日", "2026.3.1", "2026/3/1", "２０２６年３月１日", "２０２６－０３－０１",
    " 2026-03-01 ", "20260301",
    "2026-03-01 00:00:00", "2026-03-01T00:00:00", "2026 年 3 月 1 日", date(2026, 3, 1),
    datetime(2026, 3, 1, 8, 30, tzinfo=UTC), 46082, 46082.0, 20260301,
])
def test_dates_as_people_write_them(written: object) -> None:
    parsed = parse(DAY, written)
    assert (parsed.stored, parsed.value, parsed.problem) == ("2026-03-01", date(2026, 3, 1), "")


@pytest.mark.parametrize("written", [
    "2026-02-30", "2025-02-29", "2026-13-01", "2026年3月", "3月1日", "去年", "2026-03", "26-3-1", "2026-03-01至今",
    "1899-12-31", "2201-01-01", date(1800, 1, 1), date(2300, 1, 1), 5, 46082.5, True, "46082", "2026-03-01 08:30:00",
])
def test_wrong_dates_are_kept_as_given(written: object) -> None:
    parsed = parse(DAY, written)
    assert parsed.value is None
    assert parsed.stored == clean_text(written)
    assert "栏目" in parsed.problem
    assert "2026-03-01" in parsed.problem


@pytest.mark.parametrize("written", ["2026-02-30", "2026年13月1日", "20250229"])
def test_a_day_that_does_not_exist_is_told_as_such(written: str) -> None:
    assert f"“{written}”没有这一天" in parse(DAY, written).problem
    assert "没有这一天" not in parse(DAY, "1026-03-01").problem


@pytest.mark.parametrize(("written", "number"), [
    ("1234.5", 1234.5), ("1,234.5", 1234.5), ("1,234,567", 1234567), ("１２３４．５", 1234.5), ("１，２３４．５",
    1234.5),
    (" 12 ", 12), ("+3", 3), ("-3", -3), ("−3", -3), ("1e3", 1000), (".5", 0.5), ("5.", 5), ("1 234", 1234), (7, 7),
    (7.25, 7.25), (-0.0, 0), ("0", 0),
])
def test_numbers_as_people_write_them(written: object, number: float) -> None:
    parsed = parse(NUMBER, written)
    assert (parsed.stored, parsed.value, parsed.problem) == (number, float(number), "")
    assert isinstance(parsed.value, float)


@pytest.mark.parametrize("written", [
    "约3000", "3000万元", "1,23,4", "12,34", "一百", "1.2.3", "--3", "nan", "inf", float("nan"), float("inf"), True,
    "1e999",
    1e15, 10**400, "9" * 5000, date(2026, 1, 1),
])
def test_wrong_numbers_are_kept_and_named(written: object) -> None:
    parsed = parse(NUMBER, written)
    assert parsed.value is None
    assert isinstance(parsed.stored, str)
    assert parsed.stored
    assert "栏目" in parsed.problem


def test_a_number_with_its_unit_is_told_that_the_unit_is_printed() -> None:
    assert "只填数字" in parse(NUMBER, "3000万元").problem


def test_whole_numbers_stay_whole() -> None:
    assert parse(WHOLE, "12.0").stored == 12
    assert parse(WHOLE, 12.0).stored == 12
    assert "整数" in parse(WHOLE, "12.5").problem
    assert parse(WHOLE, "12.5").stored == "12.5"


@pytest.mark.parametrize(("written", "name"), [
    ("yes", "yes"), ("是", "yes"), (True, "yes"), ("TRUE", "yes"), ("√", "yes"), ("no", "no"), ("否", "no"), (False,
    "no"),
    ("×", "no"), (" 是 ", "yes"), ("ＹＥＳ", "yes"),
])
def test_yes_and_no(written: object, name: str) -> None:
    assert parse(YES, written).stored == name


def test_a_choice_is_taken_by_name_or_label_and_a_strange_one_is_kept() -> None:
    assert parse(ONE, "能效(水效)领跑者").stored == "a"
    assert parse(ONE, "b").stored == "b"
    strange = parse(ONE, "先进单位")
    assert (strange.stored, strange.value) == ("先进单位", None)
    assert "先进单位" in strange.problem
    assert parse(OPEN, "外区街道").value == "外区街道"
    assert parse(OPEN, "专精特新企业").stored == "b"


@pytest.mark.parametrize("written", [
    ["b", "a"], ["专精特新企业", "能效（水效）领跑者", "b"], "能效（水效）领跑者；专精特新企业", "b,a", "a b",
    "专精特新企业、a", "a\nb", ("a", "b"),
])
def test_several_choices_are_stored_in_printed_order(written: object) -> None:
    assert parse(SEVERAL, written).stored == ["a", "b"]
    assert parse(SEVERAL, written).value == ("a", "b")


def test_a_label_with_a_separator_in_it_is_one_choice() -> None:
    assert parse(SEVERAL, "甲、乙两类").stored == ["c"]


def test_one_strange_choice_among_several_spoils_none_of_the_text() -> None:
    parsed = parse(SEVERAL, ["a", "先进单位"])
    assert parsed.stored == "a；先进单位"
    assert parsed.value is None
    assert "“先进单位”" in parsed.problem


@pytest.mark.parametrize("blank", [None, "", " ", "\t\n", "\u3000", [], "\x00", "\x00 \x1f"])
def test_blank_is_blank_for_every_type(blank: object) -> None:
    for kind in (TEXT, NUMBER, WHOLE, DAY, YES, ONE, SEVERAL, CODE, OPEN):
        parsed = parse(kind, blank)
        assert (parsed.stored, parsed.value, parsed.problem) == (None, None, "")


def test_text_loses_what_no_file_can_hold_and_keeps_the_rest() -> None:
    assert parse(TEXT, " 甲\x00乙\x0b\r\n丙\ud800𠮷 ").stored == "甲乙\n丙𠮷"
    assert parse(TEXT, 2831).stored == parse(TEXT, 2831.0).stored == "2831"
    assert parse(TEXT, "２８３１").stored == "2831"
    assert parse(TEXT, "第２车间").stored == "第２车间"
    assert parse(TEXT, "０２２－２９２４００１６").stored == "022-29240016"


def test_an_excel_error_value_is_not_taken_for_text() -> None:
    assert "Excel" in parse(TEXT, "#REF!").problem


def test_a_credit_code_is_normalised() -> None:
    assert parse(CODE, " ９１１２０１１５pdy-00001 x4 ").stored == "91120115PDY00001X4"


FIELDS = st.sampled_from([TEXT, NUMBER, WHOLE, DAY, YES, ONE, SEVERAL, CODE, OPEN])
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.dates(), st.datetimes(),
    st.text(alphabet="0123456789.,-年月日/ ０１２eE+万"), st.sampled_from(["a", "能效（水效）领跑者", "是", "#N/A",
    "a；b"]),
)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=8,
)


@settings(max_examples=400, deadline=None)
@given(FIELDS, ANYTHING)
@example(SEVERAL, [";"])
@example(SEVERAL, ["A", ","])
@example(SEVERAL, ["a;b"])
@example(NUMBER, [[]])
@example(SEVERAL, [[], []])
def test_parsing_never_fails_and_what_is_stored_reads_the_same_again(kind: Field, raw: object) -> None:
    once = parse(kind, raw)
    again = parse(kind, once.stored)
    assert (again.stored, again.value, bool(again.problem)) == (once.stored, once.value, bool(once.problem))
    assert once.problem == "" or once.stored not in (None, "")


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_a_whole_form_is_stored_as_it_reads(form_id: str) -> None:
    fields = shipped_pack().form(form_id).fields
    once = parse_form(fields, sample(form_id))
    again = parse_form(fields, dict(once.stored))
    assert (again.stored, again.values, again.wrong, again.unknown) == (once.stored, once.values, {}, ())


def test_rows_of_a_table() -> None:
    fields = shipped_pack().form("green-factory").fields
    raw = {"products": [{}, {"product_name": "泵", "product_output": "很多"}, "不是一行", {"product_name": " "}]}
    parsed = parse_form(fields, raw)
    assert parsed.stored["products"] == [{"product_name": "泵", "product_output": "很多"}]
    assert set(parsed.wrong) == {"products", "products[1].product_output"}
    assert "1行" in parsed.wrong["products"]


def test_a_fixed_table_always_has_all_its_rows_and_stores_those_with_an_answer() -> None:
    fields = shipped_pack().form("green-supply-chain").fields
    raw = {"gsci_items": [{"gsci_item": "设置专门管理机构", "gsci_score": "6"}, {"gsci_item": "X11"}]}
    parsed = parse_form(fields, raw)
    rows = parsed.values["gsci_items"]
    assert isinstance(rows, tuple)
    assert len(rows) == 20
    assert parsed.stored["gsci_items"] == [{"gsci_item": "X13", "gsci_score": 6}]
    assert parsed.wrong == {}


def test_rows_that_a_fixed_table_does_not_know_are_told() -> None:
    fields = shipped_pack().form("green-supply-chain").fields
    rows = [{"gsci_item": "X99", "gsci_score": 1}, {"gsci_score": 2}, {"gsci_item": "X11", "gsci_score": 3},
            {"gsci_item": "X11", "gsci_score": 4}]
    parsed = parse_form(fields, {"gsci_items": rows})
    assert "3行" in parsed.wrong["gsci_items"]
    assert parsed.stored["gsci_items"] == [{"gsci_item": "X11", "gsci_score": 3}]


def test_a_column_that_a_table_does_not_have_is_listed() -> None:
    parsed = parse_form(shipped_pack().form("green-factory").fields, {"products": [{"produkt": "泵"}], "emplyees": 1})
    assert parsed.unknown == ("emplyees", "products.produkt")


def test_text_in_place_of_a_table_is_kept_and_told() -> None:
    parsed = parse_form(shipped_pack().form("green-factory").fields, {"products": "见附页"})
    assert parsed.stored["products"] == "见附页"
    assert "逐行" in parsed.wrong["products"]


def test_calculated_answers_are_never_taken_from_outside() -> None:
    parsed = parse_form(shipped_pack().form("green-factory").fields, {"plot_ratio": 99, "scale_class": "large"})
    assert parsed.stored == {}
    assert parsed.values["plot_ratio"] is None
    assert parsed.unknown == ()


@pytest.mark.parametrize(("number", "text"), [
    (12.0, "12"), (12.5, "12.5"), (0.123456, "0.1235"), (-0.00001, "0"), (1234567.0, "1234567"), (1.10, "1.1"),
])
def test_numbers_print_as_people_write_them(number: float, text: str) -> None:
    assert format_number(number) == text


def test_values_print_as_on_paper() -> None:
    assert display(DAY, date(2026, 3, 1)) == "2026年3月1日"
    assert display(SEVERAL, ("a", "b")) == "能效（水效）领跑者；专精特新企业"
    assert display(ONE, "b") == "专精特新企业"
    assert display(OPEN, "外区街道") == "外区街道"
    assert display(NUMBER, None) == display(field(FieldType.REPEAT), ({"a": 1.0},)) == ""
