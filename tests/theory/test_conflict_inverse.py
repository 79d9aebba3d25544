import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord._errors import ModelError
from accord.theory import conflict_inverse
from accord.theory.conflict import CONCEPTS, Conflict, equilibria, stability
from accord.theory.conflict_inverse import (
    changed_ranks,
    equilibrium_changes,
    least_change,
    missing_sanctions,
)
from oracles.conflict_changes import (
    answered,
    changed_comparisons,
    fewest_unwilling,
    holds_down,
    least_over_rankings,
    least_over_sets,
    levelled,
)
from oracles.conflict_shapes import graph_of, possible, random_shape
from oracles.graph_model import group_reach

SEEDS = st.integers(0, 2**32)


def drawn_place(seed, shape):
    source = np.random.default_rng(seed)
    return int(source.integers(shape["parties"])), int(source.choice(possible(shape)))


@settings(max_examples=300)
@given(SEEDS)
def test_no_smaller_set_of_comparisons_makes_the_state_stable(seed):
    shape, ranks = random_shape(seed)
    conflict, graph = Conflict(**shape), graph_of(shape)
    party, state = drawn_place(seed, shape)
    for concept in CONCEPTS:
        change = least_change(conflict, ranks, concept, party, state)
        better = [one for one in possible(shape) if ranks[party][one] > ranks[party][state]]
        assert set(change.moved) <= set(better)
        assert {move.end for move in change.unanswered} == {
            end
            for end in graph[party][state]
            if not answered(graph, ranks, concept, party, state, end)
        }
        after = changed_ranks(ranks, [change])
        assert stability(conflict, after, [concept])[concept][party, state]
        assert changed_comparisons(ranks[party], after[party], state) == set(change.moved)
        if len(better) <= 9:
            wanted = least_over_sets(graph, ranks, concept, party, state)
            assert change.count == wanted, concept


@settings(max_examples=60)
@given(SEEDS)
def test_no_ranking_whatever_does_with_fewer_comparisons(seed):
    shape, ranks = random_shape(seed, most=2, perception=False)
    if len(shape["feasible"]) > 4:
        shape["sizes"], shape["owners"] = (2, 2), (0, 1)
        shape["directions"] = shape["directions"][:2]
        shape["feasible"] = [True, *shape["feasible"][1:4]]
        ranks = [mine[:4] for mine in ranks]
    graph = graph_of(shape)
    for concept in CONCEPTS:
        for party in range(2):
            for state in possible(shape):
                change = least_change(Conflict(**shape), ranks, concept, party, state)
                wanted = least_over_rankings(graph, ranks, concept, party, state)
                assert change.count == wanted


@settings(max_examples=150)
@given(SEEDS)
def test_the_changes_of_all_parties_make_an_equilibrium(seed):
    shape, ranks = random_shape(seed)
    conflict = Conflict(**shape)
    _, state = drawn_place(seed, shape)
    for concept in ("nash", "gmr", "smr"):
        changes = equilibrium_changes(conflict, ranks, concept, state)
        assert [change.party for change in changes] == list(range(conflict.parties))
        before = stability(conflict, ranks, [concept])[concept]
        after = stability(conflict, changed_ranks(ranks, changes), [concept])[concept]
        assert equilibria(conflict, after)[state]
        for change in changes:
            assert (change.count == 0) == before[change.party, state]
            if change.count:
                rest = [other for other in changes if other is not change]
                left = stability(conflict, changed_ranks(ranks, rest), [concept])[concept]
                assert not equilibria(conflict, left)[state]


@settings(max_examples=150)
@given(SEEDS)
def test_stronger_concepts_need_no_fewer_changes(seed):
    shape, ranks = random_shape(seed)
    conflict = Conflict(**shape)
    party, state = drawn_place(seed, shape)
    count = {c: least_change(conflict, ranks, c, party, state).count for c in CONCEPTS}
    assert count["gmr"] <= min(count["smr"], count["seq"])
    assert max(count["smr"], count["seq"]) <= count["sseq"] <= count["nash"]
    for concept in CONCEPTS:
        unanswered = len(least_change(conflict, ranks, concept, party, state).unanswered)
        assert count[concept] <= unanswered
        if concept in {"nash", "gmr", "seq"}:
            assert count[concept] == unanswered


@settings(max_examples=200)
@given(SEEDS)
def test_what_would_sanction_does_and_nothing_else_would(seed):
    shape, ranks = random_shape(seed)
    conflict, graph = Conflict(**shape), graph_of(shape)
    party, state = drawn_place(seed, shape)
    mine = ranks[party]
    better = [one for one in possible(shape) if mine[one] > mine[state]]
    others = [one for one in graph if one != party]
    for concept in CONCEPTS:
        for missing in missing_sanctions(conflict, ranks, concept, party, state):
            end = missing.improvement.end
            assert missing.improvement.start == state
            wanted = [
                one
                for one in better
                if answered(graph, levelled(ranks, party, state, [one]), concept, party, state, end)
            ]
            assert list(missing.not_better) == wanted
            reach = group_reach(graph, others, end)
            willing = group_reach(graph, others, end, ranks)
            open_ = {
                one
                for one in reach - willing
                if holds_down(graph, ranks, concept, party, state, one)
            }
            sequential = concept in {"seq", "sseq"}
            assert {one.state for one in missing.reactions} == (open_ if sequential else set())
            fewest = fewest_unwilling(graph, ranks, party, end)
            for reaction in missing.reactions:
                check_path(graph, ranks, party, end, reaction)
                assert len(reaction.unwilling) == fewest[reaction.state] > 0


