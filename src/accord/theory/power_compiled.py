"""One pass over a table of worths, compiled; imported where it is used, as numba loads slowly."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["sum_rows"]

FloatArray = NDArray[np.float64]


@numba.njit(cache=True)
def sum_rows(
    rows: FloatArray, weights: FloatArray, columns: FloatArray, weighted: FloatArray,
    plain: FloatArray,
) -> None:  # fmt: skip  # pragma: no cover
    """Sum a table over its rows and over its columns.

    Rows are summed by halving, so that the additions of a step are independent of one another
    and their order never changes.

    Parameters
    ----------
    rows : ndarray (R, L)
        L a power of 2, at least 2.
    weights : ndarray (h + 1, L)
        Of a row whose number has that many ones.
    columns : ndarray (h + 1, L)
        To which each row is added, by the number of ones of its number.
    weighted, plain : ndarray (R,)
        Written: the sums of each row.
    """
    half = rows.shape[1] // 2
    first, second = np.empty(half), np.empty(half)
    for number in range(rows.shape[0]):
        size, rest = 0, number
        while rest:
            rest &= rest - 1
            size += 1
        line, weight, column = rows[number], weights[size], columns[size]
        for i in range(2 * half):
            column[i] += line[i]
        for i in range(half):
            first[i] = line[i] * weight[i] + line[i + half] * weight[i + half]
            second[i] = line[i] + line[i + half]
        width = half
        while width > 1:
            width //= 2
            for i in range(width):
                first[i] += first[i + width]
                second[i] += second[i + width]
        weighted[number], plain[number] = first[0], second[0]
