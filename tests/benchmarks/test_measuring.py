"""The benchmarks stay able to run: both sides of every case do the same work, and one table tells all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from openpyxl import load_workbook

from benchmarks import all as everything
from benchmarks import excel, lists, measuring, saving
from benchmarks.measuring import Case, Row


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A store with some hundred lines."""
    folder = tmp_path_factory.mktemp("listed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lists, "UNITS", 700)
        lists.prepare(folder)
        yield folder


@pytest.mark.parametrize("case", lists.CASES, ids=lambda case: case.name)
def test_our_list_and_the_bare_statement_find_the_same(listed: Path, case: Case) -> None:
    ours, beside = (work() for work in case.works(listed))
    if isinstance(ours, int):
        assert isinstance(beside, list)
        assert beside == [(ours,)]
        return
    assert isinstance(ours, Sequence)
    assert isinstance(beside, list)
    assert len(ours) >= 10
    assert [unit.id for unit in ours] == [row[0] for row in beside]


def test_both_summaries_hold_the_same_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "ROWS", 30)
    for work in (*excel.summary(tmp_path), *excel.styled_summary(tmp_path)):
        work()
    found = [
        [[cell.value for cell in row] for row in load_workbook(tmp_path / name).worksheets[0].iter_rows()]
        for name in ("ours.xlsx", "plain.xlsx", "styled.xlsx")
    ]
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 34


def test_both_sides_read_the_same_form(tmp_path: Path) -> None:
    excel.prepare(tmp_path)
    ours, beside = (work() for work in excel.reading(tmp_path))
    assert isinstance(beside, int)
    assert beside > 1000
    assert len(getattr(ours, "answers", ())) > 80


def test_a_field_is_saved_each_time(tmp_path: Path) -> None:
    ours, beside = saving.saving(tmp_path)
    first, second = ours(), ours()
    beside()
    values = [getattr(opened, "record").answers["employees"] for opened in (first, second)]  # noqa: B009
    assert values == [1, 2]


def test_rows_are_noted_for_the_one_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [Row("读", "1 ms", "2 ms", 0.5, "≤ 1.5", "60 / 70"), Row("开", "3 ms")]
    monkeypatch.setenv(measuring.ROWS_FILE, str(tmp_path / "rows"))
    for row in rows:
        measuring.note(row)
    assert list(measuring.noted(tmp_path / "rows")) == rows
    assert "0.50" in rows[0].line()
    assert len(rows[1].line()) == len(measuring.head())


def test_every_turn_is_counted_after_one_to_warm_up() -> None:
    calls: list[str] = []
    found = measuring.times([lambda: calls.append("ours"), lambda: calls.append("beside")], 3)
    assert calls == ["ours", "beside"] * 4
    assert len(found) == 2


def test_a_subject_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        everything.main(["nichts"])
    assert "no such subject: nichts" in capsys.readouterr().err
