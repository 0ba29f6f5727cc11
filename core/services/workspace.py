"""The opened program: policy pack, store and clock, composed once and passed on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from core.domain.enums import Role
from core.domain.records import Station
from core.infra.clock import Clock, SystemClock
from core.infra.paths import resources_folder
from core.policy.loader import load_pack
from core.policy.pack import PolicyPack
from core.rules.registry import require_complete
from core.store.store import Store, open_store

#: The name in the history while nobody has said who sits here.
NOBODY: Final = "未登记人员"


@dataclass
class Workspace:
    """Everything that a use case needs. Close it, or use it as a context manager."""

    pack: PolicyPack
    store: Store
    clock: Clock
    resources: Path
    folder: Path

    @cached_property
    def _station(self) -> Station | None:
        return self.store.load_station()

    @property
    def station(self) -> Station | None:
        """Who sits here; None until the first choice."""
        return self._station

    def choose_station(self, station: Station) -> None:
        """Save who sits here: role, office, clerk."""
        self.store.save_station(station)
        self.__dict__["_station"] = station

    @property
    def actor(self) -> str:
        """The name under which changes are written into the history."""
        station = self._station
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
    pack = load_pack((resources or resources_folder()) / "policy")
    require_complete(pack)
    return pack


def open_workspace(
    folder: Path, *, resources: Path | None = None, clock: Clock | None = None, pack: PolicyPack | None = None
) -> Workspace:
    """Open the store in `folder` (made when missing) with the policy pack.

    Raises:
        PackError: the pack is wrong.
        StoreError: the folder or its store cannot be used.
    """
    base = resources or resources_folder()
    ticking = clock or SystemClock()
    policy = pack or load_policy(base)
    return Workspace(policy, open_store(folder, ticking), ticking, base, folder)
