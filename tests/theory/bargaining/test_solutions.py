"""Bargaining solutions against plain enumeration, and the axioms that define them."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord.theory.bargaining.frontier import pareto_frontier
from accord.theory.bargaining.solutions import (
    egalitarian,
    kalai_smorodinsky,
    least_spread,
    nash,
    utilitarian,
)
from accord.theory.bargaining.space import Bargain
from oracles import solutions as oracle
from oracles.bargain_cases import as_record, random_problem, random_weights


def same(found, expected):
    if expected is None:
        return found is None
    return tuple(found.utilities.tolist()) in expected.utilities and found.ties == expected.packages


def largest(record):
    every = pareto_frontier(replace(record, walk_away=np.full(record.parties, -(10**6))))
    return every.utilities.max(axis=1) if every.utilities.size else record.walk_away


@pytest.mark.parametrize("seed", range(600, 900))
def test_solutions_are_those_of_plain_enumeration_ties_counted(seed):
    problem = random_problem(seed)
    record = as_record(problem)
    frontier = pareto_frontier(record, acceptable=True)
    below = record.walk_away
    assert same(nash(frontier, below, 1.0), oracle.nash(problem))
    weights = random_weights(seed, problem)
    assert same(nash(frontier, below, 1.0, weights), oracle.nash(problem, weights))
    assert same(egalitarian(frontier, below, 1.0), oracle.egalitarian(problem))
    assert same(utilitarian(frontier, 1.0), oracle.utilitarian(problem))
    ideal = frontier.utilities.max(axis=1) if frontier.utilities.size else below
    expected = oracle.kalai_smorodinsky(problem)
    found = kalai_smorodinsky(frontier, below, ideal)
    assert same(found, expected)
    assert found is None or found.left_out == tuple(expected.left_out)
    wide = kalai_smorodinsky(frontier, below, largest(record))
    assert same(wide, oracle.kalai_smorodinsky(problem, "all"))


@pytest.mark.parametrize("seed", range(900, 1000))
def test_the_convention_of_negmas_is_that_of_plain_enumeration(seed):
    problem = random_problem(seed)
    record = replace(as_record(problem))
    record = replace(record, limits=tuple(x for x in record.limits if x.party < 0))
    every = [vector for _, vector, _ in problem.rows]
    if not every:
        return
    below = np.maximum(record.walk_away, np.min(every, axis=0))
    frontier = pareto_frontier(replace(record, walk_away=below), acceptable=True)
    expected = oracle.negmas(problem)
    if expected["nash"] is None or expected["nash"].value > 0:
        assert same(nash(frontier, below, 1.0), expected["nash"])
    assert same(egalitarian(frontier, below, 1.0), expected["kalai"])
    assert same(least_spread(frontier, below, np.max(every, axis=0)), expected["ks"])


def test_values_are_products_smallest_gains_ratios_and_sums():
    # two provisions split between two parties: (4, 0), (2, 2), (0, 4) from a walk-away of nought
    table = np.array([[2, 1, 0], [0, 1, 2]])
    record = Bargain((table, table), np.zeros(2, dtype=np.int64), scale=2.0)
    frontier = pareto_frontier(record, acceptable=True)
    assert frontier.utilities.tolist() == [[4, 3, 2, 1, 0], [0, 1, 2, 3, 4]]
    assert frontier.counts.tolist() == [1, 2, 3, 2, 1]
    below = record.walk_away
    assert nash(frontier, below, 2.0).value == 1.0
    assert nash(frontier, below, 2.0).ties == 3
    assert nash(frontier, below, 2.0).next_best == 0.75
    assert egalitarian(frontier, below, 2.0).value == 1.0
    assert utilitarian(frontier, 2.0).value == 2.0
    assert utilitarian(frontier, 2.0).ties == 9
    assert utilitarian(frontier, 2.0).next_best is None
    assert kalai_smorodinsky(frontier, below, np.array([4, 4])).value == 0.5


def test_a_party_with_more_bargaining_weight_gets_more():
    table = np.array([np.arange(11), 10 - np.arange(11)])
    record = Bargain((table,), np.zeros(2, dtype=np.int64))
    frontier = pareto_frontier(record, acceptable=True)
    # the split of ten by weights w and 1 gives w/(w + 1) of it to the first
    for weight, part in ((1, 5), (4, 8), (0.25, 2)):
        found = nash(frontier, record.walk_away, 1.0, [weight, 1])
        assert found.utilities[0] == part


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 7), st.integers(-50, 50), st.integers(0, 4))
def test_nash_and_kalai_smorodinsky_survive_rescaling_one_party(seed, factor, shift, which):
    record = as_record(random_problem(seed))
    party = which % record.parties
    scaled = np.ones(record.parties, dtype=np.int64)
    scaled[party] = factor
    added = np.zeros(record.parties, dtype=np.int64)
    added[party] = shift
    first, *rest = (table * scaled[:, None] for table in record.values)
    other = replace(
        record,
        values=(first + added[:, None], *rest),
        walk_away=record.walk_away * scaled + added,
        joints=tuple(
            replace(j, points=j.points * scaled.reshape(-1, *[1] * (j.points.ndim - 1)))
            for j in record.joints
        ),
    )
    mine, theirs = (pareto_frontier(x, acceptable=True) for x in (record, other))
    if not mine.utilities.size:
        assert not theirs.utilities.size
        return
    # where somebody cannot gain, the product is over the others alone and no longer free of scale
    if (mine.utilities <= record.walk_away[:, None]).any(axis=0).all():
        return
    for pick in (
        lambda f, x: nash(f, x.walk_away, 1.0),
        lambda f, x: kalai_smorodinsky(f, x.walk_away, f.utilities.max(axis=1)),
    ):
        here, there = pick(mine, record), pick(theirs, other)
        assert here.ties == there.ties
        back = other.utilities(here.package[None, :])[:, 0]
        # with ties another package may be named, equally good
        gains = [(u - r) for u, r in zip(back, other.walk_away, strict=True)]
        told = [(u - r) for u, r in zip(there.utilities, other.walk_away, strict=True)]
        if here.ties == 1:
            assert gains == told


def test_exact_fractions_settle_what_rounding_would_confuse():
    # 1/3 of 3e9 and of 7e9, and a vector that is worse by one step in 1e-10 of it
    base = np.array([[10**9, 10**9 - 1], [7 * 10**9 // 3, 7 * 10**9 // 3 + 5]])
    record = Bargain((base,), np.zeros(2, dtype=np.int64))
    frontier = pareto_frontier(record, acceptable=True)
    ideal = np.array([3 * 10**9, 7 * 10**9])
    found = kalai_smorodinsky(frontier, record.walk_away, ideal)
    ratios = [
        sorted(Fraction(int(u), int(i)) for u, i in zip(v, ideal, strict=True))
        for v in frontier.utilities.T
    ]
    best = max(range(len(ratios)), key=lambda k: ratios[k])
    assert found.utilities.tolist() == frontier.utilities[:, best].tolist()
    product = nash(frontier, record.walk_away, 1.0)
    products = [math.prod(map(int, v)) for v in frontier.utilities.T]
    assert math.prod(map(int, product.utilities)) == max(products)
