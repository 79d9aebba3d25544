import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord._errors import ModelError
from accord.theory.conflict import CONCEPTS, Conflict, stability
from accord.theory.conflict_options import coalesced_states, frozen, option_effects
from accord.theory.party_moves import PartyMoves
from accord.theory.preference import ranks_from_ranking
from oracles.conflict_freezing import (
    are_alike,
    led_to,
    levels,
    partitions,
    settled,
    with_option_held,
)
from oracles.conflict_shapes import possible, random_shape

SEEDS = st.integers(0, 2**32)


@settings(max_examples=100)
@given(SEEDS, st.sampled_from(CONCEPTS))
def test_effects_are_the_difference_that_impossible_states_make(seed, concept):
    shape, ranks = random_shape(seed)
    start = possible(shape)[0]
    free = settled(shape, ranks, concept)
    found = option_effects(Conflict(**shape), ranks, concept, status_quo=start)
    places = []
    for option, size in enumerate(shape["sizes"]):
        for level in range(size):
            held = with_option_held(shape, option, level)
            if not possible(held):
                continue
            effect = found[len(places)]
            places.append((option, level))
            before = {state for state in free if levels(shape, state)[option] == level}
            after = settled(held, ranks, concept)
            assert effect.owner == shape["owners"][option]
            assert effect.states == len(possible(held))
            assert set(effect.equilibria) == after
            assert set(effect.gained) == after - before
            assert set(effect.lost) == before - after
            assert effect.changed == len(after ^ before)
            check_start(shape, held, ranks, effect, start)
    assert [(effect.option, effect.level) for effect in found] == places


def check_start(shape, held, ranks, effect, start):
    """The status quo with the option moved, and where it leads."""
    wanted = levels(shape, start)
    wanted[effect.option] = effect.level
    (moved,) = [s for s in range(len(shape["feasible"])) if levels(shape, s) == wanted]
    if not held["feasible"][moved]:
        assert (effect.start, effect.reached, effect.within_moves) == (None, (), ())
        return
    after = set(effect.equilibria)
    assert effect.start == moved
    assert set(effect.reached) == after & led_to(held, moved, ranks)
    assert set(effect.within_moves) == after & led_to(held, moved)


@settings(max_examples=100)
@given(SEEDS)
def test_a_frozen_option_does_not_move_and_freezing_never_upsets_nash_equilibria(seed):
    shape, ranks = random_shape(seed)
    conflict = Conflict(**shape)
    for effect in option_effects(conflict, ranks, "nash"):
        assert effect.lost == ()
        assert effect.start is None
        held = frozen(conflict, effect.option, effect.level)
        at_level = held.levels(effect.option) == effect.level
        for party in range(conflict.parties):
            assert at_level[np.concatenate(PartyMoves.of(held, party).arcs())].all()


@settings(max_examples=100)
@given(SEEDS)
def test_freezing_what_nobody_moves_changes_nothing(seed):
    shape, ranks = random_shape(seed)
    if -1 not in shape["owners"]:
        return
    conflict = Conflict(**shape)
    for concept in CONCEPTS:
        for effect in option_effects(conflict, ranks, concept):
            if effect.owner == -1:
                assert effect.changed == 0


@settings(max_examples=200)
@given(SEEDS)
def test_coalesced_states_are_alike_and_are_stable_together(seed):
    shape, ranks = random_shape(seed, levels=1 + seed % 2)
    conflict = Conflict(**shape)
    classes = [one.states for one in coalesced_states(conflict, ranks)]
    assert sorted(state for some in classes for state in some) == possible(shape)
    assert classes == sorted(classes)
    assert are_alike(shape, ranks, classes)
    found = stability(conflict, ranks)
    for concept in CONCEPTS:
        for some in classes:
            rows = found[concept][:, list(some)]
            assert (rows == rows[:, :1]).all()


@settings(max_examples=60)
@given(SEEDS)
def test_no_coarser_classes_are_alike(seed):
    shape, ranks = random_shape(seed, most=3, levels=1 + seed % 2)
    source = np.random.default_rng(seed)
    for state in source.permutation(len(shape["feasible"]))[6:].tolist():
        shape["feasible"][state] = False
    if not possible(shape):
        return
    found = [set(one.states) for one in coalesced_states(Conflict(**shape), ranks)]
    for classes in partitions(possible(shape)):
        if are_alike(shape, ranks, classes):
            assert all(any(set(some) <= one for one in found) for some in classes)


