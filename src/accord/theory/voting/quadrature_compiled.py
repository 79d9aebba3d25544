"""Add one player to the shares of all weights, compiled; imported where it is used."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["add_player"]

FloatArray = NDArray[np.float64]


@numba.njit(cache=True)
def add_player(
    now: FloatArray, after: FloatArray, last: int, reach: int, weight: int, chance: float
) -> None:  # pragma: no cover
    """Write the shares of all weights once a player may join.

    Parameters
    ----------
    now : ndarray (Q,)
        The share of each weight, valid up to ``last``.
    after : ndarray (Q,)
        Written up to ``reach``, which is at most ``last`` + ``weight``.
    last, reach, weight : int
    chance : float
        That the player joins.
    """
    stay = 1.0 - chance
    for total in range(min(weight, last + 1)):
        after[total] = now[total] * stay
    for total in range(last + 1, min(weight, reach + 1)):
        after[total] = 0.0
    for total in range(weight, last + 1):
        share = now[total] * stay + now[total - weight] * chance
        # what is next to nothing is dropped, before it becomes a slow subnormal number
        after[total] = share if share > 1e-250 else 0.0
    for total in range(max(last + 1, weight), reach + 1):
        share = now[total - weight] * chance
        after[total] = share if share > 1e-250 else 0.0
