"""Update windows and extra batches."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.library import Decision, Roster, Window
from core.store.library import closing, decisions, packs
from core.store.library.part import Part
from core.store.library_tables import WindowRow


class Windows(Part):
    """Update windows and extra batches."""

    def current(self) -> Window | None:
        """The window that is open."""
        with self._database.read() as session:
            row = open_row(session)
            return None if row is None else window_of(row)

    def get(self, window_id: int) -> Window:
        """The window with that number.

        Raises:
            NotFoundError: there is none.
        """
        with self._database.read() as session:
            row = session.get(WindowRow, window_id)
            if row is None:
                raise NotFoundError(f"没有编号为{window_id}的更新窗口，请核对编号。")
            return window_of(row)

    def all(self) -> tuple[Window, ...]:
        """Every window, newest first."""
        with self._database.read() as session:
            return tuple(window_of(row) for row in session.scalars(select(WindowRow).order_by(WindowRow.id.desc())))

    def open(
        self, *, title: str, year: int, month: int | None, batch: int | None, opened_on: date, note: str,
        pack: tuple[str, str, bytes], actor: str,
    ) -> Window:
        """Open a window under a pack (digest, label, content); refused while another one is open."""
        with self._database.write() as session:
            author = self._author(actor, "动态更新")
            running = open_row(session)
            if running is not None:
                raise NotAllowedError(f"“{running.title}”还没有关闭，同一时间只能办理一个批次，请先关闭它。")
            _refuse_second(session, title, year, month, batch)
            last = session.scalar(select(func.max(WindowRow.closed_on)))
            if last is not None and opened_on < last:
                raise NotAllowedError(f"打开日期{opened_on}早于上一批次的关闭日期{last}，请核对日期。")
            digest, label, content = pack
            packs.keep(session, digest, label, content, author.at)
            row = WindowRow(
                title=title, year=year, month=month, batch=batch, opened_on=opened_on, opened_by=author.actor,
                pack_digest=digest, pack_label=label, note=note, closed_by="",
            )
            session.add(row)
            session.flush()
            return window_of(row)

    def close(self, window_id: int, *, day: date, actor: str) -> Roster:
        """Carry out what was decided, write the roster and seal both, in one transaction."""
        with self._database.write() as session:
            return closing.close(session, window_id, day, self._author(actor, "动态更新"))

    def decisions(self, window_id: int) -> tuple[Decision, ...]:
        """Every decision of a window, oldest first, those that were taken back too."""
        with self._database.read() as session:
            return decisions.of_window(session, window_id)


def open_row(session: Session) -> WindowRow | None:
    """The row of the window that is open."""
    return session.scalars(select(WindowRow).where(WindowRow.closed_on.is_(None))).first()


def window_of(row: WindowRow) -> Window:
    """A window as callers get it."""
    return Window(
        row.id, row.title, row.year, row.month, row.batch, row.opened_on, row.opened_by, row.pack_digest,
        row.pack_label, row.note, row.closed_on, row.closed_by, row.roster_number,
    )


def _refuse_second(session: Session, title: str, year: int, month: int | None, batch: int | None) -> None:
    query = select(WindowRow).where(WindowRow.year == year)
    query = query.where(WindowRow.month == month) if month is not None else query.where(WindowRow.batch == batch)
    if session.scalars(query).first() is not None:
        raise NotAllowedError(f"“{title}”已经办理过，不能再次打开。如需另办一批，请用“增开批次”。")
