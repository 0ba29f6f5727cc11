"""The post between offices and bureau, and everything that may happen to a file on it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from core.services.exchange.model import Sent

_LOST, _TWICE, _LATE, _RENAMED, _DAMAGED, _ASTRAY = 0.14, 0.15, 0.2, 0.12, 0.16, 0.04
_ODD_NAMES: Final = ("附件.zip", "报送包 (1).zip", "新建文件夹.ZIP", "a'b;--.zip", "=cmd.zip", "周良街道\u3000报送.dat")
_LOCAL, _DIRECTORY, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


@dataclass(frozen=True)
class Letter:
    """A file on its way: to whom, its name, its bytes, its check code, and whether it is as it was written."""

    to: str
    name: str
    data: bytes
    code: str
    is_whole: bool = True


@dataclass
class Post:
    """Takes files and hands them out: faithfully, or with faults that a seed decides."""

    rng: random.Random
    is_faulty: bool = True
    told: Counter[str] = field(default_factory=Counter)
    _late: list[Letter] = field(default_factory=list)
    _now: list[Letter] = field(default_factory=list)

    def send(self, to: str, file: Sent, others: tuple[str, ...] = ()) -> None:
        """Give a file to the post; the sender's own copy goes away."""
        letter = Letter(to, file.path.name, file.path.read_bytes(), file.check_code)
        file.path.unlink()
        self.told["sent"] += 1
        copies = [letter, letter] if self._happens(_TWICE, "repeated") else [letter]
        for copy in copies:
            self._now.extend(self._fared(copy, others))

    def deliver(self) -> Iterator[Letter]:
        """What arrives now, in any order; on a good day also all that was late."""
        arriving, self._now = self._now, []
        came_late = [x for x in self._late if not self.is_faulty or self.rng.random() < 0.6]
        self._late = [x for x in self._late if x not in came_late]
        arriving += came_late
        if self.is_faulty or came_late:
            self.rng.shuffle(arriving)
        self.told["arrived"] += len(arriving)
        yield from arriving

    def _fared(self, letter: Letter, others: tuple[str, ...]) -> Iterator[Letter]:
        if self._happens(_LOST, "lost"):
            return
        if self._happens(_RENAMED, "renamed"):
            letter = replace(letter, name=self.rng.choice(_ODD_NAMES))
        if others and self._happens(_ASTRAY, "astray"):
            yield replace(letter, to=self.rng.choice(others))
            return
        if self._happens(_DAMAGED, "damaged"):
            yield replace(letter, data=damaged(letter.data, self.rng), is_whole=False)
            if self.rng.random() < 0.5:
                return  # else a second try comes whole
        if self._happens(_LATE, "late"):
            self._late.append(letter)
            return
        yield letter

    def _happens(self, chance: float, what: str) -> bool:
        if not self.is_faulty or self.rng.random() >= chance:
            return False
        self.told[what] += 1
        return True


def damaged(data: bytes, rng: random.Random) -> bytes:
    """The same file after something went wrong; never the same bytes."""
    spoil = rng.choice((_truncated, _truncated, _flipped, _flipped, _blanked, _grown, _headless))
    spoiled = spoil(data, rng)
    return spoiled if spoiled != data else data[:-1]


def places(data: bytes) -> tuple[int, ...]:
    """Every kind of place at which a copy may break off: headers, inside and between entries, directory, end."""
    found = {0, 1, 3, len(data) // 2, len(data) - 1, len(data) - 21}
    for mark in (_LOCAL, _DIRECTORY, _END):
        at = data.find(mark)
        while at >= 0:
            found |= {at, at + 2, at + 20, at + 31}
            at = data.find(mark, at + 4)
    return tuple(sorted(x for x in found if 0 <= x < len(data)))


def _truncated(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.choice(places(data))]


def _flipped(data: bytes, rng: random.Random) -> bytes:
    """One bit, anywhere or in a header."""
    at = rng.choice(places(data)) if rng.random() < 0.4 else rng.randrange(len(data))
    spoiled = bytearray(data)
    spoiled[at] ^= 1 << rng.randrange(8)
    return bytes(spoiled)


def _blanked(data: bytes, rng: random.Random) -> bytes:
    """A sector that the stick gave back as zeros."""
    at = rng.randrange(0, len(data), 512)
    return data[:at] + bytes(min(512, len(data) - at)) + data[at + 512 :]


def _grown(data: bytes, rng: random.Random) -> bytes:
    return data + bytes(rng.randrange(256) for _ in range(rng.choice((1, 64, 600))))


def _headless(data: bytes, rng: random.Random) -> bytes:
    return data[rng.choice((1, 4, 30, 512)) :]
