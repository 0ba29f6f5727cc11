"""`check`: verdicts of files, nothing stored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Final

from core.domain.errors import UnreadableInputError
from core.domain.finding import Verdict
from core.infra.system_reasons import reason_in_words
from core.policy.pack import PolicyPack
from core.rules.verdict import check

_LARGEST_JSON: Final = 4_000_000
_MOST_RECORDS: Final = 20_000


def check_files(pack: PolicyPack, paths: Iterable[Path], as_of: date) -> tuple[Verdict, ...]:
    """Verdicts in file order: `.json` records (one, or a list) and filled `.xlsx` forms.

    Raises:
        UnreadableInputError: the first file that cannot be read; nothing is returned then.
    """
    verdicts: list[Verdict] = []
    for path in paths:
        if path.suffix.lower() == ".json":
            verdicts.extend(_check_record(pack, path, record, as_of) for record in _read_json(path))
        else:
            verdicts.append(_check_workbook(pack, path, as_of))
    return tuple(verdicts)


def _check_workbook(pack: PolicyPack, path: Path, as_of: date) -> Verdict:
    from core.documents.excel.reader import read_workbook

    reading = read_workbook(path, pack.forms)
    problems = {p.path: p.message for p in reading.problems if p.path}
    return check(pack, reading.form_id, reading.answers, as_of, problems=problems).verdict


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


def _check_record(pack: PolicyPack, path: Path, record: Mapping[str, object], as_of: date) -> Verdict:
    form_id = str(record["form"])
    if form_id not in pack.forms:
        names = "、".join(pack.forms)
        raise UnreadableInputError(f"“{path.name}”中的表“{form_id}”不认识，可用的有：{names}。")
    answers = record.get("answers")
    explanations = record.get("explanations")
    written = explanations if isinstance(explanations, dict) else {}
    return check(
        pack,
        form_id,
        answers if isinstance(answers, dict) else {},
        as_of,
        explanations={str(k): str(v) for k, v in written.items() if isinstance(v, str)},
    ).verdict
