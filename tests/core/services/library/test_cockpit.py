"""工作台: what is due, who has not reported, counts and trend of a real library, and the pictures of them."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest
from PIL import Image

from core.domain.errors import UnreadableInputError
from core.domain.library import Tier
from core.domain.prospects import ProspectFacts
from core.services.library import charts, cockpit, prospects, removal, tiers, windows
from core.services.library.cockpit import CountBy, Due, DueKind, Unreported
from tests.core.services.library import story
from tests.core.services.library.conftest import Bureau
from tests.fixtures.library import OFFICE, draft, received


def _dues(bureau: Bureau) -> list[tuple[str, str, int]]:
    return [(d.what, d.on.isoformat(), d.days) for d in cockpit.cockpit(bureau.ws).dues]


def test_an_empty_library_opens(bureau: Bureau) -> None:
    found = cockpit.cockpit(bureau.ws)
    assert (found.total, found.pending, found.proposals, found.unreported, found.trend) == (0, 0, 0, (), ())
    assert [(c.label, c.count) for c in found.counts[CountBy.TIER]] == [("区级", 0), ("市级", 0), ("国家级", 0)]
    assert found.counts[CountBy.OFFICE] == found.counts[CountBy.YEAR] == ()


def test_the_window_counts_down_to_its_first_and_last_day(bureau: Bureau) -> None:
    bureau.clock.set(date(2026, 5, 20))
    assert _dues(bureau) == [
        ("2026年6月动态更新开始", "2026-06-01", 12), ("2026年6月动态更新截止", "2026-06-30", 41),
    ]
    assert cockpit.cockpit(bureau.ws).window.days == 12
    bureau.clock.set(date(2026, 6, 30))
    assert _dues(bureau) == [("2026年6月动态更新还没有打开，截止", "2026-06-30", 0)]
    opened = windows.open_window(bureau.ws)
    (due,) = cockpit.cockpit(bureau.ws).dues
    expected = Due("2026年6月动态更新截止", date(2026, 6, 30), 0, DueKind.WINDOW, str(opened.id))
    assert due == expected


def test_a_missed_window_is_told_and_overdue(bureau: Bureau) -> None:
    story.two_rosters(bureau)
    bureau.clock.set(date(2026, 12, 22))
    first = _dues(bureau)[0]
    assert first == ("2026年12月动态更新没有办理，可补办", "2026-12-20", -2)


def test_the_annual_report_is_due_until_it_is_in_or_decided(bureau: Bureau) -> None:
    bureau.clock.set(date(2026, 4, 10))
    report = ("2025年度动态管理表填报截止", "2026-04-15")
    assert (*report, 5) in _dues(bureau)
    bureau.clock.set(date(2026, 4, 16))
    assert report not in [d[:2] for d in _dues(bureau)]
    bureau.clock.set(date(2026, 4, 10))
    story.enrol(bureau, 1, story.PUMPS)
    bureau.clock.set(date(2026, 4, 16))
    assert (*report, -1) in _dues(bureau)
    bureau.clock.set(date(2026, 6, 1))
    windows.open_window(bureau.ws)
    story.close(bureau, date(2026, 6, 20))
    assert report not in [d[:2] for d in _dues(bureau)]


def test_calls_and_next_steps_stand_among_what_is_due(bureau: Bureau) -> None:
    call = tiers.add_call(
        bureau.ws, tier=Tier.CITY, year=2026, title="市级申报通知", issued_on=date(2026, 5, 25),
        deadline=date(2026, 6, 10), quota=None, documents=(),
    )
    facts = ProspectFacts(
        "天津檀岳机电有限公司", "green-factory", OFFICE, next_step="上门辅导", next_on=date(2026, 5, 30)
    )
    prospect = prospects.add(bureau.ws, facts)
    found = {d.kind: d for d in cockpit.cockpit(bureau.ws).dues}
    assert found[DueKind.CALL] == Due("市级申报截止：市级申报通知", date(2026, 6, 10), 9, DueKind.CALL, call.id)
    assert found[DueKind.PROSPECT] == Due(
        "天津檀岳机电有限公司：上门辅导", date(2026, 5, 30), -2, DueKind.PROSPECT, prospect.id
    )
    prospects.drop(bureau.ws, prospect.id, "企业搬迁")
    bureau.clock.set(date(2026, 6, 11))
    assert {d.kind for d in cockpit.cockpit(bureau.ws).dues} == {DueKind.WINDOW}


def test_offices_that_have_not_reported_and_what_waits_for_the_bureau(bureau: Bureau) -> None:
    bureau.clock.set(date(2026, 4, 10))
    story.enrol(bureau, 1, story.PUMPS)
    story.enrol(bureau, 2, story.PAPER, office="120115001")
    bureau.clock.set(date(2026, 6, 1))
    story.enrol(bureau, 3, story.PAINT, office="120115001")  # entered after the due day: it owes, R1 does not ask
    story.enrol(bureau, 4, story.MOTORS, on=date(2026, 2, 1))
    received(bureau.ws, 5, "天津虚构五号有限公司")
    draft(bureau.ws, 6, "天津虚构六号有限公司")
    found = cockpit.cockpit(bureau.ws)
    assert (found.report_year, found.unreported) == (
        2025, (Unreported("120115001", 2, 2), Unreported("120115456", 1, 1))
    )
    assert (found.pending, found.proposals, found.total) == (1, 2, 4)


def test_a_decided_proposal_no_longer_waits(bureau: Bureau) -> None:
    bureau.clock.set(date(2026, 4, 10))
    story.enrol(bureau, 1, story.PUMPS)
    bureau.clock.set(date(2026, 6, 1))
    windows.open_window(bureau.ws)
    (proposal,) = removal.proposals(bureau.ws)
    assert cockpit.cockpit(bureau.ws).proposals == 1
    removal.keep(bureau.ws, proposal.membership.id, subject=proposal.subject, reason="已说明原因")
    assert cockpit.cockpit(bureau.ws).proposals == 0


def test_members_are_counted_from_every_side(bureau: Bureau) -> None:
    story.two_rosters(bureau)
    counts = {by: [(c.key, c.label, c.count) for c in lines] for by, lines in cockpit.cockpit(bureau.ws).counts.items()}
    assert counts[CountBy.KIND] == [
        ("green-factory", "绿色工厂", 2), ("green-supply-chain", "绿色供应链管理企业", 1),
        ("green-park", "绿色工业园区", 0),
    ]
    assert counts[CountBy.OFFICE] == [("120115456", "宝坻经济开发区", 2), ("120115001", "海滨街道", 1)]
    assert counts[CountBy.INDUSTRY] == [("34", "通用设备制造业", 2), ("26", "化学原料和化学制品制造业", 1)]
    assert counts[CountBy.TIER] == [("district", "区级", 3), ("city", "市级", 0), ("nation", "国家级", 0)]
    assert counts[CountBy.YEAR] == [("2025", "2025", 2), ("2026", "2026", 1)]


@pytest.mark.parametrize("by", list(CountBy))
def test_a_day_gone_by_is_counted_as_it_was_and_clicks_lead_to_the_same_number(bureau: Bureau, by: CountBy) -> None:
    story.two_rosters(bureau)
    for day in (None, date(2026, 8, 4), date(2024, 12, 31)):
        lines = cockpit.counts(bureau.ws, by, day)
        assert sum(line.count for line in lines) == {None: 3, date(2026, 8, 4): 4, date(2024, 12, 31): 1}[day]
        for line in lines:
            assert len(cockpit.members_of(bureau.ws, by, line.key, day)) == line.count
    assert cockpit.counts(bureau.ws, by, bureau.ws.clock.today()) == cockpit.counts(bureau.ws, by)


def test_a_unit_without_industry_is_counted_under_its_own_word(bureau: Bureau) -> None:
    story.enrol(bureau, 1, story.PUMPS, industry="")
    (line,) = cockpit.counts(bureau.ws, CountBy.INDUSTRY)
    assert (line.key, line.label, line.count) == ("", "未填", 1)
    picture = charts.counts_picture(bureau.ws, CountBy.INDUSTRY)
    assert [(s.key, s.value, s.is_rest, s.box[3] > 0) for s in picture.spots] == [("", 1, False, True)]


def test_the_trend_has_a_line_for_each_roster(bureau: Bureau) -> None:
    story.two_rosters(bureau)
    first, second = cockpit.trend(bureau.ws)
    assert (first.number, first.closed_on, first.total) == (1, date(2026, 6, 20), 3)
    assert second.by_kind == {"green-factory": 2, "green-supply-chain": 1, "green-park": 0}
    assert second.title == "2026年度第一批"


def test_a_roster_without_units_is_a_line_of_noughts(bureau: Bureau) -> None:
    windows.open_window(bureau.ws)
    story.close(bureau, date(2026, 6, 20))
    (line,) = cockpit.trend(bureau.ws)
    assert (line.total, set(line.by_kind.values())) == (0, {0})


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_a_click_on_a_bar_finds_what_it_stands_for(bureau: Bureau, scale: float) -> None:
    story.two_rosters(bureau)
    picture = charts.counts_picture(bureau.ws, CountBy.OFFICE, scale=scale)
    assert Image.open(io.BytesIO(picture.png)).size == (picture.width, picture.height)
    assert (picture.width, picture.height) == (int(420 * scale), int(260 * scale))
    assert [(s.key, s.value) for s in picture.spots] == [("120115456", 2), ("120115001", 1)]
    for spot in picture.spots:
        x, y, width, height = spot.box
        assert picture.spot_at(x + width / 2, y + height / 2) == spot
    assert picture.spot_at(0.5, 0.02) is None
    trend = charts.trend_picture(bureau.ws, scale=scale)
    assert {(s.key, s.series) for s in trend.spots} == {
        (number, kind) for number in "12" for kind in ("green-factory", "green-supply-chain", "green-park")
    }


def test_pictures_are_saved_as_png_and_pdf(bureau: Bureau, tmp_path: Path) -> None:
    story.two_rosters(bureau)
    png = charts.save_counts(bureau.ws, CountBy.KIND, tmp_path / "图" / "类别.png")
    image = Image.open(png)
    assert image.size == (1260, 780)
    assert image.info["dpi"] == pytest.approx((216, 216), abs=1)
    pdf = charts.save_trend(bureau.ws, tmp_path / "趋势.pdf")
    document = pypdfium2.PdfDocument(pdf.read_bytes())
    text = document[0].get_textpage().get_text_range()
    document.close()
    assert "历期名单的单位数" in text
    assert "绿色供应链管理企业" in text
    charts.save_counts(bureau.ws, CountBy.YEAR, tmp_path / "年份.pdf", as_of=date(2026, 8, 4))
    charts.save_trend(bureau.ws, tmp_path / "趋势.png")
    with pytest.raises(UnreadableInputError, match=r"图只能存为\.png或\.pdf"):
        charts.save_trend(bureau.ws, tmp_path / "趋势.jpg")
