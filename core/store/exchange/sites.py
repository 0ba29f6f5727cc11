"""Under which name this store numbers its changes (see `core.domain.exchange.Dot`)."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Final
from uuid import uuid4
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.exchange import Dot
from core.store import history, settings
from core.store.engine import is_writing
from core.store.tables import HistoryHeadRow

_FIRST: Final = "exchange:site"
#: Asked for by everything that reads the history; it never changes. What a transaction still writes is not kept here.
_KNOWN: Final[MutableMapping[object, str]] = WeakKeyDictionary()
_FORMER: Final = "exchange:former-sites"


def first(session: Session) -> str:
    """The store's first site, which history rows name by a blank; blank before the first file was made or read."""
    bind = session.get_bind()
    known = session.info.get(_FIRST) or _KNOWN.get(bind)
    if isinstance(known, str):
        return known
    value = settings.get(session, _FIRST)
    if not isinstance(value, str):
        return ""
    session.info[_FIRST] = value
    if not is_writing(session):
        _KNOWN[bind] = value
    return value


def ensure(session: Session) -> str:
    """The first site, made where there is none yet; needs a writing transaction."""
    known = first(session)
    if not known:
        known = str(uuid4())
        settings.put(session, _FIRST, known)
        session.flush()
    return known


def current(session: Session) -> str:
    """The site under which new changes are numbered."""
    renewed = session.scalar(select(HistoryHeadRow.site))
    return renewed or first(session)


def renew(session: Session) -> str:
    """Number new changes under a new site: after a restore, the old numbers may be out in files already."""
    ensure(session)
    head = history.locked_head(session)
    settings.put(session, _FORMER, sorted({*former(session), head.site} - {""}))
    head.site = str(uuid4())
    session.flush()
    return head.site


def former(session: Session) -> frozenset[str]:
    """Sites between the first and the present one."""
    value = settings.get(session, _FORMER)
    return frozenset(str(site) for site in value) if isinstance(value, list) else frozenset()


def dot_of(site: str, origin: int | None, sequence: int, first_site: str) -> Dot:
    """The dot of a history row."""
    return Dot(site or first_site, sequence if origin is None else origin)
