"""Least and greatest fixed points of conditional pledges on words of 64 worlds, compiled.

The map and its two fixed points are those of :mod:`accord.theory.coalition` (Tarski 1955); here
every row has its own variant of each condition and its own contributors who may join, as whole
spaces of packages, losses and coalitions ask for.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["joining_rows"]

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Words = NDArray[np.uint64]


@numba.njit(cache=True, nogil=True)
def _holds(  # pragma: no cover
    code: Integers, at: int, end: int, masks: Words, word: int, going: Words, stack: Words
) -> Any:
    """The worlds of one word in which a condition holds; opcodes as in ``programs``."""
    every = ~np.uint64(0)
    top = -1
    while at < end:
        operation = code[at]
        if operation == 0:
            top += 1
            stack[top] = every
            at += 1
        elif operation == 1:
            top += 1
            stack[top] = np.uint64(0)
            at += 1
        elif operation == 2:
            top += 1
            stack[top] = masks[code[at + 1], word]
            at += 2
        elif operation == 3:
            some = np.uint64(0)
            for k in range(code[at + 1]):
                some |= going[code[at + 2 + k]]
            top += 1
            stack[top] = some
            at += 2 + code[at + 1]
        elif operation == 6:
            members, wanted = code[at + 1], code[at + 2]
            top -= members - 1
            stack[top] = _at_least(stack[top : top + members], wanted)
            at += 3
        else:
            members = code[at + 1]
            top -= members - 1
            _join(stack[top : top + members], operation == 4)
            at += 2
    return stack[0]


@numba.njit(cache=True, nogil=True)
def _join(members: Words, every: bool) -> None:  # pragma: no cover
    """Put into the first word where all members hold, or where any does."""
    for k in range(1, members.size):
        if every:
            members[0] &= members[k]
        else:
            members[0] |= members[k]


@numba.njit(cache=True, nogil=True)
def _at_least(members: Words, wanted: int) -> Any:  # pragma: no cover
    """The worlds in which at least ``wanted`` of the members hold."""
    reached = np.zeros(wanted + 1, dtype=np.uint64)
    reached[0] = ~np.uint64(0)
    for member in members:
        for j in range(wanted, 0, -1):
            reached[j] |= reached[j - 1] & member
    return reached[wanted]


@numba.njit(cache=True, nogil=True)
def _settle(  # pragma: no cover
    code: Integers,
    start: Integers,
    variant: Integers,
    order: Integers,
    masks: Words,
    word: int,
    limit: Words,
    going: Words,
    stack: Words,
) -> None:
    """Apply the map in place until nothing changes."""
    changed = True
    while changed:
        changed = False
        for pledge in order:
            if limit[pledge] == 0:
                continue
            which = variant[pledge]
            now = limit[pledge] & _holds(
                code, start[which], start[which + 1], masks, word, going, stack
            )
            if now != going[pledge]:
                going[pledge] = now
                changed = True


@numba.njit(cache=True, nogil=True)
def joining_rows(  # pragma: no cover
    code: Integers,
    start: Integers,
    order: Integers,
    circular: bool,
    masks: Words,
    deepest: int,
    available: Words,
    owner: Integers,
    variant: Integers,
    allowed: Booleans,
    coin: Words,
    going: Words,
) -> None:
    """Who goes, for every row.

    Parameters
    ----------
    circular : bool
        Whether the two fixed points can differ.
    available : uint64 array (M, words)
    owner : int64 array (M,)
    variant : int64 array (R, M)
        Which program each pledge follows in each row.
    allowed : bool array (R, C)
        Which contributors may join in each row.
    coin : uint64 array (words,)
        Worlds in which everyone goes (greatest fixed point); elsewhere everyone waits.
    going : uint64 array (R, M, words)
        Filled.
    """
    rows, pledges = variant.shape
    stack = np.empty(deepest, dtype=np.uint64)
    limit = np.empty(pledges, dtype=np.uint64)
    low = np.empty(pledges, dtype=np.uint64)
    high = np.empty(pledges, dtype=np.uint64)
    for row in range(rows):
        for word in range(available.shape[1]):
            goes = coin[word]
            for pledge in range(pledges):
                may = allowed[row, owner[pledge]]
                limit[pledge] = available[pledge, word] if may else np.uint64(0)
                low[pledge] = np.uint64(0)
                high[pledge] = limit[pledge]
            if goes != 0 or not circular:
                _settle(code, start, variant[row], order, masks, word, limit, high, stack)
            if circular and ~goes != 0:
                _settle(code, start, variant[row], order, masks, word, limit, low, stack)
            for pledge in range(pledges):
                if circular:
                    going[row, pledge, word] = (high[pledge] & goes) | (low[pledge] & ~goes)
                else:
                    going[row, pledge, word] = high[pledge]
