"""One bar over the stages of packing or receiving, which the clerk may stop between any two steps."""

from __future__ import annotations

from typing import Final

from core.services.exchange.sending import Cancelled, Progress

_WHOLE: Final = 1000
RECEIVING_STOPPED: Final = "已停止接收，本机没有任何改动。需要时请重新接收。"
PACKING_STOPPED: Final = "已停止生成，没有留下文件。需要时请重新生成。"


class Stages:
    """Tells one bar how far several stages have come; each is given its share of the bar in per mille.

    The bar never goes back.
    """

    def __init__(self, progress: Progress | None, cancelled: Cancelled | None, stopped: str) -> None:
        self._progress = progress
        self._cancelled = cancelled
        self._stopped = stopped
        self._reached = 0

    def part(self, start: int, end: int) -> Progress:
        """The bar of one stage.

        Raises:
            ExchangeCancelledError: when it is told something after the clerk has stopped.
        """

        def told(done: int, total: int) -> None:
            self._refuse_if_stopped()
            self._reached = max(self._reached, start + (end - start) * done // max(total, 1))
            if self._progress is not None:
                self._progress(self._reached, _WHOLE)

        return told

    def _refuse_if_stopped(self) -> None:
        from core.exchange.errors import ExchangeCancelledError

        if self._cancelled is not None and self._cancelled():
            raise ExchangeCancelledError(self._stopped)
