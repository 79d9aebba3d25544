"""Scores of forecasts against what happened: lower is better.

Brier (1950) with the decomposition of Murphy (1973), the logarithmic score (Good 1952), the
continuous ranked probability score (Matheson and Winkler 1976; Gneiting and Raftery 2007) and
calibration with consistency bands (Bröcker and Smith 2007).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord._errors import ModelError

__all__ = [
    "BrierParts",
    "CalibrationBin",
    "brier",
    "brier_parts",
    "calibration_bins",
    "crps_normal",
    "crps_samples",
    "log_score",
    "skill",
]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BrierParts:
    """The Brier score taken apart: score = reliability - resolution + uncertainty + within.

    Attributes
    ----------
    reliability : float
        Distance of stated from observed shares, 0 is best.
    resolution : float
        How far the observed shares of the bins lie from the overall share, higher is better.
    uncertainty : float
        Score of climatology: variance of the outcomes.
    within : float
        What binning hides: spread of forecasts inside a bin less twice their covariance with the
        outcomes (Stephenson, Coelho and Jolliffe 2008); 0 where a bin holds one forecast.
    """

    reliability: float
    resolution: float
    uncertainty: float
    within: float

    @property
    def score(self) -> float:
        """The Brier score."""
        return self.reliability - self.resolution + self.uncertainty + self.within


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Forecasts of similar probability and what became of them.

    Attributes
    ----------
    forecasts : int
    stated : float
        Mean forecast.
    observed : float
        Share that happened.
    low, high : float
        Central band of that share if every forecast were right.
    """

    forecasts: int
    stated: float
    observed: float
    low: float
    high: float


def brier(forecasts: npt.ArrayLike, outcomes: npt.ArrayLike) -> float:
    """Mean squared distance of probability and outcome (Brier 1950, one-sided, 0..1).

    Parameters
    ----------
    forecasts : array_like, shape (n,)
        Probabilities.
    outcomes : array_like of bool, shape (n,)

    Raises
    ------
    ModelError
        If shapes differ, there is no forecast, or a probability lies outside 0..1.
    """
    chance, happened = _checked(forecasts, outcomes)
    return float(np.square(chance - happened).mean())


def brier_parts(
    forecasts: npt.ArrayLike, outcomes: npt.ArrayLike, bins: int | None = None
) -> BrierParts:
    """The Brier score by reliability, resolution and uncertainty (Murphy 1973).

    Parameters
    ----------
    forecasts, outcomes : array_like, shape (n,)
    bins : int, optional
        Bins of equal width; every distinct forecast is its own bin if left out.
    """
    chance, happened = _checked(forecasts, outcomes)
    overall = float(happened.mean())
    reliability = resolution = within = 0.0
    for members in _bins(chance, bins):
        stated, observed = chance[members], happened[members]
        share, gap = members.size / chance.size, float(stated.mean() - observed.mean())
        reliability += share * gap**2
        resolution += share * (float(observed.mean()) - overall) ** 2
        centred = stated - stated.mean()
        within += share * float((centred * (centred - 2.0 * (observed - observed.mean()))).mean())
    return BrierParts(reliability, resolution, overall * (1.0 - overall), within)


def log_score(forecasts: npt.ArrayLike, outcomes: npt.ArrayLike) -> float:
    """Mean of -ln of the probability given to what happened, nats (Good 1952).

    Infinite once something happened that was called impossible.
    """
    chance, happened = _checked(forecasts, outcomes)
    given = np.where(happened == 1, chance, 1.0 - chance)
    if (given == 0).any():
        return float("inf")
    return float(-np.log(given).mean())


def skill(score: float, reference: float) -> float:
    """Skill against a reference forecast: 1 is perfect, 0 as good as it, negative worse.

    Raises
    ------
    ModelError
        If the reference is perfect, so that nothing can be gained on it.
    """
    if not reference > 0:
        raise ModelError(f"found a reference score of {reference:g}, wanted one above 0")
    return 1.0 - score / reference


def calibration_bins(
    forecasts: npt.ArrayLike, outcomes: npt.ArrayLike, bins: int = 10, level: float = 0.9
) -> tuple[CalibrationBin, ...]:
    """Stated against observed shares, with the band that chance alone would fill.

    The band is exact: the number that happens in a bin, if its forecasts are right and
    independent, is Poisson-binomial (Bröcker and Smith 2007 resample it). Empty bins are left out.

    Parameters
    ----------
    forecasts, outcomes : array_like, shape (n,)
    bins : int
        Bins of equal width.
    level : float
        Least coverage of the band.
    """
    chance, happened = _checked(forecasts, outcomes)
    found = []
    for members in _bins(chance, bins):
        low, high = _consistency_band(chance[members], level)
        found.append(
            CalibrationBin(
                forecasts=members.size,
                stated=float(chance[members].mean()),
                observed=float(happened[members].mean()),
                low=low / members.size,
                high=high / members.size,
            )
        )
    return tuple(found)


