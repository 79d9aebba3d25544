import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord._errors import ModelError
from accord.theory.conflict import CONCEPTS, Conflict, equilibria, stability
from accord.theory.preference import ranks_from_ranking
from accord.theory.witness import Move, replays, status_quo_paths, witness
from oracles.graph_model import group_reach, is_stable, moves


def random_conflict(seed):
    """A small conflict with levels, one-way, unowned options and impossible and unseen states."""
    source = np.random.default_rng(seed)
    parties = int(source.integers(1, 4))
    extra = int(source.integers(0, 5 - parties))
    sizes = source.choice([2, 2, 2, 3], size=parties + extra)
    owners = np.concatenate([np.arange(parties), source.integers(-1, parties, size=extra)])
    owners = source.permutation(owners)
    states = int(np.prod(sizes))
    feasible = source.random(states) < source.choice([0.6, 1.0])
    feasible[source.integers(states)] = True
    perceived = source.random((parties, states)) < 0.8 if source.random() < 0.3 else None
    conflict = Conflict(
        parties,
        tuple(map(int, sizes)),
        tuple(map(int, owners)),
        tuple(source.choice(["both", "both", "up", "down"], size=parties + extra).tolist()),
        feasible,
        perceived,
    )
    ranks = source.integers(0, source.choice([2, 4, states]), size=(2, parties, states))
    return conflict, ranks


def oracle_moves(conflict):
    perceived = None if conflict.perceived is None else conflict.perceived.tolist()
    return moves(
        conflict.sizes, conflict.owners, conflict.directions, conflict.feasible.tolist(), perceived
    )


CONFLICTS = st.integers(0, 2**32).map(random_conflict)


@settings(max_examples=150)
@given(CONFLICTS)
def test_sweeps_agree_with_the_definitions(case):
    conflict, ranks = case
    found = stability(conflict, ranks)
    graph = oracle_moves(conflict)
    for world, rank in enumerate(ranks.tolist()):
        for concept in CONCEPTS:
            for party in range(conflict.parties):
                wanted = [
                    bool(conflict.feasible[state]) and is_stable(graph, rank, concept, party, state)
                    for state in range(conflict.states)
                ]
                assert found[concept][world, party].tolist() == wanted, (concept, party)


@given(CONFLICTS)
def test_nash_implies_sseq_implies_smr_and_seq_and_each_implies_gmr(case):
    found = stability(*case)
    for stronger, weaker in (
        ("nash", "sseq"),
        ("sseq", "smr"),
        ("sseq", "seq"),
        ("smr", "gmr"),
        ("seq", "gmr"),
    ):
        assert not (found[stronger] & ~found[weaker]).any()


@given(CONFLICTS)
def test_worlds_do_not_touch_each_other_and_only_the_order_of_ranks_counts(case):
    conflict, ranks = case
    before = ranks.copy()
    together = stability(conflict, ranks)
    assert np.array_equal(ranks, before)
    alone = stability(conflict, ranks[1])
    wide = stability(conflict, ranks * 10**15 - 7)
    for concept in CONCEPTS:
        assert np.array_equal(together[concept][1], alone[concept])
        assert np.array_equal(together[concept], wide[concept])


@settings(max_examples=60)
@given(CONFLICTS)
def test_every_verdict_has_a_witness_that_replays(case):
    conflict, ranks = case[0], case[1][0]
    graph, found = oracle_moves(conflict), stability(conflict, ranks)
    for concept in CONCEPTS:
        for party in range(conflict.parties):
            for state in np.flatnonzero(conflict.feasible).tolist():
                shown = witness(conflict, ranks, concept, party, state)
                assert shown.stable == found[concept][party, state]
                assert replays(conflict, ranks, shown)
                _check_by_hand(graph, ranks, shown)


