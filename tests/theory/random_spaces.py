"""Random spaces of packages, and what passes in them by the definition alone."""

import itertools
from dataclasses import replace

import numpy as np

from accord.theory.search.formula import AtLeast, Literal, all_of, any_of
from accord.theory.search.space import Contest, Grades, Joint, Space, Table, packed, unpacked


def random_space(seed, scale=40, worlds=128):
    """Up to five provisions, parties and tables, with joints, trees and weights now and then."""
    random = np.random.default_rng(seed)
    sizes = tuple(int(n) for n in random.integers(1, 5, random.integers(2, 6)))
    parties = int(random.integers(1, 5))
    points = tuple(random.integers(-scale, scale, (n, parties, worlds)) for n in sizes)
    asked = random.integers(-scale, scale, (parties, worlds))
    joints = tuple(
        Joint(
            places, random.integers(-scale, scale, (*(sizes[j] for j in places), parties, worlds))
        )
        for _ in range(random.integers(0, 3))
        for places in [_some(random, sizes, 1)]
    )
    tables = tuple(
        Table(places, packed(random.random((count, worlds)) < random.uniform(0.3, 0.95)))
        for _ in range(random.integers(0, 4))
        for places in [_some(random, sizes, 1)]
        for count in [int(np.prod([sizes[j] for j in places]))]
    )
    formula = random_formula(random, parties + len(tables))
    weights = random.integers(0, 50, worlds) if seed % 3 == 0 else None
    return Space(sizes, asked, points, tables, formula, joints, weights)


def contested_space(seed, scale=40, worlds=128):
    """The same with rows that combinations share, contests, and a truth to be asked for."""
    random = np.random.default_rng([seed, 1])
    plain = random_space(seed, scale, worlds)
    sizes = plain.sizes
    tables = tuple(
        Table(places, rows, random.integers(0, len(rows), [sizes[j] for j in places]))
        for _ in range(random.integers(0, 3))
        for places in [_some(random, sizes, 0)]
        for rows in [packed(random.random((random.integers(1, 5), worlds)) < 0.7)]
    )
    kind = np.uint8 if seed % 2 else np.uint16
    sides = [_random_grades(random, sizes, kind, worlds) for _ in range(4)]
    contests = tuple(
        Contest(sides[random.integers(4)], sides[random.integers(4)])
        for _ in range(random.integers(1, 4))
    )
    literals = plain.additive + len(plain.tables) + len(tables) + len(contests)
    space = replace(
        plain, tables=(*plain.tables, *tables), contests=contests,
        formula=random_formula(random, literals),
    )  # fmt: skip
    if seed % 4 == 1:
        space = replace(space, confirm=random_truth(seed, worlds))
    return space


def random_truth(seed, worlds):
    """Of each package the same random worlds, whenever it is asked."""

    def confirm(levels, where):
        own = np.random.default_rng([seed, *levels]).random(worlds) < 0.6
        assert where.shape == (worlds // 64,)
        return where & packed(own)

    return confirm


def _some(random, sizes, fewest):
    count = random.integers(fewest, 4)
    return tuple(random.permutation(len(sizes))[:count].tolist())


def _random_grades(random, sizes, kind, worlds):
    places = _some(random, sizes, 0)
    shape = [sizes[j] for j in places]
    if random.random() < 0.3:
        count = int(np.prod(shape))
        return Grades(places, random.integers(0, 9, (count, worlds)).astype(kind))
    grades = random.integers(0, 9, (random.integers(1, 9), worlds)).astype(kind)
    return Grades(places, grades, random.integers(0, len(grades), shape).astype(np.int32))


def random_formula(random, literals):
    every = [Literal(i) for i in range(literals)]
    kind = random.integers(4)
    if kind == 0 or literals < 2:
        return all_of(*every)
    some = [every[i] for i in random.permutation(literals)[: random.integers(2, literals + 1)]]
    if kind == 1:
        return all_of(*every[:1], any_of(*some))
    votes = tuple(int(v) for v in random.integers(0, 3, len(some)))
    quota = AtLeast(max(1, sum(votes) // 2), tuple(some), votes)
    return quota if kind == 2 else all_of(every[0], any_of(quota, every[-1]))


def passes(space, levels):
    """Where a package passes, from the definition alone."""
    sums = -space.asked.astype(object)
    for points, level in zip(space.points, levels, strict=True):
        sums = sums + points[level]
    for joint in space.joints:
        sums = sums + joint.points[tuple(levels[j] for j in joint.provisions)]
    rows = []
    for table in space.tables:
        row = table.rows[_row(space, table, levels)]
        rows.append([bool(int(row[w // 64]) >> w % 64 & 1) for w in range(space.worlds)])
    for contest in space.contests:
        had, needed = (
            part.grades[_row(space, part, levels)] for part in (contest.have, contest.need)
        )
        rows.append([int(h) >= int(n) for h, n in zip(had, needed, strict=True)])
    literals = np.array([*(sums >= 0), *rows], dtype=bool)
    found = np.array([holds(space.formula, literals[:, w]) for w in range(space.worlds)])
    if space.confirm is not None:
        found &= unpacked(space.confirm(tuple(levels), packed(found)))
    return found


def _row(space, part, levels):
    own = tuple(levels[j] for j in part.provisions)
    if part.which is not None:
        return int(part.which[own])
    return (
        int(np.ravel_multi_index(own, tuple(space.sizes[j] for j in part.provisions))) if own else 0
    )


def holds(part, literals):
    if isinstance(part, Literal):
        return bool(literals[part.index])
    votes = part.votes or (1,) * len(part.members)
    told = zip(part.members, votes, strict=True)
    return sum(vote for member, vote in told if holds(member, literals)) >= part.count


def value(space, levels):
    weights = np.ones(space.worlds, dtype=int) if space.weights is None else space.weights
    return int(weights[passes(space, levels)].sum())


def every_value(space):
    return {x: value(space, x) for x in itertools.product(*(range(n) for n in space.sizes))}
