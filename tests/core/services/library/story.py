"""A little history of a library for tests of its papers, sheets, charts and cockpit: two windows and an accident."""

from __future__ import annotations

from datetime import date

from core.domain.library import Membership, Tier
from core.domain.tiers import EvaluationFacts, TierCall
from core.services.library import closing, evaluations, members, removal, tiers, windows
from core.services.library.removal import IncidentReport
from tests.core.services.library.conftest import Bureau
from tests.fixtures.library import credit_code

PUMPS, PAPER, PAINT, MOTORS = (
    "天津岚溪泵业有限公司", "天津砚屿纸业有限公司", "天津翊禾涂料有限公司", "天津檀岳机电有限公司",
)


def enrol(
    bureau: Bureau, number: int, name: str, *, kind: str = "green-factory", office: str = "120115456",
    on: date = date(2025, 12, 15), industry: str = "3441", tier: Tier = Tier.DISTRICT,
) -> Membership:
    """补录 a member."""
    return members.enrol(
        bureau.ws, unit_name=name, credit_code=credit_code(number), kind=kind, office=office, admitted_on=on,
        industry_code=industry, tier=tier,
    )


def close(bureau: Bureau, day: date) -> int:
    """Close the open window without removals of R1: those wait for a decision, which is to keep."""
    bureau.clock.set(day)
    for proposal in removal.proposals(bureau.ws):
        if proposal.decision is None:
            removal.keep(bureau.ws, proposal.membership.id, subject=proposal.subject, reason="已说明原因")
    return closing.close_window(bureau.ws).number


def two_rosters(bureau: Bureau) -> None:
    """1 June 2026: three members enrolled; roster 1 on 20 June. An accident on 5 August removes one. Roster 2."""
    enrol(bureau, 1, PUMPS)
    enrol(bureau, 2, PAPER, office="120115001", industry="2221", on=date(2024, 6, 20), tier=Tier.CITY)
    enrol(bureau, 3, PAINT, kind="green-supply-chain", office="120115001", industry="2641")
    windows.open_window(bureau.ws)
    assert close(bureau, date(2026, 6, 20)) == 1
    bureau.clock.set(date(2026, 8, 5))
    accident(bureau, 2)
    windows.open_window(bureau.ws, batch=1)
    enrol(bureau, 4, MOTORS, on=date(2026, 8, 1))
    assert close(bureau, date(2026, 8, 10)) == 2


def accident(bureau: Bureau, number: int) -> None:
    """A major accident of that unit, recorded today."""
    facts = IncidentReport("safety", bureau.ws.clock.today(), "major", "车间爆燃", "事故调查组认定意见", deaths=11)
    unit = members.find_member(bureau.ws, credit_code(number)).unit_id
    assert removal.record_incident(bureau.ws, unit, facts).counts


def recommended(bureau: Bureau, number: int, name: str) -> TierCall:
    """A member that is recommended to the city under a call of June 2026."""
    member = enrol(bureau, number, name)
    asked = tiers.add_call(
        bureau.ws, tier=Tier.CITY, year=2026, title="关于组织申报2026年度市级绿色制造单位的通知",
        issued_on=date(2026, 5, 25), deadline=date(2026, 6, 30), quota=5, documents=(),
    )
    facts = EvaluationFacts(
        body_name="天津绿评技术服务有限公司", body_code="91120224PDY0000365", body_representative="周正",
        evaluated_on=date(2026, 5, 20), meets=True, standard="GB/T 36132-2025", score=86.5,
    )
    evaluations.add_evaluation(bureau.ws, member.id, facts)
    tiers.agree(bureau.ws, member.id, Tier.CITY, agreed=True)
    tiers.recommend(bureau.ws, member.id, Tier.CITY, asked.id)
    return asked
