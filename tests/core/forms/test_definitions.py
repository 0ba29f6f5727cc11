"""The four shipped forms: sizes, required fields, places on paper."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from core.forms.definition import Choice, ChoiceList, Field, FieldType, FormDefinition, PlaceKind
from tests.fixtures.packs import FORM_IDS, shipped_pack

NEGATIVE = [
    "deregistered", "suspended", "abnormal", "other", "violation", "delisted", "inspection", "energy_rectification",
    "dishonest",
]
COMMON = [
    "unit_name", "credit_code", "office", "registered_address", "production_address", "legal_representative",
    "contact_name", "contact_phone", "contact_email", "legal_status", "production_status", "established_on",
    "industry_code", "main_products", "employees", "revenue_wan", "output_wan", "land_area_m2", "standard_applied",
    "evaluation_basis", "meets_standard", "evaluation_date", "priority_grounds", "commitment",
]
CHAIN = [
    "chain_leader_influence", "chain_leader_strength", "chain_leader_complete_chain", "chain_leader_foundation",
    "chain_leader_leading_role", "supplier_plan", "supplier_plan_title", "supplier_plan_date", "suppliers_total",
    "suppliers_green_factories",
]
PARK = ["boundary_document", "managing_body", "main_function", "factory_plan_published_on"]
NAMED = {*COMMON, *CHAIN, *PARK, *(f"neg_{item}_answer" for item in NEGATIVE)}
NEVER_REQUIRED = {"priority_grounds", "contact_email", "standard_title"}
CHOICES = {
    "legal_status": ["legal_person", "independent_accounting", "other"],
    "production_status": ["producing", "suspended", "closed"], "evaluation_basis": ["self", "third_party"],
    "meets_standard": ["yes", "no"], "commitment": ["yes", "no"], "supplier_plan": ["yes", "no"],
    **{f"neg_{item}_answer": ["no", "yes", "unknown"] for item in NEGATIVE},
}


def form(form_id: str) -> FormDefinition:
    return shipped_pack().form(form_id)


def test_the_forms_have_the_fields_that_they_should() -> None:
    shape = {}
    for form_id in FORM_IDS:
        kinds = Counter(f.type for f in form(form_id).walk())
        answers = kinds.total() - kinds[FieldType.NOTE] - kinds[FieldType.REPEAT]
        shape[form_id] = (answers, kinds[FieldType.REPEAT])
    assert shape == {
        "green-factory": (196, 6), "green-supply-chain": (184, 4), "green-park": (156, 3), "annual-report": (174, 6),
    }


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_required_are_exactly_the_names_of_the_design_that_the_form_has(form_id: str) -> None:
    required = {f.name for f in form(form_id).walk() if f.required}
    # R1 and R3 cannot tell without these (design §7).
    of_report = {"unit_kind", "data_year", "has_incidents"} if form_id == "annual-report" else set()
    assert required == (NAMED - NEVER_REQUIRED) & {f.name for f in form(form_id).fields} | of_report


def test_every_name_of_the_design_is_in_a_form_that_it_belongs_to() -> None:
    names = {form_id: set(form(form_id).by_name) for form_id in FORM_IDS}
    assert set(COMMON) <= names["green-factory"]
    assert set(COMMON) - {"land_area_m2"} <= names["green-supply-chain"]
    assert set(CHAIN) <= names["green-supply-chain"]
    assert set(PARK) <= names["green-park"]
    parts = ("answer", "from", "to", "detail", "source", "queried_on", "evidence")
    for form_id in FORM_IDS:
        assert {f"neg_{item}_{part}" for item in NEGATIVE for part in parts} <= names[form_id]
        assert [c.name for c in form(form_id).by_name["neg_more_events"].columns] == ["item", "from", "to", "detail"]
        assert "standard_title" in names[form_id]


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_choices_are_those_of_the_design(form_id: str) -> None:
    for name, expected in CHOICES.items():
        field = form(form_id).by_name.get(name)
        if field is not None:
            assert field.choices is not None
            assert list(field.choices.by_name) == expected


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_what_a_mandatory_rule_needs_is_never_a_file_or_a_table(form_id: str) -> None:
    assert all(
        f.type not in (FieldType.FILE, FieldType.REPEAT, FieldType.NOTE, FieldType.CALCULATE)
        for f in form(form_id).fields if f.required
    )
    assert not any(column.required for f in form(form_id).fields for column in f.columns)


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_units_are_those_of_the_design(form_id: str) -> None:
    for field in form(form_id).walk():
        for suffix, unit in (("_wan", "万元"), ("_m2", "m²"), ("_m3", "m³"), ("_km2", "km²"), ("_pct", "%")):
            if field.name.endswith(suffix) and not (suffix == "_m2" and field.name.endswith("_km2")):
                assert field.unit == unit or field.repeat or field.type is FieldType.CALCULATE, field.name


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_every_mandatory_constraint_has_a_sentence(form_id: str) -> None:
    for field in form(form_id).walk():
        assert bool(field.constraint) == bool(field.message), field.name
        assert field.message.endswith("。") or not field.message
    for audit in form(form_id).audits:
        assert audit.message.endswith("。")
        assert re.fullmatch(r"V\d{3}", audit.id)


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_no_two_cells_share_a_place_on_paper(form_id: str) -> None:
    taken: Counter[tuple[str, int, int]] = Counter()
    for field in form(form_id).fields:
        if field.place.kind is PlaceKind.GRID:
            taken.update((field.section, field.place.row, c) for c in range(field.place.first, field.place.last + 1))
        if field.place.kind is PlaceKind.MATRIX:
            taken[field.section + "表", field.place.row, field.place.first] += 1
    assert [place for place, times in taken.items() if times > 1] == []
    for repeat in form(form_id).fields:
        printed = [c.place.first for c in repeat.columns if c.place.kind is PlaceKind.COLUMN]
        assert printed == list(range(1, len(printed) + 1))


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_a_choice_can_be_told_from_any_other_of_its_list(form_id: str) -> None:
    def folded(text: str) -> str:
        return re.sub(r"\s+", "", text).casefold()

    for field in form(form_id).walk():
        if field.choices is not None and field.type is not FieldType.CALCULATE:
            words = Counter(w for c in field.choices.choices for w in {folded(c.name), folded(c.label)})
            assert [w for w, n in words.items() if n > 1] == [], field.name


def test_limits_are_read_from_constraints() -> None:
    factory = form("green-factory")
    assert factory.by_name["unit_profile"].max_length == 300
    assert factory.by_name["unit_name"].max_length == 120
    assert factory.by_name["employees"].max_length is None
    assert factory.by_name["products"].max_rows == 3
    assert form("green-supply-chain").by_name["gsci_items"].max_rows == 20
    assert factory.by_name["credit_code"].is_code
    assert factory.by_name["evaluator_credit_code"].is_code
    assert not factory.by_name["office"].is_code
    assert factory.by_name["office"].is_open_choice
    assert not factory.by_name["legal_status"].is_open_choice


def test_only_a_fixed_table_has_a_key_column() -> None:
    assert form("green-park").by_name["park_indicators"].key_column.name == "indicator"
    with pytest.raises(LookupError):
        _ = form("green-factory").by_name["products"].key_column


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_order_puts_each_field_after_those_that_it_reads(form_id: str) -> None:
    definition = form(form_id)
    assert set(definition.order) == {f.name for f in definition.fields if f.type is not FieldType.NOTE}
    place = {name: n for n, name in enumerate(definition.order)}

    def top(name: str) -> str:
        return definition.by_name[name].repeat or name

    for field in definition.fields:
        for part in (field, *field.columns):
            for formula in (part.relevant, part.calculation):
                for name in formula.names if formula else ():
                    assert top(name) == field.name or place[top(name)] < place[field.name], (field.name, name)


def test_the_list_of_all_standards_is_that_of_the_three_forms_together() -> None:
    lists = shipped_pack().lists
    together = {
        choice.name: choice
        for name in ("standard_factory", "standard_supply_chain", "standard_park") for choice in lists[name].choices
    }
    assert dict(lists["standard_all"].by_name) == together


def test_labels_and_validity() -> None:
    choices = ChoiceList("x", (Choice("a", "甲"),))
    assert (choices.label_of("a"), choices.label_of("b"), list(choices.by_label)) == ("甲", "b", ["甲"])
    assert form("green-park").label_of("unit_name") == form("green-park").by_name["unit_name"].label
    assert form("green-park").label_of("nothing") == "nothing"
    assert form("green-park").sections[0] == ""
    assert [f.name for f in form("green-park").in_section("")] == ["batch", "filled_on"]
    assert Field("x", "x", FieldType.REPEAT, "", 2).max_rows == 10
