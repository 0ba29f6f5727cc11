"""接收情况: what happened to every record of a file, as it is kept with the inbox and written to Excel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, cast

from core.domain.values import Stored
from core.services.exchange.model import Choice, FieldPreview, Outcome, RecordPreview
from core.services.exchange.papers import ReportRow, write_receive_report
from core.services.workspace import Workspace
from core.store.exchange.boxes import InFile

_MOST_FIELDS: Final = 400


def packed(records: Iterable[RecordPreview], sentence: str) -> Stored:
    """The lines as JSON; an unchanged record needs no fields."""
    lines = [
        [
            r.record_id, r.unit_name, r.credit_code, r.form, r.form_title, r.outcome.value, r.sentence, r.state_before,
            r.state_after,
            [[f.name, f.label, f.mine, f.theirs, f.change.value, f.choice.value] for f in r.fields[:_MOST_FIELDS]],
        ]
        for r in records
    ]
    return cast(Stored, [sentence, lines])


def unpacked(report: Stored) -> tuple[RecordPreview, ...]:
    """The lines of a report that was kept."""
    if not isinstance(report, Sequence) or isinstance(report, str) or len(report) != 2:
        return ()
    return tuple(_record(cast("Sequence[object]", line)) for line in cast("Sequence[object]", report[1]))


def counts(report: Stored) -> Mapping[str, int]:
    """How many records had which outcome, by the clerks' word."""
    found: dict[str, int] = {}
    for record in unpacked(report):
        found[record.outcome.label] = found.get(record.outcome.label, 0) + 1
    return found


def write(ws: Workspace, file: InFile, out: Path) -> Path:
    """The Excel report of one file.

    Raises:
        StoreError: it cannot be written.
    """
    rows = [
        ReportRow(
            r.unit_name, r.credit_code, r.form_title, r.outcome.label, r.sentence,
            tuple((f.label, f.mine, f.theirs, f.choice.label) for f in r.fields),
            tuple(f.label for f in r.fields if f.change is Outcome.CONFLICT),
        )
        for r in unpacked(file.report)
    ]
    heading = f"{file.kind.label}接收情况表（{file.file_name}）"
    return write_receive_report(ws, out, heading, rows)


def _record(line: Sequence[object]) -> RecordPreview:
    record_id, name, code, form, title, outcome, sentence, before, after, fields = line
    return RecordPreview(
        str(record_id), str(name), str(code), str(form), str(title), Outcome(str(outcome)), str(sentence), str(before),
        str(after), tuple(_field(cast("Sequence[object]", f)) for f in cast("Sequence[object]", fields)),
    )


def _field(parts: Sequence[object]) -> FieldPreview:
    name, label, mine, theirs, change, choice = (str(part) for part in parts)
    return FieldPreview(name, label, mine, theirs, Outcome(change), Choice(choice))
