"""The search, compiled: one more level chosen, and in which worlds a completion may still pass.

Imported where it is used, as numba loads slowly.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from accord.theory.search.lanes_compiled import any_difference_below, below
from accord.theory.search.rows_compiled import (
    all_hold,
    reaches,
    rest_holds,
    row_at,
    weighs,
    within,
)

__all__ = ["Layout", "Work", "explore"]

Integers = NDArray[np.int64]
Shorts = NDArray[np.int16]
Words = NDArray[np.uint64]
Grades = NDArray[Any]


class Layout(NamedTuple):
    """A space in an order, see ``Arranged``; read by all, written by none.

    Slack and regrets of a block of 64 worlds lie together, literal by literal. The first ``plain``
    literals all have to hold; ``every`` are others that do, and stand in ``steps`` besides.
    ``every_tables`` and ``every_contests`` all have to hold; ``stepped`` are those tables, and
    contests counted on from them, that stand in steps, where they are numbered in that order.
    """

    sizes: Integers
    starts: Integers
    regrets: Shorts
    joint_regrets: Shorts
    joint_of: Integers
    joint_places: Integers
    leaves: Words
    unions: Words
    grades: Grades
    bounds: Grades
    first_child: Integers
    children: Integers
    row: Integers
    hangs: NDArray[np.bool_]
    contests: Integers
    every: Integers
    every_tables: Integers
    every_contests: Integers
    stepped: Integers
    steps: Integers
    votes: Integers
    planes: Words
    first: Integers
    plain: int
    tables: int


class Work(NamedTuple):
    """What one thread writes to.

    ``levels`` (J,), ``tried`` (J,), ``slack`` (J + 1, words, N · 64), ``nodes`` and ``rows`` of
    parts (J + 1, D), ``alive`` (J + 1, words), ``told`` of stepped literals (J + 1, S, words),
    ``bounds`` (J + 1,), and room for a block.
    """

    levels: Integers
    tried: Integers
    slack: Shorts
    nodes: Integers
    rows: Integers
    alive: Words
    told: Words
    bounds: Integers
    stack: Words
    counts: Words
    extra: Integers
    block: Words


@within
def _spent(parent: Shorts, cost: Shorts, child: Shorts, plain: int) -> None:  # pragma: no cover
    """Slack of a block after a level, each (N · 64,)."""
    # where one of the first is used up its world is out, so it may wrap around
    for w in range(plain):
        child[w] = parent[w] - cost[w]
    # others may be used up where the world is not out, and have to stay so
    for w in range(plain, parent.size):
        child[w] = max(parent[w], np.int16(-1)) - cost[w]


@within
def _tables(layout: Layout, work: Work, depth: int, level: int) -> int:  # pragma: no cover
    """Nodes of all parts after a level; what the worlds weigh that tables let through."""
    below = depth + 1
    for d in range(work.nodes.shape[1]):
        node = work.nodes[depth, d]
        if layout.hangs[depth, d]:
            node = layout.children[layout.first_child[node] + level]
        work.nodes[below, d] = node
        work.rows[below, d] = layout.row[node]
    row = work.alive[below]
    row[:] = work.alive[depth]
    for k in range(layout.every_tables.size):
        t = layout.every_tables[k]
        if work.rows[below, t] != work.rows[depth, t]:
            own = row_at(layout.leaves, layout.unions, work.rows[below, t])
            for i in range(row.size):
                row[i] &= own[i]
    total = 0
    for i in range(row.size):
        total += weighs(row[i], i, layout.planes)
    return total


@within
def _contest(
    layout: Layout, work: Work, depth: int, contest: int, out: Words
) -> bool:  # pragma: no cover
    """Write in which open worlds a contest may hold, where that may have changed."""
    h, n = layout.contests[contest, 0], layout.contests[contest, 1]
    below, row = depth + 1, work.alive[depth + 1]
    had, needed = work.rows[below, h], work.rows[below, n]
    if had == work.rows[depth, h] and needed == work.rows[depth, n]:
        return False
    have = row_at(layout.grades, layout.bounds, had)
    need = row_at(layout.grades, layout.bounds, needed)
    for i in range(row.size):
        out[i] = reaches(have, need, i) if row[i] else np.uint64(0)
    return True


@within
def _contests(
    layout: Layout, work: Work, depth: int, open_weight: int, threshold: int
) -> int:  # pragma: no cover
    """What the worlds weigh that contests let through as well, where all of those have to hold."""
    row = work.alive[depth + 1]
    for k in range(layout.every_contests.size):
        if not _contest(layout, work, depth, layout.every_contests[k], work.block):
            continue
        for i in range(row.size):
            lost = row[i] & ~work.block[i]
            if lost:
                row[i] ^= lost
                open_weight -= weighs(lost, i, layout.planes)
        if open_weight <= threshold:
            return open_weight
    return open_weight


@within
def _stepped(layout: Layout, work: Work, depth: int) -> None:  # pragma: no cover
    """Where tables and contests that stand in steps hold after a level."""
    below, tables = depth + 1, layout.tables
    for s in range(layout.stepped.size):
        literal, out = layout.stepped[s], work.told[below, s]
        if literal >= tables:
            if not _contest(layout, work, depth, literal - tables, out):
                out[:] = work.told[depth, s]
        elif work.rows[below, literal] == work.rows[depth, literal]:
            out[:] = work.told[depth, s]
        else:
            out[:] = row_at(layout.leaves, layout.unions, work.rows[below, literal])


@within
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


@within
def _plainly(
    layout: Layout, work: Work, depth: int, level: int, open_weight: int, threshold: int
) -> int:  # pragma: no cover
    """What is open after a level where literals that all have to hold are all there is.

    Most levels leave too little: slack is looked at first, and written only where enough is left.
    """
    row, length = work.alive[depth + 1], layout.regrets.shape[2]
    number = layout.starts[depth] + level
    slack_at, regret_at = depth * row.size * length, number * row.size * length
    for block in range(row.size):
        word = row[block]
        if word:
            lost = word & any_difference_below(
                work.slack, slack_at + block * length, layout.regrets, regret_at + block * length,
                layout.plain,
            )  # fmt: skip
            if lost:
                row[block] = word ^ lost
                open_weight -= weighs(lost, block, layout.planes)
                if open_weight <= threshold:
                    return open_weight
    if depth + 1 < layout.sizes.size:
        regret, parent, below = layout.regrets[number], work.slack[depth], work.slack[depth + 1]
        for block in range(row.size):
            if row[block]:
                _spent(parent[block], regret[block], below[block], 64 * layout.plain)
    return open_weight


@within
def _with_steps(
    layout: Layout, work: Work, depth: int, level: int, joints: int, open_weight: int,
    threshold: int,
) -> int:  # fmt: skip  # pragma: no cover
    """What is open after a level that completes combinations, or where a program has steps."""
    row, slack = work.alive[depth + 1], work.slack[depth + 1]
    regret, plain = layout.regrets[layout.starts[depth] + level], 64 * layout.plain
    for block in range(row.size):
        word = row[block]
        if word == 0:
            continue
        after = slack[block]
        _spent(work.slack[depth, block], regret[block], after, plain)
        for g in range(joints):
            _spent(after, layout.joint_regrets[work.extra[g], block], after, plain)
        kept = word
        for n in range(layout.plain):
            kept &= ~below(after, 64 * n)
        kept &= all_hold(after, layout.every)
        if layout.steps.shape[0] and kept:
            kept &= rest_holds(
                after, layout.steps, layout.votes, work.told[depth + 1], work.stack, work.counts,
                block,
            )  # fmt: skip
        if kept != word:
            row[block] = kept
            open_weight -= weighs(word ^ kept, block, layout.planes)
            if open_weight <= threshold:
                return open_weight
    return open_weight


@within
def _step(
    layout: Layout, work: Work, depth: int, level: int, threshold: int
) -> int:  # pragma: no cover
    """Choose a level; what the worlds weigh in which a completion may still pass.

    A result that does not exceed the threshold may be too small, and what was written below is
    then unfinished.
    """
    work.levels[depth] = level
    open_weight = _tables(layout, work, depth, level)
    if open_weight > threshold:
        open_weight = _contests(layout, work, depth, open_weight, threshold)
    if open_weight <= threshold:
        return open_weight
    joints = _joints(layout, work, depth)
    if joints or layout.every.size or layout.steps.shape[0]:
        _stepped(layout, work, depth)
        return _with_steps(layout, work, depth, level, joints, open_weight, threshold)
    return _plainly(layout, work, depth, level, open_weight, threshold)


@numba.njit(cache=True, nogil=True)
def explore(
    layout: Layout, work: Work, prefix: Integers, base: int, shared: Integers, found: Integers,
    budget: int,
) -> int:  # fmt: skip  # pragma: no cover
    """Go through the completions of a prefix, depth first, for a number of steps.

    Parameters
    ----------
    prefix : int array
        Levels that are chosen first, from the root; ``work.bounds`` then says what is left. Empty
        where it goes on where it stands.
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
    depth, chosen = found[0], 0
    found[1] = -1
    while chosen < prefix.size or (depth >= base and budget > 0):
        choosing = chosen < prefix.size
        if choosing:
            at, level, threshold = chosen, prefix[chosen], int(np.int64(-1))
            chosen += 1
        else:
            if work.tried[depth] == layout.sizes[depth] or work.bounds[depth] <= shared[0]:
                depth -= 1
                continue
            # the promising level before the others
            tried, first = work.tried[depth], layout.first[depth]
            level = first if tried == 0 else tried - 1 if tried <= first else tried
            at, threshold = depth, shared[0]
            work.tried[depth] += 1
            budget -= 1
        bound = _step(layout, work, at, level, threshold)
        if choosing:
            work.bounds[at + 1] = bound
            continue
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
