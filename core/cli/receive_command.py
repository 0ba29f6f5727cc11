"""`receive`: every kind of our files, several at once, each with its own fate (design §6, §7)."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.cli.exchange_lines import facts_as_dict, notice_as_dict, print_notice, print_records, record_as_dict
from core.cli.field_names import fields_called, is_called
from core.cli.output import print_error, print_json
from core.cli.passwords import password_of
from core.cli.who_sits import require_somebody
from core.domain import credit_code
from core.domain.errors import GreenLadderError, NotFoundError, UnreadableInputError
from core.domain.exchange import EXPLANATION_PREFIX, FileKind, NoticeWords
from core.services.exchange import log, receiving, trust
from core.services.exchange.model import Choice, FileFacts, Inspection, Outcome, Preview, RecordPreview, Trust
from core.services.workspace import Workspace, open_workspace

_DIGITS_OF_CODE: Final = 16


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What the clerk chose: (credit code, field or blank) → choice; codes to be left for another time."""

    choices: Mapping[tuple[str, str], Choice]
    skip: Collection[str]

    def of(self, record: RecordPreview) -> dict[tuple[str, str], Choice]:
        """The choices for the fields of one form; one for the field goes before one for the whole unit."""
        if record.outcome is Outcome.NEW:
            self._refuse_keeping(record)
        whole = self.choices.get((record.credit_code, ""))
        found = {}
        for field in record.fields:
            choice = self.choices.get((record.credit_code, field.name), whole)
            if choice is not None and not field.is_locked:
                found[record.record_id, field.name] = choice
        return found

    def _refuse_keeping(self, record: RecordPreview) -> None:
        """Keeping what is not there would blank what came in."""
        if any(code == record.credit_code and c is Choice.KEEP for (code, _), c in self.choices.items()):
            raise UnreadableInputError(
                f"“{record.unit_name}”是新收的，本机没有可留的内容；这次不想收，请用--skip {record.credit_code}。"
            )


@dataclass(frozen=True, slots=True)
class _Fate:
    """What became of one file; `status` is refused, preview, repeat or received."""

    path: Path
    status: str
    sentence: str
    facts: FileFacts | None = None
    records: tuple[RecordPreview, ...] = ()
    notes: tuple[str, ...] = ()
    notice: NoticeWords | None = None
    report: Path | None = None
    trouble: str = ""
    offered_pack: str = ""

    @property
    def exit_status(self) -> int:
        """2 for a file that was not taken, 1 where a form of it was not, or its report could not be written."""
        if self.status == "refused":
            return 2
        return 1 if self.trouble or any(r.outcome is Outcome.REFUSED for r in self.records) else 0


def receive(arguments: argparse.Namespace) -> int:
    """Take files in, in the order of sender and number; each is taken whole or not at all."""
    _prove_report(arguments)
    password = password_of(arguments)
    with open_workspace(arguments.store) as ws:
        require_somebody(ws, "接收文件")
        looked, fates = _looked_at(ws, arguments.files, password)
        if looked:
            wishes = _agreed(ws, arguments, looked, fates, password)
            fates += [_one(ws, found.facts, wishes, arguments, password) for found in looked]
    order = {path: position for position, path in enumerate(arguments.files)}
    if arguments.json:
        print_json({"files": [_as_dict(fate) for fate in sorted(fates, key=lambda f: order[f.path])]})
    for fate in fates:
        _tell(fate, is_json=arguments.json, is_one=len(arguments.files) == 1)
    return max(fate.exit_status for fate in fates)


def _agreed(
    ws: Workspace, arguments: argparse.Namespace, looked: Sequence[Inspection], unread: Sequence[_Fate], password: str
) -> _Wishes:
    """The clerk's choices, and the codes enrolled; where one fits no file, those that could not be read come first.

    Raises:
        GreenLadderError: a choice or a code fits no file; nothing was changed.
    """
    try:
        wishes = _wishes(ws, arguments, looked)
        _enrol(ws, arguments.trust, looked, password)
    except (UnreadableInputError, NotFoundError) as error:
        told = "".join(f"{fate.path.name}：{fate.sentence}" for fate in unread)
        raise UnreadableInputError(f"{told}{error}") from error
    return wishes


