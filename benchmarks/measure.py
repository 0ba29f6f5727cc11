"""Prints ratios of our parts to the raw library calls under them; see README.md beside this file."""

from __future__ import annotations

import io
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from openpyxl import Workbook, load_workbook
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from core.documents.excel.reader import read_workbook
from core.documents.excel.template import write_filled
from core.rules.verdict import check
from core.services import drafts
from core.services.printing import PrintKind, page_count, page_text, print_to_file
from core.services.samples import read_samples
from core.services.workspace import Workspace, open_workspace

ROUNDS = 9


def median_ms(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Median milliseconds of one call, after one to warm up."""
    work()
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def report(name: str, ours: Callable[[], object], beside: Callable[[], object], rounds: int = ROUNDS) -> None:
    """One line: both medians and their ratio."""
    mine, theirs = median_ms(ours, rounds), median_ms(beside, rounds)
    print(f"{name:<6} {mine:9.2f} ms   beside {theirs:9.2f} ms   ratio {mine / theirs:7.2f}")


def excel(ws: Workspace, folder: Path, record: drafts.OpenForm) -> None:
    """Reading and writing a filled form."""
    path = folder / "表.xlsx"
    form, answers = record.form, record.record.answers
    write_filled(form, ws.pack, answers, path)
    cells = sum(1 for sheet in load_workbook(path) for row in sheet.iter_rows() for _ in row)

    def plain() -> None:
        book = Workbook()
        sheet = book.worksheets[0]
        for number in range(cells):
            sheet.cell(number // 8 + 1, number % 8 + 1, "文字")
        book.save(folder / "plain.xlsx")

    report("read", lambda: read_workbook(path, ws.pack.forms), lambda: load_workbook(path))
    report("write", lambda: write_filled(form, ws.pack, answers, folder / "ours.xlsx"), plain)


def paper(ws: Workspace, folder: Path, record: drafts.OpenForm) -> None:
    """A recommendation sheet."""
    pdf = folder / "推荐表.pdf"
    ids = (record.record.id,)
    print_to_file(ws, PrintKind.RECOMMENDATION, pdf, record_ids=ids)
    text = "".join(page_text(pdf, i) for i in range(page_count(pdf)))
    pdfmetrics.registerFont(TTFont("song", ws.resources / "fonts" / "song.ttf"))

    def plain() -> None:
        canvas = Canvas(io.BytesIO())
        for line in text.splitlines():
            canvas.setFont("song", 10)
            canvas.drawString(50, 500, line)
        canvas.save()

    report("sheet", lambda: print_to_file(ws, PrintKind.RECOMMENDATION, pdf, record_ids=ids), plain)


def store(ws: Workspace, folder: Path, record: drafts.OpenForm) -> None:
    """Saving a field, and a page of a long list."""
    bare = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    bare.execute("CREATE TABLE t (value TEXT)")
    counter = iter(range(10**9))
    report(
        "save",
        lambda: drafts.save_answer(ws, record.record.id, "employees", next(counter)),
        lambda: bare.execute("INSERT INTO t VALUES ('x')"),
        40,
    )
    for number in range(20_000):
        ws.store.create_record(
            "green-factory", {"unit_name": f"天津第{number}厂"}, office="", pack_version="", actor="", source=""
        )
    direct = sqlite3.connect(ws.folder / "greenladder.sqlite3")
    sql = "SELECT * FROM records WHERE deleted_at IS NULL ORDER BY updated_at DESC, id LIMIT 200"
    report("list", lambda: drafts.list_units(ws), lambda: direct.execute(sql).fetchall())


def rules(ws: Workspace, record: drafts.OpenForm) -> None:
    """Checking a form."""
    answers = dict(record.record.answers)
    report(
        "check", lambda: check(ws.pack, "green-factory", answers, date(2026, 11, 23)),
        lambda: json.dumps(answers, ensure_ascii=False), 100,
    )


def main() -> None:
    """Every figure, on a fresh store in a temporary folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with open_workspace(folder / "数据") as ws:
            sample = read_samples(ws.resources, ws.clock.today())[0]
            record = drafts.begin(ws, sample.form, sample.typed_answers)
            excel(ws, folder, record)
            paper(ws, folder, record)
            rules(ws, record)
            store(ws, folder, record)


if __name__ == "__main__":
    main()
