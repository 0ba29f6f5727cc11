"""The closed vocabularies of the field."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

#: The form 动态管理表, which a member of the library fills every year.
REPORT_FORM: Final = "annual-report"


def handing_in(form: str) -> str:
    """What a complete form is: recommended 推荐, or for an annual report handed in 上报."""
    return "上报" if form == REPORT_FORM else "推荐"


class Severity(StrEnum):
    """How much a finding weighs: 强制性, 核实性, 提示性."""

    MANDATORY = "mandatory"
    VERIFY = "verify"
    HINT = "hint"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {"mandatory": "强制性", "verify": "核实性", "hint": "提示性"}[self.value]


class Outcome(StrEnum):
    """The three answers of a rule: 符合, 不符合, 待核实."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {"met": "符合", "not_met": "不符合", "unknown": "待核实"}[self.value]


class Eligibility(StrEnum):
    """What a verdict says of a whole form: 可推荐, 不可推荐, 待核实."""

    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    INCOMPLETE = "incomplete"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {"eligible": "可推荐", "not_eligible": "不可推荐", "incomplete": "待核实"}[self.value]

    def label_for(self, form: str) -> str:
        """The word for a verdict of that form: an annual report is not recommended but handed in."""
        if form != REPORT_FORM:
            return self.label
        return {"eligible": "可上报", "not_eligible": "有移出情形", "incomplete": "待核实"}[self.value]


class RecordState(StrEnum):
    """Where a form stands in its life (design §5). FILED and ACCEPTED are those of an annual report 动态管理表."""

    DRAFT = "draft"
    RECOMMENDED = "recommended"
    RECEIVED = "received"
    RETURNED = "returned"
    ADMITTED = "admitted"
    REFUSED = "refused"
    REMOVED = "removed"
    FILED = "filed"
    ACCEPTED = "accepted"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return _STATE_LABELS[self.value]

    @property
    def is_editable(self) -> bool:
        """True while answers may still change: a draft, or a form that came back."""
        return self in (RecordState.DRAFT, RecordState.RETURNED)

    @property
    def is_closed(self) -> bool:
        """True when the form's life is over, so that the unit may hand in a new one."""
        return self in (RecordState.REFUSED, RecordState.REMOVED)


_STATE_LABELS: Final = {
    "draft": "填报中",
    "recommended": "已推荐",
    "received": "待审核",
    "returned": "已退回",
    "admitted": "已入库",
    "refused": "不予入库",
    "removed": "已移出",
    "filed": "已上报",
    "accepted": "已审核",
}


class Role(StrEnum):
    """Who sits at this workstation."""

    OFFICE = "office"
    BUREAU = "bureau"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {"office": "街镇、园区", "bureau": "区工业和信息化局"}[self.value]
