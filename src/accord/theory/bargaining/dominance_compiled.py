"""The two sweeps of ``dominance`` for many vectors, compiled when first asked for."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["by_kept_vectors", "by_staircase"]

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


@numba.njit(cache=True)
def by_staircase(second: Integers, third: Integers) -> Booleans:  # pragma: no cover
    """Which vectors are not dominated, given in falling lexicographic order of three parties.

    The staircase holds the maxima of (second, third) among earlier vectors, second rising and
    third falling. A vector is dominated when the first step to its right is at least as high.
    """
    count = second.size
    keep = np.zeros(count, dtype=np.bool_)
    steps_second = np.empty(count, dtype=np.int64)
    steps_third = np.empty(count, dtype=np.int64)
    size = 0
    for i in range(count):
        y, z = second[i], third[i]
        low, high = 0, size
        while low < high:
            middle = (low + high) // 2
            if steps_second[middle] < y:
                low = middle + 1
            else:
                high = middle
        if low < size and steps_third[low] >= z:
            continue
        keep[i] = True
        # steps to the left that are no higher vanish, and so does an equal one
        first = low
        while first > 0 and steps_third[first - 1] <= z:
            first -= 1
        last = low + 1 if low < size and steps_second[low] == y else low
        shift = 1 - (last - first)
        if shift == 1:
            for k in range(size - 1, last - 1, -1):
                steps_second[k + 1] = steps_second[k]
                steps_third[k + 1] = steps_third[k]
        elif shift < 0:
            for k in range(last, size):
                steps_second[k + shift] = steps_second[k]
                steps_third[k + shift] = steps_third[k]
        steps_second[first] = y
        steps_third[first] = z
        size += shift
    return keep


@numba.njit(cache=True)
def by_kept_vectors(rows: Integers) -> Booleans:  # pragma: no cover
    """Which of some distinct vectors (U, N) in falling order of their sum are not dominated."""
    count, parties = rows.shape
    keep = np.zeros(count, dtype=np.bool_)
    kept = np.empty(count, dtype=np.int64)
    size = 0
    for i in range(count):
        dominated = False
        for k in range(size):
            other = kept[k]
            worse = True
            for n in range(parties):
                if rows[other, n] < rows[i, n]:
                    worse = False
                    break
            if worse:
                dominated = True
                # what dominated once will do so again: it moves one place to the front
                if k > 0:
                    kept[k], kept[k - 1] = kept[k - 1], kept[k]
                break
        if not dominated:
            keep[i] = True
            kept[size] = i
            size += 1
    return keep
