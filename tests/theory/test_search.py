"""The search over spaces of packages against looking at every package, by the definition."""

import itertools
import threading

import numpy as np
import pytest
from random_spaces import every_value, holds, random_formula, random_space, value

from accord._errors import ModelError
from accord.theory.search.arranged import arranged
from accord.theory.search.branch import search
from accord.theory.search.climbing import Climber, climb
from accord.theory.search.formula import Literal, all_of, evaluate
from accord.theory.search.laid_out import Walk, layout_of
from accord.theory.search.ordering import promising_order
from accord.theory.search.space import Space, Table, packed, unpacked

SEEDS = range(60)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_search_finds_what_looking_at_every_package_finds(seed):
    space = random_space(seed)
    values = every_value(space)
    found = search(space, seconds=60, workers=1 + seed % 2)
    assert found.complete
    assert found.value == found.bound == max(values.values())
    assert values[found.levels] == found.value
    climber = Climber(space)
    for levels in list(values)[::7]:
        assert climber.value(levels) == values[levels]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_bound_is_never_below_what_a_completion_reaches(seed):
    space = random_space(seed, scale=40 if seed % 2 else 60_000)
    values = every_value(space)
    order = tuple(np.random.default_rng(seed).permutation(len(space.sizes)).tolist())
    layout = arranged(space, order)
    walk = Walk(layout, layout_of(layout, None))
    for depth in range(1, len(order) + 1):
        for prefix in itertools.product(*(range(space.sizes[j]) for j in order[:depth])):
            below = [
                v for x, v in values.items()
                if all(x[j] == level for j, level in zip(order, prefix, strict=False))
            ]  # fmt: skip
            assert walk.bound(prefix) >= max(below)
            if depth == len(order) and layout.exact:
                assert walk.bound(prefix) == below[0]


@pytest.mark.parametrize("seed", range(0, 60, 4))
def test_the_answer_is_the_same_on_any_number_of_threads_and_with_any_start(seed):
    space = random_space(seed, scale=4)  # many packages are alike
    one, two, other = (
        search(space, seconds=60, workers=workers, seed=start)
        for workers, start in ((1, 1), (2, 1), (2, 1))
    )
    assert one.levels == two.levels == other.levels
    assert one.value == two.value


@pytest.mark.parametrize("seed", range(40))
def test_of_packages_that_are_as_good_the_first_in_the_order_is_taken(seed):
    space = random_space(seed, scale=(1, 2, 4)[seed % 3])
    values = every_value(space)
    order = promising_order(space, climb(space, 1).levels)
    best = max(values.values())
    first = min(
        (levels for levels, reached in values.items() if reached == best),
        key=lambda levels: [levels[j] for j in order],
    )
    for workers in (1, 2):
        found = search(space, seconds=60, workers=workers)
        assert found.levels == first
        assert found.reproducible


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_an_end_by_gap_is_reproducible_where_it_says_so(seed):
    space = random_space(seed)
    best = max(every_value(space).values())
    gap = space.total // 10
    one, two = (search(space, seconds=60, gap=gap, workers=workers) for workers in (1, 2))
    for found in (one, two):
        assert found.complete
        assert found.value <= best <= found.bound <= found.value + gap
    if one.reproducible and two.reproducible:
        assert (one.levels, one.bound) == (two.levels, two.bound)


def test_points_that_do_not_fit_into_16_bits_are_rounded_outwards():
    space = random_space(5, scale=200_000)
    layout = arranged(space, range(len(space.sizes)))
    assert not layout.exact
    found = search(space, seconds=60)
    assert found.value == max(every_value(space).values())


def test_time_and_cancel_end_a_search_with_a_proven_bound():
    random = np.random.default_rng(9)
    sizes = (4,) * 12
    points = tuple(random.integers(0, 100, (4, 4, 256)) for _ in sizes)
    space = Space(sizes, np.full((4, 256), 700), points, (), all_of(*map(Literal, range(4))))
    stop = threading.Event()
    stop.set()
    cancelled = search(space, seconds=60, stop=stop)
    assert not cancelled.complete
    assert cancelled.value <= cancelled.bound <= 256
    assert value(space, cancelled.levels) == cancelled.value
    assert search(space, seconds=0.0).bound >= cancelled.value
    wide = search(space, seconds=60, gap=256)
    assert wide.complete


@pytest.mark.parametrize("seed", range(12))
def test_climbing_never_ends_where_a_single_level_would_do_better(seed):
    space = random_space(seed)
    found = climb(space, seed, looks=300)
    assert value(space, found.levels) == found.value
    for j, size in enumerate(space.sizes):
        for level in range(size):
            near = (*found.levels[:j], level, *found.levels[j + 1 :])
            assert value(space, near) <= found.value


@pytest.mark.parametrize("seed", range(12))
def test_the_order_names_every_provision_once(seed):
    space = random_space(seed)
    order = promising_order(space, [0] * len(space.sizes))
    assert sorted(order) == list(range(len(space.sizes)))


def test_formulas_agree_with_their_definition_and_rows_with_their_bits():
    random = np.random.default_rng(3)
    for _ in range(200):
        literals = random.random((5, 64)) < 0.5
        formula = random_formula(random, 5)
        told = evaluate(formula, literals)
        assert told.tolist() == [holds(formula, literals[:, w]) for w in range(64)]
        assert (unpacked(packed(literals)) == literals).all()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"worlds": 100}, "multiple of 64"),
        ({"points": (2, 2, 64)}, "points of provision 0"),
        ({"rows": 3}, "a table over"),
        ({"literal": 7}, "names others"),
        ({"weights": -1}, "less than nothing"),
    ],
)
def test_parts_that_do_not_fit_are_refused(change, found):
    worlds = change.get("worlds", 64)
    points = np.zeros(change.get("points", (2, 1, worlds)), dtype=np.int64)
    rows = np.zeros((change.get("rows", 2), max(worlds // 64, 1)), dtype=np.uint64)
    weights = np.full(worlds, change["weights"]) if "weights" in change else None
    with pytest.raises(ModelError, match=found):
        _ = Space(
            (2,), np.zeros((1, worlds), dtype=np.int64), (points,), (Table((0,), rows),),
            all_of(Literal(0), Literal(change.get("literal", 1))), (), weights,
        ).program  # fmt: skip
