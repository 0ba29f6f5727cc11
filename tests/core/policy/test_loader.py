"""A wrong pack is refused with the file and the line that is wrong; a right one stays the same on every machine."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from core.domain.errors import NotFoundError, PackError
from core.forms.definition import FieldType
from core.policy.loader import digest, load_pack
from tests.fixtures.packs import PACK_FOLDER, shipped_pack

FACTORY, AUDIT = "forms/green-factory.csv", "audit.csv"


@dataclass(frozen=True)
class PackCopy:
    """A copy of the pack that a test may spoil."""

    folder: Path

    def read(self, file: str) -> list[list[str]]:
        return list(csv.reader(io.StringIO((self.folder / file).read_text(encoding="utf-8-sig"))))

    def write(self, file: str, rows: list[list[str]]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        (self.folder / file).write_text(text.getvalue(), encoding="utf-8")

    def line_of(self, file: str, name: str) -> int:
        """The line where the row with `name` in one of its first two cells starts (cells may hold line breaks)."""
        line = 1
        for row in self.read(file):
            if name in row[:2]:
                return line
            line += 1 + sum(cell.count("\n") for cell in row)
        raise LookupError(name)

    def change(self, file: str, name: str, column: str, value: str) -> int:
        """Put a value into one cell; returns the line."""
        line = self.line_of(file, name)
        rows = self.read(file)
        next(row for row in rows if name in row[:2])[rows[0].index(column)] = value
        self.write(file, rows)
        return line

    def add(self, file: str, after: str, **cells: str) -> int:
        """Put a row after another; returns its line."""
        rows = self.read(file)
        place = next(n for n, row in enumerate(rows) if after in row[:2]) + 1
        rows.insert(place, [cells.get(column, "") for column in rows[0]])
        line = self.line_of(file, after) + 1
        self.write(file, rows)
        return line


@pytest.fixture
def pack(tmp_path: Path) -> PackCopy:
    shutil.copytree(PACK_FOLDER, tmp_path / "policy")
    return PackCopy(tmp_path / "policy")


def refused(pack: PackCopy, file: str, line: int, word: str) -> None:
    with pytest.raises(PackError) as caught:
        load_pack(pack.folder)
    assert (caught.value.file, caught.value.line) == (file, line), str(caught.value)
    assert word in caught.value.problem
    assert f"{file}第{line}行" in str(caught.value)


CELLS = [
    (FACTORY, "employees", "constraint", "emplyees >= 0.0", "emplyees"),
    (FACTORY, "employees", "constraint", "employees >=", "不能编译"),
    (FACTORY, "employees", "constraint", "employees + 1 >= 0.0", "不能计算"),
    (FACTORY, "employees", "constraint", "employees + 1.0", "真或假"),
    (FACTORY, "employees", "constraint", "nearly(employees)", "nearly"),
    (FACTORY, "employees", "constraint_message", "", "提示语"),
    (FACTORY, "employees", "constraint_message", "人数{emplyees}不对。", "emplyees"),
    (FACTORY, "employees", "constraint_message", "超过{pack.no_such}。", "pack.no_such"),
    (FACTORY, "employees", "severity", "fatal", "fatal"),
    (FACTORY, "employees", "required", "ja", "required"),
    (FACTORY, "employees", "type", "number", "number"),
    (FACTORY, "employees", "type", "integer people", "people"),
    (FACTORY, "employees", "label", "", "label"),
    (FACTORY, "employees", "calculation", "1.0", "calculation"),
    (FACTORY, "employees", "print", "r1 c9-9", "位置"),
    (FACTORY, "employees", "print", "somewhere", "somewhere"),
    (FACTORY, "employees", "source", "三(九)9", "三(九)9"),
    (FACTORY, "employees", "source", "三（一）1(1)", "三（一）1(1)"),
    (FACTORY, "employees", "name", "Employees", "小写"),
    (FACTORY, "employees", "name", "pack", "保留字"),
    (FACTORY, "employees", "name", "revenue_wan", "重复"),
    (FACTORY, "legal_status", "type", "select_one no_list", "no_list"),
    (FACTORY, "parent_name", "relevant", "size(legal_status)", "真或假"),
    (FACTORY, "parent_name", "relevant", "length(legal_status) > 3.0", "不能计算"),
    (FACTORY, "plot_ratio", "calculation", "land_area_m2 > 1.0", "文字"),
    (FACTORY, "plot_ratio", "calculation", "[land_area_m2]", "文字"),
    (FACTORY, "plot_ratio", "calculation", "", "calculation"),
    (FACTORY, "plot_ratio", "calculation", "land_area_m2 / unit_name", "不能计算"),
    (FACTORY, "plot_ratio", "calculation", "plot_ratio + 1.0", "互相等待"),
    (FACTORY, "energy_unit", "calculation", "energy_tce + 1.0", "互相等待"),
    (AUDIT, "V018", "formula", "emplyees > 0.0", "emplyees"),
    (AUDIT, "V018", "formula", "employees > 0.0 && revenue_wan + 1 > 0.0", "revenue_wan + 1"),
    (AUDIT, "V018", "formula", "employees", "真或假"),
    (AUDIT, "V018", "formula", "employees >", "不能编译"),
    (AUDIT, "V018", "formula", "pack.no_such > employees", "不能计算"),
    (AUDIT, "V018", "fields", "employees revenu", "revenu"),
    (AUDIT, "V018", "form", "green-house", "green-house"),
    (AUDIT, "V018", "clause", "三(八)", "三(八)"),
    (AUDIT, "V018", "severity", "", "级别"),
    (AUDIT, "V018", "message", "{revenu}不对。", "revenu"),
    (AUDIT, "V018", "id", "V019", "重复"),
    ("parameters.csv", "stoppage_months", "valid_from", "2026年1月", "2026年1月"),
    ("parameters.csv", "stoppage_months", "value", "", "value"),
    ("lists/energy.csv", "raw_coal", "value", "0,7143", "0,7143"),
    ("lists/energy.csv", "raw_coal", "value", "nan", "nan"),
    ("lists/energy.csv", "raw_coal", "label", "", "label"),
    ("lists/energy.csv", "raw_coal", "name", "coke", "重复"),
    ("lists/standards.csv", "GB/T 36132-2018", "valid_to", "2025-02-30", "2025-02-30"),
    ("lists/standards.csv", "GB/T 36132-2018", "valid_from", "2026-01-01", "早于"),
    ("clauses.csv", "三(一)1(2)", "number", "三(一)1(1)", "重复"),
    ("negative-list.csv", "neg_suspended", "clause", "三(四)1(9)", "三(四)1(9)"),
    ("negative-list.csv", "neg_suspended", "item", "neg_no_such", "neg_no_such"),
    ("negative-list.csv", "neg_suspended", "counts", "sometimes", "counts"),
    ("rule-texts.csv", "not_met.closed", "key", "met", "重复"),
    ("rule-texts.csv", "met", "key", "title", "重复"),
    ("forms/forms.csv", "green-park", "id", "../green-park", "编号"),
    ("forms/forms.csv", "green-park", "id", "green-factory", "重复"),
]


@pytest.mark.parametrize(("file", "row", "column", "value", "word"), CELLS)
def test_a_wrong_cell_is_named(pack: PackCopy, file: str, row: str, column: str, value: str, word: str) -> None:
    line = pack.change(file, row, column, value)
    refused(pack, file, _line_that_repeats(pack, file, line, value) if word == "重复" else line, word)


def _line_that_repeats(pack: PackCopy, file: str, line: int, value: str) -> int:
    """Of two rows with the same name the later one is refused."""
    lines, number = [], 1
    for row in pack.read(file):
        if value in row[:2]:
            lines.append(number)
        number += 1 + sum(cell.count("\n") for cell in row)
    return lines[1] if len(lines) > 1 and file != "rule-texts.csv" else line


def test_fields_that_wait_for_each_other_are_refused(pack: PackCopy) -> None:
    pack.change(FACTORY, "plot_ratio", "calculation", "building_density_pct + 1.0")
    line = pack.change(FACTORY, "building_density_pct", "calculation", "plot_ratio + 1.0")
    with pytest.raises(PackError, match="互相等待") as caught:
        load_pack(pack.folder)
    assert caught.value.file == FACTORY
    assert caught.value.line in (line - 1, line)


def test_tables_must_open_close_and_have_columns(pack: PackCopy) -> None:
    line = pack.change(FACTORY, "products_end", "type", "note")
    pack.change(FACTORY, "products_end", "label", "x")
    with pytest.raises(PackError, match="不能再套表格"):
        load_pack(pack.folder)
    pack.change(FACTORY, "products_end", "type", "end_repeat")
    load_pack(pack.folder)
    line = pack.add(FACTORY, "products_end", name="stray_end", type="end_repeat")
    refused(pack, FACTORY, line, "begin_repeat")


@pytest.mark.parametrize(("file", "spoil", "word"), [
    (FACTORY, lambda path: path.write_bytes(path.read_text(encoding="utf-8-sig").encode("gb18030")), "UTF-8"),
    (FACTORY, lambda path: path.unlink(), "缺少这个文件"),
    ("pack.toml", lambda path: path.unlink(), "缺少这个文件"),
    ("parameters.csv", lambda path: path.unlink(), "缺少这个文件"),
    (AUDIT, lambda path: (path.unlink(), path.mkdir()), "不能读取"),
    (FACTORY, lambda path: path.write_text(path.read_text("utf-8-sig").replace("section,", "part,", 1), "utf-8"), "列"),
    (FACTORY, lambda path: path.write_text(path.read_text("utf-8-sig").replace("hint,", "name,", 1), "utf-8"), "重复"),
    (FACTORY, lambda path: path.write_text("", "utf-8"), "缺少列"),
    ("pack.toml", lambda path: path.write_text('id = "x"\n', "utf-8"), "version"),
])
def test_a_wrong_file_is_named(pack: PackCopy, file: str, spoil: Callable[[Path], object], word: str) -> None:
    spoil(pack.folder / file)
    refused(pack, file, 1, word)


def test_a_broken_manifest_names_its_line(pack: PackCopy) -> None:
    path = pack.folder / "pack.toml"
    path.write_text(path.read_text("utf-8").replace("version = ", "version = = "), "utf-8")
    line = next(n for n, text in enumerate(path.read_text("utf-8").splitlines(), 1) if "= =" in text)
    refused(pack, "pack.toml", line, "格式不对")


def test_a_row_with_too_few_cells_is_named(pack: PackCopy) -> None:
    path = pack.folder / "parameters.csv"
    lines = path.read_text("utf-8-sig").splitlines()
    path.write_text("\n".join([*lines, "short,1"]) + "\n", "utf-8")
    refused(pack, "parameters.csv", len(lines) + 1, "7列")


def test_lines_are_counted_past_cells_with_line_breaks(pack: PackCopy) -> None:
    line = pack.change("clauses.csv", "三(四)2(3)", "number", "三(四)2(2)")
    assert line > len(pack.read("clauses.csv")), "the file has cells of several lines before this one"
    refused(pack, "clauses.csv", line, "重复")


def test_adding_a_field_is_one_line(pack: PackCopy) -> None:
    assert "boiler_count" not in load_pack(pack.folder).form("green-factory").by_name
    pack.add(
        FACTORY, "employees", section="二、生产经营情况", name="boiler_count", label="在用锅炉", type="integer",
        unit="台", required="no", constraint="boiler_count >= 0.0", constraint_message="“在用锅炉”不能是负数。",
        source="三(一)1", print="full",
    )
    form = load_pack(pack.folder).form("green-factory")
    field = form.by_name["boiler_count"]
    assert (field.type, field.unit, field.clause) == (FieldType.INTEGER, "台", "三(一)1")
    assert field.section == "二、生产经营情况"
    names = [f.name for f in form.fields]
    assert names.index("boiler_count") == names.index("employees") + 1


def test_the_digest_is_the_same_with_other_line_ends_and_marks(pack: PackCopy) -> None:
    for path in sorted(pack.folder.rglob("*.csv")):
        content = path.read_bytes().removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
        path.write_bytes(b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n"))
    toml = pack.folder / "pack.toml"
    toml.write_bytes(b"\xef\xbb\xbf" + toml.read_bytes())
    assert digest(pack.folder) == shipped_pack().digest
    again = load_pack(pack.folder)
    assert again.digest == shipped_pack().digest
    assert list(again.forms) == list(shipped_pack().forms)


def test_the_digest_changes_with_any_content(pack: PackCopy) -> None:
    seen = {digest(pack.folder)}
    pack.change("parameters.csv", "lookback_months", "value", "24")
    seen.add(digest(pack.folder))
    pack.change("lists/energy.csv", "raw_coal", "note", "x")
    seen.add(digest(pack.folder))
    (pack.folder / "lists" / "energy.csv").rename(pack.folder / "lists" / "energies.csv")
    seen.add(digest(pack.folder))
    assert len(seen) == 4


def test_parameters_are_dated_and_open_towards_the_past(pack: PackCopy) -> None:
    assert shipped_pack().parameters_at(date(1990, 1, 1)) == shipped_pack().parameters_at(date(2090, 1, 1))
    pack.change("parameters.csv", "lookback_months", "valid_to", "2026-12-31")
    pack.add("parameters.csv", "lookback_months", name="lookback_months", value="24", valid_from="2027-01-01")
    changed = load_pack(pack.folder)
    assert changed.parameters_at(date(2026, 12, 31))["lookback_months"] == 36.0
    assert changed.parameters_at(date(2027, 1, 1))["lookback_months"] == 24.0


def test_the_shipped_pack_is_that_of_baodi() -> None:
    pack = shipped_pack()
    assert (pack.id, pack.district_code, pack.label) == ("baodi", "120115", f"baodi {pack.version}")
    assert pack.form("green-park").title == "绿色工业园区培育表"
    assert pack.negative_item("neg_dishonest").short_name == "dishonest"
    assert len(pack.lists["office"].choices) == 26
    with pytest.raises(NotFoundError, match="green-house"):
        pack.form("green-house")
    with pytest.raises(NotFoundError, match="neg_x"):
        pack.negative_item("neg_x")
