"""Who leaves in which round, by looking at one pledge in one world after the other."""

from __future__ import annotations

import numpy as np
import pytest
from test_coalition_oracle import WORLDS, random_condition, told

from accord.theory.coalition import (
    All,
    Always,
    Any,
    AtLeast,
    Goes,
    Never,
    World,
    cascade,
    greatest_fixed_point,
    least_fixed_point,
)
from oracles import capability as oracle


def rounds_by_hand(going, available, conditions):
    """Per world: sets of those that leave, all at once in every round, until nobody does."""
    left = {m for m in going if m in available}
    rounds = [set(going) - left]
    while True:
        leaving = {m for m in left if not oracle.holds(conditions[m], left - {m})}
        if not leaving:
            return rounds, left
        rounds.append(leaving)
        left = left - leaving


def random_system(seed):
    generator = np.random.default_rng(seed)
    pledges = int(generator.integers(1, 8))
    conditions = [random_condition(generator, pledges) for _ in range(pledges)]
    available = generator.random((pledges, WORLDS)) < 0.9
    left = available & (generator.random((pledges, WORLDS)) < 0.7)
    return conditions, available, left


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("point", [least_fixed_point, greatest_fixed_point])
def test_rounds_are_those_found_one_by_one(seed, point):
    conditions, available, left = random_system(seed)
    going = point(available, conditions)
    rounds = cascade(going, left, conditions)
    expected = []
    for w in range(WORLDS):
        words = [told(condition, w) for condition in conditions]
        before = set(np.flatnonzero(going[:, w]).tolist())
        expected.append(rounds_by_hand(before, set(np.flatnonzero(left[:, w]).tolist()), words))
    longest = max(len(found) for found, _ in expected)
    assert len(rounds) == longest
    for number, leaving in enumerate(rounds):
        assert leaving.dtype == np.bool_
        assert leaving.shape == going.shape
        for w, (found, _) in enumerate(expected):
            wanted = found[number] if number < len(found) else set()
            assert set(np.flatnonzero(leaving[:, w]).tolist()) == wanted
    remaining = going & ~np.logical_or.reduce(rounds)
    for w, (_, stays) in enumerate(expected):
        assert set(np.flatnonzero(remaining[:, w]).tolist()) == stays


@pytest.mark.parametrize("seed", range(60))
def test_what_remains_is_the_greatest_fixed_point_below(seed):
    conditions, available, left = random_system(seed)
    for point in (least_fixed_point, greatest_fixed_point):
        going = point(available, conditions)
        rounds = cascade(going, left, conditions)
        remaining = going & ~np.logical_or.reduce(rounds)
        # of those that went: the most that can still go together without the others
        assert (remaining == greatest_fixed_point(going & left, conditions)).all()
        assert (remaining <= left).all()
        # nobody leaves twice, nobody leaves that did not go
        assert (sum(each.astype(int) for each in rounds) == (going & ~remaining)).all()
        # every round but the first empties somebody's place somewhere
        assert all(each.any() for each in rounds[1:])


def test_from_the_greatest_point_it_ends_at_the_greatest_of_what_is_left():
    for seed in range(60):
        conditions, available, left = random_system(seed)
        going = greatest_fixed_point(available, conditions)
        remaining = going & ~np.logical_or.reduce(cascade(going, left, conditions))
        assert (remaining == greatest_fixed_point(left, conditions)).all()


def test_a_chain_falls_one_by_one_and_a_ring_stays():
    one = np.ones((4, 1), dtype=bool)
    chain = [Always(), Goes((0,)), Goes((1,)), Goes((2,))]
    gone = one.copy()
    gone[0] = False
    assert [np.flatnonzero(each).tolist() for each in cascade(one, gone, chain)] == [
        [0], [1], [2], [3],
    ]  # fmt: skip
    ring = [Goes((3,)), Goes((0,)), Goes((1,)), Goes((2,))]
    assert len(cascade(one, one, ring)) == 1
    assert not cascade(one, one, ring)[0].any()
    gone = one.copy()
    gone[1] = False
    assert [np.flatnonzero(each).tolist() for each in cascade(one, gone, ring)] == [
        [1], [2], [3], [0],
    ]  # fmt: skip


def test_thresholds_hold_until_one_too_many_has_left():
    one = np.ones((5, 1), dtype=bool)
    most = AtLeast(2, tuple(Goes((m,)) for m in range(3)))
    conditions = [Always(), Always(), Always(), most, All((Goes((3,)), Any((Goes((0,)), Never()))))]
    gone = one.copy()
    gone[1] = False
    assert len(cascade(one, gone, conditions)) == 1
    gone[2] = False
    assert [np.flatnonzero(each).tolist() for each in cascade(one, gone, conditions)] == [
        [1, 2], [3], [4],
    ]  # fmt: skip


def test_worlds_do_not_meet():
    """Every world has its own rounds, whatever happens in the others."""
    conditions, available, left = random_system(7)
    going = greatest_fixed_point(available, conditions)
    together = cascade(going, left, conditions)
    for w in range(WORLDS):
        own = [in_world(condition, w) for condition in conditions]
        alone = cascade(going[:, w : w + 1], left[:, w : w + 1], own)
        for number, leaving in enumerate(together):
            wanted = alone[number][:, 0] if number < len(alone) else np.zeros(len(own), dtype=bool)
            assert (leaving[:, w] == wanted).all()


def in_world(condition, w):
    match condition:
        case World(mask):
            return World(mask[w : w + 1])
        case All(members):
            return All(tuple(in_world(each, w) for each in members))
        case Any(members):
            return Any(tuple(in_world(each, w) for each in members))
        case AtLeast(k, members):
            return AtLeast(k, tuple(in_world(each, w) for each in members))
        case _:
            return condition


def test_inputs_stay_as_they_are():
    conditions, available, left = random_system(3)
    going = greatest_fixed_point(available, conditions)
    copies = going.copy(), left.copy()
    cascade(going, left, conditions)
    assert (going == copies[0]).all()
    assert (left == copies[1]).all()
