"""The park's audit formulas by hand: each gives the ids of those that do not hold, their rows, and what is missing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final, TypeAlias

from core.domain.calendar import months_between
from core.policy.pack import PolicyPack

Failed: TypeAlias = tuple[str, tuple[int, ...], tuple[str, ...]]
_NEGATIVE: Final = (
    "deregistered", "suspended", "abnormal", "other", "violation", "delisted", "inspection", "energy_rectification",
    "dishonest",
)
_SHOWN_ONLY_ON_YES: Final = ("suspended", "other", "delisted", "inspection", "energy_rectification")
_SECTIONS: Final = {
    "V350": ("filled_on", "office_checked_on", "office_handler", "office_handler_phone"),
    "V351": ("park_level", "park_kind", "managing_body_kind", "green_staff", "unit_profile"),
    "V353": ("boundary_file", "factory_plan_file", "evaluation_report", "business_license"),
    "V354": (
        "data_year", "enterprises_total", "enterprises_above_scale", "industrial_value_added_wan",
        "total_value_added_wan", "energy_total_tce", "water_intake_m3", "carbon_total_t", "solid_waste_generated_t",
        "solid_waste_used_t", "environment_met", "obsolete_free",
    ),
    "V355": (
        "factory_plan_title", "green_factories_district", "green_factories_city", "green_factories_nation",
        "factory_plan_target", "factory_plan_target_year", "factory_plan_progress",
    ),
}


def failed(v: Mapping[str, Any], limits: Mapping[str, Any], as_of: date, pack: PolicyPack) -> Iterator[Failed]:
    """All that do not hold."""
    for found in (_dates(v, limits, as_of), _standard(v, as_of, pack), _figures(v), _park(v, limits, as_of)):
        for audit in found:
            yield audit, (), ()
    yield from _negative(v, limits, as_of)
    yield from _rows(v, limits, pack)
    yield from _gaps(v)


def _dates(v: Mapping[str, Any], limits: Mapping[str, Any], as_of: date) -> Iterator[str]:
    year, day = v["data_year"], v["evaluation_date"]
    if v["credit_code"] is not None and not re.search(limits["region_pattern"], v["credit_code"]):
        yield "V001"
    if year is not None:
        if v["established_on"] is not None and v["established_on"].year > year:
            yield "V002"
        if year < as_of.year - 1:
            yield "V003"
    if day is not None and months_between(day, as_of) > limits["evaluation_max_age_months"]:
        yield "V027"
    if v["evaluator_credit_code"] is not None and v["evaluator_credit_code"] == v["credit_code"]:
        yield "V026"


def _standard(v: Mapping[str, Any], as_of: date, pack: PolicyPack) -> Iterator[str]:
    tiers, target, tier = pack.lists["tier"].by_name, v["target_tier"], v["current_tier"]
    standard = pack.lists["standard_all"].by_name.get(v["standard_applied"])
    if standard is not None and v["evaluation_date"] is not None and not standard.in_force(v["evaluation_date"]):
        yield "V025"
    if target is not None and tier is not None:
        if target != "none" and (tiers[target].value or 0.0) <= (tiers[tier].value or 0.0):
            yield "V028"
        if target == "nation" and tier not in ("city", "nation"):
            yield "V029"
    if target not in (None, "none") and v["target_year"] is not None and v["target_year"] < as_of.year:
        yield "V030"
    if v["standard_applied"] == "industry" and v["standard_title"] is None:
        yield "V040"


def _figures(v: Mapping[str, Any]) -> Iterator[str]:
    energy, carbon, waste, used = (
        v[n] for n in ("energy_total_tce", "carbon_total_t", "solid_waste_generated_t", "solid_waste_used_t")
    )
    stock = v["solid_waste_stock_used_t"]
    if energy is not None and carbon is not None and energy > 0.0 and not 0.2 <= carbon / energy <= 12.0:
        yield "V022"
    if used is not None:
        if waste is not None and used > waste + (stock or 0.0):
            yield "V023"
        if stock is not None and stock > used:
            yield "V024"
    for audit, less, more in (
        ("V301", "industrial_value_added_wan", "total_value_added_wan"),
        ("V302", "industrial_land_km2", "park_area_km2"),
        ("V304", "enterprises_above_scale", "enterprises_total"),
        ("V306", "green_factories_district", "enterprises_total"),
    ):
        if v[less] is not None and v[more] is not None and v[less] > v[more]:
            yield audit
    if v["park_area_km2"] is not None and not 0.05 <= v["park_area_km2"] <= 300.0:
        yield "V303"
    nation, city, district = (v[f"green_factories_{n}"] for n in ("nation", "city", "district"))
    if None not in (nation, city, district) and not nation <= city <= district:
        yield "V305"


def _park(v: Mapping[str, Any], limits: Mapping[str, Any], as_of: date) -> Iterator[str]:
    target, year = v["factory_plan_target"], v["factory_plan_target_year"]
    if target is not None and not (target > 0.0 and v["plan_units"]):
        yield "V307"
    if year is not None and year < as_of.year:
        yield "V308"
    if v["green_staff"] is not None and v["green_staff"] < 2.0:
        yield "V310"
    if v["meets_standard"] == "yes":
        if v["environment_met"] not in (None, "yes"):
            yield "V317"
        if v["obsolete_free"] not in (None, "yes"):
            yield "V318"
    if v["unified_management"] not in (None, "yes"):
        yield "V319"
    if v["industrial_share_pct"] is not None and v["industrial_share_pct"] <= limits["industrial_share_min_pct"]:
        yield "V320"


def _negative(v: Mapping[str, Any], limits: Mapping[str, Any], as_of: date) -> Iterator[Failed]:
    first, last = v["neg_suspended_from"], v["neg_suspended_to"]
    if first is not None and months_between(first, last or as_of) < limits["stoppage_months"]:
        yield "V008", (), ()
    told = v["neg_violation_source"]
    if told is not None and not ("信用中国" in told and "公示系统" in told) and "证明" not in told:
        yield "V012", (), ()
    told = v["neg_dishonest_source"]
    if told is not None and "执行信息公开网" not in told and "证明" not in told:
        yield "V013", (), ()
    answers = {item: v[f"neg_{item}_answer"] for item in _NEGATIVE}
    yield from _queries(v, limits, as_of)
    yield from _told(v, answers)
    yield from _further(v["neg_more_events"], answers)


def _queries(v: Mapping[str, Any], limits: Mapping[str, Any], as_of: date) -> Iterator[Failed]:
    queried = {item: v[f"neg_{item}_queried_on"] for item in _NEGATIVE}
    if None in queried.values():
        yield "V034", (), tuple(f"neg_{item}_queried_on" for item, day in queried.items() if day is None)
    old = [i for i, day in queried.items() if day is not None and (as_of - day).days > limits["query_max_age_days"]]
    if old:
        yield "V035", (), tuple(f"neg_{item}_queried_on" for item in old)


def _told(v: Mapping[str, Any], answers: Mapping[str, Any]) -> Iterator[Failed]:
    if None not in answers.values():
        yes = [item for item, answer in answers.items() if answer == "yes"]
        for audit, what in (("V010", "detail"), ("V036", "from")):
            lacking = tuple(f"neg_{item}_{what}" for item in yes if v[f"neg_{item}_{what}"] is None)
            if lacking:
                yield audit, (), lacking
    if all(answers[item] is not None for item in _SHOWN_ONLY_ON_YES):
        lacking = tuple(
            f"neg_{item}_evidence" for item in _NEGATIVE
            if v[f"neg_{item}_evidence"] is None and (item not in _SHOWN_ONLY_ON_YES or answers[item] == "yes")
        )
        if lacking:
            yield "V011", (), lacking


def _further(rows: list[dict[str, Any]], answers: Mapping[str, Any]) -> Iterator[Failed]:
    if not rows:
        return
    if None not in answers.values():
        bad = tuple(n for n, r in enumerate(rows, 1) if r["item"] is not None and answers.get(r["item"]) != "yes")
        if bad:
            yield "V037", bad, ()
    bad = tuple(n for n, r in enumerate(rows, 1) if r["item"] is None)
    if bad:
        yield "V039", bad, ()


def _rows(v: Mapping[str, Any], limits: Mapping[str, Any], pack: PolicyPack) -> Iterator[Failed]:
    units = v["plan_units"]
    codes = Counter(row.get("plan_unit_code") for row in units)
    bad = tuple(n for n, row in enumerate(units, 1) if row.get("plan_unit_code") and codes[row["plan_unit_code"]] > 1)
    if bad:
        yield "V309", bad, ()
    names = ("plan_unit_name", "plan_unit_code", "plan_unit_tier", "plan_unit_year")
    bad = tuple(n for n, row in enumerate(units, 1) if any(row.get(name) is None for name in names))
    if bad:
        yield "V370", bad, ()
    rows, required = v["park_indicators"], pack.lists["park_indicator_required"].by_name
    swing = limits["swing_pct"] / 100.0
    percent, swung, blank = [], [], []
    for number, (name, unit, y1, y2, y3, _) in enumerate(rows, 1):
        if unit == "%" and any(y is not None and not -100.0 <= y <= 100.0 for y in (y1, y2, y3)):
            percent.append(number)
        if y2 is not None and y3 is not None and y2 != 0.0 and abs(y3 - y2) > abs(y2) * swing:
            swung.append(number)
        if y3 is None and name in required and required[name].value == 1.0:
            blank.append(number)
    if percent:
        yield "V311", tuple(percent), ()
    if swung:
        yield "V312", tuple(swung), ()
    if blank and v["evaluation_basis"] == "third_party":
        yield "V316", tuple(blank), ()
    yield from _outputs(v)


def _outputs(v: Mapping[str, Any]) -> Iterator[Failed]:
    added = v["industrial_value_added_wan"]
    if added is None or v["indicator_year"] is None or v["indicator_year"] != v["data_year"]:
        return
    newest = {row[0]: row[4] for row in v["park_indicators"]}
    for audit, indicator, name, factor in (
        ("V313", "P01", "energy_total_tce", 1.0), ("V314", "P04", "water_intake_m3", 10_000.0),
        ("V315", "P05", "industrial_land_km2", 0.0001),
    ):
        if v[name] and newest[indicator] is not None:
            share = added * factor / v[name]
            if abs(newest[indicator] - share) > share * 0.05:
                yield audit, (), ()


def _gaps(v: Mapping[str, Any]) -> Iterator[Failed]:
    for audit, names in _SECTIONS.items():
        lacking = tuple(name for name in names if v[name] is None)
        if lacking:
            yield audit, (), lacking
    names = ("boundary_approved_on", "boundary_description", "park_area_km2", "industrial_land_km2",
             "leading_industries", "unified_management")
    lacking = tuple(name for name in names if v[name] is None)
    if v["unified_management"] == "no" and v["multi_site_note"] is None:
        lacking += ("multi_site_note",)
    if lacking:
        yield "V352", (), lacking
    wanted = [
        ("priority_detail", bool(v["priority_grounds"])), ("standard_title", v["standard_applied"] == "industry"),
        ("evaluator_name", v["evaluation_basis"] == "third_party"),
        ("evaluator_credit_code", v["evaluation_basis"] == "third_party"), ("current_tier", True),
        ("target_tier", True), ("target_year", True), ("green_profile", True),
    ]
    lacking = tuple(name for name, is_wanted in wanted if is_wanted and v[name] is None)
    if lacking:
        yield "V356", (), lacking
