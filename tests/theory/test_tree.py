"""A classification tree: its splits against all splits, its pruning against all prunings."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from accord._errors import ModelError
from accord.theory.tree import grow, inside
from oracles.splits import best_gain, prunings, shape


@st.composite
def cases(draw, *, words=True):
    """Few cases with few values, so that ties and equal values abound."""
    count = draw(st.integers(2, 30))
    numbers = st.lists(st.integers(0, 5).map(float), min_size=count, max_size=count)
    inputs = {f"x{i}": draw(numbers) for i in range(draw(st.integers(1, 3)))}
    if words and draw(st.booleans()):
        inputs["kind"] = draw(st.lists(st.sampled_from("abcd"), min_size=count, max_size=count))
    outcome = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    weights = draw(st.lists(st.integers(0, 3), min_size=count, max_size=count))
    counted = {hit for hit, weight in zip(outcome, weights, strict=True) if weight}
    assume(counted == {True, False})
    return inputs, outcome, weights


@given(cases())
def test_the_first_split_is_the_best_of_all(drawn):
    inputs, outcome, weights = drawn
    root = grow(inputs, outcome, weights=weights, depth=1, mass=0.0, complexity=0.0).root
    rows = [i for i, weight in enumerate(weights) if weight]
    kept = {name: [values[i] for i in rows] for name, values in inputs.items()}
    gain, names = best_gain(kept, [outcome[i] for i in rows], [weights[i] for i in rows], 0.0)
    if root.split is None:
        assert gain == pytest.approx(0.0, abs=1e-9)
        return
    assert root.split.gain == pytest.approx(gain)
    assert root.split.name in names
    assert root.split.gain == pytest.approx(root.risk - root.lower.risk - root.upper.risk)


@given(cases(words=False), st.sampled_from([0.1, 0.25, 0.4]))
def test_the_first_split_leaves_enough_on_both_sides(drawn, mass):
    inputs, outcome, weights = drawn
    root = grow(inputs, outcome, weights=weights, depth=1, mass=mass, complexity=0.0).root
    rows = [i for i, weight in enumerate(weights) if weight]
    kept = {name: [values[i] for i in rows] for name, values in inputs.items()}
    own = [weights[i] for i in rows]
    gain, _ = best_gain(kept, [outcome[i] for i in rows], own, mass * sum(own) - 1e-9)
    assert (root.split.gain if root.split else 0.0) == pytest.approx(gain, abs=1e-9)


@given(cases(), st.integers(0, 4), st.sampled_from([0.0, 0.1, 0.3]), st.sampled_from([0.0, 0.05]))
def test_leaves_hold_every_case_once(drawn, depth, mass, complexity):
    inputs, outcome, weights = drawn
    tree = grow(inputs, outcome, weights=weights, depth=depth, mass=mass, complexity=complexity)
    weight, hit = np.array(weights), np.array(outcome)
    seen = np.zeros(weight.size, dtype=int)
    for leaf in tree.leaves:
        where = inside(inputs, leaf.limits)
        seen += where
        assert leaf.mass == pytest.approx(weight[where].sum() / weight.sum())
        assert leaf.density == pytest.approx(weight[where & hit].sum() / weight[where].sum())
        assert leaf.coverage == pytest.approx(weight[where & hit].sum() / weight[hit].sum())
        assert leaf.mass >= mass - 1e-9
        assert len(leaf.limits) <= depth
    assert (seen[weight > 0] == 1).all()
    assert sum(leaf.mass for leaf in tree.leaves) == pytest.approx(1)
    assert sum(leaf.coverage for leaf in tree.leaves) == pytest.approx(1)
    assert tree.split_on == {name for leaf in tree.leaves for name in leaf.limits}


@given(cases(), st.sampled_from([0.0, 0.02, 0.1, 0.3, 1.0]))
def test_pruning_leaves_the_smallest_of_the_cheapest_trees(drawn, complexity):
    inputs, outcome, weights = drawn
    settings = {"weights": weights, "depth": 3, "mass": 0.0}
    whole = grow(inputs, outcome, complexity=0.0, **settings)
    found = grow(inputs, outcome, complexity=complexity, **settings)
    options = list(prunings(whole.root))
    best = min(risk + complexity * leaves for risk, leaves, _ in options)
    cheapest = [one for one in options if one[0] + complexity * one[1] <= best + 1e-9]
    own = [one for one in cheapest if one[2] == shape(found.root)]
    assert own
    assert min(one[1] for one in own) == len(found.leaves)
    if complexity:
        assert len(found.leaves) == min(one[1] for one in cheapest)


@given(cases(), st.randoms(use_true_random=False))
def test_order_and_repetition_of_cases_do_not_matter(drawn, random):
    inputs, outcome, weights = drawn
    tree = grow(inputs, outcome, weights=weights, depth=3)
    order = list(range(len(outcome)))
    random.shuffle(order)
    shuffled = grow(
        {name: [values[i] for i in order] for name, values in inputs.items()},
        [outcome[i] for i in order], weights=[weights[i] for i in order], depth=3,
    )  # fmt: skip
    assert shuffled == tree
    apart = grow(
        {name: np.repeat(values, weights) for name, values in inputs.items()},
        np.repeat(outcome, weights), depth=3,
    )  # fmt: skip
    assert apart == tree
    heavier = grow(inputs, outcome, weights=[4 * weight for weight in weights], depth=3)
    assert heavier == tree


@given(cases(words=False))
def test_a_rising_transformation_changes_no_part(drawn):
    inputs, outcome, weights = drawn
    plain = grow(inputs, outcome, weights=weights, depth=3)
    bent = {name: np.array(values) ** 3 for name, values in inputs.items()}
    other = grow(bent, outcome, weights=weights, depth=3)
    for a, b in zip(plain.leaves, other.leaves, strict=True):
        counted = np.array(weights) > 0
        assert (inside(inputs, a.limits) == inside(bent, b.limits))[counted].all()


def test_by_hand():
    """Impurity of the root 2·½·½ = ½; x ≤ 2.5 leaves 2/3·2·¼·¾ = ¼, a half of it."""
    tree = grow({"x": [1, 2, 3, 4, 5, 6]}, [1, 1, 0, 1, 0, 0], depth=1, mass=0.0, complexity=0.0)
    split = tree.root.split
    assert (split.name, split.at) == ("x", 2.5)
    assert split.gain == pytest.approx(0.5)
    low, high = tree.leaves
    assert low.limits == {"x": (-np.inf, 2.5)}
    assert high.limits == {"x": (2.5, np.inf)}
    assert (low.mass, low.density, low.coverage) == pytest.approx((1 / 3, 1, 2 / 3))
    assert (high.mass, high.density, high.coverage) == pytest.approx((2 / 3, 1 / 4, 1 / 3))


def test_words_are_split_by_density_and_the_rest_stays_together():
    inputs = {"kind": list("aabbccdd"), "x": [0.0] * 8}
    outcome = [1, 1, 0, 0, 1, 1, 0, 1]
    tree = grow(inputs, outcome, depth=2, mass=0.0, complexity=0.0)
    kinds = [leaf.limits["kind"] for leaf in tree.leaves]
    assert frozenset.union(*kinds) == set("abcd")
    assert sum(map(len, kinds)) == 4
    assert tree.root.split.at == {"b", "d"}  # ¼ + 16/4 is more than 0 + 25/6
    assert kinds == [{"b"}, {"d"}, {"a", "c"}]


def test_neighbouring_numbers_are_told_apart():
    low = 1.0
    high = np.nextafter(low, 2.0)
    tree = grow({"x": [low, low, high, high]}, [0, 0, 1, 1], mass=0.0)
    assert [leaf.density for leaf in tree.leaves] == [0, 1]
    assert inside({"x": [low, high]}, tree.leaves[0].limits).tolist() == [True, False]


def test_two_inputs_that_matter_are_found_among_sixty():
    random = np.random.default_rng(1)
    inputs = {f"x{i}": random.random(4000) for i in range(60)}
    outcome = ((inputs["x3"] > 0.6) & (inputs["x7"] < 0.5)) ^ (random.random(4000) < 0.05)
    tree = grow(inputs, outcome)
    assert tree.split_on == {"x3", "x7"}
    best = max(tree.leaves, key=lambda leaf: leaf.density)
    assert best.limits["x3"][0] == pytest.approx(0.6, abs=0.01)
    assert best.limits["x7"][1] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"outcome": [True] * 4}, "in all of 4"),
        ({"outcome": [False] * 4}, "in none of 4"),
        ({"weights": [1, 0, 1, 0]}, "in all of 2"),
        ({"weights": [0, 0, 0, 0]}, "in none of 0"),
        ({"weights": [1, -1, 1, 1]}, "negative"),
        ({"weights": [1, 1, 1]}, r"weights of shape \(3,\) for 4"),
        ({"inputs": {"x": [1, 2, 3]}}, "x: found shape"),
        ({"inputs": {"x": [1, 2, 3, float("nan")]}}, "not finite"),
        ({"outcome": [[True], [False]]}, "outcome of shape"),
        ({"depth": -1}, "depth: found -1"),
        ({"mass": 1.0}, "mass: found 1"),
        ({"complexity": float("nan")}, "complexity: found nan"),
    ],
)
def test_what_cannot_be_told_apart_is_refused(change, found):
    told = {"inputs": {"x": [1, 2, 3, 4]}, "outcome": [True, False, True, False], **change}
    with pytest.raises(ModelError, match=found):
        grow(told.pop("inputs"), told.pop("outcome"), **told)


def test_an_input_of_a_box_that_is_missing_is_named():
    with pytest.raises(ModelError, match="no input y"):
        inside({"x": [1.0]}, {"y": (0.0, 1.0)})


def test_no_inputs_leave_one_leaf():
    tree = grow({}, [True, False])
    assert tree.leaves[0].limits == {}
    assert tree.root.split is None
