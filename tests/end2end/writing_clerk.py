"""A clerk at a window of his own: run by `test_two_clerks`, not by pytest.

Opens the record once, as a window does, then types his values one after another over what he was shown. For each he
prints one line of JSON: saved, or refused with what the other one wrote. A refusal is answered as the clerk was told to
(`mine`: his own over what he has seen now; `theirs`: the other's, and what he typed is noted).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from core.domain.errors import EditedElsewhereError
from core.services import drafts, elsewhere
from core.services.workspace import open_workspace


def main() -> None:
    folder, record_id, clerk, answer = Path(sys.argv[1]), *sys.argv[2:5]
    sys.stdout.reconfigure(line_buffering=True, encoding="utf-8")  # type: ignore[union-attr]
    with open_workspace(folder) as ws:
        station = ws.station
        assert station is not None
        mine = type(station)(station.role, station.office, clerk)
        ws.store.this_pc.load_station = lambda: mine  # type: ignore[method-assign]
        opened = drafts.open_form(ws, record_id)
        shown = dict(opened.record.answers)
        sys.stdout.write("ready" + "\n")
        for line in sys.stdin:
            field, value = json.loads(line)
            while True:
                try:
                    saved = drafts.save_answer(ws, record_id, field, value, expected=shown)
                except EditedElsewhereError as error:
                    sys.stdout.write(json.dumps(["refused", field, value, error.theirs, error.who, str(error)]) + "\n")
                    shown[field] = error.theirs
                    if answer == "mine":
                        continue
                    elsewhere.set_aside(ws, opened.form, error)
                else:
                    shown[field] = saved.record.answers.get(field)
                    sys.stdout.write(json.dumps(["saved", field, value]) + "\n")
                break
        sys.stdout.write(json.dumps(["done", "", ""]) + "\n")


if __name__ == "__main__":
    main()
