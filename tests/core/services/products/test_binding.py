"""合订本 of a stored record: the form's own numbers and order, the official sheet only when it is official."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pypdf
import pytest

from core.domain.errors import CancelledError, NotFoundError, UnreadableInputError
from core.services import drafts, evidence
from core.services.printing import PrintKind, page_text, print_to_file
from core.services.products.binding import BoundBook, bind_to_file
from core.services.workspace import Workspace
from tests.core.documents.printing import squeeze
from tests.fixtures import evidence_files as made
from tests.fixtures.packs import FORM_IDS, sample
from tests.fixtures.sample_answers import SampleAnswers


def _bare(form_id: str) -> SampleAnswers:
    """Answers without any file."""
    answers = {
        k: v for k, v in sample(form_id).items() if not (isinstance(v, str) and v.startswith("ev-"))
    }
    rows = answers.get("certificates")
    if isinstance(rows, list):
        answers["certificates"] = [{k: v for k, v in row.items() if k != "cert_file"} for row in rows]
    return answers


@pytest.fixture
def record_id(ws: Workspace) -> str:
    return drafts.begin(ws, "green-factory", _bare("green-factory")).record.id


def _attach(ws: Workspace, record_id: str, folder: Path, **files: tuple[str, bytes]) -> None:
    for number, (field, (name, data)) in enumerate(files.items()):
        place = folder / f"来源{number}"
        place.mkdir(exist_ok=True)
        evidence.attach(ws, record_id, field, made.put(place, name, data))


def _bound(ws: Workspace, record_id: str, folder: Path) -> tuple[BoundBook, list[str]]:
    book = bind_to_file(ws, record_id, folder / "合订本.pdf")
    return book, [squeeze(page_text(book.path, n)) for n in range(book.pages)]


def _outline(path: Path) -> list[str]:
    """The bookmarks of the first level."""
    return [str(item.title) for item in pypdf.PdfReader(path).outline if not isinstance(item, list)]


def test_numbers_and_order_are_those_of_the_forms_own_list(ws: Workspace, record_id: str, tmp_path: Path) -> None:
    _attach(
        ws, record_id, tmp_path, permit_file=("许可.pdf", made.pdf("PERMIT")),
        business_license=("执照.jpg", made.encoded(made.picture(), "JPEG")),
        energy_evidence=("能源.pdf", made.pdf("ENERGY", "MORE")),
    )
    book, texts = _bound(ws, record_id, tmp_path)
    listed = next(text for text in texts if "附件清单" in text)
    heads = [re.findall(r"附(\d).*?（([^（）]*\.\w{3})）第(\d)页/共(\d)页", text) for text in texts]
    found = [head for page in heads for head in page]
    assert [number for number, *_ in found] == sorted(number for number, *_ in found)
    assert len(found) == 4
    for number, name, *_ in found:
        assert re.search(rf"附{number}[^；]*（{name}）", listed)
    assert book.problems == ()
    assert book.size == book.path.stat().st_size


def test_the_official_sheet_is_bound_only_when_it_is_official(ws: Workspace, record_id: str, tmp_path: Path) -> None:
    _, texts = _bound(ws, record_id, tmp_path)
    assert not any("区级绿色制造单位推荐表" in text for text in texts)
    assert "不能出正式的推荐表" in texts[1]
    for finding in drafts.open_form(ws, record_id).verdict.open_findings:
        drafts.explain(ws, record_id, finding.rule, "已核对，情况属实")
    drafts.recommend(ws, record_id)
    book, texts = _bound(ws, record_id, tmp_path)
    assert "区级绿色制造单位推荐表" in texts[2]
    assert "草稿" not in texts[2]
    assert _outline(book.path)[:4] == ["封面", "目录", "推荐表", "区级绿色工厂培育表"]
    assert "不能出正式的推荐表" not in texts[1]


def test_a_sheet_of_another_day_is_not_bound(ws: Workspace, record_id: str, tmp_path: Path) -> None:
    for finding in drafts.open_form(ws, record_id).verdict.open_findings:
        drafts.explain(ws, record_id, finding.rule, "已核对，情况属实")
    bind_to_file(ws, record_id, tmp_path / "a.pdf", as_of=date(2026, 11, 22))
    assert "推荐表" not in _outline(tmp_path / "a.pdf")


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_every_kind_of_form_is_bound(ws: Workspace, tmp_path: Path, form_id: str) -> None:
    record_id = drafts.begin(ws, form_id, _bare(form_id)).record.id
    book, texts = _bound(ws, record_id, tmp_path)
    title = ws.pack.form(form_id).title
    assert f"{title}及佐证材料" in texts[0]
    assert title in _outline(book.path)
    assert book.problems == ()
    assert ("推荐表" in texts[1]) is (form_id != "annual-report")
    for number, text in enumerate(texts[1:], start=2):
        assert f"—{number}—" in text


def test_the_same_record_gives_the_same_bytes(ws: Workspace, record_id: str, tmp_path: Path) -> None:
    _attach(ws, record_id, tmp_path, permit_file=("a.png", made.encoded(made.picture(mode="RGBA"), "PNG")))
    first = bind_to_file(ws, record_id, tmp_path / "1.pdf").path.read_bytes()
    assert print_to_file(ws, PrintKind.BOUND, tmp_path / "2.pdf", record_ids=(record_id,)).read_bytes() == first


def test_two_files_of_one_name_in_different_fields_are_both_bound(
    ws: Workspace, record_id: str, tmp_path: Path
) -> None:
    _attach(
        ws, record_id, tmp_path, business_license=("扫描件.pdf", made.pdf("LICENSE")),
        permit_file=("扫描件.pdf", made.pdf("PERMIT")),
    )
    _, texts = _bound(ws, record_id, tmp_path)
    assert sum("LICENSE" in text for text in texts) == 1
    assert sum("PERMIT" in text for text in texts) == 1


def test_one_file_in_several_fields_is_bound_once(ws: Workspace, record_id: str, tmp_path: Path) -> None:
    shot = ("网站截图.pdf", made.pdf("SCREENSHOT"))
    _attach(ws, record_id, tmp_path, neg_abnormal_evidence=shot, neg_violation_evidence=shot)
    _, texts = _bound(ws, record_id, tmp_path)
    assert sum("SCREENSHOT" in text for text in texts) == 1


def test_a_file_that_the_store_lost_is_named(ws: Workspace, record_id: str, tmp_path: Path) -> None:
    _attach(ws, record_id, tmp_path, permit_file=("许可.pdf", made.pdf("PERMIT")))
    stored = evidence.all_evidence(ws, record_id)[0]
    evidence.evidence_path(ws, record_id, stored.id).unlink()
    book, texts = _bound(ws, record_id, tmp_path)
    assert len(book.problems) == 1
    assert "（许可.pdf）打不开：文件不见了。请从备份恢复" in book.problems[0]
    assert "文件不见了" in texts[-1]


def test_rows_of_a_table_bring_their_files(ws: Workspace, record_id: str, tmp_path: Path) -> None:
    cert = made.put(tmp_path, "证书二.pdf", made.pdf("SECOND CERT"))
    evidence.attach(ws, record_id, "certificates[2].cert_file", cert)
    _, texts = _bound(ws, record_id, tmp_path)
    assert "附1证书扫描件2（证书二.pdf）" in texts[-1]
    assert "SECONDCERT" in texts[-1]


def test_a_large_book_is_told(ws: Workspace, record_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _attach(ws, record_id, tmp_path, permit_file=("a.jpg", made.encoded(made.noise(900, 900), "JPEG", quality=95)))
    assert bind_to_file(ws, record_id, tmp_path / "1.pdf").notes == ()
    given = {**ws.pack.parameters_at(ws.clock.today()), "bound_file_max_mb": 0.5}
    monkeypatch.setattr(type(ws.pack), "parameters_at", lambda _self, _day: MappingProxyType(given))
    note = bind_to_file(ws, record_id, tmp_path / "2.pdf").notes[0]
    assert "超过0.5 MB" in note


def test_stopping_leaves_the_older_file(ws: Workspace, record_id: str, tmp_path: Path) -> None:
    out = made.put(tmp_path, "合订本.pdf", b"older")
    with pytest.raises(CancelledError, match="没有留下文件"):
        bind_to_file(ws, record_id, out, cancelled=lambda: True)
    assert out.read_bytes() == b"older"
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".tmp"] == []


def test_what_cannot_be_asked_for(ws: Workspace, record_id: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableInputError, match="不能存为Word"):
        bind_to_file(ws, record_id, tmp_path / "a.docx")
    with pytest.raises(UnreadableInputError, match="一次打印一个单位"):
        print_to_file(ws, PrintKind.BOUND, tmp_path / "a.pdf", record_ids=(record_id, record_id))
    with pytest.raises(NotFoundError):
        bind_to_file(ws, "no such record", tmp_path / "a.pdf")
    assert list(tmp_path.glob("a.*")) == []


def test_names_of_the_kind() -> None:
    assert PrintKind.named("合订本") is PrintKind.named("bound") is PrintKind.BOUND
