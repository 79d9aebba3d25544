"""Which packages no other one beats on every count: the non-dominated set."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from accord._errors import ModelError

__all__ = ["non_dominated"]

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ranks = NDArray[np.int32]

CHUNK = 512
"""Points that are compared with as many others at a time."""


def non_dominated(shares: ArrayLike) -> Booleans:
    """Which points are dominated by none.

    A point dominates another if it is at least as good on every count and better on one, so
    equal points stay together, in or out. No trade-off between counts is asked for and no knee of
    the set is singled out.

    Parameters
    ----------
    shares : array_like (n, k)
        One row a package, one column a count, such as the shares of worlds in which it passes
        each test; more is better.

    Returns
    -------
    ndarray (n,) of bool

    Raises
    ------
    ModelError
        If the shape is another, or a number is not finite.

    References
    ----------
    Kung, Luccio and Preparata 1975, On finding the maxima of a set of vectors, Journal of the ACM
    22, 469-476, for the definition; points are taken from the largest sum down, so that none is
    dominated by a later one, and compared with the set found so far.
    """
    points = np.asarray(shares, dtype=np.float64) + 0.0  # no negative nought
    if points.ndim != 2 or not points.shape[1]:
        raise ModelError(f"found shares of shape {points.shape}, wanted (packages, counts)")
    if not np.isfinite(points).all():
        raise ModelError("found a share that is not finite")
    if not len(points):
        return np.zeros(0, dtype=np.bool_)
    distinct, place = np.unique(points, axis=0, return_inverse=True)
    return _maxima(distinct)[place.reshape(-1)]


def _maxima(points: Floats) -> Booleans:
    """The same for points (n, k) that differ from one another."""
    # Places in each column's order say the same as the values, in fewer bytes and with exact sums.
    ranks = np.stack(
        [np.unique(column, return_inverse=True)[1].reshape(-1) for column in points.T]
    ).astype(np.int32)
    order = np.argsort(-ranks.sum(axis=0, dtype=np.int64), kind="stable")
    front = np.empty_like(ranks)
    size = 0
    kept = np.zeros(len(points), dtype=np.bool_)
    for start in range(0, len(points), CHUNK):
        rows = order[start : start + CHUNK]
        rows = rows[~_beaten(ranks[:, rows], front[:, :size])]
        rows = rows[~_beaten(ranks[:, rows], ranks[:, rows], itself=True)]
        front[:, size : size + rows.size] = ranks[:, rows]
        size += rows.size
        kept[rows] = True
    return kept


def _beaten(points: Ranks, others: Ranks, *, itself: bool = False) -> Booleans:
    """Which points (k, n) another one is at least as good as on every count.

    Parameters
    ----------
    itself : bool
        The others are the points themselves; otherwise none of them equals a point.
    """
    beaten = np.zeros(points.shape[1], dtype=np.bool_)
    for start in range(0, others.shape[1], CHUNK):
        left = np.flatnonzero(~beaten)
        if not left.size:
            break
        part = others[:, start : start + CHUNK]
        at_least = part[0] >= points[0, left, None]
        for rival, own in zip(part[1:], points[1:, left], strict=True):
            at_least &= rival >= own[:, None]
        if itself:
            at_least[np.arange(left.size), left - start] = False
        beaten[left] = at_least.any(axis=1)
    return beaten
