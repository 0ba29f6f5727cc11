"""Each audit formula fires on a record made to break it, and is silent on the sample."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from core.domain.enums import Outcome, Severity
from core.forms.evaluation import FormState, evaluate
from tests.fixtures.packs import FORM_IDS, sample, shipped_pack
from tests.fixtures.sample_answers import AS_OF

TABLE = Path(__file__).parents[2] / "fixtures" / "audits" / "审核公式.csv"


def state_of(form_id: str, changes: dict[str, Any]) -> FormState:
    pack = shipped_pack()
    return evaluate(pack.form(form_id), sample(form_id) | changes, AS_OF, pack.parameters_at(AS_OF))


def cannot_be_broken() -> set[tuple[str, str]]:
    with (TABLE.parent / "例外.csv").open(encoding="utf-8-sig", newline="") as file:
        return {(row["编号"], form) for row in csv.DictReader(file) for form in row["表"].split(";")}


def breaking_records() -> list[tuple[str, str, str]]:
    with TABLE.open(encoding="utf-8-sig", newline="") as file:
        return [(row["编号"], form, row["改动的答案"]) for row in csv.DictReader(file) for form in row["表"].split(";")]


@pytest.mark.parametrize(("audit_id", "form_id", "changes"), breaking_records())
def test_it_fires_on_a_record_made_to_break_it(audit_id: str, form_id: str, changes: str) -> None:
    changed = json.loads(changes)
    state = state_of(form_id, changed)
    found = [f for f in state.findings if f.rule == audit_id]
    assert len(found) == 1, [f.rule for f in state.findings]
    audit = next(a for a in state.form.audits if a.id == audit_id)
    mandatory = audit.severity is Severity.MANDATORY
    assert found[0].severity is audit.severity
    assert found[0].outcome is (Outcome.UNKNOWN if mandatory else Outcome.NOT_MET)
    assert found[0].clause == audit.clause
    assert set(found[0].fields) == set(audit.fields)
    assert found[0].todo
    assert "{" not in found[0].message
    assert found[0].rows or "{rows}" not in audit.message


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_none_fires_on_the_sample(form_id: str) -> None:
    assert state_of(form_id, {}).findings == ()


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_every_audit_of_every_form_has_a_record_that_breaks_it(form_id: str) -> None:
    tried = {audit_id for audit_id, form, _ in breaking_records() if form == form_id}
    excused = {audit_id for audit_id, form in cannot_be_broken() if form == form_id}
    assert not tried & excused
    assert tried | excused == {audit.id for audit in shipped_pack().form(form_id).audits}


def test_the_four_forms_have_their_formulas() -> None:
    counts = {form_id: len(shipped_pack().form(form_id).audits) for form_id in FORM_IDS}
    assert counts == {"green-factory": 80, "green-supply-chain": 67, "green-park": 51, "annual-report": 74}


def test_rows_are_numbered_as_the_clerk_sees_them() -> None:
    rows = [{"energy_kind": "diesel", "energy_quantity": 1}, {}, {"energy_kind": "electricity_grid"},
            {"energy_kind": "diesel", "energy_quantity": 2}]
    found = next(f for f in state_of("green-factory", {"energy_items": rows}).findings if f.rule == "V106")
    assert found.rows == (1, 3)
    assert "第1、3行" in found.message


def test_only_the_failing_parts_are_named_and_come_first() -> None:
    changes = {"neg_abnormal_queried_on": "2026-10-01", "neg_dishonest_queried_on": "2026-10-01"}
    found = next(f for f in state_of("green-factory", changes).findings if f.rule == "V035")
    assert found.fields[:2] == ("neg_abnormal_queried_on", "neg_dishonest_queried_on")
    assert found.message.endswith("：“列入经营异常名录：查询（确认）日期”“失信被执行人：查询（确认）日期”。")
    assert "30天" in found.message


def test_a_formula_says_nothing_while_a_name_that_it_reads_is_blank() -> None:
    ids = {f.rule for f in state_of("green-factory", {"output_wan": "", "revenue_wan": ""}).findings}
    assert ids.isdisjoint({"V018", "V019", "V020", "V021", "V122"})
