"""What the clerk chose last for printing and looking, kept beside the store: printer, sides, strip of pages."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSettings

from gui.dialogs.print_plan import Sides

_PRINTER: Final = "print/printer"
_SIDES: Final = "print/sides"
_STRIP: Final = "preview/strip"


class PrintMemory:
    """Remembers in the data folder; without one only as long as it lives itself."""

    def __init__(self, folder: Path | None = None) -> None:
        self._settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat) if folder else None
        self._own: dict[str, str] = {}

    @property
    def printer(self) -> str:
        """The printer chosen last; empty before the first time."""
        return self._get(_PRINTER)

    @property
    def sides(self) -> Sides | None:
        """How the sheets were printed on last; None before the first time. By hand is never kept: it has two halves."""
        with suppress(ValueError):
            return Sides(self._get(_SIDES))
        return None

    @property
    def shows_strip(self) -> bool | None:
        """Whether the small pages were shown last; None before the clerk has said so."""
        return {"yes": True, "no": False}.get(self._get(_STRIP))

    def keep_printer(self, name: str, sides: Sides) -> None:
        """Offer both the next time."""
        self._set(_PRINTER, name)
        if sides not in (Sides.FRONTS, Sides.BACKS):
            self._set(_SIDES, sides.value)

    def keep_strip(self, *, is_shown: bool) -> None:
        """Show or hide the small pages the next time, too."""
        self._set(_STRIP, "yes" if is_shown else "no")

    def _get(self, key: str) -> str:
        return str(self._settings.value(key, "")) if self._settings is not None else self._own.get(key, "")

    def _set(self, key: str, value: str) -> None:
        if self._settings is None:
            self._own[key] = value
        else:
            self._settings.setValue(key, value)
            self._settings.sync()
