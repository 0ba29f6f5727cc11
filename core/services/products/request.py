"""What is to be printed: one product, of which records or of which paper of the library or the exchange."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.services.library.papers import PaperRequest
from core.services.products.kinds import PrintKind


@dataclass(frozen=True, slots=True)
class PrintRequest:
    """A product to print; from `number` on for the papers of the library and the exchange.

    What is left out means the newest, today, this year, all (`core.services.library.papers.PaperRequest`).
    """

    kind: PrintKind
    record_ids: Sequence[str] = ()
    form_id: str | None = None
    as_of: date | None = None
    number: int | None = None
    year: int | None = None
    office: str | None = None
    membership_ids: Sequence[str] = ()
    call_id: str | None = None
    is_final: bool = False

    @property
    def of_library(self) -> PaperRequest:
        """The same for a paper of the library."""
        return PaperRequest(
            self.number, self.as_of, self.year, self.office, tuple(self.membership_ids), self.call_id, self.is_final
        )
