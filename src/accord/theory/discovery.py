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

MOST_BOXES = 400


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
    """A trajectory of boxes, from all cases to the smallest box, and the one to begin with.

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
    """A way to shrink or to widen a box: the new limits of one input, and who is then inside."""

    column: int
    limits: Limits
    rows: Places


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
    rows = np.arange(prim.count)
    limits = list(prim.whole)
    boxes = [prim.told(limits, rows)]
    while len(boxes) < MOST_BOXES and (side := prim.best_peel(limits, rows)) is not None:
        limits[side.column], rows = side.limits, side.rows
        boxes.append(prim.told(limits, rows))
    while len(boxes) < MOST_BOXES and (side := prim.best_paste(limits, rows)) is not None:
        limits[side.column], rows = side.limits, side.rows
        boxes.append(prim.told(limits, rows))
    merits = [
        2 * box.coverage * box.density / (box.coverage + box.density) if box.of_interest else 0.0
        for box in boxes
    ]
    return Discovery(tuple(boxes), int(np.argmax(merits)))


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
        self.columns = [_column(name, values, outcome.size) for name, values in inputs.items()]
        self.outcome = outcome.astype(np.bool_)
        self.count, self.total = outcome.size, int(self.outcome.sum())
        if not 0 < self.total < self.count:
            found = "all" if self.total else "none"
            raise ModelError(f"the outcome holds in {found} of {self.count} cases; wanted some")
        self.peel, self.paste, self.least = peel, paste, mass
        self.whole: list[Limits] = [
            (float(c.min()), float(c.max())) if c.dtype.kind == "f" else frozenset(c.tolist())
            for c in self.columns
        ]

    def best_peel(self, limits: Sequence[Limits], rows: Places) -> _Side | None:
        """The peel that raises the density most for each case that it gives up.

        Of equals the one that restricts fewer inputs, then the first. None where every peel would
        leave too few cases or raise nothing.
        """
        density = self.outcome[rows].mean()
        best, merit = None, (0.0, self.count)
        for side in self._peels(limits, rows):
            gone = rows.size - side.rows.size
            if not gone or not side.rows.size:
                continue
            gain = (self.outcome[side.rows].mean() - density) / gone
            own = (float(gain), self._free(limits, side))
            if own > merit and side.rows.size >= self.least * self.count:
                best, merit = side, own
        return best

    def _free(self, limits: Sequence[Limits], side: _Side) -> int:
        """Inputs that stay unrestricted."""
        after = [*limits[: side.column], side.limits, *limits[side.column + 1 :]]
        return sum(one == whole for one, whole in zip(after, self.whole, strict=True))

    def _peels(self, limits: Sequence[Limits], rows: Places) -> Iterator[_Side]:
        for column, values in enumerate(self.columns):
            inside, own = values[rows], limits[column]
            if isinstance(own, frozenset):
                for word in sorted(own) if len(own) > 1 else ():
                    yield _Side(column, own - {word}, rows[inside != word])
                continue
            ordered = np.sort(inside)
            top = _between(ordered, 1.0 - self.peel)
            yield _Side(column, (own[0], top), rows[inside <= top])
            bottom = _between(ordered, self.peel)
            yield _Side(column, (bottom, own[1]), rows[inside >= bottom])

    def best_paste(self, limits: Sequence[Limits], rows: Places) -> _Side | None:
        """The paste that raises the density most for each case that it takes back, if any does."""
        density = self.outcome[rows].mean()
        best, merit = None, 0.0
        for side in self._pastes(limits, rows):
            more = side.rows.size - rows.size
            gain = (self.outcome[side.rows].mean() - density) / more if more else 0.0
            if gain > merit:
                best, merit = side, float(gain)
        return best

    def _pastes(self, limits: Sequence[Limits], rows: Places) -> Iterator[_Side]:
        more = max(1, round(self.paste * rows.size))
        for column, values in enumerate(self.columns):
            own, whole = limits[column], self.whole[column]
            if own == whole:
                continue
            wide = self._inside(limits, leave=column)
            if isinstance(own, frozenset):
                assert isinstance(whole, frozenset)
                for word in sorted(whole - own):
                    kept = own | {word}
                    yield _Side(column, kept, wide[np.isin(values[wide], sorted(kept))])
                continue
            assert not isinstance(whole, frozenset)
            here = values[wide]
            above, below = np.sort(here[here > own[1]]), np.sort(here[here < own[0]])
            if above.size:
                top = float(above[min(more, above.size) - 1])
                yield _Side(column, (own[0], top), wide[(here >= own[0]) & (here <= top)])
            if below.size:
                low = float(below[max(below.size - more, 0)])
                yield _Side(column, (low, own[1]), wide[(here >= low) & (here <= own[1])])

    def _inside(self, limits: Sequence[Limits], leave: int = -1, side: int = -1) -> Places:
        """Cases inside a box, one input (or one side of it) not counting."""
        where = np.ones(self.count, dtype=np.bool_)
        for column, (values, own) in enumerate(zip(self.columns, limits, strict=True)):
            if own == self.whole[column] or (column == leave and side < 0):
                continue
            if isinstance(own, frozenset):
                where &= np.isin(values, sorted(own))
                continue
            if not (column == leave and side == 0):
                where &= values >= own[0]
            if not (column == leave and side == 1):
                where &= values <= own[1]
        return np.flatnonzero(where)

    def told(self, limits: Sequence[Limits], rows: Places) -> Box:
        """A box as a record."""
        hits = int(self.outcome[rows].sum())
        restricted = [i for i, own in enumerate(limits) if own != self.whole[i]]
        return Box(
            {self.names[i]: limits[i] for i in restricted},
            rows.size,
            hits,
            hits / self.total,
            hits / rows.size,
            rows.size / self.count,
            {self.names[i]: self._quasi_p(limits, i, rows.size, hits) for i in restricted},
        )

    def _quasi_p(
        self, limits: Sequence[Limits], column: int, inside: int, hits: int
    ) -> tuple[float | None, float | None]:
        own, whole = limits[column], self.whole[column]
        if isinstance(own, frozenset) or isinstance(whole, frozenset):
            chance = self._by_luck(self._inside(limits, column), inside, hits)
            return chance, chance
        found = [
            self._by_luck(self._inside(limits, column, side), inside, hits)
            if own[side] != whole[side]
            else None
            for side in (0, 1)
        ]
        return found[0], found[1]

    def _by_luck(self, wide: Places, inside: int, hits: int) -> float:
        """P(at least so many hits among those inside) at the density of the wider box."""
        from scipy.stats import binom  # noqa: PLC0415  slow to import

        return float(binom.sf(hits - 1, inside, self.outcome[wide].mean()))


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
    if share > 0.5:
        while ordered[low] == ordered[high] and low > 0:
            low -= 1
    else:
        while ordered[low] == ordered[high] and high < ordered.size - 1:
            high += 1
    return float((ordered[low] + ordered[high]) / 2)
