"""Small random bargaining problems, in which ties are common and deals sometimes absent.

``random_problem(seed)`` gives the same problem for the same seed; ``as_record`` writes it as the
record that the code under test reads.
"""

import random
from itertools import product

import numpy as np

from accord.theory.bargaining.space import CONSTRAINT, Bargain, Joint, Limit
from oracles.bargain import Problem


def random_problem(seed):
    """Two to five parties, three to five provisions of two to four levels, small numbers."""
    source = random.Random(seed)
    parties = source.randint(2, 5)
    levels = [source.randint(2, 4) for _ in range(source.randint(3, 5))]
    top = source.choice([2, 4, 9])
    values = [[[source.randint(0, top) for _ in range(n)] for n in levels] for _ in range(parties)]
    mood = source.choice(["easy", "easy", "even", "even", "hard", "hopeless"])
    return Problem(
        levels,
        values,
        [_walk_away(source, mood, table) for table in values],
        [_joint(source, levels, parties, top) for _ in range(source.choice([0, 0, 1, 2]))],
        [_line(source, levels, parties) for _ in range(source.choice([0, 1, 2, 4]))],
        [_forbidden(source, levels) for _ in range(source.choice([0, 0, 1, 2]))],
    )


def random_package(seed, problem):
    """Levels drawn at random: possible or not, accepted or not."""
    source = random.Random(seed)
    return tuple(source.randrange(size) for size in problem.levels)


def random_weights(seed, problem):
    """Whole weights from 1 to 3, one a party."""
    source = random.Random(seed)
    return [source.randint(1, 3) for _ in problem.parties]


def _walk_away(source, mood, table):
    """Somewhere between the worst and the best that a party could have, above it now and then."""
    worst, most = (sum(end(column) for column in table) for end in (min, max))
    if mood == "hopeless" and source.random() < 0.3:
        return most + source.randint(0, 2)
    low, high = {"easy": (-0.2, 0.4), "even": (0.2, 0.7)}.get(mood, (0.5, 1.0))
    return worst + round(source.uniform(low, high) * (most - worst))


def _some(source, levels, most=3):
    """One, two or three provisions, rising."""
    return tuple(sorted(source.sample(range(len(levels)), source.randint(1, most))))


def _forbidden(source, levels):
    """A condition: some combinations of the levels of a few provisions, at least one allowed."""
    where = _some(source, levels)
    every = list(product(*(range(levels[j]) for j in where)))
    share = source.choice([0.15, 0.35, 0.6])
    picked = {levels_ for levels_ in every if source.random() < share}
    return where, picked - {source.choice(every)}


def _line(source, levels, parties):
    return source.randrange(parties), *_forbidden(source, levels)


def _joint(source, levels, parties, top):
    """Points that some combinations add or take; the others are absent."""
    where = _some(source, levels)
    every = product(*(range(levels[j]) for j in where))
    return where, {
        levels_: [source.randint(-top, top) for _ in range(parties)]
        for levels_ in every
        if source.random() < 0.5
    }


def as_record(problem, scale=1.0):
    """The same problem as the code's own record; limits are named by kind and number."""
    values = tuple(
        np.array([problem.values[party][j] for party in problem.parties], dtype=np.int64)
        for j in range(len(problem.levels))
    )
    joints = tuple(_as_joint(problem, where, points) for where, points in problem.joints)
    lines = [
        Limit(f"line {number}", tuple(where), _allowed(problem, where, forbidden), party)
        for number, (party, where, forbidden) in enumerate(problem.lines)
    ]
    constraints = [
        Limit(f"constraint {number}", tuple(where), _allowed(problem, where, forbidden), CONSTRAINT)
        for number, (where, forbidden) in enumerate(problem.constraints)
    ]
    walk_away = np.array(problem.walk_away, dtype=np.int64)
    return Bargain(values, walk_away, joints, (*lines, *constraints), scale)


def _as_joint(problem, where, points):
    sizes = [problem.levels[j] for j in where]
    table = np.zeros((len(problem.walk_away), *sizes), dtype=np.int64)
    for levels in product(*(range(size) for size in sizes)):
        added = points(*levels) if callable(points) else points.get(levels)
        if added is not None:
            table[(slice(None), *levels)] = added
    return Joint(tuple(where), table)


def _allowed(problem, where, forbidden):
    table = np.ones([problem.levels[j] for j in where], dtype=bool)
    for levels in forbidden:
        table[levels] = False
    return table
