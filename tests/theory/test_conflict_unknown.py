import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord._errors import ModelError
from accord.theory.conflict import CONCEPTS, Conflict, equilibria, stability
from accord.theory.conflict_unknown import stability_of_alternatives, stability_of_intervals
from oracles.conflict_completions import of_alternatives, of_intervals, verdicts
from oracles.conflict_shapes import graph_of, possible, random_shape

SEEDS = st.integers(0, 2**32)


def alternatives_of(seed, fewest=2, most=5):
    shape, ranks = random_shape(seed, fewest, most)
    source = random.Random(seed + 1)
    tables = []
    for mine in ranks:
        table = [mine]
        for _ in range(source.randint(0, 2 if shape["parties"] < 4 else 1)):
            other = list(mine)
            for _ in range(source.randint(1, 3)):
                one, two = source.randrange(len(mine)), source.randrange(len(mine))
                other[one], other[two] = other[two], other[one]
            table.append(other)
        tables.append(table)
    return shape, tables


def intervals_of(seed, fewest=2, most=5, unknown=10):
    """Ranks known but for a few states."""
    shape, low = random_shape(seed, fewest, most)
    source = random.Random(seed + 1)
    high = [list(mine) for mine in low]
    places = [(p, s) for p in range(shape["parties"]) for s in possible(shape)]
    for party, state in source.sample(places, min(unknown, len(places))):
        high[party][state] += source.choice([0, 1, 1, 2]) if unknown < 8 else 1
    return shape, low, high


def pairs(mask):
    return set(zip(*(places.tolist() for places in np.nonzero(mask)), strict=True))


def check_against(found, wanted, names=("necessary", "possible")):
    """The four answers against those of the list of completions."""
    always, ever, settled_always, settled_ever = wanted
    if "necessary" in names:
        assert pairs(found.necessary) == always
        assert np.flatnonzero(found.necessary_equilibria).tolist() == sorted(settled_always)
    if "possible" in names:
        assert pairs(found.possible) == ever
        assert np.flatnonzero(found.possible_equilibria).tolist() == sorted(settled_ever)


@settings(max_examples=150)
@given(SEEDS)
def test_alternatives_are_answered_as_by_a_list_of_all_combinations(seed):
    shape, tables = alternatives_of(seed)
    graph, states = graph_of(shape), possible(shape)
    found = stability_of_alternatives(Conflict(**shape), tables)
    for concept in CONCEPTS:
        completions = of_alternatives(tables)
        check_against(found[concept], verdicts(graph, completions, concept, states))
        assert found[concept].necessary_exact
        assert found[concept].possible_exact


@settings(max_examples=100)
@given(SEEDS)
def test_intervals_are_answered_as_by_a_list_of_all_completions_or_never_claim_too_much(seed):
    shape, low, high = intervals_of(seed, most=3, unknown=6)
    graph, states = graph_of(shape), possible(shape)
    completions = of_intervals(low, high)
    found = stability_of_intervals(Conflict(**shape), low, high)
    for concept in CONCEPTS:
        one = found[concept]
        wanted = verdicts(graph, completions, concept, states)
        exact = [name for name in ("necessary", "possible") if getattr(one, f"{name}_exact")]
        check_against(one, wanted, exact)
        always, ever, settled_always, settled_ever = wanted
        assert pairs(one.necessary) <= always
        assert ever <= pairs(one.possible)
        assert set(np.flatnonzero(one.necessary_equilibria)) <= settled_always
        assert settled_ever <= set(np.flatnonzero(one.possible_equilibria))
        if concept in {"nash", "gmr", "smr"}:
            assert exact == ["necessary", "possible"]
        elif shape["parties"] == 2:
            assert exact == ["necessary"]


@settings(max_examples=150)
@given(SEEDS)
def test_no_completion_drawn_from_wide_intervals_escapes_the_bounds(seed):
    shape, low, high = intervals_of(seed, unknown=40)
    conflict = Conflict(**shape)
    found = stability_of_intervals(conflict, low, high)
    source = np.random.default_rng(seed)
    worlds = source.integers(low, np.array(high) + 1, size=(40, *np.shape(low)))
    for concept, stable in stability(conflict, worlds).items():
        one = found[concept]
        assert not (one.necessary & ~stable).any()
        assert not (stable & ~one.possible).any()
        settled = equilibria(conflict, stable)
        assert not (one.necessary_equilibria & ~settled).any()
        assert not (settled & ~one.possible_equilibria).any()


