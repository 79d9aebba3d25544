"""Good packages without a proof: climbing by single levels, from many starts, with kicks.

What is found is where the proof begins from; the better it is, the more the search may leave out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.search.arranged import blocked
from accord.theory.search.space import Space

__all__ = ["Climbed", "Climber", "climb"]

Integers = NDArray[np.int64]

STARTS = 20
KICKS = 150
KICKED = 4
"""Provisions that a kick sets anew."""

MOST = np.iinfo(np.int32).max // 4


@dataclass(frozen=True, slots=True)
class Climbed:
    """The best package that was met.

    Attributes
    ----------
    levels : tuple of int
    value : int
        What the worlds weigh in which it passes.
    looked_at : int
        Packages that were looked at.
    """

    levels: tuple[int, ...]
    value: int
    looked_at: int


def climb(space: Space, seed: int, starts: int = STARTS, kicks: int = KICKS) -> Climbed:
    """Climb from random packages, then from kicks to the best of them.

    Where no package passes in any world, what counts is how near worlds come to it.
    """
    random = np.random.default_rng([seed, 0x636C696D])
    climber = Climber(space)
    best = max(
        (climber.up([int(random.integers(size)) for size in space.sizes]) for _ in range(starts)),
        key=lambda found: found[:2],
    )
    for _ in range(kicks):
        levels = list(best[2])
        for j in random.choice(len(levels), min(KICKED, len(levels)), replace=False):
            levels[j] = int(random.integers(space.sizes[j]))
        best = max(best, climber.up(levels), key=lambda found: found[:2])
    return Climbed(best[2], best[0], climber.looked_at)


class Climber:
    """Climbs in one space, exactly, and counts what it looks at.

    Raises
    ------
    ModelError
        If points are too large for 32 bits.
    """

    def __init__(self, space: Space) -> None:
        from accord.theory.search.climbing_compiled import Plain, Room  # noqa: PLC0415  numba

        program, additive = space.program, space.additive
        shape = space.asked.shape
        joints = [joint.points.reshape(-1, *shape) for joint in space.joints]
        self.plain = Plain(
            _narrow(space.asked),
            _narrow(np.concatenate([np.zeros((0, *shape), dtype=np.int64), *space.points])),
            _starts(space.sizes),
            np.array(space.sizes, dtype=np.int64),
            _narrow(np.concatenate([np.zeros((0, *shape), dtype=np.int64), *joints])),
            _starts([len(part) for part in joints]),
            _strides(space, [joint.provisions for joint in space.joints]),
            np.concatenate(
                [
                    np.zeros((0, space.worlds // 64), dtype=np.uint64),
                    *(t.rows for t in space.tables),
                ]
            ),
            _starts([len(table.rows) for table in space.tables]),
            _strides(space, [table.provisions for table in space.tables]),
            program.every[program.every < additive],
            program.every[program.every >= additive] - additive,
            program.steps,
            program.votes,
            space.planes,
        )
        most = int(program.steps[:, 0].max(initial=0)) + 1
        self.room = Room(
            np.zeros_like(self.plain.asked),
            np.zeros_like(self.plain.asked),
            np.zeros(len(space.tables), dtype=np.int64),
            np.zeros(max(len(program.steps), 1), dtype=np.uint64),
            np.zeros(most, dtype=np.uint64),
            np.zeros(64, dtype=np.uint8),
        )
        self.looked_at = 0

    def up(self, levels: Sequence[int]) -> tuple[int, int, tuple[int, ...]]:
        """Value and nearness of the top that is reached by better single levels, and its levels."""
        from accord.theory.search.climbing_compiled import sums_of, try_changes  # noqa: PLC0415

        at = np.array(levels, dtype=np.int64)
        best = np.zeros(4, dtype=np.int64)
        while True:
            sums_of(self.plain, self.room, at)
            self.looked_at += try_changes(self.plain, self.room, at, best)
            if best[2] < 0:
                return int(best[0]), int(best[1]), tuple(at.tolist())
            at[best[2]] = best[3]

    def value(self, levels: Sequence[int]) -> int:
        """What the worlds weigh in which a package passes."""
        from accord.theory.search.climbing_compiled import sums_of, value_now  # noqa: PLC0415

        at = np.array(levels, dtype=np.int64)
        sums_of(self.plain, self.room, at)
        return int(value_now(self.plain, self.room, at))


def _narrow(points: Integers) -> NDArray[np.int32]:
    if points.size and max(int(points.max()), -int(points.min())) > MOST:
        raise ModelError("points too large for a search; use a coarser grid")
    return np.asarray(blocked(points.astype(np.int32)))


def _starts(counts: Sequence[int]) -> Integers:
    return np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)[: len(counts)]


def _strides(space: Space, parts: Sequence[tuple[int, ...]]) -> NDArray[Any]:
    """By what each provision's level moves the row of each part, nought where it does not."""
    strides = np.zeros((len(parts), len(space.sizes)), dtype=np.int64)
    for k, provisions in enumerate(parts):
        for i, j in enumerate(provisions):
            strides[k, j] = math.prod(space.sizes[other] for other in provisions[i + 1 :])
    return strides
