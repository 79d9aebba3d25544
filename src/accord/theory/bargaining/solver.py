"""A mixed-integer program kept in HiGHS and solved again and again with other bounds."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.silent import silent_highs

__all__ = ["INFINITY", "Sketch", "Solver"]

Floats = NDArray[np.float64]

INFINITY = float("inf")

_TOLERANCE = 1e-9

_OPTIONS = (
    ("threads", 1),
    ("mip_rel_gap", 0.0),
    ("mip_abs_gap", _TOLERANCE),
    ("mip_feasibility_tolerance", _TOLERANCE),
    ("primal_feasibility_tolerance", _TOLERANCE),
    ("dual_feasibility_tolerance", _TOLERANCE),
)


@dataclass
class Sketch:
    """Columns and rows of a program while it is put together."""

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    row_lower: list[float] = field(default_factory=list)
    row_upper: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    places: list[int] = field(default_factory=list)
    numbers: list[float] = field(default_factory=list)

    def copy(self) -> Sketch:
        """The same program, to which other columns and rows can be added."""
        return deepcopy(self)

    def column(self, lower: float, upper: float, *, whole: bool = False) -> int:
        """Add a variable; its number."""
        self.lower.append(lower)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.lower) - 1

    def row(self, lower: float, upper: float, terms: Sequence[tuple[int, float]]) -> int:
        """Add a condition lower ≤ Σ number · variable ≤ upper; its number."""
        self.row_lower.append(lower)
        self.row_upper.append(upper)
        self.places.extend(place for place, number in terms if number)
        self.numbers.extend(number for _, number in terms if number)
        self.starts.append(len(self.places))
        return len(self.row_lower) - 1


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
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(sketch.lower), len(sketch.row_lower)
        model.col_cost_ = np.zeros(len(sketch.lower))
        model.col_lower_, model.col_upper_ = np.array(sketch.lower), np.array(sketch.upper)
        model.row_lower_, model.row_upper_ = np.array(sketch.row_lower), np.array(sketch.row_upper)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.array(sketch.starts, dtype=np.int32)
        model.a_matrix_.index_ = np.array(sketch.places, dtype=np.int32)
        model.a_matrix_.value_ = np.array(sketch.numbers, dtype=np.float64)
        if whole:
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            model.integrality_ = [kinds[each] for each in sketch.whole]
        self._highs.passModel(model)

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
