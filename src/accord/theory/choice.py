"""Logistic choice: probabilities and values of decision makers who err by a precision.

A decision maker with precision ``l`` who can get U takes it over V with probability
1 / (1 + exp(-l (U - V))): the better it is, the likelier, never surely (McKelvey and Palfrey
1998). Precision 0 tosses a coin, precision to infinity always takes the better.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["log_odds", "logistic", "mixing", "soft_value"]

FloatArray: TypeAlias = NDArray[np.float64]


def logistic(z: FloatArray) -> FloatArray:
    """1 / (1 + exp(-z)), accurate in both tails and without overflow."""
    small = np.array(z, dtype=np.float64)
    np.abs(small, out=small)
    np.negative(small, out=small)
    np.exp(small, out=small)
    result: FloatArray = np.where(z >= 0, 1.0, small)
    small += 1.0
    result /= small
    return result


def log_odds(chance: FloatArray) -> FloatArray:
    """ln(p / (1 - p)), -inf at 0 and +inf at 1: the inverse of :func:`logistic`."""
    p = np.asarray(chance, dtype=np.float64)
    with np.errstate(divide="ignore"):
        result: FloatArray = np.log(p) - np.log1p(-p)
    return result


def soft_value(values: FloatArray, precision: FloatArray) -> FloatArray:
    """What a choice among modes is worth beforehand: ln(mean exp(l U)) / l.

    The *mean* makes the value independent of how often a mode is listed; precision 0 gives the
    plain mean.

    Parameters
    ----------
    values : float array (J, W)
        Value of each mode.
    precision : float array (W,) or (1,), >= 0

    Returns
    -------
    float array (W,)
    """
    if len(values) == 1:
        only: FloatArray = values[0]
        return only
    best = values.max(axis=0)
    # log1p and expm1 keep the digits where precision * spread is tiny
    spread = np.expm1(precision * (values - best)).mean(axis=0)
    soft = np.divide(
        np.log1p(spread), precision, out=np.zeros_like(spread), where=np.asarray(precision) > 0
    )
    result: FloatArray = np.where(np.asarray(precision) > 0, best + soft, values.mean(axis=0))
    return result


def mixing(values: FloatArray, precision: FloatArray) -> FloatArray:
    """The chance of each mode, proportional to exp(l U).

    Parameters
    ----------
    values : float array (J, W)
    precision : float array (W,) or (1,), >= 0

    Returns
    -------
    float array (J, W), summing to 1 over the modes
    """
    if len(values) == 1:
        return np.ones_like(values)
    odds = np.exp(precision * (values - values.max(axis=0)))
    result: FloatArray = odds / odds.sum(axis=0)
    return result
