"""统一社会信用代码, GB 32100-2015."""

from __future__ import annotations

import re
import unicodedata

_NOISE = re.compile(r"[\s\-‐-―_·.]")
_TRUNCATED = re.compile(r"^\d{15}000$")
_WELL_FORMED = re.compile(r"[0-9]{8}[0-9A-HJ-NP-RTUWXY]{10}")
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_CONFUSABLE = {"O": "0", "I": "1", "Z": "2", "S": "5", "V": "Y"}


def normalise(text: str) -> str:
    """Half-width, upper case, without spaces and hyphens: 'ｃ 91-12' → 'C9112'. Never guesses letters."""
    done = _NOISE.sub("", unicodedata.normalize("NFKC", text)).upper()
    return done if done == text else normalise(done)


def is_valid(code: str) -> bool:
    """True for 18 well-formed characters with a right check digit (GB 32100-2015)."""
    if _WELL_FORMED.fullmatch(code) is not None:
        rest = -sum(_VALUES[c] * weight for c, weight in zip(code, _WEIGHTS, strict=False))
        return rest % len(_ALPHABET) == _VALUES[code[-1]]
    from stdnum.cn import uscc  # takes longer to import than the rest of the domain; the list of forms needs no check
    from stdnum.exceptions import ValidationError

    try:
        uscc.validate(code)
    except ValidationError:
        return False
    return len(code) == 18


def is_truncated_by_excel(code: str) -> bool:
    """True for an invalid 18-digit code whose last three digits are 000: Excel keeps only 15 digits of a number."""
    return _TRUNCATED.match(code) is not None and not is_valid(code)


def problem(code: str) -> str:
    """Why an invalid code is wrong, as the end of a Chinese sentence; empty for a valid one."""
    if is_valid(code):
        return ""
    if is_truncated_by_excel(code):
        return "后三位被Excel改成了000（单元格是数字格式），请把单元格改为文本格式后重新填写18位代码"
    if len(code) != 18:
        return f"应为18位，现在是{len(code)}位，请与营业执照核对"
    odd = sorted({c for c in code if c in "IOSVZ" or not (c.isascii() and c.isalnum())})
    if odd:
        guess = "、".join(f"{c}→{_CONFUSABLE[c]}" for c in odd if c in _CONFUSABLE)
        hint = f"（常见误录：{guess}）" if guess else ""
        return f"含有代码中不会出现的字符{'、'.join(odd)}{hint}，请与营业执照核对"
    return "校验位不对，可能录错或漏改了某一位，请与营业执照逐位核对"