def _check_by_hand(graph, ranks, shown):
    """Replay a witness on the oracle's graph."""
    mine, state = ranks[shown.party], shown.state
    better = {end for end in graph[shown.party][state] if mine[end] > mine[state]}
    if not shown.stable:
        assert shown.escape.end in better
        others = [other for other in graph if other != shown.party]
        sequential = shown.concept in {"seq", "sseq"}
        answers = group_reach(graph, others, shown.escape.end, ranks if sequential else None)
        if shown.concept in {"gmr", "seq"}:
            assert all(mine[end] > mine[state] for end in answers)
        return
    assert [sanction.improvement.end for sanction in shown.sanctions] == sorted(
        better if shown.concept != "nash" else []
    )
    for sanction in shown.sanctions:
        here, last = sanction.improvement.end, shown.party
        for move in sanction.path:
            assert move.start == here
            assert move.party not in {last, shown.party}
            assert move.end in graph[move.party][here]
            if shown.concept in {"seq", "sseq"}:
                assert ranks[move.party][move.end] > ranks[move.party][here]
            here, last = move.end, move.party
        assert mine[here] <= mine[state]
        if shown.concept in {"smr", "sseq"}:
            assert all(mine[end] <= mine[state] for end in graph[shown.party][here])


def test_a_forged_witness_does_not_replay():
    conflict, ranks = dilemma()
    shown = witness(conflict, ranks, "seq", 0, 3)
    assert replays(conflict, ranks, shown)
    path = shown.sanctions[0].path
    forged = [
        type(shown)("seq", 0, 3, stable=True, escape=None, sanctions=()),
        type(shown)("seq", 0, 3, stable=False, escape=Move(0, 3, 1), sanctions=()),
        type(shown)("seq", 0, 3, stable=False, escape=None, sanctions=()),
        type(shown)(
            "seq",
            0,
            3,
            stable=True,
            escape=None,
            sanctions=(type(shown.sanctions[0])(shown.sanctions[0].improvement, path * 2),),
        ),
        type(shown)(
            "seq",
            0,
            3,
            stable=True,
            escape=None,
            sanctions=(type(shown.sanctions[0])(shown.sanctions[0].improvement, ()),),
        ),
    ]
    assert [replays(conflict, ranks, one) for one in forged] == [False] * 5


def dilemma():
    """The prisoner's dilemma: option on = cooperate; states DD, CD, DC, CC."""
    conflict = Conflict(2, (2, 2), (0, 1), ("both", "both"), np.ones(4, dtype=bool))
    return conflict, np.array([[1, 0, 3, 2], [1, 3, 0, 2]])


def test_the_prisoners_dilemma_is_kept_by_anyone_who_looks_ahead():
    # Fraser and Hipel (1984): cooperation is sequentially stable though it is no Nash equilibrium.
    conflict, ranks = dilemma()
    found = stability(conflict, ranks)
    assert np.flatnonzero(equilibria(conflict, found["nash"])).tolist() == [0]
    for concept in ("gmr", "smr", "seq", "sseq"):
        assert np.flatnonzero(equilibria(conflict, found[concept])).tolist() == [0, 3]
    escape = witness(conflict, ranks, "nash", 0, 3)
    assert escape.escape == Move(0, 3, 2)
    kept = witness(conflict, ranks, "seq", 0, 3)
    assert kept.sanctions[0].improvement == Move(0, 3, 2)
    assert kept.sanctions[0].path == (Move(1, 2, 0),)


def test_elmira_settles_as_published():
    # Hipel, Kilgour, Fang and Peng (1997): of the nine states 5, 8 and 9 are equilibria for anyone,
    # 1 and 4 for those who expect any answer. Options: modify | delay, accept, abandon | insist;
    # once Uniroyal has abandoned its plant nothing else matters, which makes state 9.
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
    found = stability(conflict, ranks)
    for concept in CONCEPTS:
        settled = set(number[equilibria(conflict, found[concept])].tolist())
        assert settled == ({1, 4, 5, 8, 9} if concept in {"gmr", "smr"} else {5, 8, 9})


