"""200 districts of four offices, three rounds on a bad post, then a good one: both ends the same, nothing lost."""

from __future__ import annotations

import pytest

from tests.simulation.checks import require_peace
from tests.simulation.world import district

SEEDS = 200
OFFICES = 4
ROUNDS = 3


@pytest.mark.parametrize("seed", range(SEEDS))
def test_both_ends_are_the_same_after_the_last_good_round(seed: int) -> None:
    with district(seed, OFFICES) as world:
        for _ in range(ROUNDS):
            world.play()
        world.come_to_rest()
        require_peace(world)
