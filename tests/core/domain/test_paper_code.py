"""The code on paper: two spellings, read back kindly, no slip of a finger passed over."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import UnreadableInputError
from core.domain.paper_code import (
    PAYLOAD_LENGTH,
    SHORT_LENGTH,
    PaperCode,
    PaperKind,
    is_code,
    judged_digest,
    read_code,
    subject_of,
    subject_of_record,
)

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_HEX = "0123456789abcdef"
CODES = st.builds(
    PaperCode, st.sampled_from(PaperKind), st.text(_HEX, min_size=32, max_size=32), st.integers(0, 40_000),
    st.text(_HEX, min_size=64, max_size=64),
)


@given(CODES)
def test_both_spellings_say_kind_subject_version_and_digest(code: PaperCode) -> None:
    for spelt, is_short in ((code.payload, False), (code.short, True)):
        read = read_code(spelt)
        assert (read.kind, read.is_short) == (code.kind, is_short)
        assert read.is_of(code.subject)
        assert read.has_version(code.version)
        assert read.has_digest(code.digest)
        assert read.version_number == code.version % 32768


@given(st.uuids(version=4))
def test_a_scanned_code_names_its_record(record_id: UUID) -> None:
    code = PaperCode(PaperKind.FORM, subject_of_record(str(record_id)), 7, "0" * 64)
    assert read_code(code.payload).record_id == str(record_id)
    assert read_code(code.short).record_id == ""


@given(CODES)
def test_a_scanner_types_it_and_a_qr_code_holds_it_in_its_short_mode(code: PaperCode) -> None:
    assert len(code.payload) == PAYLOAD_LENGTH == 47
    assert code.payload.startswith("GL1")
    assert set(code.payload) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    assert len(code.short.replace("-", "")) == SHORT_LENGTH == 16
    assert [len(group) for group in code.short.split("-")] == [4, 4, 4, 4]
    assert set(code.short) <= set(_ALPHABET + "-")


@given(CODES, st.data())
def test_every_single_wrong_character_is_found(code: PaperCode, data: st.DataObject) -> None:
    for spelt, first in ((code.short.replace("-", ""), 0), (code.payload, 3)):
        place = data.draw(st.integers(first, len(spelt) - 1))
        other = data.draw(st.sampled_from([c for c in _ALPHABET if c != spelt[place]]))
        assert not is_code(spelt[:place] + other + spelt[place + 1 :])


@given(CODES, st.data())
def test_any_two_characters_that_changed_places_are_found(code: PaperCode, data: st.DataObject) -> None:
    spelt = code.short.replace("-", "")
    one, other = sorted(data.draw(st.sets(st.integers(0, 15), min_size=2, max_size=2)))
    swapped = f"{spelt[:one]}{spelt[other]}{spelt[one + 1 : other]}{spelt[one]}{spelt[other + 1 :]}"
    assert is_code(swapped) == (spelt[one] == spelt[other])
    body = code.payload
    place = data.draw(st.integers(3, len(body) - 2))
    swapped = f"{body[:place]}{body[place + 1]}{body[place]}{body[place + 2 :]}"
    assert is_code(swapped) == (body[place] == body[place + 1])


@given(CODES)
def test_however_it_is_typed_it_is_the_same_code(code: PaperCode) -> None:
    read = read_code(code.short)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code.short)
    kind = code.short.lower().replace("0", "o").replace("1", "l").replace("-", " ")
    for typed in (code.short.lower(), code.short.replace("-", ""), wide, f"  {kind} ", code.short.replace("1", "I")):
        assert read_code(typed) == read
    assert read_code(code.payload.lower()) == read_code(f"{code.payload}\r\n") == read_code(code.payload)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "扫描"), ("  - ", "扫描"), ("GL1R", "16位，现在是4位"), ("91120224PDY00001XA", "16位，现在是18位"),
        ("RUUU-0000-0000-0000", "不会有“U”"), ("绿" * 16, "不会有“绿”"), ("GL1" + "0" * 30, "没有扫完整"),
        ("GL2" + "0" * 44, "较新版本"), ("GL1" + "R" * 44, "再扫一次"), ("RZ00-0000-0000-0000", "输错"),
        ("8C1F-03DA-77E2-9B60", "校核编号.*右上角的二维码"), ("0000-0000-0000-0000", "校核编号"),
    ],
)
def test_what_is_no_code_gets_one_sentence_that_says_what_to_do(typed: str, says: str) -> None:
    with pytest.raises(UnreadableInputError, match=says) as raised:
        read_code(typed)
    assert "请" in str(raised.value)
    assert not is_code(typed)


def test_subjects_without_a_record_come_from_their_words() -> None:
    assert subject_of("roster", 3) == subject_of("roster", "3") != subject_of("roster", 31)
    assert subject_of("a", "bc") != subject_of("ab", "c")
    assert len(subject_of("x")) == 32


@given(st.text(_HEX, min_size=64, max_size=64), st.text(_HEX, min_size=64, max_size=64), st.integers(-900, 123))
def test_a_paper_with_a_verdict_tells_content_day_and_in_the_payload_the_number(
    content: str, other: str, ahead: int
) -> None:
    today = date(2026, 6, 1)
    digest = judged_digest(content, today + timedelta(days=ahead), "8C1F-03DA-77E2-9B60")
    code = PaperCode(PaperKind.REPORT, "ab" * 16, 3, digest)
    for spelt in (code.payload, code.short):
        read = read_code(spelt)
        assert read.day_near(today) == today + timedelta(days=ahead)
        assert read.has_content(content)
        assert not read.has_content(other) or content[:5] == other[:5]
        assert read.has_verdict_number("8C1F-03DA-77E2-9B60")
    assert not read_code(code.payload).has_verdict_number("8C1F-03DA-77E2-9B61")