def check_path(graph, ranks, party, here, reaction):
    """Legal moves of the others, nobody twice in a row, and those that their mover dislikes."""
    last, disliked = party, []
    for move in reaction.path:
        assert move.start == here
        assert move.party not in {party, last}
        assert move.end in graph[move.party][here]
        if ranks[move.party][move.end] <= ranks[move.party][here]:
            disliked.append(move)
        here, last = move.end, move.party
    assert here == reaction.state
    assert reaction.unwilling == tuple(disliked)


def test_one_state_may_spoil_the_answers_to_several_improvements():
    # Party 0 has three levels; its two improvements from 0 lead to 1 and 2. Party 1 answers to 4 or
    # 5, no better than 0, from where party 0 could repair by 3 alone.
    conflict = Conflict(2, (3, 2), (0, 1), ("both", "both"), np.ones(6, dtype=bool))
    ranks = np.array([[1, 2, 2, 2, 1, 1], [0] * 6])
    assert len(least_change(conflict, ranks, "smr", 0, 0).unanswered) == 2
    assert least_change(conflict, ranks, "smr", 0, 0).moved == (3,)
    assert least_change(conflict, ranks, "gmr", 0, 0).moved == ()
    assert least_change(conflict, ranks, "nash", 0, 0).moved == (1, 2)
    first, second = missing_sanctions(conflict, ranks, "smr", 0, 0)
    assert (first.not_better, second.not_better) == ((1, 3), (2, 3))


def test_two_states_may_spoil_the_answers_to_three_improvements():
    # As above with five levels: 1, 2 and 3 are better than 0, the answers 6, 7 and 8 are not, but
    # from each party 0 repairs by 5 or 9.
    conflict = Conflict(2, (5, 2), (0, 1), ("both", "both"), np.ones(10, dtype=bool))
    ranks = np.array([[1, 2, 2, 2, 0, 2, 1, 1, 1, 2], [0] * 10])
    change = least_change(conflict, ranks, "smr", 0, 0)
    assert [move.end for move in change.unanswered] == [1, 2, 3]
    assert change.moved == (5, 9)
    assert stability(conflict, changed_ranks(ranks, [change]), ["smr"])["smr"][0, 0]


def test_cooperation_among_prisoners_needs_one_changed_preference_each_for_nash():
    # States DD, CD, DC, CC: neither may prefer to exploit the other.
    conflict = Conflict(2, (2, 2), (0, 1), ("both", "both"), np.ones(4, dtype=bool))
    ranks = np.array([[1, 0, 3, 2], [1, 3, 0, 2]])
    changes = equilibrium_changes(conflict, ranks, "nash", 3)
    assert [change.moved for change in changes] == [(2,), (1,)]
    assert [c.count for c in equilibrium_changes(conflict, ranks, "gmr", 3)] == [0, 0]
    # The sucker leaves; the other would have to want to punish it.
    (missing,) = missing_sanctions(conflict, ranks, "seq", 0, 1)
    assert missing.not_better == (0,)
    assert missing.reactions == ()


def test_a_threat_that_nobody_wants_to_carry_out_is_named():
    # Chicken: who exploits is held by the crash, which the other does not prefer.
    conflict = Conflict(2, (2, 2), (0, 1), ("both", "both"), np.ones(4, dtype=bool))
    ranks = np.array([[0, 1, 3, 2], [0, 3, 1, 2]])
    (missing,) = missing_sanctions(conflict, ranks, "seq", 0, 3)
    (reaction,) = missing.reactions
    assert (reaction.state, reaction.unwilling) == (0, reaction.path)
    assert missing_sanctions(conflict, ranks, "gmr", 0, 3) == ()


SQUARE = Conflict(2, (2, 2), (0, 1), ("both", "both"), np.ones(4, dtype=bool))


@pytest.mark.parametrize(
    ("ask", "complaint"),
    [
        (lambda r: least_change(SQUARE, r, "best", 0, 0), "'best'"),
        (lambda r: least_change(SQUARE, r, "nash", 2, 0), "party 2"),
        (lambda r: least_change(SQUARE, r, "nash", 0, 4), "state 4"),
        (lambda r: least_change(SQUARE, r[None], "nash", 0, 0), "one world"),
        (lambda r: equilibrium_changes(SQUARE, r, "seq", 0), "nash, gmr or smr"),
        (lambda r: missing_sanctions(SQUARE, r, "nash", -1, 0), "party -1"),
    ],
)
def test_what_cannot_be_changed_is_refused(ask, complaint):
    with pytest.raises(ModelError, match=complaint):
        ask(np.zeros((2, 4), dtype=int))


def test_answers_too_many_to_be_searched_are_refused(monkeypatch):
    monkeypatch.setattr(conflict_inverse, "_MOST_REACHED", 1)
    with pytest.raises(ModelError, match="more than 1 states"):
        least_change(SQUARE, [[0, 1, 2, 3], [0] * 4], "gmr", 0, 0)
