"""The shipped pack was proved when the program was made; any other content is proved at every start."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.domain.errors import PackError
from core.infra.paths import resources_folder
from core.policy import loader
from core.policy.loader import digest
from core.services.workspace import PROVED_FILE, load_policy
from tests.fixtures.packs import PACK_FOLDER, shipped_pack

SOUND = "employees >= 0.0"
#: Compiles, and fails on every number: CEL does not add a text to one.
UNPROVABLE = "employees + 'x' == ''"


@pytest.fixture
def resources(tmp_path: Path) -> Path:
    """A copy of the shipped pack with its note."""
    shutil.copytree(PACK_FOLDER, tmp_path / "policy")
    shutil.copy(resources_folder() / PROVED_FILE, tmp_path / PROVED_FILE)
    return tmp_path


def break_a_formula(resources: Path) -> None:
    path = resources / "policy" / "forms" / "green-factory.csv"
    text = path.read_text(encoding="utf-8-sig")
    assert SOUND in text
    path.write_text(text.replace(SOUND, UNPROVABLE, 1), encoding="utf-8")


def test_the_note_is_of_the_shipped_pack() -> None:
    noted = (resources_folder() / PROVED_FILE).read_text(encoding="ascii").strip()
    assert noted == digest(PACK_FOLDER) == shipped_pack().digest, "run tools/prove_pack.py"


def test_the_noted_pack_is_not_proved_again_and_is_the_same(resources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    proved: list[str] = []
    monkeypatch.setattr(loader, "prove", lambda form, *_rest: proved.append(form.id))
    assert load_policy(resources).digest == shipped_pack().digest
    assert proved == []
    (resources / PROVED_FILE).unlink()
    load_policy(resources)
    assert proved == list(shipped_pack().forms)


def test_a_changed_pack_is_proved_whatever_the_note_says(resources: Path) -> None:
    break_a_formula(resources)
    with pytest.raises(PackError, match=r"green-factory\.csv"):
        load_policy(resources)


@pytest.mark.parametrize("note", [b"", b"\xff\xfe", b"0" * 64])
def test_a_note_that_says_nothing_is_passed_over(resources: Path, note: bytes) -> None:
    break_a_formula(resources)
    (resources / PROVED_FILE).write_bytes(note)
    with pytest.raises(PackError, match="不能计算"):
        load_policy(resources)
