"""Stability in graphs whose moves are listed, against the definitions and against option form."""

import numpy as np
import pytest

from accord._errors import ModelError
from accord.theory.conflict import CONCEPTS
from accord.theory.graph_conflict import (
    MOST_GRAPH_STATES,
    GraphConflict,
    graph_equilibria,
    graph_stability,
)
from conflict_files import CONCEPTS as THEIRS
from conflict_files import oracle_form, random_gmcr, random_graph
from oracles import conflict as oracle
from oracles.graph_model import is_stable


def lists(moves, states):
    return [[sorted(moves[party][s]) for s in range(states)] for party in sorted(moves)]


@pytest.mark.parametrize("seed", range(300))
def test_graphs_without_transitive_moves_follow_the_definitions(seed):
    _, codes, ranks, moves = random_graph(seed)
    found = graph_stability(GraphConflict.of(len(codes), lists(moves, len(codes))), ranks)
    for concept in CONCEPTS:
        for party in moves:
            for state in range(len(codes)):
                wanted = is_stable(moves, ranks, concept, party, state)
                assert found[concept][party, state] == wanted, (concept, party, state)


@pytest.mark.parametrize("seed", range(120))
def test_conflicts_in_options_are_graphs(seed):
    form, states = oracle_form(random_gmcr(seed))
    parties = range(form["parties"])
    reached = [
        [[states.index(end) for end in oracle.moves(form, party, state)] for state in states]
        for party in parties
    ]
    ranks = [[form["worth"][party](state) for state in states] for party in parties]
    found = graph_stability(GraphConflict.of(len(states), reached), ranks)
    for concept, theirs in THEIRS.items():
        settled = {states[k] for k in np.flatnonzero(graph_equilibria(found[concept]))}
        assert settled == oracle.equilibria(form, theirs)


def test_a_party_moves_again_only_after_somebody_else():
    # B goes from 1 to 2 to 3, which A fears; alone it may not take both steps
    b = [[], [2], [3], []]
    a, c = [[1], [], [], []], [[], [], [], []]
    ranks = [[1, 2, 2, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    alone = graph_stability(GraphConflict.of(4, [a, b, c]), ranks)
    assert not alone["gmr"][0, 0]
    # with C between 2 and 4, and B from 4 to 3, the sequence is legal
    a, b, c = [*a, []], [*b, [3]], [[], [], [4], [], []]
    ranks = [[1, 2, 2, 0, 2], [0] * 5, [0] * 5]
    together = graph_stability(GraphConflict.of(5, [a, b, c]), ranks)
    assert together["gmr"][0, 0]
    assert together["smr"][0, 0]
    assert not together["seq"][0, 0]


def test_a_long_chain_of_answers_is_followed_to_its_end():
    # two others take turns along a chain of a thousand states
    states = 1001
    first = [[1]] + [[] for _ in range(states - 1)]
    odd = [[s + 1] if s % 2 and s + 1 < states else [] for s in range(states)]
    even = [[s + 1] if s and s % 2 == 0 and s + 1 < states else [] for s in range(states)]
    ranks = np.zeros((3, states), dtype=int)
    ranks[0] = 2
    ranks[0, 0], ranks[0, -1] = 1, 0
    found = graph_stability(GraphConflict.of(states, [first, odd, even]), ranks)
    assert found["gmr"][0, 0]
    ranks[0, -1] = 2
    found = graph_stability(GraphConflict.of(states, [first, odd, even]), ranks)
    assert not found["gmr"][0, 0]


def test_some_concepts_alone_and_ranks_of_any_size():
    graph = GraphConflict.of(2, [[[1], [0]]])
    found = graph_stability(graph, [[-(2**62), 2**62]], ("nash",))
    assert list(found) == ["nash"]
    assert found["nash"].tolist() == [[False, True]]
    assert graph_stability(graph, [[-(2**62), 2**62]])["gmr"].tolist() == [[False, True]]


@pytest.mark.parametrize(
    ("states", "reachable", "says"),
    [
        (0, [[]], "0 states"),
        (MOST_GRAPH_STATES + 1, [[]], "write larger ones as options"),
        (1, [], "0 parties"),
        (2, [[[1]]], "moves from 1 states"),
        (2, [[[1], [2]]], "a move from 1 to 2"),
        (2, [[[0], []]], "a move from 0 to 0"),
        (2, [[[-1], []]], "a move from 0 to -1"),
    ],
)
def test_graphs_that_are_none_are_refused(states, reachable, says):
    with pytest.raises(ModelError, match=says):
        GraphConflict.of(states, reachable)


@pytest.mark.parametrize("ranks", [[[1, 2, 3]], [[1.0, 2.0]], [1, 2]])
def test_ranks_that_do_not_fit_are_refused(ranks):
    with pytest.raises(ModelError, match="wanted integers of shape"):
        graph_stability(GraphConflict.of(2, [[[1], []]]), ranks)
