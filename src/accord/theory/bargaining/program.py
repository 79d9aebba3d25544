"""The bargaining problem as one persistent mixed-integer program whose demands go on and off.

Every package found is checked in whole numbers against the problem itself before it is returned.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.bargaining.demand import Demand, met
from accord.theory.bargaining.layout import lay_out
from accord.theory.bargaining.solver import Solver
from accord.theory.bargaining.space import Bargain

__all__ = ["Program", "verified"]

Integers = NDArray[np.int64]


def verified(bargain: Bargain, demands: Sequence[Demand], package: Integers) -> Integers:
    """A package (J,) that meets some demands exactly.

    Raises
    ------
    ModelError
        If it does not, which would be a fault of the solver.
    """
    broken = ~met(bargain, demands, package[None])[:, 0]
    if broken.any():
        names = ", ".join(d.name for d, bad in zip(demands, broken, strict=True) if bad)
        raise ModelError(
            f"the solver's package {package.tolist()} breaks what it had to meet: {names}"
        )
    return package


class Program:
    """A bargaining problem in HiGHS, hard demands only.

    Parameters
    ----------
    bargain : Bargain
    demands : sequence of D Demand
        Constraints bind only where they are among them and switched on.
    """

    def __init__(self, bargain: Bargain, demands: Sequence[Demand]) -> None:
        self._layout = lay_out(bargain, demands)
        self._whole = Solver(self._layout.sketch)
        self._relaxed = Solver(self._layout.sketch, whole=False)
        self._on: dict[Solver, frozenset[int]] = {
            self._whole: frozenset(), self._relaxed: frozenset(),
        }  # fmt: skip

    def nearly(self, wanted: Collection[int]) -> Integers | None:
        """A package (J,) near a solution of the linear relaxation, unchecked.

        None where even the relaxation has no solution, so that the demands conflict.
        """
        found = self._solve(self._relaxed, wanted)
        return None if found is None else self._layout.package(found)

    def feasible(self, wanted: Collection[int]) -> Integers | None:
        """A package (J,) that meets some of the demands together; None where they conflict."""
        found = self._solve(self._whole, wanted)
        if found is None:
            return None
        chosen = [self._layout.demands[d] for d in wanted]
        return verified(self._layout.bargain, chosen, self._layout.package(found))

    def _solve(self, solver: Solver, wanted: Collection[int]) -> NDArray[np.float64] | None:
        self._layout.switch(solver, self._on[solver], frozenset(wanted))
        self._on[solver] = frozenset(wanted)
        found = solver.least()
        return None if found is None else found[1]
