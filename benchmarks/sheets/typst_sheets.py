"""typst on the same sheets: one compilation of sheet.typ. Runs in the peers' Python; knows nothing of ours.

`typst_sheets.py FOLDER FONTS OUT`
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import typst  # type: ignore[import-not-found] # only the peers' environment has it


def main(folder: Path, fonts: Path, out: Path) -> None:
    """Compile, and print the seconds."""
    start = time.perf_counter()
    typst.compile(
        Path(__file__).with_name("sheet.typ"), output=out, root="/", font_paths=[fonts], ignore_system_fonts=True,
        sys_inputs={"folder": str(folder)}, pdf_tags=False,
    )
    print(json.dumps({"seconds": time.perf_counter() - start}))


if __name__ == "__main__":
    main(*(Path(argument).resolve() for argument in sys.argv[1:]))