@settings(max_examples=100)
@given(SEEDS)
def test_what_is_known_for_certain_is_plain_stability(seed):
    shape, ranks = random_shape(seed)
    conflict = Conflict(**shape)
    plain = stability(conflict, ranks)
    by_list = stability_of_alternatives(conflict, [[mine] for mine in ranks])
    by_bounds = stability_of_intervals(conflict, ranks, ranks)
    for concept in CONCEPTS:
        for found in (by_list[concept], by_bounds[concept]):
            assert np.array_equal(found.necessary, plain[concept])
            assert np.array_equal(found.possible, plain[concept])
            settled = equilibria(conflict, plain[concept])
            assert np.array_equal(found.necessary_equilibria, settled)
            assert np.array_equal(found.possible_equilibria, settled)


@settings(max_examples=100)
@given(SEEDS)
def test_knowing_less_makes_less_necessary_and_more_possible(seed):
    shape, low, high = intervals_of(seed, unknown=8)
    conflict = Conflict(**shape)
    wider = np.array(high) + np.random.default_rng(seed).integers(0, 2, np.shape(high))
    known, vague = (stability_of_intervals(conflict, low, top) for top in (high, wider))
    for concept in CONCEPTS:
        assert not (vague[concept].necessary & ~known[concept].necessary).any()
        assert not (known[concept].possible & ~vague[concept].possible).any()
        assert not (known[concept].necessary & ~known[concept].possible).any()


def test_where_nothing_is_known_anything_may_hold_and_only_the_immobile_must():
    conflict = Conflict(2, (2, 2), (0, 0), ("both", "up"), np.array([1, 1, 1, 0]))
    found = stability_of_intervals(conflict, np.zeros((2, 4), int), np.full((2, 4), 9))
    for concept in CONCEPTS:
        assert found[concept].necessary.tolist() == [
            [False] * 2 + [True, False],
            [True] * 3 + [False],
        ]
        assert (found[concept].possible == conflict.feasible).all()


def test_equilibria_of_different_combinations_are_not_taken_together():
    # Both are stable somewhere, but by sequential stability never in the same combination.
    found = None
    for seed in range(400):
        shape, tables = alternatives_of(seed, 2, 2)
        one = stability_of_alternatives(Conflict(**shape), tables, ["seq"])["seq"]
        apart = one.possible.all(axis=0) & ~one.possible_equilibria
        if apart.any():
            found = shape, tables, apart
            break
    shape, tables, apart = found
    wanted = verdicts(graph_of(shape), of_alternatives(tables), "seq", possible(shape))
    assert not wanted[3] & set(np.flatnonzero(apart).tolist())


SQUARE = Conflict(2, (2, 2), (0, 1), ("both", "both"), np.ones(4, dtype=bool))


@pytest.mark.parametrize(
    ("ask", "complaint"),
    [
        (lambda: stability_of_alternatives(SQUARE, [[[0] * 4]]), "of 1 parties"),
        (lambda: stability_of_alternatives(SQUARE, [[[0] * 4], [[0] * 3]]), "of party 1"),
        (lambda: stability_of_alternatives(SQUARE, [[[0] * 4], [[0.5] * 4]]), "integers"),
        (
            lambda: stability_of_alternatives(SQUARE, [[[0] * 4] * 65, [[0] * 4] * 64]),
            "4,160 ways",
        ),
        (lambda: stability_of_intervals(SQUARE, [[0] * 4], [[0] * 4]), "low: wanted"),
        (lambda: stability_of_intervals(SQUARE, [[0] * 4] * 2, [[0.5] * 4] * 2), "high: wanted"),
        (lambda: stability_of_intervals(SQUARE, [[1] * 4] * 2, [[0] * 4] * 2), "exceeds"),
        (
            lambda: stability_of_intervals(SQUARE, [[0] * 4] * 2, [[0] * 4] * 2, ["best"]),
            "best",
        ),
    ],
)
def test_what_does_not_fit_is_refused(ask, complaint):
    with pytest.raises(ModelError, match=complaint):
        ask()


def test_own_concepts_take_any_number_of_combinations():
    tables = [[[0] * 4] * 65, [[0] * 4] * 64]
    found = stability_of_alternatives(SQUARE, tables, ["gmr", "nash"])
    assert list(found) == ["gmr", "nash"]
    assert all(one.necessary.all() for one in found.values())
