"""What an independent review of the exchange proved wrong; a mark goes when its problem does."""

from __future__ import annotations

import dataclasses
import tracemalloc
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from core.domain.enums import RecordState
from core.domain.errors import GreenLadderError, NotAllowedError
from core.domain.exchange import STATE, Answer, Change, Dot, FileKind, Head, RecordCopy
from core.domain.library import Tier, UnitChangeKind
from core.domain.records import Record
from core.exchange.merge import Known, merge
from core.exchange.writer import Outgoing, write_file
from core.services import drafts, evidence
from core.services.exchange import conflicts, receiving, trust, undoing
from core.services.exchange.model import Choice, Outcome, Received, Sent
from core.services.library import review, units
from core.services.workspace import Workspace
from core.store.exchange.boxes import NewInFile, numbers_missing
from core.store.exchange.store import Receipt
from core.store.exchange.taking_in import RecordWrite
from tests.fixtures.exchange import (
    TickingClock,
    answered,
    copied,
    enrolled,
    exchange,
    open_bureau,
    open_office,
    recommended,
    sent,
)
from tests.fixtures.library import OFFICE, confirm_all, credit_code, draft, received

OTHER = "120115103"
MINUTE = datetime(2026, 6, 10, 1, tzinfo=UTC)


def edited(office: Workspace, record_id: str, **answers: object) -> Record:
    """Withdrawn where it must be, edited, recommended again."""
    if not office.store.get(record_id).state.is_editable:
        drafts.withdraw(office, record_id)
    for name, value in answers.items():
        drafts.save_answer(office, record_id, name, value)
    return drafts.recommend(office, record_id).record


def taken(bureau: Workspace, office: Workspace, folder: Path) -> Received:
    """The office's next package, received by the bureau."""
    package = sent(office, folder)
    if not trust.is_enrolled(bureau, trust.own_party(office)):
        enrolled(bureau, package)
    return receiving.receive(bureau, package.path)


def scan(path: Path) -> Path:
    path.write_bytes(b"%PDF-1.4 " + path.name.encode())
    return path


@contextmanager
def returned_to_two_pcs(tmp_path: Path, pcs: Collection[str] = ("a1", "a2")) -> Iterator[tuple[Workspace, str]]:
    """A bureau that returned a form, and PCs of one office (folders) that all know of it."""
    with open_bureau(tmp_path / "bureau") as bureau:
        with open_office(tmp_path / "a") as office:
            record = recommended(office, 1)
            exchange(office, bureau, tmp_path / "stick")
            review.return_record(bureau, record.id, "请补充")
            receiving.receive(office, answered(bureau, tmp_path / "stick").path)
        for name in pcs:
            copied(tmp_path / "a", tmp_path / name)
            with open_office(tmp_path / name) as office:
                office.store.exchange.renew_site()
        yield bureau, record.id


def corrected(tmp_path: Path, pc: str, record_id: str, *, fast_by: float, **answers: object) -> Sent:
    """A package of one PC of the office with its correction."""
    with open_office(tmp_path / pc, clock=TickingClock(fast_by=fast_by)) as office:
        edited(office, record_id, **answers)
        return sent(office, tmp_path / f"stick-{pc}")


def forged(
    ws: Workspace, folder: Path, number: int, *, answer: Answer | None = None, records: Sequence[RecordCopy] = (),
    site: str = "",
) -> Path:
    """A package that our program would not write, signed with the key of an enrolled office."""
    own = trust.own_sender(ws)
    sender = dataclasses.replace(own, site=site or own.site)
    head = Head(
        FileKind.PACKAGE, sender, trust.BUREAU, number, ws.clock.now(), "", ws.pack.label, ws.pack.digest,
        "GreenLadder 1.0.0",
    )
    folder.mkdir(parents=True, exist_ok=True)
    outgoing = Outgoing(head, list(records), answer, {}, None, lambda _code: {})
    return write_file(folder / f"{number}.zip", outgoing, trust.private_key(ws)).path


