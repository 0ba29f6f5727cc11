"""What offices and bureau exchange, for the tests of its papers: files, units, fates, remarks, a notice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from core.documents.products.office_summary import SummaryRow
from core.documents.products.package_cover import CoverUnit, FileWords
from core.documents.products.receipt_paper import MemberRow, NoticeText, ReceiptUnit, ReturnedUnit
from tests.fixtures.library import credit_code

CODE = "4821 9930 1175 0462"
BUREAU = "天津市宝坻区工业和信息化局"
LONG_NAME = "天津市宝坻区京津中关村科技城高端装备绿色制造与循环利用综合示范有限责任公司第一分公司" * 2
REMARK = "与统计年报不一致，请核对后更正，并附加盖公章的报表复印件；" * 20
UP = FileWords(
    "宝坻经济开发区", BUREAU, "2026年6月动态更新", 3, date(2026, 6, 1), CODE, "7F3A-91C2", "baodi 2026.1"
)
DOWN = replace(UP, sender=BUREAU, recipient="宝坻经济开发区", number=2)
WIDE = replace(
    UP, sender="八门城镇（含原黄庄洼工业园区管理委员会）", window="2026年第二批（含补报、更正和上年度动态管理表）",
    key_name="经济发展办公室三楼东侧办公电脑 7F3A-91C2",
)


def name_of(number: int) -> str:
    return LONG_NAME if number % 3 == 0 else f"天津岚溪{number}号泵业有限公司"


def units(count: int) -> list[CoverUnit]:
    return [
        CoverUnit(name_of(n), credit_code(n), "区级绿色供应链培育表", "已推荐", "可推荐", 123, "更正")
        for n in range(1, count + 1)
    ]


def summary_rows(count: int) -> list[SummaryRow]:
    return [
        SummaryRow(
            name_of(n), credit_code(n), "区级绿色工厂培育表", "泵及真空设备制造", "绿色工厂评价通则（GB/T 36132-2025）",
            "第三方评价", "专精特新企业；主导产业企业", "穆青稞 13800000011", "已推荐", "可推荐",
            "F23B-D0B9-2A1D-3D0C", 12,
        )
        for n in range(1, count + 1)
    ]


def fates(count: int) -> list[ReceiptUnit]:
    return [
        ReceiptUnit(
            name_of(n), credit_code(n), "绿色工业园区培育表", "不予入库",
            "审核未通过：四至范围与批复文件不一致，理由见决定书。",
        )
        for n in range(1, count + 1)
    ]


def returned(count: int) -> list[ReturnedUnit]:
    return [
        ReturnedUnit(name_of(n), "区级绿色工厂培育表", REMARK if n % 2 else "数据有误。", (
            ("营业收入（万元）", "请核对。"),
            ("近三年是否发生安全（含网络安全、数据安全）、质量、环境污染等事故", REMARK),
        ))
        for n in range(1, count + 1)
    ]


def members(count: int) -> list[MemberRow]:
    return [
        MemberRow(name_of(n), credit_code(n), "绿色供应链管理企业", "国家级", date(2025, 12, 15), "2026年6月移出")
        for n in range(1, count + 1)
    ]


NOTICE = NoticeText(
    "关于报送2026年12月动态更新推荐材料的通知", date(2026, 12, 10),
    "培育库将于12月中旬更新，请组织单位填报。\n\n　　没有推荐单位的，也请回复。",
)
