"""GB 32100-2015: the vectors of the standard and of the reserved range, and what is said of a wrong code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from core.domain import credit_code

VALID = [
    "91350100M000100Y43", "9144030071526726XG", "914403001922038216", "911202246818640656", "91120224PDY00001XA",
    "91120224PDY000028A", "91120224PDY0000365", "91120224PDY0000440", "91120224PDY000052T", "91120115PDY00001X4",
    "91120115PDY0000284", "91120115PDY000036Y", "91120115PDY000044R", "91120115PDY000052L", "12120115PDY00001X9",
    "11120115PDY00001XC",
]
INVALID = ["91350100M000100Y4Z", "91310115MA1G4L1WXK", "91440300708486197T", "", "9135", "91350100M000100Y433"]


@pytest.mark.parametrize("code", VALID)
def test_valid_codes(code: str) -> None:
    assert credit_code.is_valid(code)
    assert credit_code.problem(code) == ""


@pytest.mark.parametrize("code", INVALID)
def test_invalid_codes(code: str) -> None:
    assert not credit_code.is_valid(code)
    assert credit_code.problem(code)


@given(st.sampled_from(VALID), st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_character_is_found(code: str, place: int, character: str) -> None:
    changed = code[:place] + character + code[place + 1:]
    assert credit_code.is_valid(changed) == (changed == code)


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXYIOSVZx- ９", max_size=19) | st.from_regex(r"\A[0-9]{8}[0-9A-Z]{10}\Z"))
def test_the_standard_library_of_numbers_says_the_same(code: str) -> None:
    assert credit_code.is_valid(code) == (uscc.is_valid(code) and len(code) == 18)


@pytest.mark.parametrize(("written", "code"), [
    (" 9112 0115-PDY0 0001x4 ", "91120115PDY00001X4"), ("９１１２０１１５ｐｄｙ００００１Ｘ４", "91120115PDY00001X4"),
    ("91120115—PDY00001·X4", "91120115PDY00001X4"), ("91120115PDYOOOO1X4", "91120115PDYOOOO1X4"),
])
def test_normalising_evens_out_writing_and_guesses_no_letter(written: str, code: str) -> None:
    assert credit_code.normalise(written) == code


@given(st.text())
def test_normalising_is_done_once(text: str) -> None:
    once = credit_code.normalise(text)
    assert credit_code.normalise(once) == once


def test_what_is_said_of_a_wrong_code() -> None:
    assert "Excel" in credit_code.problem("911201150000010000")
    assert "17位" in credit_code.problem("91120115PDY00001X")
    assert "O→0" in credit_code.problem("91120115PDYOOOO1X4")
    assert "校验位" in credit_code.problem("91120115PDY00001X5")
    assert "贵" in credit_code.problem("91120115PDY0000贵X5")


def test_a_right_code_that_ends_in_000_is_not_taken_for_a_cut_one() -> None:
    fifteen = [f"9112011500000{n:02d}000" for n in range(100)]
    valid = [code for code in fifteen if credit_code.is_valid(code)]
    assert not any(credit_code.is_truncated_by_excel(code) for code in valid)
    assert all(credit_code.is_truncated_by_excel(code) for code in fifteen if code not in valid)
    assert not credit_code.is_truncated_by_excel("91120115PDY0000000")
