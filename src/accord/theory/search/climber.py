"""Packages of a space looked at one by one, exactly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.search.arranged import blocked
from accord.theory.search.leaves import Laid
from accord.theory.search.space import Space, unpacked

__all__ = ["Climber", "narrowed"]

Integers = NDArray[np.int64]
Words = NDArray[np.uint64]

MOST = np.iinfo(np.int32).max // 4

PAIRED = 48
"""Single changes that are tried two at a time: those that do best alone."""


class Climber:
    """Climbs in one space, exactly, and counts what it looks at; not to be shared by threads.

    Parameters
    ----------
    avoided : sequence of levels
        Packages from which others have to differ.
    apart : int
        In how many provisions.

    Raises
    ------
    ModelError
        If points are too large for 32 bits.
    """

    def __init__(self, space: Space, avoided: Sequence[Sequence[int]] = (), apart: int = 0) -> None:
        from accord.theory.search.climbing_compiled import Plain  # noqa: PLC0415  numba

        leaves, laid, shape = space.leaves, Laid.of(space), space.asked.shape
        joints = [joint.points.reshape(-1, *shape) for joint in space.joints]
        narrow = narrowed(space)
        self.space = space
        self.plain = Plain(
            blocked(space.asked.astype(narrow)),
            blocked(_joined([*space.points], shape).astype(narrow)),
            _starts(space.sizes),
            blocked(_joined(joints, shape).astype(narrow)),
            _starts([len(part) for part in joints]),
            _strides(space, [joint.provisions for joint in space.joints]),
            leaves.rows,
            leaves.grades,
            np.concatenate(
                [np.zeros(0, dtype=np.int32), *(which.reshape(-1) for which in leaves.which)]
            ),
            _starts([which.size for which in leaves.which]),
            _strides(space, leaves.provisions),
            leaves.contests,
            laid.every,
            laid.tables,
            laid.contests,
            laid.stepped,
            laid.steps,
            space.program.votes,
            space.planes,
            np.array(avoided, dtype=np.int64).reshape(-1, len(space.sizes)),
            apart,
            leaves.tables,
        )
        self.moves = np.array(
            [(j, level) for j, size in enumerate(space.sizes) for level in range(size)],
            dtype=np.int64,
        )
        self.looked_at = 0
        self._furnish()

    def twin(self) -> Climber:
        """Another for another thread, with room of its own."""
        twin = object.__new__(Climber)
        twin.space, twin.plain, twin.moves, twin.looked_at = self.space, self.plain, self.moves, 0
        twin._furnish()
        return twin

    def _furnish(self) -> None:
        from accord.theory.search.climbing_compiled import Room  # noqa: PLC0415  numba

        plain, words = self.plain, self.space.worlds // 64
        parts = len(plain.which_start)
        most = int(plain.steps[:, 0].max(initial=0)) + 1
        self.room = Room(
            np.zeros_like(plain.asked),
            np.zeros_like(plain.asked),
            np.zeros_like(plain.asked[0]),
            np.zeros(parts, dtype=np.int64),
            np.zeros((len(plain.contests), words), dtype=np.uint64),
            np.zeros(parts, dtype=np.int64),
            np.zeros(words, dtype=np.uint64),
            np.zeros((len(plain.stepped), words), dtype=np.uint64),
            np.zeros(2 * max(len(plain.joint_start), 1), dtype=np.int64),
            np.zeros(max(len(plain.steps), 1), dtype=np.uint64),
            np.zeros(most, dtype=np.uint64),
        )

    def up(
        self, levels: Sequence[int], random: np.random.Generator | None = None
    ) -> tuple[int, int, tuple[int, ...]]:
        """Value and nearness of the top that is reached by better single levels, and its levels.

        Changes are tried in a random order, as they stand where there is none.
        """
        from accord.theory.search.climbing_compiled import RISE  # noqa: PLC0415

        moves = self.moves if random is None else random.permutation(self.moves)
        merit, top = self._visit(levels, moves, -1, RISE)
        return int(merit[0]), int(merit[1]), top

    def value(self, levels: Sequence[int]) -> int:
        """What the worlds weigh in which a package passes, as far as the formula tells."""
        from accord.theory.search.climbing_compiled import VALUE  # noqa: PLC0415

        return int(self._visit(levels, self.moves, -1, VALUE)[0][0])

    def where(self, levels: Sequence[int]) -> Words:
        """Worlds in which a package passes (words,), as far as the formula tells."""
        self.value(levels)
        return self.room.alive.copy()

    def _visit(
        self, levels: Sequence[int], moves: Integers, floor: int, kind: int
    ) -> tuple[Integers, tuple[int, ...]]:
        from accord.theory.search.climbing_compiled import visit  # noqa: PLC0415

        at = np.array(levels, dtype=np.int64)
        merit = np.zeros(2 + len(moves), dtype=np.int64)
        self.looked_at += int(visit(self.plain, self.room, at, moves, merit, floor, kind))
        return merit, tuple(at.tolist())

    def confirmed(self, levels: Sequence[int], floor: int = -1) -> int:
        """What the worlds weigh in which a package passes indeed.

        Where that does not exceed the floor as far as the formula tells, nobody is asked.
        """
        value, confirm = self.value(levels), self.space.confirm
        if confirm is None or value <= floor or value == 0:
            return value
        where = self.room.alive.copy()
        passed = unpacked(np.asarray(confirm(tuple(map(int, levels)), where.copy())) & where)
        weights = self.space.weights
        return int(passed.sum() if weights is None else weights[passed].sum())

    def alone(self, levels: Sequence[int], floor: int = -1) -> list[tuple[int, int, int]]:
        """Single changes that exceed a floor: value, provision, level; the best first."""
        from accord.theory.search.climbing_compiled import ALONE  # noqa: PLC0415

        values = self._visit(levels, self.moves, floor, ALONE)[0][2:]
        changes = zip(values.tolist(), self.moves.tolist(), strict=True)
        found = [(value, j, level) for value, (j, level) in changes if value >= 0]
        return sorted(found, key=lambda change: (-change[0], change[1:]))

    def two_up(self, levels: Sequence[int], value: int) -> tuple[int, ...] | None:
        """A package that exceeds a value by two changes of those that do best alone."""
        from accord.theory.search.climbing_compiled import PAIRS  # noqa: PLC0415

        best = self.alone(levels)[:PAIRED]
        moves = np.array([change[1:] for change in best], dtype=np.int64).reshape(-1, 2)
        _, found = self._visit(levels, moves, value, PAIRS)
        return None if found == tuple(levels) else found


def _joined(parts: Sequence[Integers], shape: tuple[int, ...]) -> Integers:
    return np.concatenate([np.zeros((0, *shape), dtype=np.int64), *parts])


def narrowed(space: Space) -> Any:
    """The least type that holds what is asked, and all sums and steps to them."""
    parts = [*space.points, *(joint.points for joint in space.joints), space.asked[None]]
    most = [int(np.abs(part).max(initial=0)) for part in parts]
    if max(most) > MOST or sum(most) > MOST:
        raise ModelError("points too large for a search; use a coarser grid")
    return np.int16 if 2 * sum(most) <= np.iinfo(np.int16).max else np.int32


def _starts(counts: Sequence[int]) -> Integers:
    return np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)[: len(counts)]


def _strides(space: Space, parts: Sequence[tuple[int, ...]]) -> NDArray[Any]:
    """By what each provision's level moves the row of each part, nought where it does not."""
    strides = np.zeros((len(parts), len(space.sizes)), dtype=np.int64)
    for k, provisions in enumerate(parts):
        for i, j in enumerate(provisions):
            strides[k, j] = math.prod(space.sizes[other] for other in provisions[i + 1 :])
    return strides
