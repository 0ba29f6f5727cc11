"""核对编号: what an official sheet of paper says of itself, in a QR code and in sixteen characters to be typed.

Both are spelt in Crockford's base 32 (no I, L, O, U): capitals and digits, which any scanner types and a QR code
holds in its short alphanumeric mode. The last character is a check over all others in GF(32): a single wrong character
and neighbours that changed places are always found, in the short code any two that did.

    payload  GL1 K SSSSSSSSSSSSSSSSSSSSSSSSSS VVV DDDDDDDDDDDDD C     47 characters
    short    KSSS-SSVV-VDDD-DDDC                                      16 characters

K is the kind of paper, S its subject (short: a hash of it), V its version (modulo 32768), D its content's digest. A
paper that tells a verdict says in D also the day of the check and, in the payload alone, the verdict's number.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from core.domain.errors import UnreadableInputError

#: What every payload of this format begins with.
PAYLOAD_MARK: Final = "GL1"
_FAMILY: Final = "GL"
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES: Final = {character: value for value, character in enumerate(_ALPHABET)}
_MISREAD: Final = str.maketrans("OIL", "011")
_BITS: Final = 5
# x⁵ + x² + 1 is primitive: the powers of x are 31 different weights, more than the short code has places.
_OVERFLOW: Final = 1 << _BITS
_POLYNOMIAL: Final = 0b100101
_SUBJECT, _SHORT_SUBJECT, _VERSION, _DIGEST, _SHORT_DIGEST = 26, 5, 3, 13, 6
_BODY_LENGTH: Final = 1 + _SUBJECT + _VERSION + _DIGEST + 1
#: How long the two spellings are.
PAYLOAD_LENGTH: Final = len(PAYLOAD_MARK) + _BODY_LENGTH
SHORT_LENGTH: Final = 1 + _SHORT_SUBJECT + _VERSION + _SHORT_DIGEST + 1
_GROUP: Final = 4
# Where the digest of a paper with a verdict has its content, its day and the verdict's number.
_CONTENT, _DAY, _NUMBER = (slice(0, 4), slice(6, 10)), slice(4, 6), slice(10, 13)
_DAYS: Final = 1 << 2 * _BITS
_DAYS_AHEAD: Final = 123
_UNMARKED: Final = "草稿、示例和空白表不印编号。"
_HEXADECIMAL: Final = frozenset("0123456789ABCDEF")
#: What to say where a verdict's number may have been typed: it stands on the same sheets, in groups of four as well.
VERDICT_NUMBER: Final = (
    "输入的看来是校核编号，不是核对纸件用的编号。请扫描页面右上角的二维码，或者输入二维码旁边的16位编号。"
)


class PaperKind(StrEnum):
    """A kind of paper that carries a code: its letter there."""

    RECOMMENDATION = "R"
    FORM = "F"
    REPORT = "V"
    ROSTER = "N"
    ANNOUNCEMENT = "A"
    CITY_LIST = "C"
    NATION_LIST = "G"
    PACKAGE_COVER = "P"
    OFFICE_SUMMARY = "S"
    RECEIPT = "B"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {
            "R": "推荐表", "F": "填报表", "V": "校核报告", "N": "名单", "A": "移出公告", "C": "市级推荐名单",
            "G": "国家级推荐名单", "P": "报送包封面", "S": "推荐汇总表", "B": "接收回执",
        }[self.value]

    @property
    def is_of_record(self) -> bool:
        """True for papers of one record, whose subject is the record's id."""
        return self in (PaperKind.RECOMMENDATION, PaperKind.FORM, PaperKind.REPORT)

    @property
    def tells_verdict(self) -> bool:
        """True for papers of one record that say what the check of a day found."""
        return self in (PaperKind.RECOMMENDATION, PaperKind.REPORT)


