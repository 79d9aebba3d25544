"""In which order provisions are chosen: first those after which least is left to hope for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.theory.search.formula import evaluate
from accord.theory.search.space import WORD, Space, unpacked

__all__ = ["promising_order"]

Integers = NDArray[np.int64]

POWER = 3
"""How much more one high bound counts than several low ones: those have to be gone into."""

BLOCKS = 8
"""Blocks of worlds that are looked at where there are contests."""

ROWS = 1024
"""Rows of one part that are looked at for one bound."""

COMBINATIONS = 1 << 15
"""Combinations of levels whose rows are looked for."""

_GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0


def promising_order(space: Space, incumbent: Sequence[int]) -> tuple[int, ...]:
    """Provisions, greedily, along a good package.

    Next is the provision whose levels, after those of the incumbent so far, leave the least mean
    of (bound / worlds)³. Where there are many worlds and contests, or many rows, some of them
    stand for all.
    """
    seen = _Seen(space)
    left, order = set(range(len(space.sizes))), []
    while left:
        scores = {j: seen.score(j) for j in sorted(left)}
        chosen = min(scores, key=lambda j: (scores[j], j))
        order.append(chosen)
        left.remove(chosen)
        seen.choose(chosen, incumbent[chosen])
    return tuple(order)


class _Seen:
    """What is left of a space once some levels are chosen, in the worlds that are looked at."""

    def __init__(self, space: Space) -> None:
        leaves, blocks = space.leaves, np.arange(space.worlds // WORD)
        if space.contests and len(blocks) > BLOCKS:
            blocks = blocks[:: -(-len(blocks) // BLOCKS)]
        worlds = (WORD * blocks[:, None] + np.arange(WORD)).reshape(-1)
        self.space = space
        self.points = [points[..., worlds] for points in space.points]
        self.slack = -space.asked[:, worlds]
        for points in self.points:
            self.slack = self.slack + points.max(axis=0)
        for joint in space.joints:
            most = joint.points.reshape(-1, *space.asked.shape)[..., worlds].max(axis=0)
            self.slack = self.slack + most
        self.weights = np.ones(len(worlds)) if space.weights is None else space.weights[worlds]
        parts = enumerate(zip(leaves.provisions, leaves.which, strict=True))
        self.parts = [
            _Left(
                list(provisions),
                which,
                leaves.rows if d < leaves.tables else leaves.grades,
                blocks if d < leaves.tables else worlds,
                np.bitwise_or if d < leaves.tables else np.maximum,
            )
            for d, (provisions, which) in parts
        ]
        for part, least in zip(self.parts, leaves.least, strict=True):
            part.bound = np.minimum if least else part.bound

    def score(self, j: int) -> float:
        """Mean over the levels of a provision of what they leave."""
        points, leaves = self.points[j], self.space.leaves
        best, total = points.max(axis=0), 0.0
        for level in range(self.space.sizes[j]):
            bounds = [part.bounded(j, level) for part in self.parts]
            literals = [
                *(self.slack >= best - points[level]),
                *(unpacked(row) for row in bounds[: leaves.tables]),
                *(bounds[have] >= bounds[need] for have, need in leaves.contests),
            ]
            where = evaluate(self.space.formula, np.array(literals, dtype=np.bool_))
            total += float(self.weights[where].sum() / max(self.weights.sum(), 1)) ** POWER
        return total / self.space.sizes[j]

    def choose(self, j: int, level: int) -> None:
        """Choose a level."""
        points = self.points[j]
        self.slack = self.slack - (points.max(axis=0) - points[level])
        for part in self.parts:
            part.choose(j, level)


def _spread(count: int) -> Integers:
    """Places among many, as even as can be (Weyl 1916)."""
    return (np.arange(COMBINATIONS) * _GOLDEN % 1.0 * count).astype(np.int64)


@dataclass(eq=False)
class _Left:
    """What is left of a table or of grades once some provisions are chosen."""

    provisions: list[int]
    which: NDArray[Any]
    rows: NDArray[Any]
    columns: Integers
    bound: np.ufunc
    known: dict[tuple[int, int], NDArray[Any]] = field(default_factory=dict)

    def bounded(self, j: int, level: int) -> NDArray[Any]:
        """The bound of what is left after one more level."""
        key = (j, level) if j in self.provisions else (-1, 0)
        if key not in self.known:
            which = self.which
            if j in self.provisions:
                which = which[(slice(None),) * self.provisions.index(j) + (level,)]
            if which.size > COMBINATIONS:
                which = which[np.unravel_index(_spread(which.size), which.shape)]
            some = np.unique(which)
            some = some[:: -(-len(some) // ROWS)]
            self.known[key] = np.asarray(
                self.bound.reduce(self.rows[some][:, self.columns], axis=0)
            )
        return self.known[key]

    def choose(self, j: int, level: int) -> None:
        """Choose a level."""
        if j in self.provisions:
            axis = self.provisions.index(j)
            self.which = self.which[(slice(None),) * axis + (level,)]
            del self.provisions[axis]
            self.known.clear()
