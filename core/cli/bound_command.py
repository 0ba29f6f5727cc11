"""`print bound`: one PDF of a form and its evidence; what could not be bound is printed, with status 1."""

from __future__ import annotations

import argparse

from core.cli.output import print_error, print_json
from core.services.products.binding import bind_to_file
from core.services.products.kinds import PrintKind
from core.services.workspace import Workspace


def print_bound(ws: Workspace, record_id: str, arguments: argparse.Namespace) -> int:
    """Bind, and tell of every file that could not be bound whole."""
    book = bind_to_file(ws, record_id, arguments.out, as_of=arguments.as_of)
    if arguments.json:
        print_json({
            "kind": PrintKind.BOUND.value, "file": str(book.path), "pages": book.pages, "bytes": book.size,
            "problems": list(book.problems), "notes": list(book.notes),
        })
    else:
        print(book.summary)
        for sentence in (*book.problems, *book.notes):
            print_error(sentence)
    return 1 if book.problems else 0
