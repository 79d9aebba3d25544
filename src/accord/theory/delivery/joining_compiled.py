"""Least and greatest fixed points of conditional pledges on words of 64 worlds, compiled.

The map and its two fixed points are those of :mod:`accord.theory.coalition` (Tarski 1955); here
every row has its own variant of each condition and its own contributors who may join, as whole
spaces of packages, losses and coalitions ask for.

Algorithm: the bits of a word do not touch, so one iteration finds both fixed points. Worlds in
which everyone goes begin with all who may and only fall, worlds in which everyone waits begin
with nobody and only rise. A program is read once for a stretch of words, and again only when a
pledge that it mentions has changed since.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["joining_rows"]

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Words = NDArray[np.uint64]

STRETCH = 64
"""Words at a time, so that those of all pledges stay near the processor."""

NEVER_STALE = 2**62


@numba.njit(cache=True, nogil=True)
def _stale(  # pragma: no cover
    code: Integers, at: int, end: int, changed: Integers, since: int
) -> bool:
    """Whether a pledge that a program mentions has changed since some step."""
    while at < end:
        operation = code[at]
        if operation == 3:
            for k in range(code[at + 1]):
                if changed[code[at + 2 + k]] > since:
                    return True
            at += 2 + code[at + 1]
        elif operation < 2:
            at += 1
        else:
            at += 3 if operation == 6 else 2
    return False


@numba.njit(cache=True, nogil=True)
def _holds(  # pragma: no cover
    code: Integers, at: int, end: int, masks: Words, going: Words, stack: Words, reached: Words
) -> None:
    """Put into ``stack[0]`` where a condition holds; opcodes as in ``programs``."""
    top = -1
    while at < end:
        operation = code[at]
        if operation == 6:
            top -= code[at + 1] - 1
            _at_least(stack, top, code[at + 1], code[at + 2], reached)
            at += 3
        elif operation >= 4:
            top -= code[at + 1] - 1
            _join(stack, top, code[at + 1], operation == 4)
            at += 2
        else:
            top += 1
            at += 1
            into = stack[top]
            constant = ~np.uint64(0) if operation == 0 else np.uint64(0)
            for word in range(into.size):
                into[word] = constant
            if operation == 2:
                mask = masks[code[at]]
                for word in range(into.size):
                    into[word] = mask[word]
                at += 1
            elif operation == 3:
                for k in range(at + 1, at + 1 + code[at]):
                    other = going[code[k]]
                    for word in range(into.size):
                        into[word] |= other[word]
                at += 1 + code[at]


@numba.njit(cache=True, nogil=True)
def _join(stack: Words, top: int, members: int, every: bool) -> None:  # pragma: no cover
    """Put into the first of some rows where all hold, or where any does."""
    into = stack[top]
    for k in range(top + 1, top + members):
        member = stack[k]
        if every:
            for word in range(into.size):
                into[word] &= member[word]
        else:
            for word in range(into.size):
                into[word] |= member[word]


@numba.njit(cache=True, nogil=True)
def _at_least(  # pragma: no cover
    stack: Words, top: int, members: int, wanted: int, reached: Words
) -> None:
    """Put into the first of some rows where at least ``wanted`` of them hold."""
    words = stack.shape[1]
    for j in range(wanted + 1):
        for word in range(words):
            reached[j, word] = ~np.uint64(0) if j == 0 else np.uint64(0)
    for k in range(members):
        member = stack[top + k]
        for j in range(min(wanted, k + 1), 0, -1):
            some, fewer = reached[j], reached[j - 1]
            for word in range(words):
                some[word] |= fewer[word] & member[word]
    for word in range(words):
        stack[top, word] = reached[wanted, word]


@numba.njit(cache=True, nogil=True)
def _settle(  # pragma: no cover
    code: Integers,
    start: Integers,
    variant: Integers,
    order: Integers,
    masks: Words,
    limit: Words,
    going: Words,
    stack: Words,
    reached: Words,
    seen: Integers,
    changed: Integers,
) -> None:
    """Apply the map in place until nothing changes; ``seen`` is below 0 for all who may go."""
    changed[:] = 0
    step, again = 0, True
    while again:
        again = False
        for pledge in order:
            at, end = start[variant[pledge]], start[variant[pledge] + 1]
            if seen[pledge] >= 0 and not _stale(code, at, end, changed, seen[pledge]):
                continue
            _holds(code, at, end, masks, going, stack, reached)
            seen[pledge] = step
            differs = np.uint64(0)
            now, may, own = stack[0], limit[pledge], going[pledge]
            for word in range(own.size):
                holds = now[word] & may[word]
                differs |= holds ^ own[word]
                own[word] = holds
            if differs != 0:
                step += 1
                changed[pledge] = step
                again = True


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
    every = ~np.uint64(0)
    seen, changed = np.empty(pledges, dtype=np.int64), np.empty(pledges, dtype=np.int64)
    for begin in range(0, coin.size, STRETCH):
        end = min(begin + STRETCH, coin.size)
        stack = np.empty((deepest, end - begin), dtype=np.uint64)
        reached = np.empty((deepest + 1, end - begin), dtype=np.uint64)
        limit = np.empty((pledges, end - begin), dtype=np.uint64)
        some = np.empty((pledges, end - begin), dtype=np.uint64)
        here = masks[:, begin:end].copy()
        for row in range(rows):
            for pledge in range(pledges):
                may = allowed[row, owner[pledge]]
                seen[pledge] = -1 if may else NEVER_STALE
                for word in range(begin, end):
                    most = available[pledge, word] if may else np.uint64(0)
                    limit[pledge, word - begin] = most
                    some[pledge, word - begin] = most & (coin[word] if circular else every)
            _settle(
                code, start, variant[row], order, here, limit, some, stack, reached, seen, changed
            )  # fmt: skip
            for pledge in range(pledges):
                for word in range(begin, end):
                    going[row, pledge, word] = some[pledge, word - begin]
