"""In which worlds a set of demands is in conflict.

For weights μ ≥ 0 on walk-away conditions, no package meets them all where the largest weighted sum
of their slacks over the packages that the truth tables allow is below nought (Lagrangian bound,
Geoffrion 1974). All worlds go through that at once, each with weights of its own that follow the
subgradient; packages met on the way decide the other worlds, and what is left open goes to the
mixed-integer program. Whole numbers throughout, so that either answer is proven.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from accord.theory.bargaining.demand import Demand, met
from accord.theory.bargaining.elimination import Table, elimination_order, largest
from accord.theory.bargaining.program import Program
from accord.theory.bargaining.space import Bargain
from accord.theory.bargaining.stacked import Stacked, stacked

__all__ = ["holds_in"]

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

ROUNDS = 40
"""Steps of the subgradient."""

NEAR = 2
"""How often packages next to the best are tried."""

MOST_NEAR = 50
"""Packages whose neighbours are tried."""

MOST_SEEN = 5_000
"""Packages met on the way that are tried in every open world."""

UNIT = 2**12
"""The weights of a world add up to about this."""


def holds_in(bargains: Sequence[Bargain], demands: Sequence[Demand]) -> Booleans:
    """In which worlds no package meets some demands together.

    Parameters
    ----------
    bargains : sequence of W Bargain
        One problem in many worlds: the same parties, levels, and provisions of joints and limits,
        with other numbers. A line that does not bind in a world is true everywhere there.
    demands : sequence of Demand

    Returns
    -------
    ndarray (W,)
        True where they conflict.

    Raises
    ------
    ModelError
        If a world has another shape than the first.
    """
    every = stacked(bargains, demands)
    conflict = np.zeros(len(bargains), dtype=np.bool_)
    left, packages = _bounded(every, conflict)
    for nearer in range(NEAR + 1):
        if left.size:
            here = every.within(left)
            lacking = here.lacking(packages)
            left, lacking = left[lacking.min(axis=0) > 0], lacking[:, lacking.min(axis=0) > 0]
            if nearer < NEAR:
                packages = _neighbours(packages, lacking, every.sizes)
    while left.size:
        world, left = int(left[0]), left[1:]
        package = _decided(bargains[world], demands)
        conflict[world] = package is None
        if package is not None and left.size:
            left = left[every.within(left).lacking(package[None])[0] > 0]
    return conflict


def _decided(bargain: Bargain, demands: Sequence[Demand]) -> Integers | None:
    """A package that meets the demands in one world, by the program."""
    program, every = Program(bargain, demands), range(len(demands))
    near = program.nearly(every)
    if near is None or met(bargain, demands, near[None]).all():
        return near
    return program.feasible(every)


def _neighbours(packages: Integers, lacking: Integers, sizes: tuple[int, ...]) -> Integers:
    """Packages that differ in one provision from those (P, J) that lack least in a world (P, W)."""
    best, often = np.unique(lacking.argmin(axis=0), return_counts=True)
    chosen = packages[best[np.argsort(-often, kind="stable")][:MOST_NEAR]]
    changed = []
    for j, size in enumerate(sizes):
        for level in range(size):
            other = chosen.copy()
            other[:, j] = level
            changed.append(other)
    return np.unique(np.concatenate(changed), axis=0)


def _bounded(every: Stacked, conflict: Booleans) -> tuple[Integers, Integers]:
    """Worlds that stay open; in ``conflict`` those where a bound shows a conflict."""
    tables = (*every.slack, *every.barred)
    order = elimination_order([t.provisions for t in tables], every.sizes)
    count = every.slack[0].numbers.shape[0]
    left = np.arange(every.worlds)
    here = every
    weights = np.full((count, every.worlds), 1.0 / max(1, count))
    seen: list[Integers] = []
    for _ in range(ROUNDS):
        whole = np.maximum(0, np.rint(weights * UNIT)).astype(np.int64)
        bound, packages = largest(_weighted(here, whole), order, here.worlds)
        seen.append(packages)
        slacks = here.slacks(packages)
        allowed = here.allowed(packages)
        over = bound < 0
        conflict[left[over]] = True
        going = ~over & ~(allowed & (slacks >= 0).all(axis=0))
        if not going.all():
            left, here = left[going], here.within(np.flatnonzero(going))
            bound, slacks, weights = bound[going], slacks[:, going], weights[:, going]
        if not left.size or count < 2:
            break
        weights = _stepped(weights, bound / UNIT, slacks)
    return left, np.unique(np.concatenate(seen)[-MOST_SEEN:], axis=0)


def _weighted(here: Stacked, weights: Integers) -> list[Table]:
    """The weighted sum of all slacks as tables, and the truth tables."""
    sums = []
    for table in here.slack:
        spread = weights.reshape(len(weights), *(1,) * len(table.provisions), here.worlds)
        sums.append(Table(table.provisions, (table.numbers * spread).sum(axis=0)))
    return [*sums, *here.barred]


def _stepped(weights: Floats, bound: Floats, slacks: Integers) -> Floats:
    """Weights (K, W) after a step that aims a little below nought, put back on the simplex."""
    slope = slacks - slacks.mean(axis=0)
    length = np.maximum(1.0, (slope.astype(np.float64) ** 2).sum(axis=0))
    aim = 0.05 * np.abs(slacks).max(axis=0) + 1.0
    moved = weights - slope * ((np.maximum(bound, 0.0) + aim) / length)
    return _on_simplex(moved)


def _on_simplex(points: Floats) -> Floats:
    """The nearest points (K, W) with entries from nought that add up to one (Held et al. 1974)."""
    ranked = -np.sort(-points, axis=0)
    excess = np.cumsum(ranked, axis=0) - 1.0
    places = np.arange(1, len(points) + 1)[:, None]
    kept = (ranked - excess / places > 0).sum(axis=0)
    level = excess[kept - 1, np.arange(points.shape[1])] / kept
    return np.asarray(np.maximum(0.0, points - level))