def test_a_form_whose_decision_was_revoked_opens_at_the_office(tmp_path: Path) -> None:
    with open_bureau(tmp_path / "bureau") as bureau, open_office(tmp_path / "a") as office:
        record = recommended(office, 1)
        exchange(office, bureau, tmp_path / "stick")
        confirm_all(bureau, record.id)
        review.admit(bureau, record.id)
        review.revoke(bureau, record.id)
        receiving.receive(office, answered(bureau, tmp_path / "stick").path)
        assert drafts.open_form(office, record.id).is_locked  # a ValueError today


def test_a_corrected_credit_code_and_a_new_unit_under_the_old_one_arrive_both(tmp_path: Path) -> None:
    with open_bureau(tmp_path / "bureau") as bureau, open_office(tmp_path / "a") as office:
        first = recommended(office, 1)
        taken(bureau, office, tmp_path / "stick")
        edited(office, first.id, credit_code=credit_code(2))
        second = recommended(office, 1, "原来代码真正的主人")
        taken(bureau, office, tmp_path / "stick")
        assert bureau.store.get(first.id).credit_code == credit_code(2)
        assert bureau.store.get(second.id).credit_code == credit_code(1)


def test_a_record_that_was_skipped_is_asked_for_again(tmp_path: Path) -> None:
    with open_bureau(tmp_path / "bureau") as bureau, open_office(tmp_path / "a") as office:
        recommended(office, 1)
        skipped = recommended(office, 2)
        package = sent(office, tmp_path / "stick")
        enrolled(bureau, package)
        receiving.receive(bureau, package.path, skip=[skipped.id])
        receiving.receive(bureau, package.path)
        assert bureau.store.get(skipped.id).state is RecordState.RECEIVED


def test_taking_theirs_takes_theirs_also_where_two_versions_stand_here(tmp_path: Path) -> None:
    with returned_to_two_pcs(tmp_path, ("a1", "a2", "a3")) as (bureau, record_id):
        third = corrected(tmp_path, "a3", record_id, fast_by=1000, employees=333)
        second = corrected(tmp_path, "a2", record_id, fast_by=2000, employees=222)
        first = corrected(tmp_path, "a1", record_id, fast_by=3000, employees=111)
        receiving.receive(bureau, first.path)
        receiving.receive(bureau, second.path)
        receiving.receive(bureau, third.path, choices={(record_id, "employees"): Choice.TAKE})
        assert bureau.store.get(record_id).answers["employees"] == 333


def test_a_store_that_was_copied_back_is_noticed(tmp_path: Path) -> None:
    with open_bureau(tmp_path / "bureau") as bureau:
        with open_office(tmp_path / "a") as office:
            record = recommended(office, 1)
            taken(bureau, office, tmp_path / "stick")
            drafts.withdraw(office, record.id)
        copied(tmp_path / "a", tmp_path / "old")
        with open_office(tmp_path / "a") as office:
            for number in (101, 102, 103):
                drafts.save_answer(office, record.id, "employees", number)
            drafts.recommend(office, record.id)
            taken(bureau, office, tmp_path / "stick")
            edited(office, record.id, employees=104)
            taken(bureau, office, tmp_path / "stick")
        with open_office(tmp_path / "old") as office:
            edited(office, record.id, employees=777)
            (line,) = taken(bureau, office, tmp_path / "stick").records
        versions = [change.new for change in bureau.store.exchange.heads(record.id, "employees")]
        assert line.outcome is Outcome.REFUSED or 777 in versions


