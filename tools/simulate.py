"""Plays a district of 30 offices over many rounds on a bad post and prints what happened.

`simulate.py [OFFICES [ROUNDS [SEED]]]`. Status 1 when the two ends do not hold the same state in the end.
"""

from __future__ import annotations

import sys
import time
from collections import Counter

from tests.simulation.checks import require_peace
from tests.simulation.world import World, district

#: What was counted, in the order and the words in which it is printed.
_POST = ("sent", "lost", "repeated", "late", "renamed", "damaged", "astray", "arrived")
_FILES = ("received", "refused", "empty or repeated", "undone")
_RECORDS = ("record new", "record changed", "record unchanged", "record conflict", "record kept", "record refused")


def main(offices: int = 30, rounds: int = 12, seed: int = 2026) -> int:
    """Play and print."""
    start = time.perf_counter()
    with district(seed, offices) as world:
        for number in range(1, rounds + 1):
            world.play()
            seconds = time.perf_counter() - start
            print(f"round {number}: {world.post.told['sent']} files sent, {seconds:.0f} s", flush=True)
        world.come_to_rest()
        try:
            require_peace(world)
            is_same = True
        except AssertionError as error:
            print(error)
            is_same = False
        _report(world, offices, rounds, seed)
    print(f"seconds: {time.perf_counter() - start:.0f}")
    print(f"same state at both ends: {'yes' if is_same else 'NO'}")
    return 0 if is_same else 1


def _report(world: World, offices: int, rounds: int, seed: int) -> None:
    counted = world.totals()
    typed = sum(len(station.typed) for station in world.stations)
    print(f"offices: {offices}, rounds with faults: {rounds}, good exchanges after: {world.exchanges}, seed: {seed}")
    print(f"files on the post: {_told(world.post.told, _POST)}")
    print(f"files that came in, each with its sentence: {_told(counted, _FILES)}")
    print(f"records: {counted['records']} made, {counted['admitted']} admitted, {typed} values typed, none lost")
    print(f"records in files: {_told(counted, _RECORDS)}")
    print(f"conflicts settled by a clerk: {counted['settled']}")


def _told(counted: Counter[str], names: tuple[str, ...]) -> str:
    return ", ".join(f"{counted[name]} {name.removeprefix('record ')}" for name in names)


if __name__ == "__main__":
    sys.exit(main(*(int(given) for given in sys.argv[1:])))
