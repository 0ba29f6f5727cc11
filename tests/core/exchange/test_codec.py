"""Records and answers through JSON: nothing changes on the way, and nothing but our JSON is taken."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.exchange import Answer, Change, Dot, RecordCopy
from core.domain.values import Stored
from core.exchange import codec, strict_json
from core.exchange.check_code import check_code, same_code
from core.exchange.schemas import require_shape
from core.exchange.strict_json import BadJsonError
from tests.fixtures import exchange_files as files

_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
_NUMBER = st.integers(-(10**40), 10**40) | st.floats(allow_nan=False, allow_infinity=False)
_SCALAR = st.none() | st.booleans() | _NUMBER | _TEXT
_NAME = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)
_ROW = st.dictionaries(_NAME, _SCALAR | st.lists(_SCALAR, max_size=3), max_size=4)
_STORED = _SCALAR | st.lists(_SCALAR, max_size=5) | st.lists(_ROW, max_size=4)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(_NAME, _STORED, max_size=6))
def test_every_stored_value_comes_back_exactly(values: dict[str, Stored]) -> None:
    record = files.record(1, values)
    read = codec.read_record(codec.record_bytes(record))
    assert read == record
    # `==` takes 1, 1.0 and True for the same.
    assert repr(read.changes) == repr(record.changes)


def test_tuples_come_back_as_lists() -> None:
    record = files.record(1, {"priority_grounds": ("a", "b")})
    assert codec.read_record(codec.record_bytes(record)).changes[0].new == ["a", "b"]


def test_an_answer_comes_back_exactly() -> None:
    for answer in (files.answer(), files.answer(with_notice=True), Answer({}, 0, (), (), (), ())):
        assert codec.read_answer(codec.answer_bytes(answer)) == answer


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), 10**310, 10**5000, "a\ud800", "a\x00"], ids="abcdef")
def test_what_nobody_could_read_is_not_written(bad: Stored) -> None:
    with pytest.raises(ValueError, match=r".+"):
        codec.record_bytes(files.record(1, {"unit_name": bad}))


def test_every_part_of_the_types_travels() -> None:
    document = json.loads(codec.record_bytes(files.record(1)))
    assert len(document) == len(fields(RecordCopy))
    assert len(document["changes"][0]) == len(fields(Change))
    assert len(json.loads(codec.answer_bytes(files.answer(with_notice=True)))) == len(fields(Answer))


def test_whole_numbers_written_as_fractions_are_whole() -> None:
    data = codec.record_bytes(files.record(1)).replace(b",101]", b",101.0]")
    assert any(change.dot == Dot(files.SITE, 101) for change in codec.read_record(data).changes)
    assert all(isinstance(change.dot.number, int) for change in codec.read_record(data).changes)


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=60)
    | st.text(max_size=60).map(str.encode)
    | st.from_regex(r'[\[\]{}",:\\ 0-9a]{0,40}').map(str.encode)
)
def test_whatever_comes_in_is_json_or_refused(data: bytes) -> None:
    try:
        parsed = strict_json.load(data)
    except BadJsonError:
        return
    assert json.loads(data) == parsed


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"[" * 33 + b"]" * 33,
        lambda: b'{"a":1,"a":2}',
        lambda: b"[NaN]",
        lambda: b"[-1e400]",
        lambda: b'["\xff"]',
        lambda: b"",
        lambda: b'{"a":"' + b"[" * 10,
    ],
)
def test_suspicious_json_is_refused(make: Callable[[], bytes]) -> None:
    with pytest.raises(BadJsonError):
        strict_json.load(make())


def test_brackets_in_texts_do_not_count() -> None:
    assert strict_json.load(b'["' + b'[{\\"' * 100 + b'"]') == ['[{"' * 100]


def test_the_schemas_are_what_the_program_writes() -> None:
    require_shape("record", json.loads(codec.record_bytes(files.record(1))))
    with pytest.raises(BadJsonError, match="changes"):
        require_shape("record", {**json.loads(codec.record_bytes(files.record(1))), "changes": 5})


def test_a_code_is_read_over_the_telephone() -> None:
    code = check_code("f" * 64)
    assert [len(part) for part in code.split()] == [4, 4, 4, 4]
    assert same_code(code, code.replace(" ", "-"))
    assert same_code("1234 5678 9012 3456", "１２３４５６７８９０１２３４５６")
    assert not same_code(code, code[:-1])
    assert not same_code("", "")