def test_the_evidence_of_an_admitted_form_stays(tmp_path: Path) -> None:
    with open_bureau(tmp_path / "bureau") as bureau, open_office(tmp_path / "a") as office:
        record = draft(office, 1, "宝坻示范机械厂")
        evidence.attach(office, record.id, "business_license", scan(tmp_path / "执照.pdf"))
        drafts.recommend(office, record.id)
        taken(bureau, office, tmp_path / "stick")
        confirm_all(bureau, record.id)
        review.admit(bureau, record.id)
        drafts.withdraw(office, record.id)
        evidence.attach(office, record.id, "business_license", scan(tmp_path / "另一张.pdf"))
        drafts.recommend(office, record.id)
        taken(bureau, office, tmp_path / "stick")
        attached = {e.id: e.file_name for e in bureau.store.evidence(record.id)}
        assert attached == {str(bureau.store.get(record.id).answers["business_license"]): "执照.pdf"}


def test_an_explanation_that_is_kept_goes_on_counting(tmp_path: Path) -> None:
    with open_bureau(tmp_path / "bureau") as bureau, open_office(tmp_path / "a") as office:
        record = recommended(office, 1)
        taken(bureau, office, tmp_path / "stick")
        confirm_all(bureau, record.id)
        review.admit(bureau, record.id)
        before = bureau.store.get(record.id).explanations[0]
        drafts.withdraw(office, record.id)
        drafts.explain(office, record.id, before.rule, "换一种说法")
        drafts.recommend(office, record.id)
        taken(bureau, office, tmp_path / "stick")
        after = bureau.store.get(record.id).explanations[0]
        assert (after.text, after.values_digest) == (before.text, before.values_digest)


def test_an_explanation_that_is_chosen_in_a_conflict_counts(tmp_path: Path) -> None:
    with returned_to_two_pcs(tmp_path) as (bureau, record_id):
        rule = bureau.store.get(record_id).explanations[0].rule
        for pc, fast_by in (("a1", 3000), ("a2", 2000)):
            with open_office(tmp_path / pc, clock=TickingClock(fast_by=fast_by)) as office:
                drafts.explain(office, record_id, rule, f"{pc}的说法")
                drafts.recommend(office, record_id)
                taken(bureau, office, tmp_path / pc)
        (found,) = conflicts.open_conflicts(bureau, record_id)
        conflicts.settle(bureau, record_id, found.field, found.versions[1].key)
        assert bureau.store.get(record_id).explanations[0].values_digest


def test_a_form_that_was_decided_meanwhile_is_judged_anew(tmp_path: Path) -> None:
    with open_bureau(tmp_path / "bureau") as bureau, open_office(tmp_path / "a") as office:
        record = recommended(office, 1)
        taken(bureau, office, tmp_path / "stick")
        confirm_all(bureau, record.id)
        edited(office, record.id, employees=4321)
        known = bureau.store.exchange.known(record.id)
        assert known.record is not None
        copy = next(iter(office.store.exchange.copies({record.id: {}})))
        mine = Known(
            known.vector, {f: tuple(c.dot for c in cs) for f, cs in known.heads.items()},
            {c.dot: c for cs in known.heads.values() for c in cs},
        )
        merged = merge(mine, copy)
        write = RecordWrite(copy, known.record.revision, merged.new, {m.field: m.heads for m in merged.fields})
        review.admit(bureau, record.id)
        file = NewInFile("第2包.zip", FileKind.PACKAGE, "a", trust.own_party(office), "", 2, "0" * 64, "", "收", [])
        with pytest.raises(NotAllowedError):
            bureau.store.exchange.take_in(Receipt(file, [write], {}), actor="赵敏行")


def test_a_bureau_that_lost_its_data_gets_all_again(tmp_path: Path) -> None:
    with open_bureau(tmp_path / "bureau") as bureau, open_office(tmp_path / "a") as office:
        record = recommended(office, 1)
        exchange(office, bureau, tmp_path / "stick")
        with open_bureau(tmp_path / "new") as new:
            package = sent(office, tmp_path / "stick", full=True)
            enrolled(new, package)
            receiving.receive(new, package.path)
            assert new.store.get(record.id).answers == office.store.get(record.id).answers


