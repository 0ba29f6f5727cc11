"""No legal input is clipped, overlaps a neighbour, leaves its box or page, or is dropped: measured, for any text.

What is drawn are texts; a builder is asked for its product, which is laid out and measured (`measures.faults`).
`EXAMPLES=1000` looks longer than a test run may.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.documents.model import Document, Stamp
from core.documents.pdf.layout import layout
from core.documents.products.announcement import Announcement, announcement
from core.documents.products.filled_form import filled_form
from core.documents.products.letter import LetterUnit, letter
from core.documents.products.office_summary import office_summary
from core.documents.products.package_cover import package_cover
from core.documents.products.query_list import QueryRow, query_list
from core.documents.products.receipt_paper import NoticeText, notice_paper, receipt_paper
from core.documents.products.recommendation_list import CallWords, recommendation_list
from core.documents.products.recommendation_sheet import RecordFacts, recommendation_sheet
from core.documents.products.reminder import reminder
from core.documents.products.roster import library_on, roster
from core.documents.products.verdict_report import verdict_report
from core.domain.library import RosterChange, RosterDifference, Tier
from tests.core.documents import exchange_papers, letters, library_papers
from tests.core.documents.any_text import answers, explanations, limited, texts
from tests.core.documents.measures import faults
from tests.core.documents.printing import FORMS, checked, evidence_of, fonts, pack
from tests.fixtures.library import credit_code

_NAME = 120
_DAY = date(2026, 7, 2)
_STAMP = Stamp("GL1*0123456789ABCDEFGHIJ", "K7Q2-9XM4-TR")
CHECKED = settings(
    max_examples=int(os.environ.get("EXAMPLES", "25")), deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
POOL = st.lists(texts(), min_size=3, max_size=5)
LINE_POOL = st.lists(texts(has_lines=False), min_size=3, max_size=5)


def _measure(document: Document) -> None:
    assert faults(document, layout(document, fonts())) == []


@pytest.mark.parametrize("form_id", FORMS)
@given(data=st.data())
@CHECKED
def test_any_form_and_what_is_made_of_it(form_id: str, data: st.DataObject) -> None:
    given_answers: dict[str, Any] = data.draw(answers(pack().form(form_id)))
    found = checked(form_id, given_answers)
    _measure(filled_form(pack(), found.state, evidence_of(found)))
    _measure(verdict_report(pack(), found.verdict))
    if form_id == "annual-report":
        return
    text = data.draw(texts())
    written = explanations([f.rule for f in found.verdict.open_findings], text)
    explained = checked(form_id, given_answers, written)
    facts = RecordFacts(
        limited(text, 30), limited(text, 20), limited(text, 20), limited(text, 40), 12, dict.fromkeys(written, "李慧敏")
    )
    sheet = recommendation_sheet(pack(), explained.state, explained.verdict, facts)
    _measure(replace(sheet, stamp=_STAMP))
    _measure(verdict_report(pack(), explained.verdict))


@given(LINE_POOL, st.integers(0, 40))
@CHECKED
def test_any_roster(pool: list[str], count: int) -> None:
    names = [limited(text, _NAME) for text in pool]
    lines = tuple(
        replace(x, unit_name=names[x.position % len(names)]) for x in library_papers.first_roster(count).lines
    )
    found = replace(library_papers.first_roster(count), lines=lines, title=limited(pool[0], 40))
    changes = tuple(
        RosterDifference(RosterChange.LEFT, x, None, limited(pool[1], 300), "三(四)2(1)") for x in lines[:5]
    )
    _measure(roster(pack(), found, changes, library_papers.labels(), library_papers.first_roster(3)))
    _measure(library_on(pack(), _DAY, lines, library_papers.labels(), _DAY))


@given(LINE_POOL, POOL, st.integers(1, 9))
@CHECKED
def test_any_announcement_and_letter(pool: list[str], paragraphs: list[str], count: int) -> None:
    name = limited(pool[0], _NAME)
    said = tuple(limited(text, 800) for text in paragraphs)
    title, signer = f"关于移出{name}绿色制造单位名单的公告", limited(pool[1], 30)
    _measure(announcement(pack(), Announcement(title, said, signer, _DAY)))
    units = tuple(
        LetterUnit(limited(pool[n % len(pool)], _NAME), credit_code(n), "绿色供应链管理企业", limited(pool[2], 30))
        for n in range(1, count + 1)
    )
    words = letters.words(count, units=units, title=("关于推荐", name, "的函"), text=said, signer=signer)
    _measure(replace(letter(words), stamp=_STAMP))


@given(LINE_POOL, st.integers(0, 12))
@CHECKED
def test_any_reminder_and_recommendation_list(pool: list[str], count: int) -> None:
    owed = [
        replace(
            r, unit_name=limited(pool[n % len(pool)], _NAME), office=limited(pool[0], 30), note=limited(pool[1], 40)
        )
        for n, r in enumerate(library_papers.reminder_rows()[:count])
    ]
    _measure(reminder(pack(), 2025, owed, _DAY))
    rows = [
        replace(r, unit_name=limited(pool[0], _NAME), body_name=limited(pool[1], 60), result=limited(pool[2], 60),
                grounds=limited(pool[2], 200))
        for r in library_papers.recommended_rows()[:count]
    ]
    call = CallWords(limited(pool[1], 100), _DAY, 600)
    for tier in (Tier.CITY, Tier.NATION):
        _measure(recommendation_list(pack(), tier, 2026, rows, _DAY, call))


@given(LINE_POOL, st.integers(0, 9))
@CHECKED
def test_any_cover_summary_and_query_list(pool: list[str], count: int) -> None:
    sender, window = limited(pool[1], 30), limited(pool[2], 40)
    words = replace(exchange_papers.UP, sender=sender, window=window, key_name=limited(pool[2], 30))
    units = [replace(u, unit_name=limited(pool[0], _NAME)) for u in exchange_papers.units(count)]
    _measure(package_cover(words, units))
    rows = [
        replace(r, unit_name=limited(pool[0], _NAME), contact=limited(pool[1], 80), grounds=limited(pool[2], 120))
        for r in exchange_papers.summary_rows(count)
    ]
    _measure(office_summary(sender, window, _DAY, rows))
    _measure(query_list(pack(), [QueryRow(limited(pool[0], _NAME), credit_code(n)) for n in range(1, count + 1)]))


@given(LINE_POOL, POOL, st.integers(0, 9))
@CHECKED
def test_any_receipt_and_notice(pool: list[str], remarks: list[str], count: int) -> None:
    words = replace(exchange_papers.DOWN, recipient=limited(pool[1], 30), window=limited(pool[2], 40))
    said = [limited(text, 800) for text in remarks]
    fates = [replace(f, unit_name=limited(pool[0], _NAME), sentence=said[0]) for f in exchange_papers.fates(count)]
    returned = [
        replace(r, unit_name=limited(pool[0], _NAME), reason=said[1],
                remarks=[(limited(pool[2], 60), text) for text in said])
        for r in exchange_papers.returned(count)[:3]
    ]
    members = [replace(m, unit_name=limited(pool[0], _NAME)) for m in exchange_papers.members(count)]
    _measure(receipt_paper(words, count, range(2, count), fates, returned, members))
    _measure(notice_paper(words, NoticeText(limited(pool[1], 60), _DAY, "\n".join(said)), members))
