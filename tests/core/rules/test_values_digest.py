"""An explanation is void when, and only when, a value that its rule reads changes (design §2)."""

from __future__ import annotations

from typing import Any

import pytest

from core.forms.definition import FormDefinition
from core.rules.registry import rules_for
from core.rules.verdict import check, reads, values_digest
from tests.fixtures.packs import FORM_IDS, sample, shipped_pack
from tests.fixtures.sample_answers import AS_OF


def digest(form_id: str, rule: str, changes: dict[str, Any]) -> str:
    return values_digest(check(shipped_pack(), form_id, sample(form_id) | changes, AS_OF).state, rule)


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("N1d", {"neg_other_answer": "yes"}),
        ("V038", {"production_status": "suspended"}),
        ("V025", {"evaluation_date": "2026-09-29"}),
        ("V018", {"employees": 427}),
        ("V107", {"energy_items": [{"energy_kind": "diesel", "energy_quantity": 1}]}),
        ("V111", {"energy_exported_tce": 5}),
        ("field:office", {"office": "别的街道"}),
        ("field:project_finished_on", {"projects": [{"project_name": "x"}]}),
    ],
)
def test_it_changes_with_a_value_that_the_rule_reads(rule: str, changes: dict[str, Any]) -> None:
    assert digest("green-factory", rule, changes) != digest("green-factory", rule, {})


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("N1d", {"unit_name": "别的名称"}),
        ("N1d", {"neg_other_from": "2025-01-01"}),  # not relevant while the answer is 无: the rule sees a blank
        ("V025", {"evaluation_score": 1}),
        ("V018", {"employees": "426 "}),
        ("V018", {"revenue_wan": "38,650.40"}),
        ("V107", {"products": []}),
        ("field:office", {"registered_address": "天津市"}),
    ],
)
def test_it_stays_with_any_other_change(rule: str, changes: dict[str, Any]) -> None:
    assert digest("green-factory", rule, changes) == digest("green-factory", rule, {})


def test_one_event_more_voids_the_explanation_of_other_cases() -> None:
    told = {"neg_other_answer": "yes", "neg_other_from": "2025-01-01", "neg_other_detail": "搬迁"}
    more = told | {"neg_more_events": [{"item": "other", "from": "2024-01-01"}]}
    reworded = told | {"neg_other_detail": "停电"}
    assert len({digest("green-park", "N1d", changes) for changes in (told, more, reworded)}) == 3


def _tops(form: FormDefinition, names: frozenset[str] | tuple[str, ...]) -> set[str]:
    return {form.by_name[n].repeat or n for n in names if n in form.by_name}


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_what_an_audit_says_it_reads_is_what_its_formula_reads(form_id: str) -> None:
    form = shipped_pack().form(form_id)
    for audit in form.audits:
        assert _tops(form, audit.formula.names) <= _tops(form, audit.fields), audit.id
        assert reads(form, audit.id) == audit.fields


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_every_id_that_a_finding_can_have_is_known(form_id: str) -> None:
    form = shipped_pack().form(form_id)
    for rule in rules_for(form_id):
        assert reads(form, rule.id)
    for field in form.walk():
        assert reads(form, f"field:{field.name}")[0] == field.name
    assert reads(form, "field:no_such") == reads(form, "X9") == reads(form, "unit_name") == ()
