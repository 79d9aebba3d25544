"""Pairs of half packages that give two parties enough, compiled when first asked for."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["pairs_at_least"]

Integers = NDArray[np.int64]


@numba.njit(cache=True)
def pairs_at_least(
    needs: Integers, need_ranks: Integers, haves: Integers, have_ranks: Integers
) -> int:  # pragma: no cover
    """Count the pairs in which the second half gives both parties what the first leaves to ask.

    Parameters
    ----------
    needs : ndarray (A,)
        What each first half leaves the first party to ask, falling.
    need_ranks : ndarray (A,)
        Where what the second party still asks stands among the sorted values of second halves.
    haves, have_ranks : ndarray (B,)
        What each second half gives the first party, falling; its place for the second party.
    """
    size = haves.size
    tree = np.zeros(size + 1, dtype=np.int64)
    inside = 0
    total = 0
    for a in range(needs.size):
        while inside < size and haves[inside] >= needs[a]:
            at = have_ranks[inside] + 1
            while at <= size:
                tree[at] += 1
                at += at & -at
            inside += 1
        below = 0
        at = need_ranks[a]
        while at > 0:
            below += tree[at]
            at -= at & -at
        total += inside - below
    return total
