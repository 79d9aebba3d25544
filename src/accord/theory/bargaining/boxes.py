"""Truth tables as unions of boxes, products of sets of levels.

A table over k provisions that is false on a box forbids it with one row,
Σ_j Σ_{l ∈ B_j} x_jl ≤ k − 1; few large boxes make a small and tight program (covers of a Boolean
function by prime implicants, Quine 1955, here over levels instead of signs).
"""

from __future__ import annotations

from itertools import permutations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Box", "cover", "partition"]

Booleans = NDArray[np.bool_]

Box = tuple[tuple[int, ...], ...]
"""Levels along each axis."""

MOST_ORDERS = 6


def cover(table: Booleans) -> tuple[Box, ...]:
    """Boxes of true cells, none of which can grow, that together hold every true cell.

    Greedy: from the first cell still open, the largest gain among boxes grown along the axes in
    several orders. A true table without axes is one box without axes.
    """
    return _boxes(table, apart=False)


def partition(codes: NDArray[np.int64]) -> tuple[tuple[int, Box], ...]:
    """Disjoint boxes of cells with equal codes, that together hold every cell, with their code."""
    found: list[tuple[int, Box]] = []
    for code in np.unique(codes):
        found.extend((int(code), box) for box in _boxes(codes == code, apart=True))
    return tuple(found)


def _boxes(table: Booleans, *, apart: bool) -> tuple[Box, ...]:
    left = np.array(table)  # numpy turns a table without axes into a number
    inside = left if apart else np.asarray(table)
    orders = list(permutations(range(table.ndim)))
    orders = orders[:: max(1, len(orders) // MOST_ORDERS)]
    found: list[Box] = []
    while left.any():
        start = np.unravel_index(int(left.argmax()), left.shape)
        grown = [_grown(inside, tuple(map(int, start)), order) for order in orders]
        gains = [int(left[np.ix_(*box)].sum()) if box else 1 for box in grown]
        best = grown[int(np.argmax(gains))]
        found.append(best)
        left[np.ix_(*best) if best else ()] = False
    return tuple(found)


def _grown(inside: Booleans, start: tuple[int, ...], order: tuple[int, ...]) -> Box:
    """The box grown from one cell along the axes in an order, as far as it stays inside."""
    levels: list[tuple[int, ...]] = [(level,) for level in start]
    for axis in order:
        others = [
            x if i != axis else tuple(range(inside.shape[axis])) for i, x in enumerate(levels)
        ]
        slab = np.moveaxis(inside[np.ix_(*others)], axis, 0).reshape(inside.shape[axis], -1)
        levels[axis] = tuple(np.flatnonzero(slab.all(axis=1)).tolist())
    return tuple(levels)
