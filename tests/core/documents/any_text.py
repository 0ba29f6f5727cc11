"""Hypothesis strategies: texts that a clerk could store, however unlikely, and forms and papers full of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from core.forms.definition import Field, FieldType, FormDefinition

#: A field without a limit of its own takes this much here: more only repeats what long fields show.
UNLIMITED = 300
_HAN = "绿色制造单位培育库节能降碳有限公司（集团）一二〇"
_MARKS = "，。、；：？！“”‘’（）《》〔〕—…·～％℃"
_LATIN = "abcXYZ0123456789.-_/@&+()[]{}'\"%$#"
_FULL_WIDTH = "ＡＢＣｘｙｚ０１２３４５（）．－"
_RARE = "𠮷𫖯㐀\U0002ebf0\U00030000\ufa0e\uf900㉑①Ⅲ㎡㎏³₂é\u0301☑☐\U0001f600\u200d\ue000"
_ALL = _HAN + _MARKS + _LATIN + _FULL_WIDTH + _RARE + "  \u3000"
_ALPHABETS = (_HAN, _HAN + _MARKS, _LATIN, _FULL_WIDTH, _RARE, _ALL)


def texts(*, has_lines: bool = True) -> st.SearchStrategy[str]:
    """A word, a sentence, the same thing over and over, or a run of Latin letters that no line can hold."""
    words = st.sampled_from(_ALPHABETS).flatmap(lambda a: st.text(st.sampled_from(a), min_size=1, max_size=40))
    long = st.builds(lambda word, times: word * times, words, st.integers(2, 120))
    lines = st.lists(words, min_size=2, max_size=6).map("\n".join)
    return st.one_of(words, long, lines) if has_lines else st.one_of(words, long)


def limited(text: str, most: int) -> str:
    """A text as a field of that length keeps it."""
    return text[:most].strip() or "无"


@st.composite
def answers(draw: st.DrawFn, form: FormDefinition) -> dict[str, Any]:
    """Every field of a form answered, texts from a handful of drawn ones, up to each field's length."""
    pool = draw(st.lists(texts(), min_size=1, max_size=5))
    numbers = draw(st.lists(st.sampled_from([0, 1, 12, 0.5, 123456789.1234, 99999999]), min_size=1, max_size=3))
    rows = draw(st.integers(0, 3))
    turn = draw(st.integers(0, 4))
    filled: dict[str, Any] = {}
    for number, field in enumerate(form.fields):
        if field.type.is_input and not field.relevant:
            filled[field.name] = _answer(field, pool, numbers, rows, number + turn)
    return {name: value for name, value in filled.items() if value is not None}


def _answer(field: Field, pool: Sequence[str], numbers: Sequence[float], rows: int, place: int) -> Any:
    if field.type is FieldType.REPEAT:
        fixed = field.rows_from.choices if field.rows_from else ()
        columns = [c for c in field.columns if c.type.is_input]
        many = [
            {c.name: _answer(c, pool, numbers, 0, place + n + k) for k, c in enumerate(columns)}
            for n in range(len(fixed) or min(rows, field.max_rows))
        ]
        return [{**row, field.columns[0].name: c.name} for row, c in zip(many, fixed, strict=True)] if fixed else many
    if field.choices is not None:
        names = [c.name for c in field.choices.choices]
        return names[: 1 + place % len(names)] if field.type is FieldType.SELECT_MULTIPLE else names[place % len(names)]
    if field.type is FieldType.DATE:
        return "2025-12-31"
    if field.type.is_number:
        return numbers[place % len(numbers)]
    if field.type is FieldType.FILE:
        return f"ev-{field.name}"
    if field.is_code:
        return "91120224PDY00001XA"
    return limited(pool[place % len(pool)], field.max_length or UNLIMITED)


def explanations(rules: Sequence[str], text: str) -> Mapping[str, str]:
    """The same explanation of every rule."""
    return dict.fromkeys(rules, limited(text, 500))