def test_a_bureau_that_was_restored_gets_what_came_since(tmp_path: Path) -> None:
    with open_office(tmp_path / "a") as office:
        with open_bureau(tmp_path / "bureau") as bureau:
            taken_first = recommended(office, 1)
            exchange(office, bureau, tmp_path / "stick")
        copied(tmp_path / "bureau", tmp_path / "backup")
        with open_bureau(tmp_path / "bureau") as bureau:
            lost = recommended(office, 2)
            exchange(office, bureau, tmp_path / "stick")
        with open_bureau(tmp_path / "backup") as bureau:
            bureau.store.exchange.renew_site()
            receiving.receive(office, answered(bureau, tmp_path / "stick").path)
            receiving.receive(bureau, sent(office, tmp_path / "stick", record_ids=[lost.id, taken_first.id]).path)
            assert bureau.store.get(lost.id).state is RecordState.RECEIVED


def test_both_pcs_of_an_office_read_the_same_receipt(tmp_path: Path) -> None:
    with returned_to_two_pcs(tmp_path) as (bureau, record_id):
        receiving.receive(bureau, corrected(tmp_path, "a2", record_id, fast_by=100, employees=222).path)
        review.return_record(bureau, record_id, "再补充")
        receipt = answered(bureau, tmp_path / "stick")
        for pc in ("a2", "a1"):
            with open_office(tmp_path / pc) as office:
                receiving.receive(office, receipt.path)
                assert office.store.get(record_id).answers["employees"] == 222


def test_a_unit_that_both_ends_entered_comes_to_one_form(tmp_path: Path) -> None:
    with (
        open_bureau(tmp_path / "bureau", TickingClock(fast_by=500)) as bureau,
        open_office(tmp_path / "a") as office,
    ):
        recommended(office, 1)
        received(bureau, 1, "宝坻示范1号机械厂")  # entered for the office, a little later
        exchange(office, bureau, tmp_path / "stick")
        (here,), (there,) = bureau.store.find(credit_code(1)), office.store.find(credit_code(1))
        assert here.id == there.id


def test_the_bureau_does_not_delete_a_form_that_came_in_a_file(tmp_path: Path) -> None:
    with open_bureau(tmp_path / "bureau") as bureau, open_office(tmp_path / "a") as office:
        record = recommended(office, 1)
        exchange(office, bureau, tmp_path / "stick")
        review.return_record(bureau, record.id, "请补充")
        with pytest.raises(NotAllowedError):
            drafts.delete_draft(bureau, record.id)


def test_an_office_cannot_speak_for_the_store_of_another(tmp_path: Path) -> None:
    with (
        open_bureau(tmp_path / "bureau") as bureau,
        open_office(tmp_path / "a") as liar,
        open_office(tmp_path / "b", OTHER) as office,
    ):
        recommended(liar, 2)
        exchange(liar, bureau, tmp_path / "stick-a")
        record = recommended(office, 1)
        exchange(office, bureau, tmp_path / "stick-b")
        review.return_record(bureau, record.id, "请补充")
        acks = {record.id: bureau.store.exchange.vectors([record.id])[record.id]}
        lie = forged(
            liar, tmp_path / "stick-a", 9, answer=Answer(acks, 0, (), (), (), ()), site=office.store.exchange.site()
        )
        try:
            receiving.receive(bureau, lie)
        except GreenLadderError:
            return
        receiving.receive(office, answered(bureau, tmp_path / "stick-b", OTHER).path)
        assert office.store.get(record.id).state is RecordState.RETURNED


