"""佐证材料: files attached to fields, and the query list that a connected PC works through."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from core.domain import credit_code
from core.domain.errors import (
    EditedElsewhereError,
    GreenLadderError,
    NotAllowedError,
    NotFoundError,
    UnreadableInputError,
)
from core.domain.records import Evidence, Record
from core.domain.values import Answers, Stored
from core.exchange.names import EVIDENCE_SUFFIXES, evidence_suffix, is_fit_evidence_name, shown_name
from core.policy.query_sites import QuerySite, query_sites
from core.services import elsewhere
from core.services.drafts import OpenForm, open_form
from core.services.workspace import Workspace

_ATTACHED: Final = "附佐证材料"
_REMOVED: Final = "移除佐证材料"
_ROW_PATH = re.compile(r"^([a-z0-9_]+)\[(\d+)\]\.([a-z0-9_]+)$")


def attach(ws: Workspace, record_id: str, path: str, source: Path, *, shown: Answers | None = None) -> OpenForm:
    """Attach a file to a field (`business_license`) or a row's field (`certificates[2].cert_file`).

    `shown` are the answers as the clerk saw them; None takes the field as it stands.

    Raises:
        NotFoundError: no such record, field, row or file.
        NotAllowedError: the record is locked.
        EditedElsewhereError: the field, or a row of its table, was changed since; nothing was attached.
        UnreadableInputError: no document, image or archive.
    """
    _require_document(source)
    match = _ROW_PATH.match(path)
    record = ws.store.get(record_id)
    seen = record.answers if shown is None else shown
    if match is None:
        with _told_in_words(ws, record):
            ws.store.attach(
                record_id, path, source, actor=ws.actor, source=_ATTACHED, expected={path: seen.get(path)}
            )
        return open_form(ws, record_id)
    repeat, number, column = match[1], int(match[2]), match[3]
    rows = _rows(seen, repeat)
    if number == len(rows) + 1:
        rows.append({})
    if not 1 <= number <= len(rows):
        raise NotFoundError(f"表格中没有第{number}行，请先填写这一行再附材料。")
    evidence = ws.store.attach(record_id, path, source, actor=ws.actor, set_answer=False, source=_ATTACHED)
    rows[number - 1][column] = evidence.id
    try:
        _save_rows(ws, record, repeat, rows, seen, _ATTACHED)
    except NotAllowedError:
        ws.store.detach(evidence.id, actor=ws.actor, source=_REMOVED)
        raise
    return open_form(ws, record_id)


def trouble_with(source: Path) -> str:
    """What to tell of a file that was attached but will not print: it cannot be opened, or not whole.

    It stays attached: the bureau may know better, and nobody's paper is thrown away. Empty for a sound one.
    """
    from core.documents.binding.opening import unreadable

    try:
        why = unreadable(source, source.name)
    except OSError:
        return ""  # it was read a moment ago, when it was attached: not for the file to be blamed
    return f"“{shown_name(source.name)}”附上了，但打不开或不完整，印不出来：{why}" if why else ""


def _require_document(source: Path) -> None:
    """Only what can travel in a package is attached: nothing that a double click would run, at the bureau or here."""
    if not source.is_file() or is_fit_evidence_name(source.name):  # a file that is not there is told by the store
        return
    ending = evidence_suffix(source.name)
    kind = f"“{ending}”文件" if ending else "没有后缀的文件"
    if ending in EVIDENCE_SUFFIXES:
        raise UnreadableInputError(
            f"“{shown_name(source.name)}”的文件名太长，或夹有看不见的字符，不能作为佐证材料。请改个文件名再附。"
        )
    raise UnreadableInputError(
        f"“{shown_name(source.name)}”是{kind}，不能作为佐证材料。"
        f"只收扫描件、照片、截图、Word、Excel、PPT、PDF、OFD、文本和压缩包，请转成其中一种再附。"
    )


def _rows(answers: Answers, repeat: str) -> list[dict[str, object]]:
    stored = answers.get(repeat)
    return [dict(r) for r in stored if isinstance(r, dict)] if isinstance(stored, list | tuple) else []


def _save_rows(
    ws: Workspace, record: Record, repeat: str, rows: list[dict[str, object]], seen: Answers, source: str
) -> None:
    """Save the rows of a table over those that were seen: a row's number means another row once they have changed."""
    changes: dict[str, Stored] = {repeat: rows}  # type: ignore[dict-item]
    with _told_in_words(ws, record):
        ws.store.set_answers(
            record.id, changes, actor=ws.actor, source=source, expected={repeat: seen.get(repeat)}
        )


@contextmanager
def _told_in_words(ws: Workspace, record: Record) -> Iterator[None]:
    try:
        yield
    except EditedElsewhereError as error:
        raise elsewhere.in_words(ws, ws.pack_of(record).form(record.form), error) from error


def detach(ws: Workspace, record_id: str, path: str, *, shown: Answers | None = None) -> OpenForm:
    """Take the file off a field; file and history stay in the store. `shown` as for `attach`.

    Raises:
        EditedElsewhereError: the field, or a row of its table, was changed since it was shown.
    """
    match = _ROW_PATH.match(path)
    record = ws.store.get(record_id)
    seen = record.answers if shown is None else shown
    if match is None:
        evidence_id: object = seen.get(path)
        with _told_in_words(ws, record):
            ws.store.set_answers(
                record_id, {path: None}, actor=ws.actor, source=_REMOVED, expected={path: seen.get(path)}
            )
    else:
        rows, index = _rows(seen, match[1]), int(match[2]) - 1
        evidence_id = rows[index].pop(match[3], None) if 0 <= index < len(rows) else None
        _save_rows(ws, record, match[1], rows, seen, _REMOVED)
    for evidence in ws.store.evidence(record_id):
        if evidence.id == evidence_id:
            ws.store.detach(evidence.id, actor=ws.actor, source=_REMOVED)
    return open_form(ws, record_id)


