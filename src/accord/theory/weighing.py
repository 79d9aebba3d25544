"""The worlds that weigh something, for estimates that need enough of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from accord._errors import ModelError
from accord.theory.estimates import effective_sample_size

__all__ = ["FEWEST_WORLDS", "weighing"]

FEWEST_WORLDS = 64
"""Worlds that have to weigh something."""

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


def weighing(weights: npt.ArrayLike | None, worlds: int) -> tuple[Places, Floats]:
    """Which worlds weigh something (n,), and their weights (n,), the largest of them 1.

    Parameters
    ----------
    weights : array_like, shape (W,), optional
        Not negative; equal if left out.
    worlds : int
        W.

    Raises
    ------
    ModelError
        If there is not one weight a world, one is negative or not finite, or fewer than 64 worlds
        weigh anything.
    """
    weight = np.ones(worlds) if weights is None else np.asarray(weights, dtype=np.float64)
    if weight.shape != (worlds,):
        raise ModelError(f"found weights of shape {weight.shape} for {worlds} worlds")
    if worlds:
        effective_sample_size(weight)  # refuses what weighs nothing
    kept = np.flatnonzero(weight > 0)
    if kept.size < FEWEST_WORLDS:
        raise ModelError(
            f"{kept.size} worlds weigh anything, wanted {FEWEST_WORLDS} or more; draw more"
        )
    return kept, weight[kept] / weight.max()
