"""Where the data of several clerks lie: `server.toml` in the data folder, and what this PC alone remembers then.

Without that file the data lie in the folder itself, and the program opens no connection at all.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, parse_qs, urlsplit

from core.domain.errors import StoreError, UnreadableInputError
from core.infra.atomic_files import atomic_path, not_written, shown, write_atomically
from core.infra.paths import DATABASE_FILE

SETTINGS_FILE: Final = "server.toml"
LOCAL_FILE: Final = "this-pc.json"
#: How the address begins: the program brings this driver and no other.
SCHEME: Final = "postgresql+psycopg"
EXAMPLE: Final = f"{SCHEME}://用户名@服务器地址/数据库名"
_ALSO: Final = ("postgresql", "postgres")
_HEAD: Final = "# 绿阶：多人共用的数据库服务器。删去本文件，就改回用本机的数据。\n"
_LINE: Final = re.compile(r"at line ([0-9]+)")


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """The database's address (an SQLAlchemy URL) and the shared folder of the attached files."""

    database: str
    evidence: Path

    @property
    def place(self) -> str:
        """Database and server as a clerk reads them, without user and password."""
        parts = urlsplit(self.database)
        host = parts.hostname or parse_qs(parts.query).get("host", [""])[0] or "本机"
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.path.removeprefix('/')}@{host}{port}"

    @property
    def has_password(self) -> bool:
        """True when the address itself tells the password."""
        parts = urlsplit(self.database)
        return bool(parts.password) or "password" in parse_qs(parts.query)


def settings_file(folder: Path) -> Path:
    """Where the address is kept for that data folder."""
    return folder / SETTINGS_FILE


def is_on_server(folder: Path) -> bool:
    """True when the data of that folder lie on a server."""
    return settings_file(folder).is_file()


def has_store(folder: Path) -> bool:
    """True where that folder holds a store, or names the server that does."""
    return (folder / DATABASE_FILE).is_file() or is_on_server(folder)


def read_address(folder: Path) -> ServerAddress | None:
    """The address that the folder names; None where its data lie in the folder itself.

    Raises:
        StoreError: the file cannot be read, or does not make sense.
    """
    file = settings_file(folder)
    try:
        content = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(
            f"读不出服务器设置“{shown(file)}”。请检查该文件是否允许读取，并存为UTF-8编码的文本。"
        ) from error
    try:
        values = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        raise _wrong(file, int(found[1]) if found else 1, "写法不对（带反斜杠的路径要用单引号）") from error
    for name in values:
        if name not in ("database", "evidence"):
            raise _wrong(file, _line_of(content, name), f"不认识“{name}”，只应有database和evidence两项")
    database, evidence = (_text(file, content, values, name) for name in ("database", "evidence"))
    try:
        return address_of(database, evidence)
    except UnreadableInputError as error:
        name = "evidence" if database_problem(database) is None else "database"
        raise _wrong(file, _line_of(content, name), str(error).partition("。")[0]) from error


def address_of(database: str, evidence: str) -> ServerAddress:
    """The address from what somebody typed.

    Raises:
        UnreadableInputError: it is none.
    """
    problem = database_problem(database)
    if problem is not None:
        raise UnreadableInputError(f"{problem}。请写成：{EXAMPLE}")
    folder = Path(evidence)
    if not folder.is_absolute():
        raise UnreadableInputError(f"共享文件夹“{evidence}”不是完整的路径。请写全，例如/mnt/绿阶或\\\\服务器\\绿阶。")
    return ServerAddress(_parts(database)._replace(scheme=SCHEME).geturl(), folder)


def database_problem(database: str) -> str | None:
    """What is wrong with a database's address, without its password; None when it can be tried."""
    try:
        parts = _parts(database)
        _ = parts.port
    except ValueError:
        return "数据库地址写法不对"
    if parts.scheme not in (SCHEME, *_ALSO):
        return f"数据库地址应以{SCHEME}://开头"
    if not parts.path.strip("/"):
        return "数据库地址里没有数据库名"
    return None


def write_address(folder: Path, address: ServerAddress) -> Path:
    """Let the folder's data lie there from now on; only this user may read the file, it may hold a password.

    Raises:
        StoreError: it cannot be written.
    """
    file = settings_file(folder)
    content = f"{_HEAD}database = {_quoted(address.database)}\nevidence = {_quoted(str(address.evidence))}\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)  # on a PC where the program was never opened
    except OSError as error:
        raise StoreError(not_written(file, error, stands=False)) from error
    with atomic_path(file) as temporary:
        try:
            temporary.touch(mode=0o600)
            temporary.write_bytes(content.encode())
        except OSError as error:
            raise StoreError(not_written(file, error, stands=file.is_file())) from error
    return file


def forget_address(folder: Path) -> None:
    """Let the folder's data lie in the folder itself again.

    Raises:
        StoreError: the file cannot be removed.
    """
    file = settings_file(folder)
    try:
        file.unlink()
    except OSError as error:
        raise StoreError(f"删不掉服务器设置“{shown(file)}”。请关闭其他绿阶窗口、取消只读后再试。") from error


def is_open_to_others(folder: Path) -> bool:
    """True when other users of this PC can read the file; always False on Windows, whose folder is the user's own."""
    with suppress(OSError):
        return os.name == "posix" and bool(settings_file(folder).stat().st_mode & 0o077)
    return False


class LocalMemory:
    """What this PC alone remembers while the data lie on a server: who sits here, the fonts that it prints with."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / LOCAL_FILE

    def get(self, key: str) -> object:
        """The value, or None when it was never set, also where the file is gone or damaged."""
        return self._values().get(key)

    def put(self, key: str, value: object) -> None:
        """Remember a JSON value; None forgets it.

        Raises:
            StoreError: it cannot be written.
        """
        kept = {**self._values(), key: value}
        content = {name: kept[name] for name in sorted(kept) if kept[name] is not None}
        write_atomically(self._file, json.dumps(content, ensure_ascii=False, indent=1).encode())

    def _values(self) -> Mapping[str, object]:
        try:
            values = json.loads(self._file.read_bytes())
        except (OSError, ValueError):
            return {}
        return values if isinstance(values, dict) else {}


def _parts(database: str) -> SplitResult:
    return urlsplit(database.strip())


def _text(file: Path, content: str, values: Mapping[str, object], name: str) -> str:
    value = values.get(name)
    if name not in values:
        raise _wrong(file, content.count("\n") + 1, f"缺少{name}一项")
    if not isinstance(value, str) or not value.strip():
        raise _wrong(file, _line_of(content, name), f"{name}应是引号里的文字")
    return value


def _line_of(content: str, name: str) -> int:
    lines = content.splitlines()
    return next((n for n, line in enumerate(lines, 1) if line.lstrip().startswith((name, f'"{name}"'))), 1)


def _wrong(file: Path, line: int, problem: str) -> StoreError:
    return StoreError(f"服务器设置“{shown(file)}”第{line}行：{problem}。请改正，或请服务器管理员核对。")


def _quoted(text: str) -> str:
    """As TOML takes it: plain between single quotes, so that a path's backslashes stay readable."""
    if "'" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False)
