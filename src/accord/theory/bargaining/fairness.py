"""The package that is fairest to the least favoured, at any size of the space.

Leximin by repeated programs: the largest least share; the most parties that can have more than
that; the largest least share among those; and so on (Schmeidler 1969 for the order; Ogryczak and
Śliwiński 2006 for programs). Thresholds are exact fractions and bounds whole steps, so that a
tie is a tie.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.bargaining.demand import Demand
from accord.theory.bargaining.layout import Layout, lay_out, reach
from accord.theory.bargaining.program import verified
from accord.theory.bargaining.solver import Solver
from accord.theory.bargaining.space import Bargain
from accord.theory.sketch import INFINITY, Sketch

__all__ = ["fairest", "leximin"]

Integers = NDArray[np.int64]

Stage = tuple[Fraction, int]
"""A least share, and how many parties have more."""


def fairest(
    bargain: Bargain,
    demands: Sequence[Demand],
    parties: Sequence[int],
    scales: Sequence[int] | None = None,
) -> Integers | None:
    """A package (J,) whose least share (u_i − r_i) / scale_i is the largest.

    Parameters, errors and result as of :func:`leximin`, of which it is the first step.
    """
    shares = _Shares(bargain, demands, parties, scales)
    if not parties:
        return shares.best([], [])
    found = shares.raised([], len(parties))
    return None if found is None else found[0]


def leximin(
    bargain: Bargain,
    demands: Sequence[Demand],
    parties: Sequence[int],
    scales: Sequence[int] | None = None,
) -> Integers | None:
    """A package (J,) whose shares (u_i − r_i) / scale_i, sorted from the least, are the largest.

    Parameters
    ----------
    demands : sequence of Demand
        What the package has to meet; constraints bind only where they are among them.
    parties : sequence of int
        Whose shares count.
    scales : sequence of int, optional
        One a party, above nought: ideal gains for Kalai and Smorodinsky; by default 1 each, the
        egalitarian order.

    Returns
    -------
    ndarray (J,) or None
        None where the demands conflict.

    Raises
    ------
    ModelError
        If a scale is not above nought.
    """
    shares = _Shares(bargain, demands, parties, scales)
    if not parties:
        return shares.best([], [])
    stages: list[Stage] = []
    above = len(parties)
    package = None
    while above:
        found = shares.raised(stages, above)
        if found is None:
            return None
        package, least = shares.most_above(stages, found)
        above = sum(share > least for share in shares.of(package))
        stages.append((least, above))
    return package


class _Shares:
    """Programs about the shares of some parties."""

    def __init__(
        self,
        bargain: Bargain,
        demands: Sequence[Demand],
        parties: Sequence[int],
        scales: Sequence[int] | None,
    ) -> None:
        given = [int(s) for s in scales] if scales is not None else [1] * len(parties)
        if min(given, default=1) <= 0:
            raise ModelError(f"found scales {given}, wanted all above nought")
        self._scales: Mapping[int, int] = dict(zip(parties, given, strict=True))
        self._layout: Layout = lay_out(bargain, demands, parties)
        self._bargain, self._demands = bargain, tuple(demands)
        self._reach = {
            i: [x - int(bargain.walk_away[i]) for x in reach(bargain, i)] for i in parties
        }
        self._top = max(
            (Fraction(self._reach[i][1], s) for i, s in self._scales.items()), default=0
        )

    def of(self, package: Integers) -> list[Fraction]:
        """Shares of a package, the least first."""
        gains = self._bargain.utilities(package[None])[:, 0] - self._bargain.walk_away
        return sorted(Fraction(int(gains[i]), scale) for i, scale in self._scales.items())

    def raised(self, stages: Sequence[Stage], above: int) -> tuple[Integers, Fraction] | None:
        """The largest least share among as many parties as stand above all stages."""
        sketch, free = self._staged(stages)
        top = float(self._top)
        bottom = min(self._reach[i][0] / scale for i, scale in self._scales.items())
        least = sketch.column(bottom - 1.0, top)
        for party, scale in self._scales.items():
            slack = self._reach[party][0] - scale * top
            self._when(sketch, party, free, (0.0, slack), [(least, -float(scale))])
        found = self._solved(sketch, [(least, -1.0)])
        best = None
        # rounding could hide a share that is larger by less than the solver tells apart
        while found is not None:
            share = self.of(found)[-above]
            if best is not None and share <= best[1]:
                raise ModelError(f"the solver's package {found.tolist()} is no fairer")
            best = found, share
            sketch, free = self._staged(stages)
            for party in self._scales:
                self._over(sketch, party, free, share)
            found = self._solved(sketch, [])
        return best

    def most_above(
        self, stages: Sequence[Stage], found: tuple[Integers, Fraction]
    ) -> tuple[Integers, Fraction]:
        """A package in which the most parties have more than a share, which all free ones have."""
        sketch, free = self._staged(stages)
        for party in self._scales:
            self._from(sketch, party, free, found[1])
        columns = self._counted(sketch, free, found[1])
        package = self._solved(sketch, [(column, -1.0) for column in columns.values()])
        if package is None:
            raise ModelError("the solver lost a package that it had found")
        return package, found[1]

    def best(self, stages: Sequence[Stage], prices: Sequence[tuple[int, float]]) -> Integers | None:
        """A package of least price that keeps to the stages."""
        return self._solved(self._staged(stages)[0], prices)

    def _staged(self, stages: Sequence[Stage]) -> tuple[Sketch, dict[int, int]]:
        """A program that keeps to the stages, and a column for each party that stands above."""
        sketch = self._layout.sketch.copy()
        free: dict[int, int] = {}
        for share, above in stages:
            for party in self._scales:
                self._from(sketch, party, free, share)
            free = self._counted(sketch, free, share)
            sketch.row(above - 0.5, INFINITY, [(column, 1.0) for column in free.values()])
        return sketch, free

    def _counted(self, sketch: Sketch, free: dict[int, int], share: Fraction) -> dict[int, int]:
        """A column for each party that may be 1 only where it was free and has more."""
        columns = {party: sketch.column(0.0, 1.0, whole=True) for party in self._scales}
        for party, column in columns.items():
            self._over(sketch, party, {party: column}, share)
            if party in free:
                sketch.row(-INFINITY, 0.0, [(column, 1.0), (free[party], -1.0)])
        return columns

    def _over(self, sketch: Sketch, party: int, free: dict[int, int], share: Fraction) -> None:
        bound = math.floor(share * self._scales[party]) + 0.5
        self._when(sketch, party, free, (bound, self._reach[party][0] - bound))

    def _from(self, sketch: Sketch, party: int, free: dict[int, int], share: Fraction) -> None:
        bound = math.ceil(share * self._scales[party]) - 0.5
        self._when(sketch, party, free, (bound, self._reach[party][0] - bound))

    def _when(
        self,
        sketch: Sketch,
        party: int,
        free: dict[int, int],
        bound: tuple[float, float],
        more: Sequence[tuple[int, float]] = (),
    ) -> None:
        """A party's gain, and more, from a bound up, where its column is 1 or it has none.

        The second number of the bound is the least that gain and more can fall short by.
        """
        terms = [*self._layout.utilities[party], *more]
        least = bound[0] + int(self._bargain.walk_away[party])
        if party in free:
            lift = max(0.0, -bound[1])
            terms.append((free[party], -lift))
            least -= lift
        sketch.row(least, INFINITY, terms)

    def _solved(self, sketch: Sketch, prices: Sequence[tuple[int, float]]) -> Integers | None:
        solver = Solver(sketch)
        self._layout.switch(solver, (), range(len(self._demands)))
        costs = np.zeros(len(sketch.lower))
        for column, price in prices:
            costs[column] = price
        solver.costs(costs)
        found = solver.least()
        if found is None:
            return None
        return verified(self._bargain, self._demands, self._layout.package(found[1]))
