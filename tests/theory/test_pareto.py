"""The non-dominated set: against the definition, and the laws that it obeys."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord._errors import ModelError
from accord.theory.pareto import CHUNK, non_dominated


def by_definition(points):
    """Who is dominated by nobody, every pair looked at."""
    return [
        not any(
            all(b >= a for a, b in zip(own, other, strict=True))
            and any(b > a for a, b in zip(own, other, strict=True))
            for other in points
        )
        for own in points
    ]


@st.composite
def point_sets(draw):
    count, counts = draw(st.integers(1, 25)), draw(st.integers(1, 4))
    row = st.lists(st.integers(0, 4).map(lambda k: k / 4), min_size=counts, max_size=counts)
    return np.array(draw(st.lists(row, min_size=count, max_size=count)))


@given(point_sets())
def test_the_set_is_the_defined_one(points):
    assert non_dominated(points).tolist() == by_definition(points.tolist())


@given(point_sets(), st.randoms(use_true_random=False))
def test_order_ties_and_scale_do_not_matter(points, random):
    kept = non_dominated(points)
    order = list(range(len(points)))
    random.shuffle(order)
    assert (non_dominated(points[order]) == kept[order]).all()
    assert (non_dominated(np.vstack([points, points])) == np.tile(kept, 2)).all()
    assert (non_dominated(np.exp(3 * points)) == kept).all()
    assert (non_dominated(points[:, ::-1]) == kept).all()


@given(point_sets())
def test_everybody_left_out_is_dominated_by_somebody_kept(points):
    kept = non_dominated(points)
    assert kept.any()
    for own in points[~kept]:
        assert any((other >= own).all() and (other > own).any() for other in points[kept])
    assert non_dominated(points[kept]).all()


@pytest.mark.parametrize("seed", range(6))
def test_more_points_than_are_compared_at_a_time(seed):
    random = np.random.default_rng(seed)
    points = random.integers(0, 40, (3 * CHUNK, 3)) / 40
    if seed % 2:  # nearly all of them non-dominated
        points[:, 2] = 2 - points[:, 0] - points[:, 1]
    better = (points[:, None, :] <= points[None]).all(axis=2) & (
        points[:, None, :] < points[None]
    ).any(axis=2)
    assert (non_dominated(points) == ~better.any(axis=1)).all()


def test_sums_that_round_to_the_same_do_not_mislead():
    low, high = 1.0, np.nextafter(1.0, 2.0)
    points = np.array([[low, 1e16], [high, 1e16], [low, 1e16 + 2]])
    assert non_dominated(points).tolist() == [False, True, True]


def test_by_hand():
    points = [[0.5, 0.5], [0.9, 0.1], [0.5, 0.4], [0.9, 0.1], [0.1, 0.9], [-0.0, 0.9], [0.0, 0.9]]
    assert non_dominated(points).tolist() == [True, True, False, True, True, False, False]
    assert non_dominated([[0.0], [-0.0]]).tolist() == [True, True]
    assert non_dominated(np.zeros((0, 3))).tolist() == []


def test_many_points_need_little_memory():
    points = np.random.default_rng(1).random((100_000, 5))
    tracemalloc.start()
    kept = non_dominated(points)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200e6  # every pair would be 10 GB
    for own in points[~kept][:50]:
        assert (points[kept] >= own).all(axis=1).any()


@pytest.mark.parametrize(
    ("shares", "found"),
    [
        ([1.0, 2.0], r"shape \(2,\)"),
        (np.zeros((3, 0)), r"shape \(3, 0\)"),
        ([[1.0, float("nan")]], "not finite"),
    ],
)
def test_what_cannot_be_compared_is_refused(shares, found):
    with pytest.raises(ModelError, match=found):
        non_dominated(shares)
