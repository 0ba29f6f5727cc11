"""The session bus of the desktop, over its local socket: calls that wait for their answer, and signals."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any, Final
from urllib.parse import unquote

from gui.input_method.wire import Kind, Message, WireError, length_of, unpacked

_BUS: Final = "org.freedesktop.DBus"
_BUS_PATH: Final = "/org/freedesktop/DBus"
#: An input method that thinks longer about a key than this gets no more say in it.
_PATIENCE_S: Final = 1.0
_CHUNK: Final = 65536


class BusError(Exception):
    """The bus cannot be reached or is gone."""


class RefusedError(BusError):
    """The other side does not know the call, or is not there any more."""


class NoAnswerError(BusError):
    """The other side takes too long."""


class SessionBus:
    """One connection. `on_signal` hears of every signal that was asked for, in the order in which they came."""

    def __init__(self, address: str) -> None:
        """Connect and say hello.

        Raises:
            BusError: nobody listens there, or it is no bus.
        """
        self._socket = _open(address)
        self._socket.settimeout(_PATIENCE_S)
        self._buffer = bytearray()
        self._serial = 0
        self._awaited: set[int] = set()
        self._answers: dict[int, Message] = {}
        self.on_signal: Callable[[Message], None] = lambda _message: None
        try:
            self._introduce()
        except BusError:
            self.close()
            raise

    def fileno(self) -> int:
        """The socket's descriptor; -1 once the bus is gone."""
        return self._socket.fileno()

    def close(self) -> None:
        """Leave the bus."""
        self._socket.close()

    def call(
        self, destination: str, path: str, interface: str, member: str, signature: str = "", *values: Any,
    ) -> tuple[Any, ...]:
        """Call a method and wait for what it returns; signals that come before the answer are told before it.

        Raises:
            RefusedError: it was refused.
            NoAnswerError: no answer came in time.
            BusError: the bus is gone.
        """
        serial = self._send(destination, path, interface, member, signature, values, wants_reply=True)
        self._awaited.add(serial)
        end = monotonic() + _PATIENCE_S
        try:
            while True:
                self.tell_waiting()
                answer = self._answers.pop(serial, None)
                if answer is not None:
                    break
                left = end - monotonic()
                if left <= 0:
                    raise NoAnswerError(member)
                self._receive(left)
        finally:
            self._awaited.discard(serial)
        if answer.kind is Kind.ERROR:
            raise RefusedError(f"{member}: {answer.error}")
        return answer.body

    def post(
        self, destination: str, path: str, interface: str, member: str, signature: str = "", *values: Any,
    ) -> None:
        """Call a method and do not wait.

        Raises:
            BusError: the bus is gone.
        """
        self._send(destination, path, interface, member, signature, values, wants_reply=False)

    def listen(self, rule: str) -> None:
        """Ask for signals by a match rule.

        Raises:
            BusError: the bus is gone or does not take the rule.
        """
        self.call(_BUS, _BUS_PATH, _BUS, "AddMatch", "s", rule)

    def listen_for_owner(self, name: str) -> None:
        """Ask to hear when a name gets another owner: the signal `NameOwnerChanged` of name, old and new owner.

        Raises:
            BusError: the bus is gone.
        """
        self.listen(f"type='signal',sender='{_BUS}',member='NameOwnerChanged',arg0='{name}'")

    def has_owner(self, name: str) -> bool:
        """True while somebody answers to a name.

        Raises:
            BusError: the bus is gone.
        """
        return bool(self.call(_BUS, _BUS_PATH, _BUS, "NameHasOwner", "s", name)[0])

    def take_in(self) -> None:
        """Read what has come and tell the signals in it; returns at once when nothing has.

        Raises:
            BusError: the bus is gone.
        """
        self.tell_waiting()
        self._receive(0)
        self.tell_waiting()

    def tell_waiting(self) -> None:
        """Tell the signals that came together with an answer.

        Raises:
            BusError: what came is no message.
        """
        while (message := self._next()) is not None:
            if message.kind is Kind.SIGNAL:
                self.on_signal(message)
            elif message.answers in self._awaited:
                self._answers[message.answers] = message  # a signal's listener may call while a call waits

    def _introduce(self) -> None:
        self._write(b"\0AUTH EXTERNAL " + str(os.getuid()).encode().hex().encode() + b"\r\n")
        end = monotonic() + _PATIENCE_S
        while b"\r\n" not in self._buffer:
            if monotonic() > end:
                raise BusError("the bus does not greet")
            self._receive(_PATIENCE_S)
        if not self._buffer.startswith(b"OK "):
            raise BusError("the bus does not let us in")
        del self._buffer[: self._buffer.index(b"\r\n") + 2]
        self._write(b"BEGIN\r\n")
        self.call(_BUS, _BUS_PATH, _BUS, "Hello")

    def _send(
        self, destination: str, path: str, interface: str, member: str, signature: str, values: tuple[Any, ...],
        *, wants_reply: bool,
    ) -> int:
        self._serial += 1
        message = Message(
            Kind.CALL, path, interface, member, destination=destination, signature=signature, body=values,
            serial=self._serial, wants_reply=wants_reply,
        )
        self._write(message.packed())
        return self._serial

    def _write(self, data: bytes) -> None:
        try:
            self._socket.settimeout(_PATIENCE_S)
            self._socket.sendall(data)
        except OSError as error:
            raise BusError(f"the bus is gone: {error}") from error

    def _receive(self, seconds: float) -> None:
        try:
            self._socket.settimeout(seconds)
            data = self._socket.recv(_CHUNK)
        except (TimeoutError, BlockingIOError):
            return
        except OSError as error:
            raise BusError(f"the bus is gone: {error}") from error
        if not data:
            raise BusError("the bus has ended")
        self._buffer += data

    def _next(self) -> Message | None:
        try:
            length = length_of(self._buffer)
            if length is None or length > len(self._buffer):
                return None
            data = bytes(self._buffer[:length])
            del self._buffer[:length]
            return unpacked(data)
        except WireError as error:
            self._buffer.clear()
            raise BusError(str(error)) from error


def session_address(environ: Mapping[str, str]) -> str:
    """Where the desktop's bus listens; empty where there is none."""
    stated = environ.get("DBUS_SESSION_BUS_ADDRESS", "")
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    if stated or not runtime or not os.path.exists(f"{runtime}/bus"):  # noqa: PTH110 - a socket, not a file of ours
        return stated
    return f"unix:path={runtime}/bus"


def _open(address: str) -> socket.socket:
    """The first of the addresses that answers."""
    problem = "no address"
    for one in address.split(";"):
        transport, _, rest = one.partition(":")
        parts = dict(part.split("=", 1) for part in rest.split(",") if "=" in part)
        target = unquote(parts.get("path", "")) or "\0" + unquote(parts.get("abstract", ""))
        if transport != "unix" or target == "\0":
            continue
        opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        opened.settimeout(_PATIENCE_S)
        try:
            opened.connect(target)
        except OSError as error:
            opened.close()
            problem = str(error)
        else:
            return opened
    raise BusError(problem)
