"""One file holds a whole store; it comes back whole or not at all, and nothing that was there is deleted."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import pyzipper  # type: ignore[import-untyped]

from core.domain.errors import NotAllowedError, PasswordNeededError, StoreError, UnreadableInputError
from core.exchange.errors import ExchangeCancelledError
from core.services import drafts, evidence, moving, restoring
from core.services.exchange import trust
from core.services.sample_values import sample_image
from core.services.workspace import Workspace
from core.store.store import DATABASE_FILE
from tests.fixtures.exchange import TickingClock, content, open_office, recommended
from tests.fixtures.library import draft
from tests.fixtures.on_server import of_the_file

pytestmark = of_the_file


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Workspace]:
    """An office with one form and one scan."""
    with open_office(tmp_path / "office") as ws:
        record = draft(ws, 1, "宝坻示范机械厂")
        scan = tmp_path / "执照.png"
        scan.write_bytes(sample_image("执照"))
        evidence.attach(ws, record.id, "business_license", scan)
        trust.private_key(ws)
        yield ws


def _lines(ws: Workspace) -> list[str]:
    """The content without what a restore changes: the site."""
    return [x for x in content(ws, without=()) if "exchange:" not in x and "history_head" not in x]


def test_a_backup_is_the_whole_store(office: Workspace, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    done = moving.back_up(office, tmp_path, progress=lambda d, t: told.append((d, t)))
    assert done.path.name.startswith("绿阶备份-20260610-")
    assert (done.files, done.notes) == (1, ())
    assert told[-1][0] == told[-1][1]
    assert "签名密钥" in done.sentence
    seen = restoring.look(done.path)
    assert (seen.files, seen.made_by) == (1, office.actor)

    back = restoring.restore(done.path, tmp_path / "new", clock=TickingClock())
    assert (back.aside, back.files, back.notes) == (None, 1, ())
    assert sorted(p.name for p in (tmp_path / "new").iterdir()) == ["evidence", DATABASE_FILE]
    with open_office(tmp_path / "new") as new:
        assert _lines(new) == _lines(office)
        assert trust.private_key(new) == trust.private_key(office)
        assert new.store.exchange.site() != office.store.exchange.site()
        assert office.store.exchange.site() in new.store.exchange.own_sites()
        assert moving.verify(new).problems == ()
        assert moving.verify(new).files == 1


def test_into_a_used_folder_only_when_said_and_nothing_is_deleted(office: Workspace, tmp_path: Path) -> None:
    done = moving.back_up(office, tmp_path / "备份.zip")
    later = draft(office, 2, "宝坻后来机械厂")
    office.close()
    with pytest.raises(NotAllowedError, match="已经有绿阶的数据"):
        restoring.restore(done.path, office.folder)
    back = restoring.restore(done.path, office.folder, replace=True, clock=TickingClock())
    assert back.aside is not None
    assert back.aside.name.startswith("恢复前-20260610-")
    assert back.aside.name in back.sentence
    with open_office(office.folder) as restored:
        assert restored.store.count_records() == 1
    with open_office(back.aside) as kept:
        assert kept.store.get(later.id).unit_name == "宝坻后来机械厂"
        assert moving.verify(kept).problems == ()
    assert not list(office.folder.glob(".*"))


def test_a_store_that_a_window_has_open_is_not_replaced(office: Workspace, tmp_path: Path) -> None:
    done = moving.back_up(office, tmp_path / "备份.zip")
    before = content(office, without=())
    with pytest.raises(StoreError, match="正被其他程序占用"):
        restoring.restore(done.path, office.folder, replace=True)
    assert content(office, without=()) == before
    assert not list(office.folder.glob("恢复前*"))
    assert not list(office.folder.glob(".*"))


def test_a_password_is_asked_and_any_zip_program_opens_it(office: Workspace, tmp_path: Path) -> None:
    done = moving.back_up(office, tmp_path / "备份.zip", password="绿阶2026")
    with pytest.raises(PasswordNeededError, match="设有密码"):
        restoring.look(done.path)
    with pytest.raises(PasswordNeededError, match="密码不对"):
        restoring.restore(done.path, tmp_path / "new", password="错的")
    assert not (tmp_path / "new").exists()
    restoring.restore(done.path, tmp_path / "new", password="绿阶2026")
    with open_office(tmp_path / "new") as new:
        assert _lines(new) == _lines(office)
    with pyzipper.AESZipFile(done.path) as archive:
        archive.setpassword("绿阶2026".encode())
        assert archive.read(DATABASE_FILE).startswith(b"SQLite format 3")
        assert all(entry.flag_bits & 1 for entry in archive.infolist())


@pytest.mark.parametrize("at", [0.0, 0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("password", ["", "绿阶"])
def test_a_damaged_backup_changes_nothing(office: Workspace, tmp_path: Path, at: float, password: str) -> None:
    done = moving.back_up(office, tmp_path / "备份.zip", password=password)
    office.close()
    before = content(office, without=())
    whole = done.path.read_bytes()
    for number, damaged in enumerate((whole[: int(len(whole) * at)], _flipped(whole, int(len(whole) * at)))):
        path = tmp_path / f"坏{number}.zip"
        path.write_bytes(damaged)
        try:
            restoring.restore(path, office.folder, password=password, replace=True)
        except (UnreadableInputError, StoreError) as error:
            assert "备份" in str(error)  # noqa: PT017 - some flipped bits change nothing that is read
        else:
            assert number == 1
            continue
        assert content(office, without=()) == before
        assert not list(office.folder.glob("恢复前*"))
        assert not list(office.folder.glob(".*"))


def _flipped(whole: bytes, at: int) -> bytes:
    return whole[:at] + bytes([whole[at] ^ 0x40]) + whole[at + 1 :]


def test_other_files_are_named_for_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "文本.zip").write_text("不是压缩包")
    with zipfile.ZipFile(tmp_path / "别的.zip", "w") as archive:
        archive.writestr("照片.jpg", b"x")
    for name in ("文本.zip", "别的.zip", "不在.zip"):
        with pytest.raises(UnreadableInputError, match=name.partition(".")[0]):
            restoring.restore(tmp_path / name, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_stopped_backup_and_a_stopped_restore_leave_nothing(office: Workspace, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    with pytest.raises(ExchangeCancelledError, match="没有生成"):
        moving.back_up(office, stick, cancelled=lambda: True)
    assert list(stick.iterdir()) == []
    assert list((office.folder / "scratch").iterdir()) == []
    done = moving.back_up(office, stick)
    with pytest.raises(ExchangeCancelledError, match="没有任何改动"):
        restoring.restore(done.path, tmp_path / "new", cancelled=lambda: True)
    assert list((tmp_path / "new").iterdir()) == []


def test_moving_leaves_a_pc_that_packs_no_more_until_it_is_taken_back(office: Workspace, tmp_path: Path) -> None:
    from core.services.exchange import packing

    recommended(office, 2, "宝坻推荐机械厂")
    done = moving.move_out(office, tmp_path)
    assert done.path.name.startswith("绿阶换电脑-")
    with pytest.raises(NotAllowedError, match="本机数据已于2026年6月10日迁到新电脑"):
        packing.pack(office, tmp_path)
    restoring.restore(done.path, tmp_path / "new")
    with open_office(tmp_path / "new") as new:
        assert packing.pack(new, tmp_path / "stick").number == 1
    assert "继续用本机" in moving.stay(office)
    assert packing.pack(office, tmp_path / "stick2").number == 1
    with pytest.raises(NotAllowedError, match="没有迁走"):
        moving.stay(office)


def test_a_backup_of_a_moved_store_comes_back_as_one_in_use(office: Workspace, tmp_path: Path) -> None:
    moving.move_out(office, tmp_path)
    done = moving.back_up(office, tmp_path / "后来.zip")
    restoring.restore(done.path, tmp_path / "new")
    with open_office(tmp_path / "new") as new, pytest.raises(NotAllowedError, match="没有迁走"):
        moving.stay(new)


def test_missing_and_damaged_files_are_told_and_do_not_stop_a_backup(office: Workspace, tmp_path: Path) -> None:
    record = draft(office, 3, "宝坻缺件机械厂")
    for name in ("缺件.png", "坏件.png"):
        scan = tmp_path / name
        scan.write_bytes(sample_image(name))
        evidence.attach(office, record.id, "business_license" if name[0] == "缺" else "energy_audit_report", scan)
    lost, bad = (office.store.evidence_path(e) for e in office.store.evidence(record.id))
    (office.folder / "evidence" / "ab").mkdir(exist_ok=True)
    (office.folder / "evidence" / "ab" / ("ab" + "0" * 62 + ".png")).write_bytes(b"x")
    lost.unlink()
    bad.write_bytes(b"bad")
    found = moving.verify(office)
    assert [("缺件.png" in p, "坏件.png" in p) for p in found.problems] == [(True, False), (False, True)]
    assert len(found.leftovers) == 1
    assert "发现2个问题" in found.sentence
    done = moving.back_up(office, tmp_path)
    assert len(done.notes) == 2
    back = restoring.restore(done.path, tmp_path / "new")
    assert len(back.notes) == 1
    with open_office(tmp_path / "new") as new:
        assert moving.verify(new).problems == found.problems


def test_a_changed_history_is_found(office: Workspace) -> None:
    with closing(sqlite3.connect(office.folder / DATABASE_FILE)) as connection, connection:
        connection.execute("DROP TRIGGER IF EXISTS field_changes_no_update")
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE field_changes SET changed_by = '别人' WHERE sequence = 2")
    assert moving.verify(office).problems != ()
    assert drafts.list_units(office) != ()


def test_a_store_too_damaged_to_open_is_put_aside_with_its_journal(office: Workspace, tmp_path: Path) -> None:
    done = moving.back_up(office, tmp_path / "备份.zip")
    office.close()
    (office.folder / DATABASE_FILE).write_bytes(b"no database" * 1000)
    (office.folder / f"{DATABASE_FILE}-wal").write_bytes(b"no journal")
    back = restoring.restore(done.path, office.folder, replace=True)
    assert back.aside is not None
    assert sorted(p.name for p in back.aside.iterdir()) == [
        "evidence", DATABASE_FILE, f"{DATABASE_FILE}-wal",
    ]
    assert (back.aside / DATABASE_FILE).read_bytes().startswith(b"no database")
    with open_office(office.folder) as restored:
        assert moving.verify(restored).problems == ()


@pytest.mark.parametrize(
    ("trouble", "told", "words"),
    [
        (PermissionError(13, "in use"), StoreError, "原有数据没有变动"),
        (KeyboardInterrupt(), KeyboardInterrupt, "^$"),
    ],
    ids=["refused", "stopped"],
)
def test_where_the_last_step_fails_all_is_as_before(
    office: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: BaseException,
    told: type[BaseException], words: str,
) -> None:
    done = moving.back_up(office, tmp_path / "备份.zip")
    draft(office, 2, "宝坻后来机械厂")
    office.close()
    before = content(office, without=())
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if target == office.folder / DATABASE_FILE and ".restoring" in str(self):
            raise trouble
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(told, match=words):
        restoring.restore(done.path, office.folder, replace=True)
    assert content(office, without=()) == before
    with open_office(office.folder) as same:
        assert moving.verify(same).problems == ()
