"""The sample district: made-up units to play with, their dates kept fresh against the as-of date."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from core.domain.enums import RecordState
from core.domain.errors import UnreadableInputError
from core.domain.values import Answers, Stored
from core.services import drafts, evidence
from core.services.sample_values import FILE_MARK, BadSampleError, read_sample_json, sample_image
from core.services.workspace import Workspace

_FOLDER: Final = "samples"
_SOURCE: Final = "示例数据"
_PAGE: Final = 500
_VERDICTS: Final = ("eligible", "not_eligible", "incomplete")
_VIAS: Final = ("xlsx", "json", "window")
_KEYS: Final = frozenset({"title", "form", "answers", "explanations", "expect", "via"})
_EXPECT_KEYS: Final = frozenset({"verdict", "rules", "open"})


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample unit: what it shows, its answers and explanations, and what a check must say of it.

    A file field's answer is `file:<name>` until the sample is loaded. `expect_rules` names every mandatory or
    `verify` rule that is not met; `expect_open` every `verify` finding that stays without explanation.
    """

    slug: str
    title: str
    form: str
    answers: Answers
    explanations: Mapping[str, str]
    expect_verdict: str
    expect_rules: Mapping[str, str]
    expect_open: tuple[str, ...]
    via: str

    @property
    def typed_answers(self) -> Answers:
        """The answers without the files: what a person types or the Excel form holds."""
        return {name: _without_files(value) for name, value in self.answers.items() if not _is_file(value)}

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        """Paths of fields (`business_license`, `certificates[2].cert_file`) with the names of their files."""
        return tuple(_files(self.answers))


def read_samples(resources: Path, as_of: date) -> tuple[Sample, ...]:
    """Every sample unit, in file order, its relative dates resolved against `as_of`.

    Raises:
        UnreadableInputError: a file is not a sample; the sentence names the file and what is wrong.
    """
    return tuple(_read(path, as_of) for path in sorted((resources / _FOLDER).glob("*.json")))


def _read(path: Path, as_of: date) -> Sample:
    try:
        return _sample(path.stem, read_sample_json(path, as_of))
    except BadSampleError as error:
        raise UnreadableInputError(f"示例文件“{path.name}”有误：{error}。请重新安装程序，或改正该文件。") from None


def _sample(slug: str, data: Mapping[str, object]) -> Sample:
    _refuse_strange(data, _KEYS)
    expect = _mapping(data, "expect")
    _refuse_strange(expect, _EXPECT_KEYS)
    still_open = expect.get("open", [])
    if not isinstance(still_open, list) or not all(isinstance(rule, str) for rule in still_open):
        raise BadSampleError("“open”应是编号的列表")
    return Sample(
        slug,
        _text(data, "title"),
        _text(data, "form"),
        _mapping(data, "answers"),  # type: ignore[arg-type]
        _texts(data, "explanations"),
        _text(expect, "verdict", _VERDICTS),
        _texts(expect, "rules"),
        tuple(still_open),
        _text(data, "via", _VIAS),
    )


def _refuse_strange(data: Mapping[str, object], known: frozenset[str]) -> None:
    strange = sorted(set(data) - known)
    if strange:
        raise BadSampleError(f"不认识“{'、'.join(strange)}”")


def _text(data: Mapping[str, object], key: str, allowed: tuple[str, ...] = ()) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value:
        raise BadSampleError(f"缺少“{key}”")
    if allowed and value not in allowed:
        raise BadSampleError(f"“{key}”应是{'、'.join(allowed)}之一，现在是“{value}”")
    return value


def _mapping(data: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = data.get(key)
    if not isinstance(value, dict):
        raise BadSampleError(f"“{key}”应是“名称: 值”的对照")
    return value


def _texts(data: Mapping[str, object], key: str) -> Mapping[str, str]:
    found = _mapping(data, key)
    texts = {name: text for name, text in found.items() if isinstance(text, str) and text}
    if len(texts) != len(found):
        raise BadSampleError(f"“{key}”中的值都应是文字")
    return texts


def _is_file(value: object) -> bool:
    return isinstance(value, str) and value.startswith(FILE_MARK)


def _without_files(value: Stored) -> Stored:
    if not isinstance(value, list):
        return value
    return [{k: v for k, v in row.items() if not _is_file(v)} if isinstance(row, dict) else row for row in value]


def _files(answers: Answers) -> Iterator[tuple[str, str]]:
    for name, value in answers.items():
        if isinstance(value, str) and _is_file(value):
            yield name, value.removeprefix(FILE_MARK)
        rows = value if isinstance(value, list) else []
        for number, row in enumerate(rows, start=1):
            for column, cell in row.items() if isinstance(row, dict) else ():
                if _is_file(cell):
                    yield f"{name}[{number}].{column}", str(cell).removeprefix(FILE_MARK)


def load_samples(ws: Workspace) -> int:
    """Add the sample district to the list of units; units that are there already stay as they are.

    Returns:
        How many units were added.
    """
    added = 0
    for sample in read_samples(ws.resources, ws.clock.today()):
        if ws.store.find(str(sample.answers.get("credit_code") or ""), sample.form):
            continue
        opened = drafts.begin(ws, sample.form, sample.typed_answers, source=_SOURCE, is_sample=True)
        complete_sample(ws, opened.record.id, sample)
        added += 1
    return added


def complete_sample(ws: Workspace, record_id: str, sample: Sample) -> drafts.OpenForm:
    """Attach the sample's files to its draft and explain the findings that are open, as a clerk would.

    Raises:
        NotAllowedError: the record is locked.
    """
    _attach_files(ws, record_id, sample)
    opened = drafts.open_form(ws, record_id)
    for rule, text in sample.explanations.items():
        finding = opened.verdict.finding(rule)
        if finding is not None and finding.is_open:
            opened = drafts.explain(ws, record_id, rule, text)
    return opened


def _attach_files(ws: Workspace, record_id: str, sample: Sample) -> None:
    there = {e.field for e in ws.store.evidence(record_id)}
    code = str(sample.answers.get("credit_code") or sample.slug)
    with tempfile.TemporaryDirectory(prefix="greenladder-samples-") as folder:
        for path, name in sample.files:
            if path in there:
                continue
            source = Path(folder) / name
            if not source.exists():
                source.write_bytes(sample_image(f"{code} {name}"))
            if "[" in path:
                evidence.attach(ws, record_id, path, source)
            else:
                ws.store.attach(record_id, path, source, actor=ws.actor, source=_SOURCE)


def remove_samples(ws: Workspace) -> int:
    """Take every sample unit out of the list, recommended ones too; real units are never touched.

    Returns:
        How many units were removed.
    """
    found = [r for r in _all_units(ws) if r[2]]
    for record_id, state, _ in found:
        if not state.is_editable:
            # Whatever a clerk tried with it: no sample unit is ever in the library.
            ws.store.set_state(record_id, RecordState.DRAFT, actor=ws.actor, source=_SOURCE)
        drafts.delete_draft(ws, record_id)
    return len(found)


def _all_units(ws: Workspace) -> list[tuple[str, RecordState, bool]]:
    """Id, state and sample mark of every unit, read before any is removed so that no page shifts."""
    units: list[tuple[str, RecordState, bool]] = []
    while True:
        page = drafts.list_units(ws, order="name", limit=_PAGE, offset=len(units))
        units.extend((r.id, r.state, r.is_sample) for r in page)
        if len(page) < _PAGE:
            return units
