"""Stability of one state by search, against sweeps over all states and against the definitions."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_conflict_oracle import number_of, random_pair

from accord._errors import ModelError
from accord.theory import conflict_state
from accord.theory.conflict import CONCEPTS, Conflict, stability
from accord.theory.conflict_state import listed_moves, stable_at
from oracles import conflict as oracle

NAMES = {"nash": "Nash", "gmr": "GMR", "smr": "SMR", "seq": "SEQ", "sseq": "SSEQ"}


def random_conflict(seed, worlds=3):
    """A conflict with whatever there is: levels, one-way options, misperceptions, nobody's."""
    dice = np.random.default_rng(seed)
    parties, options = int(dice.integers(1, 5)), int(dice.integers(0, 6))
    sizes = tuple(dice.choice([1, 2, 2, 2, 3], options).tolist())
    owners = tuple(dice.integers(-1, parties, options).tolist())
    ways = tuple(dice.choice(["both", "both", "up", "down"], options).tolist())
    states = int(np.prod(sizes, dtype=int))
    feasible = dice.random(states) >= dice.choice([0.0, 0.3])
    feasible[dice.integers(states)] = True
    perceived = dice.random((parties, states)) < 0.8 if dice.random() < 0.5 else None
    conflict = Conflict(parties, sizes, owners, ways, feasible, perceived)
    # few levels make ties
    ranks = dice.integers(0, dice.choice([2, 4, 1000]), (worlds, parties, states))
    return conflict, ranks


@pytest.mark.parametrize("concept", CONCEPTS)
def test_every_state_of_hundreds_of_conflicts_is_as_sweeps_say(concept):
    found = []
    for seed in range(400):
        conflict, ranks = random_conflict(seed)
        swept = stability(conflict, ranks, (concept,))[concept]
        for state in range(conflict.states):
            stable = stable_at(conflict, ranks, state, concept)
            assert (stable == swept[..., state]).all(), (seed, state)
            found.append(stable.mean())
    assert 0.1 < np.mean(found) < 0.9


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=150)
def test_every_state_is_as_an_explicit_search_for_legal_sequences_says(seed):
    written, conflict, ranks = random_pair(seed)
    for state in oracle.states(written):
        for concept in CONCEPTS:
            expected = [
                oracle.stable(written, NAMES[concept], party, state)
                for party in range(conflict.parties)
            ]
            number = number_of(state, conflict.sizes)
            assert stable_at(conflict, ranks, number, concept).tolist() == expected


@pytest.mark.parametrize("seed", range(40))
def test_only_the_order_of_ranks_matters_and_lists_may_be_given(seed):
    conflict, ranks = random_conflict(seed)
    wide = (ranks - 500) * (1 << 40)
    moves = listed_moves(conflict)
    for concept in CONCEPTS:
        plain = stable_at(conflict, ranks, 0, concept)
        assert (stable_at(conflict, wide, 0, concept, moves) == plain).all()
        assert (stable_at(conflict, ranks.astype(np.int16), 0, concept, moves) == plain).all()
        for world in range(len(ranks)):
            alone = stable_at(conflict, ranks[world], 0, concept, moves)
            assert alone.shape == (conflict.parties,)
            assert (alone == plain[world]).all()


def test_where_moves_are_too_many_to_list_states_are_swept(monkeypatch):
    # one party changes everything at once, from any state to any other
    wide = Conflict(2, (2,) * 12, (0,) * 12, ("both",) * 12, np.ones(1 << 12, dtype=bool))
    assert listed_moves(wide) is None
    ranks = np.random.default_rng(1).integers(0, 50, (2, 2, 1 << 12))
    best = int(np.argmax(ranks[0, 0]))
    assert stable_at(wide, ranks, best, "nash")[0].tolist() == [True, True]
    for seed in range(30):
        conflict, ranks = random_conflict(seed)
        listed = [stable_at(conflict, ranks, 0, concept) for concept in CONCEPTS]
        with monkeypatch.context() as patched:
            patched.setattr(conflict_state, "_MOST_PAIRS", 0)
            assert listed_moves(conflict) is None
            swept = [stable_at(conflict, ranks, 0, concept) for concept in CONCEPTS]
        assert np.array_equal(listed, swept)


def test_lists_hold_the_moves_of_each_state_in_rising_order():
    # option 0 is the first party's and goes up only, option 1 the second's; 3 is impossible
    feasible = np.array([True, True, True, False])
    moves = listed_moves(Conflict(2, (2, 2), (0, 1), ("up", "both"), feasible))
    of = [[moves.ends[begin:end].tolist() for begin, end in pairwise(row)] for row in moves.begins]
    assert of == [[[1], [], [], []], [[2], [], [0], []]]


@pytest.mark.parametrize(
    ("ranks", "state", "told"),
    [
        (np.zeros((2, 3), dtype=int), 0, "shape"),
        (np.zeros((2, 4)), 0, "integers"),
        (np.zeros(4, dtype=int), 0, "shape"),
        (np.zeros((2, 4), dtype=int), 4, "state 4"),
        (np.zeros((2, 4), dtype=int), -1, "state -1"),
    ],
)
def test_what_does_not_fit_is_refused(ranks, state, told):
    conflict = Conflict(2, (2, 2), (0, 1), ("both", "both"), np.ones(4, dtype=bool))
    with pytest.raises(ModelError, match=told):
        stable_at(conflict, ranks, state, "seq")
