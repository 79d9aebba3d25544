"""Which of many utility vectors no other one dominates.

A vector dominates another when it is at least as large everywhere and larger somewhere. Two
parties: sort and sweep. Three: sort by the first, sweep with the staircase of the other two
(Kung, Luccio and Preparata 1975). More: sorted by their sum, each vector is compared with those
kept before it, which are the only ones that can dominate it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["distinct", "non_dominated"]

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

FEW = 3000
"""Vectors up to which the plain comparison is quicker than waking the compiled one."""


def distinct(vectors: Integers) -> tuple[Integers, Integers, Integers]:
    """Distinct columns of (N, M) vectors, largest first in the order of the parties.

    Returns
    -------
    unique : ndarray (N, U)
    order : ndarray (M,)
        Columns sorted so that equal ones stand together.
    starts : ndarray (U,)
        Where each distinct vector begins in ``order``.
    """
    new = np.ones(vectors.shape[1], dtype=np.bool_)
    key = _key(vectors)
    if key is None:
        order = np.lexsort(vectors[::-1])[::-1]
        arranged = vectors[:, order]
        new[1:] = (arranged[:, 1:] != arranged[:, :-1]).any(axis=0)
    else:
        order = np.argsort(key)
        ranked = key[order]
        new[1:] = ranked[1:] != ranked[:-1]
    starts = np.flatnonzero(new)
    return vectors[:, order[starts]], order, starts


def _key(vectors: Integers) -> Integers | None:
    """One number a column, smallest for the largest; None where the parties do not fit into it."""
    if not vectors.size:
        return None
    most = vectors.max(axis=1)
    spans = [int(span) + 1 for span in most - vectors.min(axis=1)]
    if math.prod(spans) >= 2**62:
        return None
    key = most[0] - vectors[0]
    for row, high, span in zip(vectors[1:], most[1:], spans[1:], strict=True):
        key *= span
        key += high - row
    return np.asarray(key)


def non_dominated(vectors: Integers) -> Booleans:
    """Which of some distinct vectors, sorted as ``distinct`` does, no other dominates.

    Parameters
    ----------
    vectors : ndarray (N, U)
        Utilities of U distinct vectors in falling lexicographic order.

    Returns
    -------
    ndarray (U,) of bool

    References
    ----------
    Kung, Luccio and Preparata 1975, On finding the maxima of a set of vectors.
    """
    parties, count = vectors.shape
    if parties == 1:
        return np.asarray(np.arange(count) == 0)
    if parties == 2:
        keep = np.ones(count, dtype=np.bool_)
        keep[1:] = vectors[1, 1:] > np.maximum.accumulate(vectors[1])[:-1]
        return keep
    if count <= FEW:
        return _by_comparison(vectors)
    # imported here, since it takes half a second that small problems need not wait for
    from accord.theory.bargaining.dominance_compiled import (  # noqa: PLC0415
        by_kept_vectors,
        by_staircase,
    )

    if parties == 3:
        return np.asarray(by_staircase(vectors[1].copy(), vectors[2].copy()))
    order = np.argsort(-vectors.sum(axis=0), kind="stable")
    kept = by_kept_vectors(np.ascontiguousarray(vectors[:, order].T))
    result = np.zeros(count, dtype=np.bool_)
    result[order] = kept
    return result


def _by_comparison(vectors: Integers) -> Booleans:
    """The vector of the largest sum is kept and what it dominates goes, again and again."""
    alive = np.argsort(-vectors.sum(axis=0), kind="stable")
    keep = np.zeros(vectors.shape[1], dtype=np.bool_)
    while alive.size:
        best = alive[0]
        keep[best] = True
        dominated = np.all(vectors[:, alive] <= vectors[:, best, None], axis=0)
        alive = alive[~dominated]
    return keep
