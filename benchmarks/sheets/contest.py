"""Runs a contestant in a session of its own: its seconds, and the memory of all its processes together."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_EVERY: Final = 0.02
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_MEGABYTE: Final = 1024 * 1024


class FailedError(Exception):
    """A contestant did not finish; the message is its own."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a contestant took.

    `seconds` is its own account of the work; `process` is from start to end and `cpu` what its processes computed in
    that time, in seconds; `peak` the highest sum of resident memory over its processes, in MB, where pages that
    several share count for each.
    """

    seconds: float
    process: float
    cpu: float
    peak: float
    said: Mapping[str, Any]


def run(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> Run:
    """Run a contestant; the last line that it prints is JSON with its `seconds`.

    Raises:
        FailedError: it ended with an error, or printed no such line.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out, tempfile.TemporaryFile("w+", encoding="utf-8") as err:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command], stdout=out, stderr=err, start_new_session=True,
            env={**os.environ, **(environment or {})},
        )
        peak, ended = 0, 0
        while not ended:
            peak = max(peak, _resident(process.pid))
            time.sleep(_EVERY)
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        process.returncode = os.waitstatus_to_exitcode(status)
        taken = time.perf_counter() - start
        out.seek(0)
        err.seek(0)
        lines = out.read().splitlines()
        if process.returncode != 0 or not lines:
            raise FailedError(f"{Path(str(command[0])).name}: {err.read().strip()[-2000:]}")
    said = json.loads(lines[-1])
    return Run(said["seconds"], taken, usage.ru_utime + usage.ru_stime, peak / _MEGABYTE, said)


def _resident(session: int) -> int:
    """Bytes in memory of all processes of a session; one that ends meanwhile counts nothing."""
    total = 0
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        try:
            # The command may hold spaces and brackets: what follows the last bracket is state, parent, group, session.
            status = Path(entry.path, "stat").read_text().rpartition(")")[2].split()
            if int(status[3]) == session:
                total += int(Path(entry.path, "statm").read_text().split()[1]) * _PAGE
        except OSError:
            continue
    return total
