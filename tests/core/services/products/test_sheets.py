"""推荐表 from a real store: who explained, and when, as people write it."""

from __future__ import annotations

import re
from pathlib import Path

from core.services import drafts
from core.services.printing import PrintKind, page_count, page_text, print_to_file
from core.services.workspace import Workspace
from tests.core.documents.printing import squeeze
from tests.fixtures.sample_answers import factory_answers


def test_an_explanation_is_signed_with_name_and_date(ws: Workspace, tmp_path: Path) -> None:
    record_id = drafts.begin(ws, "green-factory", {**factory_answers(), "data_year": 2024}).record.id
    explanation = drafts.explain(ws, record_id, "V003", "上年数据尚未审计。").record.explanations[0]
    day = explanation.written_at.astimezone().date()
    print_to_file(ws, PrintKind.RECOMMENDATION, tmp_path / "推荐表.pdf", record_ids=(record_id,))
    paper = tmp_path / "推荐表.pdf"
    text = squeeze("".join(page_text(paper, number) for number in range(page_count(paper))))
    assert f"{day.year}年{day.month}月{day.day}日）" in text.partition("上年数据尚未审计。（")[2][:24]
    assert not re.search(r"20\d\d-\d\d-\d\d", text)
