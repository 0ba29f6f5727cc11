"""Whatever is given, a check ends with a verdict whose every sentence is whole."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.enums import Eligibility, Outcome, Severity
from core.rules.registry import all_rules, rules_for
from core.rules.verdict import Checked, check, values_digest
from tests.fixtures.any_answers import JUNK, any_answers, plausible_answers
from tests.fixtures.packs import FORM_IDS, sample, shipped_pack
from tests.fixtures.sample_answers import AS_OF

SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
KEYS_OF = {rule.id: {shipped_pack().rule_texts[rule.id].sentences[k] for k in rule.keys} for rule in all_rules()}


def checked(form_id: str, answers: dict[str, Any]) -> Checked:
    return check(shipped_pack(), form_id, answers, AS_OF)


def assert_sound(result: Checked) -> None:
    verdict = result.verdict
    mandatory = [f.outcome for f in verdict.findings if f.severity is Severity.MANDATORY]
    expected = (
        Eligibility.NOT_ELIGIBLE if Outcome.NOT_MET in mandatory
        else Eligibility.INCOMPLETE if Outcome.UNKNOWN in mandatory else Eligibility.ELIGIBLE
    )
    assert verdict.eligibility is expected
    rules = {r.id for r in rules_for(verdict.form)}
    for finding in verdict.findings:
        assert finding.message
        assert finding.rule in rules or finding.outcome is not Outcome.MET
        assert finding.todo or finding.outcome is Outcome.MET or finding.severity is Severity.HINT
        assert all(name in result.state.form.by_name for name in finding.fields)
        if finding.rule not in rules and finding.severity is Severity.MANDATORY:
            assert finding.outcome is Outcome.UNKNOWN
        values_digest(result.state, finding.rule)


@pytest.mark.parametrize("form_id", FORM_IDS)
@SETTINGS
@given(data=st.data())
def test_nonsense_on_an_empty_form(form_id: str, data: st.DataObject) -> None:
    assert_sound(checked(form_id, data.draw(any_answers(shipped_pack().form(form_id)))))


@pytest.mark.parametrize("form_id", FORM_IDS)
@SETTINGS
@given(data=st.data())
def test_nonsense_on_a_full_form(form_id: str, data: st.DataObject) -> None:
    assert_sound(checked(form_id, sample(form_id) | data.draw(any_answers(shipped_pack().form(form_id)))))


@SETTINGS
@given(answers=st.dictionaries(st.text(max_size=8), JUNK, max_size=6))
def test_nonsense_names(answers: dict[str, Any]) -> None:
    result = checked("green-factory", answers)
    assert_sound(result)
    assert result.state.answers == {} or set(result.state.answers) <= set(result.state.form.by_name)


@pytest.mark.parametrize("form_id", FORM_IDS)
@SETTINGS
@given(data=st.data())
def test_no_slot_of_a_sentence_is_left_open(form_id: str, data: st.DataObject) -> None:
    answers = data.draw(st.booleans().map(lambda full: sample(form_id) if full else {}))
    answers |= data.draw(plausible_answers(shipped_pack().form(form_id)))
    for finding in checked(form_id, answers).verdict.findings:
        assert "{" not in finding.message + finding.todo, finding


@pytest.mark.parametrize("form_id", FORM_IDS)
@SETTINGS
@given(data=st.data())
def test_stored_answers_give_the_same_verdict_again(form_id: str, data: st.DataObject) -> None:
    once = checked(form_id, data.draw(plausible_answers(shipped_pack().form(form_id))))
    again = checked(form_id, dict(once.state.answers))
    assert again.verdict == once.verdict


def test_every_sentence_key_is_one_that_the_rule_declares() -> None:
    """The declared keys are complete: `Rule.run` of the engine fails on any other, as the fuzz above would show."""
    for rule in all_rules():
        assert len(KEYS_OF[rule.id]) == len(rule.keys), "two outcomes read the same"
