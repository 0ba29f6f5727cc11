"""The cultivation library 培育库: units and their memberships, windows, decisions, rosters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from core.domain.values import Answers


class Tier(StrEnum):
    """层级 of 梯度培育 (二)."""

    DISTRICT = "district"
    CITY = "city"
    NATION = "nation"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {"district": "区级", "city": "市级", "nation": "国家级"}[self.value]


class LeaveGround(StrEnum):
    """Why a unit left the library. Only R1–R3 are removals 移出 (三(四)2) and trip N3 afterwards."""

    R1 = "R1"
    R2 = "R2"
    R3 = "R3"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"

    @property
    def is_removal(self) -> bool:
        """True for a removal under 三(四)2."""
        return self in (LeaveGround.R1, LeaveGround.R2, LeaveGround.R3)

    @property
    def clause(self) -> str:
        """The clause that is cited; the plan itself knows no voluntary leaving and no merger."""
        return {"R1": "三(四)2(1)", "R2": "三(四)2(2)", "R3": "三(四)2(3)"}.get(self.value, "三(二)2")

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {
            "R1": "未按时填报动态管理表", "R2": "材料或数据造假", "R3": "重大及以上事故", "merged": "并入其他单位",
            "withdrawn": "自愿退出",
        }[self.value]


class RosterChange(StrEnum):
    """What a roster says of a unit against the one before."""

    NEW = "new"
    KEPT = "kept"
    CHANGED = "changed"
    LEFT = "left"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {"new": "新增", "kept": "保留", "changed": "变更", "left": "移出"}[self.value]


class DecisionKind(StrEnum):
    """What the bureau decided of a form or a member. REVOKE takes the last decision of an open window back."""

    ADMIT = "admit"
    RETURN = "return"
    REFUSE = "refuse"
    REMOVE = "remove"
    KEEP = "keep"
    REVOKE = "revoke"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {
            "admit": "纳入", "return": "退回", "refuse": "不予纳入", "remove": "移出", "keep": "保留",
            "revoke": "撤销决定",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Unit:
    """An enterprise or park in the library. `id` stays through renaming, moving and a new credit code."""

    id: str
    credit_code: str
    unit_name: str
    office: str


@dataclass(frozen=True, slots=True)
class Membership:
    """One unit in the library in one kind (form id), from `admitted_on` until the day before `left_on`.

    Name, code and office are the unit's present ones; `tier` the highest that is in force. `known_since`: the day on
    which the unit was entered here; what fell due before it, this program cannot know.
    """

    id: str
    unit_id: str
    unit_name: str
    credit_code: str
    kind: str
    office: str
    industry_code: str
    record_id: str | None
    admitted_on: date
    window_id: int | None
    tier: Tier = Tier.DISTRICT
    left_on: date | None = None
    left_ground: LeaveGround | None = None
    left_reason: str = ""
    known_since: date | None = None

    @property
    def is_active(self) -> bool:
        """True while the unit is in the library."""
        return self.left_on is None


class UnitChangeKind(StrEnum):
    """变更 of a unit (domain §2.2, §2.3); the value is the changed property."""

    NAME = "unit_name"
    CODE = "credit_code"
    OFFICE = "office"
    MERGED = "merged"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {
            "unit_name": "更名", "credit_code": "信用代码变更", "office": "迁移（所属街镇园区变更）",
            "merged": "并入其他单位",
        }[self.value]


@dataclass(frozen=True, slots=True)
class UnitChange:
    """One change of a unit: what it was until the day before `happened_on`, and what it is since.

    For MERGED, `before` is this unit's name and `after` the id of the unit that took it over.
    """

    sequence: int
    unit_id: str
    kind: UnitChangeKind
    happened_on: date
    before: str
    after: str
    note: str
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class PlannedWindow:
    """动态更新 as the pack's parameters plan it: `first` to `last` day, both counted (三(二)2)."""

    year: int
    month: int
    first: date
    last: date

    @property
    def title(self) -> str:
        """As notices name it."""
        return f"{self.year}年{self.month}月动态更新"


