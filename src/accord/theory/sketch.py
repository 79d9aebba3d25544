"""A linear or mixed-integer program while it is put together, and its model for HiGHS."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import numpy as np

__all__ = ["INFINITY", "Sketch", "highs_model"]

INFINITY = float("inf")


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


def highs_model(sketch: Sketch, *, whole: bool = True) -> Any:
    """The model, with costs of nought, for ``passModel`` of HiGHS.

    Parameters
    ----------
    sketch : Sketch
    whole : bool
        Whether whole variables have to be whole; without, the linear relaxation.
    """
    import highspy  # noqa: PLC0415  slow to import, and needed by few cases

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
    return model
