"""Many forms at once: the verdicts of one after the other, in order, with or without helper processes."""

from __future__ import annotations

import json
import pickle
from datetime import date
from pathlib import Path

import pytest

from benchmarks.filled_forms import filled_forms
from core.domain.errors import NotFoundError
from core.forms.expressions import compile_expression
from core.rules.verdict import check
from core.services.checking import CheckRequest, check_files, check_many
from tests.fixtures.packs import FORM_IDS, sample, shipped_pack
from tests.fixtures.sample_answers import AS_OF


def requests(count: int) -> list[CheckRequest]:
    made = [
        CheckRequest(form_id, answers, AS_OF)
        for form_id in FORM_IDS for answers in filled_forms(shipped_pack(), form_id, count)
    ]
    told = CheckRequest(
        "green-factory", sample("green-factory") | {"office": "外区街道"}, AS_OF, {"field:office": "在本区生产"},
        {"evaluation_score": "读不出来"},
    )
    return [told, *made]


def test_verdicts_are_those_of_one_after_the_other() -> None:
    given = requests(3)
    one_by_one = [
        check(shipped_pack(), r.form, r.answers, r.as_of, explanations=r.explanations, problems=r.problems).verdict
        for r in given
    ]
    assert list(check_many(shipped_pack(), given)) == one_by_one
    office = one_by_one[0].finding("field:office")
    assert office is not None
    assert office.explanation == "在本区生产"
    assert one_by_one[0].finding("field:evaluation_score") is not None


def test_helpers_give_the_same_verdicts() -> None:
    given = requests(100)
    assert list(check_many(shipped_pack(), given, workers=2)) == list(check_many(shipped_pack(), given, workers=0))


def test_what_fails_in_a_helper_fails_here() -> None:
    with pytest.raises(NotFoundError, match="green-house"):
        list(check_many(shipped_pack(), [CheckRequest("green-house", {}, AS_OF)], workers=1))


def test_a_pack_travels_to_another_process_whole() -> None:
    again = pickle.loads(pickle.dumps(shipped_pack()))
    for request in requests(2):
        here = check(shipped_pack(), request.form, request.answers, AS_OF).verdict
        assert check(again, request.form, request.answers, AS_OF).verdict == here
    formula = pickle.loads(pickle.dumps(compile_expression("a > 1.0 && b == null")))
    assert (formula.needed, formula.ask({"a": 2.0, "b": None}), formula.ask({"a": None})) == (("a",), True, None)


def test_files_give_verdicts_in_their_order(tmp_path: Path) -> None:
    paths = []
    for number, form_id in enumerate(FORM_IDS):
        paths.append(tmp_path / f"{number}.json")
        paths[-1].write_text(json.dumps({"form": form_id, "answers": sample(form_id)}), encoding="utf-8")
    found = check_files(shipped_pack(), paths, date(2026, 11, 23))
    assert [v.form for v in found] == list(FORM_IDS)
