"""Gale cuts: delivery, its margin and its reason."""

from __future__ import annotations

from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord._errors import ModelError
from accord.theory import capacity
from accord.theory.capacity import (
    NOTHING_REQUIRED,
    coverage,
    cuts_of,
    round_to_grid,
    taken_alone,
)


@st.composite
def problems(draw, capabilities=4):
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    pools, phases, worlds = draw(st.integers(1, 6)), draw(st.integers(1, 3)), 5
    kinds = draw(st.integers(1, capabilities))
    roles = generator.random((pools, kinds)) < 0.45
    going = generator.random((pools, worlds)) < 0.8
    usable = generator.integers(0, 6, (pools, phases))
    requirement = generator.integers(0, 7, (kinds, phases, worlds))
    return going, usable, roles, requirement


def every_cut(going, usable, roles, requirement, phase, world):
    """Ratio and set of every cut with a positive demand, connected or not."""
    kinds = range(roles.shape[1])
    subsets = chain.from_iterable(combinations(kinds, size) for size in range(1, len(kinds) + 1))
    for subset in subsets:
        demand = sum(int(requirement[k, phase, world]) for k in subset)
        supply = sum(
            int(usable[m, phase])
            for m in range(len(roles))
            if going[m, world] and any(roles[m, k] for k in subset)
        )
        if demand:
            yield supply / demand, subset


@given(problems())
def test_margin_and_reason_are_those_of_the_first_tightest_of_all_cuts(problem):
    going, usable = problem[:2]
    result = coverage(*problem)
    for world in range(going.shape[1]):
        found = [
            (ratio, phase, len(subset), subset)
            for phase in range(usable.shape[1])
            for ratio, subset in every_cut(*problem, phase, world)
        ]
        if not found:
            assert result.reason[world] == NOTHING_REQUIRED
            assert result.delivered[world]
            assert result.log_lambda[world] == 10.0
            continue
        ratio, phase, _, subset = min(found)
        assert result.ratio[world] == ratio
        assert result.labels[result.reason[world]] == (phase, subset)
        assert result.delivered[world] == (ratio >= 1)
        assert (result.log_lambda[world] >= 0) == result.delivered[world]


@given(problems(), st.integers(0, 99))
def test_more_pledges_more_amounts_and_lower_requirements_never_lower_the_margin(problem, seed):
    going, usable, roles, requirement = problem
    generator = np.random.default_rng(seed)
    before = coverage(*problem).log_lambda
    more = going | (generator.random(going.shape) < 0.5)
    assert (coverage(more, usable, roles, requirement).log_lambda >= before).all()
    larger = usable + generator.integers(0, 3, usable.shape)
    assert (coverage(going, larger, roles, requirement).log_lambda >= before).all()
    lower = np.maximum(requirement - generator.integers(0, 3, requirement.shape), 0)
    assert (coverage(going, usable, roles, lower).log_lambda >= before).all()


@given(problems(), st.integers(2, 9))
def test_another_unit_changes_nothing(problem, factor):
    going, usable, roles, requirement = problem
    before = coverage(*problem)
    after = coverage(going, usable * factor, roles, requirement * factor)
    assert np.array_equal(before.log_lambda, after.log_lambda)
    assert np.array_equal(before.reason, after.reason)


@given(problems(), st.randoms())
def test_another_order_of_names_changes_no_margin(problem, random):
    going, usable, roles, requirement = problem
    pools = random.sample(range(len(roles)), len(roles))
    kinds = random.sample(range(roles.shape[1]), roles.shape[1])
    after = coverage(going[pools], usable[pools], roles[pools][:, kinds], requirement[kinds])
    assert np.array_equal(coverage(*problem).log_lambda, after.log_lambda)


@given(problems())
def test_programming_finds_the_same_margins_as_listing(problem):
    going, usable, roles, requirement = problem
    listed = cuts_of(roles)
    large = capacity.Cuts((), listed.components, listed.components)
    programmed = coverage(going, usable, roles, requirement, large)
    exhaustive = coverage(*problem)
    assert exhaustive.exact
    assert not programmed.exact
    assert np.allclose(programmed.log_lambda, exhaustive.log_lambda, atol=1e-9)
    assert np.array_equal(programmed.delivered, exhaustive.delivered)


