"""How far the writing or reading of a file has come, and whether the clerk stopped it."""

from __future__ import annotations

from collections.abc import Callable

from core.exchange.errors import ExchangeCancelledError

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]

_UNIT = 1024


class Meter:
    """Counts bytes and tells them in KiB, so that no bar of 32 bits overflows."""

    def __init__(self, total: int, progress: Progress | None, cancelled: Cancelled | None, stopped: str) -> None:
        self._total = max(total, 1)
        self._done = 0
        self._progress = progress
        self._cancelled = cancelled
        self._stopped = stopped

    def advance(self, size: int) -> None:
        """Count that many bytes more.

        Raises:
            ExchangeCancelledError: the clerk stopped.
        """
        if self._cancelled is not None and self._cancelled():
            raise ExchangeCancelledError(self._stopped)
        self._done = min(self._done + size, self._total)
        self._tell()

    def finish(self) -> None:
        """Fill the bar."""
        self._done = self._total
        self._tell()

    def _tell(self) -> None:
        if self._progress is not None:
            whole = -(-self._total // _UNIT)
            self._progress(min(self._done // _UNIT if self._done < self._total else whole, whole), whole)
