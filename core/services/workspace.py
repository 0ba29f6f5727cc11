"""The opened program: policy pack, store and clock, composed once and passed on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from core.domain.enums import Role
from core.domain.errors import GreenLadderError
from core.domain.records import Record, Station
from core.infra.clock import Clock, SystemClock
from core.infra.paths import resources_folder
from core.infra.server_address import has_store
from core.policy.archive import is_newer, load_packed, pack_bytes
from core.policy.loader import load_pack
from core.policy.pack import PolicyPack
from core.rules.registry import require_complete

if TYPE_CHECKING:
    from core.store.store import Store

#: Beside the shipped pack, not in it: its digest, once every formula of it was proved.
PROVED_FILE: Final = "proved-pack.txt"
#: The name in the history while nobody has said who sits here.
NOBODY: Final = "未登记人员"


@dataclass
class Workspace:
    """Everything that a use case needs. Close it, or use it as a context manager.

    `pack` is the one in use: `shipped`, or a newer one that the bureau sent. `pack_trouble` is a sentence for the
    clerk where that newer one could not be loaded; empty when all is well.
    """

    pack: PolicyPack
    store: Store
    clock: Clock
    resources: Path
    folder: Path
    shipped: PolicyPack
    pack_trouble: str = ""
    _kept: dict[str, PolicyPack | None] = field(default_factory=dict)

    def use_pack(self, pack: PolicyPack) -> None:
        """Go on under another pack at once; see `core.services.packs.activate`, which also remembers it."""
        self._kept.clear()
        self.pack, self.pack_trouble = pack, ""

    def pack_of(self, record: Record) -> PolicyPack:
        """The pack that judges a form: the one in use, or for a locked form the one it was filled under, if kept."""
        if record.state.is_editable:
            return self.pack
        return self.pack_labelled(record.pack_version) or self.pack

    def pack_labelled(self, label: str) -> PolicyPack | None:
        """The pack of that label: in use, shipped, or the last one kept; None where none can be loaded."""
        for pack in (self.pack, self.shipped):
            if pack.label == label:
                return pack
        if label not in self._kept:
            self._kept[label] = self._load_kept(label)
        return self._kept[label]

    def pack_content(self, pack: PolicyPack | None = None) -> bytes:
        """A pack that is in use, shipped or kept (by default the one in use) as a file, as a notice carries it."""
        wanted = pack or self.pack
        if self.store.library.packs.has(wanted.digest):
            return self.store.library.packs.content(wanted.digest)
        return pack_bytes(self.resources / "policy")

    def keep_pack(self, pack: PolicyPack) -> None:
        """Keep a pack for good, so that what it judges today can be shown and checked under it later."""
        if not self.store.library.packs.has(pack.digest):
            self.store.library.packs.put(pack.digest, pack.label, self.pack_content(pack))

    def bind_pack(self, record: Record) -> None:
        """Before a form is locked: keep the pack in use, and note that this form is judged by it from now on."""
        self.keep_pack(self.pack)
        self.store.library.packs.refile(record.id, self.pack.label, actor=self.actor)

    def _load_kept(self, label: str) -> PolicyPack | None:
        """A kept pack by its label, the last one kept first; None where none can be loaded any more."""
        for kept in reversed(self.store.library.packs.all()):
            if kept.label == label:
                try:
                    return load_kept(self.store.library.packs.content(kept.digest), self.folder)
                except GreenLadderError:
                    continue
        return None

    @property
    def station(self) -> Station | None:
        """Who sits here; None until the first choice. Asked anew each time: another window may have changed it."""
        return self.store.this_pc.load_station()

    @property
    def party(self) -> Station | None:
        """Whose data these are, without a name, where several clerks share a server; None where none is bound."""
        return self.store.this_pc.load_party()

    @property
    def server(self) -> str:
        """The server on which the data lie, as a clerk reads it; blank where they lie on this PC."""
        return self.store.address.place if self.store.address is not None else ""

    def choose_station(self, station: Station) -> None:
        """Save who sits here: role, office, clerk."""
        self.store.this_pc.save_station(station)

    @property
    def actor(self) -> str:
        """The name under which changes are written into the history."""
        station = self.station
        if station is None:
            return NOBODY
        where = self.office_label(station.office) if station.role is Role.OFFICE else self.pack.bureau_short_name
        return f"{where} {station.clerk}".strip()

    def office_label(self, office: str) -> str:
        """The name of an office code; a strange one as it is."""
        offices = self.pack.lists.get("office")
        return offices.label_of(office) if offices else office

    @property
    def manual(self) -> Path:
        """The user manual, which is shipped beside the resources."""
        return self.resources.parent / "docs" / "用户手册.md"

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def load_policy(resources: Path | None = None) -> PolicyPack:
    """The shipped policy pack, without opening a store.

    Raises:
        PackError: the pack is wrong.
    """
    base = resources or resources_folder()
    pack = load_pack(base / "policy", proved=_digest_proved(base))
    require_complete(pack)
    return pack


def _digest_proved(resources: Path) -> str:
    """The digest of the pack that was proved when the program was made (`tools/prove_pack.py`); empty without one."""
    try:
        return (resources / PROVED_FILE).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def load_kept(content: bytes, folder: Path) -> PolicyPack:
    """A pack from its file, proved to serve this program; unpacked only inside `folder`, and taken away again.

    Raises:
        UnreadableInputError: no policy pack.
        PackError: wrong for this program.
    """
    pack = load_packed(content, folder)
    require_complete(pack)
    return pack


def open_workspace(
    folder: Path, *, resources: Path | None = None, clock: Clock | None = None, pack: PolicyPack | None = None,
    tell: Callable[[str], None] | None = None,
) -> Workspace:
    """Open the store in `folder` (made when missing) with the policy pack in use there.

    `pack` is the shipped pack where the caller has it loaded already; `tell` is told of every step that may take long.

    Raises:
        PackError: the shipped pack is wrong.
        StoreError: the folder or its store cannot be used.
    """
    from core.store.store import open_store

    base = resources or resources_folder()
    ticking = clock or SystemClock()
    shipped = pack or load_policy(base)
    with ExitStack() as unless_opened:
        store = open_store(folder, ticking, tell=tell)
        unless_opened.callback(store.close)
        chosen, trouble = _in_use(store, folder, shipped)
        unless_opened.pop_all()
    return Workspace(chosen, store, ticking, base, folder, shipped, trouble)


def policy_in(folder: Path) -> PolicyPack:
    """The pack in use in that folder, without making a store where there is none: the shipped one then.

    Raises:
        PackError: the shipped pack is wrong.
        StoreError: the store cannot be used.
    """
    if not has_store(folder):
        return load_policy()
    with open_workspace(folder) as ws:
        return ws.pack


def _in_use(store: Store, folder: Path, shipped: PolicyPack) -> tuple[PolicyPack, str]:
    """The pack that was put in use, while it is newer than the shipped one and can still be loaded."""
    digest = store.active_pack()
    if digest is None or digest == shipped.digest:
        return shipped, ""
    try:
        pack = load_kept(store.library.packs.content(digest), folder)
        return (pack, "") if is_newer(pack, shipped) else (shipped, "")
    except GreenLadderError as error:
        why = str(error).partition("。")[0]
        return shipped, (
            f"启用过的政策包在本程序中不能用（{why}），暂按随程序的“{shipped.label}”办理；请安装新版程序，"
            f"或请区工信局重新发送政策包。"
        )
