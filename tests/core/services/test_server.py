"""Several clerks on one server: moving there with all that is known, using it from a second PC, leaving it again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import core
from core.cli.main import run
from core.domain.enums import Role
from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.records import Station
from core.infra.server_address import ServerAddress, read_address, settings_file
from core.services import drafts, moving, restoring, server
from core.services.workspace import Workspace, open_workspace
from core.store import store as stores
from tests.fixtures.library import draft
from tests.fixtures.on_server import ON_SERVER, address_of, connect, dump, make_database
from tests.fixtures.packs import shipped_pack

on_server = pytest.mark.skipif(not ON_SERVER, reason="GREENLADDER_POSTGRES names no server")
NAME = f"moved_{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}"
ROOT = Path(core.__file__).parents[1]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[ServerAddress]:
    make_database(NAME)
    (tmp_path / "共享").mkdir()
    yield address_of(NAME, tmp_path / "共享")
    with connect("postgres") as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of a PC, with a form, a scan and a clerk; its store is a file, also in a run on the server."""
    monkeypatch.setattr(stores, "read_address", read_address)
    folder = tmp_path / "本机"
    with opened(folder) as ws:
        ws.choose_station(Station(Role.BUREAU, "", "赵敏行", "022-1"))
        ws.store.this_pc.put("print_fonts", [{"use": "title"}])
        record = draft(ws, 1, "天津岚溪泵业有限公司")
        scan = tmp_path / "营业执照.pdf"
        scan.write_bytes(b"%PDF-1.4 scan")
        ws.store.attach(record.id, "business_license", scan, actor=ws.actor)
    return folder


def opened(folder: Path) -> Workspace:
    return open_workspace(folder, pack=shipped_pack())


@on_server
def test_moving_takes_everything_along_and_leaves_the_pc_as_it_was(own_folder: Path, address: ServerAddress) -> None:
    with opened(own_folder) as ws:
        before, site = drafts.list_units(ws), ws.store.exchange.site()
        content = dump(ws.store)
    moved = server.move(own_folder, address.database, str(address.evidence))
    assert (moved.files, moved.rows > 0) == (1, True)
    with opened(own_folder) as ws:
        assert ws.store.address == address
        assert drafts.list_units(ws) == before
        assert ws.actor.endswith("赵敏行")
        assert ws.store.this_pc.get("print_fonts") == [{"use": "title"}]
        assert ws.store.get_setting("print_fonts") is None
        assert moving.verify(ws).problems == ()
        assert ws.store.exchange.site() != site  # as after a restore: the PC's numbers may be out in files already
        assert site in ws.store.exchange.own_sites()
        record = drafts.list_units(ws)[0]
        drafts.save_answer(ws, record.id, "employees", "12")
        assert [e.file_name for e in ws.store.evidence(record.id)] == ["营业执照.pdf"]
        assert ws.store.verify_history() == ()
        fresh = draft(ws, 2, "天津砚屿纸业有限公司")  # numbers go on after those that came along
        assert [e.kind for e in ws.store.events(fresh.id)] == ["created"]
    server.stop(own_folder)
    with opened(own_folder) as ws:
        assert dump(ws.store) == content


@on_server
def test_a_second_move_or_a_used_database_is_refused(own_folder: Path, address: ServerAddress) -> None:
    server.move(own_folder, address.database, str(address.evidence))
    with pytest.raises(NotAllowedError, match="已经有数据"):
        server.move(own_folder)
    with opened(own_folder) as ws:
        assert len(drafts.list_units(ws)) == 1


@on_server
def test_nothing_is_moved_while_a_window_has_the_store_open(own_folder: Path, address: ServerAddress) -> None:
    with opened(own_folder) as ws:
        ws.store.count_records()
        with pytest.raises(Exception, match="占用"):
            server.move(own_folder, address.database, str(address.evidence))
    assert not settings_file(own_folder).exists()


