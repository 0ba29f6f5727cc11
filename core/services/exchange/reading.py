"""Opens a file of the other side and says what it is, before anything of it is taken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.domain.enums import Role
from core.domain.errors import NotAllowedError, PasswordNeededError, UnreadableInputError
from core.services.exchange import stores, trust
from core.services.exchange.model import FileFacts, Trust
from core.services.exchange.moved import require_here
from core.services.exchange.sending import Cancelled, Progress, scratch
from core.services.workspace import Workspace

if TYPE_CHECKING:
    from core.exchange.reader import Incoming

_TRUSTED: Final = frozenset({Trust.KNOWN, Trust.SUCCEEDED})


@contextmanager
def opened(
    ws: Workspace, path: Path, password: str, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> Iterator[Incoming]:
    """The verified content of a file.

    Raises:
        PasswordNeededError: it is locked, and the password is missing or wrong.
        PackageRefusedError: it is damaged, altered, unsigned, hostile, or of a newer program.
    """
    from core.exchange.errors import PackageRefusedError, Refusal
    from core.exchange.reader import open_file

    try:
        with open_file(
            path, password=password, scratch=scratch(ws), progress=progress, cancelled=cancelled
        ) as incoming:
            yield incoming
    except PackageRefusedError as error:
        if error.reason in (Refusal.NEEDS_PASSWORD, Refusal.WRONG_PASSWORD):
            raise PasswordNeededError(str(error)) from error
        raise


def facts_of(ws: Workspace, path: Path, incoming: Incoming, found: Trust | None = None) -> FileFacts:
    """What the file says of itself, and whether its sender is known."""
    from core.infra.signing import key_name

    head, manifest = incoming.head, incoming.manifest
    return FileFacts(
        path, head.kind, head.sender.party, f"{trust.party_label(ws, head.sender.party)}",
        trust.party_label(ws, head.recipient), head.number, head.made_at, head.window, head.pack_label, head.program,
        incoming.check_code, key_name(head.sender.key), found or trust.trust_in(ws, head), manifest.records,
        manifest.evidence, manifest.size,
    )


def require_trusted(ws: Workspace, incoming: Incoming) -> Trust:
    """Refuse a file that is not for us, of a stranger or in another's name, and any on a PC that was left behind.

    Gives how the sender is known.

    Raises:
        NotAllowedError: the sentence says why, and what to do.
    """
    require_here(ws)
    head = incoming.head
    found = trust.trust_in(ws, head)
    trust.refuse_wrong_way(ws, head, found)
    if found in _TRUSTED:
        stores.require_own_name(ws, head)
        return found
    who = trust.party_label(ws, head.sender.party)
    if found is Trust.RETIRED:
        raise NotAllowedError(f"“{who}”的这台工作站已经停用，它的文件不再接收。请打电话核实，需要时重新登记。")
    raise NotAllowedError(
        f"“{who}”的这台工作站还没有登记，文件没有接收。请打电话请对方读出核对码，"
        f"与文件的一致时先登记，再接收。"
    )


def require_code(code: str, incoming: Incoming) -> None:
    """Compare a check code that was read over the telephone, however it was typed.

    Raises:
        UnreadableInputError: it is another one.
    """
    digits = "".join(c for c in code if c.isdigit())
    wanted = "".join(c for c in incoming.check_code if c.isdigit())
    typed = "".join(str(int(c)) for c in digits)  # full-width digits too
    if typed != wanted:
        raise UnreadableInputError(
            f"核对码不一致：输入的是“{code.strip()}”，本文件的是另一个。请核对是不是同一个文件；不一致就不要登记。"
        )


def is_from_bureau(incoming: Incoming) -> bool:
    """True for receipts and notices."""
    return incoming.head.sender.party.role is Role.BUREAU
