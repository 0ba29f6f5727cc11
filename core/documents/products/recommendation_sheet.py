"""推荐表: what the office signs and seals for one unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from core.documents.model import (
    Align,
    Block,
    Cell,
    Document,
    FontRole,
    KeepTogether,
    PageSetup,
    Paragraph,
    Row,
    Run,
    Runs,
    SignatureBlock,
    Style,
    Table,
    runs,
)
from core.documents.products import cells
from core.documents.products.look_back import look_back
from core.documents.products.official import TITLE
from core.documents.products.once import is_of_field, told_once
from core.documents.products.paper import label_with_unit, printed
from core.documents.products.signing import PRINTED_DATE
from core.domain.calendar import format_chinese
from core.domain.enums import Eligibility, Outcome, Severity
from core.domain.finding import Finding, Verdict
from core.forms.definition import Field, FormDefinition
from core.forms.evaluation import FormState
from core.policy.pack import NegativeItem, PolicyPack

DRAFT: Final = "草稿"
# 订口、版心宽按 GB/T 9704-2012；版心加高（“特定情况可调”），使常见内容第一面排事实、第二面排结论、承诺和意见。
_PAGE: Final = PageSetup(top=28.0, body_height=250.0)
_GRID: Final = (25.0, 53.0, 25.0, 53.0)
_FIGURE_GRID: Final = (30.0, 22.0, 30.0, 22.0, 30.0, 22.0)
_IDENTITY: Final = (
    "unit_name", "credit_code", "office", "established_on", "managing_body", "legal_representative", "legal_status",
    "contact_name", "contact_phone", "registered_address", "production_address", "industry_code", "industry_name",
    "main_products", "boundary_document", "main_function", "leading_industries",
)
_WIDE: Final = frozenset(("registered_address", "production_address", "main_products", "boundary_document"))
_FIGURES: Final = (
    "data_year", "employees", "revenue_wan", "output_wan", "scale_class", "land_area_m2", "park_area_km2",
    "enterprises_total", "industrial_share_pct", "energy_total_tce", "energy_per_output_kgce", "carbon_total_t",
    "water_intake_m3", "renewable_pct", "solid_waste_use_pct", "market_share_pct", "suppliers_total",
    "suppliers_green_factories", "suppliers_green_planned", "low_risk_pct", "green_factories_district",
    "factory_plan_published_on", "factory_plan_target", "evaluation_score",
)
_FIGURES_A_ROW: Final = 3
_MOST_FIGURES: Final = 12
_CONFORMITY_WIDTHS: Final = (17.0, 44.0, 15.0, 80.0)
_NEGATIVE_WIDTHS: Final = (9.0, 73.0, 10.0, 34.5, 17.5, 12.0)
# As many rows of the list at least go overleaf where the first page cannot hold it.
_LEAST_OVERLEAF: Final = 3
_ROW: Final = 6.6
_SECTION_ROW: Final = 7.0
_READ: Final = replace(cells.READ, size=9.0, leading=1.1)
# Heights of the places to sign, chosen so that the second page is filled evenly; lower where it has explanations too.
_HEIGHTS: Final = (62.0, 74.0, 74.0)
_ANSWER: Final = replace(cells.READ, size=9.5, leading=1.4)
_THIS_UNIT: Final = "该单位"
_EXPLANATION_WIDTHS: Final = (18.0, 69.0, 69.0)
_REASON: Final = Style(FontRole.HEI, 10.5, align=Align.CENTER)
_PLEDGE: Final = "commitment_note"
_PLEDGE_DEFAULT: Final = "本单位承诺：所填数据和所附材料真实、准确、完整；如有虚假，愿承担相应责任。"


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What the record adds to form and verdict. `explained_by` says who wrote an explanation and when, by rule."""

    office: str
    handler: str = ""
    handler_phone: str = ""
    batch: str = ""
    evidence_count: int = 0
    explained_by: Mapping[str, str] = field(default_factory=dict)


