"""Who may send us files: this workstation's own key, and the enrolled keys of others (design §6).

A workstation makes its key once, kept with its store. The other side enrols it by a first file and the check code that
is read over the telephone; the code covers the key.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from core.domain.enums import Role
from core.domain.errors import NotAllowedError
from core.domain.exchange import Head, Party, Sender, Succession
from core.domain.records import Station
from core.domain.values import Stored
from core.services.exchange.model import PeerLine, Trust
from core.services.workspace import Workspace
from core.store.exchange.peers import Peer

_KEY: Final = "exchange:key"
_SUCCESSION: Final = "exchange:succession"
_PREVIOUS: Final = "exchange:previous-key"
_IS_OUT: Final = "exchange:key-is-out"
_UNTIL: Final = "exchange:key-until:"
#: Settings that say that a file went out under the present key.
KEY_IS_OUT: Final[Mapping[str, Stored]] = {_IS_OUT: True}
#: Setting: the names under which this store wrote while somebody else sat here.
_AS_OTHERS: Final = "exchange:sites-of-others"
BUREAU: Final = Party(Role.BUREAU, "")


def own_party(ws: Workspace) -> Party:
    """Whose workstation this is.

    Raises:
        NotAllowedError: nobody has said yet.
    """
    station = ws.station
    if station is None or (station.role is Role.OFFICE and not station.office):
        raise NotAllowedError("还没有登记本机由谁使用，不能收发文件。请先在“本机使用人”中选择单位。")
    return Party(station.role, station.office if station.role is Role.OFFICE else "")


def change_station(ws: Workspace, station: Station) -> str:
    """Choose who sits here. A store that already sent files for somebody else goes on as a new workstation.

    Gives a sentence on what that means; blank where nothing of the kind happened.
    """
    keys = (_KEY, _SUCCESSION, _PREVIOUS, _IS_OUT)
    is_renewed = ws.store.exchange.change_party(station, forget=keys, as_others=_AS_OTHERS)
    ws.choose_station(station)
    if not is_renewed:
        return ""
    return "本机原来以别的单位的名义发过文件，现在按新的工作站对待：对方收到第一个文件时要重新核对登记，包号从1数起。"


def own_key_name(ws: Workspace) -> str:
    """The name of this workstation's key, as the other side sees it."""
    from core.infra.signing import key_name, public_key

    return key_name(public_key(private_key(ws)))


def private_key(ws: Workspace) -> bytes:
    """This workstation's private key, 32 bytes; made at the first call."""
    from core.infra.signing import new_private_key

    kept = ws.store.get_setting(_KEY)
    if isinstance(kept, str):
        return bytes.fromhex(kept)
    return bytes.fromhex(str(ws.store.exchange.settle_setting(_KEY, new_private_key().hex())))


def signed_under(private_key: bytes) -> Mapping[str, Stored]:
    """The settings while that key is the present one."""
    return {_KEY: private_key.hex()}


def rotate(ws: Workspace) -> str:
    """更换密钥: sign with a new key from now on; files say so, signed by the last key under which one went out.

    Gives the new key's name.
    """
    from core.infra.signing import key_name, new_private_key, public_key, sign

    old, new = private_key(ws), new_private_key()
    before = ws.store.get_setting(_PREVIOUS)
    if isinstance(before, str) and not ws.store.get_setting(_IS_OUT):
        old = bytes.fromhex(before)  # nobody has seen the present key yet: the other side could not know it
    signature = sign(old, public_key(new))
    ws.store.exchange.set_settings({
        _PREVIOUS: old.hex(), _IS_OUT: None, _SUCCESSION: [public_key(old).hex(), signature.hex()], _KEY: new.hex(),
    })
    return key_name(public_key(new))


def own_sender(ws: Workspace) -> Sender:
    """This workstation as the head of a file names it."""
    from core.infra.signing import public_key

    site = ws.store.exchange.site()
    kept = ws.store.get_setting(_AS_OTHERS)
    as_others = {str(name) for name in kept} if isinstance(kept, list) else set()
    former = tuple(sorted(ws.store.exchange.own_sites() - {site} - as_others))
    return Sender(site, own_party(ws), public_key(private_key(ws)), ws.actor, former)


