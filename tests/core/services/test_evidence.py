"""Evidence files, the query list, and screenshots that come back named by code."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from core.domain.errors import NotFoundError, UnreadableInputError
from core.services import drafts, evidence
from core.services.sample_values import sample_image
from core.services.workspace import Workspace
from tests.fixtures import evidence_files as made
from tests.fixtures.sample_answers import factory_answers

CODE = factory_answers()["credit_code"]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "营业执照.png"
    path.write_bytes(sample_image("营业执照"))
    return path


def _bare(ws: Workspace) -> str:
    """A draft without any evidence and query."""
    kept = {k: v for k, v in factory_answers().items()
            if not k.endswith(("_evidence", "_queried_on", "_source", "_file", "_report")) and k != "business_license"}
    return drafts.begin(ws, "green-factory", kept).record.id


def test_a_file_is_attached_opened_and_taken_off(ws: Workspace, picture: Path) -> None:
    record_id = _bare(ws)
    opened = evidence.attach(ws, record_id, "business_license", picture)
    item = opened.evidence[0]
    assert opened.record.answers["business_license"] == item.id
    assert evidence.evidence_path(ws, record_id, item.id).read_bytes() == picture.read_bytes()
    opened = evidence.detach(ws, record_id, "business_license")
    assert opened.evidence == ()
    assert "business_license" not in opened.record.answers


def test_a_file_of_a_row(ws: Workspace, picture: Path) -> None:
    record_id = _bare(ws)
    rows = len(drafts.open_form(ws, record_id).state.rows("certificates"))
    opened = evidence.attach(ws, record_id, f"certificates[{rows + 1}].cert_file", picture)
    assert opened.record.answers["certificates"][rows] == {"cert_file": opened.evidence[0].id}  # type: ignore[index]
    with pytest.raises(NotFoundError, match="先填写这一行"):
        evidence.attach(ws, record_id, "certificates[9].cert_file", picture)
    opened = evidence.detach(ws, record_id, f"certificates[{rows + 1}].cert_file")
    assert opened.evidence == ()


def test_screenshots_find_their_unit_and_fields(ws: Workspace, tmp_path: Path) -> None:
    record_id = _bare(ws)
    names = [f"{CODE}_信用中国.png", f"{CODE}_国家企业信用信息公示系统.png", f"{CODE}_执行信息公开网-2.png"]
    files = [tmp_path / n for n in names]
    for path in files:
        path.write_bytes(sample_image(path.name))
    results = evidence.take_in_screenshots(ws, files)
    assert [r.record_id for r in results] == [record_id] * 3
    answers = drafts.open_form(ws, record_id).record.answers
    for item in ("neg_deregistered", "neg_abnormal", "neg_violation", "neg_dishonest"):
        assert answers[f"{item}_evidence"]
        assert answers[f"{item}_queried_on"]
    assert answers["neg_violation_source"] == "信用中国、国家企业信用信息公示系统"
    assert len([e for e in evidence.all_evidence(ws, record_id) if e.field == "neg_violation_evidence"]) == 2


def _of_day(path: Path, day: str) -> Path:
    path.write_bytes(sample_image(path.name))
    noon = datetime.fromisoformat(f"{day}T12:00").timestamp()
    os.utime(path, (noon, noon))
    return path


def test_a_newer_screenshot_brings_its_date_and_an_older_one_does_not(ws: Workspace, tmp_path: Path) -> None:
    record_id = _bare(ws)
    days = []
    for number, day in enumerate(("2026-10-12", "2026-11-20", "2026-11-03")):
        path = _of_day(tmp_path / f"{CODE}_执行信息公开网{number}.png", day)
        assert evidence.take_in_screenshots(ws, [path])[0].record_id == record_id
        days.append(drafts.open_form(ws, record_id).record.answers["neg_dishonest_queried_on"])
    assert days == ["2026-10-12", "2026-11-20", "2026-11-20"]
    told = [c for c in drafts.history(ws, record_id) if c.field == "neg_dishonest_queried_on"]
    assert {(c.old, c.new) for c in told} == {(None, "2026-10-12"), ("2026-10-12", "2026-11-20")}
    assert all("截图归档" in c.source for c in told)
    drafts.save_answer(ws, record_id, "neg_dishonest_queried_on", "上周")
    evidence.take_in_screenshots(ws, [_of_day(tmp_path / f"{CODE}_执行信息公开网9.png", "2026-11-21")])
    assert drafts.open_form(ws, record_id).record.answers["neg_dishonest_queried_on"] == "上周"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("截图1.png", "没有18位信用代码"),
        ("91120115PDY000036Y_信用中国.png", "库中没有"),
        (f"{CODE}_某网站.png", "看不出是哪个网站"),
        ("91120115PDY000999X_信用中国.png", "校验位不对"),
    ],
)
def test_a_strange_screenshot_is_named_and_changes_nothing(ws: Workspace, tmp_path: Path, name: str, why: str) -> None:
    record_id = _bare(ws)
    before = drafts.open_form(ws, record_id).record.revision
    path = tmp_path / name
    path.write_bytes(sample_image(name))
    result = evidence.take_in_screenshots(ws, [path])[0]
    assert why in result.sentence
    assert drafts.open_form(ws, record_id).record.revision == before


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.png", sample_image("执照")[:300], "结尾缺失"), ("a.png", b"", "0字节"), ("a.pdf", b"", "0字节"),
        ("a.pdf", made.pdf("LICENSE")[:200], "结尾缺失"), ("a.jpg", b"\xff\xd8\xff\xe0 no picture", "图片已损坏"),
        ("a.pdf", made.locked(made.pdf("LICENSE"), "x"), "有打开密码"), ("a.jpg", b"<html>", "里面不是图片"),
        ("a.png", sample_image("执照"), ""), ("a.pdf", made.pdf("LICENSE"), ""), ("a.docx", b"PK\3\4", ""),
        ("a.txt", "查无记录".encode(), ""),
    ],
)
def test_a_file_that_will_not_print_is_attached_and_told(
    ws: Workspace, tmp_path: Path, name: str, data: bytes, why: str
) -> None:
    record_id = _bare(ws)
    path = made.put(tmp_path, name, data)
    opened = evidence.attach(ws, record_id, "business_license", path)
    assert opened.evidence[0].file_name == name
    told = evidence.trouble_with(path)
    assert told.startswith(f"“{name}”附上了，但打不开或不完整，印不出来：") is bool(why)
    assert why in told
    assert "请" in told or not why


def test_a_screenshot_that_is_cut_off_is_filed_and_told(ws: Workspace, tmp_path: Path) -> None:
    record_id = _bare(ws)
    path = made.put(tmp_path, f"{CODE}_信用中国.png", sample_image("截图")[:300])
    whole = made.put(tmp_path, f"{CODE}_执行信息公开网.png", sample_image("截图"))
    cut, sound = evidence.take_in_screenshots(ws, [path, whole])
    assert cut.record_id == record_id
    assert "已归入" in cut.sentence
    assert cut.sentence.endswith(cut.trouble)
    assert "结尾缺失" in cut.trouble
    assert (sound.trouble, "打不开" in sound.sentence) == ("", False)


def test_a_very_large_file_is_not_looked_at(ws: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with path.open("wb") as stream:
        stream.truncate(20_000_001)
    assert evidence.trouble_with(path) == ""
    assert ws.store.evidence(_bare(ws)) == ()


def test_a_locked_unit_keeps_no_other_file_out(ws: Workspace, tmp_path: Path) -> None:
    record_id = drafts.begin(ws, "green-factory", factory_answers()).record.id
    drafts.recommend(ws, record_id)
    path = tmp_path / f"{CODE}_信用中国.png"
    path.write_bytes(sample_image("锁"))
    results = evidence.take_in_screenshots(ws, [path, tmp_path / "别的.png"])
    assert ["撤回" in r.sentence for r in results] == [True, False]
    assert drafts.open_form(ws, record_id).verdict.may_recommend


def test_the_query_list_holds_each_unit_with_a_valid_code_once(ws: Workspace) -> None:
    first = drafts.begin(ws, "green-factory", factory_answers()).record.id
    second = drafts.begin(ws, "green-factory", {"unit_name": "还没有代码的厂"}).record.id
    rows = evidence.query_list(ws, [first, second, first])
    assert [(r.unit_name, r.credit_code) for r in rows] == [(factory_answers()["unit_name"], CODE)]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("安装程序.exe", "“.exe”文件"), ("打开.BAT", "“.bat”文件"), ("营业执照.pdf.lnk", "“.lnk”文件"),
        ("营业执照", "没有后缀的文件"), ("营业执照\u202efdp.pdf", "看不见的字符"),
    ],
)
def test_what_a_double_click_would_run_is_no_evidence(ws: Workspace, tmp_path: Path, name: str, said: str) -> None:
    record_id = _bare(ws)
    source = tmp_path / name
    source.write_bytes(b"MZ")
    with pytest.raises(UnreadableInputError, match=said):
        evidence.attach(ws, record_id, "business_license", source)
    assert drafts.open_form(ws, record_id).evidence == ()
    source = tmp_path / f"{CODE}_信用中国.exe"
    source.write_bytes(b"MZ")
    (result,) = evidence.take_in_screenshots(ws, [source])
    assert result.fields == ()
    assert "没有归档" in result.sentence
    assert "“.exe”文件" in result.sentence
    assert drafts.open_form(ws, record_id).evidence == ()


def test_the_endings_of_documents_are_taken_in_any_case(ws: Workspace, picture: Path) -> None:
    record_id = _bare(ws)
    loud = picture.rename(picture.with_name("扫描件.PNG"))
    assert evidence.attach(ws, record_id, "business_license", loud).evidence[0].file_name == "扫描件.PNG"
