"""The readable papers inside a file between office and bureau, made from a real store and read back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from core.domain.enums import Role
from core.domain.errors import UnreadableInputError
from core.domain.exchange import FileKind
from core.domain.records import Record, Station
from core.infra.clock import SetClock
from core.services import drafts
from core.services.exchange.papers import (
    FateLine,
    MemberLine,
    PackageFacts,
    PaperLine,
    ReportRow,
    ReturnLine,
    cover_paper,
    readable_of_notice,
    readable_of_package,
    readable_of_receipt,
    safe_file_name,
    summary_paper,
    write_receive_report,
)
from core.services.workspace import Workspace
from tests.core.documents.printing import page_texts
from tests.fixtures.library import OFFICE, credit_code, draft, open_bureau
from tests.fixtures.sample_report import report_answers

_CODE = "4821 9930 1175 0462"
_PUMPS = "天津岚溪泵业有限公司"
_ODD = "=1+1天津砚屿:包装/材料?有限公司."
_ACTIVE = ("=1+1", "+86 22", "-2", "@SUM(A1)")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[Workspace, SetClock]]:
    """An office's store on the first day of June."""
    ws, clock = open_bureau(tmp_path / "数据", date(2026, 6, 1))
    with ws:
        ws.choose_station(Station(Role.OFFICE, OFFICE, "李慧敏", "022-29240016"))
        yield ws, clock


def _recommended(ws: Workspace, number: int, name: str, form: str = "green-factory", **answers: Any) -> Record:
    return drafts.recommend(ws, draft(ws, number, name, form, **answers).id).record


def _facts(ws: Workspace, records: Sequence[Record], kind: FileKind = FileKind.PACKAGE) -> PackageFacts:
    return PackageFacts(
        kind, 3, OFFICE, ws.office_label(OFFICE), ws.pack.bureau_name, "2026年6月动态更新", date(2026, 6, 1),
        "7F3A-91C2", ws.pack.label, records,
    )


def _lines(ws: Workspace, records: Sequence[Record]) -> list[PaperLine]:
    return [
        PaperLine(
            r.id, r.unit_name, r.credit_code, ws.pack.form(r.form).title, r.state.label, "可推荐",
            r.verdict_number or "", 2, "新增",
        )
        for r in records
    ]


def _package(ws: Workspace, records: Sequence[Record], **how: Any) -> Mapping[str, bytes]:
    return readable_of_package(ws, _facts(ws, records), _lines(ws, records), _CODE, **how)


def _text(pdf: bytes) -> str:
    return "".join(page_texts(pdf))


def _table(book: bytes | Path, name: str) -> list[list[Any]]:
    """Heads and rows of a sheet."""
    sheet = load_workbook(io.BytesIO(book) if isinstance(book, bytes) else book)[name]
    rows: list[list[Any]] = []
    for row in sheet.iter_rows(min_row=2, values_only=True):
        if not any(v is not None for v in row):
            break
        rows.append([v.date() if isinstance(v, datetime) else v for v in row])
    return rows


def test_a_package_holds_cover_summary_forms_and_words(office: tuple[Workspace, SetClock]) -> None:
    ws, _ = office
    records = [_recommended(ws, 1, _PUMPS), draft(ws, 2, _ODD)]
    papers = _package(ws, records)
    assert sorted(papers) == sorted((
        "封面.pdf", "汇总.xlsx", "说明.txt", f"表/01 {_PUMPS}.pdf", f"表/01 {_PUMPS} 推荐表.pdf",
        "表/02 =1+1天津砚屿_包装_材料_有限公司.pdf",
    ))
    cover = _text(papers["封面.pdf"])
    assert "核对码4821993011750462" in cover
    assert f"1{_PUMPS}{credit_code(1)}区级绿色工厂培育表已推荐可推荐2新增" in cover
    sheet = _text(papers[f"表/01 {_PUMPS} 推荐表.pdf"])
    assert _PUMPS in sheet
    assert "草稿" not in sheet
    assert credit_code(2) in _text(papers["表/02 =1+1天津砚屿_包装_材料_有限公司.pdf"])


