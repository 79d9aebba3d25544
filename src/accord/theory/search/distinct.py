"""Equal keys found by hashing: what is alike among millions of combinations, in linear time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["distinct", "distinct_small"]

Integers = NDArray[np.int64]

SMALLEST = 1 << 12
"""Places of the first hash table."""


def distinct(keys: Integers) -> tuple[Integers, Integers]:
    """Where each different key (N,) stands first, in that order, and which of them each is (N,)."""
    from accord.theory.search.distinct_compiled import number_keys  # noqa: PLC0415  numba

    keys = np.ascontiguousarray(keys, dtype=np.int64)
    numbers = np.empty(keys.size, dtype=np.int64)
    firsts = np.empty(SMALLEST // 2, dtype=np.int64)
    slots = np.full((SMALLEST, 2), -1, dtype=np.int64)
    state = np.zeros(2, dtype=np.int64)
    while not number_keys(keys, slots, firsts, numbers, state):
        # half full: twice the places, and all once more from the first key that is not numbered
        slots = np.full((2 * len(slots), 2), -1, dtype=np.int64)
        firsts = np.concatenate([firsts, np.empty_like(firsts)])
    return firsts[: state[1]].copy(), numbers


def distinct_small(numbers: NDArray[np.integer], below: int) -> tuple[Integers, Integers]:
    """Which whole numbers of 0..below-1 occur, rising, and the place of each among them."""
    seen = np.zeros(below, dtype=np.bool_)
    seen[numbers] = True
    place = np.cumsum(seen, dtype=np.int64) - 1
    return np.flatnonzero(seen).astype(np.int64), place[numbers]
