"""推荐函 from a real store: who recommends whom, on what grounds, to whom, and when it is but a draft."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest

from core.domain.enums import Role
from core.domain.errors import NotAllowedError, NotFoundError, UnreadableInputError
from core.domain.library import Tier
from core.domain.records import Record, Station
from core.infra.clock import SetClock
from core.policy.pack import DatedParameter
from core.services import drafts
from core.services.exchange import packing
from core.services.library import tiers
from core.services.printing import PrintKind, page_count, page_text, print_to_file
from core.services.products import letters
from core.services.samples import load_samples
from core.services.workspace import Workspace, open_workspace
from tests.core.services.library import story
from tests.core.services.library.conftest import Bureau
from tests.fixtures.library import OFFICE, credit_code, draft, open_bureau
from tests.fixtures.packs import shipped_pack
from tests.fixtures.sample_report import report_answers

_ELSEWHERE = "120115001"
_PUMPS, _MOTORS, _PAPER = "天津岚溪泵业有限公司", "天津檀岳机电有限公司", "天津砚屿纸业有限公司"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path / "数据", clock=SetClock(date(2026, 6, 1)), pack=shipped_pack()) as ws:
        ws.choose_station(Station(Role.OFFICE, OFFICE, "李慧敏", "022-29240002"))
        yield ws


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    ws, clock = open_bureau(tmp_path / "数据", date(2026, 6, 1))
    with ws:
        yield Bureau(ws, clock)


def _letter(ws: Workspace, folder: Path, *records: Record, **about: Any) -> str:
    ids = tuple(record.id for record in records)
    out = print_to_file(ws, PrintKind.LETTER, folder / "推荐函.pdf", record_ids=ids, **about)
    return re.sub(r"\s+", "", "".join(page_text(out, n) for n in range(page_count(out)))).replace("\ufffe", "-")


def test_a_contact_that_is_not_known_is_left_out(office: Workspace, tmp_path: Path) -> None:
    record = _recommended(office, 1, _PUMPS)
    office.choose_station(Station(Role.OFFICE, OFFICE, "李慧敏", ""))
    text = _letter(office, tmp_path, record)
    assert "宝坻经济开发区2026年6月1日（联系人：李慧敏）" in text


def _recommended(ws: Workspace, number: int, name: str, form: str = "green-factory", **answers: object) -> Record:
    return drafts.recommend(ws, draft(ws, number, name, form, **answers).id).record


def test_no_letter_is_written_for_another_office_s_unit(office: Workspace, tmp_path: Path) -> None:
    ours, theirs = _recommended(office, 1, _PUMPS), draft(office, 2, _MOTORS, office=_ELSEWHERE)
    with pytest.raises(NotAllowedError, match=f"不能出推荐函：“{_MOTORS}”.*不由宝坻经济开发区推荐"):
        _letter(office, tmp_path, ours, theirs)
    drafts.recommend(office, theirs.id)
    text = _letter(office, tmp_path)  # all that this office recommends
    assert _PUMPS in text
    assert _MOTORS not in text


def test_one_unit_is_recommended_by_name(office: Workspace, tmp_path: Path) -> None:
    text = _letter(office, tmp_path, _recommended(office, 1, _PUMPS))
    assert text.startswith(f"关于推荐{_PUMPS}为区级绿色制造单位的函天津市宝坻区工业和信息化局：")
    assert "按照《区级绿色制造单位培育工作方案》要求，我单位组织" in text
    assert "近三年没有负面准入清单所列情形" in text
    assert f"现推荐{_PUMPS}（统一社会信用代码{credit_code(1)}）为区级绿色工厂。" in text
    assert "宝坻经济开发区2026年6月1日（联系人：李慧敏联系电话：022-29240002）" in text
    assert "草稿" not in text


def test_three_units_are_counted_by_kind_and_listed(office: Workspace, tmp_path: Path) -> None:
    found = [_recommended(office, 1, _PUMPS), _recommended(office, 2, _MOTORS)]
    text = _letter(office, tmp_path, *found)
    assert text.startswith(f"关于推荐{_PUMPS}、{_MOTORS}为区级绿色制造单位的函")
    assert "以下2家单位（均为绿色工厂）为区级绿色制造单位：1." in text
    found.append(_recommended(office, 3, _PAPER, "green-supply-chain"))
    text = _letter(office, tmp_path, *found)
    assert text.startswith(f"关于推荐{_PUMPS}等3家单位为区级绿色制造单位的函")
    assert "以下3家单位（绿色工厂2家、绿色供应链管理企业1家）为区级绿色制造单位：" in text
    assert f"3.{_PAPER}（统一社会信用代码{credit_code(3)}），绿色供应链管理企业，锂离子电池制造。" in text
    assert "2.区级绿色制造单位推荐表（3份）" in text


def test_many_units_go_onto_a_list(office: Workspace, tmp_path: Path) -> None:
    found = [_recommended(office, n, f"天津绿源第{n}制造有限公司") for n in range(1, 8)]
    text = _letter(office, tmp_path, *found)
    assert "以下7家单位（均为绿色工厂）为区级绿色制造单位（名单见附件1）。" in text
    assert "附件1推荐单位名单序号单位名称统一社会信用代码类别所属行业1" in text


def test_without_units_all_that_are_recommended_but_no_samples(office: Workspace, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="没有已推荐的单位"):
        _letter(office, tmp_path)
    _recommended(office, 1, _PUMPS)
    draft(office, 2, _MOTORS)
    load_samples(office)
    text = _letter(office, tmp_path)
    assert text.startswith(f"关于推荐{_PUMPS}为区级绿色制造单位的函")
    sample = next(unit for unit in drafts.list_units(office, limit=50) if unit.is_sample)
    assert "示例" in _letter(office, tmp_path, office.store.get(sample.id))


def test_a_package_that_went_out_has_its_letter(office: Workspace, tmp_path: Path) -> None:
    _recommended(office, 1, _PUMPS)
    packing.pack(office, tmp_path)
    _recommended(office, 2, _MOTORS)
    assert f"现推荐{_PUMPS}（" in _letter(office, tmp_path, number=1)
    with pytest.raises(NotFoundError, match="第7号"):
        _letter(office, tmp_path, number=7)


def test_what_may_not_be_recommended_makes_a_draft_that_says_why(office: Workspace, tmp_path: Path) -> None:
    good = _recommended(office, 1, _PUMPS)
    bad = draft(
        office, 2, _MOTORS, neg_dishonest_answer="yes", neg_dishonest_from="2026-01-05", neg_dishonest_detail="被执行"
    )
    text = _letter(office, tmp_path, good, bad)
    assert "草稿" in text
    assert f"草稿说明：“{_MOTORS}”不能推荐：" in text
    assert "三(四)1(6)" in text
    assert "现拟推荐以下2家单位" in text
    assert "没有负面准入清单所列情形" not in text


def test_what_was_explained_is_told_and_not_passed_over(office: Workspace, tmp_path: Path) -> None:
    record = draft(
        office, 1, _PUMPS, neg_other_answer="yes", neg_other_from="2025-03-01",
        neg_other_detail="因搬迁停产两个月",
    )
    found = {f.rule: f for f in drafts.open_form(office, record.id).verdict.findings}
    text = _letter(office, tmp_path, record)
    assert found["N1d"].outcome.value != "met"
    assert f"{_PUMPS}负面准入清单有关事项已作情况说明（见推荐表，请一并审定）" in text
    assert "没有负面准入清单所列情形" not in text


def test_what_no_letter_is_written_for(office: Workspace, tmp_path: Path) -> None:
    mine, other = _recommended(office, 1, _PUMPS), _recommended(office, 2, _MOTORS, office=_ELSEWHERE)
    report = drafts.begin(office, "annual-report", report_answers()).record
    with pytest.raises(NotAllowedError, match="动态管理表，不用推荐函"):
        _letter(office, tmp_path, report)
    with pytest.raises(NotAllowedError, match="还没有到"):
        _letter(office, tmp_path, mine, as_of=date(2026, 6, 2))
    office.choose_station(Station(Role.OFFICE, _ELSEWHERE, "王小明"))
    assert "海滨街道2026年5月30日" in _letter(office, tmp_path, other, as_of=date(2026, 5, 30))
    assert "我街道组织" in _letter(office, tmp_path, other)


def test_units_of_several_offices_are_named_and_counted_where_nobody_sits(tmp_path: Path) -> None:
    with open_workspace(tmp_path / "无人", clock=SetClock(date(2026, 6, 1)), pack=shipped_pack()) as ws:
        places = [choice.name for choice in ws.pack.lists["office"].choices[:5]]
        found = [_recommended(ws, n, f"天津{n}号泵业有限公司", office=place) for n, place in enumerate(places, 1)]
        with pytest.raises(UnreadableInputError, match=r"所选单位属于[^、]+、[^、]+，请分开出函"):
            _letter(ws, tmp_path, *found[:2])
        with pytest.raises(UnreadableInputError, match=r"已推荐的单位属于.+等5个街镇、园区，请分开出函"):
            _letter(ws, tmp_path)


def test_the_bureau_writes_to_the_city_for_a_call(bureau: Bureau, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="没有登记申报通知"):
        _letter(bureau.ws, tmp_path)
    call = story.recommended(bureau, 1, story.PUMPS)
    for about in ({}, {"call_id": call.id}, {"year": 2026}):
        text = _letter(bureau.ws, tmp_path, **about)
        assert text.startswith(f"关于推荐{story.PUMPS}申报市级绿色制造单位的函天津市工业和信息化局：")
    assert "按照《关于组织申报2026年度市级绿色制造单位的通知》要求" in text
    assert "经第三方评价达到标准要求，我局同意推荐，现择优推荐" in text
    assert f"{story.PUMPS}（统一社会信用代码{credit_code(1)}）申报市级绿色工厂。" in text
    assert "附件：1.市级绿色制造单位推荐名单2.单位申报材料" in text
    assert "天津市宝坻区工业和信息化局2026年6月1日（联系人：赵敏行" in text
    assert "草稿" not in text


def test_the_bureau_writes_for_the_nation_too(bureau: Bureau, tmp_path: Path) -> None:
    story.recommended(bureau, 1, story.PUMPS)
    member = story.enrol(bureau, 2, story.PAPER, tier=Tier.CITY)
    call = tiers.add_call(
        bureau.ws, tier=Tier.NATION, year=2026, title="《关于推荐2026年度国家级绿色工厂的通知》",
        issued_on=date(2026, 5, 25), deadline=date(2026, 7, 31), quota=None, documents=("自评价报告",),
    )
    with pytest.raises(NotFoundError, match="还没有推荐单位"):
        _letter(bureau.ws, tmp_path, call_id=call.id)
    tiers.tick(bureau.ws, call.id, member.id, "自评价报告", done=True)
    tiers.agree(bureau.ws, member.id, Tier.NATION, agreed=True)
    tiers.recommend(bureau.ws, member.id, Tier.NATION, call.id)
    text = _letter(bureau.ws, tmp_path, call_id=call.id)
    assert text.startswith(f"关于推荐{story.PAPER}申报国家级绿色制造单位的函天津市工业和信息化局：")
    assert "按照《关于推荐2026年度国家级绿色工厂的通知》要求" in text
    assert "已获得市级认定，现择优推荐" in text
    assert "2.自评价报告" in text


def test_a_pack_may_name_the_city_s_bureau(bureau: Bureau, tmp_path: Path) -> None:
    story.recommended(bureau, 1, story.PUMPS)
    named = DatedParameter(letters.CITY_BUREAU, "天津市工业和信息化委员会", "", None, None, "", "")
    bureau.ws.use_pack(replace(bureau.ws.pack, parameters=(*bureau.ws.pack.parameters, named)))
    assert "的函天津市工业和信息化委员会：" in _letter(bureau.ws, tmp_path)


def test_each_side_writes_its_own_letters(office: Workspace, tmp_path: Path) -> None:
    _recommended(office, 1, _PUMPS)
    with pytest.raises(NotAllowedError, match="培育库由区工业和信息化局管理"):
        _letter(office, tmp_path, call_id="无")


def test_the_bureau_writes_no_office_s_letter(bureau: Bureau, tmp_path: Path) -> None:
    with pytest.raises(NotAllowedError, match="由推荐单位的街镇、园区出具"):
        _letter(bureau.ws, tmp_path, draft(bureau.ws, 1, _PUMPS))


def test_a_letter_is_saved_as_word_and_other_papers_are_not(office: Workspace, tmp_path: Path) -> None:
    record = _recommended(office, 1, _PUMPS)
    out = print_to_file(office, PrintKind.LETTER, tmp_path / "函" / "推荐函.DOCX", record_ids=(record.id,))
    lines = [p.text for p in docx.Document(str(out)).paragraphs]
    assert lines[0] == f"关于推荐{_PUMPS}\n为区级绿色制造单位的函"
    assert "天津市宝坻区工业和信息化局：" in lines
    sheet = tmp_path / "推荐表.docx"
    with pytest.raises(UnreadableInputError, match=r"推荐表只能打印成PDF，不能存为Word；请把文件名的结尾改为\.pdf"):
        print_to_file(office, PrintKind.RECOMMENDATION, sheet, record_ids=(record.id,))
    with pytest.raises(UnreadableInputError, match=r"旧的\.doc格式"):
        print_to_file(office, PrintKind.LETTER, tmp_path / "推荐函.doc", record_ids=(record.id,))
    assert not sheet.exists()


def _city_call(bureau: Bureau) -> None:
    story.recommended(bureau, 1, story.PUMPS)


@pytest.mark.parametrize(
    ("kind", "history", "wanted"),
    [
        (PrintKind.ANNOUNCEMENT, story.two_rosters, f"关于移出{story.PAPER}绿色制造单位名单的公告"),
        (PrintKind.REMINDER, story.two_rosters, "动态管理表催报名单"),
        (PrintKind.CITY_LIST, _city_call, "市级绿色制造单位推荐名单"),
    ],
)
def test_the_library_s_papers_are_saved_as_word(
    bureau: Bureau, tmp_path: Path, kind: PrintKind, history: Callable[[Bureau], object], wanted: str
) -> None:
    history(bureau)
    out = print_to_file(bureau.ws, kind, tmp_path / "件.docx")
    title = docx.Document(str(out)).paragraphs[0]
    assert title.text.replace("\n", "") == wanted
    assert title.style is not None
    assert title.style.name == "Title"
