"""A bus and a fcitx in a thread, over a real socket: they speak D-Bus as the desktop's do, and know one word of pinyin.

`lvse` composes; space gives 绿色, a figure too; Escape drops it, Enter gives letters. Shift alone changes to English.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from pathlib import Path
from typing import Any

from gui.input_method.wire import Kind, Message, length_of, unpacked

PORTAL = "org.freedesktop.portal.Fcitx"
NATIVE = "org.fcitx.Fcitx-7"
ME = "org.freedesktop.DBus"
SPACE, RETURN, ESCAPE, SHIFT = 0x20, 0xFF0D, 0xFF1B, 0xFFE1


class SmallFcitx:
    """`calls` are member and values of what the program asked, in order; `names` the names that have an owner."""

    def __init__(self, folder: Path, *, names: tuple[str, ...] = (PORTAL,)) -> None:
        self.address = f"unix:path={folder / 'bus'},guid=0"
        self.names = set(names)
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.is_silent = False
        self._letters = ""
        self._is_chinese = True
        self._last_down = 0
        self._serial = 0
        self._context = ""
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(folder / "bus"))
        self._listener.listen(1)
        self._peer: socket.socket | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """The desktop ends its session."""
        for each in (self._listener, self._peer):
            if each is not None:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
                each.close()
        self._thread.join(10)

    def asked(self, member: str) -> list[tuple[Any, ...]]:
        """The values of every call of that name."""
        return [values for name, values in list(self.calls) if name == member]

    def appear(self, name: str) -> None:
        """Fcitx is started."""
        self.names.add(name)
        self._letters = ""
        self.signal("NameOwnerChanged", "sss", name, "", ":1.7", path="/org/freedesktop/DBus", interface=ME)

    def vanish(self, name: str) -> None:
        """Fcitx has crashed."""
        self.names.discard(name)
        self.signal("NameOwnerChanged", "sss", name, ":1.7", "", path="/org/freedesktop/DBus", interface=ME)

    def signal(self, member: str, signature: str, *values: Any, path: str = "", interface: str = "") -> None:
        """Say something that nobody asked."""
        interface = interface or "org.fcitx.Fcitx.InputContext1"
        self._say(Message(
            Kind.SIGNAL, path or self._context, interface, member, sender=":1.7", signature=signature, body=values,
            serial=self._next(),
        ))

    def _next(self) -> int:
        self._serial += 1
        return self._serial

    def _say(self, message: Message) -> None:
        if self._peer is not None:
            self._peer.sendall(message.packed())

    def _serve(self) -> None:
        try:
            self._peer = self._listener.accept()[0]
            buffer = bytearray()
            while b"\r\n" not in buffer:
                buffer += self._peer.recv(4096)
            assert buffer.startswith(b"\0AUTH EXTERNAL ")
            self._peer.sendall(b"OK 0123\r\n")
            del buffer[: buffer.index(b"\r\n") + 2]
            while b"BEGIN\r\n" not in buffer:
                buffer += self._peer.recv(4096)
            del buffer[: buffer.index(b"BEGIN\r\n") + 7]
            while True:
                while (length := length_of(buffer)) is not None and length <= len(buffer):
                    message = unpacked(bytes(buffer[:length]))
                    del buffer[:length]
                    self._work_off(message)
                data = self._peer.recv(65536)
                if not data:
                    return
                buffer += data
        except OSError:
            return  # closed by the test

    def _work_off(self, message: Message) -> None:
        self.calls.append((message.member, message.body))
        signature, values = self._answer(message)
        if signature is not None and not self.is_silent:
            self._say(Message(
                Kind.REPLY if signature != "error" else Kind.ERROR, destination=":1.1", sender=":1.7",
                error="org.freedesktop.DBus.Error.UnknownObject" if signature == "error" else "",
                signature="" if signature == "error" else signature, body=values, serial=self._next(),
                answers=message.serial,
            ))

    def _answer(self, message: Message) -> tuple[str | None, tuple[Any, ...]]:
        member, body = message.member, message.body
        if member == "Hello":
            return "s", (":1.1",)
        if member == "AddMatch":
            return "", ()
        if member == "NameHasOwner":
            return "b", (body[0] in self.names,)
        if message.destination not in self.names:
            return "error", ()
        if member == "CreateInputContext":
            self._context = "/org/freedesktop/portal/inputcontext/3"
            return "oay", (self._context, [])
        if member == "CreateICv3":
            self._context = "/inputcontext_5"
            return "ibuuuu", (5, True, 0, 0, 0, 0)
        if member == "ProcessKeyEvent":
            taken = self._key(body[0], is_release=bool(body[3]), interface=message.interface)
            return ("b", (taken,)) if message.signature == "uuubu" else ("i", (int(taken),))
        if member == "Reset":
            self._letters = ""
        return None, ()

    def _key(self, symbol: int, *, is_release: bool, interface: str) -> bool:
        if is_release:
            if symbol == SHIFT and self._last_down == SHIFT:
                self._is_chinese = not self._is_chinese
            return False
        self._last_down = symbol
        if not self._is_chinese or symbol == SHIFT:
            return False
        if ord("a") <= symbol <= ord("z"):
            self._letters += chr(symbol)
        elif not self._letters:
            return False
        elif symbol == ESCAPE:
            self._letters = ""
        elif symbol in (SPACE, RETURN) or ord("1") <= symbol <= ord("9"):
            word = self._letters if symbol == RETURN or self._letters != "lvse" else "绿色"
            self._letters = ""
            self.signal("CommitString", "s", word, interface=interface)
        else:
            return symbol < 0xFF00 or 0xFF50 <= symbol <= 0xFF58  # other keys are none of ours
        parts = [(self._letters, 0)] if self._letters else []
        self.signal("UpdateFormattedPreedit", "a(si)i", parts, len(self._letters), interface=interface)
        return True
