"""An annual report of which two PCs of the office sent two versions: nobody passes over the open decision."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from core.domain.enums import RecordState
from core.domain.errors import NotAllowedError
from core.services import drafts
from core.services.exchange import conflicts, receiving
from core.services.library import members, reports
from tests.fixtures.exchange import TickingClock, answered, copied, enrolled, open_bureau, open_office, sent
from tests.fixtures.library import OFFICE, credit_code
from tests.fixtures.reports import filled


def test_a_report_with_two_versions_is_neither_accepted_nor_handed_in_before_the_decision(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    with open_bureau(tmp_path / "bureau") as bureau:
        member = members.enrol(
            bureau, unit_name="天津岚溪泵业有限公司", credit_code=credit_code(1), kind="green-factory", office=OFFICE,
            admitted_on=date(2025, 6, 20), industry_code="3441",
        )
        with open_office(tmp_path / "a") as office:
            library = answered(bureau, stick)
            enrolled(office, library)
            receiving.receive(office, library.path)
            report = filled(office, member.id, 2025)
            reports.file_report(office, report.id)
            package = sent(office, stick)
            enrolled(bureau, package)
            receiving.receive(bureau, package.path)
            reports.return_report(bureau, report.id, "联系人不对")
            receiving.receive(office, answered(bureau, stick).path)
        for number, pc in enumerate(("a1", "a2"), start=1):
            copied(tmp_path / "a", tmp_path / pc)
            with open_office(tmp_path / pc, clock=TickingClock(fast_by=1000 * number)) as office:
                office.store.exchange.renew_site()
                drafts.save_answer(office, report.id, "contact_name", f"钱进{number}")
                reports.file_report(office, report.id)
                receiving.receive(bureau, sent(office, tmp_path / pc).path)
        with pytest.raises(NotAllowedError, match="都改过"):
            reports.accept_report(bureau, report.id)
        reports.return_report(bureau, report.id, "两台电脑报的不一样")
        back = answered(bureau, stick)
        with open_office(tmp_path / "a2", clock=TickingClock(fast_by=5000)) as office:
            receiving.receive(office, back.path)
            with pytest.raises(NotAllowedError, match="都改过"):
                reports.file_report(office, report.id)
            for found in conflicts.open_conflicts(office, report.id):
                conflicts.settle(office, report.id, found.field, found.versions[0].key)
            assert reports.file_report(office, report.id).record.state is RecordState.FILED
            receiving.receive(bureau, sent(office, tmp_path / "a2").path)
        assert reports.accept_report(bureau, report.id).record.state is RecordState.ACCEPTED
