"""All fixed points of two guarantors that decide at once, by one dimension, compiled.

Each answers the other: q_0 = f_0(q_1) and q_1 = f_1(q_0), with f_i(x) = a_i + (1 - a_i)
logistic(l_i (b_i + c_i x)). So q_0 is a root of g(x) = f_0(f_1(x)) - x, and with |g''| <= M a step
of (g' + sqrt(g'^2 + 2 M g)) / M from a point where g > 0 cannot pass a root: the least root is
found from below and the greatest from above, however nearly others touch. Where those differ, one
more lies between.
"""

from __future__ import annotations

import math

import numba
import numpy as np
from numpy.typing import NDArray

from accord.theory.leaves_compiled import logistic

__all__ = ["settle_pair"]

Floats = NDArray[np.float64]

STEEPEST_CURVE = 1.0 / (6.0 * math.sqrt(3.0))  # of the logistic: largest second derivative
STEPS = 10_000
CLOSE = 1e-15  # where a root is reached
APART = 1e-9  # roots nearer than that are one
LEAST, GREATEST, NEAREST, MIDDLE = range(4)


@numba.njit(cache=True, nogil=True)
def settle_pair(
    gains: Floats, automatic: Floats, precision: Floats, chances: Floats, choice: int
) -> None:  # pragma: no cover
    """Move the chances of two to a fixed point.

    Parameters
    ----------
    gains : ndarray (2, 2), or larger
        What fighting gains each, by whether the other fights.
    automatic, precision : ndarray (2,), or longer
        a_i and l_i.
    chances : ndarray (2,)
        Read where ``choice`` is 2; written: q.
    choice : int
        By the chances of the first: 0 the least, 1 the greatest, 2 the nearest to ``chances``,
        3 the one between, or else the nearest to the middle.
    """
    low = _root(gains, automatic, precision, automatic[0], 1.0)
    high = _root(gains, automatic, precision, 1.0, -1.0)
    middle = low
    if high - low > APART:
        middle = _between(gains, automatic, precision, low, high)
    if choice == LEAST:
        best = low
    elif choice == GREATEST:
        best = high
    elif choice == MIDDLE:
        best = middle
    else:
        best = low
        for root in (middle, high):
            if abs(root - chances[0]) < abs(best - chances[0]):
                best = root
    chances[1] = _answer(gains, automatic, precision, 1, best)
    chances[0] = _answer(gains, automatic, precision, 0, chances[1])


@numba.njit(cache=True, nogil=True)
def _answer(
    gains: Floats, automatic: Floats, precision: Floats, i: int, other: float
) -> float:  # pragma: no cover
    """f_i."""
    gain = gains[i, 0] + other * (gains[i, 1] - gains[i, 0])
    free = 1.0 - automatic[i]
    return automatic[i] + free * logistic(precision[i] * gain)  # type: ignore[no-any-return]


@numba.njit(cache=True, nogil=True)
def _gap(
    gains: Floats, automatic: Floats, precision: Floats, x: float
) -> tuple[float, float]:  # pragma: no cover
    """The difference g and its slope."""
    second = _answer(gains, automatic, precision, 1, x)
    first = _answer(gains, automatic, precision, 0, second)
    slope = 1.0
    for i in range(2):
        free = 1.0 - automatic[i]
        chosen = ((first if i == 0 else second) - automatic[i]) / max(free, 1e-300)
        slope *= free * chosen * (1.0 - chosen) * precision[i] * (gains[i, 1] - gains[i, 0])
    return first - x, slope - 1.0


@numba.njit(cache=True, nogil=True)
def _root(
    gains: Floats, automatic: Floats, precision: Floats, start: float, direction: float
) -> float:  # pragma: no cover
    """The first root from a start at which g points in a direction."""
    steep = np.empty(2)
    for i in range(2):
        steep[i] = precision[i] * abs(gains[i, 1] - gains[i, 0])
    bound = steep[0] * (1.0 - automatic[0]) * (1.0 - automatic[1])
    bound *= steep[0] * (1.0 - automatic[1]) * (steep[1] / 4.0) ** 2 + steep[1] ** 2 / 4.0
    bound *= STEEPEST_CURVE
    x = start
    for _ in range(STEPS):
        gap, slope = _gap(gains, automatic, precision, x)
        gap *= direction
        if gap <= CLOSE:
            break
        step = gap
        if bound > 0.0:
            reach = slope + math.sqrt(slope * slope + 2.0 * bound * gap)
            # the same, without the loss of digits where the slope is negative
            step = reach / bound if slope > 0.0 else 2.0 * gap / (reach - 2.0 * slope)
        if x + direction * step == x:
            break
        x += direction * step
    return min(max(x, automatic[0]), 1.0)  # type: ignore[no-any-return]


@numba.njit(cache=True, nogil=True)
def _between(
    gains: Floats, automatic: Floats, precision: Floats, low: float, high: float
) -> float:  # pragma: no cover
    """A root between two others, by bisection; the nearer end where they only touch."""
    left, right = low + 1e-6 * (high - low), high - 1e-6 * (high - low)
    at_left = _gap(gains, automatic, precision, left)[0]
    at_right = _gap(gains, automatic, precision, right)[0]
    if at_left >= 0.0:
        return low
    if at_right <= 0.0:
        return high
    for _ in range(60):
        middle = 0.5 * (left + right)
        if _gap(gains, automatic, precision, middle)[0] < 0.0:
            left = middle
        else:
            right = middle
    return 0.5 * (left + right)
