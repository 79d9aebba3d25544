"""A linear or mixed-integer program in HiGHS whose objectives are met one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.silent import silent_highs
from accord.theory.sketch import INFINITY, Sketch, highs_model

__all__ = ["Program"]

Floats = NDArray[np.float64]

SLACK = 1e-9
"""By how much an objective that was met may be missed again, in its own unit."""
WHOLE_SLACK = 2e-7
"""The same where variables are whole: the search works to a coarser tolerance."""

_ENDLESS = 2_147_483_647
_FEASIBLE = 2  # HiGHS's kSolutionStatusFeasible
_OPTIONS = (
    ("threads", 1),
    ("random_seed", 0),
    ("mip_rel_gap", 0.0),
    # these find nothing sooner in programs as small as these
    ("mip_heuristic_effort", 0.0),
    ("mip_heuristic_run_feasibility_jump", False),
    ("mip_heuristic_run_rens", False),
    ("mip_heuristic_run_rins", False),
    ("mip_heuristic_run_root_reduced_cost", False),
    ("mip_detect_symmetry", False),
    ("mip_feasibility_tolerance", 1e-9),
    ("primal_feasibility_tolerance", 1e-10),
    ("dual_feasibility_tolerance", 1e-10),
)


class Program:
    """A sketch in HiGHS, single-threaded, so that the same calls find the same.

    Parameters
    ----------
    sketch : Sketch
    whole : bool
        Whether whole variables have to be whole; without, the linear relaxation.
    """

    def __init__(self, sketch: Sketch, *, whole: bool = True) -> None:
        import highspy  # noqa: PLC0415  slow to import, and needed by few cases

        self._highs = silent_highs()
        status = highspy.HighsModelStatus
        # a program without columns has nothing to decide
        self._limit = status.kSolutionLimit
        self._found = {status.kOptimal, status.kModelEmpty, self._limit}
        self._none = {status.kInfeasible, status.kUnboundedOrInfeasible}
        for option, value in _OPTIONS:
            self._highs.setOptionValue(option, value)
        self._whole = whole and any(sketch.whole)
        self._highs.passModel(highs_model(sketch, whole=self._whole))
        self._columns = len(sketch.lower)

    def least(
        self, costs: Floats, gap: float = 1e-9, nodes: int | None = None
    ) -> tuple[float, Floats] | None:
        """The least cost and where it is reached; None where the conditions conflict.

        Parameters
        ----------
        costs : float array (columns,)
        gap : float
            Between what is found and the best there could be, where variables are whole.
        nodes : int, optional
            Branches after which the best that was found has to do; None where nothing was.

        Raises
        ------
        ModelError
            If HiGHS gives up.
        """
        places = np.arange(self._columns, dtype=np.int32)
        self._highs.setOptionValue("mip_abs_gap", gap)
        self._highs.setOptionValue("mip_max_nodes", _ENDLESS if nodes is None else nodes)
        self._highs.changeColsCost(self._columns, places, costs)
        status = self._run()
        if status in self._none or (status == self._limit and not self._has_solution()):
            return None
        if status not in self._found:
            found = self._highs.modelStatusToString(status)
            raise ModelError(f"the program of burden sharing ended with {found}")
        values = np.array(self._highs.getSolution().col_value, dtype=np.float64)
        return float(costs @ values), values

    def _has_solution(self) -> bool:
        """Whether a search that was cut short found anything."""
        return int(self._highs.getInfo().primal_solution_status) == _FEASIBLE

    def _run(self) -> Any:
        """The status of a solution; asked again without presolve where it is not a solution.

        Objectives that are kept leave little room, and presolve may lose what room there is.
        """
        self._highs.run()
        if self._highs.getModelStatus() not in self._found:
            self._highs.clearSolver()
            self._highs.setOptionValue("presolve", "off")
            self._highs.run()
            self._highs.setOptionValue("presolve", "choose")
        return self._highs.getModelStatus()

    def keep(self, costs: Floats, value: float) -> None:
        """From now on this objective may not be worse than a value that was reached."""
        places = np.flatnonzero(costs).astype(np.int32)
        most = value + (WHOLE_SLACK if self._whole else SLACK) * max(1.0, abs(value))
        self._highs.addRow(-INFINITY, most, len(places), places, costs[places])

    def bound_row(self, row: int, lower: float, upper: float) -> None:
        """Change the bounds of a row."""
        self._highs.changeRowBounds(row, lower, upper)

    def add_row(self, lower: float, upper: float, terms: Sequence[tuple[int, float]]) -> None:
        """Add a condition."""
        places = np.array([place for place, _ in terms], dtype=np.int32)
        numbers = np.array([number for _, number in terms], dtype=np.float64)
        self._highs.addRow(lower, upper, len(terms), places, numbers)

    def duals(self) -> tuple[Floats, Floats]:
        """Duals of rows and reduced costs of columns of the last linear program."""
        solution = self._highs.getSolution()
        return np.array(solution.row_dual), np.array(solution.col_dual)