def test_the_same_state_gives_the_same_bytes_on_any_later_day(office: tuple[Workspace, SetClock]) -> None:
    ws, clock = office
    records = [_recommended(ws, 1, _PUMPS), draft(ws, 2, _ODD)]
    first = _package(ws, records)
    clock.set(date(2026, 6, 9))
    assert _package(ws, records) == first
    fewer = _package(ws, records, with_forms=False)
    assert [name for name in fewer if name.startswith("表/")] == []
    assert fewer["汇总.xlsx"] == first["汇总.xlsx"]
    assert "文件夹" not in fewer["说明.txt"].decode("utf-8-sig")


def test_the_summary_has_a_line_for_each_form_and_a_sheet_for_each_kind(office: tuple[Workspace, SetClock]) -> None:
    ws, _ = office
    records = [
        _recommended(ws, 1, _PUMPS),
        draft(ws, 2, "天津砚屿供应链有限公司", "green-supply-chain", priority_grounds=[]),
        draft(ws, 3, "宝坻翊禾园区", "green-park", established_on="1899-05-01"),
        draft(ws, 4, "天津檀岳机电有限公司", revenue_wan="两亿", contact_name="=1+1"),
    ]
    book = _package(ws, records, with_forms=False)["汇总.xlsx"]
    names = load_workbook(io.BytesIO(book)).sheetnames
    assert names == ["推荐汇总表", "绿色工厂", "绿色供应链管理企业", "绿色工业园区"]
    heads, *rows = _table(book, "推荐汇总表")
    assert heads[:4] == ["序号", "单位名称", "统一社会信用代码", "表"]
    assert [row[:3] for row in rows] == [[n, r.unit_name, credit_code(n)] for n, r in enumerate(records, start=1)]
    assert rows[0][4] == "金属结构制造"
    assert rows[0][9:] == ["已推荐", "可推荐", records[0].verdict_number, 2, "新增"]
    heads, one, four = _table(book, "绿色工厂")
    by_head = [dict(zip(heads, row, strict=True)) for row in (one, four)]
    assert by_head[0]["序号"] == 1
    assert by_head[0]["营业收入（万元）"] == records[0].answers["revenue_wan"]
    assert by_head[0]["成立日期"] == date.fromisoformat(str(records[0].answers["established_on"]))
    assert by_head[0]["对照的标准"] == "绿色工厂评价通则（GB/T 36132-2025）"
    assert by_head[0]["行业标准编号和名称"] == "—"
    assert by_head[0]["连续停产12个月以上"] == "无"
    assert by_head[1]["营业收入（万元）"] == "两亿（填写有误）"
    assert by_head[1]["联系人"] == "=1+1"
    _, park = _table(book, "绿色工业园区")
    assert "1899-05-01（填写有误）" in park


@pytest.mark.parametrize("text", _ACTIVE)
def test_no_cell_becomes_a_formula(office: tuple[Workspace, SetClock], tmp_path: Path, text: str) -> None:
    ws, _ = office
    record = draft(ws, 1, text, contact_name=text, main_products=text)
    line = replace(_lines(ws, [record])[0], form_title=text, change_label=text)
    facts = replace(_facts(ws, [record]), office_label=text, window=text)
    fate, back = FateLine(text, text, text, text, text), ReturnLine(text, text, text, ((text, text),))
    report = write_receive_report(
        ws, tmp_path / "情况.xlsx", text, [ReportRow(*(text,) * 5, ((text,) * 4,), (text,))]
    )
    for book in (
        readable_of_package(ws, facts, [line], _CODE, with_forms=False)["汇总.xlsx"],
        readable_of_receipt(ws, replace(facts, kind=FileKind.RECEIPT), [fate], [back], _CODE)["回执.xlsx"],
        report.read_bytes(),
    ):
        with zipfile.ZipFile(io.BytesIO(book)) as packed:
            sheets = [packed.read(n) for n in packed.namelist() if n.startswith("xl/worksheets/")]
        assert not any(b"<f" in sheet and b"</f>" in sheet for sheet in sheets)
        found = [c for s in load_workbook(io.BytesIO(book)) for row in s.iter_rows() for c in row if c.value == text]
        assert found
        assert all(c.data_type == "s" and c.quotePrefix for c in found)