def recommendation_sheet(pack: PolicyPack, state: FormState, verdict: Verdict, facts: RecordFacts) -> Document:
    """The sheet of one unit; marked 草稿 on every page unless the verdict may recommend it (design §5)."""
    sheet = _Sheet(pack, state, verdict, facts)
    is_draft = not verdict.may_recommend
    title = "区级绿色制造单位推荐表"
    footer = f"校核编号 {verdict.number}　校核日期 {format_chinese(verdict.as_of)}"
    return Document(
        f"{verdict.unit_name} {title}".strip(), tuple(sheet.blocks()), _PAGE, footer=footer,
        fuller_footers=cells.after_name(verdict.unit_name, footer, f"校核编号 {verdict.number}"),
        watermark=DRAFT if is_draft else "", author=facts.office, subject=f"{title}（{state.form.kind_label}）",
        keywords=("绿色制造", state.form.kind_label, verdict.number),
    )


def draft_reason(form: FormDefinition, verdict: Verdict) -> str:
    """Why the sheet is only a draft, in one sentence; empty when it is the official one."""
    mandatory = [f for f in verdict.findings if f.severity is Severity.MANDATORY]
    if verdict.eligibility is Eligibility.NOT_ELIGIBLE:
        broken = dict.fromkeys(f.clause for f in mandatory if f.outcome is Outcome.NOT_MET and f.clause)
        return f"草稿，不作推荐依据：校核结论为“不可推荐”，不符合{'、'.join(broken)}。"
    if verdict.eligibility is Eligibility.INCOMPLETE:
        count = sum(1 for f in told_once(form, mandatory) if f.outcome is Outcome.UNKNOWN)
        return f"草稿，不作推荐依据：校核结论为“待核实”，还有{count}项没有填写或不能判断。"
    count = len(verdict.open_findings)
    return f"草稿，不作推荐依据：还有{count}项核实性问题没有写情况说明。" if count else ""


