"""What the build decides: which files go in, whose they are, what of Qt's Unicode data stays, how it is packed."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import struct
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tools.bundle import archive, contents, icu_data, windows_version
from tools.bundle.licences import summary
from tools.bundle.parts import PROGRAM, UnknownPartError, parts_of

ROOT = contents.ROOT
needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="asks the libraries of Linux")


def _site_packages() -> Path:
    import PySide6

    return Path(next(iter(PySide6.__path__))).parent


@pytest.mark.parametrize(
    ("place", "is_wanted"),
    [
        ("PySide6/Qt/lib/libQt6Core.so.6", True),
        ("PySide6/Qt/lib/libQt6Quick.so.6", False),
        ("PySide6\\Qt6Gui.dll", True),
        ("PySide6\\Qt6Network.dll", False),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6\\plugins\\platforms\\qwindows.dll", True),
        ("PySide6/Qt/plugins/platforminputcontexts/libibusplatforminputcontextplugin.so", True),
        ("PySide6/Qt/plugins/sqldrivers/libqsqlite.so", False),
        ("PySide6/Qt/plugins/tls/libqopensslbackend.so", False),
        ("PySide6/Qt/translations/qtbase_zh_CN.qm", True),
        ("PySide6/Qt/translations/qtbase_de.qm", False),
        ("libcups.so.2", False),
        ("resources/fonts/kai.ttf", True),
        ("docs/用户手册.md", True),
    ],
)
def test_what_the_program_uses_goes_in_and_the_rest_of_qt_stays_out(place: str, *, is_wanted: bool) -> None:
    assert bool(contents.wanted([(place, "/source", "BINARY")])) is is_wanted


def test_the_same_files_in_another_order_make_the_same_table() -> None:
    entries = [(f"resources/{name}", name, "DATA") for name in "cab"]
    assert contents.wanted(entries) == contents.wanted(reversed(entries))


@needs_linux
def test_the_unicode_data_keep_chinese_and_lose_the_rest(tmp_path: Path) -> None:
    library = _site_packages() / "PySide6" / "Qt" / "lib" / "libicudata.so.73"
    made = tmp_path / library.name
    icu_data.cut(library, made)
    stem, before = icu_data.read_items(library.read_bytes())
    again, after = icu_data.read_items(made.read_bytes())
    assert (again, list(after)) == (stem, [name for name in before if icu_data.is_needed(name)])
    for name, content in after.items():
        kept = min(len(content), len(before[name]))
        assert content[:kept] == before[name][:kept], name
        assert not any(content[kept:]), name
    assert {"coll/zh.res", "root.res", "gb18030.cnv"} <= set(after)
    assert "coll/ja.res" not in after
    assert made.stat().st_size < library.stat().st_size / 6
    icu_data.cut(library, tmp_path / "again.so")
    assert (tmp_path / "again.so").read_bytes() == made.read_bytes()


@needs_linux
def test_qt_sorts_and_reads_chinese_with_the_cut_data(tmp_path: Path) -> None:
    library = _site_packages() / "PySide6" / "Qt" / "lib" / "libicudata.so.73"
    icu_data.cut(library, tmp_path / library.name)
    program = """
