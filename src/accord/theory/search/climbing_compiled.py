"""Changes of a package, one after another, compiled.

Imported where it is used, as numba loads slowly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from accord.theory.search.looking_compiled import (
    Plain,
    Room,
    after,
    changed_joints,
    contest,
    look,
    near,
    own_rows,
    settle,
)
from accord.theory.search.rows_compiled import entered, within

__all__ = ["ALONE", "PAIRS", "RISE", "VALUE", "Plain", "Room", "visit"]

VALUE, RISE, ALONE, PAIRS = range(4)
"""What is done on a visit of a package."""

Integers = NDArray[np.int64]


@within
def _may(plain: Plain, levels: Integers, j: int, level: int) -> bool:  # pragma: no cover
    """Whether a change is one, and leaves a package apart from those that are avoided."""
    if levels[j] == level:
        return False
    for k in range(plain.kept_apart.shape[0]):
        differs = 0
        for other in range(levels.size):
            own = level if other == j else levels[other]
            differs += own != plain.kept_apart[k, other]
        if differs < plain.apart:
            return False
    return True


@within
def _go(plain: Plain, room: Room, levels: Integers, j: int, level: int) -> None:  # pragma: no cover
    """Change a level of the package on which ``room`` is settled, and settle it anew."""
    joints = changed_joints(plain, room, levels, j, level - levels[j])
    old, new = plain.starts[j] + levels[j], plain.starts[j] + level
    for block in range(room.sums.shape[0]):
        after(plain, room, room.sums[block], room.sums[block], block, old, new, joints)
    own_rows(plain, room, levels, j, level)
    for c in range(room.held.shape[0]):
        for block in range(room.held.shape[1]):
            room.held[c, block] = contest(plain, room, c, block)
    for d in range(room.rows.size):
        room.rows[d] = room.own_rows[d]
    levels[j] = level


@within
def _rise(
    plain: Plain, room: Room, levels: Integers, moves: Integers, merit: Integers, value: int
) -> int:  # pragma: no cover
    """Change single levels, the first that is better, until no such change is.

    Parameters
    ----------
    levels : int array (J,)
        Changed to those of the top; ``room`` is settled on it.
    moves : int array (M, 2)
        Provisions and levels in the order in which they are tried, round and round.
    merit : int array (2,)
        Written: value of the top, and how near it is to passing somewhere, which counts only
        where no package passes.

    Returns
    -------
    int
        Packages that were looked at.
    """
    none = int(np.int64(0))
    nearest = none if value else near(plain, room, levels, none, levels[0])
    looks, since, at, many = 0, 0, 0, moves.shape[0]
    while since < many:
        j, level = moves[at, 0], moves[at, 1]
        at = at + 1 if at + 1 < many else 0
        since += 1
        if not _may(plain, levels, j, level):
            continue
        looks += 1
        new = look(plain, room, room.sums, levels, j, level, value)
        better = bool(new > value)
        if value == 0 and not better:
            nearer = near(plain, room, levels, j, level)
            better = bool(nearer > nearest)
            nearest = max(nearest, nearer)
        if better:
            value = max(new, value)
            _go(plain, room, levels, j, level)
            since = 0
    merit[0], merit[1] = value, 0 if value else nearest
    return looks


@within
def _pairs(
    plain: Plain, room: Room, levels: Integers, moves: Integers, value: int
) -> int:  # pragma: no cover
    """Change two levels at once, the first two that exceed a value; packages looked at.

    ``levels`` are those of the package on which ``room`` is settled, and are changed where two are
    found.
    """
    looks = 0
    for a in range(moves.shape[0]):
        j, level = moves[a, 0], moves[a, 1]
        old = levels[j]
        if level == old:
            continue
        joints = changed_joints(plain, room, levels, j, level - old)
        for block in range(room.sums.shape[0]):
            after(
                plain, room, room.sums[block], room.after[block], block, plain.starts[j] + old,
                plain.starts[j] + level, joints,
            )  # fmt: skip
        levels[j] = level
        for b in range(a + 1, moves.shape[0]):
            other, to = moves[b, 0], moves[b, 1]
            if other == j or not _may(plain, levels, other, to):
                continue
            looks += 1
            if look(plain, room, room.after, levels, other, to, value) > value:
                levels[other] = to
                return looks
        levels[j] = old
    return looks


@within
def _alone(
    plain: Plain, room: Room, levels: Integers, moves: Integers, merit: Integers, floor: int
) -> int:  # pragma: no cover
    """Look at single changes, whose values are written where they exceed a floor."""
    looks = 0
    for m in range(moves.shape[0]):
        j, level = moves[m, 0], moves[m, 1]
        merit[2 + m] = -1
        if _may(plain, levels, j, level):
            looks += 1
            value = look(plain, room, room.sums, levels, j, level, floor)
            merit[2 + m] = value if value > floor else -1
    return looks


@entered
def visit(
    plain: Plain, room: Room, levels: Integers, moves: Integers, merit: Integers, floor: int,
    kind: int,
) -> int:  # fmt: skip  # pragma: no cover
    """Look at a package, and go on from there; packages that were looked at.

    Parameters
    ----------
    levels : int array (J,)
        Changed by ``RISE`` and ``PAIRS``.
    moves : int array (M, 2)
        Provisions and levels, tried in that order.
    merit : int array (2 + M,)
        Written: value of the package and how near it is to passing somewhere, of the top for
        ``RISE``; for ``ALONE`` the value after each move, −1 where it does not exceed the floor.
    floor : int
        For ``ALONE`` and ``PAIRS``, what has to be exceeded.
    kind : int
        ``VALUE``, ``RISE``, ``ALONE`` or ``PAIRS``.
    """
    settle(plain, room, levels)
    none = int(np.int64(0))
    merit[0] = look(plain, room, room.sums, levels, none, levels[0], none - 1)
    merit[1] = 0
    if kind == RISE:
        return 1 + _rise(plain, room, levels, moves, merit, merit[0])
    if kind == ALONE:
        return 1 + _alone(plain, room, levels, moves, merit, floor)
    if kind == PAIRS:
        return 1 + _pairs(plain, room, levels, moves, floor)
    return 1