def own_succession(ws: Workspace) -> Succession | None:
    """The proof that the present key follows an earlier one; None while there was only one."""
    kept = ws.store.get_setting(_SUCCESSION)
    if not isinstance(kept, list) or len(kept) != 2:
        return None
    return Succession(bytes.fromhex(str(kept[0])), bytes.fromhex(str(kept[1])))


def party_label(ws: Workspace, party: Party) -> str:
    """A party in clerks' words."""
    return ws.pack.bureau_short_name if party.role is Role.BUREAU else ws.office_label(party.office)


def peers(ws: Workspace) -> tuple[PeerLine, ...]:
    """Every enrolled workstation, retired ones too."""
    return tuple(_line(ws, peer) for peer in ws.store.exchange.peers.all())


def is_enrolled(ws: Workspace, party: Party) -> bool:
    """True when a workstation of that party is enrolled and not retired."""
    return any(p.party == party and p.retired_at is None for p in ws.store.exchange.peers.all())


def trust_in(ws: Workspace, head: Head) -> Trust:
    """Whether the key of a file's sender is one that we know, for the party that it says it is."""
    from core.infra.signing import public_key

    if head.sender.key == public_key(private_key(ws)):
        return Trust.OWN
    known = _enrolled(ws, head.sender.key, head.sender.party)
    if known is not None:
        return Trust.KNOWN if known.retired_at is None and not _is_followed(ws, head) else Trust.RETIRED
    if head.succession is not None:
        before = _enrolled(ws, head.succession.previous_key, head.sender.party)
        if before is not None:
            return Trust.SUCCEEDED if before.retired_at is None else Trust.RETIRED
    return Trust.STRANGER


def succeeded(head: Head) -> dict[str, Stored]:
    """Settings that end the trust in a key that another one has followed: its later files are somebody else's."""
    if head.succession is None:
        return {}
    return {_UNTIL + head.succession.previous_key.hex(): (head.sender.site, head.number)}


def _is_followed(ws: Workspace, head: Head) -> bool:
    """True for a file of a replaced key that is no late one from before the replacement."""
    until = ws.store.get_setting(_UNTIL + head.sender.key.hex())
    if not isinstance(until, list) or len(until) != 2:
        return False
    return until[0] != head.sender.site or head.number >= int(str(until[1]))


def enrol(ws: Workspace, path: Path, code: str, *, password: str = "") -> PeerLine:
    """登记: trust the sender of a file whose check code was compared over the telephone.

    Raises:
        UnreadableInputError: the code is another one.
        NotAllowedError: the file is not meant for us, or the key is another office's.
        PackageRefusedError, PasswordNeededError: the file cannot be read.
    """
    from core.services.exchange import reading

    with reading.opened(ws, path, password) as incoming:
        reading.require_code(code, incoming)
        return _enrol(ws, incoming.head)


def _enrol(ws: Workspace, head: Head) -> PeerLine:
    refuse_wrong_way(ws, head, trust_in(ws, head))
    key = head.sender.key.hex()
    peer = ws.store.exchange.peers.enrol(head.sender.party, key, head.sender.name, actor=ws.actor)
    return _line(ws, peer)


def retire(ws: Workspace, peer_id: int) -> PeerLine:
    """停用: take no more files signed by that key."""
    return _line(ws, ws.store.exchange.peers.retire(peer_id))


def refuse_wrong_way(ws: Workspace, head: Head, found: Trust) -> None:
    """Refuse a file that is our own, or meant for somebody else.

    Raises:
        NotAllowedError: it is.
    """
    party = own_party(ws)
    if found is Trust.OWN:
        raise NotAllowedError(f"这是本机自己写出的{head.kind.label}，要交给{party_label(ws, head.recipient)}接收。")
    if head.recipient != party:
        raise NotAllowedError(
            f"这份{head.kind.label}是给“{party_label(ws, head.recipient)}”的，"
            f"本机使用人是“{party_label(ws, party)}”，不能接收。请转交对方，或核对“本机使用人”。"
        )


def _enrolled(ws: Workspace, key: bytes, party: Party) -> Peer | None:
    peer = ws.store.exchange.peers.by_key(key.hex())
    return peer if peer is not None and peer.party == party else None


def _line(ws: Workspace, peer: Peer) -> PeerLine:
    from core.infra.signing import key_name

    return PeerLine(
        peer.id, peer.party, party_label(ws, peer.party), peer.name, key_name(bytes.fromhex(peer.key)),
        peer.enrolled_at, peer.enrolled_by, peer.retired_at,
    )
