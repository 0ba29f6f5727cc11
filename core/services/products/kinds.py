"""What can be printed (design §8)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from core.domain.errors import UnreadableInputError


class PrintKind(StrEnum):
    """A product: the word of the command line, and the clerks' word."""

    RECOMMENDATION = "recommendation"
    FORM = "form"
    BLANK = "blank"
    REPORT = "report"
    BOUND = "bound"
    QUERY_LIST = "query-list"
    ROSTER = "roster"
    ANNOUNCEMENT = "announcement"
    REMINDER = "reminder"
    CITY_LIST = "city-list"
    NATION_LIST = "nation-list"
    LETTER = "letter"
    PACKAGE_COVER = "package-cover"
    OFFICE_SUMMARY = "office-summary"
    RECEIPT = "receipt"

    @property
    def is_of_exchange(self) -> bool:
        """True for papers about files that went out."""
        return self in _OF_EXCHANGE

    @property
    def is_of_library(self) -> bool:
        """True for papers of the library and of the exchange, which ask for no record."""
        return self in _OF_LIBRARY or self in _OF_EXCHANGE

    @property
    def has_word_copy(self) -> bool:
        """True for papers whose words leaders edit: they can be saved as Word too."""
        return self in _WITH_WORDS

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {
            "recommendation": "推荐表",
            "form": "培育表",
            "blank": "空白表",
            "report": "校核报告",
            "bound": "合订本",
            "query-list": "查询清单",
            "roster": "名单",
            "announcement": "移出公告",
            "reminder": "催报名单",
            "city-list": "市级推荐名单",
            "nation-list": "国家级推荐名单",
            "letter": "推荐函",
            "package-cover": "报送包封面",
            "office-summary": "推荐汇总表",
            "receipt": "接收回执",
        }[self.value]

    @classmethod
    def named(cls, word: str) -> PrintKind:
        """The product of that name, by its own word, by the clerks' word, or by a usual longer form.

        Raises:
            UnreadableInputError: no such product.
        """
        wanted = word.strip().lower().replace("_", "-").removesuffix("-sheet")
        for kind in cls:
            if wanted in (kind.value, kind.label):
                return kind
        if wanted in _USUAL:
            return cls(_USUAL[wanted])
        if wanted.endswith(_FORM_ENDINGS):
            return cls.FORM
        kinds = "、".join(f"{k.value}（{k.label}）" for k in cls)
        raise UnreadableInputError(f"没有“{word}”这种打印件，可用的有：{kinds}。")


_USUAL: Final = {
    "filled-form": "form", "blank-form": "blank", "verdict": "report", "verdict-report": "report", "填报表": "form",
    "空表": "blank", "报告": "report", "公告": "announcement", "催报": "reminder", "市级名单": "city-list",
    "国家级名单": "nation-list", "函": "letter", "封面": "package-cover", "汇总表": "office-summary", "回执": "receipt",
}
#: How the forms' own titles end (区级绿色工厂培育表).
_FORM_ENDINGS: Final = ("培育表", "动态管理表")
_OF_LIBRARY: Final = frozenset({
    PrintKind.ROSTER, PrintKind.ANNOUNCEMENT, PrintKind.REMINDER, PrintKind.CITY_LIST, PrintKind.NATION_LIST,
})
_OF_EXCHANGE: Final = frozenset({PrintKind.PACKAGE_COVER, PrintKind.OFFICE_SUMMARY, PrintKind.RECEIPT})
_WITH_WORDS: Final = frozenset({
    PrintKind.LETTER, PrintKind.ANNOUNCEMENT, PrintKind.REMINDER, PrintKind.CITY_LIST, PrintKind.NATION_LIST,
})
