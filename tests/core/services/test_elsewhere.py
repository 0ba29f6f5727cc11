"""Two clerks on one form: each refusal in the words of the form, and what was dropped stays findable."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.domain.errors import EditedElsewhereError, NotAllowedError
from core.domain.values import Stored
from core.services import drafts, elsewhere, evidence
from core.services.drafts import OpenForm
from core.services.sample_values import sample_image
from core.services.workspace import Workspace
from tests.fixtures.packs import sample

OTHER = "朝霞街道 李小红"


@pytest.fixture
def opened(ws: Workspace) -> OpenForm:
    answers = {k: v for k, v in sample("green-factory").items() if not k.endswith("_evidence")}
    return drafts.begin(ws, "green-factory", answers)


def by_other(ws: Workspace, opened: OpenForm, **changes: Stored) -> None:
    ws.store.set_answers(opened.record.id, changes, actor=OTHER, source="窗口录入")


def refused(ws: Workspace, opened: OpenForm, name: str, raw: object) -> EditedElsewhereError:
    with pytest.raises(EditedElsewhereError) as caught:
        drafts.save_answer(ws, opened.record.id, name, raw, expected=opened.record.answers)
    return caught.value


def test_both_versions_are_told_in_the_words_of_the_form(ws: Workspace, opened: OpenForm) -> None:
    by_other(ws, opened, employees=120)
    said = str(refused(ws, opened, "employees", "110"))
    assert said.startswith(f"“{opened.form.label_of('employees')}”刚才由{OTHER}改为“120”（11月23日")
    assert said.endswith("您填的“110”没有保存。请选用哪一个。")
    by_other(ws, opened, legal_status="independent_accounting")
    said = str(refused(ws, opened, "legal_status", "other"))
    choices = opened.form.by_name["legal_status"].choices
    assert choices is not None
    assert f"“{choices.label_of('independent_accounting')}”" in said
    assert f"“{choices.label_of('other')}”" in said
    by_other(ws, opened, contact_name=None)
    assert "清空（" in str(refused(ws, opened, "contact_name", "王小梅"))


def test_long_texts_and_tables_are_told_whole_row_by_row(ws: Workspace, opened: OpenForm) -> None:
    by_other(ws, opened, main_products="齿轮\n" + "轴承" * 200)
    both = elsewhere.versions(ws, opened.form, refused(ws, opened, "main_products", "轴"))
    assert both.theirs == ("齿轮", "轴承" * 200)
    assert both.mine == ("轴",)
    table = next(f for f in opened.form.fields if f.type.value == "repeat" and f.rows_from is None)
    column = next(c.name for c in table.columns if c.type.value == "text")
    by_other(ws, opened, **{table.name: [{column: "甲"}, {column: "乙"}]})
    both = elsewhere.versions(ws, opened.form, refused(ws, opened, table.name, [{column: "丙"}]))
    assert len(both.theirs) == 2
    assert both.theirs[1].startswith("第2行　")
    assert "乙" in both.theirs[1]
    assert "丙" in both.mine[0]


def test_what_was_dropped_for_the_others_is_found_in_the_records_life(ws: Workspace, opened: OpenForm) -> None:
    by_other(ws, opened, employees=120)
    elsewhere.set_aside(ws, opened.form, refused(ws, opened, "employees", "110"))
    noted = drafts.events(ws, opened.record.id)[-1]
    assert noted.kind == elsewhere.SET_ASIDE
    assert "没有采用“110”" in noted.detail
    assert f"{OTHER}填的“120”" in noted.detail
    assert ws.store.get(opened.record.id).answers["employees"] == 120


def test_of_a_deleted_record_nothing_is_noted_and_nothing_breaks(ws: Workspace, opened: OpenForm) -> None:
    by_other(ws, opened, employees=120)
    error = refused(ws, opened, "employees", "110")
    ws.store.delete_record(opened.record.id, OTHER)
    elsewhere.set_aside(ws, opened.form, error)
    assert f"已经删除（{OTHER}" in elsewhere.fate(ws, opened.record.id)
    assert elsewhere.is_changed(ws, opened.record)


def test_news_are_the_fields_that_others_changed(ws: Workspace, opened: OpenForm) -> None:
    now = ws.store.get(opened.record.id)
    assert elsewhere.news(ws, opened.form, now, opened.record.answers) == ()
    assert not elsewhere.is_changed(ws, now)
    by_other(ws, opened, revenue_wan=1, employees=120)
    drafts.save_answer(ws, opened.record.id, "contact_name", "王小梅", expected=opened.record.answers)
    now = ws.store.get(opened.record.id)
    found = elsewhere.news(ws, opened.form, now, opened.record.answers, without=["contact_name"])
    assert {n.field for n in found} == {"employees", "revenue_wan"}
    sentence = elsewhere.news_sentence(ws, found)
    assert sentence.startswith(f"{OTHER}刚改了“")
    assert sentence.endswith("，已更新。")


def test_an_explanation_is_of_the_values_that_its_writer_saw(ws: Workspace, opened: OpenForm) -> None:
    rule = opened.verdict.open_findings[0]
    fields = {name: f"{opened.record.answers.get(name) or ''}甲" for name in rule.fields[:1]}
    by_other(ws, opened, **fields)
    now = drafts.open_form(ws, opened.record.id).verdict.finding(rule.rule)
    if now is None or not now.is_open:
        pytest.fail("the sample's first open finding no longer stays open; choose another field")
    with pytest.raises(NotAllowedError, match=f"{OTHER}刚改了.*说明没有保存"):
        drafts.explain(ws, opened.record.id, rule.rule, "已核实。", shown=opened)
    assert drafts.explain(ws, opened.record.id, rule.rule, "已核实。").record.explanations[0].text == "已核实。"


def test_the_second_explanation_is_shown_the_first(ws: Workspace, opened: OpenForm) -> None:
    rule = opened.verdict.open_findings[0].rule
    drafts.explain(ws, opened.record.id, rule, "先写的", shown=opened)
    with pytest.raises(EditedElsewhereError, match=f"情况说明（{rule}）.*先写的.*后写的"):
        drafts.explain(ws, opened.record.id, rule, "后写的", shown=opened)


def test_what_was_judged_is_what_is_recommended(ws: Workspace, opened: OpenForm) -> None:
    for finding in opened.verdict.open_findings:
        opened = drafts.explain(ws, opened.record.id, finding.rule, "已核实。")
    by_other(ws, opened, contact_name="李小红")
    with pytest.raises(NotAllowedError, match=f"刚由{OTHER}改过"):
        drafts.recommend(ws, opened.record.id, shown=opened.record)
    drafts.recommend(ws, opened.record.id)
    with pytest.raises(NotAllowedError, match=r"已经推荐过（海滨街道 李慧敏，11月23日"):
        drafts.recommend(ws, opened.record.id)


def test_a_file_goes_to_the_row_that_was_meant(ws: Workspace, opened: OpenForm, tmp_path: Path) -> None:
    table = next(f for f in opened.form.fields if any(c.type.value == "file" for c in f.columns))
    column = next(c.name for c in table.columns if c.type.value == "file")
    text = next(c.name for c in table.columns if c.type.value == "text")
    by_other(ws, opened, **{table.name: [{text: "甲"}, {text: "乙"}]})
    shown = drafts.open_form(ws, opened.record.id).record
    by_other(ws, opened, **{table.name: [{text: "新"}, {text: "甲"}, {text: "乙"}]})
    image = tmp_path / "证.png"
    image.write_bytes(sample_image("证"))
    path = f"{table.name}[2].{column}"
    with pytest.raises(EditedElsewhereError):
        evidence.attach(ws, shown.id, path, image, shown=shown.answers)
    with pytest.raises(EditedElsewhereError):
        evidence.detach(ws, shown.id, path, shown=shown.answers)
    assert [row.get(column) for row in _rows(ws, shown.id, table.name)] == [None, None, None]
    assert ws.store.evidence(shown.id) == ()


def _rows(ws: Workspace, record_id: str, table: str) -> list[dict[str, Stored]]:
    rows = ws.store.get(record_id).answers[table]
    assert isinstance(rows, list)
    return [dict(row) for row in rows]
