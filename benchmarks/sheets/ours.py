"""Our own sheets: from form and verdict, or from stored answers, with the rule check, as the program prints them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.sheets import units
from core.documents.model import Document
from core.documents.pdf.batch import write_many
from core.documents.pdf.fonts import FontSet
from core.documents.products.recommendation_sheet import recommendation_sheet
from core.policy.pack import PolicyPack

ANSWERS = "answers.json"


def stored(pack: PolicyPack, all_answers: list[dict[str, Any]]) -> Iterator[Document]:
    """Each form checked, then its sheet made."""
    for number, answers in enumerate(all_answers):
        found = units.checked(pack, answers)
        yield recommendation_sheet(pack, found.state, found.verdict, units.facts_of(pack, answers, number))


def sheet(pack: PolicyPack, all_answers: list[dict[str, Any]]) -> Iterator[Document]:
    """The sheets of forms that are checked already, before the first is asked for."""
    ready = [
        (units.checked(pack, answers), units.facts_of(pack, answers, number))
        for number, answers in enumerate(all_answers)
    ]
    return (recommendation_sheet(pack, found.state, found.verdict, facts) for found, facts in ready)


def main(mode: str, folder: Path, fonts: Path, out: Path) -> None:
    """Write the sheets of the folder's answers.json (`mode`: sheet or stored), and print the seconds."""
    pack = units.pack()
    all_answers = json.loads((folder / ANSWERS).read_text(encoding="utf-8"))
    documents = {"sheet": sheet, "stored": stored}[mode](pack, all_answers)
    start = time.perf_counter()
    write_many(documents, out, FontSet.load(fonts), title="区级绿色制造单位推荐表")
    print(json.dumps({"seconds": time.perf_counter() - start}))