def test_a_state_of_another_kind_of_form_is_refused(tmp_path: Path) -> None:
    with open_bureau(tmp_path / "bureau") as bureau, open_office(tmp_path / "a") as office:
        record = recommended(office, 1)
        enrolled(bureau, sent(office, tmp_path / "stick"))
        copy = next(iter(office.store.exchange.copies({record.id: {}})))
        changes = tuple(
            dataclasses.replace(c, new=["filed", "", ""]) if c.field == STATE and c.old is not None else c
            for c in copy.changes
        )
        lie = forged(office, tmp_path / "stick", 2, records=[dataclasses.replace(copy, changes=changes)])
        assert [line.outcome for line in receiving.receive(bureau, lie).records] == [Outcome.REFUSED]


def test_an_office_cannot_accept_its_own_report_in_the_name_of_a_restored_bureau(tmp_path: Path) -> None:
    with open_bureau(tmp_path / "bureau") as bureau, open_office(tmp_path / "a") as office:
        recommended(office, 2)
        exchange(office, bureau, tmp_path / "stick")
        dot = Dot(bureau.store.exchange.site(), 5000)
        bureau.store.exchange.renew_site()  # as `restoring.restore` does
        report = drafts.begin(office, "annual-report", {"credit_code": credit_code(1), "report_year": 2025}).record
        copy = next(iter(office.store.exchange.copies({report.id: {}})))
        step = Change(dot, STATE, ["filed", "", ""], ["accepted", "", ""], bureau.actor, MINUTE, "审核")
        lie = dataclasses.replace(
            copy, context={**copy.context, dot.site: dot.number}, heads={**copy.heads, STATE: (dot,)},
            changes=(*copy.changes, step),
        )
        receiving.receive(bureau, forged(office, tmp_path / "stick", 2, records=[lie]))
        found = bureau.store.exchange.known(report.id).record
        assert found is None or found.state is not RecordState.ACCEPTED


def test_a_finding_of_the_bureau_cannot_come_in_a_package(tmp_path: Path) -> None:
    with open_bureau(tmp_path / "bureau") as bureau, open_office(tmp_path / "a") as office:
        record = recommended(office, 1)
        enrolled(bureau, sent(office, tmp_path / "stick"))
        copy = next(iter(office.store.exchange.copies({record.id: {}})))
        (site, number), field = max(copy.context.items()), "confirmation:N3"
        finding = Change(Dot(site, number + 1), field, None, ["clear", "台账"], bureau.actor, MINUTE, "审核")
        lie = dataclasses.replace(
            copy, context={site: number + 1}, heads={**copy.heads, field: (finding.dot,)},
            changes=(*copy.changes, finding),
        )
        try:
            receiving.receive(bureau, forged(office, tmp_path / "stick", 2, records=[lie]))
        except GreenLadderError:
            return
        assert not bureau.store.history(record.id, field)


def test_a_huge_package_number_takes_no_room() -> None:
    tracemalloc.start()
    try:
        numbers_missing([2_000_000])
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_the_last_file_is_found_without_reading_every_report(tmp_path: Path) -> None:
    with open_bureau(tmp_path / "bureau") as bureau:
        for number in range(1, 21):
            file = NewInFile("包", FileKind.PACKAGE, "a", trust.BUREAU, "", number, "0" * 64, "", "收", "x" * 1_000_000)
            bureau.store.exchange.take_in(Receipt(file, [], {}), actor="赵敏行")
        tracemalloc.start()
        try:
            bureau.store.exchange.last_received()
            assert tracemalloc.get_traced_memory()[1] < 8_000_000
        finally:
            tracemalloc.stop()


def test_a_remark_travels_also_after_the_office_confirmed(tmp_path: Path) -> None:
    with open_bureau(tmp_path / "bureau") as bureau, open_office(tmp_path / "a") as office:
        record = recommended(office, 1)
        exchange(office, bureau, tmp_path / "stick")
        review.return_record(bureau, record.id, "请补充")
        settled = review.remark(bureau, record.id, "employees", "人数不对")
        receiving.receive(office, answered(bureau, tmp_path / "stick").path)
        recommended(office, 2)
        exchange(office, bureau, tmp_path / "stick")
        review.remark(bureau, record.id, "output_wan", "产值不对")
        review.drop_remark(bureau, settled.id)
        receiving.receive(office, answered(bureau, tmp_path / "stick").path)
        assert [r.text for r in review.remarks(office, record.id)] == ["产值不对"]


