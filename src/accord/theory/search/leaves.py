"""Rows of tables and grades of contests, each kept once, and which of them a package has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from accord.theory.search.space import Grades, Space, Table

__all__ = ["Leaves", "leaves_of"]

Integers = NDArray[np.int64]
Numbers = NDArray[np.int32]
Words = NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Leaves:
    """What whole packages have, by *part*: tables first, then grades as they are had or needed.

    Attributes
    ----------
    rows : uint64 array (R, words)
        Of all tables.
    grades : uint8, uint16 or uint32 array (G, W)
        Of all contests.
    tables : int
        How many parts are tables.
    provisions : tuple (D,) of tuple of int
        Of each part.
    which : tuple (D,) of int32 array (L, …)
        Row, or row of grades, of each combination of levels.
    least : tuple (D,) of bool
        Whether what is open of a part is bounded by its least grade and not by its most.
    contests : int array (C, 2)
        Part that is had and part that is needed.
    """

    rows: Words
    grades: NDArray[Any]
    tables: int
    provisions: tuple[tuple[int, ...], ...]
    which: tuple[Numbers, ...]
    least: tuple[bool, ...]
    contests: Integers


@dataclass(frozen=True, eq=False)
class Laid:
    """A program with its literals by kind.

    Attributes
    ----------
    every : int array
        Additive literals that all have to hold.
    tables, contests : int array
        Tables and contests, each counted from 0, that do.
    stepped : int array (S,)
        Other literals than additive ones that stand in steps, counted from the first table.
    steps : int array (·, 2)
        Those of the program, such literals numbered N + their place in ``stepped``.
    """

    every: Integers
    tables: Integers
    contests: Integers
    stepped: Integers
    steps: Integers

    @classmethod
    def of(cls, space: Space) -> Laid:
        """Of the program of a space."""
        program, additive, tables = space.program, space.additive, len(space.tables)
        every = program.every
        beyond = every[every >= additive] - additive
        steps = program.steps.copy()
        named = (steps[:, 1] < 0) & (steps[:, 0] >= additive)
        stepped, numbers = np.unique(steps[named, 0], return_inverse=True)
        steps[named, 0] = additive + numbers
        return cls(
            every[every < additive],
            beyond[beyond < tables],
            beyond[beyond >= tables] - tables,
            stepped - additive,
            steps,
        )


def leaves_of(space: Space) -> Leaves:
    """Gather rows and grades of a space; those that parts share are kept once."""
    words = space.worlds // 64
    rows, which = _gathered(
        space, [(table, table.rows) for table in space.tables], np.uint64, words
    )
    shared = {id(part): part for c in space.contests for part in (c.have, c.need)}
    kind = np.result_type(np.uint8, *(part.grades.dtype for part in shared.values()))
    grades, graded = _gathered(
        space, [(part, part.grades) for part in shared.values()], kind, space.worlds
    )
    number = {key: k for k, key in enumerate(shared)}
    sides = [(id(c.have), False) for c in space.contests]
    sides += [(id(c.need), True) for c in space.contests]
    parts = {side: len(which) + at for at, side in enumerate(dict.fromkeys(sides))}
    return Leaves(
        rows,
        grades,
        len(space.tables),
        (*(t.provisions for t in space.tables), *(shared[key].provisions for key, _ in parts)),
        (*which, *(graded[number[key]] for key, _ in parts)),
        (*(False for _ in space.tables), *(least for _, least in parts)),
        np.array(
            [(parts[id(c.have), False], parts[id(c.need), True]) for c in space.contests],
            dtype=np.int64,
        ).reshape(-1, 2),
    )


def _gathered(
    space: Space, parts: Sequence[tuple[Table | Grades, NDArray[Any]]], kind: Any, width: int
) -> tuple[NDArray[Any], list[Numbers]]:
    """Rows of all parts one after another, and which of them each combination has.

    Parts whose rows are the same array share them.
    """
    rows: list[NDArray[Any]] = []
    which: dict[int, Numbers] = {}
    start = 0
    sharing: dict[int, list[int]] = {}
    for at, (_, own) in enumerate(parts):
        sharing.setdefault(id(own), []).append(at)
    for members in sharing.values():
        own = parts[members[0]][1]
        names = [_names(space, parts[at][0], len(own)) for at in members]
        used = np.zeros(len(own), dtype=np.bool_)
        for each in names:
            used[each] = True
        if 4 * used.sum() < 3 * len(own):
            names, own = [(np.cumsum(used) - 1)[each] for each in names], own[used]
        for at, each in zip(members, names, strict=True):
            which[at] = (each + start).astype(np.int32)
        rows.append(own)
        start += len(own)
    found = [which[at] for at in range(len(parts))]
    if len(rows) == 1 and rows[0].flags.writeable:
        return np.ascontiguousarray(rows[0], dtype=kind), found
    return np.concatenate([np.zeros((0, width), dtype=kind), *rows], dtype=kind), found


def _names(space: Space, part: Table | Grades, count: int) -> NDArray[Any]:
    """Which row each combination of levels of a part has."""
    if part.which is not None:
        return part.which
    return np.arange(count).reshape(tuple(space.sizes[j] for j in part.provisions))
