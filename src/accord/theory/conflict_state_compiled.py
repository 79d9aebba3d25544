"""Stability of one state by a search over lists of moves, compiled; numba loads slowly."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["stays"]

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


@numba.njit(cache=True, nogil=True)
def stays(
    ranks: Integers, state: int, answered: bool, repaired: bool, improving: bool,
    begins: Integers, ends: Integers, result: Booleans,
) -> None:  # fmt: skip  # pragma: no cover
    """Write whether each party stays at a state, in every world.

    Parameters
    ----------
    ranks : ndarray (W, n, N)
        Higher is better.
    answered : bool
        Whether the party expects the others to answer; nobody does under Nash stability.
    repaired : bool
        Whether it looks for a way out of what they did.
    improving : bool
        Whether the others only make moves that improve their own position.
    begins : ndarray (n, N + 1)
        Where the moves of a party from a state begin among the ends, and where the last end.
    ends : ndarray (A,)
        Where moves lead.
    result : ndarray (W, n)
        Written.
    """
    worlds, parties, states = ranks.shape
    # where a search has been, by its number, and where it has still to go
    seen, waiting = np.zeros(states, dtype=np.int64), np.empty(states, dtype=np.int64)
    search = 0
    for w in range(worlds):
        for party in range(parties):
            own, first = ranks[w, party], begins[party]
            result[w, party] = True
            for a in range(first[state], first[state + 1]):
                if own[ends[a]] <= own[state]:
                    continue
                search += 1
                seen[ends[a]], waiting[0] = search, ends[a]
                if not answered or not _deterred(
                    ranks[w], party, own[state], repaired, improving, begins, ends, search, seen,
                    waiting,
                ):  # fmt: skip
                    result[w, party] = False
                    break


@numba.njit(cache=True, nogil=True)
def _deterred(
    ranks: Integers, party: int, bar: int, repaired: bool, improving: bool, begins: Integers,
    ends: Integers, search: int, seen: Integers, waiting: Integers,
) -> bool:  # fmt: skip  # pragma: no cover
    """Whether the others can answer the move to the first state that waits: breadth first."""
    own, first = ranks[party], begins[party]
    done, known = 0, 1
    while done < known:
        here = waiting[done]
        done += 1
        if own[here] <= bar:
            lasts = True
            if repaired:
                for b in range(first[here], first[here + 1]):
                    if own[ends[b]] > bar:
                        lasts = False
                        break
            if lasts:
                return True
        for other in range(ranks.shape[0]):
            if other == party:
                continue
            theirs = ranks[other]
            for b in range(begins[other, here], begins[other, here + 1]):
                there = ends[b]
                if seen[there] == search or (improving and theirs[there] <= theirs[here]):
                    continue
                seen[there], waiting[known] = search, there
                known += 1
    return False