@settings(max_examples=60)
@given(CONFLICTS)
def test_paths_from_the_status_quo_are_legal_and_shortest(case):
    conflict, ranks = case[0], case[1][0]
    graph = oracle_moves(conflict)
    possible = np.flatnonzero(conflict.feasible).tolist()
    start = possible[0]
    routes = status_quo_paths(conflict, ranks, start, possible)
    assert [route.state for route in routes] == possible
    for improving in (False, True):
        distance, frontier, steps = {start: 0}, {start}, 0
        while frontier:
            steps += 1
            frontier = {
                end
                for here in frontier
                for party in graph
                for end in graph[party][here]
                if not improving or ranks[party][end] > ranks[party][here]
            } - set(distance)
            distance.update(dict.fromkeys(frontier, steps))
        for route in routes:
            path = route.by_improvements if improving else route.by_moves
            assert (path is None) == (route.state not in distance)
            if path is None:
                continue
            assert len(path) == distance[route.state]
            here = start
            for move in path:
                assert move.start == here
                assert move.end in graph[move.party][here]
                assert not improving or ranks[move.party][move.end] > ranks[move.party][here]
                here = move.end
            assert here == route.state


def test_an_option_that_nobody_owns_never_moves():
    conflict = Conflict(1, (2, 2), (0, -1), ("both", "both"), np.ones(4, dtype=bool))
    ranks = np.array([[0, 1, 2, 3]])
    assert stability(conflict, ranks)["nash"].tolist() == [[False, True, False, True]]
    assert status_quo_paths(conflict, ranks, 0, [3])[0].by_moves is None


def test_a_party_jumps_over_impossible_states_by_changing_several_options_at_once():
    # off-off to on-on, though neither half of the change is possible on its own
    feasible = np.array([True, False, False, True])
    conflict = Conflict(1, (2, 2), (0, 0), ("both", "up"), feasible)
    ranks = np.array([[0, 9, 9, 1]])
    assert stability(conflict, ranks)["nash"].tolist() == [[False, False, False, True]]
    assert witness(conflict, ranks, "nash", 0, 0).escape == Move(0, 0, 3)
    # and the ratchet lets nobody back
    assert status_quo_paths(conflict, ranks, 3, [0])[0].by_moves is None


def test_levels_of_a_one_way_option_only_rise_but_may_skip():
    conflict = Conflict(1, (4,), (0,), ("up",), np.ones(4, dtype=bool))
    ranks = np.array([[3, 1, 0, 2]])
    assert stability(conflict, ranks)["nash"].tolist() == [[True, False, False, True]]
    assert [len(r.by_moves or ()) for r in status_quo_paths(conflict, ranks, 1, range(4))] == [
        0,
        0,
        1,
        1,
    ]


@pytest.mark.parametrize(
    ("build", "complaint"),
    [
        (lambda: Conflict(1, (2,), (0, 0), ("both",), np.ones(2)), "one of each"),
        (lambda: Conflict(1, (2,), (1,), ("both",), np.ones(2)), "owner"),
        (lambda: Conflict(1, (2,), (0,), ("left",), np.ones(2)), "directions"),
        (lambda: Conflict(1, (2,), (0,), ("both",), np.ones(3)), "feasible: found shape"),
        (lambda: Conflict(1, (2,), (0,), ("both",), np.zeros(2)), "no state"),
        (lambda: Conflict(1, (2,), (0,), ("both",), np.ones(2), np.ones(2)), "perceived"),
        (lambda: Conflict(1, (2,) * 40, (0,) * 40, ("both",) * 40, np.ones(2)), "states"),
        (lambda: stability(dilemma()[0], np.zeros((2, 3), dtype=int)), "ranks: found shape"),
        (lambda: stability(dilemma()[0], np.zeros((2, 4))), "integers"),
        (lambda: witness(*dilemma(), "nash", 2, 0), "party 2"),
        (lambda: witness(*dilemma(), "best", 0, 0), "concept"),
        (lambda: witness(*dilemma(), "nash", 0, 4), "state 4 is not"),
        (lambda: witness(dilemma()[0], np.zeros((1, 2, 4), dtype=int), "nash", 0, 0), "one world"),
        (lambda: status_quo_paths(*dilemma(), -1, [0]), "state -1 is not"),
    ],
)
def test_what_is_no_conflict_is_refused(build, complaint):
    with pytest.raises(ModelError, match=complaint):
        build()