class _Sheet:
    """Builds the blocks of one sheet."""

    def __init__(self, pack: PolicyPack, state: FormState, verdict: Verdict, facts: RecordFacts) -> None:
        self.pack = pack
        self.state = state
        self.verdict = verdict
        self.facts = facts

    def blocks(self) -> Iterable[Block]:
        """Everything in printed order: the facts on one page where they can be, what is signed on the next."""
        yield KeepTogether(tuple(self._facts()), gives=True)
        yield from self._explanations()
        pledge, *opinions = self._signatures()
        signed = KeepTogether((self._verdict_table(), pledge)), KeepTogether(tuple(opinions))
        yield KeepTogether(signed, gives=True)

    def _facts(self) -> Iterable[Block]:
        yield self._title()
        reason = draft_reason(self.state.form, self.verdict)
        if reason:
            yield Paragraph(runs(reason), _REASON, after=1.5, keep_with_next=True)
        yield self._head_line()
        yield self._identity()
        yield self._figures()
        yield self._grounds()
        yield self._conformity()
        yield self._negative_list()

    def _title(self) -> Paragraph:
        """Title and kind on one line: the first page has to hold every fact."""
        kind = Run(f"（{self.state.form.kind_label}）", FontRole.KAI, scale=16.0 / TITLE.size)
        return Paragraph((Run("区级绿色制造单位推荐表"), kind), TITLE, after=2.0, keep_with_next=True)

    def _head_line(self) -> Paragraph:
        batch = self.facts.batch or self._text("batch") or "　　　　　　"
        filled_on = self._text("filled_on") or "　　　　　　"
        parts = (Run("申报批次：", FontRole.HEI), Run(batch), Run("　　　　填报日期：", FontRole.HEI), Run(filled_on))
        return Paragraph(parts, Style(FontRole.FANG, 10.5, align=Align.LEFT), after=1.0, keep_with_next=True)

    def _text(self, name: str) -> str:
        item = self.state.form.by_name.get(name)
        if item is None:
            return ""
        if name in self.state.wrong:
            return f"{self.state.answers.get(name)}（填写有误）"
        return printed(item, self.state.values.get(name))

    def _present(self, names: Iterable[str]) -> list[Field]:
        return [f for f in (self.state.form.by_name.get(n) for n in names) if f is not None]

    def _identity(self) -> Table:
        """Two fields a row; long ones take a row of their own."""
        rows = [_section("一、单位基本情况", len(_GRID))]
        pair: list[Field] = []
        for item in self._present(_IDENTITY):
            if item.name in _WIDE:
                rows.extend(self._pair_rows(pair))
                pair = []
                rows.append(self._wide_row(item.label, runs(self._text(item.name))))
            else:
                pair.append(item)
        return Table(_GRID, (*rows, *self._pair_rows(pair)))

    def _wide_row(self, label: str, content: Runs) -> Row:
        return Row((cells.label(0, label), Cell(1, content, cells.LONG_VALUE, len(_GRID) - 1)), _ROW)

    def _pair_rows(self, items: list[Field]) -> list[Row]:
        rows = []
        for start in range(0, len(items), 2):
            pair = items[start : start + 2]
            made: list[Cell] = []
            for number, item in enumerate(pair):
                columns = len(_GRID) - 1 if len(pair) == 1 else 1
                made.append(cells.label(2 * number, label_with_unit(item)))
                made.append(cells.value(2 * number + 1, runs(self._text(item.name)), columns=columns))
            rows.append(Row(tuple(made), _ROW))
        return rows

    def _figures(self) -> Table:
        """Three key figures a row, from those that the form has."""
        rows = [_section("二、主要指标", len(_FIGURE_GRID))]
        items = self._present(_FIGURES)[:_MOST_FIGURES]
        for start in range(0, len(items), _FIGURES_A_ROW):
            made: list[Cell] = []
            for number, item in enumerate(items[start : start + _FIGURES_A_ROW]):
                made.append(cells.label(2 * number, label_with_unit(item)))
                made.append(cells.value(2 * number + 1, runs(self._text(item.name))))
            if len(made) < len(_FIGURE_GRID):
                made.append(Cell(len(made), (), columns=len(_FIGURE_GRID) - len(made)))
            rows.append(Row(tuple(made), _ROW))
        return Table(_FIGURE_GRID, tuple(rows))

    def _grounds(self) -> Table:
        detail = self._text("priority_detail")
        chosen = self._text("priority_grounds") or "无"
        text = f"{chosen}（{detail}）" if detail else chosen
        return Table(_GRID, (self._wide_row("优先列入情形", runs(text)),))

    def _conformity(self) -> Table:
        """One line for each condition of 三(一): what it asks, the outcome, and the sentence."""
        rows = [
            _section("三、培育要求校核", len(_CONFORMITY_WIDTHS)),
            _head(("条款", "要求", "结论", "情况")),
        ]
        for finding in self.verdict.findings:
            if finding.rule in self.pack.rule_texts and finding.clause.startswith("三(一)"):
                rows.append(Row((
                    cells.own_words(0, finding.clause, cells.SMALL),
                    cells.own_words(1, self.pack.rule_texts[finding.rule].title, _READ),
                    cells.own_words(2, finding.outcome.label, cells.SMALL, FontRole.HEI),
                    Cell(3, runs(finding.message), _READ),
                ), _ROW))
        return Table(_CONFORMITY_WIDTHS, tuple(rows))

    def _negative_list(self) -> Table:
        start, end = look_back(self.pack, self.verdict.as_of)
        title = f"四、负面准入清单（近三年：{format_chinese(start)}至{format_chinese(end)}）"
        rows = [
            _section(title, len(_NEGATIVE_WIDTHS)),
            _head(("序号", "情形", "有无", "查询渠道", "查询日期", "结论")),
        ]
        items = self.pack.negative_items
        together = range(len(items) - _LEAST_OVERLEAF + 1, len(items))
        rows.extend(self._negative_row(n, item, keeps_next=n in together) for n, item in enumerate(items, start=1))
        return Table(_NEGATIVE_WIDTHS, tuple(rows))

    def _negative_row(self, number: int, item: NegativeItem, *, keeps_next: bool) -> Row:
        queried = self.state.form.by_name.get(f"{item.name}_queried_on")
        day = printed(queried, self.state.values.get(queried.name), short_date=True) if queried else ""
        finding = _rule_of(self.verdict, item)
        return Row((
            cells.own_words(0, str(number), cells.SMALL),
            cells.own_words(1, item.question, cells.SMALL_TEXT),
            cells.own_words(2, self._text(f"{item.name}_answer"), cells.SMALL, FontRole.HEI),
            Cell(3, runs(self._text(f"{item.name}_source")), cells.SMALL_TEXT),
            Cell(4, runs(day), cells.ONE_LINE),
            cells.own_words(5, finding.outcome.label if finding else "", cells.SMALL),
        ), _ROW, keeps_next=keeps_next)

    def _explanations(self) -> Iterable[Block]:
        """What has to be explained, and the clerk's words; nothing when there is nothing."""
        asked = [f for f in self.verdict.findings if f.severity is Severity.VERIFY and f.needs_attention]
        if not asked:
            return
        rows = [
            _section("五、情况说明", len(_EXPLANATION_WIDTHS)),
            _head(("编号", "核实性问题", "情况说明")),
        ]
        for finding in asked:
            by = self.facts.explained_by.get(finding.rule, "") if finding.explanation else ""
            text = finding.explanation or "（待说明）"
            rows.append(Row((
                Cell(0, runs("填报" if is_of_field(finding) else finding.rule), cells.SMALL),
                Cell(1, runs(finding.message), _ANSWER),
                Cell(2, (Run(text), *(runs(f"（{by}）", FontRole.KAI) if by else ())), _ANSWER),
            ), _ROW))
        yield Table(_EXPLANATION_WIDTHS, tuple(rows))

    def _verdict_table(self) -> Table:
        """Whose sheet it is, and the verdict: the page that is signed and sealed names the unit again."""
        start, end = look_back(self.pack, self.verdict.as_of)
        pairs = (
            ("单位名称", self.verdict.unit_name), ("统一社会信用代码", self.verdict.credit_code),
            ("校核结论", self.verdict.eligibility.label), ("校核编号", self.verdict.number),
            ("校核日期", format_chinese(self.verdict.as_of)),
            ("近三年起止", f"{format_chinese(start)}至{format_chinese(end)}"),
            ("政策包版本", self.verdict.pack), ("佐证材料", f"{self.facts.evidence_count}份"),
        )
        rows = []
        for number in range(0, len(pairs), 2):
            (one, one_text), (two, two_text) = pairs[number], pairs[number + 1]
            rows.append(Row((
                cells.label(0, one), cells.value(1, runs(one_text, FontRole.HEI if one == "校核结论" else None)),
                cells.label(2, two), cells.value(3, runs(two_text)),
            ), _ROW, keeps_next=number + 2 < len(pairs)))
        return Table(_GRID, tuple(rows))

    def _signatures(self) -> Iterable[SignatureBlock]:
        pledge = self.state.form.by_name.get(_PLEDGE)
        kind, unit = self.state.form.kind_label, self.verdict.unit_name or _THIS_UNIT
        handler = self.facts.handler or self._text("office_handler")
        phone = self.facts.handler_phone or self._text("office_handler_phone")
        contact = f"{handler}　{phone}".strip()
        yield SignatureBlock(
            "申报单位\n承诺", pledge.label if pledge else _PLEDGE_DEFAULT, ("法定代表人（负责人）签字：",), "（公章）",
            PRINTED_DATE, _HEIGHTS[0],
        )
        yield SignatureBlock(
            "街镇、园区推荐意见",
            f"经核查，{unit}符合{kind}培育条件，近三年没有负面准入清单所列情形，同意推荐。"
            if self.verdict.may_recommend
            else f"经核查，{unit}符合（　）不符合（　）{kind}培育条件，同意（　）不同意（　）推荐。",
            (f"经办人：{contact}", "负责人："), f"{self.facts.office}（盖章）", PRINTED_DATE, _HEIGHTS[1],
        )
        yield SignatureBlock(
            f"{self.pack.bureau_short_name}意见",
            f"经审核，同意（　）不同意（　）将{unit}纳入区级绿色制造单位培育库。",
            ("经办人：", "负责人："), "（盖章）", PRINTED_DATE, _HEIGHTS[2],
        )


@lru_cache(maxsize=64)
def _section(title: str, columns: int) -> Row:
    return replace(cells.section_row(title, columns), height=_SECTION_ROW)


@lru_cache(maxsize=64)
def _head(texts: tuple[str, ...]) -> Row:
    return replace(cells.head_row(texts), height=_ROW)


def _rule_of(verdict: Verdict, item: NegativeItem) -> Finding | None:
    """The rule's finding on a negative item: it reads the item's answer and cites the same clause."""
    answer = f"{item.name}_answer"
    return next((f for f in verdict.findings if f.clause == item.clause and answer in f.fields and
                 not f.rule.startswith(("V", "field:"))), None)
