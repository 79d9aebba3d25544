"""A space of packages in many worlds: points to be reached, tables of worlds, and contests.

A package picks a level of every provision. It passes in a world where a monotone formula over
three kinds of literals holds:

* an *additive* one holds where the points of the levels, and of combinations of levels, sum to at
  least what is asked: a party that accepts, a party that stays;
* a *table* says for every combination of a few provisions in which worlds it holds: a red line not
  crossed, a coalition that delivers;
* a *contest* holds where a grade that some provisions decide is at least a grade that others
  decide: a war that is deterred.

Where that is only an upper bound, a package is *confirmed*: it passes in those of the worlds in
which it passes more narrowly.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.search.formula import Formula, Program, compiled
from accord.theory.search.leaves import Leaves, leaves_of

__all__ = ["WORD", "Contest", "Grades", "Joint", "Space", "Table", "packed", "unpacked"]

Integers = NDArray[np.int64]
Words = NDArray[np.uint64]

WORD = 64
"""Worlds of one word of a row."""


@dataclass(frozen=True, eq=False)
class Joint:
    """Points that hang on several provisions together.

    Attributes
    ----------
    provisions : tuple of int
        At least one; points that hang on none belong to what is asked.
    points : int array (L, …, N, W)
        By the level of each of the provisions, then by additive literal and world.
    """

    provisions: tuple[int, ...]
    points: Integers


@dataclass(frozen=True, eq=False)
class Table:
    """A literal that a few provisions decide.

    Attributes
    ----------
    provisions : tuple of int
    rows : uint64 array (R, words)
        Bit b of word i is world 64·i + b.
    which : int array (L, …), optional
        Row of each combination of levels; where there is none, R = L · … and the rows are those
        of the combinations in row-major order.
    """

    provisions: tuple[int, ...]
    rows: Words
    which: NDArray[Any] | None = None


@dataclass(frozen=True, eq=False)
class Grades:
    """A grade in every world that a few provisions decide.

    Attributes
    ----------
    provisions : tuple of int
    grades : uint8, uint16 or uint32 array (G, W)
    which : int array (L, …), optional
        Row of each combination of levels, as of a ``Table``.
    """

    provisions: tuple[int, ...]
    grades: NDArray[Any]
    which: NDArray[Any] | None = None


@dataclass(frozen=True, eq=False)
class Contest:
    """A literal that holds in a world where the grade of one side is at least that of the other.

    Attributes
    ----------
    have, need : Grades
        They may hang on the same provisions. As long as a package is half made each is bounded by
        itself: the most that is had against the least that is needed.
    """

    have: Grades
    need: Grades


@dataclass(frozen=True, eq=False)
class Space:
    """Packages, worlds and what has to hold.

    Attributes
    ----------
    sizes : tuple of int
        Levels of each provision.
    asked : int array (N, W)
        What each additive literal asks for.
    points : tuple of int array (L, N, W)
        By provision.
    tables : tuple of Table
        Literals from N on.
    formula : Formula
    joints : tuple of Joint
    weights : int array (W,), optional
        What each world weighs; 1 each where none are given.
    contests : tuple of Contest
        Literals after those of the tables.
    confirm : function of levels and words, optional
        Of a package and the worlds in which it passes as far as the formula tells (words,): those
        of them in which it passes indeed. Asked only of a package that would be the best, at any
        time and from any thread; what it answers is not remembered.

    Raises
    ------
    ModelError
        If the parts do not fit together, or W is no multiple of 64.
    """

    sizes: tuple[int, ...]
    asked: Integers
    points: tuple[Integers, ...]
    tables: tuple[Table, ...]
    formula: Formula
    joints: tuple[Joint, ...] = ()
    weights: Integers | None = None
    contests: tuple[Contest, ...] = ()
    confirm: Callable[[tuple[int, ...], Words], Words] | None = None

    def __post_init__(self) -> None:
        if self.worlds % WORD or not self.worlds:
            raise ModelError(f"found {self.worlds} worlds, wanted a multiple of {WORD}")
        shape = self.asked.shape
        for j, (size, points) in enumerate(zip(self.sizes, self.points, strict=True)):
            if points.shape != (size, *shape):
                raise ModelError(f"points of provision {j}: found shape {points.shape}")
        for joint in self.joints:
            if not joint.provisions:
                raise ModelError("joint points over no provision: wanted them in what is asked")
            if joint.points.shape != (*(self.sizes[j] for j in joint.provisions), *shape):
                raise ModelError(f"joint points over {joint.provisions}: {joint.points.shape}")
        for table in self.tables:
            self._check_rows(
                "a table", table.provisions, table.rows, table.which, self.worlds // WORD
            )
        for contest in self.contests:
            for part in (contest.have, contest.need):
                if part.grades.dtype not in (np.uint8, np.uint16, np.uint32):
                    raise ModelError(f"grades in {part.grades.dtype}, wanted uint8 to uint32")
                self._check_rows("grades", part.provisions, part.grades, part.which, self.worlds)
        if self.weights is not None and self.weights.min() < 0:
            raise ModelError("a world weighs less than nothing")

    def _check_rows(
        self, what: str, provisions: tuple[int, ...], rows: NDArray[Any],
        which: NDArray[Any] | None, width: int,
    ) -> None:  # fmt: skip
        shape = tuple(self.sizes[j] for j in provisions)
        if len(set(provisions)) < len(provisions):
            raise ModelError(f"{what} over {provisions}: a provision twice")
        count = math.prod(shape) if which is None else len(rows)
        if rows.shape != (count, width):
            raise ModelError(f"{what} over {provisions}: found {rows.shape}, wanted {width} wide")
        if which is None:
            return
        if which.shape != shape or which.dtype.kind not in "iu":
            raise ModelError(f"{what} over {provisions}: found rows named by {which.shape}")
        if which.min() < 0 or which.max() >= count:
            raise ModelError(f"{what} over {provisions}: names other than its {count} rows")

    @property
    def worlds(self) -> int:
        """Number of worlds W."""
        return int(self.asked.shape[1])

    @property
    def additive(self) -> int:
        """Number of additive literals N."""
        return int(self.asked.shape[0])

    @property
    def packages(self) -> int:
        """Number of packages, a whole number of any size."""
        return math.prod(self.sizes)

    @property
    def total(self) -> int:
        """What all worlds weigh together."""
        return self.worlds if self.weights is None else int(self.weights.sum())

    @cached_property
    def program(self) -> Program:
        """The formula laid out for kernels."""
        literals = self.additive + len(self.tables) + len(self.contests)
        return compiled(self.formula, literals)

    @cached_property
    def leaves(self) -> Leaves:
        """Rows and grades of all combinations of levels, each kept once."""
        return leaves_of(self)

    @cached_property
    def planes(self) -> Words:
        """Bit planes of the weights (B, words): a weighted count is the sum of 2^b popcounts."""
        weights = self.weights if self.weights is not None else np.ones(self.worlds, dtype=np.int64)
        depth = max(int(weights.max()).bit_length(), 1)
        return packed(np.stack([(weights >> b & 1).astype(np.bool_) for b in range(depth)]))

    def sums(self, levels: Sequence[int]) -> Integers:
        """Points above what is asked of one package (N, W)."""
        total = -self.asked
        for points, level in zip(self.points, levels, strict=True):
            total = total + points[level]
        for joint in self.joints:
            total = total + joint.points[tuple(levels[j] for j in joint.provisions)]
        return total

    def restricted(self, allowed: Sequence[Sequence[int]]) -> Space:
        """The space with only some levels of each provision.

        Parameters
        ----------
        allowed : sequence (J,) of sequence of int
            Levels that are left of each provision, in the order in which they shall stand.

        Raises
        ------
        ModelError
            If a provision has no level left, or one that it does not have.
        """
        kept = tuple(tuple(levels) for levels in allowed)
        if len(kept) != len(self.sizes):
            raise ModelError(f"levels of {len(kept)} provisions, wanted {len(self.sizes)}")
        for j, (levels, size) in enumerate(zip(kept, self.sizes, strict=True)):
            if not levels or not all(0 <= level < size for level in levels):
                raise ModelError(f"provision {j} has {size} levels, found {levels}")
        return Space(
            tuple(len(levels) for levels in kept),
            self.asked,
            tuple(p[list(levels)] for p, levels in zip(self.points, kept, strict=True)),
            tuple(Table(t.provisions, t.rows, self._which(t, kept)) for t in self.tables),
            self.formula,
            tuple(
                Joint(g.provisions, g.points[np.ix_(*(kept[j] for j in g.provisions))])
                for g in self.joints
            ),
            self.weights,
            self._contests(kept),
            _translated(self.confirm, kept),
        )

    def _which(self, part: Table | Grades, kept: Sequence[Sequence[int]]) -> NDArray[Any]:
        """Rows of the combinations of the levels that are kept."""
        which = part.which
        if which is None:
            shape = [self.sizes[j] for j in part.provisions]
            which = np.arange(math.prod(shape), dtype=np.int32).reshape(shape)
        return which[np.ix_(*(kept[j] for j in part.provisions))] if part.provisions else which

    def _contests(self, kept: Sequence[Sequence[int]]) -> tuple[Contest, ...]:
        """Contests with the levels that are kept; grades that were shared stay so."""
        parts = {id(p): p for contest in self.contests for p in (contest.have, contest.need)}
        new = {k: Grades(p.provisions, p.grades, self._which(p, kept)) for k, p in parts.items()}
        return tuple(Contest(new[id(c.have)], new[id(c.need)]) for c in self.contests)


def _translated(
    confirm: Callable[[tuple[int, ...], Words], Words] | None, kept: Sequence[Sequence[int]]
) -> Callable[[tuple[int, ...], Words], Words] | None:
    """A confirmation asked in the levels of a space that is restricted."""
    if confirm is None:
        return None
    whole = confirm
    return lambda levels, where: whole(
        tuple(kept[j][level] for j, level in enumerate(levels)), where
    )


def packed(where: NDArray[np.bool_]) -> Words:
    """Rows of worlds (…, W) as words (…, W / 64), W a multiple of 64."""
    octets = np.packbits(where, axis=-1, bitorder="little")
    return np.ascontiguousarray(octets).view("<u8").astype(np.uint64, copy=False)


def unpacked(rows: Words) -> NDArray[np.bool_]:
    """Words (…, W / 64) as rows of worlds (…, W)."""
    octets = np.ascontiguousarray(rows.astype("<u8", copy=False)).view(np.uint8)
    return np.unpackbits(octets, axis=-1, bitorder="little").view(np.bool_)
