"""What others change while a form is open: shown, told above the form, and decided where both wrote into one field."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from core.domain.errors import EditedElsewhereError, GreenLadderError
from core.services import elsewhere
from core.services.drafts import OpenForm
from gui.dialogs.edited_elsewhere import Choice, EditedElsewhereDialog
from gui.dialogs.messages import warn
from gui.forms.form_page import FormPage
from gui.pages.editor.saver import Saver
from gui.session import Session

_GONE: Final = "您填的内容还在下面，可以选中复制；离开这一页就没有了。"


class Elsewhere(QObject):
    """Brings the form in step with the store, without touching what is being typed.

    Signals:
        look_again: the record wants to be read anew and shown.
        gone: the record is not there any more, as a sentence.
    """

    look_again = Signal()
    gone = Signal(str)

    def __init__(self, session: Session, saver: Saver, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self._session = session
        self._saver = saver
        self._opened: OpenForm | None = None
        self._postponed: dict[str, EditedElsewhereError] = {}
        self._left_alone: frozenset[str] = frozenset()
        self._is_asking = False
        self.form_page: FormPage | None = None
        self.notes: dict[str, str] = {}
        self.sentence = ""

    def start(self, opened: OpenForm) -> None:
        """Another record is open."""
        self._opened = opened
        self._postponed.clear()
        self._left_alone = frozenset()
        self.notes.clear()
        self.sentence = ""

    @property
    def unsaved(self) -> Mapping[str, str]:
        """Field → why what stands there is not saved."""
        return {name: f"没有保存：{error}" for name, error in self._saver.refused.items()}

    def forget(self) -> str:
        """The clerk has read who changed what; gives the empty sentence."""
        self.sentence = ""
        return self.sentence

    def take_over(self, opened: OpenForm, *, own: bool) -> None:
        """Show what others changed since it was shown; a field that is being typed in waits until it is left.

        `own` counts as news what the same clerk did from another place; after a step of this window it is none.
        """
        ws, record = self._session.workspace, opened.record
        self._opened = opened
        changed = elsewhere.news(ws, opened.form, record, self._saver.shown, without=self._saver.pending)
        changed = tuple(n for n in changed if own or n.who != ws.actor)
        taken = [n for n in changed if n.field != self._typed]
        self._left_alone = frozenset(n.field for n in changed) - {n.field for n in taken}
        if not taken or self.form_page is None:
            return
        names = tuple(n.field for n in taken)
        self.form_page.set_answers(record.answers, opened.evidence_names, names)
        self._saver.now_shows(record.answers, names)
        told = [n for n in taken if n.field not in opened.known]
        self.notes.update({n.field: f"{n.who}{n.when}改过这一栏。" for n in told})
        self.sentence = elsewhere.news_sentence(ws, told) or self.sentence

    @property
    def _typed(self) -> str:
        return self.form_page.typed_field if self.form_page is not None else ""

    def look(self) -> None:
        """Something changed in the store: the open record, perhaps."""
        opened, ws = self._opened, self._session.workspace
        if opened is None or self._is_asking or not self._parent.isVisible():
            return
        if elsewhere.is_changed(ws, opened.record):
            lost = elsewhere.fate(ws, opened.record.id)
            if lost:
                self.gone.emit(f"{lost}{_GONE if self._saver.pending or self._typed else ''}")
                if self.form_page is not None:
                    self.form_page.set_read_only(True)
            else:
                self.look_again.emit()

    def left_field(self, name: str) -> None:
        """The keys are in another field now: ask for a choice that waits, show what was left alone."""
        if self._left_alone - {name}:
            QTimer.singleShot(0, self, self.look_again.emit)
        if any(field != name and self._is_new(field) for field in self._saver.refused):
            QTimer.singleShot(0, self, self._ask_new)

    def overtaken(self, name: str) -> None:
        """A save was refused; while the field is still being typed in, nothing pops up over it."""
        if name != self._typed:
            QTimer.singleShot(0, self, self._ask_new)

    def decide(self) -> bool:
        """Ask for every field that two changed which version holds; True when nothing waits any more."""
        opened = self._opened
        if opened is None or self._is_asking:
            return False
        self._is_asking = True
        try:
            while self._saver.refused:
                name, error = next(iter(self._saver.refused.items()))
                if not self._try_to_decide(opened, name, error):
                    self._postponed = dict(self._saver.refused)
                    break
        finally:
            self._is_asking = False
        return not self._saver.pending

    def give_up(self) -> None:
        """The clerk leaves without choosing: what was typed stays findable in the record's life.

        Not while the server is away, which must hold nobody here: the clerk was asked, and let it go.
        """
        if self._opened is not None:
            with suppress(GreenLadderError):
                for error in self._saver.refused.values():
                    elsewhere.set_aside(self._session.workspace, self._opened.form, error)

    def _ask_new(self) -> None:
        if any(self._is_new(field) for field in self._saver.refused):
            self.decide()

    def _is_new(self, field: str) -> bool:
        """False for a choice that the clerk has put off: it waits for the button above the form."""
        return self._postponed.get(field) is not self._saver.refused.get(field)

    def _try_to_decide(self, opened: OpenForm, name: str, error: EditedElsewhereError) -> bool:
        """False also where the choice cannot be kept, because the server is away: it is put off."""
        try:
            return self._decide(opened, name, error)
        except GreenLadderError as trouble:
            warn(self._parent, "没有办成", str(trouble))
            return False

    def _decide(self, opened: OpenForm, name: str, error: EditedElsewhereError) -> bool:
        ws = self._session.workspace
        both = elsewhere.versions(ws, opened.form, error)
        dialog = EditedElsewhereDialog(both, opened.record.unit_name or "未填名称", self._parent)
        dialog.exec()
        choice = dialog.choice
        dialog.deleteLater()
        if choice is Choice.MINE:
            self._saver.keep_mine(name)
        elif choice is Choice.THEIRS:
            elsewhere.set_aside(ws, opened.form, error)
            self._saver.take_theirs(name)
            if self.form_page is not None:  # also where the keys still are: it was given up
                self.form_page.set_answers({name: error.theirs}, opened.evidence_names, (name,))
                self._saver.now_shows({name: error.theirs}, (name,))
            self.look_again.emit()
        return choice is not None