def _prove_report(arguments: argparse.Namespace) -> None:
    """Refuse a report that could not be written, before anything is taken."""
    report: Path | None = arguments.report
    if report is None:
        return
    if arguments.dry_run:
        raise UnreadableInputError("--dry-run什么都不改，没有接收情况表可写，请去掉--report。")
    if report.suffix.lower() != ".xlsx":
        raise UnreadableInputError(f"--report后面的“{report.name}”不是Excel文件名，请用.xlsx结尾；什么都没有接收。")
    if not report.parent.is_dir():
        raise UnreadableInputError(f"--report的文件夹“{report.parent}”不存在，请先建立；什么都没有接收。")


def _looked_at(ws: Workspace, files: Iterable[Path], password: str) -> tuple[list[Inspection], list[_Fate]]:
    """The readable files by sender and number, and the fates of the others."""
    looked, refused = [], []
    for path in dict.fromkeys(files):
        try:
            if path.is_dir():
                raise UnreadableInputError("这是一个文件夹，不能接收，请写明其中的文件（可以写几个）。")
            looked.append(receiving.inspect(ws, path, password))
        except GreenLadderError as error:
            refused.append(_Fate(path, "refused", str(error)))
    looked.sort(key=lambda i: (i.facts.sender.office, i.facts.key_name, i.facts.number, i.facts.made_at))
    return looked, refused


def _enrol(ws: Workspace, codes: Sequence[str], looked: Iterable[Inspection], password: str) -> None:
    """Enrol the senders whose files have the codes; a code that fits no file is refused before anything is changed."""
    found = {_digits(i.facts.check_code): i.facts for i in looked}
    for code in codes:
        if _digits(code) not in found:
            raise UnreadableInputError(
                f"核对码“{code.strip()}”与这次的文件都不一致，什么都没有接收。请核对是不是同一个文件；不一致就不要登记。"
            )
    for code in codes:
        facts = found[_digits(code)]
        if facts.trust in (Trust.STRANGER, Trust.RETIRED):
            trust.enrol(ws, facts.path, code, password=password)


def _digits(code: str) -> str:
    return "".join(str(int(c)) for c in code if c.isdecimal())


def _one(
    ws: Workspace, facts: FileFacts, wishes: _Wishes, arguments: argparse.Namespace, password: str
) -> _Fate:
    try:
        if arguments.dry_run:
            return _previewed(ws, facts, wishes, password)
        return _received(ws, facts, wishes, arguments, password)
    except GreenLadderError as error:
        return _Fate(facts.path, "refused", str(error), facts)


def _previewed(ws: Workspace, facts: FileFacts, wishes: _Wishes, password: str) -> _Fate:
    seen = receiving.preview(ws, facts.path, password=password)
    choices, skip = _decided(seen, wishes)
    if choices or skip:
        seen = receiving.preview(ws, facts.path, password=password, choices=choices, skip=skip)
    told = "、".join(f"{o.label}{seen.count(o)}" for o in Outcome if seen.count(o)) or "没有单位的表"
    what = "以前收过，再收不会有任何改动" if seen.is_repeat else f"接收后：{told}"
    which = f"{facts.sender_label}{facts.kind.label}{facts.kind.numbered(facts.number)}"
    sentence = f"{which}，{what}。{''.join(seen.notes)}（没有接收）"
    return _Fate(facts.path, "preview", sentence, seen.facts, seen.records, seen.notes, seen.notice)


def _received(
    ws: Workspace, facts: FileFacts, wishes: _Wishes, arguments: argparse.Namespace, password: str
) -> _Fate:
    seen = None
    if wishes.choices or wishes.skip or facts.kind is FileKind.NOTICE:
        seen = receiving.preview(ws, facts.path, password=password)
    choices, skip = _decided(seen, wishes)
    before = max((line.id for line in log.inbox(ws, limit=1)), default=0)
    done = receiving.receive(ws, facts.path, password=password, choices=choices, skip=skip)
    report, trouble = _report(ws, done.inbox_id, arguments, facts)
    status = "received" if done.inbox_id > before else "repeat"
    return _Fate(
        facts.path, status, done.sentence, done.facts, done.records, done.notes, seen.notice if seen else None,
        report, trouble, done.offered_pack,
    )


