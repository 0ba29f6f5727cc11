"""The rail: pages by role, keys, the way back from the editor, another person at this PC."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMenuBar
from pytestqt.qtbot import QtBot

from core.domain.enums import Role
from core.domain.records import Station
from core.services import drafts
from core.services.workspace import Workspace
from gui.main_window import MainWindow
from gui.navigation import PAGES, pages_for
from gui.session import Session
from gui.tasks import SyncRunner
from tests.fixtures.packs import sample
from tests.gui.hands import Script, play, press

BUREAU = Station(Role.BUREAU, "", "赵启明")


def show_window(qtbot: QtBot, session: Session) -> MainWindow:
    made = MainWindow(session, SyncRunner())
    qtbot.addWidget(made)
    made.resize(1366, 690)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None and QApplication.activeWindow() is made)
    return made


@pytest.fixture
def bureau(workspace: Workspace, session: Session, qtbot: QtBot) -> MainWindow:
    workspace.choose_station(BUREAU)
    return show_window(qtbot, session)


def test_an_office_sees_its_pages_and_the_bureau_its_own(workspace: Workspace) -> None:
    offices = {spec.key for spec, _ in pages_for(workspace.station)}
    assert offices <= {"units", "exchange", "prospects", "reports"}
    assert [spec.key for spec, _ in pages_for(None)] == [spec.key for spec, _ in pages_for(workspace.station)]
    bureau = pages_for(BUREAU)
    assert (bureau[0][0].key, bureau[-1][0].key) == ("cockpit", "units")
    for role_pages in (bureau, pages_for(workspace.station)):
        figures = [figure for _, figure in role_pages]
        assert len(set(figures)) == len(figures)
        assert set(figures) <= set(range(1, 9))


def test_pages_are_built_when_they_are_first_shown(bureau: MainWindow) -> None:
    assert list(bureau._pages) == ["cockpit"]
    assert bureau._editor is None
    press("Ctrl+8")
    assert list(bureau._pages) == ["cockpit", "units"]
    assert bureau.front == "units"
    assert bureau.units.isVisible()


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing the keyboard)", extend=True)
def test_every_page_is_reached_by_its_key_by_its_button_and_by_the_menu(bureau: MainWindow) -> None:
    entries = pages_for(BUREAU)
    for spec, figure in entries:
        press(f"Ctrl+{figure}")
        assert bureau.front == spec.key
        assert bureau.page(spec.key).isVisible()
        assert spec.title in bureau.windowTitle()
    for spec, _ in reversed(entries):
        QTest.mouseClick(bureau.rail.button(spec.key), Qt.MouseButton.LeftButton)
        assert bureau.front == spec.key
        assert [key for key in bureau.rail.pages if bureau.rail.button(key).isChecked()] == [spec.key]

    def script() -> Script:
        yield "Alt+G"
        yield lambda: QApplication.activePopupWidget() is not None
        yield "8"
        yield lambda: bureau.front == "units"

    play(script())


def test_the_rail_itself_answers_to_arrows(bureau: MainWindow) -> None:
    bureau.rail.button("cockpit").setFocus()
    for _ in bureau.rail.pages:
        press("Down")
    press("Return")
    assert bureau.front == "units"


def test_esc_in_the_editor_goes_back_to_the_page_it_was_opened_from(bureau: MainWindow, session: Session) -> None:
    record = drafts.begin(session.workspace, "green-factory", sample("green-factory")).record
    drafts.begin(session.workspace, "green-park", sample("green-park"))
    cockpit = bureau.page("cockpit")

    def script(key: str) -> Script:
        yield lambda: bureau.editor.isVisible() and QApplication.focusWidget() is not None
        yield key
        yield lambda: not bureau.editor.isVisible()

    cockpit.open_wanted.emit(record.id)
    play(script("Esc"))
    assert cockpit.isVisible()
    press("Ctrl+8")
    bureau.units.open_wanted.emit(record.id)
    play(script("Alt+Left"))
    assert bureau.units.isVisible()
    assert bureau.units.table.selected()[0].id == record.id
    bureau.units.open_wanted.emit(record.id)
    play(script("Ctrl+1"))
    assert cockpit.isVisible()


def test_what_was_typed_is_saved_before_the_rail_leaves_the_editor(bureau: MainWindow, session: Session) -> None:
    record = drafts.begin(session.workspace, "green-factory", sample("green-factory")).record
    bureau.open_record(record.id)
    assert bureau.editor.form_page is not None
    bureau.editor.form_page.focus_field("contact_name")

    def script() -> Script:
        yield lambda: QApplication.focusWidget() is not None
        yield "Ctrl+A"
        yield "X"
        yield "Ctrl+1"
        yield lambda: bureau.page("cockpit").isVisible()

    play(script())
    assert drafts.open_form(session.workspace, record.id).record.answers["contact_name"] == "x"


def test_another_person_at_this_pc_gets_other_pages(bureau: MainWindow, session: Session, qtbot: QtBot) -> None:
    for spec, figure in pages_for(BUREAU):
        press(f"Ctrl+{figure}")
        assert bureau.front == spec.key
    office = session.workspace.pack.lists["office"].choices[0]
    press("Ctrl+1")
    session.workspace.choose_station(Station(Role.OFFICE, office.name, "李慧敏"))
    session.announce_station()
    assert bureau.rail.pages == tuple(spec.key for spec, _ in pages_for(session.workspace.station))
    assert bureau.front == "units"
    assert bureau.units.isVisible()
    assert office.label in bureau._who.text()
    qtbot.wait(1)  # the pages thrown away are gone now
    session.announce_library()
    session.announce_all()
    session.announce("no such record")
    press("Ctrl+8")
    assert bureau.front == "units"
    session.workspace.choose_station(BUREAU)
    session.announce_station()
    press("Ctrl+1")
    assert bureau.front == "cockpit"


def test_an_open_form_stays_when_another_person_sits_down(bureau: MainWindow, session: Session) -> None:
    record = drafts.begin(session.workspace, "green-factory", sample("green-factory")).record
    bureau.open_record(record.id)
    office = session.workspace.pack.lists["office"].choices[0]
    session.workspace.choose_station(Station(Role.OFFICE, office.name, "李慧敏"))
    session.announce_station()
    assert bureau.editor.isVisible()
    bureau.show_list()
    assert bureau.units.isVisible()
    assert bureau.units.table.selected()[0].id == record.id


@pytest.mark.parametrize("spec", PAGES, ids=lambda spec: spec.key)
@pytest.mark.parametrize("size", [(1366, 690), (910, 480)])
def test_each_page_fits_and_no_two_letters_clash(
    workspace: Workspace, session: Session, qtbot: QtBot, spec: object, size: tuple[int, int]
) -> None:
    workspace.choose_station(BUREAU)
    window = show_window(qtbot, session)
    key = next(s.key for s in PAGES if s is spec)
    window.go(key)
    window.resize(*size)
    assert (window.width(), window.height()) == size
    assert window.minimumSizeHint().width() <= 910
    assert window.minimumSizeHint().height() <= 480
    letters = Counter(_letters(window))
    assert {letter: count for letter, count in letters.items() if count > 1} == {}


def _letters(window: MainWindow) -> list[str]:
    """What Alt and a letter would press on the page in front: menus, buttons, labels with a buddy."""
    bar = window.menuBar()
    assert isinstance(bar, QMenuBar)
    texts = [action.text() for action in bar.actions() if action.isVisible()]
    page = window.page(window.front)
    texts += [b.text() for b in page.findChildren(QAbstractButton) if b.isVisible()]
    texts += [label.text() for label in page.findChildren(QLabel) if label.isVisible() and label.buddy() is not None]
    found = [QKeySequence.mnemonic(text) for text in texts]
    alt = Qt.KeyboardModifier.AltModifier
    return [QKeySequence(QKeyCombination(alt, s[0].key())).toString() for s in found if not s.isEmpty()]  # type: ignore[index]
