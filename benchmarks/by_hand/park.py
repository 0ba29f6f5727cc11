"""The green park's whole check as somebody would write it by hand for this one form: the floor under `checks.py`.

Conditions, limits and the order of findings are in the code; only sentences and lists come from the pack. It takes
well-formed stored answers only, makes no objects but tuples, and knows neither fields to jump to nor what to do next.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from benchmarks.by_hand.audits import failed
from benchmarks.by_hand.clauses import ITEMS, Clauses, Said
from core.domain.credit_code import is_valid, problem
from core.forms.texts import fill
from core.policy.pack import PolicyPack

FORM: Final = "green-park"
_DATES: Final = (
    "filled_on", "established_on", "boundary_approved_on", "factory_plan_published_on", "evaluation_date",
    "office_checked_on", *(f"neg_{item}_{end}" for item in ITEMS for end in ("from", "to", "queried_on")),
)
_PHONE: Final = re.compile(r"(1[3-9][0-9]{9}|(0[0-9]{2,3}-?)?[0-9]{7,8}(-[0-9]{1,6})?)")
_MAIL: Final = re.compile(r"[^@ ]+@[^@ ]+[.][^@ ]+")
_NOT_NEGATIVE: Final = frozenset((
    "green_staff", "industrial_land_km2", "enterprises_total", "enterprises_above_scale", "employees", "output_wan",
    "industrial_value_added_wan", "total_value_added_wan", "energy_total_tce", "water_intake_m3", "carbon_total_t",
    "solid_waste_generated_t", "solid_waste_used_t", "solid_waste_stock_used_t", "green_factories_district",
    "green_factories_city", "green_factories_nation", "factory_plan_target",
))
_NOT_LATER: Final = frozenset(
    ("filled_on", "established_on", "boundary_approved_on", "factory_plan_published_on", "evaluation_date",
     *(f"neg_{item}_{end}" for item in ITEMS for end in ("from", "queried_on")))
)
_LONGEST: Final = {
    "unit_name": 120, "unit_profile": 500, "factory_plan_progress": 500, "green_profile": 600,
    **{f"neg_{item}_detail": 300 for item in ITEMS},
}
_RANGES: Final = {
    "cleaner_production_pct": (0.0, 100.0), "evaluation_score": (0.0, 100.0), "target_year": (2020.0, 2060.0),
    "factory_plan_target_year": (2020.0, 2060.0),
}
_FEW: Final = {"plan_units": 10, "neg_more_events": 10}
_CHOSEN: Final = (("P08", "P09", "P10", "P11"), ("P13", "P14"), ("P15", "P16"), ("P19", "P20"), ("P26", "P27", "P28"))


class ByHand:
    """The check of parks under one pack as of one day."""

    def __init__(self, pack: PolicyPack, as_of: date) -> None:
        self.pack, self.form, self.as_of = pack, pack.form(FORM), as_of
        self.limits: dict[str, Any] = pack.parameters_at(as_of)
        self.clauses = Clauses(pack, as_of)
        self.choices = {name: found.by_name for name, found in pack.lists.items()}
        self.audits = {audit.id: (audit.severity, audit.message) for audit in self.form.audits}
        self.fields = tuple((f.name, f, f.required) for f in self.form.fields if f.type.is_input)
        self.severities = {
            **dict.fromkeys(("P1", "P2", "P3", *ITEMS.values()), "mandatory"), "N1d": "verify",
            **{f"field:{f.name}": f.severity for f in self.form.walk()},
            **{audit: severity for audit, (severity, _) in self.audits.items()},
        }

    def check(self, answers: Mapping[str, Any]) -> tuple[str, str, list[Said]]:
        """Eligibility, number and findings: those of the clauses first."""
        v = self.read(answers)
        broken: set[str] = set()
        of_fields = self.fields_of(v, broken)
        rules = list(self.clauses.judged(v, broken))
        findings = rules + of_fields
        for audit, rows, lacking in failed(v, self.limits, self.as_of, self.pack):
            severity, message = self.audits[audit]
            labels = "".join(f"“{self.form.label_of(name)}”" for name in lacking)
            text = fill(message, self.form, v, self.limits, rows=rows, failing=labels)
            findings.append((audit, "unknown" if severity == "mandatory" else "not_met", text))
        return self.eligibility(findings), self.number(answers, rules), findings

    def eligibility(self, findings: list[Said]) -> str:
        found = {
            outcome for rule, outcome, text in findings
            if self.severities.get(rule, "") == "mandatory" or text.startswith("必填项")
        }
        return "not_eligible" if "not_met" in found else "incomplete" if "unknown" in found else "eligible"

    def number(self, answers: Mapping[str, Any], rules: list[Said]) -> str:
        content = {
            "form": FORM, "answers": answers, "pack": self.pack.digest, "as_of": self.as_of.isoformat(),
            "outcomes": {rule: outcome for rule, outcome, _ in rules}, "wrong": [],
        }
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        code = hashlib.sha256(text.encode()).hexdigest()[:16].upper()
        return "-".join((code[:4], code[4:8], code[8:12], code[12:]))

    def read(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Typed values, calculated ones too."""
        v: dict[str, Any] = dict.fromkeys(self.form.by_name)
        v.update(answers)
        for name in _DATES:
            if v[name] is not None:
                v[name] = date.fromisoformat(v[name])
        for name, value in answers.items():
            if type(value) is int:
                v[name] = float(value)
        v["priority_grounds"] = tuple(v["priority_grounds"] or ())
        self.leave_out(v)
        self.read_tables(v)
        total, stock = v["total_value_added_wan"], v["solid_waste_stock_used_t"] or 0.0
        if total is not None and v["industrial_value_added_wan"] is not None and total > 0.0:
            v["industrial_share_pct"] = v["industrial_value_added_wan"] / total * 100.0
        waste, used = v["solid_waste_generated_t"], v["solid_waste_used_t"]
        if waste is not None and used is not None and waste + stock > 0.0:
            v["solid_waste_use_pct"] = used / (waste + stock) * 100.0
        return v

    def leave_out(self, v: dict[str, Any]) -> None:
        """Blank what does not matter because of another answer."""
        for item in ITEMS:
            if v[f"neg_{item}_answer"] != "yes":
                v[f"neg_{item}_from"] = v[f"neg_{item}_to"] = None
                if v[f"neg_{item}_answer"] != "unknown":
                    v[f"neg_{item}_detail"] = None
        if v["unified_management"] != "no":
            v["multi_site_note"] = None
        if not v["priority_grounds"]:
            v["priority_detail"] = v["priority_evidence"] = None
        if v["standard_applied"] is not None and v["standard_applied"] != "industry":
            v["standard_title"] = None
        if v["evaluation_basis"] != "third_party":
            v["evaluator_name"] = v["evaluator_credit_code"] = None

    def read_tables(self, v: dict[str, Any]) -> None:
        v["plan_units"] = [dict(row) for row in v["plan_units"] or ()]
        v["neg_more_events"] = [
            {"item": row.get("item"), "detail": row.get("detail"),
             "from": date.fromisoformat(row["from"]) if row.get("from") else None,
             "to": date.fromisoformat(row["to"]) if row.get("to") else None}
            for row in v["neg_more_events"] or ()
        ]
        units, lead = self.choices["park_indicator"], self.choices["park_indicator_reverse"]
        given = {row["indicator"]: row for row in v["park_indicators"] or ()}
        rows = []
        for name, choice in units.items():
            row = given.get(name, {})
            y1, y2, y3 = (None if row.get(k) is None else float(row[k]) for k in
                          ("indicator_y1", "indicator_y2", "indicator_y3"))
            ratio = None
            if y3 is not None and choice.value:
                if name in lead and lead[name].value == 1.0:
                    ratio = choice.value / y3 if y3 > 0.0 else None
                else:
                    ratio = y3 / choice.value
            rows.append((name, choice.unit, y1, y2, y3, ratio))
        v["park_indicators"] = rows
        v["green_index"] = self.index(rows)

    def index(self, rows: list[tuple[Any, ...]]) -> float | None:
        required = self.choices["park_indicator_required"]
        wanted = [row[5] for row in rows if row[0] in required and required[row[0]].value == 1.0]
        sums = list(wanted)
        for place, names in enumerate(_CHOSEN):
            best = sorted((row[5] for row in rows if row[0] in names and row[5] is not None), reverse=True)
            sums += best[:2 if place == 0 else 1] if len(best) >= (2 if place == 0 else 1) else [None]
        return None if None in sums else sum(sums) / 24.0 * 100.0

    def fields_of(self, v: dict[str, Any], broken: set[str]) -> list[Said]:
        said: list[Said] = []
        for name, field, required in self.fields:
            value = v[name]
            if value is None or value in ((), []):
                if required:
                    said.append((f"field:{name}", "unknown", f"必填项“{field.label}”没有填写。"))
                continue
            if self.holds(name, value, v) is False:
                mandatory = field.severity == "mandatory"
                if mandatory:
                    broken.add(name)
                text = f"“{field.label}”填的“{value}”：{problem(value)}。" if field.is_code else ""
                said.append((
                    f"field:{name}", "unknown" if mandatory else "not_met",
                    text or fill(field.message, self.form, v, self.limits),
                ))
            if name in _FEW:
                said += self.cells(name, value, broken)
        return said

    def holds(self, name: str, value: Any, v: dict[str, Any]) -> bool:
        """The field's own constraint."""
        if name in _NOT_NEGATIVE:
            return bool(value >= 0.0)
        if name in _NOT_LATER:
            return bool(value <= self.as_of)
        if name in _LONGEST:
            return len(value) <= _LONGEST[name]
        if name in _RANGES:
            return bool(_RANGES[name][0] <= value <= _RANGES[name][1])
        if name in ("data_year", "indicator_year"):
            return bool(2015.0 <= value < self.as_of.year)
        if name in ("credit_code", "evaluator_credit_code"):
            return is_valid(value)
        if name.endswith("_to"):
            first = v[f"{name[:-3]}_from"]
            return first is None or bool(first <= value <= self.as_of)
        return self.holds_rarely(name, value, v)

    def holds_rarely(self, name: str, value: Any, v: dict[str, Any]) -> bool:
        if name in ("contact_phone", "office_handler_phone"):
            return _PHONE.fullmatch(value) is not None
        if name == "contact_email":
            return _MAIL.fullmatch(value) is not None
        if name == "office":
            return value in self.choices["office"]
        if name == "park_area_km2":
            return bool(value > 0.0)
        if name == "commitment":
            return bool(value == "yes")
        if name == "office_checked_on":
            return v["filled_on"] is None or bool(v["filled_on"] <= value <= self.as_of)
        return name not in _FEW or len(value) <= _FEW[name]

    def cells(self, table: str, rows: list[dict[str, Any]], broken: set[str]) -> list[Said]:
        """Cells of a table that break the constraint of their column."""
        wrong: dict[str, list[int]] = {}
        for number, row in enumerate(rows, start=1):
            if table == "plan_units":
                code, year = row.get("plan_unit_code"), row.get("plan_unit_year")
                if code is not None and not is_valid(code):
                    wrong.setdefault("plan_unit_code", []).append(number)
                if year is not None and not 2020 <= year <= 2060:
                    wrong.setdefault("plan_unit_year", []).append(number)
                continue
            first, last = row["from"], row["to"]
            if first is not None and first > self.as_of:
                wrong.setdefault("from", []).append(number)
            if first is not None and last is not None and not first <= last <= self.as_of:
                wrong.setdefault("to", []).append(number)
            if row["detail"] is not None and len(row["detail"]) > 300:
                wrong.setdefault("detail", []).append(number)
        said = []
        for column, numbers in sorted(wrong.items()):
            field = self.form.by_name[column]
            broken.update(f"{table}[{n}].{column}" for n in numbers)
            code = rows[numbers[0] - 1].get(column)
            is_code = column == "plan_unit_code" and isinstance(code, str)
            text = f"“{field.label}”填的“{code}”：{problem(str(code))}。" if is_code else fill(
                field.message, self.form, {}, self.limits
            )
            which = "、".join(map(str, numbers))
            said.append((f"field:{column}", "unknown", f"“{self.form.label_of(table)}”第{which}行：{text}"))
        return said
