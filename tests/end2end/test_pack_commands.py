"""Policy packs without a screen: list, take in, look ahead, put in use; the other commands then go by the new one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.cli.main import run
from core.domain.enums import Role
from core.domain.records import Station
from core.services import drafts, packs
from core.services.workspace import open_workspace
from tests.fixtures.newer_pack import newer_folder
from tests.fixtures.packs import sample, shipped_pack


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A bureau's store with one draft."""
    folder = tmp_path / "数据"
    with open_workspace(folder, pack=shipped_pack()) as ws:
        ws.choose_station(Station(Role.BUREAU, "", "赵科长"))
        drafts.begin(ws, "green-factory", sample("green-factory"))
    return folder


def _packs(store: Path, *arguments: str) -> int:
    return run(["packs", *arguments, "--store", str(store)], lambda _folder: 99)


def test_a_pack_is_taken_in_looked_at_and_used(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = newer_folder(tmp_path / "新政策包")
    assert _packs(store, "add", str(folder), "--json") == 0
    offer = json.loads(capsys.readouterr().out)["pack"]
    assert (offer["label"], offer["new"], offer["active"]) == ("baodi 2026.2", True, False)
    assert _packs(store, "migration", offer["digest"][:12], "--json") == 0
    found = json.loads(capsys.readouterr().out)
    (record,) = found["records"]
    assert record["needs_work"]
    assert {s["name"]: s["fate"] for s in record["steps"]}["water_plan"] == "required"
    assert "unit_name" in record["kept"]
    assert _packs(store) == 0
    assert "待启用" in capsys.readouterr().out
    assert _packs(store, "use", "2026.2") == 0
    told = capsys.readouterr().out
    assert "换为“baodi 2026.2”" in told
    assert "节水计划" in told
    assert "现在必填" in told
    assert _packs(store, "--json") == 0
    assert [p["label"] for p in json.loads(capsys.readouterr().out)["packs"] if p["active"]] == ["baodi 2026.2"]
    assert _packs(store, "migration", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)["records"]) == 1


def test_forms_and_checks_go_by_the_pack_in_use(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_workspace(store, pack=shipped_pack()) as ws:
        packs.activate(ws, packs.add(ws, newer_folder(tmp_path / "新政策包")).digest)
    filled = tmp_path / "一家.json"
    filled.write_text(json.dumps({"form": "green-factory", "answers": sample("green-factory")}), encoding="utf-8")

    def nowhere(_folder: Path) -> int:
        raise AssertionError

    assert run(["forms", "green-factory", "--json", "--store", str(store)], nowhere) == 0
    assert '"water_plan"' in capsys.readouterr().out
    assert run(["check", str(filled), "--json", "--store", str(store)], nowhere) == 1
    assert json.loads(capsys.readouterr().out)["verdicts"][0]["pack"] == "baodi 2026.2"
    elsewhere = tmp_path / "没有"
    assert run(["forms", "green-factory", "--json", "--store", str(elsewhere)], nowhere) == 0
    assert '"water_plan"' not in capsys.readouterr().out
    assert not elsewhere.exists()


@pytest.mark.parametrize("arguments", [("use",), ("add",), ("use", "2030.1"), ("add", "没有"), ("migration", "2030.1")])
def test_what_cannot_be_done_is_one_sentence(
    store: Path, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _packs(store, *arguments) == 2
    assert capsys.readouterr().err.endswith("。\n")
