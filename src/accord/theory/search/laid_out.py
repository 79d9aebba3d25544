"""What the compiled search reads and writes; imported where it is used, as numba loads slowly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from accord.theory.search.arranged import Arranged
from accord.theory.search.bounding_compiled import Layout, Work, explore, replay

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
    program, additive = space.program, space.additive
    tables = program.every[program.every >= additive] - additive
    place = np.argsort(arranged.literals)
    every = place[program.every[program.every < additive]]
    steps = program.steps.copy()
    own = (steps[:, 1] < 0) & (steps[:, 0] < additive)
    steps[own, 0] = place[steps[own, 0]]
    first = [0 if promising is None else promising[j] for j in order]
    return Layout(
        arranged.sizes, arranged.starts, arranged.regrets, arranged.joint_regrets,
        arranged.joint_of, arranged.joint_places, arranged.rows, arranged.table_steps,
        every[every >= arranged.plain], tables, steps, program.votes, space.planes,
        np.array(first, dtype=np.int64), arranged.plain,
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
        tables, words = len(space.tables), space.worlds // 64
        deepest = max(len(layout.steps), 1)
        most = int(space.program.steps[:, 0].max(initial=0)) + 1
        self.layout = layout
        self.work = Work(
            np.zeros(count, dtype=np.int64),
            np.zeros(count, dtype=np.int64),
            np.zeros((count + 1, *arranged.slack.shape), dtype=np.int16),
            np.zeros((count + 1, tables), dtype=np.int64),
            np.zeros((count + 1, tables), dtype=np.int64),
            np.zeros((count + 1, words), dtype=np.uint64),
            np.zeros(count + 1, dtype=np.int64),
            np.zeros(deepest, dtype=np.uint64),
            np.zeros(most, dtype=np.uint64),
            np.zeros(64, dtype=np.int16),
            np.zeros(64, dtype=np.uint8),
            np.zeros(max(len(arranged.joint_of), 1), dtype=np.int64),
            np.zeros(tables, dtype=np.int64),
        )
        self.work.slack[0] = arranged.slack
        self.work.offsets[0] = arranged.roots
        self.work.alive[0] = ~np.uint64(0)
        self.work.bounds[0] = space.total
        self.base = 0
        self.finished = False
        self.found: tuple[int, tuple[int, ...]] | None = None
        self._place = np.zeros(2 + count, dtype=np.int64)

    def bound(self, prefix: Sequence[int]) -> int:
        """What the worlds weigh in which a completion of a prefix may pass."""
        return int(replay(self.layout, self.work, np.array(prefix, dtype=np.int64)))

    def enter(self, prefix: Sequence[int]) -> None:
        """Begin below a prefix."""
        self.bound(prefix)
        self.base = self._place[0] = len(prefix)
        self.work.tried[self.base :] = 0
        self.finished, self.found = False, None

    def explore(self, shared: Integers, budget: int) -> int:
        """Go on for a number of steps; what is left of them."""
        left = int(explore(self.layout, self.work, self.base, shared, self._place, budget))
        bound = int(self._place[1])
        self.found = (bound, tuple(self._place[2:].tolist())) if bound >= 0 else None
        self.finished = bool(self._place[0] < self.base)
        return left
