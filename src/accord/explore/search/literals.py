"""Literals of a space of packages as they are found, and the space that they make up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.theory.search.formula import AtLeast, Formula, Literal, all_of
from accord.theory.search.space import Contest, Joint, Space, Table, packed

__all__ = ["FALSE", "TRUE", "Literals", "either", "every"]

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Words = NDArray[np.uint64]

Confirm = Callable[[tuple[int, ...], Words], Words]
"""Of a package and the worlds in which it may pass, those in which it does."""

TRUE: Formula = AtLeast(0, ())
"""Holds in every world."""

FALSE: Formula = AtLeast(1, ())

_TABLES, _CONTESTS = 1 << 20, 1 << 21
"""Where the numbers of tables and contests begin until all literals are known."""


def either(*parts: Formula) -> Formula:
    """At least one of some parts; where one of them always holds, that."""
    if any(part == TRUE for part in parts):
        return TRUE
    some = [part for part in parts if part != FALSE]
    return some[0] if len(some) == 1 else AtLeast(1, tuple(some))


@dataclass(eq=False)
class Literals:
    """What a space is made of, in order of finding.

    Attributes
    ----------
    sizes : tuple of int
        Levels of every provision.
    worlds : int
    """

    sizes: tuple[int, ...]
    worlds: int
    _asked: list[Integers] = field(default_factory=list)
    _points: list[list[Integers]] = field(default_factory=list)
    _joints: list[tuple[int, tuple[int, ...], Integers]] = field(default_factory=list)
    _tables: list[Table] = field(default_factory=list)
    _contests: list[Contest] = field(default_factory=list)
    _known: dict[bytes, Formula] = field(default_factory=dict)

    def additive(
        self, asked: Integers, points: list[Integers], joints: Sequence[tuple[Any, ...]]
    ) -> Formula:
        """Where points reach what is asked.

        Parameters
        ----------
        asked : int array (W,)
        points : list of int array (L, W)
            By provision.
        joints : sequence of (provisions, int array (L, …, W))
            Where no provisions, the values (W,) are had by every package.
        """
        own = len(self._asked)
        self._points.append(points)
        for provisions, values in joints:
            if provisions:
                self._joints.append((own, provisions, values))
            else:
                asked = asked - values
        self._asked.append(asked)
        return Literal(own)

    def table(self, provisions: tuple[int, ...], where: Booleans) -> Formula:
        """Where a truth that hangs on a few provisions holds, (L, …, W or 1)."""
        shape = tuple(self.sizes[j] for j in provisions)
        rows = np.broadcast_to(where, (*shape, self.worlds)).reshape(-1, self.worlds)
        return self.rows(provisions, packed(rows))

    def rows(self, provisions: tuple[int, ...], rows: Words) -> Formula:
        """The same as words, a row for each combination."""
        if bool((rows == ~np.uint64(0)).all()):
            return TRUE
        kept, number = np.unique(rows, axis=0, return_inverse=True)
        shape = tuple(self.sizes[j] for j in provisions)
        row_of = number.reshape(shape).astype(np.int32)
        # the same truth twice is one literal
        key = repr(provisions).encode() + kept.tobytes() + row_of.tobytes()
        if key not in self._known:
            self._tables.append(Table(provisions, kept, row_of))
            self._known[key] = Literal(_TABLES + len(self._tables) - 1)
        return self._known[key]

    def contest(self, contest: Contest) -> Formula:
        """Where one grade reaches another."""
        self._contests.append(contest)
        return Literal(_CONTESTS + len(self._contests) - 1)

    def space(self, formula: Formula, weights: Integers | None, confirm: Confirm | None) -> Space:
        """The space in which a formula over the literals has to hold."""
        count, additive = len(self.sizes), len(self._asked)
        asked = np.array(self._asked, dtype=np.int64).reshape(additive, self.worlds)
        points = tuple(
            np.stack([own[j] for own in self._points], axis=1)
            if additive
            else np.zeros((self.sizes[j], 0, self.worlds), dtype=np.int64)
            for j in range(count)
        )
        return Space(
            self.sizes, asked, points, tuple(self._tables), self._numbered(formula),
            tuple(self._joined(additive)), weights, tuple(self._contests), confirm,
        )  # fmt: skip

    def _joined(self, additive: int) -> list[Joint]:
        """Points of several parties over the same provisions as one joint."""
        together: dict[tuple[int, ...], Integers] = {}
        for own, provisions, values in self._joints:
            shape = tuple(self.sizes[j] for j in provisions)
            points = together.setdefault(
                provisions, np.zeros((*shape, additive, self.worlds), dtype=np.int64)
            )
            points[..., own, :] += values
        return [Joint(provisions, points) for provisions, points in together.items()]

    def _numbered(self, part: Formula) -> Formula:
        """A formula with the numbers that its literals have in the end."""
        if isinstance(part, AtLeast):
            return AtLeast(part.count, tuple(map(self._numbered, part.members)), part.votes)
        if part.index >= _CONTESTS:
            return Literal(len(self._asked) + len(self._tables) + part.index - _CONTESTS)
        return Literal(
            part.index if part.index < _TABLES else len(self._asked) + part.index - _TABLES
        )


def every(*parts: Formula) -> Formula:
    """All of some parts; those that always hold are left out."""
    if any(part == FALSE for part in parts):
        return FALSE
    some = [part for part in parts if part != TRUE]
    return some[0] if len(some) == 1 else all_of(*some)
