"""Every single change of a package at once, compiled; exactly, in 32 bits.

Imported where it is used, as numba loads slowly.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from accord.theory.search.rows_compiled import all_hold, rest_holds, weighs

__all__ = ["Plain", "Room", "sums_of", "try_changes", "value_now"]

Integers = NDArray[np.int64]
Points = NDArray[np.int32]
Words = NDArray[np.uint64]


class Plain(NamedTuple):
    """A space as its provisions stand; read only.

    ``points`` (ΣL, words, N · 64), ``starts`` (J,), ``joints`` (C, words, N · 64) with the row
    of each of G joints from ``joint_start`` (G,) and ``joint_stride`` (G, J), tables alike.
    """

    asked: Points
    points: Points
    starts: Integers
    sizes: Integers
    joints: Points
    joint_start: Integers
    joint_stride: Integers
    rows: Words
    table_start: Integers
    table_stride: Integers
    every: Integers
    every_tables: Integers
    steps: Integers
    votes: Integers
    planes: Words


class Room(NamedTuple):
    """What is written to: sums (words, N · 64) before and after a change, rows, and a block."""

    sums: Points
    after: Points
    row_of: Integers
    stack: Words
    counts: Words
    flags: NDArray[np.uint8]


@numba.njit(cache=True, nogil=True)
def _row(start: int, stride: Integers, levels: Integers) -> int:  # pragma: no cover
    row = start
    for j in range(levels.size):
        row += stride[j] * levels[j]
    return row


@numba.njit(cache=True, nogil=True)
def _added(sums: Points, more: Points) -> None:  # pragma: no cover
    for w in range(sums.size):
        sums[w] += more[w]


@numba.njit(cache=True, nogil=True)
def sums_of(plain: Plain, room: Room, levels: Integers) -> None:  # pragma: no cover
    """Write the points above what is asked of a package into ``room.sums``."""
    for block in range(room.sums.shape[0]):
        sums = room.sums[block]
        for w in range(sums.size):
            sums[w] = -plain.asked[block, w]
        for j in range(levels.size):
            _added(sums, plain.points[plain.starts[j] + levels[j], block])
        for g in range(plain.joint_start.size):
            row = _row(plain.joint_start[g], plain.joint_stride[g], levels)
            _added(sums, plain.joints[row, block])


@numba.njit(cache=True, nogil=True)
def _merit(
    plain: Plain, room: Room, sums: Points, near_too: bool
) -> tuple[int, int]:  # pragma: no cover
    """What the worlds weigh in which sums and rows pass, and how near the others are to it."""
    value, near = 0, 0
    for block in range(sums.shape[0]):
        tables = ~np.uint64(0)
        for k in range(plain.every_tables.size):
            tables &= plain.rows[room.row_of[plain.every_tables[k]], block]
        if not tables and not near_too:
            continue
        word = tables
        if plain.every.size:
            word &= all_hold(sums[block], plain.every, room.flags)
        if plain.steps.shape[0]:
            rest = rest_holds(
                sums[block], plain.steps, plain.votes, plain.rows, room.row_of, room.stack,
                room.counts, room.flags, block,
            )  # fmt: skip
            word &= rest
            if near_too:
                near += weighs(rest, block, plain.planes)
        if near_too:
            near += weighs(tables, block, plain.planes) + _short(sums[block], plain.every)
        value += weighs(word, block, plain.planes)
    return value, near


@numba.njit(cache=True, nogil=True)
def _short(sums: Points, every: Integers) -> int:  # pragma: no cover
    """By how much the rows that have to hold fall short in a block, below nought."""
    total = 0
    for k in range(every.size):
        for w in range(64 * every[k], 64 * every[k] + 64):
            total += min(sums[w], np.int32(0))
    return total


@numba.njit(cache=True, nogil=True)
def value_now(plain: Plain, room: Room, levels: Integers) -> int:  # pragma: no cover
    """What the worlds weigh in which the package passes whose sums stand in ``room.sums``."""
    for t in range(room.row_of.size):
        room.row_of[t] = _row(plain.table_start[t], plain.table_stride[t], levels)
    return _merit(plain, room, room.sums, False)[0]


@numba.njit(cache=True, nogil=True)
def _changed(
    plain: Plain, room: Room, levels: Integers, j: int, level: int
) -> None:  # pragma: no cover
    """Write the sums after a change into ``room.after``, and the rows of tables."""
    start, step = plain.starts[j] + levels[j], level - levels[j]
    for block in range(room.sums.shape[0]):
        after, sums = room.after[block], room.sums[block]
        old, new = plain.points[start, block], plain.points[start + step, block]
        for w in range(after.size):
            after[w] = sums[w] + (new[w] - old[w])
    for g in range(plain.joint_start.size):
        stride = plain.joint_stride[g, j]
        if stride:
            row = _row(plain.joint_start[g], plain.joint_stride[g], levels)
            for block in range(room.sums.shape[0]):
                after = room.after[block]
                old, new = plain.joints[row, block], plain.joints[row + stride * step, block]
                for w in range(after.size):
                    after[w] += new[w] - old[w]
    for t in range(room.row_of.size):
        own = _row(plain.table_start[t], plain.table_stride[t], levels)
        room.row_of[t] = own + plain.table_stride[t, j] * step


@numba.njit(cache=True, nogil=True)
def try_changes(
    plain: Plain, room: Room, levels: Integers, best: Integers
) -> int:  # pragma: no cover
    """The best package one level away.

    Parameters
    ----------
    levels : int array (J,)
        Of the package whose sums stand in ``room.sums``.
    best : int array (4,)
        Written: value and nearness of the best, its provision and level; the package itself, with
        provision −1, where nothing is better. Nearness counts only where no package passes.

    Returns
    -------
    int
        Packages that were looked at.
    """
    for t in range(room.row_of.size):
        room.row_of[t] = _row(plain.table_start[t], plain.table_stride[t], levels)
    best[0], best[1] = _merit(plain, room, room.sums, True)
    best[2], best[3] = -1, -1
    looked = 1
    for j in range(levels.size):
        for level in range(plain.sizes[j]):
            if level == levels[j]:
                continue
            _changed(plain, room, levels, j, level)
            value, near = _merit(plain, room, room.after, best[0] == 0)
            looked += 1
            if value > best[0] or (value == best[0] == 0 and near > best[1]):
                best[0], best[1], best[2], best[3] = value, near, j, level
    return looked
