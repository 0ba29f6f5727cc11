"""Messages of D-Bus as bytes and back: only what a client of an input method needs, and nothing that is not asked for.

PySide6 has QtDBus, but Python's whole numbers leave it as INT32 alone, and fcitx takes UINT32.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

_FIXED: Final = {"y": "B", "b": "I", "n": "h", "q": "H", "i": "i", "u": "I", "x": "q", "t": "Q", "d": "d"}
_ALIGNED: Final = {
    "y": 1, "g": 1, "v": 1, "n": 2, "q": 2, "b": 4, "i": 4, "u": 4, "a": 4, "s": 4, "o": 4, "x": 8, "t": 8, "d": 8,
    "(": 8, "{": 8,
}
_CLOSING: Final = {"(": ")", "{": "}"}
_FIELDS: Final = {1: "o", 2: "s", 3: "s", 4: "s", 5: "u", 6: "s", 7: "s", 8: "g", 9: "u"}
_HEAD: Final = 16
_MOST_BYTES: Final = 16 << 20
_MOST_DEPTH: Final = 32
_NO_REPLY: Final = 1


class WireError(ValueError):
    """Bytes that are no message of D-Bus, or one beyond what an input method has to say."""


class Kind(IntEnum):
    """What a message is."""

    CALL = 1
    REPLY = 2
    ERROR = 3
    SIGNAL = 4


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `serial` numbers those of one sender; `answers` is the serial of the call that a reply is to."""

    kind: Kind
    path: str = ""
    interface: str = ""
    member: str = ""
    error: str = ""
    destination: str = ""
    sender: str = ""
    signature: str = ""
    body: tuple[Any, ...] = ()
    serial: int = 0
    answers: int = 0
    wants_reply: bool = True

    def packed(self) -> bytes:
        """The message as it is sent, little-endian.

        Raises:
            WireError: a value does not fit its signature.
        """
        values = {
            1: self.path, 2: self.interface, 3: self.member, 4: self.error, 5: self.answers, 6: self.destination,
            7: self.sender, 8: self.signature,
        }
        body, head = _Writer(), _Writer()
        body.put_all(self.signature, self.body)
        flags = 0 if self.wants_reply else _NO_REPLY
        fields = [(code, (_FIELDS[code], value)) for code, value in values.items() if value]
        head.put_all("yyyyuua(yv)", (ord("l"), self.kind, flags, 1, len(body.data), self.serial, fields))
        head.pad(8)
        return bytes(head.data + body.data)


def length_of(data: bytes | bytearray) -> int | None:
    """How many bytes the message at the beginning of `data` takes; None while too little of it is there.

    Raises:
        WireError: no message begins like that.
    """
    if len(data) < _HEAD:
        return None
    order = _order(data)
    body, _serial, fields = struct.unpack_from(order + "III", data, 4)
    whole = _HEAD + (fields + 7) // 8 * 8 + body
    if whole > _MOST_BYTES:
        raise WireError(f"message of {whole} bytes")
    return int(whole)


def unpacked(data: bytes) -> Message:
    """The message that takes all of `data`.

    Raises:
        WireError: it is none, or is damaged.
    """
    try:
        reader = _Reader(data, _order(data))
        _mark, kind, _flags, _version, _length, serial, listed = reader.get_all("yyyyuua(yv)")
        reader.skip_to(8)
        fields = dict(listed)
        body = reader.get_all(fields.get(8, ""))
        return Message(
            Kind(kind), fields.get(1, ""), fields.get(2, ""), fields.get(3, ""), fields.get(4, ""), fields.get(6, ""),
            fields.get(7, ""), fields.get(8, ""), tuple(body), serial, fields.get(5, 0),
        )
    except (struct.error, IndexError, KeyError, UnicodeDecodeError, ValueError) as error:
        raise WireError(str(error)) from error


def _order(data: bytes | bytearray) -> str:
    try:
        return {ord("l"): "<", ord("B"): ">"}[data[0]]
    except (KeyError, IndexError) as error:
        raise WireError("neither little- nor big-endian") from error