from PySide6.QtCore import QCollator, QLocale, QStringDecoder
locale = QLocale("zh_CN")
collator = QCollator(locale)
print(sorted(["张家", "李四", "阿里", "中国", "zebra", "重庆"], key=collator.sortKey), locale.toUpper("straße"))
print(QStringDecoder("GB18030").isValid(), QStringDecoder("GBK").isValid())
print(any(LIBRARY in line for line in open("/proc/self/maps")))
""".replace("LIBRARY", repr(str(tmp_path / library.name)))
    said = [
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "LD_LIBRARY_PATH": path}, capture_output=True,
            text=True, check=True,
        ).stdout.splitlines()
        for path in ("", str(tmp_path))
    ]
    assert said[0][:2] == said[1][:2]
    assert (said[0][2], said[1][2]) == ("False", "True")


def test_bytes_without_such_an_archive_are_refused() -> None:
    with pytest.raises(ValueError, match="no ICU data"):
        icu_data.read_items(b"\x7fELF" + bytes(100))


def test_every_part_is_named_with_its_licence() -> None:
    site = _site_packages()
    entries = [
        ("core/domain/units.py", str(ROOT / "core" / "domain" / "units.py"), "PYMODULE"),
        ("openpyxl/__init__.py", str(site / "openpyxl" / "__init__.py"), "PYMODULE"),
        ("PySide6/QtCore.abi3.so", str(site / "PySide6" / "QtCore.abi3.so"), "EXTENSION"),
        ("json/__init__.py", str(Path(os.__file__).parent / "json" / "__init__.py"), "PYMODULE"),
        ("resources/fonts/kai.ttf", str(ROOT / "resources" / "fonts" / "kai.ttf"), "DATA"),
    ]
    found = {part.name: part for part in parts_of(entries, "1.0.0")}
    assert list(found)[0] == PROGRAM
    assert set(found) == {PROGRAM, "openpyxl", "PySide6_Essentials", "Python", "LXGW WenKai (kai.ttf)"}
    assert {"LGPL-3.txt", "GPL-3.txt", "qt-base.txt"} <= set(found["PySide6_Essentials"].texts)
    assert found["LXGW WenKai (kai.ttf)"].kind == "font"
    page = summary(list(found.values()), "1.0.0")
    assert re.search(r"^openpyxl　3\.\S+　MIT　→ licences/openpyxl$", page, re.MULTILINE)


def test_a_file_without_an_owner_ends_the_build(tmp_path: Path) -> None:
    stranger = tmp_path / "libstranger.so.1"
    stranger.write_bytes(b"")
    with pytest.raises(UnknownPartError, match="libstranger"):
        parts_of([("libstranger.so.1", str(stranger), "BINARY")], "1.0.0")


@needs_linux
def test_the_archive_of_the_same_files_has_the_same_bytes(tmp_path: Path) -> None:
    made: list[Path] = []
    for name in ("甲", "乙"):
        folder = tmp_path / name / "绿阶-1.0.0"
        (folder / "内").mkdir(parents=True)
        for file in ("b.txt", "内/a.so", "greenladder"):
            (folder / file).write_text(file)
        (folder / "greenladder").chmod(0o700)
        os.utime(folder / "b.txt", (len(made), len(made)))
        made.append(archive.write_archive(folder, 1_700_000_000))
    assert made[0].read_bytes() == made[1].read_bytes()
    with tarfile.open(made[0]) as packed:
        assert {m.name: m.mode for m in packed.getmembers()} == {
            "绿阶-1.0.0/greenladder": 0o755, "绿阶-1.0.0/b.txt": 0o644, "绿阶-1.0.0/内/a.so": 0o644
        }
    sums = archive.write_sums([made[0]])
    checked = subprocess.run(["sha256sum", "-c", sums.name], cwd=sums.parent, capture_output=True, check=False)
    assert checked.returncode == 0


def test_windows_counts_four_numbers() -> None:
    assert windows_version.four_numbers("1.2.3") == (1, 2, 3, 0)
    assert windows_version.four_numbers("12.0.7.4") == (12, 0, 7, 4)


@pytest.mark.parametrize(("before", "after"), [("/usr/local/lib", "/usr/local/lib"), (None, None)])
def test_started_programs_get_the_libraries_of_the_system(
    monkeypatch: pytest.MonkeyPatch, before: str | None, after: str | None
) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/绿阶/_internal")
    if before is None:
        monkeypatch.delenv("LD_LIBRARY_PATH_ORIG", raising=False)
    else:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", before)
    runpy.run_path(str(ROOT / "tools" / "bundle" / "own_environment.py"))
    assert os.environ.get("LD_LIBRARY_PATH") == after
    assert "LD_LIBRARY_PATH_ORIG" not in os.environ


def test_the_icon_of_windows_holds_every_size() -> None:
    data = (ROOT / "resources" / "icons" / "greenladder.ico").read_bytes()
    _, kind, count = struct.unpack_from("<HHH", data)
    entries = [struct.unpack_from("<BBBBHHII", data, 6 + 16 * number) for number in range(count)]
    assert kind == 1
    assert [entry[0] or 256 for entry in entries] == [16, 20, 24, 32, 40, 48, 64, 128, 256]
    for *_, size, place in entries:
        assert data[place : place + 4] == b"\x89PNG"
        assert data[place + size - 8 : place + size - 4] == b"IEND"


def test_the_batch_file_is_as_windows_reads_it() -> None:
    data = (ROOT / "tools" / "windows" / "build.bat").read_bytes()
    lines = data.decode("utf-8").split("\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert lines.index("chcp 65001 >nul") < min(i for i, line in enumerate(lines) if not line.isascii())
    labels = {line[1:] for line in lines if line.startswith(":")}
    assert set(re.findall(r"goto (\w+)", data.decode("utf-8"))) == labels
    for name in ("requirements.lock", "tools/dist.py"):
        assert name.replace("/", "\\") in data.decode("utf-8")
        assert (ROOT / name).is_file()


@needs_linux
def test_binutils_are_there_for_the_build() -> None:
    assert all(map(shutil.which, ("objcopy", "ld", "strip", "objdump")))
