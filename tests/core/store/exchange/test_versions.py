"""A record that travels between two stores is the same on both sides; taking it back leaves no trace."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from core.domain.enums import RecordState, Role
from core.domain.errors import NotAllowedError
from core.domain.exchange import FileKind, Party
from core.domain.values import Answers
from core.exchange.merge import NOTHING, Known, Merged, MergeKind, merge
from core.infra.clock import FixedClock
from core.store.exchange.boxes import NewInFile
from core.store.exchange.store import Receipt
from core.store.exchange.taking_in import RecordWrite
from core.store.store import Store, open_store
from tests.fixtures.on_server import REFUSED, dump, past_the_program

CODE = "91120115PDY00001X4"
LOGS = ("inbox", "outbox", "undo")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "office", FixedClock(datetime(2026, 6, 1, 8, tzinfo=UTC), date(2026, 6, 1))) as store:
        yield store


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "bureau", FixedClock(datetime(2026, 6, 2, 8, tzinfo=UTC), date(2026, 6, 2))) as store:
        yield store


def new_record(store: Store) -> str:
    answers: Answers = {"unit_name": "宝坻示范机械厂", "credit_code": CODE, "office": "120115456", "employees": 120}
    return store.create_record(
        "green-factory", answers, office="120115456", pack_version="baodi 2026.1", actor="王小明", source="窗口录入"
    ).id


def new_file(sender: Store, number: int) -> NewInFile:
    return NewInFile(
        f"第{number}包.zip", FileKind.PACKAGE, sender.exchange.site(), Party(Role.OFFICE, "120115456"), "", number,
        f"{number:064d}", "", "收", [],
    )


def judged(sender: Store, receiver: Store, record_id: str) -> tuple[Merged, RecordWrite]:
    known = receiver.exchange.known(record_id)
    copy = next(iter(sender.exchange.copies({record_id: {}})))
    heads = {field: tuple(c.dot for c in changes) for field, changes in known.heads.items()}
    mine = Known(known.vector, heads, {c.dot: c for cs in known.heads.values() for c in cs})
    merged = merge(mine if heads else NOTHING, copy)
    write = RecordWrite(
        copy, known.record.revision if known.record else None, merged.new, {m.field: m.heads for m in merged.fields}
    )
    return merged, write


def send(sender: Store, receiver: Store, record_id: str, number: int) -> tuple[Merged, int]:
    merged, write = judged(sender, receiver, record_id)
    receipt = Receipt(new_file(sender, number), [write], {record_id: write.copy.context})
    inbox_id = receiver.exchange.take_in(receipt, actor="赵敏行")
    return merged, inbox_id


def content(store: Store) -> str:
    """Every row of every table but the logs."""
    return "\n".join(dump(store, but=LOGS))


def test_a_record_arrives_with_its_whole_history(office: Store, bureau: Store) -> None:
    record_id = new_record(office)
    office.set_answers(record_id, {"employees": 121, "revenue_wan": 1.0}, actor="王小明", source="窗口录入")
    office.set_explanation(record_id, "V011", "截图已随纸质件报送", "abc", actor="王小明", source="情况说明")
    office.set_state(record_id, RecordState.RECOMMENDED, actor="王小明", source="推荐", verdict_number="VN1")
    send(office, bureau, record_id, 1)
    here, there = bureau.get(record_id), office.get(record_id)
    assert (here.answers, here.state, here.explanations) == (there.answers, there.state, there.explanations)
    assert here.verdict_number == "VN1"
    told = [(s.field, s.old, s.new, s.changed_by, s.changed_at) for s in bureau.history(record_id)]
    assert told == [(s.field, s.old, s.new, s.changed_by, s.changed_at) for s in office.history(record_id)]
    assert [e.kind for e in bureau.events(record_id)] == ["created", "recommended"]
    assert bureau.verify_history() == ()
    assert bureau.exchange.vectors([record_id]) == office.exchange.vectors([record_id])


def test_receiving_twice_changes_nothing(office: Store, bureau: Store) -> None:
    record_id = new_record(office)
    send(office, bureau, record_id, 1)
    merged, _ = send(office, bureau, record_id, 1)
    assert (merged.new, merged.fields) == ((), ())


def test_edits_on_both_sides_stand_side_by_side_until_somebody_decides(office: Store, bureau: Store) -> None:
    record_id = new_record(office)
    send(office, bureau, record_id, 1)
    office.set_answers(record_id, {"employees": 130, "main_products": "齿轮"}, actor="王小明", source="窗口录入")
    bureau.set_answers(record_id, {"employees": 140, "revenue_wan": 5}, actor="赵敏行", source="窗口录入")
    merged, _ = send(office, bureau, record_id, 2)
    assert {f.field: f.kind for f in merged.fields} == {
        "employees": MergeKind.CONFLICT, "main_products": MergeKind.TAKEN,
    }
    send(bureau, office, record_id, 1)
    assert office.get(record_id).answers == bureau.get(record_id).answers
    assert office.exchange.conflicts() == bureau.exchange.conflicts() == ((record_id, "employees"),)
    assert {c.new for c in office.exchange.heads(record_id, "employees")} == {130, 140}
    office.exchange.settle(record_id, "employees", 130, actor="王小明")
    send(office, bureau, record_id, 3)
    assert bureau.get(record_id).answers["employees"] == 130
    assert bureau.exchange.conflicts() == ()
    assert bureau.verify_history() == ()


def test_remarks_arrive_are_settled_and_taken_back(office: Store, bureau: Store) -> None:
    record_id = new_record(office)
    send(office, bureau, record_id, 1)
    remark = bureau.library.review.remark(record_id, "employees", "人数不对", actor="赵敏行")
    send(bureau, office, record_id, 1)
    assert office.library.review.remarks(record_id) == (remark,)
    before = content(office)
    bureau.library.review.settle_remark(remark.id, actor="赵敏行")
    bureau.library.review.settle_remark(remark.id, actor="赵敏行")
    _, inbox_id = send(bureau, office, record_id, 2)
    assert office.library.review.remarks(record_id) == bureau.library.review.remarks(record_id) == ()
    assert office.exchange.vectors([record_id]) == bureau.exchange.vectors([record_id])
    office.exchange.take_back(inbox_id, actor="王小明")
    assert content(office) == before


def test_forms_exchange_their_codes_in_one_file(office: Store, bureau: Store) -> None:
    first, codes = new_record(office), ("91120115PDY00002X2", CODE)
    second = office.create_record(
        "green-factory", {"credit_code": codes[0]}, office="120115456", pack_version="baodi 2026.1", actor="王小明",
        source="窗口录入",
    )
    ids = (first, second.id)
    for record_id in ids:
        send(office, bureau, record_id, 1)
    before = content(bureau)
    for record_id, code in ((ids[0], ""), (ids[1], codes[1]), (ids[0], codes[0])):
        office.set_answers(record_id, {"credit_code": code}, actor="王小明", source="窗口录入")
    receipt = Receipt(new_file(office, 2), [judged(office, bureau, record_id)[1] for record_id in ids], {})
    inbox_id = bureau.exchange.take_in(receipt, actor="赵敏行")
    assert [bureau.get(record_id).credit_code for record_id in ids] == list(codes)
    bureau.exchange.take_back(inbox_id, actor="赵敏行")
    assert content(bureau) == before


def test_taking_a_file_back_leaves_no_trace(office: Store, bureau: Store) -> None:
    first = new_record(office)
    send(office, bureau, first, 1)
    bureau.set_answers(first, {"employees": 7}, actor="赵敏行", source="窗口录入")
    before = content(bureau)
    office.set_answers(first, {"employees": 130, "revenue_wan": None, "main_products": "齿轮"}, actor="a", source="b")
    office.set_explanation(first, "V011", "说明", "abc", actor="王小明", source="情况说明")
    _, inbox_id = send(office, bureau, first, 2)
    assert content(bureau) != before
    bureau.exchange.take_back(inbox_id, actor="赵敏行")
    assert content(bureau) == before
    assert bureau.verify_history() == ()
    merged, _ = send(office, bureau, first, 2)
    assert merged.new


def test_a_new_record_is_taken_back_whole(office: Store, bureau: Store, tmp_path: Path) -> None:
    bureau.exchange.site()
    before = content(bureau)
    record_id = new_record(office)
    scan = tmp_path / "营业执照.pdf"
    scan.write_bytes(b"%PDF-1.4 scan")
    office.attach(record_id, "business_license", scan, actor="王小明", source="附佐证材料")
    _, inbox_id = send(office, bureau, record_id, 1)
    assert [e.file_name for e in bureau.evidence(record_id)] == ["营业执照.pdf"]
    bureau.exchange.take_back(inbox_id, actor="赵敏行")
    assert content(bureau) == before


def test_what_was_written_since_is_never_taken_back(office: Store, bureau: Store) -> None:
    record_id = new_record(office)
    _, inbox_id = send(office, bureau, record_id, 1)
    bureau.set_answers(record_id, {"employees": 7}, actor="赵敏行", source="窗口录入")
    after = content(bureau)
    with pytest.raises(NotAllowedError, match="又有新的修改"):
        bureau.exchange.take_back(inbox_id, actor="赵敏行")
    assert content(bureau) == after


def test_the_guards_of_the_history_stand_again_after_an_undo(office: Store, bureau: Store) -> None:
    record_id = new_record(office)
    _, inbox_id = send(office, bureau, record_id, 1)
    bureau.exchange.take_back(inbox_id, actor="赵敏行")
    send(office, bureau, record_id, 1)
    with past_the_program(bureau) as connection, pytest.raises(REFUSED, match="append-only"):
        connection.execute("DELETE FROM field_changes")
