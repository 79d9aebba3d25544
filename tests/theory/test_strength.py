"""Forces, reinforcements and tripwires on one index."""

from __future__ import annotations

import numpy as np
import pytest

from accord._errors import ModelError
from accord.theory.strength import forward_strength, round_strength, strength, tripwire_cost


def test_only_what_is_required_deploys_and_everyone_deploys_the_same_share():
    supply = np.array([[3000.0, 10.0], [1000.0, 0.0]])
    result = forward_strength(np.array([0.0002, 0.05]), np.array([2000.0, 40.0]), supply)
    assert result == pytest.approx([3000 * 0.5 * 0.0002 + 10 * 0.05, 1000 * 0.5 * 0.0002])


def test_forces_differ_by_world_and_nothing_supplied_adds_nothing():
    supply = np.array([[[2.0, 0.0]], [[2.0, 0.0]]])
    result = forward_strength(np.array([1.0]), np.array([[2.0, 2.0]]), supply)
    assert result.tolist() == [[1.0, 0.0], [1.0, 0.0]]


def test_a_reinforcement_fades_with_its_delay():
    assert strength(2.0, 8.0, 0.0, 20.0) == 10.0
    assert strength(2.0, 8.0, 20.0, 20.0) == pytest.approx(2 + 8 / np.e)
    with pytest.raises(ModelError):
        strength(2.0, 8.0, 0.0, 0.0)


def test_half_of_a_tripwire_is_reached_where_it_says():
    cost = tripwire_cost(0.08, 5000, np.array([0.0, 5000.0, 10_000.0]))
    assert cost == pytest.approx([0.0, 0.04, 0.06])
    with pytest.raises(ModelError):
        tripwire_cost(0.08, 0, 1.0)


def test_strengths_are_rounded_to_an_eighth_half_to_even():
    assert round_strength([1.0624, 0.0625, 0.1875, 3.0]).tolist() == [1.0, 0.0, 0.25, 3.0]
