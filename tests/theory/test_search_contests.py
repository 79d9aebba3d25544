"""Contests, shared rows and confirmation against looking at every package, by the definition."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from random_spaces import contested_space, every_value, value

from accord._errors import ModelError
from accord.theory.search.arranged import arranged
from accord.theory.search.branch import search
from accord.theory.search.climbing import Climber, climb
from accord.theory.search.formula import Literal
from accord.theory.search.laid_out import Walk, layout_of
from accord.theory.search.space import Contest, Grades, Space, Table

SEEDS = range(200)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_search_finds_what_looking_at_every_package_finds(seed):
    space = contested_space(seed, worlds=64, scale=(2, 40, 40_000)[seed % 3])
    values = every_value(space)
    found = search(space, seconds=60, workers=1 + seed % 2)
    assert found.complete
    assert found.value == found.bound == max(values.values())
    assert values[found.levels] == found.value
    climber = Climber(space)
    for levels in list(values)[::7]:
        assert climber.confirmed(levels) == values[levels]


@pytest.mark.parametrize("seed", range(0, 200, 20))
def test_grades_of_four_bytes_are_compared_in_all_of_them(seed):
    space = contested_space(seed, worlds=64)
    # small grades about the place where two bytes end
    kinds = {id(s): s for c in space.contests for s in (c.have, c.need)}
    wide = {k: replace(s, grades=s.grades.astype(np.uint32) + 65_532) for k, s in kinds.items()}
    shifted = tuple(Contest(wide[id(c.have)], wide[id(c.need)]) for c in space.contests)
    found = search(replace(space, contests=shifted), seconds=60)
    assert found.complete
    assert found.value == found.bound == max(every_value(space).values())


@pytest.mark.parametrize("seed", range(0, 200, 3))
def test_a_bound_is_never_below_what_a_completion_reaches(seed):
    space = replace(contested_space(seed, worlds=64), confirm=None)
    values = every_value(space)
    order = tuple(np.random.default_rng(seed).permutation(len(space.sizes)).tolist())
    layout = arranged(space, order)
    walk = Walk(layout, layout_of(layout, None))
    for depth in range(len(order) + 1):
        for prefix in itertools.product(*(range(space.sizes[j]) for j in order[:depth])):
            below = [
                v for x, v in values.items()
                if all(x[j] == level for j, level in zip(order, prefix, strict=False))
            ]  # fmt: skip
            assert walk.bound(prefix) >= max(below)
            if depth == len(order):
                assert walk.bound(prefix) == below[0]


@pytest.mark.parametrize("seed", range(0, 200, 5))
def test_a_restricted_space_has_the_packages_that_are_left(seed):
    space = contested_space(seed, worlds=64)
    random = np.random.default_rng(seed)
    allowed = [
        random.permutation(size)[: random.integers(1, size + 1)].tolist() for size in space.sizes
    ]
    narrow = space.restricted(allowed)
    assert narrow.sizes == tuple(map(len, allowed))
    for levels in itertools.product(*(range(n) for n in narrow.sizes)):
        whole = tuple(allowed[j][level] for j, level in enumerate(levels))
        assert value(narrow, levels) == value(space, whole)
    assert search(narrow).value == max(every_value(narrow).values())


@pytest.mark.parametrize("seed", range(1, 80, 4))
def test_the_answer_is_the_same_on_any_number_of_threads(seed):
    space = contested_space(seed, scale=4, worlds=64)
    one, two = (search(space, seconds=60, workers=workers) for workers in (1, 2))
    assert (one.levels, one.value) == (two.levels, two.value)


@pytest.mark.parametrize("seed", range(24))
def test_climbing_keeps_apart_from_what_is_avoided(seed):
    space = contested_space(seed, worlds=64)
    values = every_value(space)
    first = climb(space, seed, looks=200)
    assert values[first.levels] == first.value

    def apart(levels):
        return sum(a != b for a, b in zip(levels, first.levels, strict=True))

    away = [levels for levels in values if apart(levels) >= 2]
    if not away:
        with pytest.raises(ModelError, match="differs in 2 provisions"):
            climb(space, seed, avoid=(first.levels, 2), looks=200)
        return
    other = climb(space, seed, avoid=(first.levels, 2), looks=5000)
    assert apart(other.levels) >= 2
    assert values[other.levels] == other.value
    near = [
        values[levels] for levels in away
        if sum(a != b for a, b in zip(levels, other.levels, strict=True)) == 1
    ]  # fmt: skip
    assert other.value >= max(near, default=0)


def test_a_climb_ends_no_lower_than_where_it_is_told_to_begin():
    for seed in range(20):
        space = contested_space(seed, worlds=64)
        values = every_value(space)
        best = max(values, key=values.__getitem__)
        assert climb(space, seed, starts=[best], looks=1).value == values[best]
        assert search(space, seconds=0.0, starts=[best]).value == values[best]
    with pytest.raises(ModelError, match="no package of the space"):
        climb(space, 1, starts=[(9,) * len(space.sizes)])
    with pytest.raises(ModelError, match="then a distance"):
        climb(space, 1, avoid=((0,) * len(space.sizes), "two"))


def test_a_confirmation_is_asked_only_of_what_would_exceed_the_best():
    space = replace(contested_space(8, worlds=64), confirm=None)
    plain = Climber(space)
    asked = []

    def confirm(levels, where):
        assert (where == plain.where(levels)).all()
        asked.append(levels)
        return where & np.uint64(0x5555555555555555)

    truth = replace(space, confirm=confirm)
    found = search(truth, workers=1)
    assert found.value == max(every_value(truth).values())
    assert plain.value(found.levels) > 0
    asked.clear()
    climber = Climber(truth)
    assert climber.confirmed(found.levels, plain.value(found.levels)) >= found.value
    assert not asked


@pytest.mark.parametrize(
    ("part", "found"),
    [
        (Grades((0,), np.zeros((2, 64), dtype=np.int64)), "wanted uint8 to uint32"),
        (Grades((0,), np.zeros((3, 64), dtype=np.uint8)), "grades over"),
        (Grades((0,), np.zeros((1, 64), dtype=np.uint8), np.array([0, 1])), "names other"),
        (Grades((0,), np.zeros((1, 64), dtype=np.uint8), np.array([0])), "found rows named by"),
        (Grades((0, 0), np.zeros((4, 64), dtype=np.uint8)), "a provision twice"),
    ],
)
def test_grades_that_do_not_fit_are_refused(part, found):
    points = (np.zeros((2, 0, 64), dtype=np.int64),)
    asked = np.zeros((0, 64), dtype=np.int64)
    good = Grades((), np.zeros((1, 64), dtype=np.uint8))
    with pytest.raises(ModelError, match=found):
        Space((2,), asked, points, (), Literal(0), contests=(Contest(good, part),))


def test_levels_that_are_not_there_are_refused():
    space = Space(
        (2,), np.zeros((0, 64), dtype=np.int64), (np.zeros((2, 0, 64), dtype=np.int64),),
        (Table((), np.zeros((1, 1), dtype=np.uint64)),), Literal(0),
    )  # fmt: skip
    assert search(space).value == 0
    for allowed in ([[]], [[2]], [[0], [0]]):
        with pytest.raises(ModelError, match=r"found|wanted"):
            space.restricted(allowed)
