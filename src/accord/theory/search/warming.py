"""Compiled code made ready before a search, so that the clock of a search counts searching."""

from __future__ import annotations

import numpy as np

from accord.theory.search.branch import search
from accord.theory.search.climber import narrowed
from accord.theory.search.formula import Literal, all_of
from accord.theory.search.space import Contest, Grades, Space, Table

__all__ = ["warm"]

WORLDS = 64
LARGE = 20_000
"""Points for which a climber takes 32 bits."""


def warm(space: Space) -> None:
    """Compile, or load, what a search of this space will run, on a space of eight packages.

    Kernels are compiled for types of arrays, so the small space has those of the other.
    """
    most = LARGE if narrowed(space) is np.int32 else 1
    sizes = (2, 2, 2)
    points = tuple(most * np.ones((2, 1, WORLDS), dtype=np.int64) for _ in sizes)
    rows = np.arange(2, dtype=np.uint64)[:, None]
    tables = (Table((0,), rows, np.arange(2, dtype=np.int32)),) if space.tables else ()
    contests: tuple[Contest, ...] = ()
    if space.contests:
        kind = np.result_type(
            *(part.grades.dtype for c in space.contests for part in (c.have, c.need))
        )
        grades = np.arange(2 * WORLDS).reshape(2, WORLDS).astype(kind)
        which = np.arange(2, dtype=np.int32)
        contests = (Contest(Grades((1,), grades, which), Grades((2,), grades, which)),)
    literals = 1 + len(tables) + len(contests)
    asked = np.zeros((1, WORLDS), dtype=np.int64)
    small = Space(
        sizes, asked, points, tables, all_of(*map(Literal, range(literals))), (), None, contests
    )
    search(small, seconds=600.0, workers=1)
    if space.confirm is not None:
        # what confirms has compiled code of its own
        everywhere = np.full(space.worlds // WORLDS, ~np.uint64(0))
        space.confirm((0,) * len(space.sizes), everywhere)
