"""The sample district: every unit is what it says it is, on any day, and goes through the store."""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from core.domain import credit_code
from core.domain.enums import Outcome, RecordState, Severity
from core.domain.errors import UnreadableInputError
from core.forms.definition import FieldType
from core.forms.values import parse_form
from core.infra.clock import FixedClock
from core.infra.paths import resources_folder
from core.policy.loader import load_pack
from core.policy.pack import PolicyPack
from core.rules.verdict import Checked, check
from core.services import drafts
from core.services.sample_values import BadSampleError, relative, sample_image
from core.services.samples import Sample, load_samples, read_samples, remove_samples
from core.services.workspace import Workspace, open_workspace

RESOURCES = resources_folder()
#: The samples apply GB/T 36132-2025, in force since 2025-12-31, in evaluations up to five months old.
EARLIEST = date(2026, 7, 1)
TODAY = max(datetime.now(UTC).date(), EARLIEST)
DAYS = [
    *(pytest.param(day, id=str(day)) for day in (
        EARLIEST, date(2026, 11, 23), date(2027, 1, 1), date(2027, 2, 28), date(2028, 2, 29), date(2031, 8, 31)
    )),
    pytest.param(TODAY, id="today"),
]  # fmt: skip
SLUGS = [p.stem for p in sorted((RESOURCES / "samples").glob("*.json"))]
ELIGIBLE = [s.slug for s in read_samples(RESOURCES, TODAY) if s.expect_verdict == "eligible"]
CODE = re.compile(r"[0-9A-Z]{8}(PDY\d{5}[0-9X])[0-9A-Z]")
JUDGED = re.compile(r"[FSPN]\d")
#: Happened once and for all; any other date must be relative, or the sample goes stale.
FIXED_DATES = {"established_on", "boundary_approved_on"}


@cache
def pack() -> PolicyPack:
    return load_pack(RESOURCES / "policy")


@cache
def samples(as_of: date) -> dict[str, Sample]:
    return {s.slug: s for s in read_samples(RESOURCES, as_of)}


@cache
def checked(slug: str, as_of: date) -> Checked:
    sample = samples(as_of)[slug]
    return check(pack(), sample.form, sample.answers, as_of, explanations=sample.explanations)


@pytest.mark.parametrize("as_of", DAYS)
@pytest.mark.parametrize("slug", SLUGS)
def test_sample_is_judged_as_it_says(slug: str, as_of: date) -> None:
    sample, verdict = samples(as_of)[slug], checked(slug, as_of).verdict
    judged = {f.rule: f.outcome.value for f in verdict.findings if JUDGED.match(f.rule)}
    assert verdict.eligibility.value == sample.expect_verdict
    assert {r: o for r, o in judged.items() if o != Outcome.MET.value} == sample.expect_rules
    assert sorted(f.rule for f in verdict.open_findings) == sorted(sample.expect_open)
    assert {f.rule for f in verdict.findings if f.explanation} == set(sample.explanations)


@pytest.mark.parametrize("as_of", DAYS)
@pytest.mark.parametrize("slug", ELIGIBLE)
def test_eligible_samples_are_clean_forms(slug: str, as_of: date) -> None:
    sample, verdict = samples(as_of)[slug], checked(slug, as_of).verdict
    asking = [f for f in verdict.findings if f.needs_attention and not f.rule.startswith("Q")]
    verify = {f.rule for f in asking if f.severity is Severity.VERIFY}
    assert verify == {*sample.explanations, *sample.expect_open}
    assert [f.message for f in asking if f.severity is Severity.HINT] == []
    assert verdict.may_recommend is (not sample.expect_open)


