"""Three years of the library on a clock that is set by hand: both windows each, an extra batch, removals, tiers.

Who: the sample units under their invented names, and two more. For one first year every roster comes out the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from core.domain.enums import Role
from core.domain.errors import NotAllowedError
from core.domain.library import Roster, Tier, UnitChangeKind
from core.domain.records import Station
from core.domain.tiers import EvaluationFacts
from core.domain.values import Stored
from core.infra.clock import SetClock
from core.services import drafts
from core.services.library import closing, evaluations, members, removal, reports, review, tiers, units, windows
from core.services.library.removal import IncidentReport, IncidentResult
from core.services.samples import Sample, complete_sample, read_samples
from core.services.workspace import Workspace, open_workspace

_BASIS: Final = "区局名单、督查、节能监察台账"
_BODY: Final = ("津衡绿评（天津）技术服务有限公司", "91120115PDY00503XA", "程砚书")
#: Short names → number of the sample whose answers the unit takes; its own name and code where it is not that sample.
_CAST: Final = {
    "砚澜禾": ("01", "", ""),
    "祥岚穗": ("02", "", ""),
    "檀屿舟": ("03", "", ""),
    "翊穹岚": ("04", "", ""),
    "沐岑朔": ("05", "", ""),
    "霁桁远": ("06", "", ""),
    "瀚岳祁": ("12", "", ""),
    "澜桥园": ("16", "", ""),
    "晏舸": ("01", "天津晏舸环保装备有限公司", "91120115PDY005013P"),
    "峤宁": ("01", "天津峤宁铸造有限公司", "91120115PDY005021J"),
}
_FIGURES: Final[dict[str, Stored]] = {
    "employees": 180, "revenue_wan": 24000, "output_wan": 25000, "energy_total_tce": 900, "water_intake_m3": 21000,
    "wastewater_discharged_m3": 8000, "solid_waste_generated_t": 120, "solid_waste_used_t": 118, "carbon_total_t": 4100,
    "industrial_value_added_wan": 6000, "total_value_added_wan": 9000, "suppliers_total": 86,
    "suppliers_green_factories": 9, "has_changes": "no", "has_incidents": "no", "has_penalties": "no",
    "still_meets_conditions": "yes", "production_status": "producing", "commitment": "yes",
}


@dataclass
class Play:
    """What was played: the rosters, what the gates refused, the accident, and the day on which it ends."""

    ws: Workspace
    clock: SetClock
    first_year: int
    rosters: list[Roster] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    accident: IncidentResult | None = None

    def on(self, year: int, month: int, day: int) -> date:
        """Set the clock to a day of the first, second or third year."""
        today = date(self.first_year + year - 1, month, day)
        self.clock.set(today)
        return today


def play_years(folder: Path, first_year: int) -> Play:
    """Play three years of the bureau in a new store.

    Raises:
        GreenLadderError: a step that should go was refused.
    """
    clock = SetClock(date(first_year, 6, 1))
    play = Play(open_workspace(folder, clock=clock), clock, first_year)
    _sit_down(play, Role.BUREAU)
    _first_year(play)
    _second_year(play)
    _third_year(play)
    return play


def _first_year(play: Play) -> None:
    """June: four enter, one is returned, one refused. December: the corrected one and a fifth factory."""
    play.on(1, 6, 3)
    windows.open_window(play.ws)
    for name in ("砚澜禾", "檀屿舟", "瀚岳祁", "澜桥园"):
        _admit(play, _received(play, name))
    returned = _received(play, "祥岚穗")
    review.remark(play.ws, returned, "employees", "与社保缴费人数不符，请核实")
    review.return_record(play.ws, returned)
    outsider = _received(play, "霁桁远")
    _try(play, lambda: review.admit(play.ws, outsider))
    review.refuse(play.ws, outsider, "行业代码不属于制造业", clause="三(一)1(1)")
    _close(play, 1, 6, 20)
    play.on(1, 12, 12)
    windows.open_window(play.ws)
    drafts.save_answer(play.ws, returned, "employees", 164, source="街镇更正")
    _explain_all(play, returned)
    review.receive(play.ws, returned)
    _admit(play, returned)
    _admit(play, _received(play, "翊穹岚"))
    _close(play, 1, 12, 18)


def _second_year(play: Play) -> None:
    """A late report, a falsified one, an extra batch in March, a city recommendation, a renaming."""
    play.on(2, 3, 10)
    windows.open_window(play.ws, batch=1)
    _admit(play, _received(play, "沐岑朔"))
    _close(play, 2, 3, 20)
    play.on(2, 4, 10)
    for name in ("砚澜禾", "祥岚穗", "翊穹岚", "瀚岳祁", "澜桥园"):
        _report(play, name)
    play.on(2, 5, 6)
    _report(play, "檀屿舟")
    found_on = play.on(2, 5, 20)
    removal.record_falsification(
        play.ws, _member(play, "祥岚穗"), found_on=found_on, detail="用电量台账与供电公司账单不符",
        source="区局现场核查记录",
    )
    play.on(2, 6, 5)
    windows.open_window(play.ws)
    for proposal in removal.proposals(play.ws):
        removal.remove(play.ws, proposal.membership.id, subject=proposal.subject)
    _admit(play, _received(play, "晏舸"))
    _close(play, 2, 6, 22)
    _to_city(play)
    renamed_on = play.on(2, 9, 15)
    unit_id = members.membership(play.ws, _member(play, "翊穹岚")).unit_id
    units.change_unit(
        play.ws, unit_id, UnitChangeKind.NAME, after="天津翊穹岚绿色建材有限公司", happened_on=renamed_on,
        note="营业执照变更",
    )
    play.on(2, 12, 11)
    windows.open_window(play.ws)
    _close(play, 2, 12, 16)


def _to_city(play: Play) -> None:
    """Two factories: the first is refused without an evaluation; then both are evaluated, recommended, approved."""
    issued_on = play.on(2, 7, 1)
    member = _member(play, "砚澜禾")
    call = tiers.add_call(
        play.ws, tier=Tier.CITY, year=issued_on.year, title=f"关于组织{issued_on.year}年度市级绿色工厂申报的通知",
        issued_on=issued_on, deadline=issued_on + timedelta(days=31), quota=2,
        documents=("自评价报告", "第三方评价报告"),
    )
    _try(play, lambda: tiers.recommend(play.ws, member, Tier.CITY, call.id))
    both = (member, _member(play, "晏舸"))
    for each in both:
        evaluations.add_evaluation(play.ws, each, _evaluated(issued_on - timedelta(days=20)))
        tiers.agree(play.ws, each, Tier.CITY, agreed=True)
        for document in call.documents:
            tiers.tick(play.ws, call.id, each, document, done=True)
        tiers.recommend(play.ws, each, Tier.CITY, call.id)
    play.on(2, 9, 10)
    for each in both:
        tiers.decide(play.ws, each, Tier.CITY, approved=True, document="市级绿色制造单位名单（年度公布）")


def _third_year(play: Play) -> None:
    """A missing report that is excused, a national recommendation, an accident between the windows, a barred return."""
    play.on(3, 4, 14)
    for name in ("砚澜禾", "翊穹岚", "瀚岳祁", "澜桥园", "晏舸"):
        _report(play, name)
    play.on(3, 6, 8)
    windows.open_window(play.ws)
    for proposal in removal.proposals(play.ws):
        removal.keep(play.ws, proposal.membership.id, subject=proposal.subject, reason="因汛情停电，书面说明后已补报")
    barred = _received(play, "檀屿舟")
    _confirm(play, barred)
    _try(play, lambda: review.admit(play.ws, barred))
    review.refuse(play.ws, barred, "近三年内被移出培育库", clause="三(四)1(3)")
    _admit(play, _received(play, "峤宁"))
    _close(play, 3, 6, 25)
    _to_nation(play)
    day = play.on(3, 8, 5)
    unit_id = members.membership(play.ws, _member(play, "晏舸")).unit_id
    accident = IncidentReport(
        "safety", day - timedelta(days=2), "major", "涂装车间爆燃，造成10人死亡", "事故调查组认定意见", deaths=10
    )
    play.accident = removal.record_incident(play.ws, unit_id, accident)
    play.on(3, 12, 11)
    windows.open_window(play.ws)
    _close(play, 3, 12, 19)


def _to_nation(play: Play) -> None:
    """澜桥园 is refused (not at city level); 砚澜禾 goes up and is approved."""
    issued_on = play.on(3, 7, 2)
    call = tiers.add_call(
        play.ws, tier=Tier.NATION, year=issued_on.year, title=f"关于开展{issued_on.year}年度绿色制造名单推荐的通知",
        issued_on=issued_on, deadline=issued_on + timedelta(days=29), quota=1, documents=("申报书",),
    )
    member = _member(play, "砚澜禾")
    tiers.agree(play.ws, member, Tier.NATION, agreed=True)
    for each in (member, _member(play, "澜桥园")):
        tiers.tick(play.ws, call.id, each, "申报书", done=True)
    _try(play, lambda: tiers.recommend(play.ws, _member(play, "澜桥园"), Tier.NATION, call.id))
    tiers.recommend(play.ws, member, Tier.NATION, call.id)
    play.on(3, 7, 30)
    tiers.decide(play.ws, member, Tier.NATION, approved=True, document="国家绿色制造名单公告")


# What a clerk does in several steps


def _sit_down(play: Play, role: Role, office: str = "") -> None:
    play.ws.choose_station(Station(role, office, "示例经办人"))


def _sample(play: Play, name: str) -> Sample:
    number, _, _ = _CAST[name]
    return next(s for s in _samples(play.ws.resources, play.clock.today()) if s.slug.startswith(number))


@cache
def _samples(resources: Path, today: date) -> tuple[Sample, ...]:
    return read_samples(resources, today)


def _received(play: Play, name: str) -> str:
    """The unit's form, typed in and recommended by its office where it may be, received by the bureau."""
    sample = _sample(play, name)
    _, own_name, own_code = _CAST[name]
    answers: dict[str, Stored] = dict(sample.typed_answers)
    if own_name:
        answers |= {"unit_name": own_name, "credit_code": own_code}
    office = str(answers.get("office") or "")
    _sit_down(play, Role.OFFICE, office)
    opened = drafts.begin(play.ws, sample.form, answers, source="街镇录入")
    opened = complete_sample(play.ws, opened.record.id, sample)
    _explain_all(play, opened.record.id)
    if drafts.open_form(play.ws, opened.record.id).verdict.may_recommend:
        drafts.recommend(play.ws, opened.record.id)
    _sit_down(play, Role.BUREAU)
    return review.receive(play.ws, opened.record.id).record.id


