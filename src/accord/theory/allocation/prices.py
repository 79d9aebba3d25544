"""What one more unit of a requirement would cost: duals of the linear relaxation.

The relaxation allows broken lots. Its dual prices every unit required in a phase (pi), every unit
of a pool (mu) and every lot that somebody may add at most (nu):

    max sum r pi - sum u mu - sum most nu   with   pi <= c + mu,  sum_t l pi <= l c' + nu.

Duality is checked, not believed: the two optima must agree, and nothing may be paid for a
requirement that is met with something to spare (complementary slackness).

References
----------
Dantzig 1963, "Linear Programming and Extensions"; Koopmans 1949 (prices of transport).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.allocation.layout import Layout
from accord.theory.allocation.problem import UNLIMITED, Burden
from accord.theory.allocation.program import Program
from accord.theory.sketch import INFINITY

__all__ = ["Prices", "prices"]

Floats = NDArray[np.float64]

_TOLERANCE = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """Prices of requirements.

    Attributes
    ----------
    price : float array (K, T)
        Cost of one more grid step of a requirement, >= 0.
    cost : float
        Least cost with broken lots.
    dual_cost : float
        What the prices say that it is.
    spare : float array (K, T)
        By how much a requirement is exceeded, in grid steps; where it is, its price is nought.
    """

    price: Floats
    cost: float
    dual_cost: float
    spare: Floats

    @property
    def residual(self) -> float:
        """By how much the two optima differ, as a share of the cost."""
        return abs(self.cost - self.dual_cost) / max(1.0, abs(self.cost))


def prices(burden: Burden, *, pledged_free: bool = False) -> Prices | None:
    """Prices of every requirement in every phase; None where no plan exists.

    Parameters
    ----------
    burden : Burden
    pledged_free : bool
        Whether what the pools bring costs nothing, so that only additional lots are priced: a
        requirement for which more is pledged than needed then costs nothing more.

    Raises
    ------
    ModelError
        If duality does not hold to 1e-7, which would be a fault of the solver.
    """
    layout = Layout(burden)
    for column, (c, k) in enumerate(layout.adds, len(layout.pairs)):
        if burden.limit[c, k] == UNLIMITED:
            layout.sketch.upper[column] = INFINITY
    costs = layout.additional if pledged_free else layout.total
    program = Program(layout.sketch, whole=False)
    found = program.least(costs)
    if found is None:
        return None
    cost, values = found
    rows, columns = program.duals()
    dual = sum(
        _worth(row, low, high)
        for row, low, high in zip(
            rows, layout.sketch.row_lower, layout.sketch.row_upper, strict=True
        )
    )
    dual += sum(
        _worth(reduced, low, high)
        for reduced, low, high in zip(
            columns, layout.sketch.lower, layout.sketch.upper, strict=True
        )
    )
    price, spare = np.zeros(burden.requirement.shape), np.zeros(burden.requirement.shape)
    used = layout.used(values)
    brought = np.zeros(burden.requirement.shape)
    np.add.at(brought, (layout.pairs[:, 1], layout.pairs[:, 2]), used)
    added = values[len(layout.pairs) : layout.excess]
    for (_, k), lots in zip(layout.adds, added, strict=True):
        brought[k] += lots * burden.lot[k]
    for (k, t), row in layout.needs.items():
        price[k, t] = max(rows[row], 0.0) * layout.unit / layout.scale[k]
        spare[k, t] = max(brought[k, t] - burden.requirement[k, t], 0.0)
    result = Prices(price, cost * layout.unit, float(dual) * layout.unit, spare)
    paid_for_spare = float((price * spare).sum()) / layout.unit
    if abs(cost - float(dual)) > _TOLERANCE or paid_for_spare > _TOLERANCE:
        raise ModelError("the prices of the solver do not add up to its cost")
    return result


def _worth(dual: float, low: float, high: float) -> float:
    """What a bound adds to the dual's optimum; one that is not there adds nothing."""
    bound = low if dual > 0 else high
    return dual * bound if abs(bound) < INFINITY else 0.0
