"""Makes the committed LibreOffice round trips anew: `python -m tests.core.documents.excel.make_fixtures`."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from random import Random

from core.documents.excel.template import write_template
from core.infra.paths import resources_folder
from core.policy.loader import load_pack
from tests.core.documents.excel.answers import open_filled, random_answers
from tests.core.documents.excel.test_libreoffice import FIXTURES, convert


def main() -> None:
    pack = load_pack(resources_folder() / "policy")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = []
        for number in range(6):
            form = list(pack.forms.values())[number % 3]
            answers = random_answers(form, Random(1000 + number))
            write_template(form, pack, folder / "template.xlsx")
            path = folder / f"libreoffice-{number + 1}-{form.id}.xlsx"
            open_filled(folder / "template.xlsx", form, answers).save(path)
            text = json.dumps(answers, ensure_ascii=False, indent=1)
            (FIXTURES / path.name).with_suffix(".json").write_text(text + "\n", encoding="utf-8")
            files.append(path)
        convert(files, FIXTURES, folder / "profile")


if __name__ == "__main__":
    main()
