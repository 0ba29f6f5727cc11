"""A folder of enterprises' filled Excel forms comes in at one go: every file's fate, marked copies, one report."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.domain.calendar import format_chinese
from core.domain.errors import StoreError, UnreadableInputError
from core.infra.atomic_files import reason_of, shown
from core.infra.system_reasons import reason_in_words
from core.services.importing import FormKey, Imported, ImportStatus, import_one
from core.services.workspace import Workspace

if TYPE_CHECKING:
    from core.documents.excel.summary import Sheet

#: The sub-folder of the marked copies, and the report beside them.
MARKED_FOLDER: Final = "退企业改正"
REPORT_NAME: Final = "导入情况表.xlsx"
_REPORT_STEM: Final = "导入情况表"
_MARKED_STEM: Final = "（已标注"
#: Those that are read, and those of which the reader says how to make them readable.
_FORMS: Final = frozenset({".xlsx", ".xlsm", ".xls", ".et", ".xlsb", ".ods"})
_PACKED: Final = frozenset({".zip", ".rar", ".7z"})
_MOST_FORMS: Final = 2000
_MOST_FILES: Final = 20_000
_HEADS: Final = (
    "序号", "文件", "单位名称", "统一社会信用代码", "表", "结果", "填写有误", "必填未填", "标注后的表", "说明",
)
_WIDTHS: Final = (6.0, 34.0, 32.0, 22.0, 24.0, 12.0, 10.0, 10.0, 34.0, 70.0)


@dataclass(frozen=True, slots=True)
class FolderScan:
    """What lies in a folder and its sub-folders: files to import, and those passed over with the reason."""

    files: tuple[Path, ...]
    skipped: tuple[Imported, ...]


@dataclass(frozen=True, slots=True)
class FolderImport:
    """The fate of every file of a folder, by place; `report` is the Excel of it, None where it could not be written.

    `report_sentence` says where the report is, or why it is not where it was to be.
    """

    folder: Path
    results: tuple[Imported, ...]
    report: Path | None
    report_sentence: str

    @property
    def summary(self) -> str:
        """One sentence over all files."""
        return summary_of(self.results)

    def place_of(self, result: Imported) -> str:
        """Where in the folder that file lies."""
        return _from(self.folder, result.path)


def scan_folder(folder: Path, *, inner: Sequence[Path] = ()) -> FolderScan:
    """List the forms of a folder; folders in `inner` (the program's own) are not looked into.

    Raises:
        UnreadableInputError: no such folder, no form in it, or so many files that it cannot be the right one.
    """
    if not folder.is_dir():
        raise UnreadableInputError(f"没有找到文件夹“{shown(folder)}”，请核对路径，或检查U盘是否插好。")
    found = _Found(folder, frozenset(_real(path) for path in inner))
    found.walk()
    if not found.files:
        others = f"（另有{len(found.skipped)}个文件不是填报表）" if found.skipped else ""
        raise UnreadableInputError(
            f"文件夹“{shown(folder)}”里没有可以导入的Excel表{others}，请核对是不是选错了文件夹。"
        )
    return FolderScan(tuple(sorted(found.files)), tuple(sorted(found.skipped, key=lambda s: s.path)))


class _Found:
    """Walks a folder; symbolic links to folders are not followed."""

    def __init__(self, folder: Path, inner: frozenset[Path]) -> None:
        self.folder = folder
        self.inner = inner
        self.files: list[Path] = []
        self.skipped: list[Imported] = []
        self._seen = 0

    def walk(self) -> None:
        for place, folders, names in os.walk(self.folder, onerror=self._note_unreadable):
            here = Path(place)
            folders[:] = [name for name in folders if self._goes_into(here / name)]
            for name in names:
                self._take(here / name)
            self._seen += len(names) + len(folders)
            if len(self.files) > _MOST_FORMS or self._seen > _MOST_FILES:
                raise UnreadableInputError(
                    f"文件夹“{shown(self.folder)}”里的文件太多（填报表一次最多{_MOST_FORMS}个），"
                    "像是选错了文件夹。请只选放填报表的文件夹。"
                )

    def _goes_into(self, path: Path) -> bool:
        if _real(path) in self.inner:
            return False
        if path.name == MARKED_FOLDER:
            self._skip(path, "是退企业改正的文件夹，里面的表没有导入")
            return False
        if path.name.startswith("."):
            self._skip(path, "是隐藏文件夹，里面的文件没有导入")
            return False
        return True

    def _take(self, path: Path) -> None:
        reason = _why_not(path)
        if reason:
            self._skip(path, reason)
        else:
            self.files.append(path)

    def _skip(self, path: Path, reason: str) -> None:
        self.skipped.append(Imported(path, ImportStatus.SKIPPED, f"“{shown(Path(path.name))}”{reason}。"))

    def _note_unreadable(self, error: OSError) -> None:
        path = Path(str(error.filename or self.folder))
        self._skip(path, f"打不开（{reason_in_words(error)}），里面的文件没有导入，请检查U盘")


def _why_not(path: Path) -> str:
    """Why a file is passed over; empty for one to import."""
    name, suffix = path.name, path.suffix.lower()
    if name.startswith("~$"):
        return "是Excel打开文件时的临时文件，跳过"
    if name.startswith("."):
        return "是隐藏文件，跳过"
    if suffix in _PACKED:
        return "是压缩包，没有导入；里面如有填报表，请先解压"
    if suffix not in _FORMS:
        return "不是Excel文件，跳过"
    if path.stem.startswith(_REPORT_STEM):
        return "是以前的导入情况表，跳过"
    if _MARKED_STEM in path.stem:
        return "是程序标注过的表，没有导入；企业已在上面改好的，请去掉文件名中的“（已标注）”再导入"
    return ""


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except OSError:
        return path


def import_folder(
    ws: Workspace,
    folder: Path,
    *,
    marked_folder: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> FolderImport:
    """Import every form of a folder and its sub-folders; each is stored whole or not at all.

    Of several forms of one unit the one saved last stands (of equal times the one whose name comes last). Marked
    copies go into `marked_folder` (by default 退企业改正 in that folder), the report beside the forms; where nothing
    can be written there, into the store's folder.

    Raises:
        UnreadableInputError: as `scan_folder`.
    """
    scan = scan_folder(folder, inner=(ws.folder, *((marked_folder,) if marked_folder else ())))
    place = marked_folder or folder / MARKED_FOLDER
    taken: dict[FormKey, Imported] = {}
    results: list[Imported] = []
    # The latest first: an older one of the same unit then finds it there, and nothing is stored twice.
    for number, path in enumerate(sorted(scan.files, key=_saved_at, reverse=True), start=1):
        if cancelled is not None and cancelled():
            results.append(Imported(path, ImportStatus.STOPPED, f"“{path.name}”没有处理：导入在它之前停止了。"))
            continue
        results.append(import_one(ws, path, place, taken))
        if progress is not None:
            progress(number, len(scan.files))
    told = tuple(sorted((*_with_rivals(results), *scan.skipped), key=lambda r: r.path))
    report, sentence = _write_report(ws, folder, told)
    return FolderImport(folder, told, report, sentence)


def _saved_at(path: Path) -> tuple[int, str]:
    try:
        return path.stat().st_mtime_ns, path.name
    except OSError:
        return 0, path.name


def _with_rivals(results: Sequence[Imported]) -> list[Imported]:
    """Say at the form that stands, too, that there are older ones of the same unit."""
    made = []
    for result in results:
        names = [r.path.name for r in results if r.newer == result.path]
        if names:
            said = f"{result.sentence.rstrip('。')}；同一单位更早的“{'”“'.join(names)}”没有采用。"
            made.append(replace(result, sentence=said))
        else:
            made.append(result)
    return made


def summary_of(results: Sequence[Imported]) -> str:
    """One sentence over all files of a folder."""
    counts = Counter(r.status for r in results)
    stored = sum(1 for r in results if r.record_id)
    text = f"共{len(results) - counts[ImportStatus.SKIPPED]}个Excel表，存入{stored}个"
    for status in (ImportStatus.MARKED, ImportStatus.OUTDATED, ImportStatus.REFUSED, ImportStatus.STOPPED):
        if counts[status]:
            text += f"，{status.label}{counts[status]}个"
    if counts[ImportStatus.SKIPPED]:
        text += f"；另跳过{counts[ImportStatus.SKIPPED]}个不是填报表的文件或文件夹"
    return f"{text}。"


def _write_report(ws: Workspace, folder: Path, results: Sequence[Imported]) -> tuple[Path | None, str]:
    """The report beside the forms, else in the store's folder; the import has happened whether it can be written."""
    from core.documents.excel.summary import write_sheets

    sheet = _sheet(ws, folder, results)
    problem = ""
    for target in (folder, ws.folder / "marked"):
        try:
            if target != folder:  # a stick that was pulled out meanwhile is not to come back as an empty folder
                target.mkdir(parents=True, exist_ok=True)
            written = write_sheets(target / REPORT_NAME, (sheet,))
        except (OSError, StoreError) as error:
            cause = error if isinstance(error, OSError) else error.__cause__
            problem = problem or (reason_of(cause) if isinstance(cause, OSError) else str(error))
            continue
        if target == folder:
            return written, f"导入情况表：{shown(written)}"
        return written, f"导入情况表写不到原文件夹，已存到：{shown(written)}（原因：{problem}）"
    return None, f"导入情况表没有写成，各表的导入不受影响。{problem}"


def _sheet(ws: Workspace, folder: Path, results: Sequence[Imported]) -> Sheet:
    from core.documents.excel.summary import Sheet

    rows = [
        (
            number, _from(folder, r.path), r.unit_name, r.credit_code, _title(ws, r.form), r.status.label,
            r.wrong_count or None, r.missing_count or None, _from(folder, r.marked) if r.marked else "", r.sentence,
        )
        for number, r in enumerate(results, start=1)
    ]
    heading = f"企业填报表导入情况（{format_chinese(ws.clock.today())}）"
    notes = (summary_of(results), f"文件夹：{shown(folder)}", "标注后的表请退企业改正，改好后再导入。")
    return Sheet("导入情况", _HEADS, rows, _WIDTHS, heading, notes)


def _title(ws: Workspace, form: str) -> str:
    found = ws.pack.forms.get(form)
    return found.title if found else form


def _from(folder: Path, path: Path) -> str:
    """The path below that folder, or whole where it lies elsewhere."""
    return shown(path.relative_to(folder) if path.is_relative_to(folder) else path)
