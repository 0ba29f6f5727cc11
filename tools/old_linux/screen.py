"""A screen of its own with a window manager, and real keys on it: what sits between a clerk and the program.

The program under trial never hears of this process: keys come from the X server, words that an input method would give
from the clipboard, and what it shows is known by window titles and pictures.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

PATIENCE_S: Final = 90.0
_TURN_S: Final = 0.15


class Screen:
    """An X server at 1366×768 with openbox, from `with` to its end; pictures go into `pictures`, numbered."""

    def __init__(self, pictures: Path) -> None:
        self._pictures = pictures
        self._shots = 0
        self._processes: list[subprocess.Popen[bytes]] = []
        self.number = ""

    def __enter__(self) -> Self:
        self._pictures.mkdir(parents=True, exist_ok=True)
        reading, writing = os.pipe()
        server = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1366x768x24", "-nolisten", "tcp"]
        self._processes.append(subprocess.Popen(server, pass_fds=(writing,), stderr=subprocess.DEVNULL))
        os.close(writing)
        with os.fdopen(reading) as answer:
            self.number = answer.readline().strip()
        quiet = subprocess.DEVNULL
        self._processes.append(subprocess.Popen(["openbox"], env=self._environment(), stdout=quiet, stderr=quiet))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and self.number:
            self.picture("没有成功")
        for process in reversed(self._processes):
            process.terminate()
            process.wait(10)

    @property
    def socket_folder(self) -> Path:
        """Where the server's socket lies; a chroot needs it too."""
        return Path("/tmp/.X11-unix")  # noqa: S108 - X11's own place

    def press(self, *keys: str) -> None:
        """One key after the other, written as xdotool does: `ctrl+n`, `Return`."""
        for key in keys:
            self._do("xdotool", "key", "--clearmodifiers", "--delay", "30", key)
            time.sleep(_TURN_S)

    def type(self, text: str) -> None:
        """Letters and figures by keys, anything else by the clipboard and Ctrl+V."""
        if text.isascii():
            self._do("xdotool", "type", "--delay", "40", text)
        else:
            subprocess.run(
                ["xclip", "-selection", "clipboard"], env=self._environment(), input=text.encode(), check=True,
                stdout=subprocess.DEVNULL,
            )
            self.press("ctrl+v")
        time.sleep(_TURN_S)

    def wait_for(self, title: str) -> None:
        """Until the window that has the keys has these words in its title.

        Raises:
            TimeoutError: it does not come.
        """
        self.wait_until(lambda: title in self.front(), f"no window “{title}”")

    def wait_until(self, condition: Callable[[], object], complaint: str) -> None:
        """Until something is so, looked at again and again.

        Raises:
            TimeoutError: it does not become so.
        """
        end = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"{complaint}; in front: {self.front()}")
            time.sleep(_TURN_S)
        time.sleep(_TURN_S)

    def front(self) -> str:
        """The title of the window that has the keys; empty when none has."""
        found = subprocess.run(
            ["xdotool", "getactivewindow", "getwindowname"], env=self._environment(), capture_output=True, text=True,
            check=False,
        )
        return found.stdout.strip()

    def picture(self, name: str) -> Path:
        """The whole screen as a PNG."""
        time.sleep(3 * _TURN_S)
        self._shots += 1
        path = self._pictures / f"{self._shots:02}-{name}.png"
        self._do("import", "-window", "root", str(path))
        return path

    def _do(self, *command: str) -> None:
        subprocess.run(command, env=self._environment(), check=True, stdout=subprocess.DEVNULL)

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "DISPLAY": f":{self.number}"}
