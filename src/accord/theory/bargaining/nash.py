"""Nash's bargaining solution at any size of the space, by outer approximation.

The logarithm of each gain is bounded from above by lines through its values at two neighbouring
whole numbers, exact at both; each package found adds the lines at its own gains, until the bound is
no better than the best package (Duran and Grossmann 1986; Nash 1950; asymmetric weights: Kalai
1977).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.bargaining.demand import Demand
from accord.theory.bargaining.layout import Layout, lay_out, reach
from accord.theory.bargaining.program import verified
from accord.theory.bargaining.solver import Solver
from accord.theory.bargaining.space import Bargain
from accord.theory.sketch import INFINITY, Sketch

__all__ = ["NashPackage", "nash_package"]

Integers = NDArray[np.int64]

GAP = 1e-9
"""Relative gap at which a package counts as best."""

MOST_ROUNDS = 200

SPREAD = 1.3
"""Ratio of neighbouring gains at which the first lines touch."""


@dataclass(frozen=True, slots=True, eq=False)
class NashPackage:
    """A package of the largest weighted product of gains.

    Attributes
    ----------
    package : ndarray (J,)
    gainers : tuple of int
        Parties that gain at least one grid step; their number is the largest possible.
    value : float
        Product over gainers of gain ** weight, gains in units of utility; nought where nobody
        gains.
    gap : float
        By how much the logarithm of another package's product could be larger at most.
    proven : bool
        Whether that is within 1e-9, relative to the larger of 1 and the logarithm's own size.
    """

    package: Integers
    gainers: tuple[int, ...]
    value: float
    gap: float
    proven: bool


def nash_package(
    bargain: Bargain,
    demands: Sequence[Demand],
    parties: Sequence[int],
    weights: Sequence[float] | None = None,
) -> NashPackage | None:
    """The package of the largest product of gains over walk-away values.

    Where not all can gain, first as many as possible do, then the product over those who do is
    the largest, gains counted in grid steps.

    Parameters
    ----------
    demands : sequence of Demand
        What the package has to meet; constraints bind only where they are among them.
    parties : sequence of int
        Whose gains count; none of them loses.
    weights : sequence of float, optional
        Bargaining powers above nought, one a party; by default 1 each.

    Returns
    -------
    NashPackage or None
        None where no package meets the demands without a loss.

    Raises
    ------
    ModelError
        If a weight is not above nought.
    """
    powers = [float(w) for w in weights] if weights is not None else [1.0] * len(parties)
    if min(powers, default=1.0) <= 0:
        raise ModelError(f"found weights {powers}, wanted all above nought")
    return _Outer(bargain, demands, tuple(parties), tuple(powers)).found()


class _Outer:
    """The program with whether each party gains, and a bound on the logarithm of its gain."""

    def __init__(
        self,
        bargain: Bargain,
        demands: Sequence[Demand],
        parties: tuple[int, ...],
        weights: tuple[float, ...],
    ) -> None:
        self._bargain, self._demands = bargain, tuple(demands)
        self._parties, self._weights = parties, weights
        self._layout: Layout = lay_out(bargain, demands, parties)
        self._sketch: Sketch = self._layout.sketch
        self._gains = [self._sketch.column(0.0, 1.0, whole=True) for _ in parties]
        walk = [float(bargain.walk_away[i]) for i in parties]
        self._most = [max(1, int(reach(bargain, i)[1] - bargain.walk_away[i])) for i in parties]
        self._logs = [self._sketch.column(0.0, math.log(most)) for most in self._most]
        for k, party in enumerate(parties):
            terms = self._layout.utilities[party]
            self._sketch.row(walk[k], INFINITY, [*terms, (self._gains[k], -1.0)])
            relief = (self._gains[k], -math.log(self._most[k]))
            self._sketch.row(-INFINITY, 0.0, [(self._logs[k], 1.0), relief])
        self._many = self._sketch.row(0.0, INFINITY, [(column, 1.0) for column in self._gains])
        self._solver: Solver = self._layout.solver()
        self._known: set[tuple[int, int]] = set()

    def found(self) -> NashPackage | None:
        """Cut until the bound meets the best package."""
        costs = np.zeros(len(self._sketch.lower))
        costs[self._gains] = -1.0
        package = self._least(costs)
        if package is None:
            return None
        count = int((self._gain(package[1]) > 0).sum())
        self._solver.bound_rows([self._many], [count - 0.5], [INFINITY])
        costs[self._logs] = [-w for w in self._weights]
        costs[self._gains] = 0.0
        for k, most in enumerate(self._most):
            for power in range(int(math.log(most, SPREAD)) + 1):
                self._touch(k, int(SPREAD**power))
        best, value, bound = package[1], -INFINITY, INFINITY
        for _ in range(MOST_ROUNDS):
            solved = self._least(costs)
            if solved is None:
                raise ModelError("the solver lost a package that it had found")
            bound = min(bound, -solved[0])
            own = self._value(solved[1])
            if own > value:
                best, value = solved[1], own
            if bound - value <= GAP * max(1.0, abs(value)):
                break
            cuts = [self._touch(k, g) for k, g in enumerate(self._gain(solved[1]).tolist())]
            if not any(cuts):
                break
        return self._told(best, value, max(0.0, bound - value))

    def _told(self, package: Integers, value: float, gap: float) -> NashPackage:
        gains = self._gain(package)
        gainers = tuple(i for i, gain in zip(self._parties, gains, strict=True) if gain > 0)
        units = gains / self._bargain.scale
        powers = [g**w for g, w in zip(units, self._weights, strict=True) if g > 0]
        proven = gap <= GAP * max(1.0, abs(value))
        return NashPackage(package, gainers, math.prod(powers) if powers else 0.0, gap, proven)

    def _gain(self, package: Integers) -> Integers:
        rows = list(self._parties)
        worth = self._bargain.utilities(package[None])[rows, 0]
        return np.asarray(worth - self._bargain.walk_away[rows])

    def _value(self, package: Integers) -> float:
        gains = self._gain(package)
        return sum(w * math.log(g) for w, g in zip(self._weights, gains, strict=True) if g > 0)

    def _touch(self, k: int, gain: int) -> bool:
        """Bound a logarithm by the line through its values at a gain and the next; False if known.

        Where nothing is gained the line may lie below nought; who gains nothing is let off.
        """
        if gain < 1 or (k, gain) in self._known:
            return False
        self._known.add((k, gain))
        party = self._parties[k]
        slope = math.log1p(1.0 / gain)
        at_nought = math.log(gain) - slope * gain
        let_off = max(0.0, -at_nought)
        terms = [(column, -slope * steps) for column, steps in self._layout.utilities[party]]
        most = at_nought - slope * float(self._bargain.walk_away[party]) + let_off
        row = [*terms, (self._logs[k], 1.0), (self._gains[k], let_off)]
        self._solver.add_row(-INFINITY, most, row)
        return True

    def _least(self, costs: NDArray[np.float64]) -> tuple[float, Integers] | None:
        self._solver.costs(costs)
        found = self._solver.least()
        if found is None:
            return None
        package = verified(self._bargain, self._demands, self._layout.package(found[1]))
        if (self._gain(package) < 0).any():
            raise ModelError(f"the solver's package {package.tolist()} leaves somebody worse off")
        return found[0], package
