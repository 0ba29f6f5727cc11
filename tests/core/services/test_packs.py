"""A newer policy pack: taken in, compared with the open forms, put in use; drafts survive, locked forms keep theirs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.domain.enums import Eligibility, RecordState, Role
from core.domain.errors import NotAllowedError, NotFoundError, UnreadableInputError
from core.domain.records import Station
from core.policy.archive import pack_bytes
from core.services import drafts, packs
from core.services.library import closing, review, windows
from core.services.packs import FieldFate, RecordMigration
from core.services.workspace import Workspace, open_workspace, policy_in
from tests.fixtures.library import credit_code
from tests.fixtures.newer_pack import SOURCE, PackFolder, newer_folder
from tests.fixtures.packs import PACK_FOLDER, sample, shipped_pack

Edit = Callable[[PackFolder], object]


@pytest.fixture
def newer(tmp_path: Path) -> bytes:
    return pack_bytes(newer_folder(tmp_path / "新政策包"))


def _spoilt(folder: Path, edit: Edit, version: str = "2026.2") -> bytes:
    made = newer_folder(folder / "改过的", version)
    edit(PackFolder(made))
    return pack_bytes(made)


def _steps(record: RecordMigration) -> dict[str, FieldFate]:
    return {step.name: step.fate for step in record.steps}


def _draft(ws: Workspace, **more: object) -> str:
    answers = {**sample("green-factory"), "contact_email": "lyb@qinghe.example", "key_chain": "equipment", **more}
    return drafts.begin(ws, "green-factory", answers).record.id


def test_a_newer_pack_waits_until_it_is_put_in_use(ws: Workspace, newer: bytes) -> None:
    offer = packs.take_in(ws, newer, SOURCE)
    assert offer.is_new
    assert not offer.is_active
    assert offer.label == "baodi 2026.2"
    assert ws.pack.label == "baodi 2026.1"
    assert [(e.label, e.source) for e in packs.offers(ws)] == [("baodi 2026.2", SOURCE)]
    again = packs.take_in(ws, newer, "同一份通知")
    assert not again.is_new
    assert [e.source for e in packs.offers(ws)] == [SOURCE]
    found = packs.activate(ws, offer.digest)
    assert (found.old_label, found.new_label) == ("baodi 2026.1", "baodi 2026.2")
    assert ws.pack.label == "baodi 2026.2"
    assert packs.offers(ws) == ()
    assert packs.take_in(ws, newer, SOURCE).is_active
    assert [(e.label, e.state) for e in packs.listed(ws)] == [("baodi 2026.1", "随程序"), ("baodi 2026.2", "在用")]
    assert packs.content(ws) == newer


def test_the_pack_in_use_stays_in_use_and_nothing_is_left_behind(ws: Workspace, newer: bytes) -> None:
    packs.activate(ws, packs.take_in(ws, newer, SOURCE).digest)
    folder = ws.folder
    ws.close()
    with open_workspace(folder, pack=shipped_pack()) as again:
        assert again.pack.label == "baodi 2026.2"
        assert again.pack_trouble == ""
        assert again.shipped.label == "baodi 2026.1"
    assert policy_in(folder).label == "baodi 2026.2"
    assert policy_in(folder / "没有").label == "baodi 2026.1"
    assert not (folder / "没有").exists()
    assert not list(folder.glob("greenladder-pack-*"))


def test_a_newer_program_brings_its_own_pack(ws: Workspace, newer: bytes, tmp_path: Path) -> None:
    packs.activate(ws, packs.take_in(ws, newer, SOURCE).digest)
    resources = tmp_path / "resources"
    newer_folder(resources / "policy", "2026.10")
    ws.close()
    with open_workspace(ws.folder, resources=resources) as again:
        assert again.pack.label == "baodi 2026.10"
        assert again.pack_trouble == ""
        assert packs.content(again) == pack_bytes(resources / "policy")


def test_a_pack_that_no_longer_serves_gives_way_with_a_sentence(ws: Workspace, newer: bytes) -> None:
    digest = packs.take_in(ws, newer, SOURCE).digest
    packs.activate(ws, digest)
    ws.store.library.packs.put("0" * 64, "baodi 2026.3", newer[:5000])
    ws.store.set_setting("policy:active", "0" * 64)
    ws.close()
    with open_workspace(ws.folder, pack=shipped_pack()) as again:
        assert again.pack.label == "baodi 2026.1"
        assert "暂按随程序的“baodi 2026.1”办理" in again.pack_trouble
        assert again.pack_trouble.count("。") == 1
        packs.activate(again, digest)
        assert again.pack_trouble == ""


REFUSED = [
    (lambda p: p.change_head("id", "ninghe"), "2026.2", NotAllowedError, "宝坻区的政策包"),
    (lambda p: p.change_head("district_code", "120117"), "2026.2", NotAllowedError, "请核对是谁发来的"),
    (lambda p: p.change("audit.csv", "V018", "formula", "employees >"), "2026.2", UnreadableInputError, "audit.csv"),
    (lambda p: p.change("rule-texts.csv", "F1", "rule", "F9"), "2026.2", UnreadableInputError, "F1"),
    (lambda p: p.drop_form("green-park"), "2026.2", NotAllowedError, "会打不开"),
    (lambda p: p.change_head("version", "新版"), "2026.2", UnreadableInputError, r"形如2026\.1"),
    (lambda _: None, "2025.12", NotAllowedError, "比在用的旧"),
    (lambda p: p.change_head("title", "另一份方案"), "2026.1", NotAllowedError, "版本号相同而内容不同"),
]


@pytest.mark.parametrize(("edit", "version", "error", "words"), REFUSED)
def test_what_must_not_be_used_is_refused_in_one_sentence(
    ws: Workspace, tmp_path: Path, edit: Edit, version: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words) as caught:
        packs.take_in(ws, _spoilt(tmp_path, edit, version), SOURCE)
    assert str(caught.value).startswith(f"“{SOURCE}”中")
    assert str(caught.value).count("。") == 1
    assert ws.store.library.packs.all() == ()
    assert packs.offers(ws) == ()


def test_no_pack_at_all_is_refused(ws: Workspace, newer: bytes) -> None:
    for content in (b"", b"PK", newer[:-10], b"x" * 5_000_000):
        with pytest.raises(UnreadableInputError, match=SOURCE):
            packs.take_in(ws, content, SOURCE)
    assert ws.store.library.packs.all() == ()


def test_only_a_known_newer_pack_is_put_in_use(ws: Workspace, newer: bytes, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="没有收到"):
        packs.activate(ws, "f" * 64)
    newest = packs.take_in(ws, pack_bytes(newer_folder(tmp_path / "更新", "2026.10")), "第二份通知")
    older = packs.take_in(ws, newer, "第一份通知，来晚了")
    assert [e.label for e in packs.offers(ws)] == ["baodi 2026.2", "baodi 2026.10"]
    packs.activate(ws, newest.digest)
    for digest, words in ((newest.digest, "已经在用"), (older.digest, "比在用的旧")):
        with pytest.raises(NotAllowedError, match=words):
            packs.activate(ws, digest)
    assert packs.offers(ws) == ()


def test_packs_are_named_by_number_label_or_version(ws: Workspace, newer: bytes) -> None:
    digest = packs.take_in(ws, newer, SOURCE).digest
    for text in (digest, digest[:8].upper(), "2026.2", "baodi 2026.2"):
        assert packs.find(ws, text).digest == digest
    for text in ("2026.3", digest[:3], ""):
        with pytest.raises(NotFoundError):
            packs.find(ws, text)


def test_every_open_form_is_compared_field_by_field(ws: Workspace, newer: bytes) -> None:
    record_id = _draft(ws, current_tier="none")
    offer = packs.take_in(ws, newer, SOURCE)
    found = packs.preview(ws, offer.digest)
    (record,) = found.records
    assert _steps(record) == {
        "water_plan": FieldFate.REQUIRED,
        "green_slogan": FieldFate.NEW,
        "key_chain": FieldFate.CHOICE_GONE,
        "registered_capital_wan": FieldFate.UNREADABLE,
        "contact_email": FieldFate.GONE,
        "products[].product_grade": FieldFate.NEW,
        "products[].product_limit_standard": FieldFate.GONE,
    }
    told = {step.name: step for step in record.steps}
    assert told["contact_email"].was == "lyb@qinghe.example"
    assert told["key_chain"].was == "高端装备"
    assert told["registered_capital_wan"].now == "改为填日期"
    assert told["products[].product_grade"].field == "products"
    assert "unit_name" in record.kept
    assert not set(record.kept) & set(told)
    assert record.needs_work
    assert "填报中的表1份，其中1份有栏目变动，1份有必须补填、改填的栏目" in found.sentence
    assert ws.pack.label == "baodi 2026.1"
    assert ws.store.get(record_id).revision == 1


def test_a_draft_of_the_older_pack_goes_on_to_its_recommendation(ws: Workspace, newer: bytes) -> None:
    record_id = _draft(ws)
    packs.activate(ws, packs.take_in(ws, newer, SOURCE).digest)
    opened = drafts.open_form(ws, record_id)
    assert opened.verdict.eligibility is Eligibility.INCOMPLETE
    with pytest.raises(NotAllowedError):
        drafts.recommend(ws, record_id)
    assert [r.record_id for r in packs.pending(ws).records] == [record_id]
    drafts.save_answer(ws, record_id, "water_plan", "2027年前完成中水回用")
    assert ws.store.get(record_id).pack_version == "baodi 2026.2"
    assert [e.detail for e in drafts.events(ws, record_id) if e.kind == "repacked"] == ["baodi 2026.2"]
    drafts.save_answer(ws, record_id, "registered_capital_wan", "2026-01-01")
    opened = drafts.save_answer(ws, record_id, "key_chain", "新材料")
    assert opened.verdict.eligibility is Eligibility.ELIGIBLE
    assert opened.verdict.pack == "baodi 2026.2"
    assert opened.record.answers["contact_email"] == "lyb@qinghe.example"
    done = drafts.recommend(ws, record_id)
    assert done.record.state is RecordState.RECOMMENDED
    assert [c.new for c in drafts.history(ws, record_id, "key_chain")][-1] == "new_material"


def test_forms_that_do_not_change_are_all_kept(ws: Workspace, newer: bytes) -> None:
    drafts.begin(ws, "green-park", sample("green-park"))
    found = packs.preview(ws, packs.take_in(ws, newer, SOURCE).digest)
    (record,) = found.records
    assert record.steps == ()
    assert set(record.kept) >= {"unit_name", "park_indicators"}
    assert "栏目都照旧" in found.sentence


def test_locked_forms_are_not_in_the_list_and_their_pack_is_kept(ws: Workspace, newer: bytes) -> None:
    record_id = drafts.begin(ws, "green-factory", sample("green-factory")).record.id
    number = drafts.recommend(ws, record_id).verdict.number
    packs.activate(ws, packs.take_in(ws, newer, SOURCE).digest)
    opened = drafts.open_form(ws, record_id)
    assert (opened.verdict.number, opened.verdict.pack) == (number, "baodi 2026.1")
    assert "contact_email" in opened.form.by_name
    record = ws.store.get(record_id)
    assert (record.verdict_number, record.pack_version) == (number, "baodi 2026.1")
    assert packs.pending(ws).records == ()
    assert ws.pack_of(record).digest == shipped_pack().digest
    assert ws.store.library.packs.content(shipped_pack().digest) == pack_bytes(PACK_FOLDER)


def test_the_pack_of_a_locked_form_is_found_after_the_program_grew(
    ws: Workspace, newer: bytes, tmp_path: Path
) -> None:
    packs.activate(ws, packs.take_in(ws, newer, SOURCE).digest)
    record_id = _draft(ws, key_chain="new_material", registered_capital_wan="2026-01-01", water_plan="有")
    number = drafts.recommend(ws, record_id).verdict.number
    ws.close()
    newer_folder(tmp_path / "resources" / "policy", "2027.1")
    with open_workspace(ws.folder, clock=ws.clock, resources=tmp_path / "resources") as again:
        record = again.store.get(record_id)
        assert again.pack.label == "baodi 2027.1"
        assert again.pack_of(record).label == "baodi 2026.2"
        assert drafts.open_form(again, record_id).verdict.number == number
        assert record.verdict_number == number


def test_windows_keep_the_pack_that_was_in_use_and_run_again_under_it(ws: Workspace, newer: bytes) -> None:
    ws.choose_station(Station(Role.BUREAU, "", "赵科长"))
    before = windows.open_window(ws, batch=1)
    packs.activate(ws, packs.take_in(ws, newer, SOURCE).digest)
    closing.close_window(ws)
    after = windows.open_window(ws, batch=2)
    assert (before.pack_label, after.pack_label) == ("baodi 2026.1", "baodi 2026.2")
    assert ws.store.library.packs.content(after.pack_digest) == newer
    assert closing.rerun(ws, before.id) == ()
    assert closing.rerun(ws, after.id) == ()


def test_the_bureau_takes_its_own_pack_from_a_folder(ws: Workspace, tmp_path: Path) -> None:
    folder = newer_folder(tmp_path / "新政策包")
    with pytest.raises(NotAllowedError, match="本机使用人"):
        packs.add(ws, folder)
    ws.choose_station(Station(Role.BUREAU, "", "赵科长"))
    assert packs.add(ws, folder).is_new
    file = tmp_path / "新政策包.zip"
    file.write_bytes(pack_bytes(folder))
    assert not packs.add(ws, file).is_new
    for wrong in (tmp_path / "没有", tmp_path):
        with pytest.raises(UnreadableInputError):
            packs.add(ws, wrong)


def test_the_bureau_decides_a_form_under_the_pack_of_its_recommendation(ws: Workspace, newer: bytes) -> None:
    record_id = drafts.begin(ws, "green-factory", sample("green-factory")).record.id
    drafts.recommend(ws, record_id)
    ws.choose_station(Station(Role.BUREAU, "", "赵科长"))
    window = windows.open_window(ws, batch=1)
    packs.activate(ws, packs.take_in(ws, newer, SOURCE).digest)
    opened = review.receive(ws, record_id)
    assert opened.verdict.pack == "baodi 2026.1"
    review.remark(ws, record_id, "contact_email", "请核对")
    decision = review.refuse(ws, record_id, "用地手续不全", clause="三(一)1(1)")
    assert decision.pack_digest == shipped_pack().digest
    (again,) = closing.rerun(ws, window.id)
    assert again.number_now == decision.verdict_number


def test_an_untouched_draft_is_locked_under_the_pack_that_judged_it(ws: Workspace, newer: bytes) -> None:
    parks = [drafts.begin(ws, "green-park", sample("green-park")).record.id]
    parks.append(drafts.begin(ws, "green-park", {**sample("green-park"), "credit_code": credit_code(8)}).record.id)
    packs.activate(ws, packs.take_in(ws, newer, SOURCE).digest)
    recommended = drafts.recommend(ws, parks[0])
    ws.choose_station(Station(Role.BUREAU, "", "赵科长"))
    received = review.receive(ws, parks[1])
    for opened in (recommended, received):
        assert opened.verdict.pack == opened.record.pack_version == "baodi 2026.2"
        assert opened.verdict.number == opened.record.verdict_number
