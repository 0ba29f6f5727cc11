"""What is in the folder and in the archive: complete, named, and such as a USB stick can carry."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from core.infra.version import program_version
from tests.dist.conftest import Frozen
from tools.bundle.archive import SUMS
from tools.bundle.contents import INNER, ROOT
from tools.bundle.licences import FOLDER, SUMMARY
from tools.bundle.papers import NAME
from tools.bundle.spare import BASE, NEVER_OURS, needed
from tools.dist import BILL

pytestmark = pytest.mark.dist

MOST_FOLDER = 260_000_000
MOST_ARCHIVE = 110_000_000
#: Below C:\Users\<name>\Desktop\ Windows leaves some 200 letters.
LONGEST_PATH = 160
PRINTING = re.compile(r"libcups\.so")


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_folder_and_archive_are_small_enough(built: Path) -> None:
    assert sum(path.stat().st_size for path in _files(built)) <= MOST_FOLDER
    assert built.with_name(f"{built.name}.tar.xz").stat().st_size <= MOST_ARCHIVE


def test_every_file_system_takes_the_names(built: Path) -> None:
    paths = list(built.rglob("*"))
    assert [path for path in paths if path.is_symlink()] == []
    names = [path.relative_to(built.parent).as_posix() for path in paths]
    assert [name for name in names if re.search(r'[<>:"\\|?*\x00-\x1f]|[. ](/|$)', name)] == []
    assert len({name.casefold() for name in names}) == len(names)
    assert max(map(len, names)) <= LONGEST_PATH


def test_no_library_lacks_another(built: Path) -> None:
    libraries = [path for path in _files(built) if ".so" in path.name] + [built / "greenladder"]
    there = {path.name for path in libraries}
    lacking = {
        f"{library.name} → {name}" for library in libraries for name in needed(library)
        if name not in there and not BASE.match(name) and not NEVER_OURS.match(name) and not PRINTING.match(name)
    }
    assert lacking == set()


def test_the_bill_of_materials_names_every_file_with_its_sum(built: Path) -> None:
    bill = json.loads((built / BILL).read_text(encoding="utf-8"))
    assert bill["metadata"]["component"]["version"] == program_version()
    parts = [bill["metadata"]["component"], *bill["components"]]
    sums = {
        file["name"]: file["hashes"][0]["content"]
        for part in parts for file in part.get("components", ()) if file["type"] == "file"
    }
    written_after = {BILL, SUMMARY}
    for path in _files(built):
        name = path.relative_to(built).as_posix()
        if name not in written_after and not name.startswith(f"{FOLDER}/"):
            assert sums.get(name) == hashlib.sha256(path.read_bytes()).hexdigest(), name
    assert {"PySide6_Essentials", "Python", "SQLAlchemy"} <= {part["name"] for part in parts}
    assert all(part["licenses"] for part in bill["components"])


def test_every_part_of_others_comes_with_its_licence(built: Path) -> None:
    bill = json.loads((built / BILL).read_text(encoding="utf-8"))
    summary = (built / SUMMARY).read_text(encoding="utf-8-sig")
    for part in bill["components"]:
        (line,) = [line for line in summary.splitlines() if line.startswith(f"{part['name']}　")]
        texts = _files(built / line.split("→ ")[1])
        assert texts, part["name"]
        assert all(text.stat().st_size > 0 for text in texts)
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in (built / FOLDER / "PySide6_Essentials" / "LGPL-3.txt").read_text()


def test_the_archive_is_the_folder_and_its_sum_is_told(built: Path) -> None:
    archive = built.with_name(f"{built.name}.tar.xz")
    listed = (built.parent / SUMS).read_text(encoding="utf-8")
    with archive.open("rb") as stream:
        assert listed == f"{hashlib.file_digest(stream, 'sha256').hexdigest()}  {archive.name}\n"
    with tarfile.open(archive) as packed:
        members = packed.getmembers()
    assert {(m.name, m.size) for m in members} == {
        (path.relative_to(built.parent).as_posix(), path.stat().st_size) for path in _files(built)
    }
    assert {(m.uid, m.gid, m.uname, m.isfile()) for m in members} == {(0, 0, "", True)}
    (program,) = [m for m in members if m.name == f"{built.name}/greenladder"]
    assert program.mode == 0o755


def test_no_path_of_the_building_machine_is_inside(built: Path) -> None:
    trail = str(ROOT).encode()
    assert [path.name for path in _files(built) if trail in path.read_bytes()] == []


def test_it_prints_the_bytes_that_the_source_tree_prints(frozen: Frozen, place: Path) -> None:
    ours, theirs = place / "源.pdf", place / "包.pdf"
    subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "print", "blank", "green-factory", "-o", str(ours), "--store",
         str(place / "数据")], check=True, capture_output=True,
    )
    done = frozen.run("print", "blank", "green-factory", "-o", theirs)
    assert done.status == 0, done
    assert theirs.read_bytes() == ours.read_bytes()


def test_the_page_beside_the_program_says_how_to_start_carry_and_update(built: Path) -> None:
    page = (built / NAME).read_text(encoding="utf-8-sig")
    for words in ("启动", "便携模式", "更新", program_version()):
        assert words in page
    assert (built / INNER / "docs" / "用户手册.md").is_file()
