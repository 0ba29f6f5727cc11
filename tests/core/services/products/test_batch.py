"""A product for many units at one go: order, bookmarks, those that cannot be printed, stopping, older files."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import Destination

from core.domain.errors import CancelledError, StoreError, UnreadableInputError
from core.services import drafts
from core.services.printing import PrintKind, page_count, page_text, print_to_file
from core.services.products.batch import BatchResult, names_taken, print_batch
from core.services.workspace import Workspace
from tests.fixtures.library import draft
from tests.fixtures.on_server import past_the_program
from tests.fixtures.sample_answers import factory_answers

_NAMES = ("天津虚构丙有限公司", "天津虚构甲有限公司", "天津虚构乙有限公司")


@pytest.fixture
def ids(ws: Workspace) -> list[str]:
    """Three units in an order of their own."""
    return [draft(ws, number, name).id for number, name in enumerate(_NAMES, start=11)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "打印件"
    made.mkdir()
    return made


def _damage(ws: Workspace, record_id: str, column: str) -> None:
    """What a fault of the disk may leave: a form or a state that there is none of."""
    with past_the_program(ws.store) as connection:
        connection.execute(f"UPDATE records SET {column} = 'no-such' WHERE id = '{record_id}'")
        connection.commit()


def _bookmarks(path: Path) -> list[tuple[str, int]]:
    reader = pypdf.PdfReader(path)
    marks = [mark for mark in reader.outline if isinstance(mark, Destination)]
    return [(str(mark.title), reader.get_destination_page_number(mark) or 0) for mark in marks]


def test_one_pdf_has_the_units_in_order_each_with_a_bookmark(ws: Workspace, ids: list[str], tmp_path: Path) -> None:
    out = tmp_path / "推荐表.pdf"
    done = print_batch(ws, PrintKind.RECOMMENDATION, ids, out)
    assert done.files == (out,)
    assert done.failed == ()
    assert done.printed == 3
    assert done.pages == page_count(out)
    marks = _bookmarks(out)
    assert [title for title, _page in marks] == list(_NAMES)
    assert tuple(page for _title, page in marks) == done.starts
    for (title, page), record_id in zip(marks, ids, strict=True):
        single = print_to_file(ws, PrintKind.RECOMMENDATION, tmp_path / "一份.pdf", record_ids=(record_id,))
        assert title in page_text(out, page)
        for number in range(page_count(single)):
            assert page_text(out, page + number) == page_text(single, number)
    again = tmp_path / "再来.pdf"
    print_batch(ws, PrintKind.RECOMMENDATION, ids, again)
    assert again.read_bytes() == out.read_bytes()


def test_a_file_for_each_unit_is_the_one_that_single_printing_writes(
    ws: Workspace, ids: list[str], folder: Path, tmp_path: Path
) -> None:
    done = print_batch(ws, PrintKind.REPORT, ids, folder, separately=True)
    assert [path.name for path in done.files] == [f"{name} 校核报告.pdf" for name in _NAMES]
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in done.files)
    single = print_to_file(ws, PrintKind.REPORT, tmp_path / "一份.pdf", record_ids=(ids[1],))
    assert [page_text(done.files[1], n) for n in range(page_count(single))] == [
        page_text(single, n) for n in range(page_count(single))
    ]
    assert done.pages == sum(page_count(path) for path in done.files)


@pytest.mark.parametrize("column", ["form", "state"])
@pytest.mark.parametrize("separately", [False, True])
def test_one_that_cannot_be_printed_is_named_and_the_others_go_on(
    ws: Workspace, ids: list[str], folder: Path, separately: bool, column: str
) -> None:
    _damage(ws, ids[1], column)
    out = folder if separately else folder / "表.pdf"
    wanted = [ids[0], ids[1], "没有这个编号", ids[2]]
    done = print_batch(ws, PrintKind.FORM, wanted, out, separately=separately)
    assert [failure.record_id for failure in done.failed] == [ids[1], "没有这个编号"]
    assert done.failed[0].unit == (_NAMES[1] if column == "form" else "未填名称")
    assert all(failure.sentence.endswith("。") for failure in done.failed)
    assert done.printed == 2
    if separately:
        assert [path.name.partition(" ")[0] for path in done.files] == [_NAMES[0], _NAMES[2]]
    else:
        assert [title for title, _page in _bookmarks(out)] == [_NAMES[0], _NAMES[2]]
        about = pypdf.PdfReader(out).metadata
        assert about is not None
        assert about.title == f"{PrintKind.FORM.label}（2家）"


def test_when_none_can_be_printed_nothing_is_written(ws: Workspace, folder: Path) -> None:
    done = print_batch(ws, PrintKind.FORM, ["x", "y"], folder / "表.pdf")
    assert (done.files, done.pages, done.printed) == ((), 0, 0)
    assert len(done.failed) == 2
    print_batch(ws, PrintKind.FORM, ["x"], folder, separately=True)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("separately", [False, True])
def test_stopped_it_leaves_nothing_behind(ws: Workspace, ids: list[str], folder: Path, separately: bool) -> None:
    kept = folder / f"{_NAMES[0]} 推荐表.pdf"
    kept.write_bytes(b"older")
    told: list[tuple[int, int, str]] = []
    with pytest.raises(CancelledError):
        print_batch(
            ws, PrintKind.RECOMMENDATION, ids, folder if separately else folder / "表.pdf", separately=separately,
            replaces=True, progress=lambda *told_now: told.append(told_now), cancelled=lambda: len(told) >= 2,
        )
    assert told == [(0, 3, _NAMES[0]), (1, 3, _NAMES[1])]
    assert [path.name for path in folder.iterdir()] == [kept.name]
    assert kept.read_bytes() == b"older"


def test_progress_ends_with_all_also_when_the_last_one_fails(ws: Workspace, ids: list[str], tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    print_batch(
        ws, PrintKind.REPORT, ids, tmp_path / "表.pdf", progress=lambda *told_now: told.append(told_now)
    )
    assert told == [(0, 3, _NAMES[0]), (1, 3, _NAMES[1]), (2, 3, _NAMES[2]), (3, 3, "")]


def test_files_that_are_there_are_numbered_around_unless_they_are_to_be_replaced(
    ws: Workspace, ids: list[str], folder: Path
) -> None:
    first = print_batch(ws, PrintKind.REPORT, ids[:1], folder, separately=True).files[0]
    first.write_bytes(b"signed")
    assert names_taken(ws, PrintKind.REPORT, ids, folder) == (first.name,)
    second = print_batch(ws, PrintKind.REPORT, ids[:1], folder, separately=True).files[0]
    assert second.name == f"{_NAMES[0]} 校核报告（2）.pdf"
    assert first.read_bytes() == b"signed"
    third = print_batch(ws, PrintKind.REPORT, ids[:1], folder, separately=True, replaces=True).files[0]
    assert third == first
    assert page_count(first) >= 1


def test_drafts_and_samples_say_so_in_their_names_and_are_counted(
    ws: Workspace, ids: list[str], folder: Path
) -> None:
    drafts.save_answer(ws, ids[1], "neg_dishonest_answer", "yes")
    sample = drafts.begin(ws, "green-factory", factory_answers(), is_sample=True).record.id
    wanted = [*ids, sample]
    name = ws.store.get(sample).unit_name
    done = print_batch(ws, PrintKind.RECOMMENDATION, wanted, folder, separately=True)
    names = [
        f"{_NAMES[0]} 推荐表.pdf", f"{_NAMES[1]} 推荐表（草稿）.pdf", f"{_NAMES[2]} 推荐表.pdf",
        f"{name} 推荐表（示例）.pdf",
    ]
    assert [path.name for path in done.files] == names
    assert (done.drafts, done.samples, done.marked) == (1, 1, "其中1份是草稿（还不能推荐）、1份是示例。")
    assert "草稿" in page_text(done.files[1], 0)
    assert names_taken(ws, PrintKind.RECOMMENDATION, wanted, folder) == tuple(names)
    one = print_batch(ws, PrintKind.RECOMMENDATION, wanted, folder / "一个.pdf")
    assert (one.drafts, one.samples) == (1, 1)
    drafts.save_answer(ws, ids[1], "neg_dishonest_answer", "no")
    # What was a draft is none now: the older draft is not in its way.
    left = [n for n in names if n != names[1]]
    assert names_taken(ws, PrintKind.RECOMMENDATION, wanted, folder) == tuple(left)
    again = print_batch(ws, PrintKind.RECOMMENDATION, [ids[1]], folder, separately=True)
    assert (again.files[0].name, again.drafts, again.marked) == (f"{_NAMES[1]} 推荐表.pdf", 0, "")
    books = print_batch(ws, PrintKind.BOUND, [ids[0], sample], folder, separately=True)
    assert [path.name for path in books.files] == [f"{_NAMES[0]} 合订本.pdf", f"{name} 合订本（示例）.pdf"]
    assert books.marked == "其中1份是示例。"


def test_the_longest_name_keeps_its_mark_and_its_place_on_disk(ws: Workspace, folder: Path) -> None:
    record = draft(ws, 41, "天津" + "虚" * 90 + "厂", neg_dishonest_answer="yes")
    (path,) = print_batch(ws, PrintKind.RECOMMENDATION, [record.id], folder, separately=True).files
    assert path.name.endswith("（草稿）.pdf")
    assert path.stat().st_size


def test_two_units_of_one_name_get_two_files(ws: Workspace, folder: Path) -> None:
    ids = [draft(ws, number, "天津虚构/同名有限公司").id for number in (31, 32)]
    done = print_batch(ws, PrintKind.FORM, ids, folder, separately=True, replaces=True)
    assert [path.name for path in done.files] == [
        "天津虚构_同名有限公司 区级绿色工厂培育表.pdf", "天津虚构_同名有限公司 区级绿色工厂培育表（2）.pdf",
    ]


def test_bound_books_are_files_of_their_own(ws: Workspace, ids: list[str], folder: Path) -> None:
    done = print_batch(ws, PrintKind.BOUND, ids[:2], folder, separately=True)
    assert [path.name for path in done.files] == [f"{name} 合订本.pdf" for name in _NAMES[:2]]
    assert done.pages == sum(page_count(path) for path in done.files)
    with pytest.raises(UnreadableInputError, match="合订本每家一个文件"):
        print_batch(ws, PrintKind.BOUND, ids, folder / "书.pdf")


def _no_folder(ws: Workspace, ids: list[str], folder: Path) -> BatchResult:
    return print_batch(ws, PrintKind.REPORT, ids, folder / "没有" / "表.pdf")


def _no_folder_for_many(ws: Workspace, ids: list[str], folder: Path) -> BatchResult:
    return print_batch(ws, PrintKind.REPORT, ids, folder / "没有", separately=True)


@pytest.mark.parametrize("ask", [_no_folder, _no_folder_for_many])
def test_a_place_that_cannot_be_written_is_told(
    ws: Workspace, ids: list[str], folder: Path, ask: Callable[[Workspace, list[str], Path], BatchResult]
) -> None:
    with pytest.raises(StoreError, match="没有"):
        ask(ws, ids, folder)
    assert list(folder.iterdir()) == []


def test_a_folder_in_the_way_of_one_file_takes_the_others_back(ws: Workspace, ids: list[str], folder: Path) -> None:
    older = folder / f"{_NAMES[0]} 校核报告.pdf"
    older.write_bytes(b"older")
    blocked = folder / f"{_NAMES[2]} 校核报告.pdf"
    blocked.mkdir()
    (blocked / "里面").write_bytes(b"kept")
    with pytest.raises(StoreError, match="同名的文件夹"):
        print_batch(ws, PrintKind.REPORT, ids, folder, separately=True, replaces=True)
    assert sorted(path.name for path in folder.iterdir()) == sorted((older.name, blocked.name))
    assert older.read_bytes() == b"older"
    assert (blocked / "里面").read_bytes() == b"kept"


def test_only_products_of_one_unit_go_in_batches(ws: Workspace, ids: list[str], tmp_path: Path) -> None:
    with pytest.raises(UnreadableInputError, match="不能成批打印"):
        print_batch(ws, PrintKind.ROSTER, ids, tmp_path / "名单.pdf")
    assert drafts.count_units(ws) == 3


def test_a_folder_that_a_killed_program_left_is_cleared_away_unless_it_holds_older_files(
    ws: Workspace, ids: list[str], folder: Path
) -> None:
    left, keeping, young = (folder / f".{digit * 32}.tmp" for digit in "012")
    for staging, name in ((left, "0.pdf"), (keeping, "0.old"), (young, "0.pdf")):
        staging.mkdir()
        (staging / name).write_bytes(b"a sheet")
    for staging in (left, keeping):
        os.utime(staging, (1_000_000_000, 1_000_000_000))
    done = print_batch(ws, PrintKind.RECOMMENDATION, ids[:1], folder, separately=True)
    assert sorted(folder.iterdir()) == sorted([keeping, young, *done.files])
    assert (keeping / "0.old").read_bytes() == b"a sheet"


@pytest.mark.parametrize("before", range(5))
def test_stopped_between_two_files_it_puts_the_older_ones_back(
    ws: Workspace, ids: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    for name in _NAMES[:2]:
        (folder / f"{name} 推荐表.pdf").write_bytes(name.encode())
    replace, calls = Path.replace, itertools.count()

    def stopped(path: Path, target: Path) -> Path:
        if folder in (path.parent, target.parent) and next(calls) == before:
            signal.raise_signal(signal.SIGINT)
        return replace(path, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", stopped)
        with pytest.raises(KeyboardInterrupt):
            print_batch(ws, PrintKind.RECOMMENDATION, ids, folder, separately=True, replaces=True)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        f"{name} 推荐表.pdf": name.encode() for name in _NAMES[:2]
    }
