"""Policy packs as they were when windows used them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.domain.errors import NotFoundError
from core.store.library.part import Part
from core.store.library_tables import PackRow


class Packs(Part):
    """Policy packs as they were when windows used them."""

    def has(self, digest: str) -> bool:
        """True when that pack is kept already."""
        with self._database.read() as session:
            return session.get(PackRow, digest) is not None

    def put(self, digest: str, label: str, content: bytes) -> None:
        """Keep a pack unless it is there already."""
        with self._database.write() as session:
            keep(session, digest, label, content, self._clock.now())

    def content(self, digest: str) -> bytes:
        """The zip of the pack's data files.

        Raises:
            NotFoundError: it was never kept.
        """
        with self._database.read() as session:
            row = session.get(PackRow, digest)
            if row is None:
                raise NotFoundError(f"没有保存编号为“{digest[:12]}”的政策包，不能按当时的政策重新校核。")
            return row.content


def keep(session: Session, digest: str, label: str, content: bytes, at: datetime) -> None:
    """Keep a pack unless it is there already."""
    if session.get(PackRow, digest) is None:
        session.add(PackRow(digest=digest, label=label, content=content, kept_at=at))
        session.flush()
