import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord._errors import ModelError
from accord.theory.conflict import Conflict, stability
from accord.theory.conflict_limited import (
    limited_move_stability,
    non_myopic_stability,
)
from accord.theory.party_moves import PartyMoves
from oracles.conflict_horizons import all_anticipated, anticipated, repeats
from oracles.conflict_shapes import graph_of, possible, random_shape, strict

SEEDS = st.integers(0, 2**32)


def two_by_two(rows):
    """A 2 x 2 game, option on = cooperate; states DD, CD, DC, CC."""
    conflict = Conflict(2, (2, 2), (0, 1), ("both", "both"), np.ones(4, dtype=bool))
    return conflict, np.array(rows)


@settings(max_examples=200)
@given(SEEDS)
def test_moves_of_a_party_are_those_of_the_definition(seed):
    shape, _ = random_shape(seed)
    conflict, graph = Conflict(**shape), graph_of(shape)
    for party in range(conflict.parties):
        moves = PartyMoves.of(conflict, party)
        starts, ends = moves.arcs()
        listed = [(a, b) for a in sorted(graph[party]) for b in sorted(graph[party][a])]
        assert list(zip(starts.tolist(), ends.tolist(), strict=True)) == listed
        for state in range(conflict.states):
            assert moves.ends(state).tolist() == sorted(graph[party][state])


@settings(max_examples=300)
@given(SEEDS)
def test_anticipations_agree_with_the_recursion(seed):
    shape, ranks = random_shape(seed, most=2)
    graph = graph_of(shape)
    found = limited_move_stability(Conflict(**shape), ranks, 4)
    for horizon in range(1, 5):
        for party in (0, 1):
            for state in range(len(shape["feasible"])):
                place = horizon - 1, party, state
                end = anticipated(graph, ranks, horizon, party, state)
                assert found.anticipated[place] == end
                assert found.stable[place] == (shape["feasible"][state] and end == state)


@settings(max_examples=200)
@given(SEEDS)
def test_where_it_says_so_no_tie_can_change_what_is_anticipated(seed):
    shape, ranks = random_shape(seed, most=2)
    graph = graph_of(shape)
    found = limited_move_stability(Conflict(**shape), ranks, 3)
    for horizon in range(1, 4):
        for party in (0, 1):
            for state in possible(shape):
                place = horizon - 1, party, state
                ends = all_anticipated(graph, ranks, horizon, party, state)
                assert found.anticipated[place] in ends
                if found.settled[place]:
                    assert ends == {found.anticipated[place]}


@settings(max_examples=200)
@given(SEEDS)
def test_strict_rankings_leave_nothing_to_a_tie(seed):
    shape, ranks = random_shape(seed, most=2)
    found = limited_move_stability(Conflict(**shape), strict(ranks, seed), 5)
    assert found.settled.all()


@settings(max_examples=200)
@given(SEEDS)
def test_one_move_ahead_is_nash_stability_and_nobody_ends_worse_than_it_is(seed):
    shape, ranks = random_shape(seed, most=2)
    conflict = Conflict(**shape)
    found = limited_move_stability(conflict, ranks, 5)
    assert np.array_equal(found.stable[0], stability(conflict, ranks, ["nash"])["nash"])
    for party in (0, 1):
        mine = np.array(ranks[party])
        assert (mine[found.anticipated[:, party]] >= mine).all()
    assert np.array_equal(found.equilibria, found.stable[:, 0] & found.stable[:, 1])


@settings(max_examples=200)
@given(SEEDS)
def test_two_moves_ahead_imply_general_metarationality(seed):
    # Who stays because of the answer that the other prefers stays for fear of some answer.
    shape, ranks = random_shape(seed, most=2)
    conflict = Conflict(**shape)
    found = limited_move_stability(conflict, ranks, 2)
    gmr = stability(conflict, ranks, ["gmr"])["gmr"]
    assert not (found.stable[1] & ~gmr).any()


@settings(max_examples=200)
@given(SEEDS)
def test_without_end_is_what_holds_once_expectations_repeat(seed):
    shape, ranks = random_shape(seed, most=2)
    ranks = strict(ranks, seed)
    wanted = repeats(graph_of(shape), ranks, range(len(shape["feasible"])))
    found = non_myopic_stability(Conflict(**shape), ranks)
    stable = {(p, s) for p in (0, 1) for s in possible(shape) if found.stable[p, s]}
    start, period, for_good = wanted
    assert (found.start, found.period) == (start, period)
    assert stable == {place for place in for_good if shape["feasible"][place[1]]}
    assert found.settled.all()


