"""Hostile and broken files: each refused for its reason in one sentence, and nothing is left anywhere."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from core.exchange.errors import PackageRefusedError, Refusal
from core.exchange.reader import open_file
from core.exchange.writer import write_file
from tests.fixtures import exchange_files as files
from tests.fixtures.forge import good, record_path
from tests.fixtures.hostile_packages import HOSTILE, PASSWORD, Hostile, accepted_texts

ROOT = Path(__file__).resolve().parents[3]
SENTENCE = re.compile(r"[^\n]{8,220}。")


def refusal(path: Path, scratch: Path) -> PackageRefusedError | None:
    """How the file is refused; None when it is taken and can be read to its end."""
    try:
        with open_file(path, password=PASSWORD, scratch=scratch) as incoming:
            list(incoming.records())
            incoming.answer()
    except PackageRefusedError as error:
        return error
    return None


def test_there_are_many_and_their_names_differ() -> None:
    assert len({case.name for case in HOSTILE}) == len(HOSTILE) >= 40


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case.name)
def test_it_is_refused_in_one_sentence_and_leaves_nothing(tmp_path: Path, case: Hostile) -> None:
    scratch = tmp_path / "a" / "b" / "store"
    scratch.mkdir(parents=True)
    path = tmp_path / "a" / "file.zip"
    path.write_bytes(case.make())
    refused = refusal(path, scratch)
    assert refused is not None
    assert refused.reason in case.reasons, str(refused)
    assert SENTENCE.fullmatch(str(refused))
    assert re.search("[一-龥]{6}", str(refused))
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*")) == [
        "a", "a/b", "a/b/store", "a/file.zip",
    ]


def test_what_is_spoilt_is_good_before(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(good().build())
    assert refusal(path, tmp_path) is None


def test_texts_that_look_dangerous_are_only_texts(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(accepted_texts())
    with open_file(path, scratch=tmp_path) as incoming:
        values = {change.field: change.new for record in incoming.records() for change in record.changes}
    assert values["unit_name"] == "'; DROP TABLE records;--"
    assert values["main_products"] == "=cmd|' /C calc'!A0"


def test_a_newer_program_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    forge = good()
    forge.on_manifest = lambda document: document.update(format=2, program="0.9.1")
    path.write_bytes(forge.build())
    refused = refusal(path, tmp_path)
    assert refused is not None
    assert "更新版本（0.9.1）" in str(refused)


def test_a_cut_anywhere_is_told(tmp_path: Path) -> None:
    whole = write_file(tmp_path / "x.zip", files.package(tmp_path), files.KEY).path.read_bytes()
    path = tmp_path / "cut.zip"
    for length in sorted({0, 1, 3, 4, 30, *range(7, len(whole), 97), *range(len(whole) - 40, len(whole))}):
        path.write_bytes(whole[:length])
        refused = refusal(path, tmp_path)
        assert refused is not None, length
        assert refused.reason in (
            {Refusal.EMPTY} if length == 0 else {Refusal.NOT_OURS} if length < 4 else {Refusal.TRUNCATED}
        ), length
        if whole[length:].strip(b"\0") == b"":
            continue
        path.write_bytes(whole[:length] + bytes(len(whole) - length))
        zeroed = refusal(path, tmp_path)
        assert zeroed is not None, length


def test_no_flipped_bit_changes_what_is_read(tmp_path: Path) -> None:
    outgoing = files.package(tmp_path)
    written = write_file(tmp_path / "x.zip", outgoing, files.KEY)
    whole = written.path.read_bytes()
    path = tmp_path / "flipped.zip"
    rng = random.Random(20260610)
    taken = 0
    for _ in range(400):
        spoilt = bytearray(whole)
        spoilt[rng.randrange(len(whole))] ^= 1 << rng.randrange(8)
        path.write_bytes(spoilt)
        if refusal(path, tmp_path) is None:
            # A date or version number of the container, which says nothing.
            taken += 1
            with open_file(path, scratch=tmp_path) as incoming:
                assert tuple(incoming.records()) == outgoing.records
                assert incoming.check_code == written.check_code
    assert taken < 20


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    for path in (tmp_path / "没有.zip", tmp_path):
        refused = refusal(path, tmp_path)
        assert refused is not None
        assert refused.reason is Refusal.UNREADABLE


# ru_maxrss would also count what the process was before it became this program.
_MEASURED = """
import re, sys
from pathlib import Path
from tests.core.exchange.test_hostile import refusal
for name in sys.argv[2:]:
    assert refusal(Path(name), Path(sys.argv[1])) is not None
print(int(re.search(r"VmHWM:\\s+([0-9]+) kB", Path("/proc/self/status").read_text()).group(1)) // 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="the kernel tells no peak here")
def test_the_worst_of_them_take_little_memory(tmp_path: Path) -> None:
    words = ("bomb", "65,535", "deep", "wide", "huge", "20 MB", "million", "without end", "over one another")
    paths = []
    for number, case in enumerate(case for case in HOSTILE if any(word in case.name for word in words)):
        paths.append(tmp_path / f"{number}.zip")
        paths[-1].write_bytes(case.make())
    assert len(paths) >= 12
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, str(tmp_path), *map(str, paths)], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 400


def _spoil(rng: random.Random, document: object) -> object:
    """The same JSON with one thing in it turned into another."""
    if isinstance(document, dict) and document and rng.random() < 0.9:
        key = rng.choice(sorted(document))
        return {**document, key: _spoil(rng, document[key])}
    if isinstance(document, list) and document and rng.random() < 0.9:
        place = rng.randrange(len(document))
        return [*document[:place], _spoil(rng, document[place]), *document[place + 1 :]]
    return rng.choice(
        [None, True, -1, 0, 1.5, 10**20, "", "x", "\u202e", "9" * 50, [], {}, [[]], {"x": 1}, [document, 1]]
    )


def test_whatever_a_record_or_manifest_says_it_is_read_or_refused_in_words(tmp_path: Path) -> None:
    rng = random.Random(42)
    path = tmp_path / "x.zip"
    refused = 0
    for _ in range(400):
        forge = good()
        if rng.random() < 0.5:
            spoilt = _spoil(rng, json.loads(forge.parts[record_path()]))
            forge.parts[record_path()] = json.dumps(spoilt).encode()
        else:
            forge.on_text = lambda text: json.dumps(_spoil(rng, json.loads(text))).encode()
        path.write_bytes(forge.build())
        error = refusal(path, tmp_path)
        refused += error is not None
        assert error is None or SENTENCE.fullmatch(str(error)), str(error)
    assert refused > 200
