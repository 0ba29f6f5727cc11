"""A clerk who types until killed: run by `test_sigkill`, not by pytest.

Forks one clerk per line on stdin (importing once is what makes fifty kills fast). The clerk prints each save that the
store acknowledged; after its death the parent prints `dead`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from core.infra.clock import SystemClock
from core.store.store import open_store


def type_on(folder: Path, record_id: str, first: int) -> None:
    scan = folder.parent / "scan.pdf"
    with open_store(folder, SystemClock()) as store:
        for number in range(first, first + 1_000_000):
            store.set_answers(record_id, {"typed": number, f"field_{number % 7}": f"值{number}"}, actor="c", source="k")
            os.write(1, f"saved {number}\n".encode())
            if number % 5 == 0:
                item = store.attach(record_id, "scan", scan, actor="c")
                os.write(1, f"attached {item.id}\n".encode())


def main() -> None:
    folder, record_id = Path(sys.argv[1]), sys.argv[2]
    # Done once here, SQLAlchemy's preparations need not be done again by each clerk.
    with open_store(folder, SystemClock()) as store:
        store.set_answers(record_id, {"typed": 0}, actor="c", source="k")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            type_on(folder, record_id, int(line))
            os._exit(0)
        os.write(1, f"pid {child}\n".encode())
        os.waitpid(child, 0)
        os.write(1, b"dead\n")


if __name__ == "__main__":
    main()
