"""QR codes (GB/T 18284-2000, ISO/IEC 18004) of short texts in capitals and digits, at error level Q: versions 1 to 6.

A quarter of the code may be smudged or sealed over. The library of PDFs that has this too takes a third of a second
to load, as long as ten sheets take to print.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

Modules: TypeAlias = tuple[tuple[bool, ...], ...]

_LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
#: Of each version: code words for correction in a block, data words of each block.
_BLOCKS: Final = ((13, (13,)), (22, (22,)), (18, (17, 17)), (26, (24, 24)), (18, (15, 15, 16, 16)), (24, (19,) * 4))
_MODE: Final = 0b0010
_MODE_AND_COUNT: Final = 4 + 9
_PADS: Final = (0xEC, 0x11)
_LEVEL_Q: Final = 0b11
_FORMAT_FIELD: Final = 0b10100110111
_FORMAT_MASK: Final = 0b101010000010010
_FIELD: Final = 0x11D
_TIMING: Final = 6
# Readers take any mask. Trying all eight, as the standard advises against large even patches, takes ten times as long,
# and what is printed here is mostly hashes, which have no patches.
_MASK: Final = 2


def modules(text: str) -> Modules:
    """The dark modules of a text, rows from the top, without the white edge.

    Raises:
        ValueError: the text is too long, or has other characters than capitals, digits and ` $%*+-./:`.
    """
    for version, (correction, sizes) in enumerate(_BLOCKS, start=1):
        if _MODE_AND_COUNT + _bits_of(len(text)) <= 8 * sum(sizes):
            words = _words(text, sum(sizes))
            return _placed(version, _interleaved(words, correction, sizes))
    raise ValueError(f"{len(text)} characters are too many for a code of this size")


def _bits_of(length: int) -> int:
    return length // 2 * 11 + length % 2 * 6


def _words(text: str, count: int) -> list[int]:
    """The data words: mode, length, pairs of characters in eleven bits, and what fills the rest."""
    values = [_LETTERS.index(character) for character in text]
    bits = _MODE << 9 | len(text)
    length = _MODE_AND_COUNT
    for place in range(0, len(values) - 1, 2):
        bits = bits << 11 | values[place] * 45 + values[place + 1]
        length += 11
    if len(values) % 2:
        bits = bits << 6 | values[-1]
        length += 6
    spare = min(4, 8 * count - length)
    bits, length = bits << spare, length + spare
    bits, length = bits << -length % 8, length + -length % 8
    made = list(bits.to_bytes(length // 8, "big"))
    return made + [_PADS[n % 2] for n in range(count - len(made))]


def _interleaved(words: Sequence[int], correction: int, sizes: Sequence[int]) -> list[int]:
    blocks, start = [], 0
    for size in sizes:
        blocks.append(words[start : start + size])
        start += size
    checks = [_remainder(block, correction) for block in blocks]
    made = [block[n] for n in range(max(sizes)) for block in blocks if n < len(block)]
    return made + [check[n] for n in range(correction) for check in checks]


def _logarithms() -> tuple[list[int], list[int]]:
    powers, logs, value = [0] * 510, [0] * 256, 1
    for exponent in range(255):
        powers[exponent] = powers[exponent + 255] = value
        logs[value] = exponent
        value = value << 1 ^ (_FIELD if value & 0x80 else 0)
    return powers, logs


_POWERS, _LOGS = _logarithms()


@lru_cache
def _generator(degree: int) -> tuple[int, ...]:
    """Logarithms of the factors of Reed and Solomon's polynomial below its highest power."""
    factors = [1]
    for root in range(degree):
        scaled = [0, *(_POWERS[_LOGS[factor] + root] for factor in factors)]
        factors = [a ^ b for a, b in zip([*factors, 0], scaled, strict=True)]
    return tuple(_LOGS[factor] for factor in factors[1:])


def _remainder(block: Sequence[int], degree: int) -> list[int]:
    rest = [*block, *[0] * degree]
    generator = _generator(degree)
    for place in range(len(block)):
        if rest[place]:
            log = _LOGS[rest[place]]
            for offset, factor in enumerate(generator, start=place + 1):
                rest[offset] ^= _POWERS[log + factor]
    return rest[len(block) :]


def _placed(version: int, words: Sequence[int]) -> Modules:
    side, fixed, path = _frame(version)
    bits = int.from_bytes(bytes(words), "big") << (len(path) - 8 * len(words))
    made = [list(row) for row in fixed]
    for (row, column), bit in zip(path, f"{bits:0{len(path)}b}", strict=True):
        made[row][column] = (bit == "1") != (column % 3 == 0)
    return tuple(tuple(bool(made[row][column]) for column in range(side)) for row in range(side))


@lru_cache
def _frame(version: int) -> tuple[int, tuple[tuple[bool | None, ...], ...], tuple[tuple[int, int], ...]]:
    """Side, the modules that are the same in every code of a version (None elsewhere), and the way of the data."""
    side = 17 + 4 * version
    made: list[list[bool | None]] = [[None] * side for _ in range(side)]
    for top, left in ((0, 0), (0, side - 7), (side - 7, 0)):
        _finder(made, top, left)
    if version > 1:
        _alignment(made, side - 7)
    for place in range(8, side - 8):
        made[_TIMING][place] = made[place][_TIMING] = place % 2 == 0
    _format(made)
    free = tuple((row, column) for row, column in _way(side) if made[row][column] is None)
    return side, tuple(tuple(row) for row in made), free


def _finder(made: list[list[bool | None]], top: int, left: int) -> None:
    for row in range(-1, 8):
        for column in range(-1, 8):
            if 0 <= top + row < len(made) and 0 <= left + column < len(made):
                ring = max(abs(row - 3), abs(column - 3))
                made[top + row][left + column] = ring not in (2, 4)


def _alignment(made: list[list[bool | None]], middle: int) -> None:
    for row in range(-2, 3):
        for column in range(-2, 3):
            made[middle + row][middle + column] = max(abs(row), abs(column)) != 1


def _format(made: list[list[bool | None]]) -> None:
    """Level and mask, twice, and the module that is always dark."""
    data = _LEVEL_Q << 3 | _MASK
    rest = data << 10
    for shift in range(4, -1, -1):
        if rest >> (shift + 10) & 1:
            rest ^= _FORMAT_FIELD << shift
    bits = (data << 10 | rest) ^ _FORMAT_MASK
    side = len(made)
    for number in range(15):
        dark = bool(bits >> number & 1)
        down = number if number < 6 else number + 1 if number < 8 else side - 15 + number
        across = side - 1 - number if number < 8 else 7 if number == 8 else 14 - number
        made[down][8] = made[8][across] = dark
    made[side - 8][8] = True


def _way(side: int) -> Iterator[tuple[int, int]]:
    """Two columns at a time from the right, up and down in turn, the timing column left out."""
    upwards = True
    for right in (*range(side - 1, _TIMING, -2), *range(_TIMING - 1, 0, -2)):
        for row in range(side - 1, -1, -1) if upwards else range(side):
            yield row, right
            yield row, right - 1
        upwards = not upwards
