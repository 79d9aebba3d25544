"""How well packages hold up over many worlds: robustness metrics, each with its direction.

A table of performance has one row a package and one column a world, and more is better. Every
metric turns a row into one number, and metrics disagree because they look at different worlds:
the worst, the best, all, or those in which another package would have done better (McPhail,
Maier, Kwakkel, Giuliani, Castelletti and Westra 2018). Weights are whole numbers; a world that
weighs three counts as three equal worlds, and a world that weighs nothing does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from accord._errors import ModelError

__all__ = ["NOBODY", "Direction", "Metric", "Regret", "minimax_regret", "robustness", "skewness"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Direction = Literal["higher is better", "lower is better"]

NOBODY = -1
"""Stands for the alternative where nothing is regretted."""


@dataclass(frozen=True, eq=False)
class Metric:
    """One metric for every package.

    Attributes
    ----------
    name : str
        The field's term.
    formula : str
        One line; f is the performance of a package, the worlds are those that weigh something.
    direction : str
        ``higher is better`` or ``lower is better``.
    values : ndarray (P,)
        In the unit of the performance unless the formula says otherwise.
    ranks : ndarray (P,) of int
        1 is best; equal values share the best of their ranks.
    """

    name: str
    formula: str
    direction: Direction
    values: Floats
    ranks: Integers


@dataclass(frozen=True, eq=False)
class Regret:
    """What each package gives up at most against the best one of the same world.

    Attributes
    ----------
    largest : ndarray (P,)
        Largest regret, not negative.
    worlds : ndarray (P,) of int
        The world in which it is largest; the first of equals.
    alternatives : ndarray (P,) of int
        The package that would have been best there, the first of equals; ``NOBODY`` where the
        package is never behind.
    best : int
        The package whose largest regret is least; the first of equals.
    """

    largest: Floats
    worlds: Integers
    alternatives: Integers
    best: int


def robustness(
    performance: ArrayLike, weights: ArrayLike | None = None, *, optimism: float = 0.5,
    satisfactory: float = 0.0,
) -> tuple[Metric, ...]:  # fmt: skip
    """All metrics of a table of performance.

    Parameters
    ----------
    performance : array_like (P, W)
        Bits of a joint verdict, or margins of one test; more is better.
    weights : array_like of int (W,), optional
        What each world weighs, not negative; 1 each if left out.
    optimism : float
        Weight of the best world in Hurwicz's rule, from 0 (maximin) to 1 (maximax).
    satisfactory : float
        Performance from which a world counts as satisfied in Starr's domain criterion. For bits
        the criterion asks for a 1 whatever this is.

    Returns
    -------
    tuple of Metric
        Maximin, maximax, Hurwicz, Laplace, mean-variance, undesirable deviations, percentile-based
        skewness, minimax regret, 90th percentile minimax regret, Starr's domain criterion.

    Raises
    ------
    ModelError
        If shapes differ, a number is not finite, a weight is negative or no whole number, all
        weights are 0, or the optimism is not from 0 to 1.

    References
    ----------
    McPhail et al. 2018, Robustness metrics: How are they calculated, when should they be used and
    why do they give different results?, Earth's Future 6, 169-191, Tables 1 and 2.
    """
    if not 0.0 <= optimism <= 1.0:
        raise ModelError(f"found an optimism of {optimism:g}, wanted a number from 0 to 1")
    if not np.isfinite(satisfactory):
        raise ModelError(f"found {satisfactory} as satisfactory, wanted a finite number")
    is_bits = np.asarray(performance).dtype == np.bool_
    line = 1.0 if is_bits else satisfactory
    values, weight = _checked(performance, weights)
    low, high = values.min(axis=1), values.max(axis=1)
    regret = values.max(axis=0) - values
    return (
        *_of_extremes(low, high, optimism),
        *_of_all_worlds(values, weight),
        _metric(
            "minimax regret", "max over worlds of (best f of the world − f)", regret.max(axis=1),
            lower=True,
        ),
        _metric(
            "90th percentile minimax regret", "90th percentile of (best f of the world − f)",
            _percentile(regret, weight, 0.9), lower=True,
        ),
        _metric(
            "Starr's domain criterion", f"share of worlds with f ≥ {line:g}",
            _mean(values >= line, weight),
        ),
    )  # fmt: skip


def _of_extremes(low: Floats, high: Floats, optimism: float) -> tuple[Metric, ...]:
    return (
        _metric("maximin", "min over worlds of f", low),
        _metric("maximax", "max over worlds of f", high),
        _metric(
            "Hurwicz optimism-pessimism rule",
            f"{optimism:g} · max over worlds of f + {1 - optimism:g} · min over worlds of f",
            optimism * high + (1.0 - optimism) * low,
        ),
    )


def _of_all_worlds(values: Floats, weight: Integers) -> tuple[Metric, ...]:
    mean = _mean(values, weight)
    spread = np.sqrt(_mean(np.square(values - mean[:, None]), weight))
    # dividing a negative number by a larger spread would reward the spread
    noisy = np.where(mean + 1 >= 0, (mean + 1) / (spread + 1), (mean + 1) * (spread + 1))
    median = _percentile(values, weight, 0.5)
    short = _mean(np.maximum(median[:, None] - values, 0.0), weight)
    return (
        _metric("Laplace's principle of insufficient reason", "mean over worlds of f", mean),
        _metric(
            "mean-variance", "(mean + 1) ÷ (standard deviation + 1); · in place of ÷ if mean < −1",
            noisy,
        ),
        _metric(
            "undesirable deviations", "mean over worlds of max(median of f − f, 0)", short,
            lower=True,
        ),
        _metric(
            "percentile-based skewness",
            "((q90 + q10) ÷ 2 − q50) ÷ ((q90 − q10) ÷ 2) of f; 0 where q90 = q10",
            skewness(*(_percentile(values, weight, q) for q in (0.1, 0.5, 0.9))),
        ),
    )  # fmt: skip


def minimax_regret(performance: ArrayLike, weights: ArrayLike | None = None) -> Regret:
    """The largest regret of every package, where it is and against what.

    Parameters
    ----------
    performance : array_like (P, W)
        More is better.
    weights : array_like of int (W,), optional
        Worlds that weigh nothing do not count; what the others weigh does not matter.

    Raises
    ------
    ModelError
        As ``robustness``.

    References
    ----------
    Savage 1951, The theory of statistical decision, Journal of the American Statistical
    Association 46, 55-67.
    """
    shape = np.asarray(performance).shape
    counted = np.arange(shape[1] if len(shape) == 2 else 0)
    values, _ = _checked(performance, weights)
    if weights is not None:
        counted = counted[np.asarray(weights) > 0]
    regret = values.max(axis=0) - values
    columns = regret.argmax(axis=1)
    largest = regret.max(axis=1)
    alternatives = np.where(largest > 0, values.argmax(axis=0)[columns], NOBODY)
    return Regret(
        largest,
        counted[columns].astype(np.int64),
        alternatives.astype(np.int64),
        int(largest.argmin()),
    )


def skewness(tenth: Floats, median: Floats, ninetieth: Floats) -> Floats:
    """Percentile-based skewness: 1 where the median lies at the lower end, −1 at the upper.

    Parameters
    ----------
    tenth, median, ninetieth : ndarray (P,)
        Percentiles, none below the one before.

    Returns
    -------
    ndarray (P,)
        From −1 to 1; 0 where the outer percentiles are equal.

    References
    ----------
    Voudouris et al. 2014; McPhail et al. 2018, Table 2.
    """
    half = (ninetieth - tenth) / 2
    off = (ninetieth + tenth) / 2 - median
    return np.divide(off, half, out=np.zeros_like(half), where=half > 0)


def _metric(name: str, formula: str, values: Floats, *, lower: bool = False) -> Metric:
    direction: Direction = "lower is better" if lower else "higher is better"
    ordered = np.sort(values if lower else -values)
    ranks = 1 + np.searchsorted(ordered, values if lower else -values, side="left")
    return Metric(name, formula, direction, values, ranks.astype(np.int64))


def _mean(values: NDArray[np.bool_] | Floats, weight: Integers) -> Floats:
    """Weighted means, exact where the values are bits."""
    if values.dtype == np.bool_:
        return np.asarray(np.where(values, weight, 0).sum(axis=1) / weight.sum())
    return np.asarray((values * weight).sum(axis=1) / weight.sum())


def _percentile(values: Floats, weight: Integers, share: float) -> Floats:
    """The least value of each row up to which so large a share of the weight lies."""
    order = np.argsort(values, axis=1, kind="stable")
    reached = np.cumsum(weight[order], axis=1)
    wanted = Fraction(share).limit_denominator(1000)
    enough = reached * wanted.denominator >= int(weight.sum()) * wanted.numerator
    found = np.take_along_axis(order, enough.argmax(axis=1)[:, None], axis=1)
    return np.take_along_axis(values, found, axis=1)[:, 0]


def _checked(performance: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Integers]:
    """The worlds that weigh something: performance (P, W) and weights (W,)."""
    values = np.asarray(performance)
    if values.ndim != 2 or not values.size:
        raise ModelError(f"found performance of shape {values.shape}, wanted (packages, worlds)")
    if values.dtype.kind not in "biuf":
        raise ModelError(f"found performance of type {values.dtype}, wanted numbers")
    values = values.astype(np.float64)
    weight = np.ones(values.shape[1], dtype=np.int64)
    if weights is not None:
        weight = _whole(np.asarray(weights), values.shape[1])
    values, weight = values[:, weight > 0], weight[weight > 0]
    if not np.isfinite(values).all():
        raise ModelError("found a performance that is not finite")
    return values, weight


def _whole(weights: NDArray[np.generic], worlds: int) -> Integers:
    if weights.shape != (worlds,):
        raise ModelError(f"found weights of shape {weights.shape} for {worlds} worlds")
    if weights.dtype.kind not in "iu":
        raise ModelError(f"found weights of type {weights.dtype}, wanted whole numbers")
    whole = weights.astype(np.int64)
    if (whole < 0).any():
        raise ModelError("found a weight that is negative")
    if not whole.any():
        raise ModelError("every world has weight 0")
    return whole
