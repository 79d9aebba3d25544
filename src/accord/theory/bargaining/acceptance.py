"""In how many worlds every party accepts each package of a whole space.

Algorithm (MODELS, section 5): the provisions are cut into a first and a second half, whose partial
sums are listed once a world (Horowitz and Sahni 1974); a party accepts a pair of halves where the
second gives what the first leaves to ask. One comparison of the two lists with each other a party
answers that for all pairs at once, in the smallest integer type that holds their order. Where all
must accept, a red line and a constraint alike are a mask over the provisions they mention. What
adds points where provisions of both halves meet is added pair by pair.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.bargaining.space import MOST_LISTED, Bargain

__all__ = ["jointly_acceptable"]

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

_Scalar = TypeVar("_Scalar", np.int64, np.bool_)

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

    def spread(self, provisions: Sequence[int], table: NDArray[_Scalar]) -> NDArray[_Scalar]:
        """A table over some provisions as one over pairs of halves.

        Its last two axes are A and B long, or 1 where no provision of that half is mentioned.
        """
        lead = table.shape[: table.ndim - len(provisions)]
        own = [j for j in provisions if j < self.cut]
        others = [j for j in provisions if j >= self.cut]
        pairs = table.reshape(*lead, math.prod(self.sizes[j] for j in own), -1)
        if own:
            pairs = pairs.take(self._places(own, self.first[own]), axis=-2)
        if others:
            rows = self.second[[j - self.cut for j in others]]
            pairs = pairs.take(self._places(others, rows), axis=-1)
        return pairs

    def _places(self, provisions: Sequence[int], levels: Integers) -> Integers:
        sizes = tuple(self.sizes[j] for j in provisions)
        return np.asarray(np.ravel_multi_index(tuple(levels), sizes), dtype=np.int64)


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
    accepted = np.ones(halves.shape, dtype=np.bool_)
    for limit in bargain.limits:
        accepted &= halves.spread(limit.provisions, limit.allowed)
    asked, given, across = _sums(halves, bargain)
    wants, has = _narrowed(asked, given)
    own = np.empty_like(accepted)
    for i in range(bargain.parties):
        if i in across:
            np.greater_equal(given[i] + across[i], asked[i][:, None], out=own)
        else:
            np.greater_equal(has[i], wants[i][:, None], out=own)
        accepted &= own
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
            first += values.take(halves.first[j], axis=1)
        else:
            second += values.take(halves.second[j - halves.cut], axis=1)
    for joint in bargain.joints:
        here = any(j < halves.cut for j in joint.provisions)
        there = any(j >= halves.cut for j in joint.provisions)
        if here and there:
            for i in np.flatnonzero([points.any() for points in joint.points]).tolist():
                added = halves.spread(joint.provisions, joint.points[i])
                across[i] = across[i] + added if i in across else added
        elif here:
            first += halves.spread(joint.provisions, joint.points)[:, :, 0]
        else:
            second += halves.spread(joint.provisions, joint.points)[:, 0]
    return bargain.walk_away[:, None] - first, second, across


def _narrowed(asked: Integers, given: Integers) -> tuple[NDArray[Any], NDArray[Any]]:
    """The same (N, A) and (N, B) for comparison, in the smallest type without a sign.

    What is asked matters only from the least that is given to one step above the most, and what is
    given only from one step below the least that is then asked to the most.
    """
    least, most = given.min(axis=1, keepdims=True), given.max(axis=1, keepdims=True)
    wants = np.clip(asked, least, most + 1)
    below, top = wants.min(axis=1, keepdims=True) - 1, wants.max(axis=1, keepdims=True)
    span = int((top - below).max(initial=0))
    kind = np.min_scalar_type(span)
    assert 0 <= span <= np.iinfo(kind).max
    return (wants - below).astype(kind), (np.clip(given, below, top) - below).astype(kind)
