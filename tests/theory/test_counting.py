"""Every package counted, against the definition of a space."""

import itertools

import numpy as np
import pytest

from accord._errors import ModelError
from accord.theory.search.counting import count_all
from accord.theory.search.counting_compiled import joint_weights
from accord.theory.search.formula import Literal, all_of, any_of, evaluate
from accord.theory.search.space import Joint, Space, Table, packed, unpacked


def random_space(seed, scale=60, worlds=128):
    random = np.random.default_rng(seed)
    sizes = tuple(int(n) for n in random.integers(1, 5, random.integers(1, 6)))
    parties = int(random.integers(0, 5))
    points = tuple(random.integers(-scale, scale, (n, parties, worlds)) for n in sizes)
    places = tuple(sorted(random.permutation(len(sizes))[: random.integers(1, 3)].tolist()))
    shape = (*(sizes[j] for j in places), parties, worlds)
    joints = (Joint(places, random.integers(-scale, scale, shape)),)
    tables = []
    for _ in range(random.integers(0, 4)):
        own = tuple(random.permutation(len(sizes))[: random.integers(1, 4)].tolist())
        shape = tuple(sizes[j] for j in own)
        rows = packed(random.random((3, worlds)) < random.uniform(0.4, 0.95))
        tables.append(Table(own, rows, random.integers(0, 3, shape).astype(np.int32)))
    formula = all_of(*map(Literal, range(parties + len(tables))))
    weights = random.integers(0, 50, worlds) if seed % 3 == 0 else None
    asked = random.integers(-scale, scale, (parties, worlds))
    return Space(sizes, asked, points, tuple(tables), formula, joints, weights)


def counted(space, levels):
    rows = [space.sums(levels) >= 0]
    for table in space.tables:
        row = table.which[tuple(levels[j] for j in table.provisions)]
        rows.append(unpacked(table.rows[row][None]))
    where = evaluate(space.formula, np.concatenate(rows))
    weights = space.weights if space.weights is not None else np.ones(space.worlds, dtype=int)
    return int(weights[where].sum())


@pytest.mark.parametrize("seed", range(120))
def test_every_package_counts_as_its_definition_says(seed):
    # points from small ones to such as reach the ends of 16 bits
    space = random_space(seed, scale=(3, 60, 900, 5000)[seed % 4])
    packages = itertools.product(*map(range, space.sizes))
    assert count_all(space).tolist() == [counted(space, levels) for levels in packages]


def test_any_number_of_threads_counts_the_same():
    space = random_space(1)
    assert count_all(space, workers=1).tolist() == count_all(space, workers=3).tolist()


def test_what_cannot_be_counted_is_refused():
    one = np.zeros((1, 64), dtype=np.int64)
    two = np.zeros((2, 64), dtype=np.int64)
    ends = np.full((2, 1, 64), 40_000)
    ends[1] = -40_000
    either = any_of(Literal(0), Literal(1))
    points = (np.zeros((2, 2, 64), dtype=np.int64),)
    with pytest.raises(ModelError, match="searched, not counted"):
        count_all(Space((2,), two, points, (), either))
    with pytest.raises(ModelError, match="coarser grid"):
        count_all(Space((2, 2), one, (ends, ends), (), Literal(0)))
    many = tuple(np.zeros((10, 1, 64), dtype=np.int64) for _ in range(9))
    with pytest.raises(ModelError, match="1,000,000,000 packages"):
        count_all(Space((10,) * 9, one, many, (), Literal(0)))


@pytest.mark.parametrize("seed", range(20))
def test_stored_rows_are_joined_as_their_definition_says(seed):
    random = np.random.default_rng(seed)
    tests, packages, worlds = random.integers(1, 6), random.integers(1, 40), 64 * (1 + seed)
    passes = random.random((tests, packages, worlds)) < random.uniform(0.3, 0.99)
    weights = random.integers(0, (2, 1000, 2**40)[seed % 3], worlds)
    none = np.zeros((1, 0, worlds), dtype=np.int64)
    space = Space((1,), none[0], (none,), (), all_of(), (), weights)
    rows = np.stack([packed(each) for each in passes])
    kept, found = np.zeros(worlds // 64, dtype=np.uint64), np.full(packages, -1)
    joint_weights(rows, space.planes, kept, found)
    assert found.tolist() == [int(weights[own].sum()) for own in passes.all(axis=0)]
