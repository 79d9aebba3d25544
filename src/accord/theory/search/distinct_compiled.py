"""Keys numbered by hashing, compiled.

Imported where it is used, as numba loads slowly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from accord.theory.search.rows_compiled import entered, within

__all__ = ["number_keys"]

Integers = NDArray[np.int64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""2^64 over the golden ratio: its multiples spread evenly (Knuth 1973, section 6.4)."""


@within
def _slot(slots: Integers, key: int) -> int:  # pragma: no cover
    """The place of a key, or the empty one where it belongs."""
    mixed = np.uint64(key)
    for _ in range(2):
        # keys may be multiples of anything: high digits are mixed into low ones, and on again
        mixed = (mixed ^ (mixed >> np.uint64(32))) * _GOLDEN
    at = int(np.int64((mixed ^ (mixed >> np.uint64(32))) & np.uint64(slots.shape[0] - 1)))
    while slots[at, 0] >= 0 and slots[at, 1] != key:
        at = at + 1 if at + 1 < slots.shape[0] else 0
    return at


@entered
def number_keys(
    keys: Integers, slots: Integers, firsts: Integers, numbers: Integers, state: Integers
) -> bool:  # pragma: no cover
    """Number keys in the order in which they first stand; False where the places ran out.

    Parameters
    ----------
    keys : int array (N,)
    slots : int array (S, 2)
        The number of a key, −1 in an empty place, as all of them are at first, and the key.
        S is a power of two.
    firsts : int array (S / 2,)
        Where each different key stands first.
    numbers : int array (N,)
        Written.
    state : int array (2,)
        How many keys are numbered, and how many different ones there are.
    """
    for number in range(state[1]):
        key = keys[firsts[number]]
        at = _slot(slots, key)
        slots[at, 0], slots[at, 1] = number, key
    for i in range(state[0], keys.size):
        at = _slot(slots, keys[i])
        if slots[at, 0] < 0:
            if state[1] == firsts.size:
                state[0] = i
                return False
            slots[at, 0], slots[at, 1] = state[1], keys[i]
            firsts[state[1]] = i
            state[1] += 1
        numbers[i] = slots[at, 0]
    state[0] = keys.size
    return True
