"""`selftest`: each part tried once in a temporary folder; what a packaged program runs after it was built."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from core.documents.model import FontRole
from core.domain.enums import Role
from core.domain.errors import GreenLadderError, NotFoundError
from core.domain.records import Station
from core.infra.server_address import address_of
from core.services import drafts
from core.services.exchange import packing, receiving, trust
from core.services.fonts import bundled_fonts
from core.services.printing import PrintKind, page_text, print_to_file
from core.services.samples import Sample, complete_sample, read_samples
from core.services.workspace import Workspace, open_workspace

_LOCK: Final = "自检-2026"
_OF_ONE_RECORD: Final = (
    PrintKind.RECOMMENDATION, PrintKind.FORM, PrintKind.REPORT, PrintKind.BOUND, PrintKind.QUERY_LIST,
)


@dataclass(frozen=True, slots=True)
class SelfTestStep:
    """One part that was tried."""

    name: str
    ok: bool
    detail: str


#: Tries the window on that workspace; the words of what it found, or one of the errors that a step may raise.
Probe: TypeAlias = Callable[[Workspace], str]


def run_selftest(probe: Probe | None = None) -> tuple[SelfTestStep, ...]:
    """Store, check, Excel, PDF, Word, fonts, helpers, files exchanged; with `probe` the window too.

    Never raises: a failing part is a step that is not ok.
    """
    with tempfile.TemporaryDirectory(prefix="greenladder-selftest-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        steps: list[SelfTestStep] = []
        opened = _step(steps, "政策包和数据库", lambda: _open(folder / "数据"))
        if not isinstance(opened, Workspace):
            return tuple(steps)
        with opened as ws:
            _step(steps, "校核", lambda: _check(ws))
            _step(steps, "Excel", lambda: _excel(ws, folder))
            _step(steps, "PDF和字体", lambda: _pdf(ws, folder))
            _step(steps, "各种打印件和Word", lambda: _papers(ws, folder))
            _step(steps, "生僻字", lambda: _rare_characters(ws))
            _step(steps, "多个进程一起排版", lambda: _helpers(ws))
            _step(steps, "加密码报送和接收", lambda: _exchange(ws, folder))
            _step(steps, "PostgreSQL驱动", lambda: _server_driver(folder))
            _step(steps, "用户手册", lambda: _manual(ws))
            _step(steps, "历史记录", lambda: _history(ws))
            if probe is not None:
                _step(steps, "窗口", lambda: probe(ws))
        return tuple(steps)


def _step(steps: list[SelfTestStep], name: str, work: Callable[[], object]) -> object:
    try:
        result = work()
    except (GreenLadderError, OSError, RuntimeError, ValueError, LookupError, ImportError) as error:
        steps.append(SelfTestStep(name, False, f"{type(error).__name__}：{error}"))
        return None
    steps.append(SelfTestStep(name, True, result if isinstance(result, str) else ""))
    return result


def _open(folder: Path) -> Workspace:
    ws = open_workspace(folder)
    ws.choose_station(Station(Role.OFFICE, str(_sent_sample(ws).answers["office"]), "自检"))
    return ws


def _sent_sample(ws: Workspace) -> Sample:
    """The sample that is sent; the first one's credit code is taken by the check."""
    return next(s for s in read_samples(ws.resources, ws.clock.today())[1:] if s.expect_verdict == "eligible")


def _check(ws: Workspace) -> str:
    sample = read_samples(ws.resources, ws.clock.today())[0]
    opened = drafts.begin(ws, sample.form, sample.typed_answers, source="自检", is_sample=True)
    if opened.verdict.eligibility.value != sample.expect_verdict:
        raise ValueError(f"示例“{opened.verdict.unit_name}”的结论是{opened.verdict.eligibility.label}")
    return f"{opened.verdict.unit_name}：{opened.verdict.eligibility.label}"


