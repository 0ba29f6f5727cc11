"""Messages as bytes: what the specification says, whole ways round, and whatever else may come."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.input_method.wire import Kind, Message, WireError, length_of, unpacked

HELLO = bytes.fromhex(
    "6c01000100000000010000006d000000"  # little-endian call, no body, serial 1, 109 bytes of fields
    "01016f00150000002f6f72672f667265656465736b746f702f44427573000000"
    "020173001400000 06f72672e667265656465736b746f702e4442757300000000".replace(" ", "")
    + "0301730005000000 48656c6c6f000000".replace(" ", "")
    + "0601730014000000 6f72672e667265656465736b746f702e4442757300000000".replace(" ", "")
)
SAMPLES: list[tuple[str, tuple[Any, ...]]] = [
    ("uuubu", (65507, 37, 4, True, 4294967295)),
    ("a(si)i", ([("lv", 24), ("色", 8)], 2)),
    ("a(ss)", ([("program", "greenladder"), ("display", "x11:")],)),
    ("oay", ("/a/b", [1, 2, 255])),
    ("ybnqiuxtd", (7, False, -3, 9, -9, 9, -(1 << 40), 1 << 60, 0.5)),
    ("a{sv}g", ([("k", ("i", 3))], "a{sv}")),
]


def test_a_call_is_the_bytes_that_the_specification_says() -> None:
    call = Message(
        Kind.CALL, "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello", destination="org.freedesktop.DBus",
        serial=1,
    )
    assert call.packed() == HELLO
    assert unpacked(HELLO) == call


@pytest.mark.parametrize(("signature", "body"), SAMPLES)
def test_what_is_packed_comes_back(signature: str, body: tuple[Any, ...]) -> None:
    message = Message(Kind.SIGNAL, "/p", "i.f", "M", sender=":1.2", signature=signature, body=body, serial=9)
    data = message.packed()
    plain = unpacked(data)
    assert length_of(data) == len(data)
    assert (plain.member, plain.sender, plain.serial) == ("M", ":1.2", 9)
    if signature == "a{sv}g":
        assert plain.body == ([("k", 3)], "a{sv}")
    else:
        assert plain.body == body


def test_a_big_endian_message_is_read() -> None:
    fields = b"\x08\x01g\x00\x01u\x00\x00" + b"\x05\x01u\x00" + struct.pack(">I", 6)
    data = b"B\x02\x00\x01" + struct.pack(">III", 4, 3, len(fields)) + fields + struct.pack(">I", 77)
    assert (unpacked(data).answers, unpacked(data).body) == (6, (77,))


def test_too_little_is_waited_for_and_too_much_refused() -> None:
    assert length_of(HELLO[:15]) is None
    with pytest.raises(WireError):
        length_of(b"l\x01\x00\x01" + struct.pack("<III", 1 << 30, 1, 0))
    with pytest.raises(WireError):
        length_of(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize("values", [(-1,), (1 << 32,), ("x",), (1, 2)])
def test_a_value_that_does_not_fit_is_refused(values: tuple[Any, ...]) -> None:
    with pytest.raises(WireError):
        Message(Kind.CALL, "/", "i", "M", signature="u", body=values).packed()


@given(st.binary(max_size=120), st.integers(0, len(HELLO) - 1))
def test_damaged_bytes_are_an_error_and_nothing_worse(junk: bytes, at: int) -> None:
    for data in (junk, HELLO[:at] + junk, HELLO[:at] + junk + HELLO[at + len(junk) :]):
        try:
            message = unpacked(data)
        except WireError:
            continue
        assert isinstance(message, Message)


def test_a_signature_that_nests_without_end_is_refused() -> None:
    for signature in ("a" * 60, "(" * 60, "a", "z", "(i", "a{"):
        with pytest.raises(WireError):
            Message(Kind.CALL, "/", "i", "M", signature=signature, body=([],)).packed()
