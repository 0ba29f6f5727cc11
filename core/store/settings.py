"""What this workstation remembers: small JSON values by key."""

from __future__ import annotations

from typing import Final, cast

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.domain.enums import Role
from core.domain.records import Station
from core.domain.values import Stored
from core.store.mapping import clean_value
from core.store.tables import SettingRow

#: The digest of the policy pack in use, where it is not the shipped one.
ACTIVE_PACK: Final = "policy:active"
_STATION: Final = "station"
_STATION_PARTS: Final = 4
# Built once: settings are asked for again and again.
_VALUE: Final = select(SettingRow.value).where(SettingRow.key == bindparam("key"))


def get(session: Session, key: str) -> Stored:
    """The value, or None when it was never set."""
    return cast(Stored, session.execute(_VALUE, {"key": key}).scalar())


def put(session: Session, key: str, value: Stored) -> None:
    """Set a value; None forgets it."""
    row = session.get(SettingRow, key)
    if value is None:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(SettingRow(key=key, value=clean_value(value)))
    else:
        row.value = clean_value(value)


def active_pack(session: Session) -> str | None:
    """The digest of the policy pack that was put in use; None while that is the shipped one."""
    value = get(session, ACTIVE_PACK)
    return value if isinstance(value, str) else None


def get_station(session: Session) -> Station | None:
    """Who sits here; None before the first choice, and when the stored one makes no sense."""
    value = get(session, _STATION)
    parts = [str(part) for part in value] if isinstance(value, list) else []
    if len(parts) != _STATION_PARTS or parts[0] not in set(Role):
        return None
    return Station(Role(parts[0]), *parts[1:])


def put_station(session: Session, station: Station) -> None:
    """Remember who sits here."""
    put(session, _STATION, [station.role.value, station.office, station.clerk, station.phone])


def with_clerk(station: Station, clerk: object) -> Station | None:
    """The same party with name and phone of the clerk at this PC; None where there is no name yet."""
    parts = [str(part) for part in clerk] if isinstance(clerk, list) else []
    return Station(station.role, station.office, *parts) if len(parts) == _STATION_PARTS - 2 else None
