"""Codes of the library's papers: whether a roster, an announcement or a recommendation list still holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from core.domain.library import Tier, UnitChangeKind
from core.domain.tiers import EvaluationFacts
from core.services.library import evaluations, members, rosters, tiers, units
from core.services.printing import PrintKind, PrintRequest
from core.services.products.codes import PaperCheck, PaperState, look_up
from core.services.products.list_papers import code_of_roster
from core.services.products.making import document_of
from tests.core.services.library import story
from tests.core.services.library.conftest import Bureau


def _codes(bureau: Bureau, kind: PrintKind, **about: Any) -> tuple[str, str]:
    stamp = document_of(bureau.ws, PrintRequest(kind, **about)).stamp
    assert stamp is not None
    return stamp.payload, stamp.code


def _check(bureau: Bureau, codes: tuple[str, str]) -> PaperCheck:
    scanned, typed = (look_up(bureau.ws, code) for code in codes)
    assert scanned == typed
    return scanned


def test_the_newest_roster_holds_until_somebody_leaves(bureau: Bureau) -> None:
    story.two_rosters(bureau)
    codes = _codes(bureau, PrintKind.ROSTER)
    found = _check(bureau, codes)
    assert (found.state, found.roster, found.changes) == (PaperState.CURRENT, 2, ())
    bureau.clock.set(date(2026, 8, 20))
    story.accident(bureau, 1)
    later = _check(bureau, codes)
    assert later.state is PaperState.CHANGED
    assert [(change.label, change.on_paper) for change in later.changes] == [(story.PUMPS, "在库")]
    assert later.changes[0].now.startswith("不在库（")


def test_an_earlier_roster_says_which_is_the_newest_and_who_came_and_went(bureau: Bureau) -> None:
    story.two_rosters(bureau)
    found = _check(bureau, _codes(bureau, PrintKind.ROSTER, number=1))
    assert (found.state, found.roster) == (PaperState.CHANGED, 1)
    assert "第2号" in found.sentence
    assert {change.label for change in found.changes} == {story.MOTORS, story.PAPER}


def test_a_roster_of_another_store_with_the_same_number_is_not_ours(bureau: Bureau) -> None:
    story.two_rosters(bureau)
    ours = rosters.roster(bureau.ws, 2)
    found = look_up(bureau.ws, code_of_roster(replace(ours, digest="ab" * 32)).payload)
    assert found.state is PaperState.UNKNOWN
    assert "封存校验值" in found.sentence
    assert look_up(bureau.ws, code_of_roster(replace(ours, number=9)).short).state is PaperState.ABSENT


def test_the_library_of_a_day_gone_by_and_a_draft_announcement_carry_none(bureau: Bureau) -> None:
    story.two_rosters(bureau)
    for request in (
        PrintRequest(PrintKind.ROSTER, as_of=date(2026, 8, 4)), PrintRequest(PrintKind.ANNOUNCEMENT),
        PrintRequest(PrintKind.REMINDER),
    ):
        assert document_of(bureau.ws, request).stamp is None


def test_an_announcement_holds_until_what_it_says_is_corrected(bureau: Bureau) -> None:
    story.two_rosters(bureau)
    gone = tuple(bureau.ws.store.library.counts.removed_on(None))
    for about in ({}, {"number": 2}, {"as_of": date(2026, 8, 5)}, {"membership_ids": gone}):
        codes = _codes(bureau, PrintKind.ANNOUNCEMENT, is_final=True, **about)
        assert _check(bureau, codes).state is PaperState.CURRENT
    unit = members.membership(bureau.ws, gone[0]).unit_id
    kind, day = UnitChangeKind.NAME, date(2026, 8, 9)
    units.change_unit(bureau.ws, unit, kind, after="天津砚屿特种纸业有限公司", happened_on=day)
    assert _check(bureau, codes).state is PaperState.CHANGED


def test_a_recommendation_list_tells_that_more_are_recommended_now(bureau: Bureau) -> None:
    call = story.recommended(bureau, 1, story.PUMPS)
    codes = _codes(bureau, PrintKind.CITY_LIST)
    bureau.clock.set(date(2026, 6, 9))
    assert _check(bureau, codes).state is PaperState.CURRENT
    other = story.enrol(bureau, 2, story.PAPER)
    evaluations.add_evaluation(bureau.ws, other.id, EvaluationFacts(
        body_name="天津绿评技术服务有限公司", body_code="91120224PDY0000365", body_representative="周正",
        evaluated_on=date(2026, 5, 20), meets=True, standard="GB/T 36132-2025", score=80.0,
    ))
    tiers.agree(bureau.ws, other.id, Tier.CITY, agreed=True)
    tiers.recommend(bureau.ws, other.id, Tier.CITY, call.id)
    found = _check(bureau, codes)
    assert found.state is PaperState.CHANGED
    assert [(change.on_paper, change.now) for change in found.changes] == [("1家", "2家")]
