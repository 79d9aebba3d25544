"""A mixed-integer program kept in HiGHS and solved again and again with other bounds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.silent import silent_highs
from accord.theory.sketch import Sketch, highs_model

__all__ = ["Solver"]

Floats = NDArray[np.float64]

_TOLERANCE = 1e-9

_OPTIONS = (
    ("threads", 1),
    ("mip_rel_gap", 0.0),
    ("mip_abs_gap", _TOLERANCE),
    ("mip_feasibility_tolerance", _TOLERANCE),
    ("primal_feasibility_tolerance", _TOLERANCE),
    ("dual_feasibility_tolerance", _TOLERANCE),
)


class Solver:
    """One HiGHS model of a sketch; single-threaded, so that the same calls find the same.

    Parameters
    ----------
    sketch : Sketch
    whole : bool
        Whether whole variables have to be whole; without, the linear relaxation.
    """

    def __init__(self, sketch: Sketch, *, whole: bool = True) -> None:
        import highspy  # noqa: PLC0415  slow to import, and needed by few cases

        self._highs = silent_highs()
        self._optimal = highspy.HighsModelStatus.kOptimal
        self._infeasible = {
            highspy.HighsModelStatus.kInfeasible,
            highspy.HighsModelStatus.kUnboundedOrInfeasible,
        }
        for option, value in _OPTIONS:
            self._highs.setOptionValue(option, value)
        self._highs.passModel(highs_model(sketch, whole=whole))

    def bound_rows(
        self, rows: Sequence[int], lower: Sequence[float], upper: Sequence[float]
    ) -> None:
        """Change the bounds of some rows."""
        self._highs.changeRowsBounds(
            len(rows), np.array(rows, dtype=np.int32),
            np.array(lower, dtype=np.float64), np.array(upper, dtype=np.float64),
        )  # fmt: skip

    def bound_column(self, column: int, lower: float, upper: float) -> None:
        """Change the bounds of a variable."""
        self._highs.changeColBounds(column, lower, upper)

    def costs(self, costs: Floats) -> None:
        """Change what every variable costs; the solver minimises."""
        places = np.arange(len(costs), dtype=np.int32)
        self._highs.changeColsCost(len(costs), places, costs)

    def add_row(self, lower: float, upper: float, terms: Sequence[tuple[int, float]]) -> int:
        """Add a condition; its number."""
        kept = [(place, number) for place, number in terms if number]
        places = np.array([place for place, _ in kept], dtype=np.int32)
        numbers = np.array([number for _, number in kept], dtype=np.float64)
        self._highs.addRow(lower, upper, len(kept), places, numbers)
        return int(self._highs.getNumRow()) - 1

    def least(self) -> tuple[float, Floats] | None:
        """The least cost and where it is reached; None where the conditions conflict.

        Raises
        ------
        ModelError
            If HiGHS gives up.
        """
        self._highs.run()
        status = self._highs.getModelStatus()
        if status in self._infeasible:
            return None
        if status != self._optimal:
            found = self._highs.modelStatusToString(status)
            raise ModelError(f"the program of the bargaining problem ended with {found}")
        values = np.array(self._highs.getSolution().col_value)
        return float(self._highs.getObjectiveValue()), values
