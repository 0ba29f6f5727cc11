"""What the workstation remembers."""

from __future__ import annotations

from core.domain.enums import Role
from core.domain.records import Station
from core.store.store import Store


def test_settings_are_set_changed_and_forgotten(store: Store) -> None:
    assert store.get_setting("zoom") is None
    store.set_setting("zoom", 1.25)
    store.set_setting("zoom", ["a", "b"])
    assert store.get_setting("zoom") == ["a", "b"]
    store.set_setting("zoom", None)
    store.set_setting("zoom", None)
    assert store.get_setting("zoom") is None


def test_the_station_is_remembered(store: Store) -> None:
    assert store.this_pc.load_station() is None
    station = Station(Role.OFFICE, "朝霞街道", "张三", "022-1")
    store.this_pc.save_station(station)
    assert store.this_pc.load_station() == station


def test_a_station_that_makes_no_sense_is_chosen_anew(store: Store) -> None:
    unknown_role: list[str] = ["king", "a", "b", "c"]
    store.set_setting("station", unknown_role)
    assert store.this_pc.load_station() is None
    store.set_setting("station", "office")
    assert store.this_pc.load_station() is None