def _excel(ws: Workspace, folder: Path) -> str:
    from core.documents.excel import reader, template

    record = drafts.list_units(ws)[0]
    opened = drafts.open_form(ws, record.id)
    path = folder / "自检.xlsx"
    template.write_filled(opened.form, ws.pack, opened.record.answers, path)
    reading = reader.read_workbook(path, ws.pack.forms)
    if reading.answers.get("unit_name") != opened.record.unit_name:
        raise ValueError("写出的Excel读回来不一致")
    return _size(path)


def _pdf(ws: Workspace, folder: Path) -> str:
    record = drafts.list_units(ws)[0]
    path = print_to_file(ws, PrintKind.RECOMMENDATION, folder / "自检.pdf", record_ids=(record.id,))
    if record.unit_name not in page_text(path, 0):
        raise ValueError("写出的PDF中找不到单位名称")
    return _size(path)


def _papers(ws: Workspace, folder: Path) -> str:
    """Each paper of one unit, a blank form of every kind, and a letter in Word."""
    record = drafts.list_units(ws)[0]
    made = [
        print_to_file(ws, kind, folder / f"{kind.label}.pdf", record_ids=(record.id,)) for kind in _OF_ONE_RECORD
    ]
    made += [
        print_to_file(ws, PrintKind.BLANK, folder / f"空白-{form}.pdf", form_id=form) for form in ws.pack.forms
    ]
    made.append(print_to_file(ws, PrintKind.LETTER, folder / "推荐函.docx", record_ids=(record.id,)))
    return f"{len(made)}种"


def _rare_characters(ws: Workspace) -> str:
    """Extensions A, B and F are drawn, extension I is framed: the fonts for what is rare are all there."""
    fonts = bundled_fonts(ws)
    drawn = [fonts.glyph(FontRole.FANG, character).font for character in "\u3447\U00020bb7\U0002ceb2"]
    framed = fonts.glyph(FontRole.FANG, "\U0002ebf0")
    if "frames" in drawn or framed.font != "frames":
        raise ValueError("生僻字的字体不全")
    return "齐全"


def _helpers(ws: Workspace) -> str:
    """Lay a sheet out in another process: a packaged program starts itself for that."""
    from core.documents.pdf.workers import prove_helpers

    if prove_helpers(bundled_fonts(ws)) == os.getpid():
        raise ValueError("没有另起进程")
    return "可以"


def _exchange(ws: Workspace, folder: Path) -> str:
    """Recommend a unit, pack it with a password, and take it in at a bureau's store."""
    sample = _sent_sample(ws)
    opened = drafts.begin(ws, sample.form, sample.typed_answers, source="自检")
    complete_sample(ws, opened.record.id, sample)
    for finding in drafts.open_form(ws, opened.record.id).verdict.open_findings:
        drafts.explain(ws, opened.record.id, finding.rule, "自检")
    drafts.recommend(ws, opened.record.id)
    sent = packing.pack(ws, folder / "U盘", password=_LOCK)
    with open_workspace(folder / "区局", clock=ws.clock) as bureau:
        bureau.choose_station(Station(Role.BUREAU, "", "自检"))
        trust.enrol(bureau, sent.path, sent.check_code, password=_LOCK)
        receiving.receive(bureau, sent.path, password=_LOCK)
        if bureau.store.get(opened.record.id).answers != ws.store.get(opened.record.id).answers:
            raise ValueError("收到的和报送的不一致")
    return _size(sent.path)


def _server_driver(folder: Path) -> str:
    """The driver as a server store is opened with it, up to the first connection, which is not made."""
    from core.store.server import server_database

    server_database(address_of("postgresql+psycopg://greenladder@localhost/greenladder", str(folder))).close()
    return "可用"


def _manual(ws: Workspace) -> str:
    if not ws.manual.is_file():
        raise NotFoundError("程序文件夹中没有用户手册")
    return _size(ws.manual)


def _history(ws: Workspace) -> str:
    problems = (*ws.store.verify_history(), *ws.store.integrity_problems())
    if problems:
        raise ValueError("；".join(problems))
    return "完整"


def _size(path: Path) -> str:
    return f"{path.stat().st_size // 1024} KB"
