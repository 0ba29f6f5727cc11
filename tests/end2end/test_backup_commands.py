"""`backup`, `restore`, `verify` as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.cli.main import run
from core.services import evidence
from core.services.sample_values import sample_image
from tests.fixtures.exchange import open_office
from tests.fixtures.library import draft


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """An office's store with one form and one scan, closed."""
    with open_office(tmp_path / "office") as ws:
        scan = tmp_path / "执照.png"
        scan.write_bytes(sample_image("执照"))
        evidence.attach(ws, draft(ws, 1, "宝坻示范机械厂").id, "business_license", scan)
    return tmp_path / "office"


def _run(*arguments: str | Path) -> int:
    return run([str(a) for a in arguments], lambda _folder: 99)


def test_there_and_back(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "备份.zip"
    assert _run("backup", "-o", copy, "--password", "绿阶", "--store", store, "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["file"], document["evidence"], document["moved"]) == (str(copy), 1, False)
    assert _run("restore", copy, "--store", tmp_path / "new") == 2
    assert "设有密码" in capsys.readouterr().err
    assert _run("restore", copy, "--store", tmp_path / "new", "--password", "绿阶") == 0
    assert "已恢复" in capsys.readouterr().out
    assert _run("list", "--store", tmp_path / "new") == 0
    assert "宝坻示范机械厂" in capsys.readouterr().out
    assert _run("restore", copy, "--store", store, "--password", "绿阶") == 2
    assert "已经有绿阶的数据" in capsys.readouterr().err
    assert _run("restore", copy, "--store", store, "--password", "绿阶", "--replace", "--json") == 0
    assert Path(json.loads(capsys.readouterr().out)["aside"]).is_dir()


def test_verify_says_what_is_wrong(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("verify", "--store", store) == 0
    assert "数据完好" in capsys.readouterr().out
    (scan,) = (store / "evidence").glob("??/*.png")
    scan.write_bytes(b"x")
    assert _run("verify", "--store", store, "--json") == 1
    document = json.loads(capsys.readouterr().out)
    assert not document["ok"]
    assert "执照.png" in document["problems"][0]
    (store / "greenladder.sqlite3").write_bytes(b"no database" * 100)
    assert _run("verify", "--store", store) == 1
    assert "不是绿阶的数据文件" in capsys.readouterr().out
    for command in ("verify", "backup"):
        assert _run(command, "--store", tmp_path / "none") == 2
        assert "没有绿阶的数据" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_moving_and_staying(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("backup", "--stay", "--store", store) == 2
    assert _run("backup", "--move", "-o", tmp_path, "--store", store) == 0
    assert "不再打包和接收" in capsys.readouterr().out
    assert _run("backup", "--stay", "--store", store) == 0
    assert "继续用本机" in capsys.readouterr().out
