"""The Pareto frontier of a bargaining problem, exact at any size for additive utilities.

Algorithm: the set of utility vectors of all packages is the Minkowski sum of those of the
provisions. A partial package that another one dominates stays dominated however both are
completed, so provisions are added one by one and only non-dominated sums kept, with the number of
packages behind each (Ehrgott 2005, section 8; the sum itself: Nemhauser and Ullmann 1969).
Provisions tied by a joint, a line or a constraint are one factor of the sum; where so many hang
together that a factor would be too large, the provision that ties most is settled at each of its
levels in turn and the frontiers are merged (cutset conditioning, Dechter 1990). For packages that
all accept, a sum that cannot reach some walk-away value even with the best of the rest is dropped.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.bargaining.dominance import distinct, non_dominated
from accord.theory.bargaining.space import CONSTRAINT, Bargain, Factor, Limit, factors, tied

__all__ = ["Frontier", "pareto_frontier"]

Integers = NDArray[np.int64]
Counts = NDArray[np.object_]

MOST_VECTORS = 150_000
"""Non-dominated sums kept at any stage before the grid is made coarser."""

MOST_VECTORS_OF_MANY = 20_000
"""The same for more than three parties, whose vectors take longer to compare."""

MOST_IN_FACTOR = 200_000
"""Combinations of provisions that hang together, above which one of them is settled."""

MOST_SUMS = 4_000_000
"""Sums looked at in one piece."""


@dataclass(frozen=True, eq=False)
class Frontier:
    """Non-dominated utility vectors and the packages behind them.

    Attributes
    ----------
    utilities : ndarray (N, F)
        Distinct vectors in falling lexicographic order, grid steps.
    counts : ndarray (F,) of Python integers
        Packages behind each vector; a lower bound where the frontier is not exact.
    slack : ndarray (N,)
        Nought where the frontier is exact. Otherwise every package is matched to within these
        grid steps by one on the list; of acceptable packages, every one that leaves each party at
        least so much above its walk-away value.
    """

    utilities: Integers
    counts: Counts
    slack: Integers
    _origin: _Stages | _Branches

    @property
    def exact(self) -> bool:
        """Whether every non-dominated vector is on the list."""
        return not self.slack.any()

    @property
    def packages(self) -> int:
        """Packages on the frontier."""
        return int(sum(self.counts))

    def package(self, vector: int) -> Integers:
        """Levels (J,) of one package that gives a vector."""
        return self._origin.package(self.utilities[:, vector], vector)


@dataclass(frozen=True, eq=False)
class _Stage:
    """One factor added: its distinct vectors, and the sums kept before it."""

    factor: Factor
    vectors: Integers
    rows: Integers  # for each distinct vector, its first row in the factor
    before: Integers

    def step_back(self, total: Integers) -> tuple[int, Integers]:
        """A row of the factor and a sum before it that make up a total."""
        rest = total[:, None] - self.vectors
        # sums stand in falling order of the first party, so few share its value
        falling = -self.before[0]
        lows = np.searchsorted(falling, -rest[0], side="left")
        highs = np.searchsorted(falling, -rest[0], side="right")
        for k in np.flatnonzero(lows < highs):
            near = self.before[:, lows[k] : highs[k]]
            if (near == rest[:, k, None]).all(axis=0).any():
                return int(self.rows[k]), rest[:, k]
        raise ModelError("a sum on the frontier has no origin")


@dataclass(frozen=True, eq=False)
class _Stages:
    """The factors that were added one by one."""

    stages: tuple[_Stage, ...]

    def package(self, wanted: Integers, vector: int) -> Integers:
        """Levels (J,) that add up to a vector, from the last factor back to the first."""
        del vector
        levels: dict[int, int] = {}
        for stage in reversed(self.stages):
            row, wanted = stage.step_back(wanted)
            picked = stage.factor.levels(np.array([row]))[0]
            levels.update(zip(stage.factor.provisions, map(int, picked), strict=True))
        return np.array([levels[j] for j in sorted(levels)], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class _Branches:
    """Frontiers with one provision settled at each level, and where each vector comes from."""

    provision: int
    parts: tuple[Frontier, ...]
    level: Integers
    place: Integers

    def package(self, wanted: Integers, vector: int) -> Integers:
        """Levels (J,) of a vector, from the frontier in which it stands."""
        del wanted
        level = int(self.level[vector])
        found = self.parts[level].package(int(self.place[vector]))
        found[self.provision] = level
        return found


def pareto_frontier(
    bargain: Bargain, *, acceptable: bool = False, most: int | None = None
) -> Frontier:
    """The Pareto frontier.

    Parameters
    ----------
    acceptable : bool
        Of the packages that every party accepts only, and not of all that the constraints allow.
    most : int, optional
        Vectors at any stage above which the grid is made coarser, and ``slack`` says how much; by
        default 150,000 for up to three parties and 20,000 for more.

    Returns
    -------
    Frontier
        Without a vector where no package is left.
    """
    if most is None:
        most = MOST_VECTORS if bargain.parties <= 3 else MOST_VECTORS_OF_MANY
    limits = tuple(x for x in bargain.limits if acceptable or x.party == CONSTRAINT)
    hub = _hub(bargain, limits)
    if hub is None:
        return _added_up(bargain, limits, most, acceptable=acceptable)
    parts = tuple(
        pareto_frontier(bargain.fixed(hub, level), acceptable=acceptable, most=most)
        for level in range(bargain.sizes[hub])
    )
    vectors = np.concatenate([part.utilities for part in parts], axis=1)
    counts = np.concatenate([part.counts for part in parts])
    level = np.repeat(np.arange(len(parts)), [part.utilities.shape[1] for part in parts])
    place = np.concatenate([np.arange(part.utilities.shape[1]) for part in parts])
    kept, many, first = _merged(vectors, counts)
    slack = np.max([part.slack for part in parts], axis=0)
    return Frontier(kept, many, slack, _Branches(hub, parts, level[first], place[first]))


def _hub(bargain: Bargain, limits: tuple[Limit, ...]) -> int | None:
    """The provision whose settling leaves the smallest factors; None where all are small."""
    ties = [joint.provisions for joint in bargain.joints] + [limit.provisions for limit in limits]

    def largest(ties: list[tuple[int, ...]]) -> int:
        groups = tied(len(bargain.sizes), ties)
        return max(math.prod(bargain.sizes[j] for j in group) for group in groups)

    if largest(ties) <= MOST_IN_FACTOR:
        return None
    left = {
        j: largest([tuple(k for k in tie if k != j) for tie in ties])
        for j in {j for tie in ties for j in tie}
        if bargain.sizes[j] > 1
    }
    return min(left, key=lambda j: (left[j], j)) if left else None


def _added_up(
    bargain: Bargain, limits: tuple[Limit, ...], most: int, *, acceptable: bool
) -> Frontier:
    parts = sorted(factors(bargain, limits), key=lambda part: part.points.shape[1])
    parties = bargain.parties
    sums, counts = np.zeros((parties, 1), dtype=np.int64), np.array([1], dtype=object)
    slack, stages = np.zeros(parties, dtype=np.int64), []
    if any(part.points.shape[1] == 0 for part in parts):
        return Frontier(sums[:, :0], counts[:0], slack, _Stages(()))
    best = np.stack([part.points.max(axis=1) for part in parts])
    for number, part in enumerate(parts):
        needed = bargain.walk_away - best[number + 1 :].sum(axis=0) if acceptable else None
        vectors, many, rows = _merged(part.points, np.ones(part.points.shape[1], dtype=object))
        stages.append(_Stage(part, vectors, rows, sums))
        sums, counts = _added(sums, counts, vectors, many, needed)
        sums, counts, lost = _coarser(sums, counts, most)
        slack = slack + lost
    return Frontier(sums, counts, slack, _Stages(tuple(stages)))


def _merged(vectors: Integers, counts: Counts) -> tuple[Integers, Counts, Integers]:
    """Non-dominated distinct vectors, packages behind each, and a first column of each."""
    return _counted(vectors, lambda columns: counts[columns])


def _counted(
    vectors: Integers, count: Callable[[Integers], Counts]
) -> tuple[Integers, Counts, Integers]:
    """The same with packages counted only for the columns that are kept.

    Whole numbers of any size are slow, and most columns are dominated.
    """
    unique, order, starts = distinct(vectors)
    keep = np.flatnonzero(non_dominated(unique))
    ends = np.append(starts[1:], vectors.shape[1])
    first = order[starts[keep]]
    found = count(first)
    for at in np.flatnonzero(ends[keep] - starts[keep] > 1):
        own = order[starts[keep[at]] : ends[keep[at]]]
        found[at] = sum(count(own))
        first[at] = own.min()
    return unique[:, keep], found, first


def _added(
    sums: Integers, counts: Counts, vectors: Integers, many: Counts, needed: Integers | None
) -> tuple[Integers, Counts]:
    """Non-dominated sums of two sets, in pieces so that memory stays bounded."""
    width = max(vectors.shape[1], 1)
    step = max(1, MOST_SUMS // width)
    best, behind = sums[:, :0], counts[:0]
    for start in range(0, sums.shape[1], step):
        total = (sums[:, start : start + step, None] + vectors[:, None, :]).reshape(len(sums), -1)
        pairs = start * width + np.arange(total.shape[1])
        if needed is not None:
            reach = np.all(total >= needed[:, None], axis=0)
            total, pairs = total[:, reach], pairs[reach]
        count = partial(_pieced, behind, counts, many, pairs)
        best, behind, _ = _counted(np.concatenate([best, total], axis=1), count)
    return best, behind


def _pieced(
    behind: Counts, counts: Counts, many: Counts, pairs: Integers, columns: Integers
) -> Counts:
    """Packages behind columns: those found so far, then pairs of a sum and a vector."""
    found = np.empty(len(columns), dtype=object)
    old = columns < len(behind)
    found[old] = behind[columns[old]]
    own = pairs[columns[~old] - len(behind)]
    found[~old] = counts[own // len(many)] * many[own % len(many)]
    return found


def _coarser(sums: Integers, counts: Counts, most: int) -> tuple[Integers, Counts, Integers]:
    """One vector a box of the finest grid that leaves few enough, and the width of a box.

    Every vector left out lies in the box of one that is kept, so within one width of it
    (Papadimitriou and Yannakakis 2000).
    """
    lost = np.zeros(len(sums), dtype=np.int64)
    width = np.maximum((sums.max(axis=1) - sums.min(axis=1)) >> 16, 1) if sums.size else lost
    kept = np.arange(sums.shape[1])
    while kept.size > most:
        _, order, starts = distinct(sums // width[:, None])
        kept = np.sort(np.minimum.reduceat(order, starts))
        lost, width = width - 1, 2 * width
    return sums[:, kept], counts[kept], lost
