"""Reads the rule cases of tests/fixtures/rules, which clerks can read too."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from core.domain.enums import Eligibility, Outcome
from core.forms.definition import FormDefinition
from tests.fixtures.packs import sample, shipped_pack

FOLDER: Final = Path(__file__).parents[2] / "fixtures" / "rules"
KINDS: Final = ("符合", "不符合", "待核实", "边界")
_EXCEPTIONS: Final = "例外"
_FORMS: Final = {"绿色工厂": "green-factory", "绿色供应链": "green-supply-chain", "绿色园区": "green-park",
                  "动态管理表": "annual-report"}


@dataclass(frozen=True, slots=True)
class Case:
    """One line: the answers that differ from an eligible sample, and what the rule and the form must say."""

    rule: str
    title: str
    kind: str
    form: str
    as_of: date
    changes: str
    outcome: Outcome
    phrase: str
    eligibility: Eligibility

    def answers(self) -> dict[str, Any]:
        """The sample with the changes put in."""
        form = shipped_pack().form(self.form)
        answers = sample(self.form)
        for change in filter(None, self.changes.split("；")):
            label, _, value = change.partition("=")
            name = _field_name(form, label)
            if value == "（空）":
                answers.pop(name, None)
            else:
                answers[name] = _repeat(form, name, value)
        return answers


def _field_name(form: FormDefinition, label: str) -> str:
    names = [f.name for f in form.fields if f.label == label]
    assert len(names) == 1, f"{form.title}中名称是“{label}”的栏目有{len(names)}个"
    return names[0]


def _repeat(form: FormDefinition, name: str, value: str) -> Any:
    """A repeat's rows, parted by ` / `; its cells by `｜`, each `栏目 答案`; other fields as they are."""
    if name == "neg_more_events":
        return _events(value)
    columns = {c.label: c.name for c in form.by_name[name].columns}
    if not columns:
        return value
    rows = [dict(cell.split(" ", 1) for cell in row.split("｜")) for row in value.split(" / ")]
    return [{columns[label]: answer for label, answer in row.items()} for row in rows]


def _events(text: str) -> list[dict[str, str]]:
    """`情形 起始日期 至 结束日期`, rows parted by ` / `; dates may be left out from the end."""
    rows = []
    for part in text.split(" / "):
        head, _, ended = part.partition(" 至 ")
        item, _, started = head.partition(" ")
        rows.append({"item": item, "from": started, "to": ended})
    return rows


def _outcome(label: str) -> Outcome:
    return next(word for word in Outcome if word.label == label)


def _eligibility(form: str, label: str) -> Eligibility:
    return next(word for word in Eligibility if word.label_for(form) == label)


def rule_ids_with_files() -> set[str]:
    """Ids that have a file of cases."""
    return {path.stem for path in FOLDER.glob("*.csv")} - {_EXCEPTIONS}


def all_cases() -> list[Case]:
    """Every case of every file."""
    cases = []
    for rule in sorted(rule_ids_with_files()):
        with (FOLDER / f"{rule}.csv").open(encoding="utf-8-sig", newline="") as file:
            cases += [
                Case(
                    rule, row["情形"], row["种类"], _FORMS[row["表"]], date.fromisoformat(row["校核日期"]),
                    row["改动的答案"], _outcome(row["规则结论"]), row["提示语含有"],
                    _eligibility(_FORMS[row["表"]], row["整表结论"]),
                )
                for row in csv.DictReader(file, strict=True)
            ]
    return cases


def exceptions() -> dict[tuple[str, str], str]:
    """(rule, kind) that cannot be, and why."""
    with (FOLDER / f"{_EXCEPTIONS}.csv").open(encoding="utf-8-sig", newline="") as file:
        return {(row["规则"], row["没有的种类"]): row["理由"] for row in csv.DictReader(file)}