@settings(max_examples=100)
@given(SEEDS)
def test_levels_of_a_class_are_those_that_its_states_share(seed):
    shape, ranks = random_shape(seed, levels=2)
    for one in coalesced_states(Conflict(**shape), ranks):
        for option, level in enumerate(one.levels):
            seen = {levels(shape, state)[option] for state in one.states}
            assert seen == {level} if level is not None else len(seen) > 1


def test_elmira_has_nine_states():
    # Hipel, Kilgour, Fang and Peng (1997): once Uniroyal has abandoned its plant neither modifying
    # nor insisting makes a difference, so that twelve states are nine.
    ways = ("up", "down", "both", "up", "both")
    every = Conflict(3, (2,) * 5, (0, 1, 1, 1, 2), ways, np.ones(32, dtype=bool))
    modify, delay, accept, abandon, insist = (every.levels(option) for option in range(5))
    feasible = delay + accept + abandon == 1
    conflict = Conflict(3, every.sizes, every.owners, ways, feasible)
    number = np.where(abandon == 1, 9, 1 + modify + 2 * accept + 4 * insist)
    orders = [
        (7, 3, 4, 8, 5, 1, 2, 6, 9),
        (1, 4, 8, 5, 9, 2, 3, 7, 6),
        (7, 3, 5, 1, 8, 6, 4, 2, 9),
    ]
    groups = [[np.flatnonzero(feasible & (number == one)) for one in order] for order in orders]
    ranks = np.stack([ranks_from_ranking(group, feasible) for group in groups])
    classes = coalesced_states(conflict, ranks)
    assert [len(one.states) for one in classes if len(one.states) > 1] == [4]
    assert len(classes) == 9
    (abandoned,) = [one for one in classes if len(one.states) == 4]
    assert abandoned.levels == (None, 0, 0, 1, None)
    assert set(number[list(abandoned.states)].tolist()) == {9}


def test_worlds_that_tell_states_apart_keep_them_apart():
    conflict = Conflict(1, (2,), (-1,), ("both",), np.ones(2, dtype=bool))
    assert len(coalesced_states(conflict, [[[1, 1]], [[3, 3]]])) == 1
    assert len(coalesced_states(conflict, [[[1, 1]], [[3, 2]]])) == 2


def test_states_of_equal_rank_that_others_separate_stay_apart():
    # DD is between CD and DC, which everyone ranks equally.
    conflict = Conflict(2, (2, 2), (0, 1), ("both", "both"), np.ones(4, dtype=bool))
    ranks = [[0, 1, 1, 2], [0, 1, 1, 2]]
    assert [one.states for one in coalesced_states(conflict, ranks)] == [(0,), (1,), (2,), (3,)]


def test_without_the_option_to_defect_the_other_prisoner_still_does():
    conflict = Conflict(2, (2, 2), (0, 1), ("both", "both"), np.ones(4, dtype=bool))
    ranks = [[1, 0, 3, 2], [1, 3, 0, 2]]
    effects = option_effects(conflict, ranks, "nash", status_quo=3)
    # Options of either party, held at defection and at cooperation.
    assert [effect.equilibria for effect in effects] == [(0,), (1,), (0,), (2,)]
    assert [effect.gained for effect in effects] == [(), (1,), (), (2,)]
    # Sequentially the threat of defecting is what keeps cooperation.
    effects = option_effects(conflict, ranks, "seq", status_quo=3)
    assert [effect.lost for effect in effects] == [(), (3,), (), (3,)]
    assert [effect.start for effect in effects] == [2, 3, 1, 3]
    assert [effect.reached for effect in effects] == [(0,), (1,), (0,), (2,)]


SQUARE = Conflict(2, (2, 2), (0, 1), ("both", "both"), np.array([1, 1, 1, 0]))


@pytest.mark.parametrize(
    ("ask", "complaint"),
    [
        (lambda r: frozen(SQUARE, 2, 0), "option 2"),
        (lambda r: frozen(SQUARE, 0, 2), "level 2"),
        (lambda r: frozen(Conflict(1, (2,), (0,), ("both",), [1, 0]), 0, 1), "no state"),
        (lambda r: option_effects(SQUARE, r, "nash", status_quo=3), "state 3"),
        (lambda r: option_effects(SQUARE, r[None], "nash"), "one world"),
        (lambda r: coalesced_states(SQUARE, r[:1]), "found shape"),
    ],
)
def test_what_cannot_be_frozen_is_refused(ask, complaint):
    with pytest.raises(ModelError, match=complaint):
        ask(np.zeros((2, 4), dtype=int))