def _report(
    ws: Workspace, inbox_id: int, arguments: argparse.Namespace, facts: FileFacts
) -> tuple[Path | None, str]:
    """Where the report was written, or why not: the file is in already, and that must be said too."""
    if arguments.report is None:
        return None, ""
    try:
        return receiving.write_report(ws, inbox_id, _report_path(arguments, facts)), ""
    except GreenLadderError as error:
        return None, f"文件已经接收，但接收情况表没有写成：{error}"


def _decided(seen: Preview | None, wishes: _Wishes) -> tuple[dict[tuple[str, str], Choice], set[str]]:
    choices: dict[tuple[str, str], Choice] = {}
    skip: set[str] = set()
    for record in seen.records if seen is not None else ():
        if record.credit_code in wishes.skip:
            skip.add(record.record_id)
        else:
            choices.update(wishes.of(record))
    return choices, skip


def _report_path(arguments: argparse.Namespace, facts: FileFacts) -> Path:
    """The name given; with the file's own name behind it where several files come in."""
    given: Path = arguments.report
    if len(arguments.files) == 1:
        return given
    return given.with_name(f"{given.stem}_{facts.path.stem}{given.suffix}")


def _wishes(ws: Workspace, arguments: argparse.Namespace, looked: Iterable[Inspection]) -> _Wishes:
    """The clerk's choices, proved before anything is taken: every unit is in a file, every field in a form."""
    coming = {code for i in looked for _, code, _ in i.units}
    choices: dict[tuple[str, str], Choice] = {}
    for choice, given in ((Choice.TAKE, arguments.take), (Choice.KEEP, arguments.keep)):
        for each in given:
            unit, parted, field = each.partition(".")
            code = _coming(unit, coming)
            for name in _fields(ws, field, each) if parted else ("",):
                if choices.setdefault((code, name), choice) is not choice:
                    raise UnreadableInputError(f"“{each}”既写了--take又写了--keep，请只留一样。")
    return _Wishes(choices, frozenset(_coming(unit, coming) for unit in arguments.skip))


def _coming(given: str, coming: Collection[str]) -> str:
    code = credit_code.normalise(given)
    if code not in coming:
        raise NotFoundError(f"来件中没有信用代码为“{given}”的单位，请核对；什么都没有接收。")
    return code


def _fields(ws: Workspace, given: str, whole: str) -> tuple[str, ...]:
    """A field by its name or its words, which may be another one in each kind of form; or an explanation's words."""
    said = (EXPLANATION_PREFIX + rule for rule in ws.pack.rule_texts if is_called(given, rule, f"情况说明({rule})"))
    found = fields_called(ws.pack.forms.values(), given) or tuple(said)
    if not found:
        raise NotFoundError(f"“{whole}”中的栏目“{given.strip()}”在各种表中都没有，请核对栏目名称；什么都没有接收。")
    return found


def _as_dict(fate: _Fate) -> dict[str, object]:
    told: dict[str, object] = {
        **(facts_as_dict(fate.facts) if fate.facts is not None else {}),
        "file": str(fate.path), "status": fate.status, "sentence": fate.sentence,
        "records": [record_as_dict(r) for r in fate.records], "notes": list(fate.notes),
        "notice": notice_as_dict(fate.notice), "offered_pack": fate.offered_pack,
        "report": str(fate.report) if fate.report else None,
    }
    return told


def _tell(fate: _Fate, *, is_json: bool, is_one: bool) -> None:
    """Refusals go to stderr, also with `--json`; of several files each with its name."""
    if fate.status == "refused":
        print_error(fate.sentence if is_one else f"{fate.path.name}：{fate.sentence}")
        return
    if fate.trouble:
        print_error(fate.trouble)
    if is_json:
        return
    print(fate.sentence)
    print_records(fate.records)
    print_notice(fate.notice)
    if fate.offered_pack:
        print(f"  启用这个政策包：packs use {fate.offered_pack[:12]}")
    if any(r.outcome is Outcome.CONFLICT for r in fate.records):
        print("  有冲突的栏目用 conflicts 查看，用 conflicts settle 决定。")
    if fate.report is not None:
        print(f"  已写出：{fate.report}")
