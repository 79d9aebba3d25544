"""Spaces of half a million packages, every one of which was counted beforehand."""

import numpy as np
import pytest

from accord.theory.search.arranged import arranged
from accord.theory.search.branch import search
from accord.theory.search.counting import count_all
from accord.theory.search.formula import Literal, all_of
from accord.theory.search.laid_out import Walk, layout_of
from accord.theory.search.ordering import promising_order
from accord.theory.search.space import Space, Table, packed

PROVISIONS = 19
WORLDS = 192


def space_of(seed):
    """Nineteen provisions of two levels, four parties, two tables; weights in one of three."""
    random = np.random.default_rng(seed)
    sizes = (2,) * PROVISIONS
    points = tuple(random.integers(-60, 60, (2, 4, WORLDS)) for _ in sizes)
    asked = random.integers(-120, 260, (4, WORLDS))
    tables = []
    for _ in range(2):
        own = tuple(sorted(random.permutation(PROVISIONS)[:4].tolist()))
        tables.append(Table(own, packed(random.random((16, WORLDS)) < 0.7)))
    weights = random.integers(0, 9, WORLDS) if seed % 3 == 0 else None
    formula = all_of(*map(Literal, range(6)))
    return Space(sizes, asked, points, tuple(tables), formula, (), weights)


@pytest.mark.parametrize("seed", range(6))
def test_no_bound_lies_below_what_a_completion_reaches(seed):
    space = space_of(seed)
    counts = count_all(space).reshape(space.sizes)
    order = promising_order(space, np.unravel_index(int(counts.argmax()), space.sizes))
    turned = counts.transpose(order)
    layout = arranged(space, order)
    walk = Walk(layout, layout_of(layout, None))
    random = np.random.default_rng(seed)
    for _ in range(300):
        prefix = tuple(random.integers(0, 2, random.integers(0, PROVISIONS + 1)).tolist())
        best = int(turned[prefix].max())
        assert walk.bound(prefix) >= best
        if len(prefix) == PROVISIONS:
            assert walk.bound(prefix) == best


@pytest.mark.parametrize("seed", range(6))
def test_the_best_of_all_is_found_and_an_early_end_is_bounded(seed):
    space = space_of(seed)
    counts = count_all(space)
    found = search(space, seconds=60.0)
    assert found.value == found.bound == counts.max()
    assert found.complete
    for seconds in (0.0, 0.02, 0.2):
        early = search(space, seconds=seconds, workers=1)
        assert early.value <= counts.max() <= early.bound
