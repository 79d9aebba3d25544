"""The search, compiled: one more level chosen, and in which worlds a completion may still pass.

Imported where it is used, as numba loads slowly.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from accord.theory.search.rows_compiled import all_hold, bits, rest_holds, weighs

__all__ = ["Layout", "Work", "explore", "replay"]

Integers = NDArray[np.int64]
Shorts = NDArray[np.int16]
Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]


class Layout(NamedTuple):
    """A space in an order, see ``Arranged``; read by all, written by none.

    Slack and regrets of a block of 64 worlds lie together, literal by literal. The first ``plain``
    literals all have to hold; ``every`` are others that do, and stand in ``steps`` besides.
    """

    sizes: Integers
    starts: Integers
    regrets: Shorts
    joint_regrets: Shorts
    joint_of: Integers
    joint_places: Integers
    rows: Words
    table_steps: Integers
    every: Integers
    every_tables: Integers
    steps: Integers
    votes: Integers
    planes: Words
    first: Integers
    plain: int


class Work(NamedTuple):
    """What one thread writes to.

    ``levels`` (J,), ``tried`` (J,), ``slack`` (J + 1, words, N · 64), ``keys`` and ``offsets``
    (J + 1, T), ``alive`` (J + 1, words), ``bounds`` (J + 1,), and room for a block.
    """

    levels: Integers
    tried: Integers
    slack: Shorts
    keys: Integers
    offsets: Integers
    alive: Words
    bounds: Integers
    stack: Words
    counts: Words
    signs: Shorts
    flags: Bytes
    extra: Integers
    rows: Integers


@numba.njit(cache=True, nogil=True)
def _spent(parent: Shorts, cost: Shorts, child: Shorts, plain: int) -> None:  # pragma: no cover
    """Slack of a block after a level, each (N · 64,)."""
    # where one of the first is used up its world is out, so it may wrap around
    for w in range(plain):
        child[w] = parent[w] - cost[w]
    # others may be used up where the world is not out, and have to stay so
    for w in range(plain, parent.size):
        child[w] = max(parent[w], np.int16(-1)) - cost[w]


@numba.njit(cache=True, nogil=True)
def _none_below(sums: Shorts, plain: int, signs: Shorts, flags: Bytes) -> None:  # pragma: no cover
    """Whether none of the first rows of a block is below nought, world by world, as flags."""
    signs[:] = 0
    for n in range(plain // 64):
        row = sums[64 * n : 64 * n + 64]
        for w in range(64):
            signs[w] |= row[w]
    for w in range(64):
        flags[w] = signs[w] >= 0


@numba.njit(cache=True, nogil=True)
def _tables(layout: Layout, work: Work, depth: int, level: int) -> int:  # pragma: no cover
    """Rows of tables after a level; what the worlds weigh that those let through."""
    below = depth + 1
    for t in range(work.keys.shape[1]):
        start = layout.table_steps[depth, t, 0]
        if start >= 0:
            work.keys[below, t] = work.keys[depth, t] * layout.table_steps[depth, t, 1] + level
            work.offsets[below, t] = start
        else:
            work.keys[below, t] = work.keys[depth, t]
            work.offsets[below, t] = work.offsets[depth, t]
    work.rows[:] = work.offsets[below] + work.keys[below]
    row = work.alive[below]
    row[:] = work.alive[depth]
    for k in range(layout.every_tables.size):
        t = layout.every_tables[k]
        if layout.table_steps[depth, t, 0] >= 0:
            own = layout.rows[work.rows[t]]
            for i in range(row.size):
                row[i] &= own[i]
    total = 0
    for i in range(row.size):
        total += weighs(row[i], i, layout.planes)
    return total


@numba.njit(cache=True, nogil=True)
def _joints(layout: Layout, work: Work, depth: int) -> int:  # pragma: no cover
    """Combinations that are complete once a depth is chosen: how many, their rows in ``extra``."""
    found = 0
    for g in range(layout.joint_of.shape[0]):
        if layout.joint_of[g, 0] == depth:
            row, at = layout.joint_of[g, 1], layout.joint_of[g, 2]
            while layout.joint_places[at, 0] >= 0:
                row += work.levels[layout.joint_places[at, 0]] * layout.joint_places[at, 1]
                at += 1
            work.extra[found] = row
            found += 1
    return found


@numba.njit(cache=True, nogil=True)
def _step(
    layout: Layout, work: Work, depth: int, level: int, threshold: int
) -> int:  # pragma: no cover
    """Choose a level; what the worlds weigh in which a completion may still pass.

    A result that does not exceed the threshold may be too small, and what was written below is
    then unfinished.
    """
    work.levels[depth] = level
    open_weight = _tables(layout, work, depth, level)
    if open_weight <= threshold:
        return open_weight
    joints = _joints(layout, work, depth)
    row, below = work.alive[depth + 1], work.slack[depth + 1]
    regret, plain = layout.regrets[layout.starts[depth] + level], 64 * layout.plain
    for block in range(row.size):
        word = row[block]
        if word == 0:
            continue
        after = below[block]
        _spent(work.slack[depth, block], regret[block], after, plain)
        for g in range(joints):
            _spent(after, layout.joint_regrets[work.extra[g], block], after, plain)
        kept = word
        if plain:
            _none_below(after, plain, work.signs, work.flags)
            kept &= bits(work.flags)
        if layout.every.size:
            kept &= all_hold(after, layout.every, work.flags)
        if layout.steps.shape[0] and kept:
            kept &= rest_holds(
                after, layout.steps, layout.votes, layout.rows, work.rows, work.stack,
                work.counts, work.flags, block,
            )  # fmt: skip
        if kept != word:
            row[block] = kept
            open_weight -= weighs(word & ~kept, block, layout.planes)
            if open_weight <= threshold:
                return open_weight
    return open_weight


@numba.njit(cache=True, nogil=True)
def replay(layout: Layout, work: Work, prefix: Integers) -> int:  # pragma: no cover
    """Choose the levels of a prefix from the root; what the worlds weigh that are left."""
    left = int(work.bounds[0])
    for depth in range(prefix.size):
        left = _step(layout, work, depth, prefix[depth], -1)
        work.bounds[depth + 1] = left
    return left


@numba.njit(cache=True, nogil=True)
def explore(
    layout: Layout, work: Work, base: int, shared: Integers, found: Integers, budget: int
) -> int:  # pragma: no cover
    """Go through the completions of a prefix, depth first, for a number of steps.

    Parameters
    ----------
    base : int
        Length of the prefix. ``work.tried[base:]`` says where it stands: how many levels of each
        depth were tried, the current depth being ``found[0]``.
    shared : int array (1,)
        What a package has to exceed, written by whoever finds a better one.
    found : int array (2 + J,)
        The depth; the value of a whole package that exceeds ``shared``, or −1; its levels.
    budget : int

    Returns
    -------
    int
        Steps that are left; ``found[0] < base`` when nothing is left to try. A whole package that
        exceeds what is shared ends the call, so that it can be looked at.
    """
    count = layout.sizes.size
    depth = found[0]
    found[1] = -1
    while depth >= base and budget > 0:
        if work.tried[depth] == layout.sizes[depth] or work.bounds[depth] <= shared[0]:
            depth -= 1
            continue
        level = work.tried[depth]
        first = layout.first[depth]
        # the promising level before the others
        level = first if level == 0 else level - 1 if level <= first else level
        work.tried[depth] += 1
        budget -= 1
        bound = _step(layout, work, depth, level, shared[0])
        if bound <= shared[0]:
            continue
        if depth + 1 == count:
            found[1] = bound
            found[2:] = work.levels
            break
        depth += 1
        work.bounds[depth] = bound
        work.tried[depth] = 0
    found[0] = depth
    return budget
