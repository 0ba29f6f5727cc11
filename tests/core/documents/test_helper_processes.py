"""Helper processes: stopped from the console or killed, the program leaves none behind and prints no traceback."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.core.documents.printing import FONTS, ROOT

pytestmark = pytest.mark.skipif(
    not hasattr(os, "pidfd_open"), reason="waits for processes that are nobody's children: Linux"
)
_PATIENCE = 10.0
_MANY = """
import multiprocessing, sys, threading
from pathlib import Path
from core.cli.main import run
from core.documents.model import Document, Paragraph, runs
from core.documents.pdf.batch import write_many
from core.documents.pdf.fonts import FontSet

def wait(count):
    print(*(p.pid for p in multiprocessing.active_children()), flush=True)
    threading.Event().wait()

def print_many(_store):
    documents = [Document("份", (Paragraph(runs("字")),))] * 64
    fonts = FontSet.load(Path(sys.argv[2]))
    return write_many(documents, Path(sys.argv[1]), fonts, title="多", workers=2, progress=wait)

if __name__ == "__main__":
    sys.exit(run(("--store", sys.argv[3]), print_many))
"""


@pytest.mark.parametrize("is_killed", [True, False], ids=["killed", "stopped from the console"])
def test_helpers_end_with_the_program(tmp_path: Path, is_killed: bool) -> None:
    script, out = tmp_path / "many.py", tmp_path / "打印件"
    script.write_text(_MANY, encoding="utf-8")
    out.mkdir()
    program = subprocess.Popen(
        [sys.executable, script, out / "多.pdf", FONTS, tmp_path], env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", start_new_session=True,
    )
    assert program.stdout is not None
    helpers = [int(word) for word in program.stdout.readline().split()]
    assert helpers
    watched = [os.pidfd_open(helper) for helper in helpers]
    if is_killed:
        program.kill()
    else:
        os.killpg(program.pid, signal.SIGINT)
    try:
        ended = [bool(select.select([one], [], [], _PATIENCE)[0]) for one in watched]
    finally:
        for one in watched:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(one, signal.SIGKILL)
            os.close(one)
    _, said = program.communicate()
    assert all(ended)
    if not is_killed:
        assert (program.returncode, said) == (130, "已停止。\n")
        assert list(out.iterdir()) == []
