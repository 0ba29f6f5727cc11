"""The shipped pack and one blank template of each form, made once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from core.documents.excel.template import write_template
from core.infra.paths import resources_folder
from core.policy.loader import load_pack
from core.policy.pack import PolicyPack


@pytest.fixture(scope="session")
def pack() -> PolicyPack:
    return load_pack(resources_folder() / "policy")


@pytest.fixture(scope="session")
def templates(pack: PolicyPack, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    folder = tmp_path_factory.mktemp("templates")
    for form in pack.forms.values():
        write_template(form, pack, folder / f"{form.id}.xlsx")
    return {form_id: folder / f"{form_id}.xlsx" for form_id in pack.forms}
