"""The hash chain over the history. The formula is frozen: databases already hold its results."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from core.store.columns import to_json

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Link:
    """What one link seals: every column of a history row except the chain value itself."""

    sequence: int
    record_id: str
    field: str
    old: object
    new: object
    changed_by: str
    changed_at: datetime
    source: str
    site: str = ""
    origin: int | None = None

    def chain(self, previous: str) -> str:
        """SHA-256 over the previous link and this row's canonical content."""
        parts = [
            self.sequence,
            self.record_id,
            self.field,
            self.old,
            self.new,
            self.changed_by,
            self.changed_at.astimezone(UTC).isoformat(timespec="microseconds"),
            self.source,
        ]
        if self.site or self.origin is not None:
            # Only changes that were made elsewhere, or after a restore, have these: earlier links stay as they are.
            parts += [self.site, self.origin]
        content = to_json(parts, sort_keys=True)
        return hashlib.sha256(f"{previous}\n{content}".encode()).hexdigest()