def test_a_component_with_too_many_sets_is_left_to_programming():
    generator = np.random.default_rng(5)
    roles = np.zeros((14, 15), dtype=bool)
    roles[0, :14] = True
    roles[np.arange(14), np.arange(14)] = True
    roles[13, 14] = False
    going = np.ones((14, 3), dtype=bool)
    usable = generator.integers(1, 9, (14, 1))
    requirement = generator.integers(0, 9, (15, 1, 3))
    requirement[14] = 0
    cuts = cuts_of(roles)
    assert cuts.large == (tuple(range(14)),)
    result = coverage(going, usable, roles, requirement, cuts)
    assert not result.exact
    for world in range(3):
        best = min(every_cut(going, usable, roles, requirement, 0, world))
        assert result.ratio[world] == pytest.approx(best[0], abs=1e-12)


def test_a_chain_of_shared_roles_is_listed_however_long():
    roles = np.zeros((29, 30), dtype=bool)
    roles[np.arange(29), np.arange(29)] = roles[np.arange(29), np.arange(1, 30)] = True
    cuts = cuts_of(roles)
    assert not cuts.large
    assert len(cuts.sets) == 30 * 31 // 2


def test_one_step_short_fails_and_equality_passes():
    roles = np.array([[True]])
    going = np.ones((1, 3), dtype=bool)
    huge = 2**52
    requirement = np.array([[[huge, huge + 1, 0]]])
    result = coverage(going, np.array([[huge]]), roles, requirement)
    assert result.delivered.tolist() == [True, False, True]
    assert result.log_lambda[0] == 0.0
    assert -1e-15 < result.log_lambda[1] < 0.0
    assert np.float32(result.log_lambda[1]) < 0
    assert np.isinf(result.ratio[2])


def test_a_pool_with_two_roles_is_not_spent_twice():
    roles = np.array([[True, True]])
    going = np.ones((1, 1), dtype=bool)
    result = coverage(going, np.array([[5]]), roles, np.array([[[5]], [[5]]]))
    assert not result.delivered[0]
    assert result.labels[result.reason[0]] == (0, (0, 1))
    alone = taken_alone(going, np.array([[5]]), roles, np.array([[[5]], [[5]]]))
    assert alone.covered.tolist() == [[1.0], [1.0]]
    assert alone.shortfall.tolist() == [[0.0], [0.0]]


def test_shortfall_is_the_weighted_mean_of_what_is_missing():
    roles = np.array([[True]])
    going = np.array([[True, False]])
    alone = taken_alone(
        going, np.array([[4]]), roles, np.array([[6]]), weights=np.array([3.0, 1.0])
    )
    assert alone.covered[0, 0] == 0.0
    assert alone.shortfall[0, 0] == pytest.approx(0.75 * 2 + 0.25 * 6)


def test_amounts_may_differ_by_world():
    roles = np.array([[True]])
    usable = np.array([[[3, 4, 5]]])
    result = coverage(np.ones((1, 3), dtype=bool), usable, roles, np.array([[4]]))
    assert result.delivered.tolist() == [False, True, True]


def test_the_grid_rounds_half_to_even_and_names_what_it_cannot_hold():
    assert round_to_grid(np.array([2.5e-6, 3.5e-6, 0.25]), 1.0).tolist() == [2, 4, 250_000]
    with pytest.raises(ModelError, match="positive"):
        round_to_grid(np.array([1.0]), 0.0)
    with pytest.raises(ModelError, match=r"2\*\*53"):
        round_to_grid(np.array([1e12]), 1.0)


def test_without_a_pool_nothing_that_is_required_is_covered():
    nobody = np.zeros((0, 3), dtype=bool)
    none = np.zeros((0, 1), dtype=np.int64)
    roles = np.zeros((0, 2), dtype=bool)
    needs = np.array([[1], [0]])
    assert not coverage(nobody, none, roles, needs).delivered.any()
    assert coverage(nobody, none, roles, 0 * needs).delivered.all()
    alone = taken_alone(nobody, none, roles, needs)
    assert alone.covered.tolist() == [[0.0], [1.0]]


def test_what_cannot_be_compared_is_refused():
    roles = np.array([[True]])
    going = np.ones((1, 2), dtype=bool)
    with pytest.raises(ModelError, match="shapes"):
        coverage(going, np.array([[1, 2]]), roles, np.array([[1]]))
    with pytest.raises(ModelError, match="negative"):
        coverage(going, np.array([[-1]]), roles, np.array([[1]]))
    with pytest.raises(ModelError, match=r"2\*\*53"):
        coverage(going, np.array([[2**53]]), roles, np.array([[1]]))
