"""The cheapest way out of an impasse: what to concede so that some package meets everything.

Lowering a walk-away value costs what it is lowered by; a red line can be waived at a cost of its
own, or not at all; constraints never give way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.bargaining.demand import Demand, held_to, met
from accord.theory.bargaining.fairness import fairest
from accord.theory.bargaining.layout import Layout, lay_out
from accord.theory.bargaining.signatures import broken_alone
from accord.theory.bargaining.solver import Solver
from accord.theory.bargaining.space import CONSTRAINT, MOST_LISTED, Bargain
from accord.theory.sketch import INFINITY

__all__ = ["Concession", "Freed", "cheapest_concession", "freed_by_line", "sole_concessions"]

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Concession:
    """What is conceded, by whom, for which package; of least total cost, which is proven.

    Attributes
    ----------
    total : int
        Cost in grid steps.
    points : float
        The same in units of utility.
    lowered : ndarray (N,)
        Grid steps by which each party's walk-away value is lowered.
    waived : tuple of int
        Places in the problem's ``limits`` of the red lines waived.
    package : ndarray (J,)
        Meets every demand once that is conceded.
    """

    total: int
    points: float
    lowered: Integers
    waived: tuple[int, ...]
    package: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Freed:
    """What the removal of one red line alone opens.

    Attributes
    ----------
    line : int
        Its place in the problem's ``limits``.
    packages : int or None
        Packages that break this line and meet all other demands; None where the space is too
        large to be listed.
    deal : bool
        Whether a package meets all other demands.
    gain : int or None
        The largest least gain over walk-away values, in grid steps, of packages that meet all
        other demands, over parties that are asked at all times. None where there is no deal, or
        no such party.
    package : ndarray (J,) or None
        Where that gain is reached.
    """

    line: int
    packages: int | None
    deal: bool
    gain: int | None
    package: Integers | None


def cheapest_concession(
    bargain: Bargain, demands: Sequence[Demand], waive_costs: Mapping[int, int] | None = None
) -> Concession | None:
    """The least that all parties together concede so that a package meets all demands.

    Parameters
    ----------
    waive_costs : mapping of int to int, optional
        Grid steps at which red lines can be waived, by their place in ``limits``; lines without
        one cannot.

    Returns
    -------
    Concession or None
        None where nothing that can be conceded opens a deal.

    Raises
    ------
    ModelError
        If a constraint has a cost, or a cost is negative.
    """
    problem = _Conceding(bargain, demands, waive_costs or {})
    return problem.least(frozenset(range(bargain.parties)))


def sole_concessions(
    bargain: Bargain, demands: Sequence[Demand], waive_costs: Mapping[int, int] | None = None
) -> dict[int, Concession | None]:
    """For every party that makes a demand, the least that it alone can concede to open a deal.

    Parameters and errors as of :func:`cheapest_concession`; None where it cannot alone.
    """
    problem = _Conceding(bargain, demands, waive_costs or {})
    parties = sorted({held_to(bargain, demand) for demand in demands} - {CONSTRAINT})
    return {party: problem.least(frozenset({party})) for party in parties}


class _Conceding:
    """One program in which some parties concede and the others do not."""

    def __init__(
        self, bargain: Bargain, demands: Sequence[Demand], costs: Mapping[int, int]
    ) -> None:
        for place, cost in costs.items():
            if bargain.limits[place].party == CONSTRAINT or cost < 0:
                raise ModelError(
                    f"found a cost of {cost} grid steps for waiving {bargain.limits[place].name}, "
                    "wanted one from nought and for red lines only"
                )
        self._bargain, self._demands, self._costs = bargain, tuple(demands), costs
        self._layout: Layout = lay_out(bargain, demands, soft=True)
        self._solver: Solver = self._layout.solver()

    def least(self, conceding: frozenset[int]) -> Concession | None:
        """The cheapest concession by some parties alone."""
        prices = np.zeros(len(self._layout.sketch.lower))
        for place, column in enumerate(self._layout.concessions):
            assert column is not None
            price = self._price(place, conceding)
            prices[column] = price or 0
            self._solver.bound_column(column, 0.0, 0.0 if price is None else self._most(place))
            # what is conceded is counted in full, so the bound is not half a step low
            for switch in self._layout.switches[place]:
                if self._demands[place].kind == "walk_away":
                    lower = switch.lower + (0.0 if price is None else 0.5)
                    self._solver.bound_rows([switch.row], [lower], [INFINITY])
        self._solver.costs(prices)
        found = self._solver.least()
        if found is None:
            return None
        return self._checked(self._layout.package(found[1]), conceding, found[0])

    def _price(self, place: int, conceding: frozenset[int]) -> int | None:
        """What a demand costs to concede by a unit; None where it cannot be."""
        demand = self._demands[place]
        if held_to(self._bargain, demand) not in conceding:
            return None
        return 1 if demand.kind == "walk_away" else self._costs.get(demand.index)

    def _most(self, place: int) -> float:
        return INFINITY if self._demands[place].kind == "walk_away" else 1.0

    def _checked(self, package: Integers, conceding: frozenset[int], cost: float) -> Concession:
        """The concession that a package needs, counted in whole steps.

        Raises
        ------
        ModelError
            If that is not what the solver says, which would be a fault of the solver.
        """
        broken = ~met(self._bargain, self._demands, package[None])[:, 0]
        worth = self._bargain.utilities(package[None])[:, 0]
        lowered = np.zeros(self._bargain.parties, dtype=np.int64)
        waived: set[int] = set()
        for place in np.flatnonzero(broken).tolist():
            demand = self._demands[place]
            allowed = self._price(place, conceding) is not None
            if not allowed:
                raise ModelError(f"the solver's package {package.tolist()} breaks {demand.name}")
            if demand.kind == "walk_away":
                lack = self._bargain.walk_away[demand.index] - worth[demand.index]
                lowered[demand.index] = lack
            else:
                waived.add(demand.index)
        total = int(lowered.sum()) + sum(self._costs[place] for place in waived)
        if abs(total - cost) > 0.5:
            raise ModelError(f"found a concession of {total} grid steps where {cost} was proven")
        points = total / self._bargain.scale
        return Concession(total, points, lowered, tuple(sorted(waived)), package)


def freed_by_line(bargain: Bargain, demands: Sequence[Demand]) -> tuple[Freed, ...]:
    """What the removal of each red line alone opens, the line that frees most first.

    By the packages freed where the space can be listed (up to five million packages); otherwise
    by whether a deal becomes possible, and by the largest least gain. Ties in the order of the
    demands.
    """
    lines = [
        place
        for place, demand in enumerate(demands)
        if demand.kind == "limit" and held_to(bargain, demand) != CONSTRAINT
    ]
    alone = None
    if bargain.combinations <= MOST_LISTED:
        alone = broken_alone(bargain, demands)[1]
    found = [
        _freed(bargain, demands, place, None if alone is None else int(alone[place]))
        for place in lines
    ]
    return tuple(sorted(found, key=lambda x: (-(x.packages or 0), not x.deal, -(x.gain or 0))))


def _freed(bargain: Bargain, demands: Sequence[Demand], place: int, packages: int | None) -> Freed:
    others = [demand for other, demand in enumerate(demands) if other != place]
    parties = sorted({d.index for d in others if d.kind == "walk_away" and d.when is None})
    package = fairest(bargain, others, parties)
    line = demands[place].index
    if package is None:
        return Freed(line, packages, deal=False, gain=None, package=None)
    worth = (bargain.utilities(package[None])[:, 0] - bargain.walk_away)[parties]
    gain = int(worth.min()) if parties else None
    return Freed(line, packages, deal=True, gain=gain, package=package)