def crps_samples(samples: npt.ArrayLike, outcomes: npt.ArrayLike, *, fair: bool = False) -> Floats:
    """Continuous ranked probability score of forecasts given as samples.

    E|X - y| - E|X - X'|/2 (Gneiting and Raftery 2007), X' over all pairs of samples, or over
    pairs of different samples if ``fair`` (Ferro 2014), which does not punish small samples.

    Parameters
    ----------
    samples : array_like, shape (n, M)
    outcomes : array_like, shape (n,)
    fair : bool

    Returns
    -------
    ndarray, shape (n,)
        In the unit of the outcomes.
    """
    drawn = np.sort(np.asarray(samples, dtype=np.float64), axis=-1)
    outcome = np.asarray(outcomes, dtype=np.float64)
    if drawn.shape[:-1] != outcome.shape or drawn.ndim == 0 or drawn.shape[-1] < 1 + fair:
        raise ModelError(
            f"found samples of shape {drawn.shape} for outcomes of shape {outcome.shape}"
        )
    size = drawn.shape[-1]
    distance = np.abs(drawn - outcome[..., None]).mean(axis=-1)
    # The sum of |x_i - x_j| over all pairs of sorted values, without listing the pairs.
    place = 2 * np.arange(1, size + 1) - size - 1
    pairs = (place * drawn).sum(axis=-1)
    return np.asarray(distance - pairs / (size * (size - fair)))


def crps_normal(mean: npt.ArrayLike, sd: npt.ArrayLike, outcomes: npt.ArrayLike) -> Floats:
    """Continuous ranked probability score of normal forecasts (Gneiting and Raftery 2007, eq. 5).

    Parameters
    ----------
    mean, sd, outcomes : array_like
        Of shapes that broadcast; sd above 0.
    """
    from scipy.special import ndtr  # noqa: PLC0415  slow to import

    spread = np.asarray(sd, dtype=np.float64)
    if not (spread > 0).all():
        raise ModelError("wanted standard deviations above 0")
    z = (np.asarray(outcomes, dtype=np.float64) - np.asarray(mean, dtype=np.float64)) / spread
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return np.asarray(spread * (z * (2 * ndtr(z) - 1) + 2 * density - 1 / np.sqrt(np.pi)))


def _bins(chance: Floats, bins: int | None) -> list[npt.NDArray[np.intp]]:
    """Forecasts of each bin that has any, bins rising."""
    if bins is None:
        label = np.unique(chance, return_inverse=True)[1]
    elif bins >= 1:
        label = np.minimum((chance * bins).astype(np.intp), bins - 1)
    else:
        raise ModelError(f"found {bins} bins, wanted at least 1")
    return [np.flatnonzero(label == one) for one in np.unique(label)]


def _consistency_band(chance: Floats, level: float) -> tuple[int, int]:
    """Central band of a Poisson-binomial count: at most (1 - level)/2 lies beyond either end."""
    law = np.ones(1)
    for one in chance:
        law = np.convolve(law, [1.0 - one, one])
    tail = (1.0 - level) / 2
    below = np.cumsum(law)
    above = np.cumsum(law[::-1])
    return int(np.argmax(below > tail)), int(law.size - 1 - np.argmax(above > tail))


def _checked(forecasts: npt.ArrayLike, outcomes: npt.ArrayLike) -> tuple[Floats, Floats]:
    chance = np.asarray(forecasts, dtype=np.float64)
    happened = np.asarray(outcomes, dtype=np.float64)
    if chance.ndim != 1 or chance.shape != happened.shape or not chance.size:
        raise ModelError(
            f"found forecasts of shape {chance.shape} and outcomes of shape {happened.shape}, "
            "wanted one outcome for each forecast"
        )
    if not ((chance >= 0) & (chance <= 1)).all():
        raise ModelError("found a forecast outside 0..1")
    if not np.isin(happened, (0.0, 1.0)).all():
        raise ModelError("found an outcome that is neither no nor yes; leave pending ones out")
    return chance, happened
