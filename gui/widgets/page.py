"""What every page of the window is: a widget with a title's worth of work, its menus, and its keys.

How to write a page (`gui/pages/<key>/page.py`, then one line in `gui/navigation.py`):

    class ReviewPage(Page):
        def __init__(self, session: Session, runner: TaskRunner, parent: QWidget | None = None) -> None:
            super().__init__(parent)
            self._session = session
            self.receive = self.action("收下(&A)", "Ctrl+R", self._receive)   # text with mnemonic, keys, slot
            ...
            self.refreshes_on(session.library_changed, session.records_changed)

        def menus(self): return (("审核(&S)", (self.receive, None, self.admit)),)
        def refresh(self): ...                  # look again at the services, keep the selection
        def focus_first(self): self.frame.focus_table()
        def show_filtered(self, filters): self.frame.set_filters(filters)

- The page is built when it is shown for the first time; `refresh` runs whenever it comes to the front and, while it is
  in front, whenever one of the signals given to `refreshes_on` tells of a change.
- Changes go through services, then `session.announce_library()` (or `announce`, `announce_all`) tells every page.
- `open_wanted.emit(record_id)` opens the form editor; back from it, `show_record(record_id)` is called.
- `go_wanted.emit("library", {"office": "…"})` shows another page with `show_filtered`.
- All pages are thrown away and built anew when the 本机使用人 changes, so `__init__` may look at the role once.
  Connect signals of the session to methods only: a lambda outlives its page.
- Letters taken by the window: Alt+F 文件, Alt+G 转到, Alt+H 帮助; keys taken: Ctrl+1 … Ctrl+8, Ctrl+Q, F1, F5, F7.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtGui import QAction, QActionGroup, QHideEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QMenu, QWidget

MenuEntry = QAction | QMenu | None
Menus = Sequence[tuple[str, Sequence[MenuEntry]]]


class Page(QWidget):
    """Base of all pages.

    Signals:
        open_wanted: a record's id, whose form is to be edited.
        go_wanted: a page's key and the filters that it is to show.
    """

    open_wanted = Signal(str)
    go_wanted = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_stale = True
        self._keys = QActionGroup(self)
        self._keys.setExclusionPolicy(QActionGroup.ExclusionPolicy.None_)
        self.refresh_action = self.action("刷新(&R)", "F5", self._catch_up)

    # What the window asks of a page

    def menus(self) -> Menus:
        """Title with mnemonic and entries (None is a separator) of each of the page's menus."""
        return ()

    def refresh(self) -> None:
        """Look again at the services; the selection stays where it is."""

    def focus_first(self) -> None:
        """Give the keys to the part that a clerk works in."""
        self.setFocus()

    def show_filtered(self, filters: Mapping[str, object]) -> None:
        """Show what another page pointed at: `filters` as the page's docstring names them."""

    def show_record(self, record_id: str) -> None:
        """The editor of that record was just left; select it again where the page lists records."""

    def set_active(self, active: bool) -> None:  # noqa: FBT001 - the window's word for the page in front
        """Come to the front: listen to keys, look again, take the focus. Or stop listening."""
        self._keys.setEnabled(active)
        if active:
            if self._is_stale:
                self._catch_up()
            self.focus_first()

    # What a page builds on

    def action(self, text: str, keys: str, slot: Callable[[], object], tip: str = "") -> QAction:
        """An action for menus and buttons, whose keys work while the page is in front.

        `text` carries its mnemonic: `收下(&A)`. In a `ListFrame` its button answers to Alt and that letter.
        """
        made = QAction(text, self._keys)
        made.setIconText(text)
        if keys:
            made.setShortcut(QKeySequence(keys))
        plain = text.partition("(&")[0]
        made.setToolTip("　".join(part for part in (tip or plain, keys) if part))
        made.triggered.connect(lambda _checked=False: slot())
        self.addAction(made)
        return made

    def refreshes_on(self, *signals: SignalInstance) -> None:
        """Look again after any of these; at once when in front, else at the next showing."""
        for signal in signals:
            signal.connect(self._grow_stale)

    def _grow_stale(self, *_arguments: object) -> None:
        self._is_stale = True
        if self.isVisible():
            self._catch_up()

    def _catch_up(self) -> None:
        self._is_stale = False
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Look again at the next showing: a day may have passed meanwhile."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._is_stale = True

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what changed while another page was in front."""
        super().showEvent(event)
        if self._is_stale:
            self._catch_up()
