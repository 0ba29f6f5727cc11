"""The client of fcitx: keys go there before anybody else, and what they mean comes back.

Both fcitx 5 and late fcitx 4.2.9 offer one interface to programs from elsewhere. A fcitx 4 without it is spoken to as
its own modules do.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QObject, QRect, QSocketNotifier, QTimer, Signal

from gui.input_method.bus import BusError, NoAnswerError, RefusedError, SessionBus
from gui.input_method.wire import Message

PROGRAM: Final = "greenladder"
_PORTAL: Final = "org.freedesktop.portal.Fcitx"
_LOGGER = logging.getLogger(__name__)
# What fcitx may leave to us: the composed text, its looks, and to put it into the field when the field is left.
_PREEDIT, _PASSWORD, _FORMATTED, _UNFOCUS_COMMIT = 1 << 1, 1 << 3, 1 << 4, 1 << 5
_HIGHLIGHT, _DONT_COMMIT = 1 << 4, 1 << 5


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the composed text: highlighted where the choice is made, not `kept` where it is only a hint."""

    text: str
    is_highlighted: bool = False
    is_kept: bool = True


@dataclass(frozen=True, slots=True)
class Preedit:
    """What is being composed. `cursor` counts characters; -1 shows none."""

    parts: tuple[Part, ...] = ()
    cursor: int = -1

    @property
    def text(self) -> str:
        """All of it, as shown in the field."""
        return "".join(part.text for part in self.parts)

    @property
    def kept(self) -> str:
        """What goes into the field when it is left while composing."""
        return "".join(part.text for part in self.parts if part.is_kept)


@dataclass(frozen=True, slots=True)
class Key:
    """One key as X11 tells it; `code` and `state` are the server's."""

    symbol: int
    code: int = 0
    state: int = 0
    is_release: bool = False
    time: int = 0


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How one interface of fcitx wants things said."""

    name: str
    path: str
    interface: str
    context: str
    create: str
    create_signature: str
    capability: tuple[str, str]
    release_type: str
    to_path: Callable[[tuple[Any, ...]], str]


def dialects(display: str) -> tuple[_Dialect, ...]:
    """The interfaces, the better one first. `display` is X11's, such as `:0`."""
    number = display.partition(":")[2].partition(".")[0] or "0"
    return (
        _Dialect(
            _PORTAL, "/org/freedesktop/portal/inputmethod", "org.fcitx.Fcitx.InputMethod1",
            "org.fcitx.Fcitx.InputContext1", "CreateInputContext", "a(ss)", ("SetCapability", "t"), "b",
            lambda answer: str(answer[0]),
        ),
        _Dialect(
            f"org.fcitx.Fcitx-{number}", "/inputmethod", "org.fcitx.Fcitx.InputMethod",
            "org.fcitx.Fcitx.InputContext", "CreateICv3", "si", ("SetCapacity", "u"), "i",
            lambda answer: f"/inputcontext_{answer[0]}",
        ),
    )


