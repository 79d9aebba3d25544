"""Robustness metrics: against their definitions, by hand, and the laws that they obey."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord._errors import ModelError
from accord.theory.robustness import NOBODY, minimax_regret, robustness, skewness
from oracles.robustness import LOWER_IS_BETTER, metrics

NAMES = [
    "maximin", "maximax", "Hurwicz optimism-pessimism rule",
    "Laplace's principle of insufficient reason", "mean-variance", "undesirable deviations",
    "percentile-based skewness", "minimax regret", "90th percentile minimax regret",
    "Starr's domain criterion",
]  # fmt: skip

# quarters add up exactly, so that equal values are equal
QUARTERS = st.integers(-12, 12).map(lambda k: k / 4)


@st.composite
def tables(draw, values=QUARTERS):
    packages, worlds = draw(st.integers(1, 4)), draw(st.integers(1, 12))
    row = st.lists(values, min_size=worlds, max_size=worlds)
    table = draw(st.lists(row, min_size=packages, max_size=packages))
    weights = draw(st.lists(st.integers(0, 4), min_size=worlds, max_size=worlds))
    weights[draw(st.integers(0, worlds - 1))] += 1
    return np.array(table), np.array(weights)


def by_name(found):
    return {one.name: one for one in found}


@given(tables(), st.integers(0, 4).map(lambda k: k / 4), QUARTERS)
def test_every_metric_is_what_its_definition_says(drawn, optimism, satisfactory):
    table, weights = drawn
    found = by_name(robustness(table, weights, optimism=optimism, satisfactory=satisfactory))
    known = metrics(table.tolist(), weights.tolist(), optimism, satisfactory)
    assert list(found) == NAMES
    assert set(found) == set(known)
    for name, values in known.items():
        assert found[name].values == pytest.approx(values, abs=1e-12), name
        wanted = "lower is better" if name in LOWER_IS_BETTER else "higher is better"
        assert found[name].direction == wanted


@given(tables(st.booleans()))
def test_bits_are_satisfied_where_they_are_one(drawn):
    table, weights = drawn
    found = by_name(robustness(table, weights))
    known = metrics(table.tolist(), weights.tolist(), 0.5, 1.0)
    for name, values in known.items():
        assert found[name].values == pytest.approx(values, abs=1e-12), name
    shares = (table * weights).sum(axis=1) / weights.sum()
    assert (found["Starr's domain criterion"].values == shares).all()


@given(tables())
def test_ranks_count_who_is_better(drawn):
    for one in robustness(*drawn):
        sign = 1 if one.direction == "higher is better" else -1
        for value, rank in zip(one.values, one.ranks, strict=True):
            assert rank == 1 + sum(sign * other > sign * value for other in one.values)


@given(tables(), st.integers(2, 5), st.randoms(use_true_random=False))
def test_order_scale_and_weightless_worlds_do_not_matter(drawn, scale, random):
    table, weights = drawn
    order = list(range(weights.size))
    random.shuffle(order)
    plain = robustness(table, weights)
    shuffled = robustness(table[:, order], weights[order])
    scaled = robustness(table, weights * scale)
    there = robustness(table[:, weights > 0], weights[weights > 0])
    apart = robustness(np.repeat(table, weights, axis=1))
    for one, *others in zip(plain, shuffled, scaled, there, apart, strict=True):
        for other in others:
            assert other.values == pytest.approx(one.values, abs=1e-12)


@given(tables(), st.data())
def test_who_does_better_in_every_world_is_never_ranked_behind(drawn, data):
    table, weights = drawn
    more = data.draw(st.lists(st.integers(0, 3), min_size=weights.size, max_size=weights.size))
    better = np.vstack([table, table[0] + np.array(more) / 4])
    found = by_name(robustness(better, weights))
    # spread, deviations and skewness look at the shape alone
    for name in NAMES:
        if name not in {"mean-variance", "undesirable deviations", "percentile-based skewness"}:
            assert found[name].ranks[-1] <= found[name].ranks[0], name


@given(tables(), QUARTERS)
def test_what_a_constant_does(drawn, constant):
    table, weights = drawn
    before, after = (
        by_name(robustness(table, weights)),
        by_name(robustness(table + constant, weights)),
    )
    for name in ("maximin", "maximax", "Hurwicz optimism-pessimism rule",
                 "Laplace's principle of insufficient reason"):  # fmt: skip
        assert after[name].values == pytest.approx(before[name].values + constant)
    for name in ("undesirable deviations", "percentile-based skewness", "minimax regret",
                 "90th percentile minimax regret"):  # fmt: skip
        assert after[name].values == pytest.approx(before[name].values)


@given(tables())
def test_hurwicz_lies_between_the_extremes(drawn):
    table, weights = drawn
    worst, best = (
        by_name(robustness(table, weights, optimism=0)),
        by_name(robustness(table, weights, optimism=1)),
    )
    name = "Hurwicz optimism-pessimism rule"
    assert (worst[name].values == worst["maximin"].values).all()
    assert (best[name].values == best["maximax"].values).all()


@given(tables())
def test_regret_names_a_world_and_an_alternative(drawn):
    table, weights = drawn
    found = minimax_regret(table, weights)
    known = metrics(table.tolist(), weights.tolist(), 0.5, 0.0)["minimax regret"]
    assert found.largest.tolist() == known
    assert found.largest[found.best] == min(known)
    assert (found.largest[: found.best] > min(known)).all()
    for package, (world, other) in enumerate(zip(found.worlds, found.alternatives, strict=True)):
        assert weights[world] > 0
        if found.largest[package] == 0:
            assert other == NOBODY
            continue
        assert table[other, world] == table[:, world].max()
        assert table[other, world] - table[package, world] == found.largest[package]
        earlier = [w for w in range(world) if weights[w] > 0]
        assert all(table[:, w].max() - table[package, w] < found.largest[package] for w in earlier)
        assert (table[:other, world] < table[other, world]).all()


def test_savage_by_hand():
    """Three investments, three turns of the interest rate; regrets 7, 5 and 11."""
    found = minimax_regret([[-4, 4, 12], [-2, 3, 8], [3, 2, 1]])
    assert found.largest.tolist() == [7, 5, 11]
    assert found.worlds.tolist() == [0, 0, 2]
    assert found.alternatives.tolist() == [2, 2, 0]
    assert found.best == 1


def test_all_metrics_by_hand():
    """Ten worlds: 1 to 10, and always 5, of which the first weighs nothing."""
    table = [[99, *range(1, 11)], [0, *[5] * 10]]
    found = by_name(robustness(table, [0] + [1] * 10, optimism=0.25, satisfactory=4))
    values = {name: one.values.tolist() for name, one in found.items()}
    assert values["maximin"] == [1, 5]
    assert values["maximax"] == [10, 5]
    assert values["Hurwicz optimism-pessimism rule"] == [3.25, 5]
    assert values["Laplace's principle of insufficient reason"] == [5.5, 5]
    assert values["mean-variance"] == pytest.approx([6.5 / (8.25**0.5 + 1), 6])
    assert values["undesirable deviations"] == [1.0, 0]  # the median is 5: 4 + 3 + 2 + 1
    assert values["percentile-based skewness"] == [0, 0]  # 1, 5, 9
    assert values["minimax regret"] == [4, 5]
    assert values["90th percentile minimax regret"] == [3, 4]
    assert values["Starr's domain criterion"] == [0.7, 1]
    assert found["minimax regret"].ranks.tolist() == [1, 2]
    assert found["maximin"].ranks.tolist() == [2, 1]
    assert found["percentile-based skewness"].ranks.tolist() == [1, 1]


def test_a_spread_is_never_rewarded():
    """Two packages with the same mean below −1; the one that swings is behind."""
    found = by_name(robustness([[-3.0, -3.0], [-6.0, 0.0]]))["mean-variance"]
    assert found.ranks.tolist() == [1, 2]


def test_skewness_by_hand():
    found = skewness(
        np.array([0.0, 0.0, 1.0]), np.array([0.0, 1.0, 1.0]), np.array([2.0, 2.0, 1.0])
    )
    assert found.tolist() == [1, 0, 0]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"performance": [1.0, 2.0]}, r"performance of shape \(2,\)"),
        ({"performance": [[]]}, "performance of shape"),
        ({"performance": [[1.0, float("nan")]]}, "not finite"),
        ({"performance": [[1.0, float("inf")]]}, "not finite"),
        ({"performance": [["a", "b"]]}, "wanted numbers"),
        ({"weights": [1, 2, 3]}, r"weights of shape \(3,\) for 2 worlds"),
        ({"weights": [0.5, 0.5]}, "whole numbers"),
        ({"weights": [1, -1]}, "negative"),
        ({"weights": [0, 0]}, "weight 0"),
        ({"optimism": 1.5}, "optimism of 1.5"),
        ({"satisfactory": float("nan")}, "as satisfactory"),
    ],
)
def test_what_has_no_metric_is_refused(change, found):
    told = {"performance": [[1.0, 2.0], [2.0, 1.0]], **change}
    with pytest.raises(ModelError, match=found):
        robustness(told.pop("performance"), told.pop("weights", None), **told)


def test_a_world_without_weight_may_be_anything():
    found = robustness([[1.0, float("nan")]], [1, 0])
    assert found[0].values.tolist() == [1.0]
