"""Which stores of the other side count: an office may have several, the bureau has one, and the latest counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from core.domain.enums import Role
from core.domain.errors import NotAllowedError
from core.domain.exchange import Head, Party, Vector, meet
from core.services.exchange import trust
from core.services.workspace import Workspace

#: The bureau's stores as they followed one another, the latest last.
SUCCESSION: Final = "exchange:bureau-sites"
#: A PC of an office that was silent for so long before another one's last file is not reckoned with any more.
_SILENT_FOR: Final = timedelta(days=400)


def bureau_site(ws: Workspace) -> str:
    """The bureau's present store, as far as is known here; blank before its first file came."""
    known = succession(ws)
    return known[-1] if known else ""


def succession(ws: Workspace, head: Head | None = None) -> tuple[str, ...]:
    """The bureau's stores in the order in which they followed one another, after a file of one of them.

    A store that is new here follows all others, unless one of them has told that it was its name before a restore.
    """
    kept = ws.store.get_setting(SUCCESSION)
    known = [str(site) for site in kept] if isinstance(kept, list | tuple) else []
    if head is None:
        return tuple(known)
    if head.sender.site not in known:
        known.append(head.sender.site)
    at = known.index(head.sender.site)
    known[at:at] = [site for site in head.sender.former if site not in known]
    return tuple(known)


def bureau_has(ws: Workspace) -> Mapping[str, Vector]:
    """Record id → what the bureau's present store is known to have; what a former store had may be lost."""
    return ws.store.exchange.peers.marks(bureau_site(ws))


def has(ws: Workspace, party: Party) -> Mapping[str, Vector]:
    """Record id → what the other side is known to have: the bureau now, an office on any of its PCs."""
    if party.role is Role.BUREAU:
        return bureau_has(ws)
    return ws.store.exchange.peers.marks_of_sites(ws.store.exchange.boxes.sites_of(party))


def office_has(ws: Workspace, office: Party) -> tuple[Mapping[str, Vector], Mapping[str, Vector]]:
    """Record id → what the PC that sent last is known to have, and what all PCs of the office have in common.

    Any of them may read the next file. A record that one of them lacks is in the second with nothing.
    """
    latest: Mapping[str, Vector] = {}
    common: dict[str, Vector] = {}
    for number, site in enumerate(_living(ws, office)):
        latest = ws.store.exchange.peers.marks(site)
        ids = {*common, *latest}
        common = {
            i: latest.get(i, {}) if number == 0 else meet(common.get(i, {}), latest.get(i, {})) for i in ids
        }
    return latest, common


def _living(ws: Workspace, office: Party) -> tuple[str, ...]:
    """The office's stores that may still be in use, the one that sent last at the end."""
    boxes = ws.store.exchange.boxes
    last: dict[str, datetime] = {
        site: max(file.received_at for file in boxes.received_from(site)) for site in boxes.sites_of(office)
    }
    newest = max(last.values(), default=None)
    return tuple(site for site, at in last.items() if newest is not None and newest - at <= _SILENT_FOR)


def require_own_name(ws: Workspace, head: Head) -> None:
    """Refuse a file in the name of a store that is another party's, or ours.

    Raises:
        NotAllowedError: it is.
    """
    site, party = head.sender.site, head.sender.party
    if site in ws.store.exchange.own_sites():
        owner = trust.own_party(ws)
    else:
        owner = next((f.sender for f in ws.store.exchange.boxes.received_from(site) if f.sender != party), party)
    if owner != party:
        raise NotAllowedError(
            f"这份{head.kind.label}署名“{trust.party_label(ws, party)}”，用的却是“{trust.party_label(ws, owner)}”的"
            f"工作站编号，没有接收。请打电话核实；如果是换了使用单位，请对方先备份、再用备份恢复一次（会换新编号），然后重新打包。"
        )


def may_answer(ws: Workspace, head: Head) -> frozenset[str] | None:
    """The records of which a file's sender may say what it has: an office of its own only; None is of all."""
    if head.sender.party.role is Role.BUREAU:
        return None
    return frozenset(ws.store.exchange.ids(offices=(head.sender.party.office,)))
