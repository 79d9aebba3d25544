"""Every package of a space counted, compiled: two half tables of sums, one compare a literal.

Imported where it is used, as numba loads slowly.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.theory.ones_compiled import population_count
from accord.theory.search.lanes_compiled import any_sum_below
from accord.theory.search.rows_compiled import entered, weighs

__all__ = ["count_packages", "joint_weights"]

Integers = NDArray[np.int64]
Words = NDArray[np.uint64]


@entered
def count_packages(
    outer: Any, inner: Any, rows: Words, of_outer: Integers, of_inner: Integers,
    which: NDArray[np.int32], every: Integers, planes: Words, begin: int, counts: Integers,
) -> None:  # fmt: skip  # pragma: no cover
    """Add what the worlds of some blocks weigh in which packages pass.

    Parameters
    ----------
    outer : int16 array (blocks, A, N · 64), inner : int16 array (blocks, B, N · 64)
        Sums of two halves of the provisions, whose sum is what is left above what is asked.
    rows : uint64 array (R, words)
    of_outer : int array (A, T), of_inner : int array (B, T)
        Whose sum names, in ``which``, the row of each table.
    every : int array
        Tables that have to hold.
    begin : int
        The number of the first block.
    counts : int array (A, B)
        Added to.
    """
    length, literals = outer.shape[2], outer.shape[2] // 64
    for at in range(outer.shape[0]):
        block = begin + at
        for a in range(outer.shape[1]):
            first = (at * outer.shape[1] + a) * length
            for b in range(inner.shape[1]):
                word = ~np.uint64(0)
                for k in range(every.size):
                    t = every[k]
                    word &= rows[which[of_outer[a, t] + of_inner[b, t]], block]
                if word and literals:
                    second = (at * inner.shape[1] + b) * length
                    word &= ~any_sum_below(outer, first, inner, second, literals)
                if word:
                    counts[a, b] += weighs(word, block, planes)


@entered
def joint_weights(
    rows: Words, planes: Words, kept: Words, found: Integers
) -> None:  # pragma: no cover
    """Write what the worlds weigh in which all of several rows hold.

    Row by row of each package, so that several words are met by one instruction.

    Parameters
    ----------
    rows : uint64 array (T, P, words)
        For each test and package.
    planes : uint64 array (B, words)
        Bit planes of the weights, see ``Space.planes``.
    kept : uint64 array (words,)
        Overwritten.
    found : int array (P,)
        Written.
    """
    for p in range(rows.shape[1]):
        for i in range(kept.size):
            kept[i] = rows[0, p, i]
        for t in range(1, rows.shape[0]):
            for i in range(kept.size):
                kept[i] &= rows[t, p, i]
        found[p] = 0
        for b in range(planes.shape[0]):
            ones = np.uint64(0)
            for i in range(kept.size):
                ones += population_count(kept[i] & planes[b, i])
            found[p] += np.int64(ones) << b
