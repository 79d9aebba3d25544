"""In which order provisions are chosen: first those after which least is left to hope for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from accord.theory.search.formula import evaluate
from accord.theory.search.space import Space, Table, unpacked

__all__ = ["promising_order"]

Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]
Words = NDArray[np.uint64]

POWER = 3
"""How much more one high bound counts than several low ones: those have to be gone into."""


def promising_order(space: Space, incumbent: Sequence[int]) -> tuple[int, ...]:
    """Provisions, greedily, along a good package.

    Next is the provision whose levels, after those of the incumbent so far, leave the least mean
    of (bound / worlds)³.
    """
    slack = -space.asked
    for points in space.points:
        slack = slack + points.max(axis=0)
    for joint in space.joints:
        slack = slack + joint.points.reshape(-1, *space.asked.shape).max(axis=0)
    tables = [_Left(space, table) for table in space.tables]
    left, order = set(range(len(space.sizes))), []
    while left:
        scores = {j: _score(space, slack, tables, j) for j in sorted(left)}
        chosen = min(scores, key=lambda j: (scores[j], j))
        order.append(chosen)
        left.remove(chosen)
        level = incumbent[chosen]
        slack = slack - (space.points[chosen].max(axis=0) - space.points[chosen][level])
        for table in tables:
            table.choose(chosen, level)
    return tuple(order)


def _score(space: Space, slack: Integers, tables: Sequence[_Left], j: int) -> float:
    best = space.points[j].max(axis=0)
    total = 0.0
    for level in range(space.sizes[j]):
        holds = slack >= best - space.points[j][level]
        rows = [table.union(j, level) for table in tables]
        literals = np.concatenate([holds, np.array(rows, dtype=np.bool_).reshape(-1, space.worlds)])
        where = evaluate(space.formula, literals)
        bound = where.sum() if space.weights is None else space.weights[where].sum()
        total += float(bound / space.total) ** POWER
    return total / space.sizes[j]


class _Left:
    """What is left of a table once some of its provisions are chosen."""

    def __init__(self, space: Space, table: Table) -> None:
        self.provisions = list(table.provisions)
        shape = [space.sizes[j] for j in table.provisions]
        self.rows: Words = table.rows.reshape(*shape, -1)

    def union(self, j: int, level: int) -> Booleans:
        """Worlds that some completion lets through, after one more level."""
        rows: Words = self.rows
        if j in self.provisions:
            rows = np.asarray(rows.take(level, axis=self.provisions.index(j)))
        return unpacked(np.bitwise_or.reduce(rows.reshape(-1, rows.shape[-1]), axis=0))

    def choose(self, j: int, level: int) -> None:
        """Choose a level."""
        if j in self.provisions:
            axis = self.provisions.index(j)
            self.rows = np.asarray(self.rows.take(level, axis=axis))
            del self.provisions[axis]
