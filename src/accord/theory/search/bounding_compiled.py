"""The search, compiled: one more level chosen, and in which worlds a completion may still pass.

Imported where it is used, as numba loads slowly.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from accord.theory.search.lanes_compiled import (
    any_difference_below,
    below,
    write_difference,
    write_floored_difference,
)
from accord.theory.search.rows_compiled import (
    all_hold,
    entered,
    keep,
    reaches,
    rest_holds,
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
    ``bounds`` (J + 1,), and room for the steps of a program.
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


@within
def _spend(
    slack: Shorts, parent: int, costs: Shorts, cost: int, child: int, plain: int
) -> None:  # pragma: no cover
    """Write the slack of a block after a level; all by their places."""
    # where one of the first is used up its world is out, so it may wrap around
    write_difference(slack, child, slack, parent, costs, cost, plain)
    # others may be used up where the world is not out, and have to stay so
    first, rest = 64 * plain, costs.shape[2] // 64 - plain
    if rest:
        write_floored_difference(
            slack, child + first, slack, parent + first, costs, cost + first, rest
        )


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
    words = work.alive.shape[1]
    for i in range(words):
        work.alive[below, i] = work.alive[depth, i]
    for k in range(layout.every_tables.size):
        t = layout.every_tables[k]
        if work.rows[below, t] != work.rows[depth, t]:
            keep(work.alive, below, layout.leaves, layout.unions, work.rows[below, t])
    total = 0
    for i in range(words):
        total += weighs(work.alive[below, i], i, layout.planes)
    return total


@within
def _changed(layout: Layout, work: Work, depth: int, contest: int) -> bool:  # pragma: no cover
    """Whether a level may change where a contest holds."""
    h, n = layout.contests[contest, 0], layout.contests[contest, 1]
    below = depth + 1
    return bool(
        work.rows[below, h] != work.rows[depth, h] or work.rows[below, n] != work.rows[depth, n]
    )


@within
def _held(
    layout: Layout, work: Work, below: int, contest: int, block: int
) -> np.uint64:  # pragma: no cover
    """In which worlds of a block a contest may hold."""
    have = work.rows[below, layout.contests[contest, 0]]
    need = work.rows[below, layout.contests[contest, 1]]
    return reaches(layout.grades, layout.bounds, have, need, block)


@within
def _contests(
    layout: Layout, work: Work, depth: int, open_weight: int, threshold: int
) -> int:  # pragma: no cover
    """What the worlds weigh that contests let through as well, where all of those have to hold."""
    below = depth + 1
    for k in range(layout.every_contests.size):
        contest = layout.every_contests[k]
        if not _changed(layout, work, depth, contest):
            continue
        for i in range(work.alive.shape[1]):
            word = work.alive[below, i]
            if word:
                lost = word & ~_held(layout, work, below, contest, i)
                if lost:
                    work.alive[below, i] = word ^ lost
                    open_weight -= weighs(lost, i, layout.planes)
        if open_weight <= threshold:
            return open_weight
    return open_weight


@within
def _stepped(layout: Layout, work: Work, depth: int) -> None:  # pragma: no cover
    """Where tables and contests that stand in steps hold after a level."""
    below, tables, words = depth + 1, layout.tables, work.alive.shape[1]
    for s in range(layout.stepped.size):
        literal = layout.stepped[s]
        if literal >= tables:
            changed = _changed(layout, work, depth, literal - tables)
        else:
            changed = work.rows[below, literal] != work.rows[depth, literal]
        for i in range(words):
            if not changed:
                work.told[below, s, i] = work.told[depth, s, i]
            elif literal >= tables:
                work.told[below, s, i] = (
                    _held(layout, work, below, literal - tables, i)
                    if work.alive[below, i]
                    else np.uint64(0)
                )
            else:
                number = work.rows[below, literal]
                own = layout.leaves.shape[0]
                work.told[below, s, i] = (
                    layout.leaves[number, i] if number < own else layout.unions[number - own, i]
                )


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
    below, words, length = depth + 1, work.alive.shape[1], layout.regrets.shape[2]
    slack_at, regret_at = depth * words * length, (layout.starts[depth] + level) * words * length
    for block in range(words):
        word = work.alive[below, block]
        if word:
            lost = word & any_difference_below(
                work.slack, slack_at + block * length, layout.regrets, regret_at + block * length,
                layout.plain,
            )  # fmt: skip
            if lost:
                work.alive[below, block] = word ^ lost
                open_weight -= weighs(lost, block, layout.planes)
                if open_weight <= threshold:
                    return open_weight
    if below < layout.sizes.size:
        for block in range(words):
            if work.alive[below, block]:
                at = block * length
                _spend(
                    work.slack, slack_at + at, layout.regrets, regret_at + at,
                    slack_at + words * length + at, layout.plain,
                )  # fmt: skip
    return open_weight


@within
def _with_steps(
    layout: Layout, work: Work, depth: int, level: int, joints: int, open_weight: int,
    threshold: int,
) -> int:  # fmt: skip  # pragma: no cover
    """What is open after a level that completes combinations, or where a program has steps."""
    under, words, length = depth + 1, work.alive.shape[1], layout.regrets.shape[2]
    parent, child = depth * words * length, under * words * length
    regret = (layout.starts[depth] + level) * words * length
    for block in range(words):
        word, at = work.alive[under, block], block * length
        if word == 0:
            continue
        after = child + at
        _spend(work.slack, parent + at, layout.regrets, regret + at, after, layout.plain)
        for g in range(joints):
            more = work.extra[g] * words * length + at
            _spend(work.slack, after, layout.joint_regrets, more, after, layout.plain)
        kept = word
        for n in range(layout.plain):
            kept &= ~below(work.slack, after + 64 * n)
        kept &= all_hold(work.slack, after, layout.every)
        if layout.steps.shape[0] and kept:
            kept &= rest_holds(
                work.slack, after, length // 64, layout.steps, layout.votes, work.told[under],
                work.stack, work.counts, block,
            )  # fmt: skip
        if kept != word:
            work.alive[under, block] = kept
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


@within
def _behind(levels: Integers, known: Integers, depth: int, level: int) -> bool:  # pragma: no cover
    """Whether all completions of a level come behind a known package, or are that package."""
    for at in range(depth):
        if levels[at] != known[at]:
            return bool(levels[at] > known[at])
    return bool(level > known[depth] or (level == known[depth] and depth + 1 == known.size))


@entered
def explore(
    layout: Layout, work: Work, prefix: Integers, base: int, shared: Integers, known: Integers,
    found: Integers, budget: int,
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
    known : int array (0,) or (1 + J,)
        Where packages as good as the best are wanted that come before it: what a package had to
        exceed when it was found, and its levels by place. Those behind it have to exceed more.
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
            if known.size and known[0] == threshold:
                threshold += _behind(work.levels, known[1:], depth, level)
            work.tried[depth] += 1
            budget -= 1
        bound = _step(layout, work, at, level, threshold)
        if choosing:
            work.bounds[at + 1] = bound
            continue
        if bound <= threshold:
            continue
        if depth + 1 == count:
            found[1] = bound
            for at in range(count):
                found[2 + at] = work.levels[at]
            break
        depth += 1
        work.bounds[depth] = bound
        work.tried[depth] = 0
    found[0] = depth
    return budget
