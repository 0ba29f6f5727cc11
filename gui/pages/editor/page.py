"""One form being filled: the paper form in the middle, what the check says beside it, saved as it is typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from core.domain.enums import REPORT_FORM
from core.domain.errors import GreenLadderError
from core.domain.values import Answers
from core.services import drafts
from core.services.drafts import OpenForm
from core.services.forms import clause_texts
from core.services.printing import PrintKind
from core.services.products.missing import missing_in_answers
from gui.dialogs.messages import ask
from gui.forms.form_page import FormPage
from gui.pages.editor.actions import BAR, MENUS, EditorActions
from gui.pages.editor.bars import StepBar
from gui.pages.editor.elsewhere import Elsewhere
from gui.pages.editor.history_lines import field_label
from gui.pages.editor.notices import Notices
from gui.pages.editor.saver import Saver
from gui.pages.editor.side import Side
from gui.pages.editor.status import pop_up_sections, status_words
from gui.pages.editor.steps import Steps
from gui.pages.editor.typing_watch import TypingWatch
from gui.session import Session
from gui.tasks import TaskRunner

T = TypeVar("T")


class EditorPage(QWidget):
    """Emits `back_wanted` when the clerk is done, `status_changed` with the words of the status line."""

    back_wanted = Signal()
    status_changed = Signal(str)
    title_changed = Signal()

    def __init__(self, session: Session, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._opened: OpenForm | None = None
        self._as_of: date | None = None
        self._saved_at = self._field = ""
        self._shut: tuple[bool, Answers] = (False, {})
        self._forms: dict[str, FormPage] = {}
        self.form_page: FormPage | None = None
        self.steps = Steps(self, session, runner)
        self.saver = Saver(session, self)
        self.elsewhere = Elsewhere(session, self.saver, self)
        self.side = Side(clause_texts(session.workspace.pack), self)
        self.actions_ = EditorActions(self, self._slots())
        self.notices = Notices(session.workspace, self)
        self.trouble, self.lock_notice = self.notices.trouble, self.notices.lock
        self._typing = TypingWatch(self)
        self._lay_out()
        self._connect()

    # What the window asks of a page

    @property
    def record_id(self) -> str:
        """The record that is open, or was open last."""
        return self._opened.record.id if self._opened else ""

    @property
    def title(self) -> str:
        """The unit and its form."""
        if self._opened is None:
            return ""
        sample = "（示例）" if self._opened.record.is_sample else ""
        return f"{self._opened.record.unit_name or '未填名称'}{sample}　{self._opened.form.title}"

    @property
    def opened(self) -> OpenForm | None:
        """The record as it was saved last, with its verdict."""
        return self._opened

    def menus(self) -> Sequence[tuple[str, Sequence[QAction | QMenu | None]]]:
        """The page's menus: title, then actions and separators."""
        return [(title, self.actions_.listed(names)) for title, names in MENUS]

    def set_active(self, active: bool) -> None:  # noqa: FBT001 - the window's word for the page in front
        """Only the page in front listens to its keys."""
        self.actions_.set_active(active)
        if active and self.form_page is not None:
            self.form_page.focus_first()

    def open(self, record_id: str) -> None:
        """Show a record.

        Raises:
            GreenLadderError: it cannot be read.
        """
        opened = drafts.open_form(self._session.workspace, record_id)
        self._as_of = None
        self._saved_at = self._field = ""
        self.saver.start(record_id, opened.record.answers)
        self.elsewhere.start(opened)
        self._show_form(opened)
        self.actions_.suit(is_report=opened.form.id == REPORT_FORM)
        self.side.forget_wishes()
        self._show(opened, answers=True)

    def leave(self) -> bool:
        """Save what is still being typed; False when the clerk rather stays with what cannot be saved."""
        if self._opened is None or self._save_all():
            return True
        names = "、".join(field_label(self._opened.form, name) for name in self.saver.pending[:6])
        question = f"这些栏没有保存：{names}。\n{self.saver.problem}\n要放弃它们吗？"
        gives_up = ask(self, "还有内容没有保存", question, "放弃(&G)", "留下(&S)", loses=True)
        if gives_up:
            self.elsewhere.give_up()
            self.saver.give_up()
        return gives_up

    def _save_all(self) -> bool:
        """Save what is still being typed, and ask where another clerk was faster; True when nothing is left."""
        if self.form_page is not None:
            self.form_page.flush()
        return not self.saver.pending or self.saver.retry() or self.elsewhere.decide()

    # Building

    def _slots(self) -> Mapping[str, Callable[[], object]]:
        return {
            "back": self.back_wanted.emit,
            "check": lambda: self._step(self.steps.check, saves=False),
            "explain": lambda: self._explain(self.side.rule_to_explain()),
            "recommend": self._recommend,
            "withdraw": lambda: self._step(self.steps.withdraw),
            "preview": lambda: self._print(PrintKind.RECOMMENDATION),
            "print_form": lambda: self._print(PrintKind.FORM),
            "print_report": lambda: self._print(PrintKind.REPORT),
            "bind": lambda: self._with_saved(self.steps.bind),
            "history": lambda: self._with_saved(lambda opened: self.steps.show_history(opened, "")),
            "export": lambda: self._with_saved(self.steps.export),
            "panel": self.side.switch,
            "hide_panel": self.side.toggle,
            "next_problem": lambda: self._next_problem(1),
            "previous_problem": lambda: self._next_problem(-1),
            "refresh": self.elsewhere.look,
            "sections": lambda: pop_up_sections(self.form_page, self) if self.form_page is not None else None,
        }

    def _lay_out(self) -> None:
        self._middle = QVBoxLayout()
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addLayout(self._middle, 1)
        row.addWidget(self.side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 2, 6, 2)
        layout.setSpacing(3)
        layout.addWidget(StepBar(self.actions_.listed(BAR), self))
        layout.addWidget(self.notices)
        layout.addLayout(row, 1)

    def _connect(self) -> None:
        self.saver.saved.connect(self._on_saved)
        self.saver.failed.connect(self._on_trouble)
        self.saver.overtaken.connect(self.elsewhere.overtaken)
        self.trouble.pressed.connect(self._save_all)
        self.notices.elsewhere.pressed.connect(lambda: self.notices.elsewhere.say(self.elsewhere.forget()))
        self.elsewhere.look_again.connect(self._look_again)
        self.elsewhere.gone.connect(lambda sentence: self.trouble.say(sentence, offers=False))
        self._session.changed_elsewhere.connect(self.elsewhere.look)
        self.lock_notice.pressed.connect(self.actions_["withdraw"].trigger)
        self.notices.next_remark.connect(lambda: self._jump(self.notices.remark_after(self._field), 0))
        self.side.findings.jump_requested.connect(self._jump)
        self.side.findings.explain_requested.connect(self._explain)
        self.side.left.connect(self._return_to_form)
        self._typing.typing.connect(lambda: self.status_changed.emit("正在输入……"))

    def _show_form(self, opened: OpenForm) -> None:
        """Bring the page of that form forward; each kind is built once for every pack that it is shown under."""
        key = f"{opened.form.id} {opened.verdict.pack}"
        page = self._forms.get(key)
        if page is None:
            ws = self._session.workspace
            parameters = ws.pack_of(opened.record).parameters_at(ws.clock.today())
            page = FormPage(opened.form, self, parameters=parameters)
            self._forms[key] = page
            self._middle.addWidget(page, 1)
            page.answer_edited.connect(self.saver.save)
            page.evidence_requested.connect(self._attach)
            page.evidence_dropped.connect(lambda path, files: self._attach(path, [Path(f) for f in files]))
            page.evidence_open_requested.connect(lambda e: self._with_saved(lambda o: self.steps.show_evidence(o, e)))
            page.evidence_removed.connect(self._detach)
            page.field_focused.connect(self._on_focused)
        for other in self._forms.values():
            other.setVisible(other is page)
        self.form_page = self.elsewhere.form_page = page

    # Showing

    def _show(self, opened: OpenForm, *, answers: bool = False) -> None:
        self._opened = opened
        page = self.form_page
        if page is None:
            return
        shut = (opened.is_locked, {name: opened.record.answers.get(name) for name in opened.known})
        self.elsewhere.take_over(opened, own=not answers)
        if answers or shut != self._shut:
            self._shut = shut
            held = {*self.saver.pending, page.typed_field}  # what stands in the store was not shown there
            free = [name for name in (f.name for f in opened.form.fields) if name not in held]
            page.set_answers(opened.record.answers, opened.evidence_names, free)
            self.saver.now_shows(opened.record.answers, tuple(free))
            page.set_last_year(self.steps.last_year(opened))
            page.set_read_only(opened.is_locked, opened.known)
        self._mark(opened)
        self.notices.elsewhere.say(self.elsewhere.sentence)
        self.side.show_verdict(opened.verdict, is_locked=opened.is_locked)
        self.actions_.allow(opened)
        self._show_status()
        self.title_changed.emit()

    def _mark(self, opened: OpenForm) -> None:
        if self.form_page is not None:
            notes = {**self.elsewhere.notes, **missing_in_answers(self._session.workspace, opened)}
            self.form_page.set_remarks(self.notices.show_state(opened), notes, self.elsewhere.unsaved)
            self.form_page.apply_state(opened.state, opened.verdict.findings)

    def _show_status(self) -> None:
        if self._opened is not None:
            self.status_changed.emit(status_words(self._opened, self.saver.pending, self._saved_at))

    def _on_saved(self, opened: object) -> None:
        if not isinstance(opened, OpenForm):
            return
        self._saved_at = _time_of_day(self._session)
        shown = opened
        if self._as_of is not None and self._as_of != opened.verdict.as_of:
            shown = self.steps.look(opened.record.id, self._as_of) or opened
        self._session.announce(opened.record.id, f"“{opened.record.unit_name}”已保存到{self._saved_at}")
        self._show(shown)

    def _on_trouble(self, problem: str) -> None:
        self.notices.tell_trouble(problem, choose=bool(self.saver.refused))
        if self._opened is not None:
            with suppress(GreenLadderError):  # a server that is away tells no remarks either: the page stays as it is
                self._mark(self._opened)
        self._show_status()

    def _look_again(self) -> None:
        """Show the record as it is by now: somebody else has changed it."""
        found = self.steps.look(self.record_id, self._as_of)
        if found is not None:
            self._show(found)
            self._session.announce(found.record.id)

    # Steps

    def _with_saved(self, step: Callable[[OpenForm], T]) -> T | None:
        """Do a step on what is in the store, once everything typed is there.

        Where nothing came of it, somebody else may have been faster: the page then shows what it was refused for.
        """
        if self._opened is None or not self._save_all():
            return None
        done = step(self._opened)
        if done is None:
            with suppress(GreenLadderError):  # a server that is away was told by the step itself
                self.elsewhere.look()
        return done

    def _step(self, step: Callable[[OpenForm], OpenForm | None], *, saves: bool = True) -> OpenForm | None:
        """Do a step and show what came of it; None when nothing did."""
        done = self._with_saved(step)
        if done is not None:
            self._saved_at = _time_of_day(self._session) if saves else self._saved_at
            today = self._session.workspace.clock.today()
            self._as_of = done.verdict.as_of if done.verdict.as_of != today else None
            self._show(done, answers=True)
        return done

    def _recommend(self) -> None:
        done = self._step(self.steps.recommend)
        if done is not None:
            self.steps.offer_sheet(done)

    def _explain(self, rule: str) -> None:
        if rule:
            self._step(lambda opened: self.steps.explain(opened, rule))
        else:
            self.status_changed.emit("这里没有要写情况说明的核实性问题；强制性条件不能用说明代替。")

    def _attach(self, path: str, files: Sequence[Path] = ()) -> None:
        self._step(lambda opened: self.steps.attach(opened, path, files))

    def _detach(self, path: str) -> None:
        self._step(lambda opened: self.steps.detach(opened, path))

    def _print(self, kind: PrintKind) -> None:
        self._with_saved(lambda opened: self.steps.show_print(opened, kind))

    # Moving about

    def _jump(self, field: str, row: int) -> None:
        if self.form_page is not None:
            self.form_page.focus_field(field, row or None)

    def _next_problem(self, direction: int) -> None:
        if self.form_page is not None:
            self.form_page.focus_next_problem(direction)

    def _return_to_form(self) -> None:
        """Back to the cell that was left, or to the first."""
        page = self.form_page
        if page is not None and not (self._field and page.focus_field(self._field)):
            page.focus_first()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The findings make way for the form in a narrow window."""
        super().resizeEvent(event)
        self.side.fit(event.size().width())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc that no cell had a use for goes back to the list; from the findings it goes to the form."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.side.has_keys:
            self.side.switch()
        else:
            self.back_wanted.emit()

    def _on_focused(self, path: str) -> None:
        self._field = path
        self._typing.look()
        self.elsewhere.left_field(path.partition("[")[0])


def _time_of_day(session: Session) -> str:
    return session.workspace.clock.now().astimezone().strftime("%H:%M:%S")
