"""Solutions and conflicts of negotiations whose frontier or packages are too many to go through.

Mixed-integer programs take whole numbers of moderate size, so utilities are rounded to 1e-6 of a
unit first. A package found is the best on that grid, which is proven; it is reported with its
utilities on the fine one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord.theory.bargaining.demand import demands_of
from accord.theory.bargaining.fairness import leximin
from accord.theory.bargaining.impasse import impasses
from accord.theory.bargaining.nash import nash_package
from accord.theory.bargaining.optimum import greatest
from accord.theory.bargaining.space import Bargain

__all__ = ["GRID", "LargeSolution", "large_conflicts", "large_ideals", "large_solutions"]

Integers = NDArray[np.int64]

GRID = 1e-6
"""Of a unit of utility."""


@dataclass(frozen=True, eq=False)
class LargeSolution:
    """A package found by a program, its utilities on the fine grid, and its value in units."""

    package: Integers
    utilities: Integers
    value: float
    proven: bool


def large_solutions(bargain: Bargain, ideal: Sequence[int]) -> dict[str, LargeSolution | None]:
    """Nash, egalitarian, Kalai–Smorodinsky (leximin) and utilitarian solutions by programs.

    Parameters
    ----------
    ideal : sequence of N int
        The largest utility of each party, on the problem's own grid.
    """
    coarse = _coarser(bargain, towards=1)
    demands, everybody = demands_of(coarse), list(range(bargain.parties))
    spans = _steps(np.asarray(ideal, dtype=np.int64) - bargain.walk_away, bargain)
    counted = [i for i in everybody if spans[i] > 0]
    nash = nash_package(coarse, demands, everybody)
    fair = leximin(coarse, demands, everybody)
    shares = leximin(coarse, demands, counted, [int(spans[i]) for i in counted])
    most = greatest(coarse, demands, [1] * bargain.parties)
    found = {
        "nash": None if nash is None else nash.package,
        "egalitarian": fair,
        "kalai_smorodinsky": shares,
        "utilitarian": most,
    }
    proven = {"nash": nash is not None and nash.proven}
    return {
        name: None if package is None else _valued(bargain, name, package, spans, proven)
        for name, package in found.items()
    }


def _valued(
    bargain: Bargain, name: str, package: Integers, spans: Integers, proven: dict[str, bool]
) -> LargeSolution:
    """The solution's value in units of utility, from the utilities on the fine grid."""
    utilities = bargain.utilities(package[None, :])[:, 0]
    gains = (utilities - bargain.walk_away) / bargain.scale
    counted = spans > 0
    match name:
        case "nash":
            value = float(np.prod(gains))
        case "egalitarian":
            value = float(gains.min())
        case "kalai_smorodinsky":
            ratios = gains[counted] / (spans[counted] * GRID)
            value = float(ratios.min()) if ratios.size else 0.0
        case _:
            value = float(utilities.sum() / bargain.scale)
    return LargeSolution(package, utilities, value, proven.get(name, True))


def large_ideals(bargain: Bargain) -> Integers:
    """The largest utility of each party over packages acceptable to all, on the fine grid."""
    coarse = _coarser(bargain, towards=1)
    demands = demands_of(coarse)
    best = bargain.walk_away.copy()
    for party in range(bargain.parties):
        package = greatest(coarse, demands, [int(i == party) for i in range(bargain.parties)])
        if package is not None:
            best[party] = bargain.utilities(package[None, :])[party, 0]
    return best


def large_conflicts(bargain: Bargain) -> tuple[tuple[int, ...], ...]:
    """Minimal sets of parties whose walk-away values no package meets together."""
    coarse = _coarser(bargain, towards=-1)
    (found,) = impasses(coarse, [demands_of(coarse)])
    return found.conflicts


def _coarser(bargain: Bargain, towards: int) -> Bargain:
    """The problem on the coarse grid, with walk-away values moved by what rounding may add up to.

    Upwards, so that what the program accepts is acceptable; downwards, so that what it finds in
    conflict is.
    """
    margin = len(bargain.values) // 2 + 1
    return Bargain(
        tuple(_steps(table, bargain) for table in bargain.values),
        _steps(bargain.walk_away, bargain) + towards * margin,
        scale=1 / GRID,
    )


def _steps(utilities: Integers, bargain: Bargain) -> Integers:
    return np.rint(utilities / bargain.scale / GRID).astype(np.int64)
