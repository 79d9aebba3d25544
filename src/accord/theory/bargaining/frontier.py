"""The Pareto frontier of a bargaining problem, exact at any size for additive utilities.

Algorithm: the set of utility vectors of all packages is the Minkowski sum of those of the
provisions. A partial package that another one dominates stays dominated however both are
completed, so provisions are added one by one and only non-dominated sums kept, with the number of
packages behind each (Ehrgott 2005, section 8; the sum itself: Nemhauser and Ullmann 1969).
Provisions tied by a joint, a line or a constraint are one factor of the sum. For the packages that
all accept, a sum that cannot reach some walk-away value even with the best of the rest is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.bargaining.dominance import distinct, non_dominated
from accord.theory.bargaining.space import CONSTRAINT, Bargain, Factor, factors

__all__ = ["Frontier", "pareto_frontier"]

Integers = NDArray[np.int64]
Counts = NDArray[np.object_]

MOST_VECTORS = 150_000
"""Non-dominated sums kept at any stage before the grid is made coarser."""

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
    _stages: tuple[_Stage, ...]

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
        wanted = self.utilities[:, vector]
        levels: dict[int, int] = {}
        for stage in reversed(self._stages):
            row, wanted = stage.step_back(wanted)
            picked = stage.factor.levels(np.array([row]))[0]
            levels.update(zip(stage.factor.provisions, map(int, picked), strict=True))
        return np.array([levels[j] for j in sorted(levels)], dtype=np.int64)


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
        known = {column.tobytes() for column in np.ascontiguousarray(self.before.T)}
        for k, column in enumerate(np.ascontiguousarray(rest.T)):
            if column.tobytes() in known:
                return int(self.rows[k]), column
        raise ModelError("a sum on the frontier has no origin")


def pareto_frontier(
    bargain: Bargain, *, acceptable: bool = False, most: int = MOST_VECTORS
) -> Frontier:
    """The Pareto frontier.

    Parameters
    ----------
    acceptable : bool
        Of the packages that every party accepts only, and not of all that the constraints allow.
    most : int
        Vectors at any stage above which the grid is made coarser, and ``slack`` says how much.

    Returns
    -------
    Frontier
        Without a vector where no package is left.
    """
    limits = [x for x in bargain.limits if acceptable or x.party == CONSTRAINT]
    parts = sorted(factors(bargain, limits), key=lambda part: part.points.shape[1])
    parties = bargain.parties
    sums, counts = np.zeros((parties, 1), dtype=np.int64), np.array([1], dtype=object)
    slack, stages = np.zeros(parties, dtype=np.int64), []
    if any(part.points.shape[1] == 0 for part in parts):
        return Frontier(sums[:, :0], counts[:0], slack, ())
    best = np.stack([part.points.max(axis=1) for part in parts])
    for number, part in enumerate(parts):
        needed = bargain.walk_away - best[number + 1 :].sum(axis=0) if acceptable else None
        vectors, many, rows = _merged(part.points, np.ones(part.points.shape[1], dtype=object))
        stages.append(_Stage(part, vectors, rows, sums))
        sums, counts = _added(sums, counts, vectors, many, needed)
        sums, counts, lost = _coarser(sums, counts, most)
        slack = slack + lost
    return Frontier(sums, counts, slack, tuple(stages))


def _merged(vectors: Integers, counts: Counts) -> tuple[Integers, Counts, Integers]:
    """Non-dominated distinct vectors, packages behind each, and a first column of each."""
    unique, order, starts = distinct(vectors)
    keep = np.flatnonzero(non_dominated(unique))
    ends = np.append(starts[1:], vectors.shape[1])
    single = ends[keep] - starts[keep] == 1
    first = order[starts[keep]]
    found = counts[first].copy()
    for at in np.flatnonzero(~single):
        own = order[starts[keep[at]] : ends[keep[at]]]
        found[at] = sum(counts[own])
        first[at] = own.min()
    return unique[:, keep], found, first


def _added(
    sums: Integers, counts: Counts, vectors: Integers, many: Counts, needed: Integers | None
) -> tuple[Integers, Counts]:
    """Non-dominated sums of two sets, in pieces so that memory stays bounded."""
    step = max(1, MOST_SUMS // max(vectors.shape[1], 1))
    best, behind = sums[:, :0], counts[:0]
    for start in range(0, sums.shape[1], step):
        piece = slice(start, start + step)
        total = (sums[:, piece, None] + vectors[:, None, :]).reshape(len(sums), -1)
        number = (counts[piece, None] * many[None, :]).ravel()
        if needed is not None:
            reach = np.all(total >= needed[:, None], axis=0)
            total, number = total[:, reach], number[reach]
        best, behind, _ = _merged(
            np.concatenate([best, total], axis=1), np.concatenate([behind, number])
        )
    return best, behind


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
