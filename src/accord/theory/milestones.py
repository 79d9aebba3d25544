"""When a chain of milestones is reached: sums of waiting times with constant hazards.

A milestone's clock starts when the last one it needs has happened; of a chain passed one after the
other the total time is hypoexponential (Ross 2014, section 5.2.4). Rates that nearly coincide make
the textbook formula useless, so the distribution is computed by uniformisation, which adds only
positive terms (Jensen 1953).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["density", "probability_by"]

Floats = NDArray[np.float64]

_MISSING_MASS = 1e-14


def probability_by(rates: Floats, time: float) -> Floats:
    """P(all stages passed by a time), shape (W,).

    Parameters
    ----------
    rates : ndarray (K, W)
        Hazard of each stage per unit of time, not negative, in the order passed.
    time : float
        From the start, same unit; 0 or less gives 0.
    """
    if time <= 0:
        return np.zeros(rates.shape[1])
    return _stage_probabilities(rates, time)[-1]


def density(rates: Floats, time: float) -> Floats:
    """Density of the time at which the last stage is passed, per unit of time, shape (W,).

    At time 0 or before, a chain of one has its rate, a longer one nought.
    """
    if time <= 0:
        return rates[0].copy() if len(rates) == 1 else np.zeros(rates.shape[1])
    waiting: Floats = _stage_probabilities(rates, time)[len(rates) - 1]
    return waiting * rates[-1]


def _stage_probabilities(rates: Floats, time: float) -> Floats:
    """P(in stage k at a time), shape (K + 1, W), the last row being the end."""
    stages, worlds = rates.shape
    fastest = float(rates.max()) if rates.size else 0.0
    state = np.zeros((stages + 1, worlds))
    state[0] = 1.0
    if fastest == 0.0:
        return state
    jump = rates / fastest
    mean = fastest * time
    weight, total = np.exp(-mean), 0.0
    result = np.zeros_like(state)
    if weight == 0.0:
        # a long time in steps that exp can hold
        half = _stage_probabilities(rates, time / 2)
        return _chained(rates, time / 2, half)
    step = 0
    while total < 1.0 - _MISSING_MASS and step < 10_000:
        result += weight * state
        total += weight
        step += 1
        weight *= mean / step
        moved = state[:-1] * jump
        state = state.copy()
        state[:-1] -= moved
        state[1:] += moved
    return result / total


def _chained(rates: Floats, time: float, first: Floats) -> Floats:
    """Stages at twice a time, from stages at that time: start again in every stage."""
    result = np.zeros_like(first)
    stages = len(rates)
    for start in range(stages):
        onward = _stage_probabilities(rates[start:], time)
        result[start:] += first[start] * onward
    result[stages] += first[stages]
    return result
