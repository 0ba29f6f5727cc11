"""The client of fcitx against one on a real socket: both interfaces, restarts, silence and the end of the bus."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from pytestqt.qtbot import QtBot

from gui.input_method import bus as bus_module
from gui.input_method.bus import BusError, SessionBus, session_address
from gui.input_method.fcitx import FcitxClient, Key, Part, Preedit
from tests.gui.input_method.small_fcitx import ESCAPE, NATIVE, PORTAL, SPACE, SmallFcitx


class Heard:
    def __init__(self, client: FcitxClient) -> None:
        self.committed: list[str] = []
        self.composed: list[Preedit] = []
        self.forwarded: list[Key] = []
        client.committed.connect(self.committed.append)
        client.composed.connect(self.composed.append)
        client.forwarded.connect(self.forwarded.append)


def type_in(client: FcitxClient, letters: str) -> list[bool]:
    return [client.takes(Key(ord(letter), 38, 0)) for letter in letters]


def test_a_word_is_composed_and_committed(client: FcitxClient, fcitx: SmallFcitx) -> None:
    heard = Heard(client)
    assert client.is_ready
    client.focus_in()
    assert type_in(client, "lvse ") == [True] * 5
    assert heard.committed == ["绿色"]
    assert [p.text for p in heard.composed] == ["l", "lv", "lvs", "lvse", ""]
    assert type_in(client, "1 ") == [False, False]
    assert fcitx.asked("SetCapability") == [(0b110010,)]


def test_a_password_field_says_so_and_the_cursor_is_told(client: FcitxClient, fcitx: SmallFcitx) -> None:
    client.focus_in(is_password=True)
    client.place(QRect(10, 20, 1, 18))
    client.focus_out()
    client.takes(Key(SPACE))
    assert fcitx.asked("SetCapability") == [(0b111010,)]
    assert fcitx.asked("SetCursorRect") == [(10, 20, 1, 18)]
    assert fcitx.asked("FocusOut") == [()]


@pytest.fixture
def native(short_folder: Path) -> Iterator[SmallFcitx]:
    server = SmallFcitx(short_folder, names=(NATIVE,))
    yield server
    server.close()


def test_a_fcitx_4_without_the_common_interface_is_spoken_to_in_its_own(native: SmallFcitx) -> None:
    client = FcitxClient(SessionBus(native.address), ":7.0")
    heard = Heard(client)
    client.start()
    client.focus_in()
    assert type_in(client, "lvse ") == [True] * 5
    assert heard.committed == ["绿色"]
    assert native.asked("ProcessKeyEvent")[0] == (ord("l"), 38, 0, 0, 0)
    assert native.asked("SetCapacity") == [(0b110010,)]
    client.close()


def test_fcitx_may_start_later_crash_and_come_back(client: FcitxClient, fcitx: SmallFcitx, qtbot: QtBot) -> None:
    heard = Heard(client)
    type_in(client, "lv")
    fcitx.vanish(PORTAL)
    qtbot.waitUntil(lambda: not client.is_ready)
    assert heard.composed[-1] == Preedit()
    assert type_in(client, "lv") == [False, False]
    with qtbot.waitSignal(client.appeared):
        fcitx.appear(PORTAL)
    assert type_in(client, "lvse ") == [True] * 5
    assert heard.committed == ["绿色"]


def test_text_that_nobody_waits_for_arrives_and_other_contexts_are_not_heard(
    client: FcitxClient, fcitx: SmallFcitx, qtbot: QtBot
) -> None:
    heard = Heard(client)
    fcitx.signal("CommitString", "s", "别的窗口", path="/org/freedesktop/portal/inputcontext/9")
    fcitx.signal("CommitString", "i", 5)
    fcitx.signal("ForwardKey", "uub", 0xFF0D, 1, True)
    fcitx.signal("CommitString", "s", "语音输入")
    qtbot.waitUntil(lambda: bool(heard.committed))
    assert heard.committed == ["语音输入"]
    assert heard.forwarded == [Key(0xFF0D, 0, 1, is_release=True)]


def test_a_fcitx_that_does_not_answer_costs_one_wait_in_a_field(
    client: FcitxClient, fcitx: SmallFcitx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bus_module, "_PATIENCE_S", 0.05)
    fcitx.is_silent = True
    assert type_in(client, "lvse") == [False] * 4
    assert len(fcitx.asked("ProcessKeyEvent")) == 1
    fcitx.is_silent = False
    monkeypatch.undo()
    client.focus_in()
    assert type_in(client, "l") == [True]


def test_a_refusal_and_the_end_of_the_bus_leave_the_keys_alone(client: FcitxClient, fcitx: SmallFcitx) -> None:
    heard = Heard(client)
    type_in(client, "lv")
    fcitx.names.clear()
    assert type_in(client, "lv") == [False, False]
    assert heard.composed[-1] == Preedit()
    fcitx.close()
    client.focus_in()
    assert type_in(client, "lv") == [False, False]


def test_the_end_of_the_bus_is_noticed_without_a_key(client: FcitxClient, fcitx: SmallFcitx, qtbot: QtBot) -> None:
    fcitx.close()
    qtbot.waitUntil(lambda: not client.is_ready)


def test_escape_drops_and_the_cursor_counts_characters(client: FcitxClient, fcitx: SmallFcitx, qtbot: QtBot) -> None:
    heard = Heard(client)
    type_in(client, "lv")
    client.takes(Key(ESCAPE))
    assert heard.committed == []
    assert heard.composed[-1] == Preedit((), 0)
    fcitx.signal("UpdateFormattedPreedit", "a(si)i", [("绿", 0), ("se", 1 << 4), ("注", 1 << 5)], 4)
    qtbot.waitUntil(lambda: bool(heard.composed[-1].parts))
    last = heard.composed[-1]
    assert last.parts == (Part("绿"), Part("se", is_highlighted=True), Part("注", is_kept=False))
    assert (last.text, last.kept, last.cursor) == ("绿se注", "绿se", 2)


@pytest.mark.parametrize("address", ["", "tcp:host=localhost,port=9", "unix:path=/nowhere/bus", "unix:guid=3"])
def test_no_bus_is_said_and_nothing_else(address: str) -> None:
    with pytest.raises(BusError):
        SessionBus(address)


def test_the_address_is_the_stated_one_or_the_users(short_folder: Path) -> None:
    assert session_address({"DBUS_SESSION_BUS_ADDRESS": "unix:path=/a", "XDG_RUNTIME_DIR": "/b"}) == "unix:path=/a"
    assert session_address({"XDG_RUNTIME_DIR": str(short_folder)}) == ""
    (short_folder / "bus").touch()
    assert session_address({"XDG_RUNTIME_DIR": str(short_folder)}) == f"unix:path={short_folder}/bus"
    assert session_address({}) == ""