class FcitxClient(QObject):
    """One input context, made anew whenever fcitx starts. Without fcitx every key is simply not taken.

    Signals:
        committed: text for the field.
        composed: the `Preedit` that stands there now.
        forwarded: a `Key` that fcitx gives back, to be worked off as typed.
        appeared: fcitx is there, from the beginning or again.
    """

    committed = Signal(str)
    composed = Signal(object)
    forwarded = Signal(object)
    appeared = Signal()

    def __init__(self, bus: SessionBus, display: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus = bus
        self._dialects = dialects(display)
        self._spoken: _Dialect | None = None
        self._path = ""
        self._is_deaf = False
        self._notifier = QSocketNotifier(bus.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_readable)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._tell_waiting)
        bus.on_signal = self._on_signal

    @property
    def is_ready(self) -> bool:
        """True while fcitx is there."""
        return bool(self._path)

    def start(self) -> None:
        """Find fcitx, or wait for it."""
        try:
            for dialect in self._dialects:
                self._bus.listen_for_owner(dialect.name)
            self._look()
        except BusError as error:
            self._give_up(error)

    def close(self) -> None:
        """Leave fcitx and the bus for good."""
        self._path, self._spoken = "", None
        self._notifier.setEnabled(False)
        self._bus.close()

    def focus_in(self, *, is_password: bool = False) -> None:
        """The keys go to a field from now on; a fcitx that did not answer in the last one is asked again."""
        self._is_deaf = False
        self._say("FocusIn")
        if self._spoken is not None:
            flags = _PREEDIT | _FORMATTED | _UNFOCUS_COMMIT | (_PASSWORD if is_password else 0)
            self._say(*self._spoken.capability, flags)

    def focus_out(self) -> None:
        """The keys go to no field any more."""
        self._say("FocusOut")

    def reset(self) -> None:
        """Forget what is being composed."""
        self._say("Reset")

    def place(self, cursor: QRect) -> None:
        """Where the text cursor stands, in pixels of the screen: the candidates are shown there."""
        self._say("SetCursorRect", "iiii", cursor.x(), cursor.y(), cursor.width(), cursor.height())

    def takes(self, key: Key) -> bool:
        """Offer a key; True when the input method keeps it."""
        if self._spoken is None or not self._path or self._is_deaf:
            return False
        signature = f"uuu{self._spoken.release_type}u"
        release = key.is_release if self._spoken.release_type == "b" else int(key.is_release)
        values = (key.symbol, key.code, key.state, release, key.time & 0xFFFFFFFF)
        try:
            answer = self._bus.call(
                self._spoken.name, self._path, self._spoken.context, "ProcessKeyEvent", signature, *values
            )
        except NoAnswerError as error:
            _LOGGER.info("fcitx: %s", error)
            self._is_deaf = True
            return False
        except BusError as error:
            self._give_up(error)
            return False
        self._later.start()
        return bool(answer and answer[0])

    def _say(self, member: str, signature: str = "", *values: Any) -> None:
        if self._spoken is None or not self._path:
            return
        try:
            self._bus.post(self._spoken.name, self._path, self._spoken.context, member, signature, *values)
        except BusError as error:
            self._give_up(error)

    def _look(self) -> None:
        self._path, self._spoken = "", None
        for dialect in self._dialects:
            if self._bus.has_owner(dialect.name):
                self._create(dialect)
                return

    def _create(self, dialect: _Dialect) -> None:
        about: tuple[Any, ...] = (PROGRAM, os.getpid())
        if dialect.create_signature == "a(ss)":
            about = ([("program", PROGRAM), ("display", "x11:")],)
        answer = self._bus.call(
            dialect.name, dialect.path, dialect.interface, dialect.create, dialect.create_signature, *about
        )
        path = dialect.to_path(answer)
        self._bus.listen(f"type='signal',interface='{dialect.context}',path='{path}'")
        self._spoken, self._path = dialect, path
        self.appeared.emit()

    def _on_readable(self) -> None:
        try:
            self._bus.take_in()
        except BusError as error:
            self._give_up(error)

    def _tell_waiting(self) -> None:
        try:
            self._bus.tell_waiting()
        except BusError as error:
            self._give_up(error)

    def _on_signal(self, message: Message) -> None:
        if message.member == "NameOwnerChanged":
            self._on_owner(message)
        elif message.path == self._path and self._path:
            self._on_context(message)

    def _on_owner(self, message: Message) -> None:
        name, _old, _new = message.body
        if self._spoken is None or name == self._spoken.name:
            self.composed.emit(Preedit())
            self._look()

    def _on_context(self, message: Message) -> None:
        match message.member, message.body:
            case "CommitString", (str(text),):
                self.committed.emit(text)
            case "UpdateFormattedPreedit", (list(parts), int(cursor)):
                self.composed.emit(_preedit(parts, cursor))
            case "UpdatePreedit", (str(text), int(cursor)):
                self.composed.emit(_preedit([(text, 0)], cursor))
            case "ForwardKey", (int(symbol), int(state), release):
                self.forwarded.emit(Key(symbol, 0, state, bool(release)))

    def _give_up(self, error: BusError) -> None:
        """Typing goes on without the input method; a bus that is gone is not asked again."""
        _LOGGER.info("fcitx: %s", error)
        self._path, self._spoken = "", None
        if not isinstance(error, RefusedError):
            self.close()
        self.composed.emit(Preedit())


def _preedit(listed: list[tuple[str, int]], cursor: int) -> Preedit:
    """The cursor comes counted the cursor in bytes of UTF-8."""
    parts = tuple(Part(text, bool(flags & _HIGHLIGHT), not flags & _DONT_COMMIT) for text, flags in listed if text)
    whole = "".join(part.text for part in parts).encode()
    at = len(whole[:cursor].decode(errors="ignore")) if cursor >= 0 else -1
    return Preedit(parts, at)
