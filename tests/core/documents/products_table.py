"""Every printed product in short, usual and longest input: the one list that tests, golden pages and gallery share."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Final

from core.documents.model import Document, Stamp
from core.documents.products.announcement import Announcement, announcement
from core.documents.products.office_summary import office_summary
from core.documents.products.package_cover import package_cover
from core.documents.products.query_list import QueryRow, query_list
from core.documents.products.receipt_paper import NoticeText, notice_paper, receipt_paper
from core.documents.products.recommendation_list import CallWords, recommendation_list
from core.documents.products.reminder import reminder
from core.documents.products.roster import library_on, roster
from core.domain.library import Tier
from core.domain.paper_code import PaperCode, PaperKind, subject_of
from tests.core.documents import exchange_papers, letters, library_papers
from tests.core.documents.printing import FORMS, form_document, pack, report_document, sheet_document
from tests.fixtures.library import credit_code

HOWS: Final = {"blank": "空白", "short": "最少内容", "usual": "通常内容", "longest": "最长内容"}
LONG_NAME: Final = ("天津市宝坻区京津中关村科技城高端装备绿色制造与循环利用综合示范有限责任公司第一分公司" * 3)[:120]
_FORM_WORDS: Final = {
    "green-factory": "区级绿色工厂培育表", "green-supply-chain": "区级绿色供应链培育表",
    "green-park": "绿色工业园区培育表", "annual-report": "动态管理表",
}
_CODED: Final = {
    "form-": PaperKind.FORM, "sheet-": PaperKind.RECOMMENDATION, "report-": PaperKind.REPORT,
    "roster": PaperKind.ROSTER, "announcement": PaperKind.ANNOUNCEMENT, "city-list": PaperKind.CITY_LIST,
    "nation-list": PaperKind.NATION_LIST, "package-cover": PaperKind.PACKAGE_COVER,
    "office-summary": PaperKind.OFFICE_SUMMARY, "receipt": PaperKind.RECEIPT,
}
_DAY: Final = date(2026, 7, 2)
_CALL: Final = CallWords("关于组织开展2026年度绿色制造单位申报工作的通知", date(2026, 7, 20), 6)
_LONG_CALL: Final = CallWords("关于组织开展2026年度绿色制造单位申报工作的通知" * 4, date(2026, 7, 20), 600)
_UNIT: Final = "天津甲乙精密制造有限公司"
_FOUND: Final = (
    f"{_UNIT}（统一社会信用代码91120115PDY00001X4）为宝坻区区级绿色工厂。2026年8月3日，该单位发生重大生产安全事故。"
)
_BASIS: Final = "按照《宝坻区绿色制造梯度培育工作方案》三(四)2(3)，现将该单位移出区级绿色制造单位培育库，并向社会公告。"


@dataclass(frozen=True, slots=True)
class Sample:
    """A product made of one input; `name` is its file name in the golden pages."""

    product: str
    how: str
    caption: str
    make: Callable[[], Document]

    @property
    def name(self) -> str:
        """`sheet-green-park.usual`."""
        return f"{self.product}.{self.how}"


def _of_forms() -> list[Sample]:
    made: list[Sample] = []
    for form_id in FORMS:
        words = _FORM_WORDS[form_id]
        for how in HOWS:
            made.append(Sample(f"form-{form_id}", how, words, partial(form_document, form_id, how)))
        for how in ("short", "usual", "longest"):
            if form_id != "annual-report":
                caption = f"推荐表（{words}）"
                made.append(Sample(f"sheet-{form_id}", how, caption, partial(sheet_document, form_id, how)))
            report = partial(report_document, form_id, how)
            made.append(Sample(f"report-{form_id}", how, f"校核报告（{words}）", report))
    return made


def roster_of(count: int) -> Document:
    """A second roster of that many members, with its differences to the first."""
    found, differences, before = library_papers.second_roster(count)
    return roster(pack(), found, differences, library_papers.labels(), before)


def _empty_roster() -> Document:
    return roster(pack(), replace(library_papers.first_roster(0), count=0), (), library_papers.labels())


def _library_of(count: int) -> Document:
    lines = library_papers.first_roster(count).lines
    if count > 100:
        lines = tuple(replace(x, unit_name=LONG_NAME) if x.position % 50 == 0 else x for x in lines)
    return library_on(pack(), date(2026, 3, 1), lines, library_papers.labels(), date(2026, 9, 1))


def _announced(*paragraphs: str, unit: str = _UNIT, is_draft: bool = False) -> Document:
    return announcement(pack(), Announcement(
        f"关于移出{unit}绿色制造单位名单的公告", (*paragraphs, "特此公告。"), "天津市宝坻区工业和信息化局",
        date(2026, 8, 5), is_draft,
    ))


def _reminder_of(how: str) -> Document:
    rows = {
        "short": (), "usual": library_papers.reminder_rows(),
        "longest": tuple(
            replace(r, unit_name=LONG_NAME if n % 9 == 0 else r.unit_name)
            for n, r in enumerate(library_papers.reminder_rows() * 12)
        ),
    }[how]
    return reminder(pack(), 2025, sorted(rows, key=lambda r: r.office), date(2026, 5, 1))


def _list_of(tier: Tier, how: str) -> Document:
    rows = {
        "short": (), "usual": library_papers.recommended_rows(),
        "longest": tuple(
            replace(r, unit_name=LONG_NAME, body_name=LONG_NAME, grounds="、".join(["能效（水效）领跑者"] * 10))
            for r in library_papers.recommended_rows() * 8
        ),
    }[how]
    call = {"short": None, "usual": _CALL, "longest": _LONG_CALL}[how]
    return recommendation_list(pack(), tier, 2026, rows, _DAY, call)


def _query_of(count: int, name: str = "天津岚溪泵业有限公司") -> Document:
    return query_list(pack(), [QueryRow(name, credit_code(n)) for n in range(1, count + 1)])


def _of_library() -> list[Sample]:
    made = [
        Sample("roster", "short", "名单（没有成员）", _empty_roster),
        Sample("roster", "usual", "名单（60家，附与上期的变动）", partial(roster_of, 60)),
        Sample("roster", "longest", "名单（3,000家）", partial(roster_of, 3000)),
        Sample("library-on", "short", "在库情况追溯", partial(_library_of, 0)),
        Sample("library-on", "usual", "在库情况追溯", partial(_library_of, 12)),
        Sample("library-on", "longest", "在库情况追溯", partial(_library_of, 300)),
        Sample("announcement", "short", "移出公告", partial(_announced, _FOUND)),
        Sample("announcement", "usual", "移出公告", partial(_announced, _FOUND, _BASIS)),
        Sample("announcement", "longest", "移出公告（草稿）", partial(
            _announced, *[_FOUND, _BASIS] * 9, unit=LONG_NAME, is_draft=True,
        )),
    ]
    for how in ("short", "usual", "longest"):
        made.append(Sample("reminder", how, "催报名单", partial(_reminder_of, how)))
        made.append(Sample("city-list", how, "市级推荐名单", partial(_list_of, Tier.CITY, how)))
        made.append(Sample("nation-list", how, "国家级推荐名单", partial(_list_of, Tier.NATION, how)))
    made += [
        Sample("letter", "short", "推荐函（1家）", partial(letters.letter_of, 1)),
        Sample("letter", "usual", "推荐函（8家，附名单）", partial(letters.letter_of, 8)),
        Sample("letter", "longest", "推荐函（草稿，40家）", letters.longest),
        Sample("query-list", "short", "查询清单", partial(_query_of, 1)),
        Sample("query-list", "usual", "查询清单", partial(_query_of, 6)),
        Sample("query-list", "longest", "查询清单", partial(_query_of, 30, LONG_NAME)),
    ]
    return made


def _of_exchange() -> list[Sample]:
    x = exchange_papers
    long_text = "\n".join(["请按工作方案要求认真组织填报，" * 30] * 3)
    return [
        Sample("package-cover", "short", "报送包封面", lambda: package_cover(replace(x.UP, window=""), ())),
        Sample("package-cover", "usual", "报送包封面", lambda: package_cover(x.UP, x.units(4))),
        Sample("package-cover", "longest", "报送包封面", lambda: package_cover(x.WIDE, x.units(40))),
        Sample("office-summary", "short", "推荐汇总表", lambda: office_summary(x.UP.sender, "", x.UP.made_on, ())),
        Sample("office-summary", "usual", "推荐汇总表", lambda: office_summary(
            x.UP.sender, x.UP.window, x.UP.made_on, x.summary_rows(8))),
        Sample("office-summary", "longest", "推荐汇总表", lambda: office_summary(
            x.WIDE.sender, x.WIDE.window, x.UP.made_on, x.summary_rows(40))),
        Sample("receipt", "short", "接收回执", lambda: receipt_paper(x.DOWN, 0, (), (), ())),
        Sample("receipt", "usual", "接收回执", lambda: receipt_paper(
            x.DOWN, 3, (2,), x.fates(4), x.returned(1), x.members(2))),
        Sample("receipt", "longest", "接收回执", lambda: receipt_paper(
            x.DOWN, 90, range(2, 89), x.fates(40), x.returned(12), x.members(60))),
        Sample("notice", "short", "通知", lambda: notice_paper(x.DOWN, NoticeText("", None, "请按时报送。"))),
        Sample("notice", "usual", "通知", lambda: notice_paper(x.DOWN, x.NOTICE, x.members(3))),
        Sample("notice", "longest", "通知", lambda: notice_paper(
            x.DOWN, replace(x.NOTICE, text=long_text), x.members(60))),
    ]


def _of_letters() -> list[Sample]:
    return [
        Sample("letter", "short", "推荐函（1家）", partial(letters.letter_of, 1)),
        Sample("letter", "usual", "推荐函（3家）", partial(letters.letter_of, 3)),
        Sample("letter", "longest", "推荐函（40家，草稿，附名单）", letters.longest),
    ]


def _stamped(kind: PaperKind, make: Callable[[], Document]) -> Document:
    """As a sheet leaves the program: with its code, unless it is marked 草稿."""
    document = make()
    code = PaperCode(kind, subject_of(document.title), 3, hashlib.sha256(document.title.encode()).hexdigest())
    return document if document.watermark else replace(document, stamp=Stamp(code.payload, code.short))


def _as_printed(sample: Sample) -> Sample:
    kind = next((k for start, k in _CODED.items() if sample.product.startswith(start)), None)
    if kind is None or sample.how == "blank":
        return sample
    return replace(sample, make=partial(_stamped, kind, sample.make))


SAMPLES: Final = tuple(
    _as_printed(sample) for sample in (*_of_forms(), *_of_library(), *_of_exchange(), *_of_letters())
)
BY_NAME: Final = {sample.name: sample for sample in SAMPLES}