def _codes(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            if name.endswith(("credit_code", "_unit_code", "_supplier_code")):
                yield str(item)
            yield from _codes(item)
    elif isinstance(value, list):
        for item in value:
            yield from _codes(item)


def _organisation_check(body: str) -> str:
    """GB 11714-1997: the ninth character of an organisation code."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    total = sum(digits.index(c) * w for c, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


@pytest.mark.parametrize("slug", SLUGS)
def test_every_code_is_valid_and_from_the_reserved_range(slug: str) -> None:
    codes = list(_codes(samples(TODAY)[slug].answers))
    assert codes
    for code in codes:
        match = CODE.fullmatch(code)
        assert match, code
        assert credit_code.is_valid(code), code
        assert _organisation_check(match[1][:8]) == match[1][8], code


def test_no_two_units_share_code_or_name() -> None:
    units = list(samples(TODAY).values())
    assert len({s.answers["credit_code"] for s in units}) == len(units)
    assert len({s.answers["unit_name"] for s in units}) == len(units)
    assert all("宝坻区" in str(s.answers["registered_address"]) for s in units)
    assert all(str(s.answers["contact_phone"]).startswith(("022-00000", "13800")) for s in units)
    assert all("@example" in str(s.answers["contact_email"]) for s in units)


def test_the_district_is_varied() -> None:
    units = list(samples(TODAY).values())
    forms = Counter(s.form for s in units)
    verdicts = Counter(s.expect_verdict for s in units)
    assert (forms["green-factory"] >= 8, forms["green-supply-chain"] >= 4, forms["green-park"] >= 3) == (True,) * 3
    assert {s.form for s in units if s.expect_verdict == "eligible"} == set(forms)
    assert verdicts["eligible"] >= 5
    assert verdicts["incomplete"] >= 1
    failing = {r for s in units for r, o in s.expect_rules.items() if o == "not_met"}
    assert failing >= {"F1", "F2", "S2", "P1", "N1b", "N1d", "N2", "N3", "N6"}
    assert {s.via for s in units} == {"xlsx", "json", "window"}
    assert any(s.explanations and not s.expect_open for s in units)
    assert any(s.expect_verdict == "eligible" and s.expect_open for s in units)


def test_recorded_events_and_the_edge_day_are_shown() -> None:
    harmless = checked("05-有记录不影响", TODAY).verdict
    recorded = [f.rule for f in harmless.findings if f.outcome is Outcome.MET and "只作记录" in f.message]
    assert recorded == ["N1c", "N2", "N5"]
    edge = checked("10-处罚在期限当日", date(2028, 2, 29)).verdict.finding("N2")
    assert edge is not None
    assert "2025年2月28日正是近三年的第一日" in edge.message


def test_rare_characters_stand_in_names() -> None:
    sample = samples(TODAY)["02-生僻字企业"]
    assert "\U00020bb7" in str(sample.answers["unit_name"])
    assert "\U0002b5af" in str(sample.answers["legal_representative"])


@pytest.mark.parametrize("slug", SLUGS)
def test_answers_are_as_the_store_keeps_them(slug: str) -> None:
    sample = samples(TODAY)[slug]
    form = pack().form(sample.form)
    parsed = parse_form(form.fields, sample.answers)
    assert parsed.unknown == ()
    assert parsed.stored == sample.answers
    assert bool(parsed.wrong) is (sample.expect_verdict == "incomplete")
    paths = {path.rpartition(".")[2] for path, _ in sample.files}
    file_fields = {f.name for top in form.fields for f in (top, *top.columns) if f.type is FieldType.FILE}
    assert paths <= file_fields
    assert "file:" not in json.dumps(sample.typed_answers)


def _dates(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _dates(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from _dates(item, name)
    elif isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        yield name, value


@pytest.mark.parametrize("slug", SLUGS)
def test_dates_that_could_go_stale_are_relative(slug: str) -> None:
    data = json.loads((RESOURCES / "samples" / f"{slug}.json").read_text(encoding="utf-8"))
    assert {name for name, _ in _dates(data["answers"])} <= FIXED_DATES
    assert not isinstance(data["answers"].get("data_year"), int)


@pytest.mark.parametrize(
    ("expression", "as_of", "expected"),
    [
        ("@", date(2026, 11, 23), date(2026, 11, 23)),
        ("@-20d", date(2027, 3, 10), date(2027, 2, 18)),
        ("@-36m", date(2028, 2, 29), date(2025, 2, 28)),
        ("@-36m-1d", date(2028, 2, 29), date(2025, 2, 27)),
        ("@+1m", date(2027, 1, 31), date(2027, 2, 28)),
        ("@y-1", date(2027, 1, 1), 2026),
        ("@y", date(2027, 1, 1), 2027),
    ],
)
def test_relative_dates(expression: str, as_of: date, expected: date | int) -> None:
    assert relative(expression, as_of) == expected


@pytest.mark.parametrize("expression", ["@-20", "@20d", "@-3w", "@y-", "@ -1m", "@example.com"])
def test_what_is_no_relative_date_is_refused(expression: str) -> None:
    with pytest.raises(BadSampleError, match="不是相对日期"):
        relative(expression, TODAY)


def test_years_and_days_inside_a_text() -> None:
    sample = read_samples(RESOURCES, date(2027, 3, 1))[0]
    assert str(sample.answers["priority_detail"]).startswith("2025年天津市")


def _good() -> dict[str, object]:
    return {
        "title": "示例", "form": "green-factory", "answers": {}, "explanations": {},
        "expect": {"verdict": "incomplete", "rules": {}}, "via": "json",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"title": ""}, "缺少“title”"),
        ({"via": "fax"}, "“via”应是xlsx、json、window之一，现在是“fax”"),
        ({"answers": []}, "“answers”应是“名称: 值”的对照"),
        ({"answers": {"filled_on": "@-2x"}}, "“@-2x”不是相对日期"),
        ({"explanations": {"V001": 3}}, "“explanations”中的值都应是文字"),
        ({"expect": {"verdict": "maybe", "rules": {}}}, "现在是“maybe”"),
        ({"expect": {"verdict": "eligible", "rules": {}, "open": "V001"}}, "“open”应是编号的列表"),
        ({"note": "?"}, "不认识“note”"),
    ],
)
def test_a_bad_sample_file_is_named(tmp_path: Path, change: dict[str, object], told: str) -> None:
    folder = tmp_path / "samples"
    folder.mkdir()
    (folder / "01-好.json").write_text(json.dumps(_good()), encoding="utf-8")
    assert len(read_samples(tmp_path, TODAY)) == 1
    (folder / "02-坏.json").write_text(json.dumps({**_good(), **change}), encoding="utf-8")
    with pytest.raises(UnreadableInputError) as refused:
        read_samples(tmp_path, TODAY)
    assert told in str(refused.value)
    assert "02-坏.json" in str(refused.value)


@pytest.mark.parametrize(("content", "told"), [(b"{\n]", "第2行"), (b"[]", "应是一个"), (b"\xff\xfe{}", "UTF-8")])
def test_a_sample_file_that_is_no_record_is_named(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "samples").mkdir()
    (tmp_path / "samples" / "01-坏.json").write_bytes(content)
    with pytest.raises(UnreadableInputError, match=told):
        read_samples(tmp_path, TODAY)


def test_sample_images_are_real_and_distinct() -> None:
    names = {f"{s.answers['credit_code']} {name}" for s in samples(TODAY).values() for _, name in s.files}
    images = {name: sample_image(name) for name in names}
    assert len(set(images.values())) == len(names)
    image = sample_image("a")
    assert image == sample_image("a")
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", image[16:24])
    length = struct.unpack(">I", image[33:37])[0]
    assert image[37:41] == b"IDAT"
    assert len(zlib.decompress(image[41 : 41 + length])) == height * (1 + 3 * width)


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    clock = FixedClock(datetime(2026, 11, 23, 2, tzinfo=UTC), date(2026, 11, 23))
    with open_workspace(tmp_path / "store", clock=clock, pack=pack()) as workspace:
        yield workspace


def test_loaded_samples_stand_in_the_store(ws: Workspace) -> None:
    assert load_samples(ws) == len(SLUGS)
    assert load_samples(ws) == 0
    units = drafts.list_units(ws, limit=100)
    assert len(units) == len(SLUGS)
    assert all(u.is_sample for u in units)
    for sample in samples(ws.clock.today()).values():
        record = drafts.find_unit(ws, str(sample.answers["credit_code"]), sample.form)[0]
        opened = drafts.open_form(ws, record.id)
        assert opened.verdict.eligibility.value == sample.expect_verdict
        assert sorted(f.rule for f in opened.verdict.open_findings) == sorted(sample.expect_open)
        assert {(e.field, e.file_name) for e in opened.evidence} == set(sample.files)
        assert "file:" not in json.dumps(dict(record.answers))
        for item in opened.evidence:
            assert ws.store.evidence_path(item).read_bytes() == sample_image(f"{record.credit_code} {item.file_name}")
    assert ws.store.verify_history() == ()


def test_removing_samples_takes_recommended_ones_too_and_spares_real_units(ws: Workspace) -> None:
    real = drafts.begin(ws, "green-factory", {"unit_name": "真实录入的单位"})
    load_samples(ws)
    first = samples(ws.clock.today())[SLUGS[0]]
    record = drafts.find_unit(ws, str(first.answers["credit_code"]), first.form)[0]
    assert drafts.recommend(ws, record.id).record.state is RecordState.RECOMMENDED
    assert remove_samples(ws) == len(SLUGS)
    assert [u.id for u in drafts.list_units(ws, limit=100)] == [real.record.id]
    assert load_samples(ws) == len(SLUGS)
