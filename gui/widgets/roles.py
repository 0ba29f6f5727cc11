"""What models tell views beyond the text of a cell."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt

#: The object that a row stands for.
ITEM_ROLE: Final = int(Qt.ItemDataRole.UserRole)
#: How a cell is drawn: `good`, `bad`, `wait`, `plain` as a chip, `sample` with a mark before the name, blank as text.
TONE_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 1
