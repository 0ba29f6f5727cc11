"""`server.toml`: written so that it reads back, refused by file and line, kept from other users."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from core.domain.errors import StoreError, UnreadableInputError
from core.infra.server_address import (
    LocalMemory,
    ServerAddress,
    address_of,
    forget_address,
    has_store,
    is_on_server,
    is_open_to_others,
    read_address,
    write_address,
)

URL = "postgresql+psycopg://clerk@db.example:5433/greenladder"


@pytest.mark.parametrize("evidence", ["/mnt/绿阶 100%", "/mnt/it's \"there\"", "/mnt/a\\b"])
def test_what_is_written_reads_back(tmp_path: Path, evidence: str) -> None:
    address = address_of(URL, evidence)
    assert read_address(tmp_path) is None
    write_address(tmp_path, address)
    assert read_address(tmp_path) == address == ServerAddress(URL, Path(evidence))
    assert is_on_server(tmp_path)
    assert has_store(tmp_path)
    forget_address(tmp_path)
    assert not has_store(tmp_path)


@pytest.mark.parametrize("url", ["postgresql://u@h/db", "postgres://u@h/db", " postgresql+psycopg://u@h/db "])
def test_other_spellings_of_the_driver_are_taken(url: str) -> None:
    assert address_of(url, "/x").database == "postgresql+psycopg://u@h/db"


def test_the_place_tells_neither_user_nor_password() -> None:
    address = address_of("postgresql://clerk:geheim@10.1.2.3:5433/greenladder?sslmode=require", "/x")
    assert address.place == "greenladder@10.1.2.3:5433"
    assert address.has_password
    assert not address_of(URL, "/x").has_password
    assert address_of("postgresql:///greenladder", "/x").place == "greenladder@本机"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://u@h/db", "应以postgresql"), ("greenladder", "应以postgresql"), ("postgresql://u@h", "没有数据库名"),
        ("postgresql://u@h:port/db", "写法不对"), ("postgresql://[::1/db", "写法不对"), ("", "应以postgresql"),
    ],
)
def test_what_is_no_address_is_refused_without_its_password(url: str, told: str) -> None:
    with pytest.raises(UnreadableInputError, match=told) as refused:
        address_of(url, "/x")
    assert "请写成" in str(refused.value)


@pytest.mark.parametrize(
    ("content", "line", "told"),
    [
        (f"database = '{URL}'\nevidence = \"\\\\s\\share\"\n", 2, "单引号"),
        (f"database = '{URL}'\n", 2, "缺少evidence"),
        ("# 注\nevidence = '/x'\n\ndatabase = 3\n", 4, "引号里的文字"),
        (f"evidence = '/x'\ndatabase = '{URL}'\nuser = 'x'\n", 3, "不认识“user”"),
        ("evidence = '/x'\ndatabase = 'mysql://h/db'\n", 2, "应以postgresql"),
        (f"database = '{URL}'\nevidence = 'share'\n", 2, "不是完整的路径"),
    ],
)
def test_mistakes_are_named_by_file_and_line(tmp_path: Path, content: str, line: int, told: str) -> None:
    (tmp_path / "server.toml").write_text(content, encoding="utf-8")
    with pytest.raises(StoreError, match=rf"server\.toml”第{line}行：.*{told}"):
        read_address(tmp_path)


def test_an_editor_that_adds_a_mark_or_saves_otherwise(tmp_path: Path) -> None:
    file = tmp_path / "server.toml"
    file.write_text(f"database = '{URL}'\nevidence = '/绿阶'\n", encoding="utf-8-sig")
    assert read_address(tmp_path) == ServerAddress(URL, Path("/绿阶"))
    file.write_text(f"database = '{URL}'\nevidence = '/绿阶'\n", encoding="gb18030")
    with pytest.raises(StoreError, match="UTF-8"):
        read_address(tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps the folder itself from others")
def test_only_the_user_may_read_it(tmp_path: Path) -> None:
    file = write_address(tmp_path, address_of(URL, "/x"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not is_open_to_others(tmp_path)
    file.chmod(0o644)
    assert is_open_to_others(tmp_path)


def test_the_memory_of_the_pc_survives_and_forgets(tmp_path: Path) -> None:
    memory = LocalMemory(tmp_path)
    assert memory.get("clerk") is None
    memory.put("clerk", ["赵敏行", ""])
    memory.put("fonts", [{"use": "title"}])
    memory.put("fonts", None)
    assert LocalMemory(tmp_path).get("clerk") == ["赵敏行", ""]
    assert LocalMemory(tmp_path).get("fonts") is None
    (tmp_path / "this-pc.json").write_bytes(b"{")
    assert memory.get("clerk") is None
