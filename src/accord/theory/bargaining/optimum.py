"""Best packages among those that meet some demands, at any size of the space.

The linear optimum, and the nearest package that is better for some parties.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.bargaining.demand import Demand
from accord.theory.bargaining.layout import Layout, lay_out
from accord.theory.bargaining.program import verified
from accord.theory.bargaining.solver import Solver
from accord.theory.bargaining.space import Bargain
from accord.theory.sketch import INFINITY

__all__ = ["greatest", "nearest"]

Integers = NDArray[np.int64]


def greatest(
    bargain: Bargain, demands: Sequence[Demand], weights: Sequence[int]
) -> Integers | None:
    """A package (J,) with the largest weighted sum of utilities among those that meet demands.

    Parameters
    ----------
    weights : sequence of N int
        Of any sign.

    Returns
    -------
    ndarray (J,) or None
        None where the demands conflict.
    """
    parties = [party for party, weight in enumerate(weights) if weight]
    layout = lay_out(bargain, demands, parties)
    solver = layout.solver()
    costs = np.zeros(len(layout.sketch.lower))
    for party in parties:
        for column, steps in layout.utilities[party]:
            costs[column] -= weights[party] * steps
    return _found(layout, solver, costs)


def nearest(
    bargain: Bargain, demands: Sequence[Demand], package: Integers, parties: Sequence[int]
) -> Integers | None:
    """A package (J,) that meets demands, is better for some parties, and changes least.

    Parameters
    ----------
    package : ndarray (J,)
        The package to improve; the number of provisions that differ from it is minimised.
    parties : sequence of int
        Those who each gain at least one grid step.

    Returns
    -------
    ndarray (J,) or None
        None where there is none.
    """
    layout = lay_out(bargain, demands, parties)
    now = bargain.utilities(package[None])[:, 0]
    for party in parties:
        layout.sketch.row(float(now[party]) + 0.5, INFINITY, layout.utilities[party])
    costs = np.zeros(len(layout.sketch.lower))
    for columns, level in zip(layout.levels, package, strict=True):
        costs[columns[int(level)]] = -1.0
    found = _found(layout, layout.solver(), costs)
    if found is not None:
        worse = [i for i in parties if bargain.utilities(found[None])[i, 0] <= now[i]]
        if worse:
            raise ModelError(f"the solver's package {found.tolist()} is no better for {worse}")
    return found


def _found(layout: Layout, solver: Solver, costs: NDArray[np.float64]) -> Integers | None:
    solver.costs(costs)
    found = solver.least()
    if found is None:
        return None
    return verified(layout.bargain, layout.demands, layout.package(found[1]))
