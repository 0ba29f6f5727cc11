"""200 districts of four offices, three rounds on a bad post, then a good one: both ends the same, nothing lost."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from tests.simulation.checks import require_peace
from tests.simulation.world import district, warm_up

SEEDS = 200
OFFICES = 4
ROUNDS = 3


@pytest.fixture(scope="module", autouse=True)
def _warm() -> Iterator[None]:
    """What every district shares is made once, and not looked through again by each collection of garbage."""
    warm_up()
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.parametrize("seed", range(SEEDS))
def test_both_ends_are_the_same_after_the_last_good_round(seed: int) -> None:
    with district(seed, OFFICES) as world:
        for _ in range(ROUNDS):
            world.play()
        world.come_to_rest()
        require_peace(world)
