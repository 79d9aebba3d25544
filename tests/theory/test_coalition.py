"""Fixed points of conditional pledges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord._errors import ModelError
from accord.theory.coalition import (
    All,
    Always,
    Any,
    AtLeast,
    Goes,
    Never,
    World,
    greatest_fixed_point,
    joining,
    least_fixed_point,
    mutual_waits,
    restrict_worlds,
    waits_for,
    waive_waiting,
)

WORLDS = 13


@st.composite
def conditions(draw, pledges, depth=2):
    kinds = ["always", "world", "goes"] + (["all", "any", "some"] if depth else [])
    kind = draw(st.sampled_from(kinds))
    if kind == "always":
        return Always()
    if kind == "world":
        mask = draw(st.lists(st.booleans(), min_size=WORLDS, max_size=WORLDS))
        return World(np.array(mask))
    if kind == "goes":
        chosen = draw(st.lists(st.integers(0, pledges - 1), min_size=1, max_size=3))
        return Goes(tuple(chosen))
    members = tuple(draw(conditions(pledges, depth - 1)) for _ in range(draw(st.integers(1, 3))))
    if kind == "all":
        return All(members)
    if kind == "any":
        return Any(members)
    return AtLeast(draw(st.integers(1, len(members))), members)


@st.composite
def situations(draw):
    pledges = draw(st.integers(1, 6))
    seed = draw(st.integers(0, 2**32 - 1))
    available = np.random.default_rng(seed).random((pledges, WORLDS)) < 0.75
    return available, tuple(draw(conditions(pledges)) for _ in range(pledges))


def holds(condition, going, pledge, world):
    match condition:
        case Always():
            return True
        case Never():
            return False
        case World(mask):
            return bool(mask[world])
        case Goes(pledges):
            return any(going[other] for other in pledges if other != pledge)
        case All(members):
            return all(holds(member, going, pledge, world) for member in members)
        case Any(members):
            return any(holds(member, going, pledge, world) for member in members)
        case AtLeast(k, members):
            return sum(holds(member, going, pledge, world) for member in members) >= k


def once(going, available, rules):
    worlds = range(available.shape[1])
    return np.array(
        [
            [available[m, w] and holds(rule, going[:, w], m, w) for w in worlds]
            for m, rule in enumerate(rules)
        ]
    )


@given(situations())
def test_both_fixed_points_are_fixed_and_the_least_lies_within_the_greatest(situation):
    available, rules = situation
    least = least_fixed_point(available, rules)
    greatest = greatest_fixed_point(available, rules)
    assert np.array_equal(once(least, available, rules), least)
    assert np.array_equal(once(greatest, available, rules), greatest)
    assert not (least & ~greatest).any()
    assert not (greatest & ~available).any()


@given(situations(), st.data())
def test_an_available_pledge_more_never_keeps_another_away(situation, data):
    available, rules = situation
    more = available | (
        np.random.default_rng(data.draw(st.integers(0, 99))).random(available.shape) < 0.3
    )
    for fixed_point in (least_fixed_point, greatest_fixed_point):
        assert not (fixed_point(available, rules) & ~fixed_point(more, rules)).any()


@given(situations(), st.data())
def test_a_weaker_condition_never_keeps_anyone_away(situation, data):
    available, rules = situation
    pledge = data.draw(st.integers(0, len(rules) - 1))
    weaker = list(rules)
    weaker[pledge] = Any((rules[pledge], data.draw(conditions(len(rules)))))
    for fixed_point in (least_fixed_point, greatest_fixed_point):
        assert not (fixed_point(available, rules) & ~fixed_point(available, weaker)).any()


@given(situations())
def test_without_a_circle_of_waiting_the_fixed_points_are_one(situation):
    available, rules = situation
    if not mutual_waits(rules):
        assert np.array_equal(
            least_fixed_point(available, rules), greatest_fixed_point(available, rules)
        )


@given(situations())
def test_the_coin_picks_the_fixed_point_of_each_world(situation):
    available, rules = situation
    coin = np.arange(WORLDS) % 3 == 0
    mixed = joining(available, rules, coin)
    assert np.array_equal(mixed[:, coin], greatest_fixed_point(available, rules)[:, coin])
    assert np.array_equal(mixed[:, ~coin], least_fixed_point(available, rules)[:, ~coin])


@given(situations())
def test_worlds_do_not_touch_one_another(situation):
    available, rules = situation
    chosen = np.array([4, 0, 4, 12])
    few = tuple(restrict_worlds(rule, chosen) for rule in rules)
    for fixed_point in (least_fixed_point, greatest_fixed_point):
        assert np.array_equal(
            fixed_point(available[:, chosen], few), fixed_point(available, rules)[:, chosen]
        )


def test_two_that_wait_for_each_other_go_together_or_stay_away_together():
    rules = (Goes((1,)), Goes((0,)), Always())
    available = np.ones((3, 2), dtype=bool)
    available[1, 1] = False
    assert least_fixed_point(available, rules).tolist() == [[False] * 2, [False] * 2, [True] * 2]
    assert greatest_fixed_point(available, rules).tolist() == [
        [True, False],
        [True, False],
        [True, True],
    ]
    assert mutual_waits(rules) == ((0, 1),)


def test_a_pledge_does_not_count_as_company_for_itself():
    # contributor with pledges 0 and 1 asks that "it joins": one pledge carries the other only
    rules = (Goes((0, 1)), Always())
    available = np.array([[True, True], [True, False]])
    expected = [[True, False], [True, False]]
    assert greatest_fixed_point(available, rules).tolist() == expected
    assert least_fixed_point(available, rules).tolist() == expected
    assert waits_for(rules[0], 0) == {1}


def test_a_leader_no_longer_waits_but_still_minds_the_world():
    mask = np.array([True, False])
    first = waive_waiting(All((Goes((1,)), World(mask))))
    going = least_fixed_point(np.ones((2, 2), dtype=bool), (first, Never()))
    assert going.tolist() == [[True, False], [False, False]]


def test_worlds_that_do_not_fill_a_byte_come_back_whole():
    for worlds in (1, 7, 8, 9, 2048):
        available = np.random.default_rng(worlds).random((5, worlds)) < 0.5
        assert np.array_equal(least_fixed_point(available, [Always()] * 5), available)


@pytest.mark.parametrize(
    "rule",
    [
        All(()),
        Any(()),
        AtLeast(1, ()),
        AtLeast(0, (Always(),)),
        AtLeast(2, (Always(),)),
        Goes((7,)),
        Goes((-1,)),
        World(np.ones(3, dtype=bool)),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(rule):
    with pytest.raises(ModelError):
        least_fixed_point(np.ones((1, 2), dtype=bool), [rule])


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ModelError, match="2 pledges but 1"):
        greatest_fixed_point(np.ones((2, 2), dtype=bool), [Always()])
    with pytest.raises(ModelError, match="shape"):
        greatest_fixed_point(np.ones(2, dtype=bool), [Always()])