def _types(signature: str) -> list[str]:
    """The complete types that a signature is made of."""
    found, at = [], 0
    while at < len(signature):
        end = _end_of(signature, at, 0)
        found.append(signature[at:end])
        at = end
    return found


def _end_of(signature: str, at: int, depth: int) -> int:
    if depth > _MOST_DEPTH or at >= len(signature) or signature[at] not in _ALIGNED:
        raise WireError(f"signature “{signature}”")
    code = signature[at]
    if code == "a":
        return _end_of(signature, at + 1, depth + 1)
    if code not in _CLOSING:
        return at + 1
    at += 1
    while signature[at : at + 1] != _CLOSING[code]:
        at = _end_of(signature, at, depth + 1)
    return at + 1


class _Writer:
    def __init__(self) -> None:
        self.data = bytearray()

    def pad(self, to: int) -> None:
        self.data += bytes(-len(self.data) % to)

    def put_all(self, signature: str, values: tuple[Any, ...]) -> None:
        types = _types(signature)
        if len(types) != len(values):
            raise WireError(f"{len(values)} values for “{signature}”")
        for kind, value in zip(types, values, strict=True):
            self._put(kind, value)

    def _put(self, kind: str, value: Any) -> None:
        code = kind[0]
        self.pad(_ALIGNED[code])
        if code in _FIXED:
            try:
                self.data += struct.pack("<" + _FIXED[code], value)
            except struct.error as error:
                raise WireError(f"{value!r} is no “{kind}”") from error
        elif code in "so":
            text = value.encode()
            self.data += struct.pack("<I", len(text)) + text + b"\0"
        elif code == "g":
            self.data += bytes([len(value)]) + value.encode() + b"\0"
        elif code == "v":
            self._put("g", value[0])
            self._put(value[0], value[1])
        elif code == "a":
            self._put_array(kind[1:], value)
        else:
            self.put_all(kind[1:-1], tuple(value))

    def _put_array(self, kind: str, values: Any) -> None:
        at = len(self.data)
        self.data += bytes(4)
        self.pad(_ALIGNED[kind[0]])
        begin = len(self.data)
        for value in values:
            self._put(kind, value)
        struct.pack_into("<I", self.data, at, len(self.data) - begin)


class _Reader:
    def __init__(self, data: bytes, order: str) -> None:
        self._data, self._order, self._at = data, order, 0

    def skip_to(self, multiple: int) -> None:
        self._at += -self._at % multiple

    def get_all(self, signature: str) -> list[Any]:
        return [self._get(kind, 0) for kind in _types(signature)]

    def _get(self, kind: str, depth: int) -> Any:
        if depth > _MOST_DEPTH:
            raise WireError("nested too deeply")
        code = kind[0]
        self.skip_to(_ALIGNED[code])
        if code in _FIXED:
            value = self._fixed(_FIXED[code])
            return bool(value) if code == "b" else value
        if code in "sog":
            return self._text(self._fixed("B" if code == "g" else "I"))
        if code == "v":
            return self._get(self._get("g", depth), depth + 1)
        if code == "a":
            return self._array(kind[1:], depth)
        return tuple(self._get(inner, depth + 1) for inner in _types(kind[1:-1]))

    def _fixed(self, form: str) -> Any:
        (value,) = struct.unpack_from(self._order + form, self._data, self._at)
        self._at += struct.calcsize(form)
        return value

    def _text(self, length: int) -> str:
        end = self._at + length
        if end >= len(self._data):
            raise WireError("text beyond the end")
        text = self._data[self._at : end].decode()
        self._at = end + 1
        return text

    def _array(self, kind: str, depth: int) -> list[Any]:
        length = self._fixed("I")
        self.skip_to(_ALIGNED[kind[0]])
        end = self._at + length
        if end > len(self._data):
            raise WireError("array beyond the end")
        values = []
        while self._at < end:
            values.append(self._get(kind, depth + 1))
        return values
