"""Supply against demand at every cut, compiled: worlds in, bits of delivered worlds out."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["covering_rows"]

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Words = NDArray[np.uint64]
Amounts = NDArray[Any]
"""int32 or int64, whichever holds every sum."""

CHUNK = 1024
"""Worlds at a time, so that the supplies of a component stay near the processor."""


@numba.njit(cache=True, nogil=True)
def covering_rows(  # pragma: no cover
    going: Words,
    brings: Amounts,
    phase: Integers,
    serves: Booleans,
    demand: Amounts,
    supplies: Integers,
    pairs: Integers,
    covered: Words,
) -> None:
    """Mark the worlds in which every cut of a component is covered, for pairs of classes.

    Parameters
    ----------
    going : uint64 array (G, M, words)
        Which pools of the component go.
    brings : array (V, T, W)
        What each variant of a pool brings in each phase.
    phase : int64 array (L,)
        The phase of each line; a line is a cut in a phase.
    serves : bool array (L, M)
        Which pools may serve some capability of the line's cut.
    demand : array (D, L, W)
    supplies : int64 array (S, 1 + M)
        Per class of supply its row of ``going``, then the variant of each pool.
    pairs : int64 array (P, 2)
        Class of supply, row of ``demand``; equal classes of supply stand together.
    covered : uint64 array (P, words)
        Filled.
    """
    worlds = demand.shape[2]
    lines = demand.shape[1]
    supply = np.empty((lines, CHUNK), dtype=demand.dtype)
    mask = np.empty(CHUNK, dtype=demand.dtype)
    short = np.empty(CHUNK, dtype=demand.dtype)
    for begin in range(0, worlds, CHUNK):
        count = min(CHUNK, worlds - begin)
        known = -1
        for pair in range(pairs.shape[0]):
            if pairs[pair, 0] != known:
                known = pairs[pair, 0]
                _add_up(going, brings, phase, serves, supplies[known], begin, count, mask, supply)
            needs = demand[pairs[pair, 1]]
            short[:count] = 0
            for line in range(lines):
                for world in range(count):
                    # the sign of the difference: below zero where the cut is short
                    short[world] |= supply[line, world] - needs[line, begin + world]
            _pack(short, begin, count, covered[pair])


@numba.njit(cache=True, nogil=True)
def _add_up(  # pragma: no cover
    going: Words,
    brings: Amounts,
    phase: Integers,
    serves: Booleans,
    choice: Integers,
    begin: int,
    count: int,
    mask: Amounts,
    supply: Amounts,
) -> None:
    """What the pools that go bring to every line."""
    supply[:, :count] = 0
    for pool in range(serves.shape[1]):
        row = going[choice[0], pool]
        some = np.uint64(0)
        for world in range(count):
            word = row[(begin + world) >> 6]
            some |= word
            mask[world] = -np.int64((word >> np.uint64((begin + world) & 63)) & np.uint64(1))
        if some == 0:
            continue
        amounts = brings[choice[1 + pool]]
        for line in range(serves.shape[0]):
            if serves[line, pool]:
                given = amounts[phase[line]]
                for world in range(count):
                    supply[line, world] += given[begin + world] & mask[world]


@numba.njit(cache=True, nogil=True)
def _pack(short: Amounts, begin: int, count: int, row: Words) -> None:  # pragma: no cover
    """Set the bit of every world in which no cut is short."""
    for base in range(0, count, 64):
        word = np.uint64(0)
        for bit in range(min(64, count - base)):
            if short[base + bit] >= 0:
                word |= np.uint64(1) << np.uint64(bit)
        row[(begin + base) >> 6] = word
