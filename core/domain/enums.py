"""The closed vocabularies of the field."""

from __future__ import annotations

from enum import StrEnum


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


class RecordState(StrEnum):
    """Where a record stands between draft and package (design §5; later states come with the library)."""

    DRAFT = "draft"
    RECOMMENDED = "recommended"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {"draft": "填报中", "recommended": "已推荐"}[self.value]


class Role(StrEnum):
    """Who sits at this workstation."""

    OFFICE = "office"
    BUREAU = "bureau"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {"office": "街镇、园区", "bureau": "区工业和信息化局"}[self.value]
