"""How strong the temptation to attack is in each year, shared by all packages."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from accord.case.numbers import Number
from accord.theory.survival import temptation as tempted_to
from accord.worlds.worlds import Worlds

__all__ = ["temptation"]


def temptation(worlds: Worlds, persistence: Number | float, year: int) -> NDArray[np.float64]:
    """e_t in 0..1, shape (W,): an attack comes iff e_t < P(attack). Year 0 is after signing."""
    rho = (
        np.full(worlds.count, persistence)
        if isinstance(persistence, float)
        else worlds.value(persistence)
    )
    result: NDArray[np.float64] = tempted_to(
        worlds.chance("temptation"), worlds.chance(f"temptation.{year}"), rho
    )
    return result
