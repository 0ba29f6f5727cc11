"""Mistyped figures and Ctrl+C on the command line: one sentence, no traceback."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from core.cli.main import run
from tests.fixtures.exchange import quick_folder
from tests.fixtures.library import open_bureau


@pytest.mark.parametrize("asked", [("reminder", "--year", "20266"), ("roster", "--number", "9" * 21)])
def test_a_mistyped_number_is_answered_in_one_sentence(
    capsys: pytest.CaptureFixture[str], asked: tuple[str, ...]
) -> None:
    with quick_folder() as folder:
        ws, _ = open_bureau(folder / "bureau", date(2026, 6, 1))
        with ws:
            store = str(ws.folder)
        out: Path = folder / "表.pdf"
        assert run(["print", *asked, "-o", str(out), "--store", store], lambda _folder: 0) == 2
    assert capsys.readouterr().err.strip().endswith("。")


def test_ctrl_c_ends_a_command_without_a_traceback() -> None:
    def interrupted(_folder: Path) -> int:
        raise KeyboardInterrupt

    try:
        status = run([], interrupted)
    except KeyboardInterrupt:
        status = 0
    assert status != 0
