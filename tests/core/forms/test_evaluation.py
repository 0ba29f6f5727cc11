"""Relevance, calculations, the empty rule, constraints: what a filled form comes to."""

from __future__ import annotations

import csv
from datetime import date
from typing import Any

import pytest

from core.domain.enums import Outcome, Severity
from core.domain.finding import Finding
from core.forms.evaluation import FormState, evaluate
from tests.fixtures.packs import FORM_IDS, PACK_FOLDER, sample, shipped_pack
from tests.fixtures.sample_answers import AS_OF


def state_of(form_id: str, answers: dict[str, Any], as_of: date = AS_OF) -> FormState:
    pack = shipped_pack()
    return evaluate(pack.form(form_id), answers, as_of, pack.parameters_at(as_of))


def finding(state: FormState, rule: str) -> Finding | None:
    return next((f for f in state.findings if f.rule == rule), None)


def test_an_answer_that_is_not_relevant_is_blank_to_formulas_and_stays_stored() -> None:
    state = state_of("green-factory", {"legal_status": "legal_person", "parent_name": "某公司",
    "parent_credit_code": "x"})
    assert state.values["parent_name"] is None
    assert state.answers["parent_name"] == "某公司"
    assert {"parent_name", "parent_credit_code"} <= state.irrelevant
    assert finding(state, "field:parent_credit_code") is None


def test_relevance_follows_relevance() -> None:
    answers = {"supplier_plan": "no", "plan_suppliers": [{"plan_supplier_code": "坏"}], "supplier_plan_title": "x"}
    state = state_of("green-supply-chain", answers)
    assert state.rows("plan_suppliers") == ()
    assert state.values["plan_suppliers"] == ()
    assert finding(state, "field:plan_supplier_code") is None
    assert finding(state, "field:supplier_plan_title") is None


def test_a_column_is_relevant_row_by_row() -> None:
    rows = [{"cert_kind": "quality", "cert_state": "building", "cert_number": "Q1"},
            {"cert_kind": "energy", "cert_state": "certified", "cert_number": "E1"}]
    state = state_of("green-factory", {"certificates": rows})
    assert [row["cert_number"] for row in state.rows("certificates")] == [None, "E1"]
    assert "certificates[1].cert_number" in state.irrelevant
    assert "certificates[2].cert_number" not in state.irrelevant


def test_required_holds_only_while_relevant() -> None:
    blank = {"supplier_plan_title": "", "supplier_plan_date": ""}
    answers = sample("green-supply-chain") | blank
    assert finding(state_of("green-supply-chain", answers), "field:supplier_plan_title") is not None
    answers["supplier_plan"] = "no"
    assert finding(state_of("green-supply-chain", answers), "field:supplier_plan_title") is None


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_an_empty_form_asks_for_each_required_field_that_is_relevant(form_id: str) -> None:
    state = state_of(form_id, {})
    asked = {f.rule for f in state.findings if f.severity is Severity.MANDATORY}
    assert asked == {
        f"field:{f.name}" for f in state.form.fields if f.required and f.name not in state.irrelevant
    }
    assert all(f.outcome is Outcome.UNKNOWN for f in state.findings if f.severity is Severity.MANDATORY)


def test_calculations_wait_for_those_that_they_read() -> None:
    state = state_of("green-factory", sample("green-factory"))
    values = state.values
    total = 862.5 * 1.229 + 120 * 1.229 + 215.3 * 1.229 + 58.6 * 12.9 + 12.4 * 1.4571
    assert values["energy_total_tce"] == pytest.approx(total)
    assert values["energy_per_output_kgce"] == pytest.approx(total * 1000 / 39820)
    assert values["renewable_tce"] == pytest.approx((120 + 215.3) * 1.229)
    assert values["renewable_pct"] == pytest.approx((120 + 215.3) * 1.229 / total * 100)
    assert values["plot_ratio"] == pytest.approx(52400 / 66670)
    assert values["water_reuse_pct"] == pytest.approx(182000 / 230600 * 100)
    assert values["scale_class"] == "medium"
    assert values["above_scale"] == "yes"
    assert values["industry_name"] == "泵及真空设备制造"
    assert values["projects_done_3y"] == 1.0
    assert values["projects_invest_3y_wan"] == 780.0


@pytest.mark.parametrize(("employees", "revenue", "scale"), [
    (1000, 40000, "large"), (999, 40000, "medium"), (1000, 39999.9, "medium"), (300, 2000, "medium"),
    (299, 2000, "small"), (20, 300, "small"), (19, 300, "micro"), (20, 299, "micro"), (0, 0, "micro"),
])
def test_scale_classes_of_the_statistics_bureau(employees: float, revenue: float, scale: str) -> None:
    state = state_of("green-factory", {"employees": employees, "revenue_wan": revenue})
    assert state.values["scale_class"] == scale


def _coefficients() -> list[tuple[str, str]]:
    with (PACK_FOLDER / "lists" / "energy.csv").open(encoding="utf-8-sig", newline="") as file:
        return [(row["name"], row["value"]) for row in csv.DictReader(file) if row["list"] == "energy_kind"]


@pytest.mark.parametrize(("kind", "coefficient"), _coefficients())
def test_energy_is_converted_with_the_coefficients_of_gb_t_2589(kind: str, coefficient: str) -> None:
    state = state_of("green-factory", {"energy_items": [{"energy_kind": kind, "energy_quantity": 200}]})
    row = state.rows("energy_items")[0]
    expected = float(coefficient) * 200 if coefficient else None
    assert row["energy_tce"] == (pytest.approx(expected) if expected is not None else None)
    measured = state_of("green-factory", {"energy_items": [
        {"energy_kind": kind, "energy_quantity": 200, "energy_factor": 0.5}]})
    assert measured.rows("energy_items")[0]["energy_tce"] == 100.0


