"""What the compiled search reads and writes; imported where it is used, as numba loads slowly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.theory.search.arranged import Arranged
from accord.theory.search.bounding_compiled import Layout, Work, explore
from accord.theory.search.leaves import Laid
from accord.theory.search.space import packed, unpacked

__all__ = ["Walk", "layout_of"]

Integers = NDArray[np.int64]


def layout_of(arranged: Arranged, promising: Sequence[int] | None) -> Layout:
    """A space in an order, with the level of each provision that is tried first.

    Parameters
    ----------
    promising : sequence of int or None
        A good package; where there is none, levels are tried as they stand.
    """
    space, order = arranged.space, arranged.order
    leaves, diagrams = space.leaves, arranged.diagrams
    laid = Laid.of(space)
    place = np.argsort(arranged.literals)
    every = place[laid.every]
    steps = laid.steps.copy()
    own = (steps[:, 1] < 0) & (steps[:, 0] < space.additive)
    steps[own, 0] = place[steps[own, 0]]
    first = [0 if promising is None else promising[j] for j in order]
    return Layout(
        arranged.sizes, arranged.starts, arranged.regrets, arranged.joint_regrets,
        arranged.joint_of, arranged.joint_places, leaves.rows, diagrams.unions, leaves.grades,
        diagrams.bounds, diagrams.first_child, diagrams.children, diagrams.row, diagrams.hangs,
        leaves.contests, every[every >= arranged.plain], laid.tables, laid.contests, laid.stepped,
        steps, space.program.votes, space.planes, np.array(first, dtype=np.int64),
        arranged.plain, leaves.tables,
    )  # fmt: skip


class Walk:
    """One thread's way through the tree.

    Attributes
    ----------
    finished : bool
        Whether nothing is left below the prefix.
    found : (int, tuple of int) or None
        A whole package that exceeds what is shared: its bound, and levels by place.
    """

    def __init__(self, arranged: Arranged, layout: Layout) -> None:
        space, count = arranged.space, len(arranged.sizes)
        parts, words = len(space.leaves.which), space.worlds // 64
        deepest = max(len(layout.steps), 1)
        most = int(space.program.steps[:, 0].max(initial=0)) + 1
        self.layout = layout
        self.work = Work(
            np.zeros(count, dtype=np.int64),
            np.zeros(count, dtype=np.int64),
            np.zeros((count + 1, *arranged.slack.shape), dtype=np.int16),
            np.zeros((count + 1, parts), dtype=np.int64),
            np.zeros((count + 1, parts), dtype=np.int64),
            np.zeros((count + 1, words), dtype=np.uint64),
            np.zeros((count + 1, len(layout.stepped), words), dtype=np.uint64),
            np.zeros(count + 1, dtype=np.int64),
            np.zeros(deepest, dtype=np.uint64),
            np.zeros(most, dtype=np.uint64),
            np.zeros(max(len(arranged.joint_of), 1), dtype=np.int64),
        )
        self.work.slack[0] = arranged.slack
        self._begin(arranged)
        self.base = 0
        self.finished = False
        self.found: tuple[int, tuple[int, ...]] | None = None
        self._prefix: tuple[int, ...] = ()
        self._place = np.zeros(2 + count, dtype=np.int64)

    def _begin(self, arranged: Arranged) -> None:
        """What tables and contests let through before anything is chosen."""
        work, layout, diagrams = self.work, self.layout, arranged.diagrams
        work.nodes[0] = diagrams.roots
        work.rows[0] = rows = diagrams.row[diagrams.roots]
        for s, literal in enumerate(layout.stepped):
            work.told[0, s] = _literal(layout, rows, int(literal))
        work.alive[0] = ~np.uint64(0)
        for t in layout.every_tables:
            work.alive[0] &= _literal(layout, rows, int(t))
        for c in layout.every_contests:
            work.alive[0] &= _literal(layout, rows, layout.tables + int(c))
        open_worlds = unpacked(work.alive[0])
        weights = arranged.space.weights
        work.bounds[0] = open_worlds.sum() if weights is None else weights[open_worlds].sum()

    def bound(self, prefix: Sequence[int]) -> int:
        """What the worlds weigh in which a completion of a prefix may pass."""
        levels = np.array(prefix, dtype=np.int64)
        place = np.zeros_like(self._place)
        none = np.zeros(0, dtype=np.int64)
        explore(self.layout, self.work, levels, 0, np.zeros(1, dtype=np.int64), none, place, 0)
        return int(self.work.bounds[len(levels)])

    def enter(self, prefix: Sequence[int]) -> None:
        """Begin below a prefix."""
        self.bound(prefix)
        self.base = self._place[0] = len(prefix)
        self.work.tried[self.base :] = 0
        self.finished, self.found = False, None
        self._prefix = tuple(prefix)

    def explore(self, shared: Integers, known: Integers, budget: int) -> int:
        """Go on for a number of steps; what is left of them."""
        if self.base == len(self.layout.sizes):
            # a whole package has nothing below it
            bound = int(self.work.bounds[self.base])
            self.found = (bound, self._prefix) if bound > shared[0] else None
            self.finished = True
            return budget - 1
        none = np.zeros(0, dtype=np.int64)
        left = int(
            explore(self.layout, self.work, none, self.base, shared, known, self._place, budget)
        )
        bound = int(self._place[1])
        self.found = (bound, tuple(self._place[2:].tolist())) if bound >= 0 else None
        self.finished = bool(self._place[0] < self.base)
        return left

    def frontier(self) -> list[tuple[int, tuple[int, ...]]]:
        """What is left to try below the prefix: bounds and prefixes, the deepest first."""
        layout, work = self.layout, self.work
        if self.base == len(layout.sizes):
            return [] if self.finished else [(int(work.bounds[self.base]), self._prefix)]
        left: list[tuple[int, tuple[int, ...]]] = []
        for depth in range(int(self._place[0]), self.base - 1, -1):
            stem = tuple(work.levels[:depth].tolist())
            first = int(layout.first[depth])
            others = [first, *(x for x in range(int(layout.sizes[depth])) if x != first)]
            bound = int(work.bounds[depth])
            left += [(bound, (*stem, level)) for level in others[int(work.tried[depth]) :]]
        return left


def _literal(layout: Layout, rows: Integers, literal: int) -> NDArray[np.uint64]:
    """Where a literal, counted from the first table, holds with the rows of all parts (D,)."""
    if literal < layout.tables:
        return _row(layout.leaves, layout.unions, int(rows[literal]))
    have, need = (
        _row(layout.grades, layout.bounds, int(rows[part]))
        for part in layout.contests[literal - layout.tables]
    )
    return packed(have >= need)


def _row(leaves: NDArray[Any], beyond: NDArray[Any], number: int) -> NDArray[Any]:
    rows, at = (leaves, number) if number < len(leaves) else (beyond, number - len(leaves))
    return np.asarray(rows[at])