@dataclass(frozen=True, slots=True)
class PaperCode:
    """What a sheet is of: `subject` 32 hexadecimal digits, `digest` 64 (SHA-256 of its data)."""

    kind: PaperKind
    subject: str
    version: int
    digest: str

    @property
    def payload(self) -> str:
        """What the QR code holds and a scanner types."""
        body = self.kind.value + "".join(_parts(self, is_short=False))
        return PAYLOAD_MARK + body + _check(body)

    @property
    def short(self) -> str:
        """What stands beside it to be typed, in groups of four."""
        body = self.kind.value + "".join(_parts(self, is_short=True))
        spelt = body + _check(body)
        return "-".join(spelt[start : start + _GROUP] for start in range(0, len(spelt), _GROUP))


@dataclass(frozen=True, slots=True)
class ReadCode:
    """A code as it was scanned or typed: its parts still spelt, because the short one holds only hashes."""

    kind: PaperKind
    subject: str
    version: str
    digest: str
    is_short: bool

    @property
    def record_id(self) -> str:
        """The id of the record that a scanned code names; blank where only a hash of it was typed."""
        if self.is_short:
            return ""
        digits = f"{_number(self.subject):032x}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def is_of(self, subject: str) -> bool:
        """True when the sheet may be of that subject: surely for a scanned code, but for a hash for a typed one."""
        return self.subject == _subject(subject, is_short=self.is_short)

    def has_version(self, version: int) -> bool:
        """True when the sheet says that version."""
        return self.version == _spelt(version, _VERSION)

    def has_digest(self, digest: str) -> bool:
        """True when the sheet says that content."""
        return self.digest == _digest(digest, is_short=self.is_short)

    def has_content(self, content: str) -> bool:
        """True when a sheet with a verdict says that content, whatever its day and number are."""
        spelt = _digest(judged_digest(content, date.min, ""), is_short=self.is_short)
        return all(self.digest[place] == spelt[place] for place in _CONTENT)

    def has_verdict_number(self, number: str) -> bool:
        """False when a sheet with a verdict surely says another number; a typed code does not tell it."""
        spelt = _digest(judged_digest("0", date.min, number), is_short=self.is_short)
        return self.digest[_NUMBER] == spelt[_NUMBER]

    def day_near(self, day: date) -> date:
        """The day of the check that a sheet with a verdict tells: some 900 days before `day` at most, 123 after."""
        first = day.toordinal() + _DAYS_AHEAD - _DAYS + 1
        return day + timedelta(days=first - day.toordinal() + (_number(self.digest[_DAY]) - first) % _DAYS)

    @property
    def version_number(self) -> int:
        """The version modulo 32768."""
        return _number(self.version)


def judged_digest(content: str, day: date, number: str) -> str:
    """The digest of a paper with a verdict: of its content, of the day of the check and of the verdict's number."""
    said = f"{int(content, 16):0256b}"
    told = f"{int(hashlib.sha256(number.encode()).hexdigest(), 16):0256b}"
    bits = f"{said[:20]}{day.toordinal() % _DAYS:010b}{said[20:40]}{told[:15]}{said[40:]}"[:256]
    return f"{int(bits, 2):064x}"


def subject_of_record(record_id: str) -> str:
    """The subject of a record's papers: its id without hyphens."""
    return record_id.replace("-", "").lower()


def subject_of(*words: object) -> str:
    """The subject of a paper that no record stands behind, from the words that tell it from all others."""
    return hashlib.sha256("\x1f".join(str(word) for word in words).encode()).hexdigest()[:32]


def read_code(text: str) -> ReadCode:
    """The code that was scanned or typed; lower case, full-width, spaces, missing hyphens, O, I and L are forgiven.

    Raises:
        UnreadableInputError: it is none, or mistyped; the sentence says what to do.
    """
    given = "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())
    if not given:
        raise UnreadableInputError("请扫描纸上的二维码，或者输入二维码旁边的16位编号。")
    if given.startswith(_FAMILY) and len(given) > SHORT_LENGTH:
        return _read(_body_of(given), is_short=False)
    if looks_like_verdict_number(given) and not _is_right(given.translate(_MISREAD)):
        raise UnreadableInputError(f"{VERDICT_NUMBER}{_UNMARKED}")
    if len(given) != SHORT_LENGTH:
        raise UnreadableInputError(
            f"编号应当是{SHORT_LENGTH}位，现在是{len(given)}位，请对照纸上的编号重新输入。{_UNMARKED}"
        )
    return _read(given.translate(_MISREAD), is_short=True)


