"""A unit that is registered in one office and produces in another: one recommends, both see."""

from __future__ import annotations

from pathlib import Path

from core.domain.enums import RecordState
from core.services import drafts
from core.services.exchange import receiving, shared
from core.services.library import review
from tests.fixtures.exchange import answered, enrolled, exchange, open_bureau, open_office, recommended
from tests.fixtures.library import credit_code


def test_the_office_where_a_unit_produces_sees_who_recommends_it(tmp_path: Path) -> None:
    with (
        open_bureau(tmp_path / "bureau") as bureau,
        open_office(tmp_path / "a") as office_a,
        open_office(tmp_path / "b", "120115103") as office_b,
    ):
        there = recommended(office_a, 1, "宝坻两地机械厂", production_office="120115103")
        recommended(office_a, 2, "宝坻本地机械厂")
        recommended(office_b, 3, "周良本地机械厂")
        exchange(office_a, bureau, tmp_path / "stick-a")
        exchange(office_b, bureau, tmp_path / "stick-b")

        (unit,) = shared.shared_units(office_b)
        assert (unit.unit_name, unit.credit_code) == ("宝坻两地机械厂", credit_code(1))
        assert (unit.recommended_by, unit.state) == (there.office, RecordState.RECEIVED)
        assert shared.shared_units(office_a) == shared.shared_units(bureau) == ()

        hint = shared.hint_for(office_b, f" {credit_code(1).lower()} ")
        assert hint.startswith("“宝坻两地机械厂”在本地生产")
        assert office_b.office_label(there.office) in hint
        assert "已" in hint
        assert shared.hint_for(office_b, credit_code(3)) == shared.hint_for(office_b, "") == ""
        assert shared.hint_for(office_a, credit_code(1)) == ""
        assert drafts.begin(office_b, "green-factory", {"credit_code": credit_code(1)}).record.office == "120115103"


def test_the_newest_statement_counts(tmp_path: Path) -> None:
    with (
        open_bureau(tmp_path / "bureau") as bureau,
        open_office(tmp_path / "a") as office_a,
        open_office(tmp_path / "b", "120115103") as office_b,
    ):
        there = recommended(office_a, 1, "宝坻两地机械厂", production_office="120115103")
        recommended(office_b, 3, "周良本地机械厂")
        exchange(office_a, bureau, tmp_path / "stick-a")
        exchange(office_b, bureau, tmp_path / "stick-b")
        review.return_record(bureau, there.id, "请补充能源数据")
        receipt = answered(bureau, tmp_path / "stick-b", "120115103")
        receiving.receive(office_b, receipt.path)
        assert [u.state for u in shared.shared_units(office_b)] == [RecordState.RETURNED]
        assert "退回" in shared.hint_for(office_b, credit_code(1))


def test_the_statement_is_there_only_for_who_enrolled_the_bureau(tmp_path: Path) -> None:
    with open_bureau(tmp_path / "bureau") as bureau, open_office(tmp_path / "b", "120115103") as office_b:
        assert shared.shared_units(office_b) == ()
        receipt = answered(bureau, tmp_path / "stick", "120115103")
        enrolled(office_b, receipt)
        receiving.receive(office_b, receipt.path)
        assert shared.shared_units(office_b) == ()
