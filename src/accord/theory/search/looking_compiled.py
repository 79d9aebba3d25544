"""A package after a change, compiled: where it passes, exactly, in whole numbers.

Imported where it is used, as numba loads slowly.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from accord.theory.search.lanes_compiled import write_moved
from accord.theory.search.rows_compiled import all_hold, reaches, rest_holds, weighs, within

__all__ = [
    "Plain",
    "Room",
    "after",
    "changed_joints",
    "contest",
    "look",
    "near",
    "own_rows",
    "settle",
]

Integers = NDArray[np.int64]
Points = NDArray[Any]
Words = NDArray[np.uint64]


class Plain(NamedTuple):
    """A space as its provisions stand; read only.

    ``points`` (ΣL, words, N · 64), ``starts`` (J,), ``joints`` (C, words, N · 64) with the row
    of each of G joints from ``joint_start`` (G,) and ``joint_stride`` (G, J); ``which`` names the
    row of each part alike, see ``Leaves``. ``kept_apart`` (K, J) are packages from which another
    has to differ in ``apart`` provisions.
    """

    asked: Points
    points: Points
    starts: Integers
    joints: Points
    joint_start: Integers
    joint_stride: Integers
    leaves: Words
    grades: Points
    which: NDArray[np.int32]
    which_start: Integers
    which_stride: Integers
    contests: Integers
    every: Integers
    every_tables: Integers
    every_contests: Integers
    stepped: Integers
    steps: Integers
    votes: Integers
    planes: Words
    kept_apart: Integers
    apart: int
    tables: int


class Room(NamedTuple):
    """What is written to.

    ``sums`` (words, N · 64) of a package and ``after`` a change of it, a ``block`` of those;
    ``rows`` of its parts (D,) and ``held`` (C, words) of its contests; ``own_rows`` of the package
    that is looked at, and where it passes: ``alive`` (words,), ``told`` (S, words).
    """

    sums: Points
    after: Points
    block: Points
    rows: Integers
    held: Words
    own_rows: Integers
    alive: Words
    told: Words
    joint_rows: Integers
    stack: Words
    counts: Words


@within
def _row(start: int, stride: Integers, levels: Integers) -> int:  # pragma: no cover
    row = start
    for j in range(levels.size):
        row += stride[j] * levels[j]
    return row


@within
def _rows(plain: Plain, levels: Integers, rows: Integers) -> None:  # pragma: no cover
    """Rows of all parts of a package."""
    for d in range(rows.size):
        rows[d] = plain.which[_row(plain.which_start[d], plain.which_stride[d], levels)]


@within
def settle(plain: Plain, room: Room, levels: Integers) -> None:  # pragma: no cover
    """Write sums, rows and contests of a package into ``room``."""
    for block in range(room.sums.shape[0]):
        sums = room.sums[block]
        for w in range(sums.size):
            sums[w] = -plain.asked[block, w]
        for j in range(levels.size):
            more = plain.points[plain.starts[j] + levels[j], block]
            for w in range(sums.size):
                sums[w] += more[w]
        for g in range(plain.joint_start.size):
            more = plain.joints[_row(plain.joint_start[g], plain.joint_stride[g], levels), block]
            for w in range(sums.size):
                sums[w] += more[w]
    _rows(plain, levels, room.rows)
    for c in range(room.held.shape[0]):
        have, need = room.rows[plain.contests[c, 0]], room.rows[plain.contests[c, 1]]
        for block in range(room.held.shape[1]):
            room.held[c, block] = reaches(plain.grades, plain.grades, have, need, block)


@within
def changed_joints(
    plain: Plain, room: Room, levels: Integers, j: int, step: int
) -> int:  # pragma: no cover
    """How many joints a change moves; their rows before and after in ``room.joint_rows``."""
    found = 0
    if step:
        for g in range(plain.joint_start.size):
            stride = plain.joint_stride[g, j]
            if stride:
                row = _row(plain.joint_start[g], plain.joint_stride[g], levels)
                room.joint_rows[2 * found] = row
                room.joint_rows[2 * found + 1] = row + stride * step
                found += 1
    return found


@within
def after(
    plain: Plain, room: Room, sums: Points, out: Points, block: int, old: int, new: int,
    joints: int,
) -> None:  # fmt: skip  # pragma: no cover
    """Sums of a block after a change, each (N · 64,)."""
    words, length, none = plain.points.shape[1], out.size, int(np.int64(0))
    before, behind = (old * words + block) * length, (new * words + block) * length
    rows = length // 64
    write_moved(out, none, sums, none, plain.points, behind, plain.points, before, rows)
    for g in range(joints):
        before = (room.joint_rows[2 * g] * words + block) * length
        behind = (room.joint_rows[2 * g + 1] * words + block) * length
        write_moved(out, none, out, none, plain.joints, behind, plain.joints, before, rows)


@within
def contest(plain: Plain, room: Room, c: int, block: int) -> np.uint64:  # pragma: no cover
    """Where a contest holds in a block; of what is settled where its parts did not change."""
    h, n = plain.contests[c, 0], plain.contests[c, 1]
    if room.own_rows[h] == room.rows[h] and room.own_rows[n] == room.rows[n]:
        return np.uint64(room.held[c, block])
    return reaches(plain.grades, plain.grades, room.own_rows[h], room.own_rows[n], block)


@within
def _let_through(plain: Plain, room: Room, floor: int) -> int:  # pragma: no cover
    """What the worlds weigh that tables and contests let through, those in ``room.alive``."""
    room.alive[:] = ~np.uint64(0)
    for k in range(plain.every_tables.size):
        own = plain.leaves[room.own_rows[plain.every_tables[k]]]
        for block in range(own.size):
            room.alive[block] &= own[block]
    total = 0
    for block in range(room.alive.size):
        total += weighs(room.alive[block], block, plain.planes)
    for k in range(plain.every_contests.size):
        if total <= floor:
            return total
        for block in range(room.alive.size):
            word = room.alive[block]
            if word:
                kept = word & contest(plain, room, plain.every_contests[k], block)
                if kept != word:
                    room.alive[block] = kept
                    total -= weighs(word ^ kept, block, plain.planes)
    return total


@within
def _tell(plain: Plain, room: Room) -> None:  # pragma: no cover
    """Where tables and contests hold that stand in steps."""
    for s in range(plain.stepped.size):
        literal = plain.stepped[s]
        for block in range(room.alive.size):
            if literal >= plain.tables:
                room.told[s, block] = contest(plain, room, literal - plain.tables, block)
            else:
                room.told[s, block] = plain.leaves[room.own_rows[literal], block]


@within
def own_rows(
    plain: Plain, room: Room, levels: Integers, j: int, level: int
) -> None:  # pragma: no cover
    """Rows of all parts of a package after a change."""
    old = levels[j]
    levels[j] = level
    _rows(plain, levels, room.own_rows)
    levels[j] = old


@within
def look(
    plain: Plain, room: Room, sums: Points, levels: Integers, j: int, level: int, floor: int
) -> int:  # pragma: no cover
    """What the worlds weigh in which a package passes after a change, those in ``room.alive``.

    Parameters
    ----------
    sums : array (words, N · 64)
        Before the change.
    levels : int array (J,)
        Before the change; unchanged.
    floor : int
        A result that does not exceed it may be too large, and ``room.alive`` is then unfinished.
    """
    own_rows(plain, room, levels, j, level)
    open_weight = _let_through(plain, room, floor)
    if open_weight <= floor:
        return open_weight
    _tell(plain, room)
    joints = changed_joints(plain, room, levels, j, level - levels[j])
    old, new = plain.starts[j] + levels[j], plain.starts[j] + level
    for block in range(sums.shape[0]):
        word = room.alive[block]
        if not word:
            continue
        after(plain, room, sums[block], room.block, block, old, new, joints)
        kept = word & all_hold(room.block, 0, plain.every)
        if plain.steps.shape[0] and kept:
            kept &= rest_holds(
                room.block, 0, room.block.size // 64, plain.steps, plain.votes, room.told,
                room.stack, room.counts, block,
            )  # fmt: skip
        if kept != word:
            room.alive[block] = kept
            open_weight -= weighs(word ^ kept, block, plain.planes)
            if open_weight <= floor:
                return open_weight
    return open_weight


@within
def near(plain: Plain, room: Room, levels: Integers, j: int, level: int) -> int:  # pragma: no cover
    """How near a package comes after a change to passing somewhere: what holds, what is short."""
    own_rows(plain, room, levels, j, level)
    _tell(plain, room)
    joints = changed_joints(plain, room, levels, j, level - levels[j])
    old, new = plain.starts[j] + levels[j], plain.starts[j] + level
    found = 0
    for block in range(room.sums.shape[0]):
        after(plain, room, room.sums[block], room.block, block, old, new, joints)
        for k in range(plain.every_tables.size):
            word = plain.leaves[room.own_rows[plain.every_tables[k]], block]
            found += weighs(word, block, plain.planes)
        for k in range(plain.every_contests.size):
            word = contest(plain, room, plain.every_contests[k], block)
            found += weighs(word, block, plain.planes)
        for k in range(plain.every.size):
            for w in range(64 * plain.every[k], 64 * plain.every[k] + 64):
                found += min(int(room.block[w]), 0)
        if plain.steps.shape[0]:
            rest = rest_holds(
                room.block, 0, room.block.size // 64, plain.steps, plain.votes, room.told,
                room.stack, room.counts, block,
            )  # fmt: skip
            found += weighs(rest, block, plain.planes)
    return found
