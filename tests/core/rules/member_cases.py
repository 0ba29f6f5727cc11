"""Reads the cases of rules over members: tests/fixtures/rules/members, which clerks can read too."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from core.domain.enums import Outcome
from core.rules.facts import (
    AccidentFacts,
    CityFacts,
    FalsificationFacts,
    MemberFacts,
    NationFacts,
    ReportFacts,
    WindowFacts,
)
from tests.fixtures.packs import shipped_pack

FOLDER: Final = Path(__file__).parents[2] / "fixtures" / "rules" / "members"
UNIT: Final = "天津岚溪泵业有限公司"


@dataclass(frozen=True, slots=True)
class MemberCase:
    """One line: the facts, and what the rule must say of them."""

    rule: str
    title: str
    kind: str
    as_of: date
    given: Mapping[str, str]
    outcome: Outcome
    phrase: str

    @property
    def facts(self) -> MemberFacts:
        """The facts that the rule asks for."""
        return _MAKERS[self.rule](self)

    def day(self, label: str) -> date | None:
        return date.fromisoformat(self.given[label]) if label in self.given else None

    def sure_day(self, label: str) -> date:
        return date.fromisoformat(self.given[label])

    def number(self, label: str) -> int | None:
        return int(self.given[label]) if label in self.given else None

    def yes(self, label: str) -> bool | None:
        return self.given[label] == "是" if label in self.given else None

    def choice(self, list_name: str, label: str) -> str:
        return shipped_pack().lists[list_name].by_label[self.given[label]].name if label in self.given else ""


def _accident(case: MemberCase) -> AccidentFacts:
    loss = case.given.get("损失")
    return AccidentFacts(
        UNIT, case.choice("incident_kind", "类别"), case.day("发生日"), case.choice("incident_level", "等级"),
        case.number("死亡"), case.number("重伤"), float(loss) if loss else None, case.number("疏散"),
    )


_MAKERS: Final[Mapping[str, Callable[[MemberCase], MemberFacts]]] = {
    "R1": lambda c: ReportFacts(UNIT, int(c.given["报告年度"]), c.sure_day("截止日"), c.day("填报日")),
    "R2": lambda c: FalsificationFacts(UNIT, c.day("查实日"), c.given.get("情况", "")),
    "R3": _accident,
    "W1": lambda c: WindowFacts(c.given["窗口"], c.sure_day("起"), c.sure_day("止"), c.day("打开日"), c.day("关闭日")),
    "T1": lambda c: CityFacts(
        UNIT, c.day("入库日"), c.given.get("标准", ""), c.day("评价日"), c.yes("评价达标"), c.yes("同意")
    ),
    "T2": lambda c: NationFacts(UNIT, c.day("市级认定日")),
}


def member_cases() -> list[MemberCase]:
    """Every case of every file."""
    cases = []
    for path in sorted(FOLDER.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            cases += [
                MemberCase(
                    path.stem, row["情形"], row["种类"], date.fromisoformat(row["校核日期"]),
                    dict(part.split("=", 1) for part in row["事实"].split("；") if part),
                    next(o for o in Outcome if o.label == row["规则结论"]), row["提示语含有"],
                )
                for row in csv.DictReader(file, strict=True)
            ]
    return cases