@on_server
def test_a_stopped_move_leaves_the_server_empty(own_folder: Path, address: ServerAddress) -> None:
    def stop(_done: int, _all: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        server.move(own_folder, address.database, str(address.evidence), progress=stop)
    assert not settings_file(own_folder).exists()
    assert server.move(own_folder, address.database, str(address.evidence)).rows > 0


@on_server
def test_a_second_pc_shares_the_units_but_not_the_name(
    own_folder: Path, address: ServerAddress, tmp_path: Path
) -> None:
    server.move(own_folder, address.database, str(address.evidence))
    second = tmp_path / "第二台"
    second.mkdir()
    now = server.use(second, address.database, str(address.evidence))
    assert (now.records, now.notes) == (1, ())
    with opened(second) as ws, opened(own_folder) as first:
        assert (ws.station, ws.party) == (None, Station(Role.BUREAU, ""))
        ws.choose_station(Station(Role.BUREAU, "", "钱多"))
        record = drafts.list_units(ws)[0]
        drafts.save_answer(ws, record.id, "employees", "33")
        assert first.store.get(record.id).answers["employees"] == 33
        assert first.store.history(record.id, "employees")[-1].changed_by.endswith("钱多")
        assert first.actor.endswith("赵敏行")


@on_server
def test_leaving_the_server_goes_back_to_the_pcs_own_data(own_folder: Path, address: ServerAddress) -> None:
    server.use(own_folder, address.database, str(address.evidence))
    with opened(own_folder) as ws:
        assert drafts.list_units(ws) == ()
    with pytest.raises(NotAllowedError, match="server off"):
        restoring.restore(own_folder / "x.zip", own_folder, replace=True)
    assert "本机有1份表" in server.stop(own_folder)
    with opened(own_folder) as ws:
        assert len(drafts.list_units(ws)) == 1
    with pytest.raises(NotAllowedError, match="没有设置"):
        server.stop(own_folder)


@on_server
def test_the_command_line_says_where_the_data_lie(
    own_folder: Path, address: ServerAddress, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(*words: str) -> Any:
        assert run(["server", *words, "--store", str(own_folder), "--json"], lambda _folder: 9) == 0
        return json.loads(capsys.readouterr().out)

    assert told()["server"] is None
    assert told("move", address.database, "--evidence", str(address.evidence))["evidence_files"] == 1
    assert told() == {"server": address.place, "evidence": str(address.evidence), "records": 1, "notes": []}
    assert told("off") == {"server": None}


def test_nothing_to_move_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="server move"):
        server.move(tmp_path)
    with pytest.raises(NotFoundError, match="没有可搬的"):
        server.move(tmp_path, "postgresql://u@h/db", "/x")


@pytest.mark.parametrize(
    "words",
    [
        ("use",), ("use", "postgresql://u@h/db"), ("move", "--evidence", "/x"), ("elsewhere",),
        ("off", "postgresql://u@h/db", "--evidence", "/x"), ("use", "mysql://h/db", "--evidence", "/x"),
    ],
)
def test_bad_usage_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    assert run(["server", *words, "--store", str(tmp_path)], lambda _folder: 9) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.strip().count("\n") == 0
    assert list(tmp_path.iterdir()) == []


def test_without_a_server_the_program_connects_to_nothing(tmp_path: Path) -> None:
    """In a process of its own, which ends at the first connection that is tried."""
    script = f"""
import sys
def watch(event, arguments):
    if event.startswith("socket.") and event not in ("socket.gethostname",):
        raise SystemExit(f"{{event}} {{arguments}}")
sys.addaudithook(watch)
from pathlib import Path
from core.cli.main import run
store = ["--store", {str(tmp_path / "数据")!r}]
def nothing(folder): return 9
for words in ("station bureau --clerk X", "list", "packs", "fonts", "verify", "backup -o " + store[1], "server"):
    assert run([*words.split(), *store], nothing) == 0, words
assert "psycopg" not in sys.modules
assert "core.store.server" not in sys.modules
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.returncode == 0, done.stderr + done.stdout


@on_server
def test_a_pc_where_the_program_was_never_opened_joins(tmp_path: Path, address: ServerAddress) -> None:
    state = server.use(tmp_path / "新的电脑" / "数据", address.database, str(address.evidence))
    assert state.address == read_address(tmp_path / "新的电脑" / "数据") == address