def test_the_words_are_plain_text_for_every_notepad(office: tuple[Workspace, SetClock]) -> None:
    ws, _ = office
    records = [_recommended(ws, 1, _PUMPS)]
    data = _package(ws, records, with_forms=False)["说明.txt"]
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\n") == data.count(b"\r\n") > 5
    text = data.decode("utf-8-sig")
    assert text.splitlines()[:3] == [
        "绿阶 GreenLadder　报送包　第3包　2026年6月1日", "批次：2026年6月动态更新", "核对码：4821 9930 1175 0462",
    ]
    assert "1份表、2件佐证材料" in text
    assert "原样交给天津市宝坻区工业和信息化局" in text
    assert "改动过的包，程序会拒收" in text


def test_progress_is_told_for_every_record_and_can_stop(office: tuple[Workspace, SetClock]) -> None:
    ws, _ = office
    records = [draft(ws, n, f"天津岚溪{n}号泵业有限公司") for n in (1, 2, 3)]
    told: list[int] = []
    _package(ws, records, on_form=told.append)
    assert told == [1, 2, 3]

    def stop(number: int) -> None:
        raise KeyboardInterrupt(number)

    with pytest.raises(KeyboardInterrupt, match="1"):
        _package(ws, records, on_form=stop)


def test_an_annual_report_goes_without_a_recommendation_sheet(office: tuple[Workspace, SetClock]) -> None:
    ws, _ = office
    given = report_answers()
    name, code = given["unit_name"], given["credit_code"]
    record = drafts.begin(ws, "annual-report", given).record
    papers = _package(ws, [record])
    assert [p for p in papers if p.startswith("表/")] == [f"表/01 {name}.pdf"]
    heads, row = _table(papers["汇总.xlsx"], "动态管理表")
    assert dict(zip(heads, row, strict=True))["统一社会信用代码"] == code


def test_forms_of_samples_are_marked_on_every_paper(office: tuple[Workspace, SetClock]) -> None:
    ws, _ = office
    given = draft(ws, 1, _PUMPS).answers
    sample = drafts.begin(ws, "green-factory", {**given, "credit_code": credit_code(2)}, is_sample=True).record
    papers = _package(ws, [sample])
    assert "示例" in _text(papers["封面.pdf"])
    assert "示例" in _text(papers[f"表/01 {_PUMPS}.pdf"])


def test_cover_and_summary_can_be_printed_by_themselves(office: tuple[Workspace, SetClock]) -> None:
    ws, _ = office
    records = [_recommended(ws, 1, _PUMPS)]
    facts, lines = _facts(ws, records), _lines(ws, records)
    assert cover_paper(facts, lines, _CODE).title == "绿色制造单位报送包封面（宝坻经济开发区第3包）"
    assert summary_paper(ws, facts, lines, _CODE).title == "区级绿色制造单位推荐汇总表（宝坻经济开发区）"


def test_a_receipt_tells_gaps_fates_and_remarks(office: tuple[Workspace, SetClock]) -> None:
    ws, _ = office
    facts = _facts(ws, (), FileKind.RECEIPT)
    fates = [FateLine(_PUMPS, credit_code(1), "区级绿色工厂培育表", "退回", "退回更正，意见2条。")]
    remarks = (("营业收入（万元）", "请核对。"), ("联系人", "请补电话。"))
    back = [ReturnLine(_PUMPS, "区级绿色工厂培育表", "数据有误。", remarks)]
    members = [MemberLine(_PUMPS, credit_code(1), "绿色工厂", "区级", date(2025, 12, 15), "在库")]
    papers = readable_of_receipt(ws, facts, fates, back, _CODE, received_to=3, missing=(2,), members=members)
    assert sorted(papers) == sorted(("回执.pdf", "回执.xlsx", "说明.txt"))
    assert papers == readable_of_receipt(ws, facts, fates, back, _CODE, received_to=3, missing=(2,), members=members)
    text = _text(papers["回执.pdf"])
    assert "其中第2包未收到" in text
    assert "发出单位天津市宝坻区工业和信息化局收件单位宝坻经济开发区" in text
    assert "退回原因：数据有误。" in text
    assert _table(papers["回执.xlsx"], "回执")[1] == [
        1, _PUMPS, credit_code(1), "区级绿色工厂培育表", "退回", "退回更正，意见2条。",
    ]
    assert [row[3:] for row in _table(papers["回执.xlsx"], "退回意见")[1:]] == [
        ["营业收入（万元）", "请核对。"], ["联系人", "请补电话。"],
    ]
    assert "回执　第3号" in papers["说明.txt"].decode("utf-8-sig")


