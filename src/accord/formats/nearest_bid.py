"""The bid whose utility is nearest to a number and not below it, by two halves.

Utilities of all bids are sums over issues; half of the issues on either side gives two lists of
sums, and a sorted list answers at once what a sum of the other still needs (Horowitz and Sahni
1974). Exact until a half has more distinct sums than ``MOST_SUMS``; beyond, each list is thinned
evenly between its extremes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["MOST_SUMS", "Bid", "nearest_bid"]

Integers = NDArray[np.int64]

MOST_SUMS = 2_000_000


@dataclass(frozen=True, slots=True)
class Bid:
    """A level of every issue, what they are worth together, and whether the search was exact."""

    levels: tuple[int, ...]
    value: int
    exact: bool


@dataclass(frozen=True)
class _Half:
    """Distinct sums of some issues, rising, with the way back to the levels."""

    issues: list[int]
    sums: Integers
    steps: list[tuple[Integers, Integers]]
    exact: bool

    def levels(self, at: int) -> dict[int, int]:
        found = {}
        for issue, (parents, levels) in zip(
            reversed(self.issues), reversed(self.steps), strict=True
        ):
            found[issue] = int(levels[at])
            at = int(parents[at])
        return found


def nearest_bid(values: Sequence[Integers], target: int) -> Bid:
    """The bid of least value that is at least ``target``; the best of all where none is.

    Parameters
    ----------
    values : sequence of J ndarrays (L_j,) of int64
        Grid steps that each level adds.
    target : int
        Grid steps.
    """
    order = sorted(range(len(values)), key=lambda j: (-len(values[j]), j))
    left, right = _half(values, sorted(order[::2])), _half(values, sorted(order[1::2]))
    needed = np.searchsorted(right.sums, target - left.sums)
    reached = needed < right.sums.size
    if reached.any():
        sums = left.sums[reached] + right.sums[needed[reached]]
        best = int(np.argmin(sums))
        at = int(np.flatnonzero(reached)[best])
        beside = int(needed[at])
    else:
        at, beside = left.sums.size - 1, right.sums.size - 1
    found = left.levels(at) | right.levels(beside)
    total = int(left.sums[at] + right.sums[beside])
    return Bid(tuple(found[j] for j in range(len(values))), total, left.exact and right.exact)


def _half(values: Sequence[Integers], issues: list[int]) -> _Half:
    sums = np.zeros(1, dtype=np.int64)
    steps: list[tuple[Integers, Integers]] = []
    exact = True
    for j in issues:
        table = values[j]
        own, first = np.unique(table, return_index=True)
        sums, place = np.unique((sums[:, None] + own[None, :]).ravel(), return_index=True)
        if sums.size > MOST_SUMS:
            exact = False
            kept = np.unique(np.linspace(0, sums.size - 1, MOST_SUMS).round().astype(np.int64))
            sums, place = sums[kept], place[kept]
        steps.append((place // own.size, first[place % own.size]))
    return _Half(issues, sums, steps, exact)
