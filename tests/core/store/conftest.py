"""Real stores on real files: nothing of SQLite is imitated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from core.domain.records import Record
from core.domain.values import Stored
from core.infra.clock import FixedClock
from core.store.store import Store, open_store

NOW = datetime(2026, 3, 1, 1, 30, tzinfo=UTC)
CODE = "91120115MA00000011"

MakeDraft = Callable[..., Record]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW, date(2026, 3, 1))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "数据 100%?#"


@pytest.fixture
def store(folder: Path, clock: FixedClock) -> Iterator[Store]:
    with open_store(folder, clock) as opened:
        yield opened


@pytest.fixture
def make_draft(store: Store) -> MakeDraft:
    def make(
        name: str = "宝坻长城重工有限公司", code: str = CODE, form: str = "green-factory", **more: Stored
    ) -> Record:
        answers: dict[str, Stored] = {"unit_name": name, "credit_code": code, **more}
        return store.create_record(
            form, answers, office="朝霞街道", pack_version="2026.1", actor="张三", source="window"
        )

    return make


@pytest.fixture
def draft(make_draft: MakeDraft) -> Record:
    return make_draft()
