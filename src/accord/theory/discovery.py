"""Where in many inputs an outcome happens: boxes by patient rule induction.

PRIM (Friedman and Fisher 1999; for scenario discovery Bryant and Lempert 2010) peels a small share
of the cases off one side of one input at a time, whichever raises the density of cases of interest
most for what it gives up, and then pastes back what it peeled too much. The trajectory trades
*coverage* (share of all cases of interest inside) against *density* (share inside that is of
interest); which box is best is for a reader to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from accord._errors import ModelError

__all__ = ["Box", "Discovery", "discover"]

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]
Places = NDArray[np.intp]

Limits = tuple[float, float] | frozenset[str]
"""Least and largest value, or the categories kept."""


@dataclass(frozen=True)
class Box:
    """A box and what is inside.

    Attributes
    ----------
    limits : mapping of input to limits
        Of restricted inputs alone; a free side is the smallest or largest value in the data.
    inside, of_interest : int
        Cases inside, and those of them that are of interest.
    coverage, density, mass : float
        of_interest over all of interest; of_interest over inside; inside over all.
    quasi_p : mapping of input to (lower, upper)
        For each restricted side the chance that so many of interest would fall into the box by
        luck if that side did not matter (a one-sided binomial test, Bryant and Lempert 2010, 4.2);
        None where a side is free. For categories one number stands in both places.
    """

    limits: Mapping[str, Limits]
    inside: int
    of_interest: int
    coverage: float
    density: float
    mass: float
    quasi_p: Mapping[str, tuple[float | None, float | None]]


@dataclass(frozen=True)
class Discovery:
    """A trajectory of boxes, from all cases to the last, and the one to begin with.

    Attributes
    ----------
    trajectory : tuple of Box
    chosen : int
        The box with the largest harmonic mean of coverage and density; the first of equals.
    """

    trajectory: tuple[Box, ...]
    chosen: int


@dataclass(frozen=True)
class _Side:
    """A way to shrink or to widen a box: the new limits of one input, and what is then inside."""

    column: int
    limits: Limits
    inside: int
    of_interest: int


def discover(
    inputs: Mapping[str, ArrayLike], outcome: ArrayLike, *, peel: float = 0.1, paste: float = 0.05,
    mass: float = 0.05,
) -> Discovery:  # fmt: skip
    """Find boxes of inputs in which an outcome is dense.

    Parameters
    ----------
    inputs : mapping of name to array_like (n,)
        Numbers, or words for categories.
    outcome : array_like of bool (n,)
        Which cases are of interest.
    peel : float
        Share of the cases in a box that one step peels off.
    paste : float
        Share that one step pastes back.
    mass : float
        Smallest share of all cases that a box may hold.

    Raises
    ------
    ModelError
        If lengths differ, a number is not finite, a share is out of range, or all cases or none
        are of interest.

    References
    ----------
    Friedman and Fisher 1999, Bump hunting in high-dimensional data, sections 8 and 9.
    """
    prim = _Prim(inputs, np.asarray(outcome), peel, paste, mass)
    limits = list(prim.whole)
    boxes = [prim.told(limits)]
    for best in (prim.best_peel, prim.best_paste):
        # both end by themselves: each peel puts a case out of the box, each paste puts one in
        while (side := best(limits)) is not None:
            limits[side.column] = side.limits
            boxes.append(prim.told(limits))
    # the harmonic mean of coverage and density, halved; exact, so that equals are equal
    merits = [Fraction(box.of_interest, box.inside + prim.total) for box in boxes]
    return Discovery(tuple(boxes), merits.index(max(merits)))


class _Prim:
    """The data, and the steps on it."""

    def __init__(
        self, inputs: Mapping[str, ArrayLike], outcome: NDArray[Any], peel: float, paste: float,
        mass: float,
    ) -> None:  # fmt: skip
        for name, share in (("peel", peel), ("paste", paste), ("mass", mass)):
            if not 0.0 < share < 1.0:
                raise ModelError(f"{name}: found {share:g}, wanted a share between 0 and 1")
        self.names = tuple(inputs)
        told = [_column(name, values, outcome.size) for name, values in inputs.items()]
        self.outcome = outcome.astype(np.bool_)
        self.count, self.total = outcome.size, int(self.outcome.sum())
        if not 0 < self.total < self.count:
            found = "all" if self.total else "none"
            raise ModelError(f"the outcome holds in {found} of {self.count} cases; wanted some")
        self.peel, self.paste, self.least = peel, paste, mass
        self.columns: list[NDArray[Any]] = []
        self.words: list[tuple[str, ...]] = []
        self.whole: list[Limits] = []
        for column in told:
            if column.dtype.kind == "f":
                values, words = column, ()
                self.whole.append((float(column.min()), float(column.max())))
            else:
                unique, values = np.unique(column, return_inverse=True)
                words = tuple(unique.tolist())
                self.whole.append(frozenset(words))
            self.columns.append(values)
            self.words.append(words)
        self.orders = [np.argsort(values, kind="stable") for values in self.columns]

    def best_peel(self, limits: Sequence[Limits]) -> _Side | None:
        """The peel that raises the density most for each case that it gives up.

        Of equals one of an input that is restricted already, then the first. None where every peel
        would leave too few cases or raise nothing.
        """
        there = self._missed(self._sides(limits)) == 0
        size, hits = self._counted(there)
        best, merit = None, (Fraction(0), True)
        for side in self._peels(limits, there, size, hits):
            gone = size - side.inside
            # as a quotient, for 0.07 * 100 is more than 7
            if not gone or not side.inside or side.inside / self.count < self.least:
                continue
            gain = Fraction(side.of_interest * size - hits * side.inside, side.inside * gone)
            own = gain, limits[side.column] != self.whole[side.column]
            if own > merit:
                best, merit = side, own
        return best

    def _peels(
        self, limits: Sequence[Limits], there: Booleans, size: int, hits: int
    ) -> Iterator[_Side]:
        for column, own in enumerate(limits):
            if isinstance(own, frozenset):
                for word, cases, of_interest in self._by_word(column, there):
                    if word in own and len(own) > 1:
                        yield _Side(column, own - {word}, size - cases, hits - of_interest)
                continue
            rows, ordered = self._ordered(column, there)
            top = _between(ordered, 1.0 - self.peel)
            kept = int(np.searchsorted(ordered, top, side="right"))
            gone = int(self.outcome[rows[kept:]].sum())
            yield _Side(column, (own[0], top), kept, hits - gone)
            bottom = _between(ordered, self.peel)
            first = int(np.searchsorted(ordered, bottom, side="left"))
            gone = int(self.outcome[rows[:first]].sum())
            yield _Side(column, (bottom, own[1]), size - first, hits - gone)

    def best_paste(self, limits: Sequence[Limits]) -> _Side | None:
        """The paste that raises the density most for each case that it takes back, if any does."""
        sides = self._sides(limits)
        missed = self._missed(sides)
        size, hits = self._counted(missed == 0)
        best, merit = None, Fraction(0)
        for column in dict.fromkeys(column for column, _ in sides):
            wide = missed == self._missed({at: one for at, one in sides.items() if at[0] == column})
            for side in self._pastes(column, limits[column], wide, size, hits):
                more = side.inside - size
                if not more:
                    continue
                gain = Fraction(side.of_interest * size - hits * side.inside, side.inside * more)
                if gain > merit:
                    best, merit = side, gain
        return best

    def _pastes(
        self, column: int, own: Limits, wide: Booleans, size: int, hits: int
    ) -> Iterator[_Side]:
        """Of one input, among the cases that are inside by all others."""
        if isinstance(own, frozenset):
            for word, cases, of_interest in self._by_word(column, wide):
                if word not in own:
                    yield _Side(column, own | {word}, size + cases, hits + of_interest)
            return
        more = max(1, round(self.paste * size))
        rows, ordered = self._ordered(column, wide)
        first = int(np.searchsorted(ordered, own[0], side="left"))
        last = int(np.searchsorted(ordered, own[1], side="right"))
        if last < ordered.size:
            top = float(ordered[min(last + more, ordered.size) - 1])
            taken = rows[last : np.searchsorted(ordered, top, side="right")]
            found = int(self.outcome[taken].sum())
            yield _Side(column, (own[0], top), size + taken.size, hits + found)
        if first:
            low = float(ordered[max(first - more, 0)])
            taken = rows[np.searchsorted(ordered, low, side="left") : first]
            found = int(self.outcome[taken].sum())
            yield _Side(column, (low, own[1]), size + taken.size, hits + found)

    def _ordered(self, column: int, there: Booleans) -> tuple[Places, Floats]:
        """Cases in the order of an input, and its values."""
        rows = self.orders[column][there[self.orders[column]]]
        return rows, self.columns[column][rows]

    def _by_word(self, column: int, there: Booleans) -> Iterator[tuple[str, int, int]]:
        """Each category with how many cases have it, and how many of interest."""
        count = len(self.words[column])
        cases = np.bincount(self.columns[column][there], minlength=count)
        hits = np.bincount(self.columns[column][there & self.outcome], minlength=count)
        yield from zip(self.words[column], cases.tolist(), hits.tolist(), strict=True)

    def _sides(self, limits: Sequence[Limits]) -> dict[tuple[int, int], Booleans]:
        """By input and restricted side the cases outside it; categories have one side."""
        sides: dict[tuple[int, int], Booleans] = {}
        for column, (own, whole) in enumerate(zip(limits, self.whole, strict=True)):
            values = self.columns[column]
            if own == whole:
                continue
            if isinstance(own, frozenset):
                sides[column, 0] = ~np.array([word in own for word in self.words[column]])[values]
                continue
            assert not isinstance(whole, frozenset)
            if own[0] != whole[0]:
                sides[column, 0] = values < own[0]
            if own[1] != whole[1]:
                sides[column, 1] = values > own[1]
        return sides

    def _missed(self, sides: Mapping[tuple[int, int], Booleans]) -> Places:
        """How many of some sides each case is outside of."""
        missed = np.zeros(self.count, dtype=np.intp)
        for outside in sides.values():
            missed += outside
        return missed

    def _counted(self, there: Booleans) -> tuple[int, int]:
        """How many cases, and how many of interest."""
        return int(there.sum()), int((there & self.outcome).sum())

    def told(self, limits: Sequence[Limits]) -> Box:
        """A box as a record."""
        sides = self._sides(limits)
        missed = self._missed(sides)
        inside, hits = self._counted(missed == 0)
        # without a side those are inside, too, who are outside of it alone
        wider = [self._counted(missed == outside) for outside in sides.values()]
        chances = dict(zip(sides, _by_luck(hits, inside, wider), strict=True))
        quasi_p: dict[str, tuple[float | None, float | None]] = {}
        for column in dict.fromkeys(column for column, _ in sides):
            upper = 0 if self.words[column] else 1
            quasi_p[self.names[column]] = chances.get((column, 0)), chances.get((column, upper))
        return Box(
            {name: own for name, own in zip(self.names, limits, strict=True) if name in quasi_p},
            inside,
            hits,
            hits / self.total,
            hits / inside,
            inside / self.count,
            quasi_p,
        )


def _by_luck(hits: int, inside: int, wider: Sequence[tuple[int, int]]) -> list[float]:
    """P(at least so many hits among those inside) at the density of each wider box."""
    from scipy.stats import binom  # noqa: PLC0415  slow to import

    if not wider:
        return []
    cases, found = np.array(wider).T
    return [float(chance) for chance in binom.sf(hits - 1, inside, found / cases)]


def _column(name: str, values: ArrayLike, count: int) -> NDArray[Any]:
    column = np.asarray(values)
    if column.shape != (count,):
        raise ModelError(f"{name}: found shape {column.shape}, wanted {count} values")
    if column.dtype.kind in "biuf":
        column = column.astype(np.float64)
        if not np.isfinite(column).all():
            raise ModelError(f"{name}: found a number that is not finite")
        return column
    return column.astype(np.str_)


def _between(ordered: Floats, share: float) -> float:
    """Half-way between two neighbours where a share of sorted values ends, equal ones together."""
    at = (ordered.size - 1) * share
    low, high = int(np.floor(at)), int(np.ceil(at))
    if ordered[low] == ordered[high]:
        if share > 0.5:
            low = max(int(np.searchsorted(ordered, ordered[high], side="left")) - 1, 0)
        else:
            high = min(int(np.searchsorted(ordered, ordered[low], side="right")), ordered.size - 1)
    below, above = float(ordered[low]), float(ordered[high])
    # halved before they are added, for twice the largest number is none
    middle = below / 2 + above / 2
    if below < middle < above:
        return middle
    return below if share > 0.5 else above
