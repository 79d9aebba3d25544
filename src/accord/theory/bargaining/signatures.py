"""Which demands packages break together, by going through every package once.

Packages are visited in blocks of their last provisions, so that memory stays small; of the sets of
demands that packages break, only those count that contain no other (the minimal correction sets).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.bargaining.demand import Demand
from accord.theory.bargaining.space import MOST_LISTED, Bargain, Limit

__all__ = ["broken_alone", "least_broken"]

Integers = NDArray[np.int64]

BLOCK = 400_000
"""Packages looked at together."""

WORD = 62
"""Demands whose breaches one whole number holds."""


def least_broken(bargain: Bargain, demands: Sequence[Demand]) -> Integers:
    """Packages (S, J), one for every set of broken demands that contains no other such set.

    The first in row-major order stands for each. Packages are all combinations of levels:
    constraints count where they are among the demands.

    Raises
    ------
    ModelError
        Above five million combinations.
    """
    words = max(1, -(-len(demands) // WORD))
    broken = np.zeros((0, words), dtype=np.int64)
    places = np.zeros(0, dtype=np.int64)
    passed = 0
    for bits in _blocks(bargain, demands):
        own, first = _distinct(bits)
        broken, places = _smallest(
            np.concatenate([broken, own]), np.concatenate([places, first + passed])
        )
        passed += bits.shape[1]
    return np.stack(np.unravel_index(places, bargain.sizes), axis=-1).astype(np.int64)


def broken_alone(bargain: Bargain, demands: Sequence[Demand]) -> tuple[int, Integers]:
    """How many packages meet all demands, and how many break each demand alone, shape (D,).

    Raises
    ------
    ModelError
        Above five million combinations.
    """
    deals, alone = 0, np.zeros(len(demands), dtype=np.int64)
    for bits in _blocks(bargain, demands):
        count = np.bitwise_count(bits).sum(axis=0)
        deals += int((count == 0).sum())
        single = bits[:, count == 1]
        for place in range(len(demands)):
            alone[place] += (single[place // WORD] == np.int64(1) << (place % WORD)).sum()
    return deals, alone


def _blocks(bargain: Bargain, demands: Sequence[Demand]) -> Iterator[Integers]:
    """The demands broken by every package as bits (words, P), block after block."""
    if bargain.combinations > MOST_LISTED:
        raise ModelError(f"found {bargain.combinations:,} packages, at most {MOST_LISTED:,} listed")
    words = max(1, -(-len(demands) // WORD))
    split = 0
    while math.prod(bargain.sizes[split:]) > BLOCK and split < len(bargain.sizes) - 1:
        split += 1
    for lead in itertools.product(*(range(n) for n in bargain.sizes[:split])):
        yield _breaches(bargain, demands, lead, words)


def _breaches(
    bargain: Bargain, demands: Sequence[Demand], lead: tuple[int, ...], words: int
) -> Integers:
    """The demands broken by each package that begins with some levels, as (words, P) bits."""
    sizes = bargain.sizes[len(lead) :]
    found = np.zeros((words, *sizes), dtype=np.int64)
    accepts = {
        party: _utility(bargain, party, lead) >= bargain.walk_away[party]
        for party in sorted({d.index for d in demands if d.kind == "walk_away"})
    }
    for place, demand in enumerate(demands):
        if demand.kind == "walk_away":
            broken = ~accepts[demand.index]
        else:
            broken = ~_met(bargain.limits[demand.index], lead, len(sizes))
        if demand.when is not None:
            broken = broken & _met(demand.when, lead, len(sizes))
        found[place // WORD] |= broken.astype(np.int64) << (place % WORD)
    return found.reshape(words, -1)


def _utility(bargain: Bargain, party: int, lead: tuple[int, ...]) -> Integers:
    """A party's utility of each package that begins with some levels, by the other levels."""
    sizes = bargain.sizes[len(lead) :]
    known = sum(int(bargain.values[j][party, level]) for j, level in enumerate(lead))
    total: Integers = np.full((), known, dtype=np.int64)
    for table in reversed(bargain.values[len(lead) :]):
        total = np.add.outer(table[party], total)
    for joint in bargain.joints:
        if joint.points[party].any():
            total += _aligned(joint.points[party], joint.provisions, lead, len(sizes))
    return total


def _met(limit: Limit, lead: tuple[int, ...], axes: int) -> NDArray[np.bool_]:
    found = _aligned(limit.allowed.astype(np.int64), limit.provisions, lead, axes)
    return found.astype(np.bool_)


def _aligned(
    table: Integers, provisions: tuple[int, ...], lead: tuple[int, ...], axes: int
) -> Integers:
    """A table over some provisions where the first are settled, along the axes of the others."""
    settled = tuple(lead[j] if j < len(lead) else slice(None) for j in provisions)
    rest = table[settled]
    shape = [1] * axes
    open_axes = [j - len(lead) for j in provisions if j >= len(lead)]
    for axis, size in zip(open_axes, rest.shape, strict=True):
        shape[axis] = size
    return rest.reshape(shape)


def _distinct(bits: Integers) -> tuple[Integers, Integers]:
    """The different columns of bits (words, P) as rows, and where each first stands."""
    if len(bits) == 1:
        values, first = np.unique(bits[0], return_index=True)
        return values[:, None], first
    return np.unique(bits.T, axis=0, return_index=True)


def _smallest(broken: Integers, places: Integers) -> tuple[Integers, Integers]:
    """The sets of bits (S, words) that contain no other, the earliest of equals."""
    order = np.lexsort((places, np.bitwise_count(broken).sum(axis=1)))
    broken, places = broken[order], places[order]
    chosen = []
    left = np.arange(len(broken))
    while left.size:
        chosen.append(left[0])
        within = broken[left[0]]
        left = left[((broken[left] & within) != within).any(axis=1)]
    return broken[chosen], places[chosen]
