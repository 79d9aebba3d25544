"""Classes of packages as pairs of what is alike in a world, compiled.

Imported where it is used, as numba loads slowly.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["first_at_least", "give_needs", "mark_pairs"]

Integers = NDArray[np.int32]
Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]


@numba.njit(cache=True, nogil=True)
def mark_pairs(
    first: Integers, second: Integers, kind: Integers, kinds: int, live: Bytes, mark: Bytes
) -> None:  # pragma: no cover
    """Mark the pairs that some live class has.

    Parameters
    ----------
    first, second : int32 array (C,)
        Of each class.
    kind : int32 array (F,)
        What is alike among the second ones here, 0..kinds-1.
    live : uint8 array (C,)
    mark : uint8 array
        Written at first · kinds + kind.
    """
    for c in range(first.size):
        if live[c]:
            mark[first[c] * kinds + kind[second[c]]] = 1


@numba.njit(cache=True, nogil=True)
def give_needs(
    first: Integers, second: Integers, kind: Integers, kinds: int, live: Bytes,
    of_pair: NDArray[Any], needs: NDArray[Any],
) -> None:  # fmt: skip  # pragma: no cover
    """Raise the needs of live classes to those of their pairs, each (C,)."""
    for c in range(first.size):
        if live[c]:
            need = of_pair[first[c] * kinds + kind[second[c]]]
            needs[c] = max(need, needs[c])


@numba.njit(cache=True, nogil=True)
def first_at_least(
    wanted: Floats, column: Integers, ordered: Floats, result: Integers
) -> None:  # pragma: no cover
    """The first of ordered values that is at least what is wanted.

    Parameters
    ----------
    wanted : float array (G,)
    column : int32 array (G,)
        Which column of the ordered values each looks at.
    ordered : float array (N, Q)
        Rising along the second axis.
    result : int32 array (G,)
        Written; Q where none is.
    """
    for g in range(wanted.size):
        row = ordered[column[g]]
        low, high = 0, row.size
        while low < high:
            middle = (low + high) // 2
            if row[middle] < wanted[g]:
                low = middle + 1
            else:
                high = middle
        result[g] = low
