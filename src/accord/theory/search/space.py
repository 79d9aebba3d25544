"""A space of packages in many worlds: sums of points to be reached, and tables of worlds.

A package picks a level of every provision. It passes in a world where a monotone formula over two
kinds of literals holds:

* an *additive* one holds where the points of the levels, and of combinations of levels, sum to at
  least what is asked: a party that accepts, a party that stays;
* a *table* says for every combination of a few provisions in which worlds it holds: a red line not
  crossed, a coalition that delivers, a war that is deterred.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.search.formula import Formula, Program, compiled

__all__ = ["Joint", "Space", "Table", "packed", "unpacked"]

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
    rows : uint64 array (L · …, words)
        In row-major order of their levels; bit b of word i is world 64·i + b.
    """

    provisions: tuple[int, ...]
    rows: Words


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

    def __post_init__(self) -> None:
        if self.worlds % WORD or not self.worlds:
            raise ModelError(f"found {self.worlds} worlds, wanted a multiple of {WORD}")
        shape = self.asked.shape
        for j, (size, points) in enumerate(zip(self.sizes, self.points, strict=True)):
            if points.shape != (size, *shape):
                raise ModelError(f"points of provision {j}: found shape {points.shape}")
        for joint in self.joints:
            if joint.points.shape != (*(self.sizes[j] for j in joint.provisions), *shape):
                raise ModelError(f"joint points over {joint.provisions}: {joint.points.shape}")
        for table in self.tables:
            count = math.prod(self.sizes[j] for j in table.provisions)
            if table.rows.shape != (count, self.worlds // WORD):
                raise ModelError(f"a table over {table.provisions}: found {table.rows.shape}")
        if self.weights is not None and self.weights.min() < 0:
            raise ModelError("a world weighs less than nothing")

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
        return compiled(self.formula, self.additive + len(self.tables))

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

    def row_of(self, table: Table, levels: Sequence[int]) -> int:
        """Which row of a table a package has."""
        row = 0
        for j in table.provisions:
            row = row * self.sizes[j] + levels[j]
        return row


def packed(where: NDArray[np.bool_]) -> Words:
    """Rows of worlds (…, W) as words (…, W / 64), W a multiple of 64."""
    octets = np.packbits(where, axis=-1, bitorder="little")
    return np.ascontiguousarray(octets).view("<u8").astype(np.uint64, copy=False)


def unpacked(rows: Words) -> NDArray[np.bool_]:
    """Words (…, W / 64) as rows of worlds (…, W)."""
    octets = np.ascontiguousarray(rows.astype("<u8", copy=False)).view(np.uint8)
    return np.unpackbits(octets, axis=-1, bitorder="little").view(np.bool_)