@settings(max_examples=100)
@given(SEEDS)
def test_far_horizons_agree_with_the_limit_whatever_ties_there_are(seed):
    shape, ranks = random_shape(seed, most=2)
    conflict = Conflict(**shape)
    found = non_myopic_stability(conflict, ranks)
    steps = limited_move_stability(conflict, ranks, found.start + 2 * found.period)
    for first in (found.start, found.start + found.period):
        some = steps.stable[first - 1 : first - 1 + found.period]
        assert np.array_equal(some.all(axis=0), found.stable)


def test_the_prisoners_dilemma_has_two_non_myopic_equilibria():
    # Brams and Wittman (1981), Kilgour (1984): mutual defection and cooperation both hold; a
    # horizon of one move sees defection only.
    conflict, ranks = two_by_two([[1, 0, 3, 2], [1, 3, 0, 2]])
    found = limited_move_stability(conflict, ranks, 6)
    assert np.flatnonzero(found.equilibria[0]).tolist() == [0]
    for horizon in range(2, 7):
        assert np.flatnonzero(found.equilibria[horizon - 1]).tolist() == [0, 3]
    limit = non_myopic_stability(conflict, ranks)
    assert np.flatnonzero(limit.stable.all(axis=0)).tolist() == [0, 3]
    assert (limit.start, limit.period) == (2, 1)


def test_chicken_has_the_compromise_as_its_one_non_myopic_equilibrium():
    # Brams and Wittman (1981), Zagare (1984): one move ahead the two Nash equilibria, far ahead
    # the compromise, which is no Nash equilibrium.
    conflict, ranks = two_by_two([[0, 1, 3, 2], [0, 3, 1, 2]])
    found = limited_move_stability(conflict, ranks, 6)
    assert np.flatnonzero(found.equilibria[0]).tolist() == [1, 2]
    assert not found.equilibria[1].any()
    for horizon in range(3, 7):
        assert np.flatnonzero(found.equilibria[horizon - 1]).tolist() == [3]
    limit = non_myopic_stability(conflict, ranks)
    assert np.flatnonzero(limit.stable.all(axis=0)).tolist() == [3]


def test_a_cap_below_the_first_repeat_is_told():
    conflict, ranks = two_by_two([[0, 1, 3, 2], [0, 3, 1, 2]])
    found = non_myopic_stability(conflict, ranks, cap=2)
    assert (found.start, found.period) == (2, 0)
    steps = limited_move_stability(conflict, ranks, 2)
    assert np.array_equal(found.stable, steps.stable[1])


def test_where_nobody_can_move_all_is_stable():
    conflict = Conflict(2, (2, 2), (-1, -1), ("both", "both"), np.array([1, 1, 1, 0]))
    found = limited_move_stability(conflict, [[0, 1, 2, 3], [3, 2, 1, 0]], 3)
    assert (found.stable == conflict.feasible).all()


@pytest.mark.parametrize(
    ("ask", "complaint"),
    [
        (lambda c, r: limited_move_stability(c, r, 0), "horizon of 0"),
        (lambda c, r: non_myopic_stability(c, r, cap=0), "horizon of 0"),
        (lambda c, r: limited_move_stability(c, r[None], 1), "one world"),
        (lambda c, r: limited_move_stability(c, r[:1], 1), "found shape"),
        (
            lambda _, r: limited_move_stability(
                Conflict(3, (2,), (0,), ("both",), np.ones(2)), r, 1
            ),
            "3 parties, wanted 2",
        ),
        (
            lambda _, r: limited_move_stability(
                Conflict(2, (2,) * 13, (0,) * 13, ("both",) * 13, np.ones(2**13)),
                np.zeros((2, 2**13), dtype=int),
                1,
            ),
            "pairs of states",
        ),
    ],
)
def test_what_has_no_answer_is_refused(ask, complaint):
    with pytest.raises(ModelError, match=complaint):
        ask(*two_by_two([[0, 1, 3, 2], [0, 3, 1, 2]]))
