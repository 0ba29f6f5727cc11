"""A shown form page, the shipped pack, and a recorder of what the page reports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from pytestqt.qtbot import QtBot

from core.policy.pack import PolicyPack
from gui.forms.form_page import FormPage
from tests.fixtures.packs import shipped_pack
from tests.gui.forms.driver import Driver

AS_OF = date(2026, 11, 23)
PageMaker = Callable[..., Driver]


@pytest.fixture(scope="session")
def pack() -> PolicyPack:
    return shipped_pack()


@pytest.fixture
def open_page(qtbot: QtBot, pack: PolicyPack) -> PageMaker:
    """Open a form's page at the size that it has beside the findings on a 1366×768 screen."""

    def make(form_id: str, *, of: PolicyPack = pack) -> Driver:
        page = FormPage(of.form(form_id), parameters=of.parameters_at(AS_OF))
        qtbot.addWidget(page)
        page.resize(1000, 700)
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        return Driver(page, of, AS_OF)

    return make


@pytest.fixture
def factory(open_page: PageMaker) -> Driver:
    return open_page("green-factory")