def _explain_all(play: Play, record_id: str) -> None:
    for finding in drafts.open_form(play.ws, record_id).verdict.open_findings:
        drafts.explain(play.ws, record_id, finding.rule, "已核对原始台账，情况属实")


def _confirm(play: Play, record_id: str) -> None:
    for rule in review.CONFIRMED_RULES:
        review.confirm(play.ws, record_id, rule, clear=True, basis=_BASIS)


def _admit(play: Play, record_id: str) -> None:
    _confirm(play, record_id)
    review.admit(play.ws, record_id)


def _close(play: Play, year: int, month: int, day: int) -> None:
    play.on(year, month, day)
    play.rosters.append(closing.close_window(play.ws))


def _member(play: Play, name: str) -> str:
    _, _, own_code = _CAST[name]
    code = own_code or str(_sample(play, name).answers["credit_code"])
    return members.find_member(play.ws, code).id


def _evaluated(day: date) -> EvaluationFacts:
    body, code, representative = _BODY
    return EvaluationFacts(body, code, representative, day, meets=True, standard="GB/T 36132-2018", score=86.5)


def _report(play: Play, name: str) -> None:
    """Last year's report of a member, filled and handed in today, accepted."""
    today = play.clock.today()
    opened = reports.begin_report(play.ws, _member(play, name), today.year - 1)
    fields = opened.form.by_name
    given = {**_FIGURES, **dict(_nothing_happened(today))}
    missing = {
        name: drafts.to_stored(opened.form, name, value)
        for name, value in given.items()
        if name in fields and opened.record.answers.get(name) is None
    }
    play.ws.store.set_answers(opened.record.id, missing, actor=play.ws.actor, source="企业填报")
    _explain_all(play, opened.record.id)
    reports.file_report(play.ws, opened.record.id)
    reports.accept_report(play.ws, opened.record.id)


def _nothing_happened(today: date) -> Iterator[tuple[str, Stored]]:
    for item in ("deregistered", "suspended", "abnormal", "other", "violation", "delisted", "inspection",
                 "energy_rectification", "dishonest"):
        yield f"neg_{item}_answer", "no"
        yield f"neg_{item}_source", "公开网站查询、街镇台账"
        yield f"neg_{item}_queried_on", (today - timedelta(days=5)).isoformat()


def _try(play: Play, step: Callable[[], object]) -> None:
    """Do what a gate must refuse; the play goes on with its sentence."""
    try:
        step()
    except NotAllowedError as refusal:
        play.refused.append(str(refusal))
    else:
        raise AssertionError("a gate stood open")
