"""Tables and grades as decision diagrams in the order in which provisions are chosen.

A *node* stands for what is left of a part once some of its provisions are chosen. Half-made
packages whose completions are alike share one, so that a diagram is no larger than what differs
(Bryant 1986; Srinivasan, Kam, Malik and Brayton 1990 for choices among many levels). Each node has
a row that bounds its completions: the union of rows, the most or the least of grades.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.theory.search.distinct import distinct, distinct_small
from accord.theory.search.leaves import Leaves

__all__ = ["Diagrams", "diagrams_of"]

Integers = NDArray[np.int64]
Words = NDArray[np.uint64]

CHUNK = 1024
"""Rows that are bounded at once."""


@dataclass(frozen=True, eq=False)
class Diagrams:
    """Diagrams of all parts of a space.

    Attributes
    ----------
    first_child : int array (nodes,)
        Where the children of a node begin, by level of the next provision.
    children : int array (·,)
    row : int array (nodes,)
        Row, or row of grades, of each node: of the leaves first, then of ``unions`` (``bounds``).
    hangs : bool array (J, D)
        Whether a part hangs on the provision that is chosen at a place.
    roots : int array (D,)
        Node of each part before anything is chosen.
    unions : uint64 array (U, words)
    bounds : uint8, uint16 or uint32 array (B, W)
    """

    first_child: Integers
    children: Integers
    row: Integers
    hangs: NDArray[np.bool_]
    roots: Integers
    unions: Words
    bounds: NDArray[Any]


@dataclass(eq=False)
class _Bounded:
    """Rows beyond the leaves, as the sets of rows that they bound."""

    leaves: NDArray[Any]
    sets: list[tuple[Integers, np.ufunc]] = field(default_factory=list)
    count: int = 0

    def add(self, rows: Integers, bound: np.ufunc) -> Integers:
        """Numbers of the rows (m,) that bound rows (m, L) together."""
        ordered = np.sort(rows, axis=1)
        last = ordered[:, -1:]
        again = np.zeros(ordered.shape, dtype=np.bool_)
        again[:, 1:] = ordered[:, 1:] == ordered[:, :-1]
        ordered = np.sort(np.where(again, last, ordered), axis=1)
        several = ordered[:, 0] < ordered[:, -1]
        found = ordered[:, 0].copy()
        if several.any():
            firsts, same = _alike(ordered[several])
            self.sets.append((ordered[several][firsts], bound))
            found[several] = len(self.leaves) + self.count + same
            self.count += len(firsts)
        return found

    def rows(self) -> NDArray[Any]:
        """All of them (count, width)."""
        rows = np.empty((self.count, self.leaves.shape[1]), dtype=self.leaves.dtype)
        start = 0
        for sets, bound in self.sets:
            for at in range(0, len(sets), CHUNK):
                some = sets[at : at + CHUNK]
                out = rows[start + at : start + at + len(some)]
                out[:] = self._taken(rows, some[:, 0])
                for k in range(1, some.shape[1]):
                    bound(out, self._taken(rows, some[:, k]), out=out)
            start += len(sets)
        return rows

    def _taken(self, rows: NDArray[Any], numbers: Integers) -> NDArray[Any]:
        own = numbers >= len(self.leaves)
        if not own.any():
            return np.asarray(self.leaves[numbers])
        taken = np.empty((len(numbers), rows.shape[1]), dtype=rows.dtype)
        taken[own] = rows[numbers[own] - len(self.leaves)]
        taken[~own] = self.leaves[numbers[~own]]
        return taken


def diagrams_of(leaves: Leaves, order: Sequence[int]) -> Diagrams:
    """Build the diagrams of all parts, each from its leaves up.

    Parameters
    ----------
    order : sequence of int (J,)
        Provisions in the order in which they are chosen.
    """
    place = {j: at for at, j in enumerate(order)}
    unions, bounds = _Bounded(leaves.rows), _Bounded(leaves.grades)
    grown = _Grown()
    hangs = np.zeros((len(order), len(leaves.which)), dtype=np.bool_)
    roots = np.zeros(len(leaves.which), dtype=np.int64)
    for d, (provisions, which) in enumerate(zip(leaves.provisions, leaves.which, strict=True)):
        hangs[[place[j] for j in provisions], d] = True
        axes = sorted(range(len(provisions)), key=lambda i: place[provisions[i]])
        into = unions if d < leaves.tables else bounds
        ufunc = np.bitwise_or if d < leaves.tables else np.maximum
        roots[d] = grown.grow(which.transpose(axes), into, np.minimum if leaves.least[d] else ufunc)
    return Diagrams(
        grown.joined(grown.first_child),
        grown.joined(grown.children),
        grown.joined(grown.row),
        hangs,
        roots,
        unions.rows(),
        bounds.rows(),
    )


@dataclass(eq=False)
class _Grown:
    """Nodes of the diagrams that were built so far."""

    first_child: list[Integers] = field(default_factory=list)
    children: list[Integers] = field(default_factory=list)
    row: list[Integers] = field(default_factory=list)
    nodes: int = 0
    edges: int = 0

    def grow(self, which: NDArray[Any], into: _Bounded, bound: np.ufunc) -> int:
        """Add the diagram of a part whose combinations (L, …) stand in order; its root."""
        rows, same = distinct_small(which, int(which.max()) + 1)
        below = self._add(np.zeros(len(rows), dtype=np.int64), rows)
        at = same.reshape(-1)
        for size in reversed(which.shape):
            tuples = at.reshape(-1, size)
            firsts, at = _alike(tuples)
            kids = tuples[firsts]
            rows = into.add(rows[kids], bound)
            starts = self.edges + size * np.arange(len(firsts), dtype=np.int64)
            self.children.append((kids + below).reshape(-1))
            self.edges += kids.size
            below = self._add(starts, rows)
        return below

    def _add(self, starts: Integers, rows: Integers) -> int:
        """Add nodes; the number of the first."""
        self.first_child.append(starts)
        self.row.append(rows)
        self.nodes += len(rows)
        return self.nodes - len(rows)

    def joined(self, parts: Sequence[Integers]) -> Integers:
        """Of all diagrams."""
        return np.concatenate([np.zeros(0, dtype=np.int64), *parts]).astype(np.int64)


def _alike(tuples: Integers) -> tuple[Integers, Integers]:
    """Where each different tuple (m, L) stands first, and which of them each is (m,)."""
    values = int(tuples.max()) + 1
    key, span = tuples[:, 0].astype(np.int64), values
    for k in range(1, tuples.shape[1]):
        if span > 2**62 // values:
            different, key = distinct(key)
            span = len(different)
        key, span = key * values + tuples[:, k], span * values
    return distinct(key)
