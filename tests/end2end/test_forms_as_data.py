"""Adding a field is an edit of one data file: it then stands on every face of the form."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pytestqt.qtbot import QtBot

from core.services import drafts
from core.services.printing import PrintKind, page_count, page_text, print_to_file
from core.services.templates import write_template
from core.services.workspace import open_workspace
from gui.forms.form_page import FormPage

ROOT = Path(__file__).resolve().parents[2]
LABEL = "车间屋顶可装光伏面积"
LINE = (
    f"三、用地情况,roof_area_m2,{LABEL},decimal,m²,no,,roof_area_m2 >= 0.0,mandatory,“{LABEL}”不能是负数。,,,"
    "三(一)1,r3 c1-6,unit"
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the program whose green-factory form has one line more."""
    shutil.copy(ROOT / "main.py", tmp_path)
    shutil.copytree(ROOT / "core", tmp_path / "core", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "resources" / "policy", tmp_path / "resources" / "policy")
    (tmp_path / "resources" / "fonts").symlink_to(ROOT / "resources" / "fonts")
    path = tmp_path / "resources" / "policy" / "forms" / "green-factory.csv"
    lines = path.read_text("utf-8-sig").split("\n")
    at = max(i for i, line in enumerate(lines) if line.startswith("三、用地情况,"))
    path.write_text("\n".join([*lines[: at + 1], LINE, *lines[at + 1 :]]), "utf-8-sig")
    return tmp_path


def test_command_line_lists_the_field(tree: Path) -> None:
    command = [sys.executable, "main.py", "forms", "green-factory", "--json"]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, encoding="utf-8", check=True)
    fields = {f["name"]: f for f in json.loads(done.stdout)["forms"][0]["fields"]}
    assert fields["roof_area_m2"]["label"] == LABEL
    assert fields["roof_area_m2"]["unit"] == "m²"


def test_excel_paper_and_editor_have_the_field(tree: Path, tmp_path: Path, qtbot: QtBot) -> None:
    with open_workspace(tmp_path / "store", resources=tree / "resources") as ws:
        book = load_workbook(write_template(ws.pack, "green-factory", tmp_path / "表.xlsx"))
        assert "roof_area_m2" in book.defined_names
        texts = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value]
        assert any(LABEL in text for text in texts)
        opened = drafts.begin(ws, "green-factory", {"unit_name": "天津某某厂", "roof_area_m2": 1234.5})
        pdf = print_to_file(ws, PrintKind.FORM, tmp_path / "表.pdf", record_ids=(opened.record.id,))
        text = "".join(page_text(pdf, i) for i in range(page_count(pdf))).replace("\n", "").replace("\r", "")
        assert LABEL in text
        assert "1234.5" in text
        page = FormPage(opened.form)
        qtbot.addWidget(page)
        with qtbot.waitExposed(page):
            page.show()
        page.set_answers(opened.state.answers, {})
        page.focus_field("roof_area_m2")
        qtbot.waitUntil(lambda: page.focusWidget() is not None and page.focusWidget().accessibleName() != "")
        assert LABEL in page.focusWidget().accessibleName()
