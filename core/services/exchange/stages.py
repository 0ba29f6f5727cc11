"""One bar over the stages of receiving a file, which the clerk may stop between any two steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from core.services.exchange.sending import Cancelled, Progress

_WHOLE: Final = 1000
_STOPPED: Final = "已停止接收，本机没有任何改动。需要时请重新接收。"

_Item = TypeVar("_Item")


class Stages:
    """Tells one bar how far several stages have come; each is given its share of the bar in per mille."""

    def __init__(self, progress: Progress | None, cancelled: Cancelled | None) -> None:
        self._progress = progress
        self._cancelled = cancelled

    def part(self, start: int, end: int) -> Progress:
        """The bar of one stage.

        Raises:
            ExchangeCancelledError: when it is told something after the clerk has stopped.
        """

        def told(done: int, total: int) -> None:
            self._refuse_if_stopped()
            if self._progress is not None:
                self._progress(start + (end - start) * done // max(total, 1), _WHOLE)

        return told

    def over(self, items: Iterable[_Item], total: int, start: int, end: int) -> Iterator[_Item]:
        """The items one by one, the bar moving with each."""
        told = self.part(start, end)
        for done, item in enumerate(items):
            told(done, total)
            yield item
        told(1, 1)

    def _refuse_if_stopped(self) -> None:
        from core.exchange.errors import ExchangeCancelledError

        if self._cancelled is not None and self._cancelled():
            raise ExchangeCancelledError(_STOPPED)
