"""One filled form under two definitions: nothing is changed, every difference is told once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

from core.policy.loader import load_pack
from core.policy.migration import FieldFate, FieldStep, FormMigration, migrate_form
from core.policy.pack import PolicyPack
from tests.fixtures.newer_pack import FACTORY, PackFolder, newer_folder
from tests.fixtures.packs import PACK_FOLDER, sample, shipped_pack

DAY = date(2026, 11, 23)


def _edited(tmp_path: Path, edit: Callable[[PackFolder], object]) -> PolicyPack:
    shutil.copytree(PACK_FOLDER, tmp_path / "pack")
    edit(PackFolder(tmp_path / "pack"))
    return load_pack(tmp_path / "pack")


def _migrated(new: PolicyPack, form: str = "green-factory", **more: object) -> FormMigration:
    old = shipped_pack()
    answers = {**sample(form), **more}
    both = (old.parameters_at(DAY), new.parameters_at(DAY))
    return migrate_form(old.forms[form], new.forms[form], answers, DAY, both, {"ev-license": "执照.pdf"})


def _one(found: FormMigration) -> FieldStep:
    (step,) = found.steps
    return step


def _without_audits(pack: PackFolder, word: str) -> None:
    pack.write("audit.csv", [row for row in pack.read("audit.csv") if not any(word in cell for cell in row)])


def _without_choice(pack: PackFolder, group: str, name: str, file: str = "lists/choices.csv") -> None:
    pack.write(file, [row for row in pack.read(file) if row[:2] != [group, name]])


def test_the_same_pack_keeps_everything() -> None:
    for form in shipped_pack().forms:
        found = _migrated(shipped_pack(), form)
        assert found.steps == ()
        assert len(found.kept) > 20


def test_what_was_wrong_before_is_no_news(tmp_path: Path) -> None:
    found = _migrated(load_pack(newer_folder(tmp_path / "n")), registered_capital_wan="很多", key_chain="没有的")
    assert {"registered_capital_wan", "key_chain"}.isdisjoint(step.name for step in found.steps)


def test_a_blank_field_that_is_required_from_now_on(tmp_path: Path) -> None:
    new = _edited(tmp_path, lambda p: p.change(FACTORY, "key_chain", "required", "yes"))
    step = _one(_migrated(new, key_chain=None))
    assert (step.name, step.fate, step.now) == ("key_chain", FieldFate.REQUIRED, "改为必填")
    assert _migrated(new).steps == ()


def test_an_irrelevant_field_is_not_asked_for(tmp_path: Path) -> None:
    new = _edited(tmp_path, lambda p: p.change(FACTORY, "parent_name", "required", "yes"))
    assert _migrated(new).steps == ()
    step = _one(_migrated(new, legal_status="independent_accounting"))
    assert (step.name, step.fate) == ("parent_name", FieldFate.REQUIRED)


def test_a_choice_of_several_is_told_when_it_goes(tmp_path: Path) -> None:
    new = _edited(tmp_path, lambda p: _without_choice(p, "priority_ground", "specialized_new"))
    step = _one(_migrated(new))
    assert (step.name, step.fate) == ("priority_grounds", FieldFate.CHOICE_GONE)
    assert "；" in step.was


def test_a_choice_of_an_open_list_is_told_too(tmp_path: Path) -> None:
    office = str(sample("green-factory")["office"])
    new = _edited(tmp_path, lambda p: _without_choice(p, "office", office, "lists/offices.csv"))
    step = _one(_migrated(new))
    assert (step.name, step.fate) == ("office", FieldFate.CHOICE_GONE)
    assert step.was == shipped_pack().lists["office"].label_of(office)


def test_cells_of_a_table_are_named_by_row_and_column(tmp_path: Path) -> None:
    new = _edited(tmp_path, lambda p: _without_choice(p, "energy_grade", "na"))
    found = _migrated(new)
    names = [step.name for step in found.steps]
    assert names == ["products[1].product_energy_grade", "products[2].product_energy_grade"]
    first = found.steps[0]
    assert (first.fate, first.field) == (FieldFate.CHOICE_GONE, "products")
    assert first.label == "主要产品及产能第1行·达到等级"
    assert "products" not in found.kept


def test_a_column_that_wants_another_kind_of_answer(tmp_path: Path) -> None:
    def edit(pack: PackFolder) -> None:
        pack.change(FACTORY, "product_unit", "type", "date")

    found = _migrated(_edited(tmp_path, edit))
    assert {step.fate for step in found.steps} == {FieldFate.UNREADABLE}
    assert all(step.now == "改为填日期" and step.was for step in found.steps)


def test_an_attached_file_of_a_lost_field_goes_by_its_name(tmp_path: Path) -> None:
    def edit(pack: PackFolder) -> None:
        pack.remove(FACTORY, "business_license")
        _without_audits(pack, "business_license")

    step = _one(_migrated(_edited(tmp_path, edit)))
    assert (step.name, step.fate, step.was, step.field) == ("business_license", FieldFate.GONE, "执照.pdf", "")


def test_a_lost_table_is_told_in_short(tmp_path: Path) -> None:
    def edit(pack: PackFolder) -> None:
        rows = pack.read("forms/green-park.csv")
        at = rows[0].index("type")
        first = next(n for n, row in enumerate(rows) if row[1] == "plan_units")
        last = next(n for n in range(first, len(rows)) if rows[n][at] == "end_repeat")
        pack.write("forms/green-park.csv", rows[:first] + rows[last + 1 :])
        _without_audits(pack, "plan_unit")

    step = _one(_migrated(_edited(tmp_path, edit), "green-park"))
    assert (step.name, step.fate) == ("plan_units", FieldFate.GONE)
    assert step.was.startswith("3行：天津青禾流体装备有限公司")
    assert len(step.was) <= 80
