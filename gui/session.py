"""The workspace as the window shares it: one object says what changed, and every page looks for itself."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.services.workspace import Workspace


class Session(QObject):
    """Holds the workspace. Pages never call one another: they change things through services and announce it here.

    Signals:
        record_changed: one record (its id) was edited, explained, recommended or withdrawn.
        records_changed: records were added or taken away.
        station_changed: another role, office or clerk was chosen.
    """

    record_changed = Signal(str)
    records_changed = Signal()
    station_changed = Signal()

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self._last_saved = ""

    @property
    def last_saved(self) -> str:
        """What was saved last and when, as a clause of a sentence; empty before the first save."""
        return self._last_saved

    def announce(self, record_id: str, what: str = "") -> None:
        """Tell every page that a record changed."""
        if what:
            self._last_saved = what
        self.record_changed.emit(record_id)

    def announce_all(self) -> None:
        """Tell every page that the list of records changed."""
        self.records_changed.emit()

    def announce_station(self) -> None:
        """Tell every page that someone else sits here."""
        self.station_changed.emit()
