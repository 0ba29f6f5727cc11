"""What a newcomer stumbled over: keeping what is not there, laying a locked file open, an undo that only promises."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from core.domain.errors import NotAllowedError
from core.services.exchange import packing, receiving, undoing
from core.services.exchange.model import Choice
from core.services.library import windows
from tests.fixtures.exchange import answered, enrolled, open_bureau, open_office, recommended, sent
from tests.fixtures.library import open_bureau as open_bureau_on


def test_a_new_form_is_taken_whole_whatever_was_chosen(tmp_path: Path) -> None:
    with open_office(tmp_path / "office") as office, open_bureau(tmp_path / "bureau") as bureau:
        record = recommended(office, 1)
        file = sent(office, tmp_path)
        enrolled(bureau, file)
        shown = receiving.preview(bureau, file.path).records[0]
        assert all(field.is_locked for field in shown.fields)
        keep = {(record.id, field.name): Choice.KEEP for field in shown.fields}
        receiving.receive(bureau, file.path, choices=keep)
        assert bureau.store.get(record.id).answers == office.store.get(record.id).answers


def test_the_fields_of_a_preview_come_in_the_order_of_the_form(tmp_path: Path) -> None:
    with open_office(tmp_path / "office") as office, open_bureau(tmp_path / "bureau") as bureau:
        recommended(office, 1)
        file = sent(office, tmp_path)
        enrolled(bureau, file)
        names = [f.name for f in receiving.preview(bureau, file.path).records[0].fields if ":" not in f.name]
        order = list(bureau.pack.form("green-factory").by_name)
        assert names == sorted(names, key=order.index)


def test_a_locked_file_is_not_laid_open_by_packing_again(tmp_path: Path) -> None:
    with open_office(tmp_path / "office") as office:
        recommended(office, 1)
        file = packing.pack(office, tmp_path, password="晾晒2026", with_papers=False)
        before = file.path.read_bytes()
        with pytest.raises(NotAllowedError, match="没有填密码，没有覆盖它"):
            packing.pack(office, tmp_path, with_papers=False)
        assert file.path.read_bytes() == before
        assert packing.pack(office, tmp_path, password="晾晒2026", with_papers=False).is_again


def test_an_undo_says_beforehand_that_it_will_not_be(tmp_path: Path) -> None:
    with open_office(tmp_path / "office") as office, open_bureau(tmp_path / "bureau") as bureau:
        assert "没有可以撤销的" in undoing.obstacle(bureau)
        recommended(office, 1)
        file = sent(office, tmp_path)
        enrolled(bureau, file)
        receiving.receive(bureau, file.path)
        assert undoing.obstacle(bureau) == ""
        answered(bureau, tmp_path)
        assert "已经写出" in undoing.obstacle(bureau)


def test_an_extra_batch_makes_up_for_no_window(tmp_path: Path) -> None:
    ws, _ = open_bureau_on(tmp_path / "bureau", date(2026, 11, 25))
    with ws:
        missed = windows.overview(ws).missed
        assert [window.month for window in missed] == [6]
        windows.open_window(ws, batch=1)
        assert windows.overview(ws).missed == missed
