"""Two offices and the bureau in three stores, on a clock that is set by hand: every kind of file, lost ones too.

Who: sample units under their invented names. Only files pass between the stores, as on a USB stick.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from core.domain.enums import Role
from core.domain.errors import GreenLadderError
from core.domain.exchange import NoticeWords
from core.domain.records import Station
from core.infra.clock import SetClock
from core.services import drafts
from core.services.exchange import log, packing, receipts, receiving, trust, undoing
from core.services.exchange.model import Sent
from core.services.library import closing, review, windows
from core.services.samples import Sample, complete_sample, read_samples
from core.services.workspace import Workspace, open_workspace

_OFFICES: Final = ("120115456", "120115457")
_DAYS: Final = 12
_LOCK: Final = "PDY-lvjie-2026"
_BASIS: Final = "区局名单、督查、节能监察台账"


@dataclass(frozen=True, slots=True)
class LoopStep:
    """One thing that somebody did in the loop, and what the program said."""

    day: date
    who: str
    what: str
    said: str


@dataclass(frozen=True, slots=True)
class LoopUnit:
    """How one form stands at the end: in its office's list, and in the bureau's store."""

    unit_name: str
    office: str
    standing: str
    bureau_state: str
    is_same: bool


@dataclass(frozen=True, slots=True)
class LoopResult:
    """What was played: the steps, how each unit stands at both ends, and the files that passed."""

    steps: tuple[LoopStep, ...]
    units: tuple[LoopUnit, ...]
    files: tuple[Path, ...]


@dataclass
class _Loop:
    """The three stores, their clocks, the stick, and what happened so far."""

    offices: tuple[Workspace, Workspace]
    bureau: Workspace
    clock: SetClock
    stick: Path
    today: date
    steps: list[LoopStep] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)

    def on(self, days_ago: int) -> None:
        """Set the clock of all three."""
        self.clock.set(self.today - timedelta(days=days_ago))

    def told(self, ws: Workspace, what: str, said: str) -> None:
        """Note a step."""
        who = "区局" if ws is self.bureau else ws.office_label(str(ws.station and ws.station.office))
        self.steps.append(LoopStep(self.clock.today(), who, what, said))

    def sent(self, ws: Workspace, what: str, sent: Sent) -> Sent:
        """Note a file that was written."""
        if sent.path not in self.files:
            self.files.append(sent.path)
        self.told(ws, what, f"{sent.path.name}，{sent.records}份表，{sent.evidence}件材料，核对码{sent.check_code}")
        return sent

    def received(self, ws: Workspace, what: str, path: Path, password: str = "") -> None:
        """Take a file in and note what the program said."""
        self.told(ws, what, receiving.receive(ws, path, password=password).sentence)


def play_loop(folder: Path, today: date) -> LoopResult:
    """Play the loop that ends today, in new stores below `folder`.

    Raises:
        GreenLadderError: a step that should go was refused.
    """
    clock = SetClock(today)
    stick = folder / "U盘"
    stick.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        first, second, bureau = (
            stack.enter_context(open_workspace(folder / name, clock=clock))
            for name in ("开发区数据", "科技城数据", "区局数据")
        )
        for ws, office in zip((first, second), _OFFICES, strict=True):
            ws.choose_station(Station(Role.OFFICE, office, "示例经办人"))
        bureau.choose_station(Station(Role.BUREAU, "", "示例经办人"))
        loop = _Loop((first, second), bureau, clock, stick, today)
        _first_packages(loop)
        _review(loop)
        _correction(loop)
        _lost_package(loop)
        _admission(loop)
        return LoopResult(tuple(loop.steps), _units(loop), tuple(loop.files))


def _first_packages(loop: _Loop) -> None:
    """Both offices pack; the bureau enrols each by its check code, then receives."""
    loop.on(_DAYS)
    first, second = loop.offices
    for ws, numbers in ((first, ("01", "12")), (second, ("03",))):
        for number in numbers:
            _recommended(ws, number)
    one = loop.sent(first, "打包上报", packing.pack(first, loop.stick))
    other = loop.sent(second, "加密码打包上报", packing.pack(second, loop.stick, password=_LOCK))
    loop.on(_DAYS - 1)
    _refused(loop, one.path)
    for sent, password in ((one, ""), (other, _LOCK)):
        peer = trust.enrol(loop.bureau, sent.path, sent.check_code, password=password)
        loop.told(loop.bureau, "电话核对、登记", f"核对码一致，已登记“{peer.label}”的工作站，密钥{peer.key_name}")
        loop.received(loop.bureau, "接收", sent.path, password)
    loop.received(loop.bureau, "又收一遍", one.path)


def _review(loop: _Loop) -> None:
    """The bureau returns one with a remark and admits another; each office enrols it and reads its receipt."""
    loop.on(_DAYS - 2)
    bureau = loop.bureau
    windows.open_window(bureau, batch=1)
    returned = _id(bureau, "01")
    review.remark(bureau, returned, "employees", "与社保缴费人数不符，请核实")
    review.return_record(bureau, returned)
    loop.told(bureau, "退回", f"“{bureau.store.get(returned).unit_name}”：与社保缴费人数不符，请核实")
    _admit(loop, "03")
    for ws in loop.offices:
        sent = loop.sent(bureau, "写回执", receipts.write_receipt(bureau, _office(ws), loop.stick))
        trust.enrol(ws, sent.path, sent.check_code)
        loop.received(ws, "登记区局、接收回执", sent.path)


def _correction(loop: _Loop) -> None:
    """The first office mends what came back; its second package gets lost."""
    loop.on(_DAYS - 5)
    first, _ = loop.offices
    mended = _id(first, "01")
    drafts.save_answer(first, mended, "employees", 183)
    _explain_all(first, mended)
    drafts.recommend(first, mended)
    lost = loop.stick / "丢在路上"
    loop.sent(first, "改好再报（丢在路上）", packing.pack(first, lost))


def _lost_package(loop: _Loop) -> None:
    """The third brings all that the bureau lacks; the lost one turns up and changes nothing; undo and receive again."""
    loop.on(_DAYS - 7)
    first, _ = loop.offices
    _recommended(first, "16")
    third = loop.sent(first, "再报一家", packing.pack(first, loop.stick))
    loop.received(loop.bureau, "接收", third.path)
    line = undoing.undo(loop.bureau)
    loop.told(loop.bureau, "撤销接收", f"“{line.file_name}”已撤销，内容恢复到接收以前")
    loop.received(loop.bureau, "重新接收", third.path)
    found = next((loop.stick / "丢在路上").glob("*.zip"))
    loop.received(loop.bureau, "丢的找到了，接收", found)


def _admission(loop: _Loop) -> None:
    """All are admitted, the window closes; receipts and a notice tell the library to both offices."""
    loop.on(1)
    bureau = loop.bureau
    for number in ("01", "12", "16"):
        _admit(loop, number)
    roster = closing.close_window(bureau)
    loop.told(bureau, "关闭窗口", f"第{roster.number}号名单，{roster.count}家")
    loop.on(0)
    year = loop.today.year
    words = NoticeWords(f"{year}年度动态管理表填报通知", date(year + 1, 4, 15), "请组织在库单位按时填报。")
    for ws in loop.offices:
        answer = loop.sent(bureau, "写回执", receipts.write_receipt(bureau, _office(ws), loop.stick))
        notice = loop.sent(bureau, "发通知", receipts.write_notice(bureau, _office(ws), loop.stick, words))
        loop.received(ws, "接收回执", answer.path)
        loop.received(ws, "接收通知", notice.path)


def _units(loop: _Loop) -> tuple[LoopUnit, ...]:
    """Each form at both ends."""
    found = []
    for ws in loop.offices:
        for line in log.standings(ws):
            there, here = loop.bureau.store.get(line.record_id), ws.store.get(line.record_id)
            is_same = (there.answers, there.state) == (here.answers, here.state)
            office = ws.office_label(_office(ws))
            found.append(LoopUnit(line.unit_name, office, line.standing.label, there.state.label, is_same))
    return tuple(found)


# What a clerk does in several steps


def _office(ws: Workspace) -> str:
    return trust.own_party(ws).office


def _recommended(ws: Workspace, number: str) -> None:
    """Enter a sample unit as the office would, with its files, and recommend it."""
    sample = _sample(ws, number)
    opened = drafts.begin(ws, sample.form, sample.typed_answers, source="街镇录入")
    complete_sample(ws, opened.record.id, sample)
    _explain_all(ws, opened.record.id)
    drafts.recommend(ws, opened.record.id)


def _sample(ws: Workspace, number: str) -> Sample:
    return next(s for s in _samples(ws.resources, ws.clock.today()) if s.slug.startswith(number))


@cache
def _samples(resources: Path, today: date) -> tuple[Sample, ...]:
    return read_samples(resources, today)


def _id(ws: Workspace, number: str) -> str:
    sample = _sample(ws, number)
    (record,) = ws.store.find(str(sample.answers["credit_code"]), sample.form)
    return record.id


def _explain_all(ws: Workspace, record_id: str) -> None:
    for finding in drafts.open_form(ws, record_id).verdict.open_findings:
        drafts.explain(ws, record_id, finding.rule, "已核对原始台账，情况属实")


def _admit(loop: _Loop, number: str) -> None:
    record_id = _id(loop.bureau, number)
    for rule in review.CONFIRMED_RULES:
        review.confirm(loop.bureau, record_id, rule, clear=True, basis=_BASIS)
    review.admit(loop.bureau, record_id)
    loop.told(loop.bureau, "纳入", f"“{loop.bureau.store.get(record_id).unit_name}”")


def _refused(loop: _Loop, path: Path) -> None:
    """Receive what must be refused; the loop goes on with its sentence."""
    try:
        receiving.receive(loop.bureau, path)
    except GreenLadderError as refusal:
        loop.told(loop.bureau, "接收没有登记的", str(refusal))
    else:
        raise AssertionError("a stranger's file was taken")
