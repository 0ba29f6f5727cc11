"""What a form that went to the bureau no longer allows."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.domain.errors import NotAllowedError
from core.services import drafts
from tests.fixtures.exchange import open_office, recommended, sent
from tests.fixtures.library import draft


def test_a_form_that_was_packed_cannot_be_deleted_even_after_it_was_withdrawn(tmp_path: Path) -> None:
    with open_office(tmp_path / "office") as office:
        there = recommended(office, 1, "宝坻示范机械厂")
        sent(office, tmp_path / "stick")
        drafts.withdraw(office, there.id)
        with pytest.raises(NotAllowedError, match="“宝坻示范机械厂”已在第1包报给区工信局，不能删除"):
            drafts.delete_draft(office, there.id)
        assert office.store.get(there.id).unit_name == "宝坻示范机械厂"


def test_a_draft_that_never_went_out_is_deleted(tmp_path: Path) -> None:
    with open_office(tmp_path / "office") as office:
        recommended(office, 1, "宝坻示范机械厂")
        sent(office, tmp_path / "stick")
        drafts.delete_draft(office, draft(office, 2, "宝坻草稿厂").id)
        assert office.store.count_records() == 1
