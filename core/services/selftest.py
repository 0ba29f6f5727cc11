"""`selftest`: each part tried once in a temporary folder; what a packaged program runs after it was built."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.documents.model import FontRole
from core.domain.errors import GreenLadderError
from core.services import drafts
from core.services.fonts import bundled_fonts
from core.services.printing import PrintKind, page_text, print_to_file
from core.services.samples import read_samples
from core.services.workspace import Workspace, open_workspace


@dataclass(frozen=True, slots=True)
class SelfTestStep:
    """One part that was tried."""

    name: str
    ok: bool
    detail: str


def run_selftest() -> tuple[SelfTestStep, ...]:
    """Store, check, Excel, PDF, fonts. Never raises: a failing part is a step that is not ok."""
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
            _step(steps, "生僻字", lambda: _rare_characters(ws))
            _step(steps, "历史记录", lambda: _history(ws))
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
    return open_workspace(folder)


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
    return f"{path.stat().st_size // 1024} KB"


def _pdf(ws: Workspace, folder: Path) -> str:
    record = drafts.list_units(ws)[0]
    path = print_to_file(ws, PrintKind.RECOMMENDATION, folder / "自检.pdf", record_ids=(record.id,))
    if record.unit_name not in page_text(path, 0):
        raise ValueError("写出的PDF中找不到单位名称")
    return f"{path.stat().st_size // 1024} KB"


def _rare_characters(ws: Workspace) -> str:
    """Extensions A, B and F are drawn, extension I is framed: the fonts for what is rare are all there."""
    fonts = bundled_fonts(ws)
    drawn = [fonts.glyph(FontRole.FANG, character).font for character in "\u3447\U00020bb7\U0002ceb2"]
    framed = fonts.glyph(FontRole.FANG, "\U0002ebf0")
    if "frames" in drawn or framed.font != "frames":
        raise ValueError("生僻字的字体不全")
    return "齐全"


def _history(ws: Workspace) -> str:
    problems = (*ws.store.verify_history(), *ws.store.integrity_problems())
    if problems:
        raise ValueError("；".join(problems))
    return "完整"
