"""In how many worlds every party accepts each package of a whole space.

Algorithm (MODELS, section 5): the provisions are cut into a first and a second half, whose partial
sums are listed once a world (Horowitz and Sahni 1974); a party accepts a pair of halves where the
second gives what the first leaves to ask. One comparison of the two lists with each other a party
answers that for all pairs at once. Only the order of what is asked and given counts, so that both
lists hold ranks in the smallest integer type instead of sums. Red lines are points so low that
their party refuses. What joins provisions of both halves is added pair by pair.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.bargaining.patterns import with_lines
from accord.theory.bargaining.space import CONSTRAINT, MOST_LISTED, Bargain

__all__ = ["jointly_acceptable"]

Integers = NDArray[np.int64]
Ranks = NDArray[np.unsignedinteger]
Booleans = NDArray[np.bool_]

MOST_BYTE = 255
"""Worlds whose acceptances one byte a package can count."""


def jointly_acceptable(worlds: Iterable[Bargain]) -> Integers:
    """In how many worlds all parties accept each package.

    Parameters
    ----------
    worlds : iterable of Bargain
        One problem a world, at least one; the levels of the provisions are the same in all.

    Returns
    -------
    ndarray (P,)
        By package, in row-major order of levels; of *all* combinations: one that a world's
        constraints exclude is accepted by nobody there.

    Raises
    ------
    ModelError
        For no world, worlds that differ in their levels, or above five million packages.

    References
    ----------
    Horowitz and Sahni 1974, Computing partitions with applications to the knapsack problem.
    """
    halves: _Halves | None = None
    counts = few = np.zeros(0, dtype=np.int64)
    for number, bargain in enumerate(worlds):
        if halves is None:
            halves = _cut(bargain)
            counts = np.zeros(halves.shape, dtype=np.int64)
            few = np.zeros(halves.shape, dtype=np.uint8)
        elif bargain.sizes != halves.sizes:
            raise ModelError(
                f"found levels {bargain.sizes} in world {number}, wanted {halves.sizes} as in the "
                "worlds before it"
            )
        few += _accepted(halves, bargain).view(np.uint8)
        if number % MOST_BYTE == MOST_BYTE - 1:
            counts += few
            few[:] = 0
    if halves is None:
        raise ModelError("found no world, wanted at least one")
    counts += few
    return counts.ravel()


@dataclass(frozen=True, eq=False)
class _Halves:
    """A space cut in two: combinations of the first provisions, and of the others."""

    sizes: tuple[int, ...]
    cut: int
    first: Integers  # (cut, A) levels
    second: Integers  # (J − cut, B)

    @property
    def shape(self) -> tuple[int, int]:
        """Combinations of each half, (A, B)."""
        return self.first.shape[1], self.second.shape[1]

    def places(self, provisions: Sequence[int]) -> tuple[Integers, Integers]:
        """Places of all halves, (A,) and (B,), in tables over some provisions of each."""
        own = [j for j in provisions if j < self.cut]
        others = [j for j in provisions if j >= self.cut]
        return (
            self._flat(own, self.first[own], self.shape[0]),
            self._flat(others, self.second[[j - self.cut for j in others]], self.shape[1]),
        )

    def _flat(self, provisions: list[int], levels: Integers, count: int) -> Integers:
        place = np.zeros(count, dtype=np.int64)
        for j, row in zip(provisions, levels, strict=True):
            place = place * self.sizes[j] + row
        return place

    def table(self, provisions: Sequence[int], values: NDArray[np.generic]) -> NDArray[np.generic]:
        """Values (…, levels of the provisions) as (…, combinations of first, of second half)."""
        lead = values.ndim - len(provisions)
        rows = math.prod(self.sizes[j] for j in provisions if j < self.cut)
        return values.reshape(*values.shape[:lead], rows, -1)


def _cut(bargain: Bargain) -> _Halves:
    """The cut of the row-major order into halves as even as it allows, the second not smaller."""
    sizes = bargain.sizes
    if bargain.combinations > MOST_LISTED:
        raise ModelError(f"found {bargain.combinations:,} packages, at most {MOST_LISTED:,} listed")
    products = [math.prod(sizes[:k]) for k in range(len(sizes))]
    cut = max(
        k for k, product in enumerate(products) if product**2 <= bargain.combinations or not k
    )
    first, second = (np.indices(part, dtype=np.int64) for part in (sizes[:cut], sizes[cut:]))
    return _Halves(
        sizes,
        cut,
        first.reshape(cut, products[cut]),
        second.reshape(len(sizes) - cut, math.prod(sizes[cut:])),
    )


def _accepted(halves: _Halves, bargain: Bargain) -> Booleans:
    """Which pairs of halves (A, B) every party accepts in one world."""
    priced = with_lines(bargain)
    asked, given, across = _sums(halves, priced)
    accepted = np.ones(halves.shape, dtype=np.bool_)
    own = np.empty_like(accepted)
    for i in range(priced.parties):
        if i in across:
            np.greater_equal(given[i] + across[i], asked[i][:, None], out=own)
        else:
            wants, has = _ranks(asked[i], given[i])
            np.greater_equal(has, wants[:, None], out=own)
        accepted &= own
    for limit in bargain.limits:
        if limit.party == CONSTRAINT:
            rows, columns = halves.places(limit.provisions)
            allowed = halves.table(limit.provisions, limit.allowed)
            accepted &= allowed[rows[:, None], columns].astype(np.bool_)
    return accepted


def _sums(halves: _Halves, bargain: Bargain) -> tuple[Integers, Integers, dict[int, Integers]]:
    """What first halves leave to ask (N, A), what second ones give (N, B), points of pairs.

    The last by party (A, B), for those to whom something across the halves makes a difference.
    """
    first = np.zeros((bargain.parties, halves.shape[0]), dtype=np.int64)
    second = np.zeros((bargain.parties, halves.shape[1]), dtype=np.int64)
    across: dict[int, Integers] = {}
    for j, values in enumerate(bargain.values):
        if j < halves.cut:
            first += values[:, halves.first[j]]
        else:
            second += values[:, halves.second[j - halves.cut]]
    for joint in bargain.joints:
        rows, columns = halves.places(joint.provisions)
        points = halves.table(joint.provisions, joint.points).astype(np.int64, copy=False)
        if points.shape[2] == 1:
            first += points[:, rows, 0]
        elif points.shape[1] == 1:
            second += points[:, 0, columns]
        else:
            for i in np.flatnonzero(points.any(axis=(1, 2))).tolist():
                across[i] = across.get(i, 0) + points[i][rows[:, None], columns]
    return bargain.walk_away[:, None] - first, second, across


def _ranks(asked: Integers, given: Integers) -> tuple[Ranks, Ranks]:
    """Numbers that compare as what is asked (A,) and given (B,) do, as small as can be.

    Each is the number of wishes that are no larger: a gift reaches a wish exactly where it reaches
    at least as many wishes as that one does.
    """
    kind = np.min_scalar_type(asked.size)
    ordered = np.sort(asked)
    wants, has = (np.searchsorted(ordered, values, side="right") for values in (asked, given))
    assert max(wants.max(), has.max()) <= np.iinfo(kind).max
    return wants.astype(kind), has.astype(kind)