def is_code(text: str) -> bool:
    """True when the text is a whole, rightly spelt code."""
    try:
        read_code(text)
    except UnreadableInputError:
        return False
    return True


def looks_like_verdict_number(text: str) -> bool:
    """True for sixteen hexadecimal digits: so 校核编号 are written, of our own codes about one in thirty thousand."""
    given = "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())
    return len(given) == SHORT_LENGTH and _HEXADECIMAL.issuperset(given.translate(_MISREAD))


def holds_scan(text: str) -> bool:
    """True when a whole payload stands somewhere in the text: a scanner typed it there."""
    start = text.upper().find(PAYLOAD_MARK)
    return start >= 0 and is_code(text[start : start + PAYLOAD_LENGTH])


def _body_of(given: str) -> str:
    if not given.startswith(PAYLOAD_MARK):
        raise UnreadableInputError("这个二维码是较新版本的程序印的，请先更新本程序，或者输入二维码旁边的16位编号。")
    if len(given) != PAYLOAD_LENGTH:
        raise UnreadableInputError("二维码没有扫完整，请再扫一次，或者输入二维码旁边的16位编号。")
    return given[len(PAYLOAD_MARK) :].translate(_MISREAD)


def _read(body: str, *, is_short: bool) -> ReadCode:
    strange = next((character for character in body if character not in _VALUES), "")
    if strange:
        raise UnreadableInputError(f"编号里不会有“{strange}”，请对照纸上的编号重新输入。{_UNMARKED}")
    if not _is_right(body):
        again = "编号有输错的（错了一位，或者两位颠倒了），请对照纸上的编号重新输入。"
        raise UnreadableInputError(again if is_short else "二维码没有扫对，请再扫一次，或者输入二维码旁边的16位编号。")
    kind, start = PaperKind(body[0]), 1 + (_SHORT_SUBJECT if is_short else _SUBJECT)
    return ReadCode(kind, body[1:start], body[start : start + _VERSION], body[start + _VERSION : -1], is_short)


def _is_right(body: str) -> bool:
    return _check(body[:-1]) == body[-1] and body[0] in set(PaperKind)


def _parts(code: PaperCode, *, is_short: bool) -> Sequence[str]:
    return (
        _subject(code.subject, is_short=is_short), _spelt(code.version, _VERSION),
        _digest(code.digest, is_short=is_short),
    )


def _subject(subject: str, *, is_short: bool) -> str:
    if not is_short:
        return _spelt(int(subject, 16), _SUBJECT)
    return _first(hashlib.sha256(subject.encode()).hexdigest(), _SHORT_SUBJECT)


def _digest(digest: str, *, is_short: bool) -> str:
    return _first(digest, _SHORT_DIGEST if is_short else _DIGEST)


def _first(digest: str, length: int) -> str:
    """The first bits of a digest of 256, as that many characters."""
    return _spelt(int(digest, 16) >> (256 - _BITS * length), length)


def _spelt(value: int, length: int) -> str:
    """The lowest bits of a number, as that many characters."""
    return "".join(_ALPHABET[value >> (_BITS * place) & (_OVERFLOW - 1)] for place in reversed(range(length)))


def _number(spelt: str) -> int:
    value = 0
    for character in spelt:
        value = value << _BITS | _VALUES[character]
    return value


def _check(body: str) -> str:
    """The character that makes the weighted sum of all nothing; the weights are the powers of x, the last is 1."""
    total = 0
    for character in body:
        total = _times_x(total) ^ _VALUES[character]
    return _ALPHABET[_times_x(total)]


def _times_x(value: int) -> int:
    doubled = value << 1
    return doubled ^ _POLYNOMIAL if doubled & _OVERFLOW else doubled