def test_a_notice_says_what_comes_with_it(office: tuple[Workspace, SetClock]) -> None:
    ws, _ = office
    facts = _facts(ws, (), FileKind.NOTICE)
    papers = readable_of_notice(
        ws, facts, "关于报送材料的通知", date(2026, 12, 10), "请组织填报。", _CODE, has_pack=True, reports=3
    )
    assert sorted(papers) == sorted(("通知.pdf", "说明.txt"))
    assert "报送截止日期：2026年12月10日（含当日）。" in _text(papers["通知.pdf"])
    words = papers["说明.txt"].decode("utf-8-sig")
    assert "关于报送材料的通知。随通知发来新的政策包、上年度的动态管理表3份。" in words
    bare = readable_of_notice(ws, facts, "通知", None, "", _CODE)["说明.txt"].decode("utf-8-sig")
    assert "随通知发来" not in bare


def test_the_report_of_receiving_has_a_row_for_every_record_and_field(
    office: tuple[Workspace, SetClock], tmp_path: Path
) -> None:
    ws, _ = office
    rows = [
        ReportRow(_PUMPS, credit_code(1), "区级绿色工厂培育表", "有冲突", "1处更新，1处冲突。", (
            ("营业收入（万元）", "38650.4", "39000", "用来件"), ("联系人", "王", "李", "以后再定"),
        ), ("联系人",)),
        ReportRow("天津砚屿纸业有限公司", credit_code(2), "区级绿色工厂培育表", "未变", "与本机相同。"),
    ]
    path = write_receive_report(ws, tmp_path / "导出" / "情况.xlsx", "接收情况表（宝坻经济开发区第3包）", rows)
    heads, one, two = _table(path, "接收情况表")
    assert heads == ["序号", "单位名称", "统一社会信用代码", "表", "结果", "说明", "变动栏目", "冲突栏目"]
    assert one[4:] == ["有冲突", "1处更新，1处冲突。", "营业收入（万元）、联系人", "联系人"]
    assert two[4:] == ["未变", "与本机相同。", None, None]
    _, *fields = _table(path, "栏目变动")
    assert [row[3:] for row in fields] == [
        ["营业收入（万元）", "38650.4", "39000", "用来件"], ["联系人", "王", "李", "以后再定"],
    ]
    with pytest.raises(UnreadableInputError, match=r"\.xlsx"):
        write_receive_report(ws, tmp_path / "情况.pdf", "", rows)


@pytest.mark.parametrize(("text", "name"), [
    ("天津甲公司", "天津甲公司"),
    ("a\\b/c:d*e?f\"g<h>i|j", "a_b_c_d_e_f_g_h_i_j"),
    ("  尾点和空格. . ", "尾点和空格"),
    ("尾全角空格　", "尾全角空格"),
    ("CON", "_CON"),
    ("nul.txt", "_nul.txt"),
    ("com1.tar.gz", "_com1.tar.gz"),
    ("CONSOLE", "CONSOLE"),
    ("", "未命名"),
    ("...", "未命名"),
    (".pdf", "pdf"),
    ("天津\U00020bb7\U0002ebf0\U000323b1\ue123厂", "天津\U00020bb7\U0002ebf0\U000323b1厂"),
    ("换\n行\x00反\u202e向", "换行反向"),
    ("长" * 80 + ".zip", "长" * 56 + ".zip"),
    ("..\\..\\外面.zip", "_.._外面.zip"),
])
def test_names_are_such_that_windows_takes_them(text: str, name: str) -> None:
    assert safe_file_name(text) == name
    assert len(safe_file_name(text)) <= 60


def test_long_and_blank_names_make_usable_paths(office: tuple[Workspace, SetClock]) -> None:
    ws, _ = office
    records = [draft(ws, 1, "天津" + "长" * 100 + "有限公司"), draft(ws, 2, "")]
    paths = [p.removeprefix("表/") for p in _package(ws, records) if p.startswith("表/")]
    assert paths == ["01 天津" + "长" * 51 + ".pdf", "02 未填单位名称.pdf"]
