"""Rows that choose alike, as numbered classes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["classes_of", "distinct_rows"]

Integers: TypeAlias = NDArray[np.int64]

_LARGEST = 2**62


def classes_of(columns: Iterable[Integers], rows: int) -> tuple[Integers, Integers]:
    """Number the distinct combinations of some columns of small whole numbers.

    Parameters
    ----------
    columns : iterable of int arrays (N,)
        Each >= 0.
    rows : int
        N.

    Returns
    -------
    int64 array (C,)
        A row of each class, the first.
    int64 array (N,)
        The class of each row.
    """
    key = np.zeros(rows, dtype=np.int64)
    size = 1
    for column in columns:
        span = int(column.max(initial=0)) + 1
        if span == 1:
            continue
        if size * span > _LARGEST:
            key = np.unique(key, return_inverse=True)[1].astype(np.int64)
            size = int(key.max(initial=0)) + 1
        key = key * span + column
        size *= span
    first, inverse = np.unique(key, return_index=True, return_inverse=True)[1:]
    return first.astype(np.int64), inverse.astype(np.int64)


def distinct_rows(rows: NDArray[np.uint64]) -> tuple[Integers, Integers]:
    """The first row of each kind, and the kind of each row, for tables of words.

    Parameters
    ----------
    rows : uint64 array (N, …)
    """
    seen: dict[bytes, int] = {}
    first: list[int] = []
    kind = np.empty(len(rows), dtype=np.int64)
    for i, row in enumerate(rows):
        key = row.tobytes()
        found = seen.get(key)
        if found is None:
            found = seen[key] = len(first)
            first.append(i)
        kind[i] = found
    return np.array(first, dtype=np.int64), kind