@pytest.mark.parametrize("step", ["remark", "confirm"])
def test_the_same_number_is_the_same_file(tmp_path: Path, step: str) -> None:
    with open_bureau(tmp_path / "bureau") as bureau, open_office(tmp_path / "a") as office:
        record = recommended(office, 1)
        taken(bureau, office, tmp_path / "stick")
        first = answered(bureau, tmp_path / "stick")
        if step == "remark":
            review.remark(bureau, record.id, "employees", "人数不对")
        else:
            confirm_all(bureau, record.id)
        second = answered(bureau, tmp_path / "stick")
        assert (second.number == first.number) == (second.check_code == first.check_code)


def test_a_late_receipt_from_before_a_restore_does_not_turn_the_library_back(tmp_path: Path) -> None:
    with open_office(tmp_path / "a") as office:
        with open_bureau(tmp_path / "bureau") as bureau:
            member = bureau.store.library.members.enrol(
                unit_name="旧名", credit_code=credit_code(1), kind="green-factory", office=OFFICE,
                admitted_on=date(2025, 6, 20), industry_code="3411", tier=Tier.DISTRICT, actor="赵敏行",
            )
            late = answered(bureau, tmp_path / "late")
        enrolled(office, late)
        with open_bureau(tmp_path / "bureau") as bureau:
            bureau.store.exchange.renew_site()  # as `restoring.restore` does
            units.change_unit(bureau, member.unit_id, UnitChangeKind.NAME, after="新名", happened_on=date(2026, 6, 2))
            receiving.receive(office, answered(bureau, tmp_path / "stick").path)
        receiving.receive(office, late.path)
        assert [m.unit_name for m in office.store.library.members.active(office=OFFICE)] == ["新名"]


def test_a_unit_that_moved_is_no_longer_the_old_offices(tmp_path: Path) -> None:
    with open_bureau(tmp_path / "bureau") as bureau, open_office(tmp_path / "a") as office:
        member = bureau.store.library.members.enrol(
            unit_name="宝坻示范机械厂", credit_code=credit_code(1), kind="green-factory", office=OFFICE,
            admitted_on=date(2025, 6, 20), industry_code="3411", tier=Tier.DISTRICT, actor="赵敏行",
        )
        first = answered(bureau, tmp_path / "stick")
        enrolled(office, first)
        receiving.receive(office, first.path)
        units.change_unit(bureau, member.unit_id, UnitChangeKind.OFFICE, after=OTHER, happened_on=date(2026, 6, 1))
        receiving.receive(office, answered(bureau, tmp_path / "stick").path)
        assert office.store.library.members.active(office=OFFICE) == ()


def test_an_undo_after_a_remark_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with open_bureau(tmp_path / "bureau") as bureau, open_office(tmp_path / "a") as office:
        record = recommended(office, 1)
        taken(bureau, office, tmp_path / "stick")
        review.remark(bureau, record.id, "employees", "人数不对")
        with pytest.raises(NotAllowedError):
            undoing.undo(bureau)


def test_settling_for_a_code_that_is_taken_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with returned_to_two_pcs(tmp_path) as (bureau, record_id):
        first = corrected(tmp_path, "a1", record_id, fast_by=3000, credit_code=credit_code(5))
        second = corrected(tmp_path, "a2", record_id, fast_by=2000, credit_code=credit_code(6))
        receiving.receive(bureau, first.path)
        receiving.receive(bureau, second.path)
        draft(bureau, 6, "另一家")
        (found,) = conflicts.open_conflicts(bureau, record_id)
        with pytest.raises(NotAllowedError):
            conflicts.settle(bureau, record_id, found.field, found.versions[1].key)
