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

    ``points`` (ΣL, N, W), ``starts`` (J,), ``joints`` (C, N, W) with the row of each of G joints
    from ``joint_start`` (G,) and ``joint_stride`` (G, J), tables alike.
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
    """What is written to: sums (N, W) before and after a change, rows, and room for a block."""

    sums: Points
    after: Points
    row_of: Integers
    stack: Words
    counts: Words
    least: Points
    flags: NDArray[np.uint8]


@numba.njit(cache=True, nogil=True)
def _row(start: int, stride: Integers, levels: Integers) -> int:  # pragma: no cover
    row = start
    for j in range(levels.size):
        row += stride[j] * levels[j]
    return row


@numba.njit(cache=True, nogil=True)
def sums_of(plain: Plain, room: Room, levels: Integers) -> None:  # pragma: no cover
    """Write the points above what is asked of a package into ``room.sums``."""
    sums = room.sums
    for n in range(sums.shape[0]):
        for w in range(sums.shape[1]):
            sums[n, w] = -plain.asked[n, w]
    for j in range(levels.size):
        own = plain.points[plain.starts[j] + levels[j]]
        for n in range(sums.shape[0]):
            for w in range(sums.shape[1]):
                sums[n, w] += own[n, w]
    for g in range(plain.joint_start.size):
        own = plain.joints[_row(plain.joint_start[g], plain.joint_stride[g], levels)]
        for n in range(sums.shape[0]):
            for w in range(sums.shape[1]):
                sums[n, w] += own[n, w]


@numba.njit(cache=True, nogil=True)
def _merit(plain: Plain, room: Room, sums: Points) -> tuple[int, int]:  # pragma: no cover
    """What the worlds weigh in which sums and rows pass, and how near the others are to it."""
    value, near = 0, 0
    for block in range(plain.planes.shape[1]):
        tables = ~np.uint64(0)
        for k in range(plain.every_tables.size):
            tables &= plain.rows[room.row_of[plain.every_tables[k]], block]
        word = tables
        if plain.every.size:
            word &= all_hold(sums, plain.every, room.least, room.flags, block)
            for w in range(64):
                near += min(room.least[w], np.int32(0))
        if plain.steps.shape[0]:
            rest = rest_holds(
                sums, plain.steps, plain.votes, plain.rows, room.row_of, room.stack, room.counts,
                room.flags, block,
            )  # fmt: skip
            word &= rest
            near += weighs(rest, block, plain.planes)
        near += weighs(tables, block, plain.planes)
        value += weighs(word, block, plain.planes)
    return value, near


@numba.njit(cache=True, nogil=True)
def value_now(plain: Plain, room: Room, levels: Integers) -> int:  # pragma: no cover
    """What the worlds weigh in which the package passes whose sums stand in ``room.sums``."""
    for t in range(room.row_of.size):
        room.row_of[t] = _row(plain.table_start[t], plain.table_stride[t], levels)
    return _merit(plain, room, room.sums)[0]


@numba.njit(cache=True, nogil=True)
def _changed(
    plain: Plain, room: Room, levels: Integers, j: int, level: int
) -> None:  # pragma: no cover
    """Write the sums after a change into ``room.after``, and the rows of tables."""
    before, after = plain.points[plain.starts[j] + levels[j]], plain.points[plain.starts[j] + level]
    for n in range(room.sums.shape[0]):
        for w in range(room.sums.shape[1]):
            room.after[n, w] = room.sums[n, w] + (after[n, w] - before[n, w])
    step = level - levels[j]
    for g in range(plain.joint_start.size):
        stride = plain.joint_stride[g, j]
        if stride:
            row = _row(plain.joint_start[g], plain.joint_stride[g], levels)
            was, now = plain.joints[row], plain.joints[row + stride * step]
            for n in range(room.sums.shape[0]):
                for w in range(room.sums.shape[1]):
                    room.after[n, w] += now[n, w] - was[n, w]
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
        provision −1, where nothing is better.

    Returns
    -------
    int
        Packages that were looked at.
    """
    for t in range(room.row_of.size):
        room.row_of[t] = _row(plain.table_start[t], plain.table_stride[t], levels)
    best[0], best[1] = _merit(plain, room, room.sums)
    best[2], best[3] = -1, -1
    looked = 1
    for j in range(levels.size):
        for level in range(plain.sizes[j]):
            if level == levels[j]:
                continue
            _changed(plain, room, levels, j, level)
            value, near = _merit(plain, room, room.after)
            looked += 1
            if value > best[0] or (value == best[0] and near > best[1]):
                best[0], best[1], best[2], best[3] = value, near, j, level
    return looked