@dataclass(frozen=True, slots=True)
class Window:
    """An update window or extra batch 批次: opened, worked, closed. `month` is None for an extra batch."""

    id: int
    title: str
    year: int
    month: int | None
    batch: int | None
    opened_on: date
    opened_by: str
    pack_digest: str
    pack_label: str
    note: str = ""
    closed_on: date | None = None
    closed_by: str = ""
    roster_number: int | None = None

    @property
    def is_open(self) -> bool:
        """True until it is closed."""
        return self.closed_on is None


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of the bureau: never changed; a later one about the same form or member takes its place.

    `subject` tells several matters about one member apart (`R1:2025`). `answers` and `pack_digest` are what the
    verdict was about, so that it can be checked again at any time.
    """

    sequence: int
    window_id: int | None
    kind: DecisionKind
    record_id: str | None
    membership_id: str | None
    subject: str
    rule: str
    clause: str
    reason: str
    verdict_number: str | None
    as_of: date | None
    pack_digest: str
    answers: Answers | None
    decided_on: date
    decided_by: str


@dataclass(frozen=True, slots=True)
class Remark:
    """审核意见 on one field of a form (blank field: on the whole form)."""

    id: str
    record_id: str
    field: str
    text: str
    written_by: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The bureau's own finding on N3, N4 or N5, which have no public source (design §4)."""

    record_id: str
    rule: str
    is_clear: bool
    basis: str
    confirmed_by: str
    confirmed_at: datetime


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One unit on a roster, with everything as it was on the closing day. LEFT lines are its annex of leavers."""

    position: int
    membership_id: str
    unit_id: str
    unit_name: str
    credit_code: str
    kind: str
    office: str
    industry_code: str
    tier: Tier
    admitted_on: date
    change: RosterChange
    reason: str = ""
    clause: str = ""

    def changes_since(self, was: RosterLine) -> tuple[str, ...]:
        """What is different from an earlier line of the same member, in clerks' words."""
        found = []
        if self.unit_name != was.unit_name:
            found.append(f"更名，原“{was.unit_name}”")
        if self.credit_code != was.credit_code:
            found.append(f"信用代码变更，原{was.credit_code}")
        if self.office != was.office:
            found.append("所属街镇园区变更")
        if self.tier is not was.tier:
            found.append(f"层级由{was.tier.label}变为{self.tier.label}")
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Roster:
    """名单: immutable, numbered from 1 without a gap. `digest` seals its lines and the digest of the one before."""

    number: int
    title: str
    window_id: int
    closed_on: date
    pack_label: str
    count: int
    digest: str
    lines: tuple[RosterLine, ...] = ()

    @property
    def members(self) -> tuple[RosterLine, ...]:
        """The units that are on it."""
        return tuple(line for line in self.lines if line.change is not RosterChange.LEFT)


@dataclass(frozen=True, slots=True)
class RosterDifference:
    """One unit between two rosters: `before` and `after` are its lines, None where it is not on that roster."""

    change: RosterChange
    before: RosterLine | None
    after: RosterLine | None
    reason: str
    clause: str

    @property
    def line(self) -> RosterLine:
        """The newest line that there is."""
        found = self.after or self.before
        if found is None:
            raise LookupError("a difference without lines")
        return found


@dataclass(frozen=True, slots=True)
class RemovalGround:
    """What R2 or R3 rests on: a falsification found, or an accident. Grades: domain §9.3."""

    id: str
    unit_id: str
    membership_id: str | None
    rule: str
    kind: str
    happened_on: date
    level: str
    deaths: int | None
    injuries: int | None
    loss_wan: float | None
    evacuated: int | None
    detail: str
    source: str
    recorded_by: str
    recorded_at: datetime
