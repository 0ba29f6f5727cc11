"""A process that packs or receives and is killed on the way: `killed_exchange.py pack|receive STORE FILE STEP`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from core.services.exchange import packing, receiving
from tests.fixtures.exchange import open_bureau, open_office


def main(what: str, store: str, file: str, step: str) -> None:
    """Kill this process at the given call of the progress bar."""
    left = int(step)

    def progress(_done: int, _total: int) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    if what == "pack":
        with open_office(Path(store)) as ws:
            packing.pack(ws, Path(file), with_papers=False, progress=progress)
    else:
        with open_bureau(Path(store)) as ws:
            receiving.receive(ws, Path(file), progress=progress)


if __name__ == "__main__":
    main(*sys.argv[1:])
