"""Roots of rising functions, many at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

__all__ = ["solve_rising"]

Floats = npt.NDArray[np.float64]

_RELATIVE = 4 * float(np.finfo(np.float64).eps)


def solve_rising(
    function: Callable[[Floats], Floats], target: Floats, low: Floats, high: Floats
) -> Floats:
    """Where a function that never falls reaches each target, inside given brackets.

    The bracketing method of Chandrupatla (1997, Advances in Engineering Software 28): inverse
    quadratic interpolation where it is safe, bisection elsewhere. An element stops when its own
    bracket has closed and is left alone from then on, so its result does not depend on its
    neighbours.

    Parameters
    ----------
    function : callable
        Elementwise, never falling.
    target, low, high : ndarray, shape (n,)
        function(low) <= target <= function(high) up to rounding; where rounding breaks this the
        nearer end is returned.

    Returns
    -------
    ndarray, shape (n,)
    """
    newest, opposite = np.array(high), np.array(low)
    previous = opposite.copy()
    newest_gap, opposite_gap = function(newest) - target, function(opposite) - target
    previous_gap = opposite_gap.copy()
    fraction = np.full(target.shape, 0.5)
    active = (newest_gap > 0) & (opposite_gap < 0)
    newest = np.where(~active & (newest_gap > 0), low, newest)
    for _ in range(200):
        closest = np.where(np.abs(newest_gap) < np.abs(opposite_gap), newest, opposite)
        width = np.abs(opposite - newest)
        allowed = _RELATIVE * np.abs(closest) + 1e-300
        active &= (width > 2 * allowed) & (newest_gap != 0)
        if not active.any():
            break
        least = np.where(width > 0, allowed / np.where(width > 0, width, 1.0), 0.5)
        step = np.clip(fraction, np.minimum(least, 0.5), np.maximum(1.0 - least, 0.5))
        point = np.where(active, newest + step * (opposite - newest), newest)
        gap = np.where(active, function(point) - target, newest_gap)
        same_side = (gap > 0) == (newest_gap > 0)
        previous = np.where(active, np.where(same_side, newest, opposite), previous)
        previous_gap = np.where(active, np.where(same_side, newest_gap, opposite_gap), previous_gap)
        opposite = np.where(active & ~same_side, newest, opposite)
        opposite_gap = np.where(active & ~same_side, newest_gap, opposite_gap)
        newest, newest_gap = point, gap
        fraction = _next_fraction(
            (newest, opposite, previous), (newest_gap, opposite_gap, previous_gap)
        )
    return np.asarray(np.where(np.abs(newest_gap) <= np.abs(opposite_gap), newest, opposite))


def _next_fraction(
    points: tuple[Floats, Floats, Floats], gaps: tuple[Floats, Floats, Floats]
) -> Floats:
    """Where between the newest point (0) and the opposite one (1) to look next."""
    (a, b, c), (at_a, at_b, at_c) = points, gaps
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        place = (a - b) / (c - b)
        level = (at_a - at_b) / (at_c - at_b)
        safe = (level**2 < place) & ((1.0 - level) ** 2 < 1.0 - place)
        quadratic = (at_a / (at_b - at_a)) * (at_c / (at_b - at_c)) + ((c - a) / (b - a)) * (
            at_a / (at_c - at_a)
        ) * (at_b / (at_c - at_b))
    return np.asarray(np.where(safe & np.isfinite(quadratic), quadratic, 0.5))
