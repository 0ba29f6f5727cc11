"""A received form as lines: only what reads otherwise here, and not without end."""

from __future__ import annotations

import pytest

from core.cli.exchange_lines import print_records
from core.services.exchange.model import Choice, FieldPreview, Outcome, RecordPreview


def _record(*values: tuple[str, str]) -> RecordPreview:
    fields = tuple(
        FieldPreview(f"f{n}", f"栏目{n}", mine, theirs, Outcome.CHANGED, Choice.TAKE)
        for n, (mine, theirs) in enumerate(values)
    )
    return RecordPreview(
        "r", "宝坻示范机械厂", "91120115PDY00001X4", "green-factory", "绿色工厂", Outcome.CHANGED, "改了。", "待审核",
        "待审核", fields,
    )


def test_equal_words_are_not_listed(capsys: pytest.CaptureFixture[str]) -> None:
    print_records([_record(("1", "1"), ("1", "2"))])
    assert capsys.readouterr().out.splitlines()[1:] == ["      栏目1：本机“1”，来件“2”"]


def test_twenty_are_listed_and_the_others_counted(capsys: pytest.CaptureFixture[str]) -> None:
    print_records([_record(*[("旧", "新")] * 23, ("同", "同"))])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 22
    assert lines[-1].startswith("      另有3栏")