def evidence_path(ws: Workspace, record_id: str, evidence_id: str) -> Path:
    """The stored file of an evidence.

    Raises:
        NotFoundError: no such evidence.
    """
    for evidence in ws.store.evidence(record_id):
        if evidence.id == evidence_id:
            return ws.store.evidence_path(evidence)
    raise NotFoundError("没有找到这份佐证材料，可能已经移除，请重新附上。")


@dataclass(frozen=True, slots=True)
class QueryRow:
    """One unit on the query list."""

    unit_name: str
    credit_code: str


def query_list(ws: Workspace, record_ids: Iterable[str]) -> tuple[QueryRow, ...]:
    """查询清单: the units with a valid code, each once, to look up on a PC with internet."""
    records = [ws.store.get(record_id) for record_id in record_ids]
    by_code = {r.credit_code: r for r in records if credit_code.is_valid(r.credit_code)}
    return tuple(QueryRow(r.unit_name, r.credit_code) for r in by_code.values())


@dataclass(frozen=True, slots=True)
class ScreenshotMatch:
    """What became of one screenshot: the unit and fields that it was filed under, or why it was not.

    `trouble` is part of the sentence: what is wrong with a picture that was filed all the same.
    """

    path: Path
    record_id: str | None
    unit_name: str
    fields: tuple[str, ...]
    sentence: str
    trouble: str = ""


def take_in_screenshots(ws: Workspace, files: Sequence[Path]) -> tuple[ScreenshotMatch, ...]:
    """File screenshots under their units by the code in the file name; site words pick the items.

    Sites are added to the source; the file's own date becomes the query date where that is blank or of an older query.
    """
    return tuple(_take_in_safely(ws, path) for path in files)


def _take_in_safely(ws: Workspace, path: Path) -> ScreenshotMatch:
    """One bad file, or one locked unit, must not keep the others out."""
    try:
        return _take_in(ws, path)
    except GreenLadderError as error:
        return ScreenshotMatch(path, None, "", (), f"“{path.name}”没有归档：{error}")


def _take_in(ws: Workspace, path: Path) -> ScreenshotMatch:
    found = re.findall(r"[0-9A-Z]{18}", path.name.upper())
    code = next((c for c in found if credit_code.is_valid(c)), "")
    records = ws.store.find(code) if code else ()
    if not records:
        reason = f"库中没有代码为{code}的单位" if code else "文件名中没有18位信用代码"
        if found and not code:
            reason = f"文件名中的代码{found[0]}校验位不对"
        return ScreenshotMatch(path, None, "", (), f"“{path.name}”没有归档：{reason}，请改文件名后再收。")
    known = query_sites(ws.pack)
    sites = [s for s in known if s.is_named_in(path.name)]
    if not sites:
        names = "、".join(s.name for s in known)
        return ScreenshotMatch(
            path, None, records[0].unit_name, (), f"“{path.name}”没有归档：看不出是哪个网站，文件名请含{names}之一。"
        )
    fields = tuple(dict.fromkeys(i for s in sites for i in s.items))
    locked = next((r for r in records if not r.state.is_editable), None)
    if locked is not None:
        raise NotAllowedError(f"“{locked.unit_name}”已经推荐、内容已锁定，要补材料请先撤回。")
    for record in records:
        for item in fields:
            _file_under(ws, record, item, path, sites)
    names, trouble = "、".join(s.name for s in sites), trouble_with(path)
    filed = f"“{path.name}”已归入“{records[0].unit_name}”（{names}）。{trouble}"
    return ScreenshotMatch(path, records[0].id, records[0].unit_name, fields, filed, trouble)


def _file_under(ws: Workspace, record: Record, item: str, path: Path, sites: Sequence[QuerySite]) -> None:
    current = ws.store.get(record.id)
    _require_document(path)
    first = f"{item}_evidence" not in current.answers
    with _told_in_words(ws, record):
        ws.store.attach(
            record.id, f"{item}_evidence", path, actor=ws.actor, set_answer=first, source=f"截图归档：{path.name}",
            expected={f"{item}_evidence": current.answers.get(f"{item}_evidence")},
        )
    queried = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).astimezone().date()
    names = [s.name for s in sites if item in s.items]
    given = str(current.answers.get(f"{item}_source") or "")
    added = [n for n in names if n not in given]
    changes: dict[str, Stored] = {}
    if added:
        changes[f"{item}_source"] = "、".join([given, *added] if given else added)
    if _is_newer(queried, current.answers.get(f"{item}_queried_on")):
        changes[f"{item}_queried_on"] = queried.isoformat()
    if changes:
        seen = {name: current.answers.get(name) for name in changes}
        with _told_in_words(ws, record):
            ws.store.set_answers(
                record.id, changes, actor=ws.actor, source=f"截图归档：{path.name}", expected=seen
            )


def _is_newer(queried: date, given: Stored) -> bool:
    """What is written there is kept where it is as new, or is no date, which its own finding tells."""
    if given is None:
        return True
    try:
        return date.fromisoformat(str(given)) < queried
    except ValueError:
        return False


def all_evidence(ws: Workspace, record_id: str) -> tuple[Evidence, ...]:
    """Every file attached to a record."""
    return ws.store.evidence(record_id)
