"""Shares and means over sampled worlds, with the error that their blocks show.

Worlds come in blocks of 256 that are independent of one another while the worlds of a block are
not (each block is stratified), so errors are taken between blocks (Owen 1997 calls them
replications). Weighted estimates are ratios, whose error is the jackknife over blocks
(Quenouille 1956; Tukey 1958). MODELS, section 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord._errors import ModelError
from accord.theory.sampling import BLOCK

__all__ = [
    "FEWEST_BLOCKS", "Estimate", "effective_sample_size", "interval", "kept_share", "mean",
    "rule_of_three", "share",
]  # fmt: skip

Floats = npt.NDArray[np.float64]

FEWEST_BLOCKS = 8
"""Blocks that carry weight below which an error is rough."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over worlds.

    Attributes
    ----------
    value : float
        The mean, a share for events.
    standard_error : float
        Of the value.
    rough : bool
        Fewer than eight blocks carry weight, so the error comes from the spread between worlds
        (for a share the binomial √(p(1-p)/ESS)) in place of that between blocks.
    blocks : int
        Blocks that carry weight.
    effective_worlds : float
        Effective sample size (Kish 1965).
    bound : float or None
        Of a share that came out as 0 or 1 only: 3/ESS or 1 - 3/ESS, the end of a one-sided 95%
        interval (the rule of three: Hanley and Lippman-Hand 1983).
    """

    value: float
    standard_error: float
    rough: bool
    blocks: int
    effective_worlds: float
    bound: float | None = None

    @property
    def bound_text(self) -> str:
        """How a share of 0 or 1 is printed, such as ``< 0.15%``; empty for other values."""
        if self.bound is None:
            return ""
        distance = min(3.0 / self.effective_worlds, 1.0)
        digits = max(0, 1 - int(np.floor(np.log10(distance * 100))))
        return f"{'<' if self.value == 0 else '>'} {100 * self.bound:.{digits}f}%"


def effective_sample_size(weights: npt.ArrayLike) -> float:
    """(Σw)²/Σw², the number of equally weighted worlds that inform as much (Kish 1965).

    Raises
    ------
    ModelError
        If a weight is negative or all are 0.
    """
    weight = _checked_weights(np.asarray(weights, dtype=np.float64))
    weight = weight / weight.max()
    return float(weight.sum() ** 2 / np.square(weight).sum())


def share(values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Estimate:
    """Share of worlds in which an event holds.

    Parameters
    ----------
    values : array_like of bool, shape (W,)
        W is a multiple of 256.
    weights : array_like, shape (W,), optional
        Not negative; equal if left out.

    Raises
    ------
    ModelError
        If W is not a whole number of blocks, or no world has a weight.
    """
    event = np.asarray(values).astype(np.bool_)
    found = mean(event.astype(np.float64), weights)
    counted = event if weights is None else event[np.asarray(weights) > 0]
    # Decided on the events, not on a rounded ratio.
    if counted.all() or not counted.any():
        return kept_share(float(counted.all()), 0.0, found.blocks, found.effective_worlds)
    return found


def rule_of_three(value: float, effective: float) -> float | None:
    """The end of a one-sided 95% interval of a share of 0 or 1; None of any other.

    Parameters
    ----------
    effective : float
        Effective sample size.

    References
    ----------
    Hanley and Lippman-Hand 1983; MODELS, section 0.
    """
    distance = min(3.0 / effective, 1.0)
    return {0.0: distance, 1.0: 1.0 - distance}.get(value)


def kept_share(value: float, error: float, blocks: int, effective: float) -> Estimate:
    """A share as it was estimated, from what is kept of it.

    Parameters
    ----------
    value, error : float
        The share and its standard error.
    blocks : int
        That carry weight.
    effective : float
        Effective sample size.
    """
    bound = rule_of_three(value, effective)
    return Estimate(value, error, blocks < FEWEST_BLOCKS, blocks, effective, bound)


def mean(values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Estimate:
    """Mean of a number over worlds; of paired differences it is the difference of two shares.

    Parameters
    ----------
    values : array_like, shape (W,)
        W is a multiple of 256.
    weights : array_like, shape (W,), optional
        Not negative; equal if left out.

    Raises
    ------
    ModelError
        If W is not a whole number of blocks, or no world has a weight.
    """
    value = np.asarray(values, dtype=np.float64)
    if value.ndim != 1 or value.size == 0 or value.size % BLOCK:
        raise ModelError(
            f"found values of shape {value.shape}, wanted one per world in whole blocks of {BLOCK}"
        )
    if weights is None:
        weight = np.ones(value.size)
    else:
        weight = _checked_weights(np.asarray(weights, dtype=np.float64), value.size)
    effective = effective_sample_size(weight)
    tops = (value * weight).reshape(-1, BLOCK).sum(axis=1)
    bottoms = weight.reshape(-1, BLOCK).sum(axis=1)
    blocks = int(np.count_nonzero(bottoms))
    centre = float(tops.sum() / bottoms.sum())
    rough = blocks < FEWEST_BLOCKS
    if rough:
        spread = float((weight * (value - centre) ** 2).sum() / weight.sum())
        error = float(np.sqrt(spread / effective))
    else:
        kept = bottoms > 0
        error = _between_blocks(tops[kept], bottoms[kept])
    return Estimate(centre, error, rough, blocks, effective)


def interval(
    estimate: Estimate,
    level: float = 0.9,
    limits: tuple[float, float] = (-np.inf, np.inf),
) -> tuple[float, float]:
    """Confidence interval of an estimate, Student's t with B - 1 degrees of freedom.

    Rough estimates use the normal. A share of 0 or 1 gets the interval to its bound.

    Parameters
    ----------
    estimate : Estimate
    level : float
        Coverage, strictly inside (0, 1).
    limits : (float, float)
        What the quantity can be at all, (0, 1) for a share; the interval is cut there.

    Raises
    ------
    ModelError
        If the level is not inside (0, 1).
    """
    from scipy.special import ndtri, stdtrit  # noqa: PLC0415  slow to import

    if not 0 < level < 1:
        raise ModelError(f"found a level of {level}, wanted one strictly between 0 and 1")
    if estimate.bound is not None:
        low, high = sorted((estimate.value, estimate.bound))
        return low, high
    tail = (1 + level) / 2
    width = ndtri(tail) if estimate.rough else stdtrit(estimate.blocks - 1, tail)
    reach = float(width) * estimate.standard_error
    return max(estimate.value - reach, limits[0]), min(estimate.value + reach, limits[1])


def _between_blocks(tops: Floats, bottoms: Floats) -> float:
    blocks = tops.size
    if np.all(bottoms == bottoms[0]):
        return float(np.std(tops / bottoms, ddof=1) / np.sqrt(blocks))
    without = (tops.sum() - tops) / (bottoms.sum() - bottoms)
    spread = np.square(without - without.mean()).sum()
    return float(np.sqrt((blocks - 1) / blocks * spread))


def _checked_weights(weights: Floats, worlds: int | None = None) -> Floats:
    if worlds is not None and weights.shape != (worlds,):
        raise ModelError(f"found weights of shape {weights.shape} for {worlds} worlds")
    if not (np.isfinite(weights).all() and (weights >= 0).all()):
        raise ModelError("found a weight that is negative or not finite")
    if not (weights > 0).any():
        raise ModelError("every world has weight 0")
    return weights
