"""The clauses on parks by hand: negative list, priority grounds, P1 to P3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final, TypeAlias

from core.domain.calendar import add_months, format_chinese
from core.forms.texts import fill
from core.policy.pack import PolicyPack

Said: TypeAlias = tuple[str, str, str]
ITEMS: Final = {
    "deregistered": "N1a", "suspended": "N1b", "abnormal": "N1c", "other": "N1d", "violation": "N2", "delisted": "N3",
    "inspection": "N4", "energy_rectification": "N5", "dishonest": "N6",
}
_STAY_OPEN: Final = ("suspended", "abnormal", "energy_rectification", "dishonest", "deregistered")
_GROUNDS: Final = (
    "energy_water_leader", "wastewater_recycling", "efficient_equipment", "environmental_equipment_norm",
    "resource_use_norm", "remanufacturing_norm", "key_chain_link", "specialized_new", "single_champion",
    "leading_industry",
)
_STANDARD: Final = ("standard_applied", "evaluation_basis", "meets_standard", "evaluation_date")


class Clauses:
    """The rules of a pack as of a day."""

    def __init__(self, pack: PolicyPack, as_of: date) -> None:
        self.form, self.as_of, self.limits = pack.form("green-park"), as_of, pack.parameters_at(as_of)
        self.start = add_months(as_of, -int(self.limits["lookback_months"]))
        self.texts = {rule: text.sentences for rule, text in pack.rule_texts.items()}
        self.period = {"{start}": format_chinese(self.start), "{end}": format_chinese(as_of)}
        self.clear = {item: self.said(rule, "met", {}, {})[2] for item, rule in ITEMS.items()}
        self.unclaimed = [(f"Q{n}", "not_met", self.texts[f"Q{n}"]["not_met"]) for n in range(1, 11)]

    def said(self, rule: str, key: str, v: Mapping[str, Any], words: Mapping[str, str]) -> Said:
        text = fill(self.texts[rule][key], self.form, v, self.limits)
        for slot, word in {**self.period, **words}.items():
            text = text.replace(slot, word)
        return rule, key.partition(".")[0], text.replace("。。", "。")

    def missing(self, names: list[str]) -> dict[str, str]:
        return {"{missing}": "、".join(f"“{self.form.label_of(name)}”" for name in names)}

    def judged(self, v: Mapping[str, Any], broken: set[str]) -> Iterator[Said]:
        """Every rule, in the order of the plan."""
        yield from self._park(v, broken)
        further: dict[str, list[tuple[int, dict[str, Any]]]] = {}
        for number, row in enumerate(v["neg_more_events"], 1):
            further.setdefault(row["item"], []).append((number, row))
        for item, rule in ITEMS.items():
            if v[f"neg_{item}_answer"] == "no" and item not in further:
                yield rule, "met", self.clear[item]
            else:
                yield self._negative(item, rule, v, broken, further.get(item, []))
        for number, ground in enumerate(_GROUNDS):
            if ground not in v["priority_grounds"]:
                yield self.unclaimed[number]
            elif v["priority_detail"] is None:
                yield self.said(f"Q{number + 1}", "unknown", v, self.missing(["priority_detail"]))
            else:
                yield self.said(f"Q{number + 1}", "met", v, {})

    def _negative(
        self, item: str, rule: str, v: Mapping[str, Any], broken: set[str], further: list[tuple[int, dict[str, Any]]]
    ) -> Said:
        answer, first, last = v[f"neg_{item}_answer"], v[f"neg_{item}_from"], v[f"neg_{item}_to"]
        spans, gap = [], {"yes": "", "no": "", "unknown": "unknown.unsure", None: "unknown.blank"}[answer]
        if answer == "yes":
            if not broken.isdisjoint((f"neg_{item}_from", f"neg_{item}_to")):
                gap = "unknown.malformed"
            elif first is None:
                gap = "unknown.no_from"
            else:
                spans.append(self._span(item, first, last))
        more = ""
        for number, row in further:
            if not broken.isdisjoint((f"neg_more_events[{number}].from", f"neg_more_events[{number}].to")):
                more = "unknown.malformed"
            elif row["from"] is not None:
                spans.append(self._span(item, row["from"], row["to"]))
            else:
                more = more or "unknown.no_from"
        counted = self._counted(item, spans)
        if counted:
            return self.said(rule, "not_met", v, {"{events}": _told(counted), "{edge}": self._edge(item, counted)})
        if gap or more:
            return self.said(rule, gap or more, v, {})
        return self.said(rule, "met.recorded" if spans else "met", v, {"{events}": _told(spans)})

    def _span(self, item: str, first: date, last: date | None) -> tuple[date, date, bool]:
        if last is not None:
            return first, last, False
        return (first, self.as_of, True) if item in _STAY_OPEN else (first, first, False)

    def _counted(self, item: str, spans: list[tuple[date, date, bool]]) -> list[tuple[date, date, bool]]:
        if item in ("abnormal", "energy_rectification"):
            return [span for span in spans if span[2]]
        if item != "suspended":
            return [span for span in spans if span[0] <= self.as_of and span[1] >= self.start]
        merged: list[tuple[date, date, bool]] = []
        for first, last, is_open in sorted(spans):
            if merged and first <= merged[-1][1]:
                before = merged.pop()
                end = max(before[1], last)
                merged.append((before[0], end, (is_open and last == end) or (before[2] and before[1] == end)))
            else:
                merged.append((first, last, is_open))
        months = int(self.limits["stoppage_months"])
        return [s for s in merged if add_months(s[0], months) <= min(s[1], self.as_of) and s[1] >= self.start]

    def _edge(self, item: str, spans: list[tuple[date, date, bool]]) -> str:
        for first, last, _ in spans:
            reached = add_months(first, int(self.limits["stoppage_months"])) if item == "suspended" else first
            if self.start in (last, reached):
                return f"（{format_chinese(self.start)}正是近三年的第一日，按计入处理）"
            if reached == self.as_of:
                return f"（{format_chinese(self.as_of)}正是校核日期当日，按计入处理）"
        return ""

    def _park(self, v: Mapping[str, Any], broken: set[str]) -> Iterator[Said]:
        wanted = ("boundary_document", "managing_body", "main_function")
        lacking = [name for name in wanted if v[name] is None]
        if v["main_function"] not in (None, "manufacturing_energy", "manufacturing", "energy_supply"):
            yield self.said("P1", "not_met.function", v, {})
        elif v["boundary_document"] in ("无", "没有", "暂无"):
            yield self.said("P1", "not_met.boundary_document", v, {})
        elif v["managing_body"] in ("无", "没有", "暂无"):
            yield self.said("P1", "not_met.managing_body", v, {})
        else:
            yield self.said("P1", "unknown" if lacking else "met", v, self.missing(lacking))
        published = v["factory_plan_published_on"] is not None and "factory_plan_published_on" not in broken
        if not published and v["factory_plan_title"] in ("无", "没有", "暂无"):
            yield self.said("P2", "not_met", v, {})
        else:
            key = "met" if published else "unknown"
            yield self.said("P2", key, v, self.missing(["factory_plan_published_on"]))
        lacking = [name for name in _STANDARD if v[name] is None or name in broken]
        applied = v["standard_applied"] or "（未填）"
        choices = self.form.by_name["standard_applied"].choices
        label = choices.label_of(applied) if choices else applied
        standard = (v["standard_title"] or label) if applied == "industry" else label
        key = "not_met" if v["meets_standard"] == "no" else "unknown" if lacking else "met"
        yield self.said("P3", key, v, {"{standard}": standard, **self.missing(lacking)})


def _told(spans: list[tuple[date, date, bool]]) -> str:
    return "；".join(
        f"{format_chinese(first)}起至今" if is_open else format_chinese(first) if first == last
        else f"{format_chinese(first)}至{format_chinese(last)}" for first, last, is_open in spans
    )
