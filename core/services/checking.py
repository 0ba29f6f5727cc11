"""Verdicts of many forms at once, and of files; nothing is stored."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.domain.errors import UnreadableInputError
from core.domain.finding import Finding, Verdict
from core.infra.system_reasons import reason_in_words
from core.policy.pack import PolicyPack
from core.rules.verdict import check

if TYPE_CHECKING:
    from core.infra.helpers import Reducers

_LARGEST_JSON: Final = 4_000_000
_MOST_RECORDS: Final = 20_000
#: A helper takes about as long to start as one core takes for this many forms.
_WORTH_HELPERS: Final = 4000
_MOST_HELPERS: Final = 8
_CHUNK: Final = 250


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """One form to check; explanations and problems as in `core.rules.verdict.check`."""

    form: str
    answers: Mapping[str, object]
    as_of: date
    explanations: Mapping[str, str] | None = None
    problems: Mapping[str, str] | None = None


def check_many(pack: PolicyPack, requests: Sequence[CheckRequest], *, workers: int | None = None) -> Iterator[Verdict]:
    """The verdicts, in order; so many forms that the start of helper processes pays are shared out to these.

    `workers` is how many helpers there are, 0 for none; by default one for each core where it pays.

    Raises:
        NotFoundError: the pack has no such form.
    """
    if workers is None:
        cores = min(os.cpu_count() or 1, _MOST_HELPERS)
        workers = cores if cores > 1 and len(requests) >= _WORTH_HELPERS else 0
    return _shared_out(pack, requests, workers) if workers else _check_here(pack, requests)


def _shared_out(pack: PolicyPack, requests: Sequence[CheckRequest], workers: int) -> Iterator[Verdict]:
    from core.infra.helpers import SharedWork, packed, share_out, unpacked

    work: SharedWork[Sequence[CheckRequest], Iterable[Verdict] | bytes] = SharedWork(
        here=lambda chunk: _check_here(pack, chunk), there=_check_there, begin=_begin, arguments=(pack,),
        pack=lambda chunk: packed(chunk, _reducers()),
    )
    chunks = (requests[start:start + _CHUNK] for start in range(0, len(requests), _CHUNK))
    for made in share_out(chunks, work, workers):
        yield from unpacked(made) if isinstance(made, bytes) else made


def _check_here(pack: PolicyPack, requests: Iterable[CheckRequest]) -> Iterator[Verdict]:
    for r in requests:
        yield check(pack, r.form, r.answers, r.as_of, explanations=r.explanations, problems=r.problems).verdict


_pack: PolicyPack | None = None


def _begin(pack: PolicyPack) -> None:
    """What a helper keeps from one chunk to the next."""
    global _pack  # noqa: PLW0603 - a process of a pool has no other place
    _pack = pack


def _check_there(data: bytes) -> bytes:
    from core.infra.helpers import packed, unpacked

    if _pack is None:
        raise LookupError("a helper without a pack")
    return packed(list(_check_here(_pack, unpacked(data))), _reducers())


@cache
def _reducers() -> Reducers:
    from core.infra.helpers import reducers_of

    return reducers_of((CheckRequest, Verdict, Finding))


def check_files(pack: PolicyPack, paths: Iterable[Path], as_of: date) -> tuple[Verdict, ...]:
    """Verdicts in file order: `.json` records (one, or a list) and filled `.xlsx` forms.

    Raises:
        UnreadableInputError: the first file that cannot be read; nothing is returned then.
    """
    requests: list[CheckRequest] = []
    for path in paths:
        if path.suffix.lower() == ".json":
            requests.extend(_record_request(pack, path, record, as_of) for record in _read_json(path))
        else:
            requests.append(_workbook_request(pack, path, as_of))
    return tuple(check_many(pack, requests))


def _workbook_request(pack: PolicyPack, path: Path, as_of: date) -> CheckRequest:
    from core.documents.excel.reader import read_workbook

    reading = read_workbook(path, pack.forms)
    problems = {p.path: p.message for p in reading.problems if p.path}
    return CheckRequest(reading.form_id, reading.answers, as_of, problems=problems)


def _read_json(path: Path) -> list[Mapping[str, object]]:
    try:
        if path.stat().st_size > _LARGEST_JSON:
            raise UnreadableInputError(f"“{path.name}”超过{_LARGEST_JSON // 1_000_000}MB，不像是填报记录，请核对文件。")
        data = json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_no_constant)
    except FileNotFoundError:
        raise UnreadableInputError(f"没有找到文件“{path}”，请核对路径。") from None
    except OSError as error:
        raise UnreadableInputError(f"“{path.name}”读不出来（{reason_in_words(error)}），请检查文件或U盘。") from None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError, ValueError) as error:
        raise UnreadableInputError(f"“{path.name}”不是有效的JSON记录（{_where(error)}），请重新导出。") from None
    records = data if isinstance(data, list) else [data]
    if len(records) > _MOST_RECORDS:
        raise UnreadableInputError(f"“{path.name}”有{len(records)}条记录，一次最多{_MOST_RECORDS}条，请分开。")
    for number, record in enumerate(records, start=1):
        if not isinstance(record, dict) or not isinstance(record.get("form"), str):
            raise UnreadableInputError(f"“{path.name}”第{number}条记录没有写明是哪种表（form），请补上。")
        if not isinstance(record.get("answers", {}), dict):
            raise UnreadableInputError(f"“{path.name}”第{number}条记录的answers应是“字段名: 值”的对照，请改正。")
    return records


def _no_constant(word: str) -> float:
    raise ValueError(word)


def _where(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "不是UTF-8编码"
    return f"第{error.lineno}行" if isinstance(error, json.JSONDecodeError) else "内容有误"


def _record_request(pack: PolicyPack, path: Path, record: Mapping[str, object], as_of: date) -> CheckRequest:
    form_id = str(record["form"])
    if form_id not in pack.forms:
        names = "、".join(pack.forms)
        raise UnreadableInputError(f"“{path.name}”中的表“{form_id}”不认识，可用的有：{names}。")
    answers = record.get("answers")
    explanations = record.get("explanations")
    written = explanations if isinstance(explanations, dict) else {}
    return CheckRequest(
        form_id,
        answers if isinstance(answers, dict) else {},
        as_of,
        {str(k): str(v) for k, v in written.items() if isinstance(v, str)},
    )