def test_exported_energy_is_taken_off_and_an_empty_table_has_no_total() -> None:
    items = [{"energy_kind": "raw_coal", "energy_quantity": 100}]
    assert state_of("green-factory", {"energy_items": items, "energy_exported_tce": 21.43}).values[
        "energy_total_tce"] == pytest.approx(50)
    assert state_of("green-factory", {}).values["energy_total_tce"] is None


def test_gsci_total_is_the_sum_of_the_scores_given() -> None:
    answers = sample("green-supply-chain")
    total = sum(row["gsci_score"] for row in answers["gsci_items"])
    assert state_of("green-supply-chain", answers).values["gsci_total"] == pytest.approx(total)
    assert state_of("green-supply-chain", {}).values["gsci_total"] is None
    rows = state_of("green-supply-chain", {}).rows("gsci_items")
    assert sum(float(str(row["gsci_max"])) for row in rows) == 100.0


def _green_index(answers: list[dict[str, Any]]) -> object:
    return state_of("green-park", {"park_indicators": answers}).values["green_index"]


def test_green_index_is_the_mean_of_24_ratios() -> None:
    lead = {c.name: c.value for c in shipped_pack().lists["park_indicator"].choices}
    at_lead = [{"indicator": name, "indicator_y3": value} for name, value in lead.items()]
    assert _green_index(at_lead) == pytest.approx(100)
    optional = ("P08", "P09", "P13", "P15", "P19", "P26", "P27")
    assert _green_index([r for r in at_lead if r["indicator"] not in optional]) == pytest.approx(100)
    assert _green_index([r for r in at_lead if r["indicator"] != "P01"]) is None
    assert _green_index([r for r in at_lead if r["indicator"] not in ("P13", "P14")]) is None
    assert _green_index([]) is None
    half = (lead["P23"] or 0.0) / 2
    better = [{**r, "indicator_y3": half} if r["indicator"] == "P23" else r for r in at_lead]
    assert _green_index(better) == pytest.approx(100 + 100 / 24), "a reverse indicator counts the other way round"


def test_a_blank_operand_gives_a_blank_result_not_an_error() -> None:
    values = state_of("green-factory", {"land_area_m2": 100}).values
    assert values["plot_ratio"] is None
    assert state_of("green-factory", {"land_area_m2": 0, "floor_area_m2": 5}).values["plot_ratio"] is None


def test_a_mandatory_constraint_makes_a_value_unusable_and_a_verify_one_does_not() -> None:
    state = state_of("green-factory", {"employees": -1, "office": "外区街道", "established_on": "2026-11-24"})
    assert not state.is_usable("employees")
    assert not state.is_usable("established_on")
    assert state.is_usable("office")
    broken = finding(state, "field:established_on")
    assert broken is not None
    assert (broken.outcome, broken.severity) == (Outcome.UNKNOWN, Severity.MANDATORY)
    kept = finding(state, "field:office")
    assert kept is not None
    assert (kept.outcome, kept.severity) == (Outcome.NOT_MET, Severity.VERIFY)


def test_findings_in_a_table_name_its_rows() -> None:
    rows = [{"product_name": "a", "product_output": -1}, {"product_name": "b", "product_output": "多"},
            {"product_name": "c", "product_capacity": -1}, {"product_name": "d", "product_capacity": -2}]
    state = state_of("green-factory", {"products": rows})
    wrong, broken, many = (
        finding(state, f"field:{name}") for name in ("product_output", "product_capacity", "products")
    )
    assert wrong is not None
    assert wrong.rows == (2,)
    assert "“主要产品及产能”第2行" in wrong.message
    assert broken is not None
    assert broken.rows == (3, 4)
    assert not state.is_usable("products[4].product_capacity")
    assert many is not None
    assert "最多填3行" in many.message


def test_a_name_that_the_form_does_not_have_is_only_a_hint() -> None:
    found = finding(state_of("green-factory", {"emplyees": 5}), "field:emplyees")
    assert found is not None
    assert found.severity is Severity.HINT
    assert "emplyees" in found.message


def test_a_hostile_name_is_shortened_and_cleaned() -> None:
    messages = "".join(f.message for f in state_of("green-factory", {"x\x1b" * 500: 5}).findings)
    assert f"“{'x' * 60}”" in messages
    assert "\x1b" not in messages


def test_a_readers_problem_stands_in_the_findings() -> None:
    pack = shipped_pack()
    state = evaluate(
        pack.form("green-factory"), {}, AS_OF, pack.parameters_at(AS_OF),
        problems={"employees": "单元格是公式，没有结果"}
    )
    found = finding(state, "field:employees")
    assert found is not None
    assert found.message == "单元格是公式，没有结果。"
    assert not state.is_usable("employees")


def test_a_wrong_code_is_named_also_inside_a_table() -> None:
    rows = [{"plan_unit_name": "甲", "plan_unit_code": "91120115PDY000036Y"},
            {"plan_unit_name": "乙", "plan_unit_code": "914403001922038000"}]
    found = finding(state_of("green-park", {"plan_units": rows}), "field:plan_unit_code")
    assert found is not None
    assert found.rows == (2,)
    assert "Excel" in found.message


def test_evaluating_leaves_the_answers_as_they_were() -> None:
    answers = sample("green-park")
    state_of("green-park", answers)
    assert answers == sample("green-park")
