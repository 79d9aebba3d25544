"""Several experts, one distribution: linear pools and Cooke's classical model.

A linear pool averages the experts' distributions (Stone 1961). Cooke's classical model weighs them
by how well they did on calibration questions whose answers are known (Cooke 1991, "Experts in
Uncertainty", chapter 12; Cooke and Goossens 2008). Every expert states three quantiles, 5%, 50% and
95%, of every quantity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord._errors import ModelError
from accord.theory.distributions import Domain, Metalog, Mixture

__all__ = [
    "Performance",
    "calibration",
    "classical_model",
    "information",
    "interval_counts",
    "linear_pool",
]

Floats = npt.NDArray[np.float64]

_INTERVALS = np.array([0.05, 0.45, 0.45, 0.05])
"""Probability of the four intervals that three quantiles cut out."""


@dataclass(frozen=True, slots=True)
class Performance:
    """How experts did on calibration questions, and what they weigh for it.

    Attributes
    ----------
    calibration : ndarray, shape (E,)
        Probability of a fit at least as bad if the expert's stated probabilities were right, 0..1.
    information : ndarray, shape (E,)
        Mean relative information of the stated quantiles against the background, nats.
    weights : ndarray, shape (E,)
        calibration times information, 0 below the significance level, summing to 1.
    """

    calibration: Floats
    information: Floats
    weights: Floats


def linear_pool(
    quantiles: npt.ArrayLike, domain: Domain | str, weights: Sequence[float] | None = None
) -> Mixture:
    """The weighted mean of experts' distributions, each the metalog through their quantiles.

    Parameters
    ----------
    quantiles : array_like, shape (E, 3)
        5%, 50% and 95% quantile of every expert, in the unit of the field.
    domain : Domain
        Domain of the field.
    weights : sequence of float, length E, optional
        Not negative; equal if left out.

    Raises
    ------
    ModelError
        If an expert's quantiles fit no metalog (the message counts experts from 1), or no expert
        has a weight.
    """
    stated = np.asarray(quantiles, dtype=np.float64)
    if stated.ndim != 2 or stated.shape[1] != 3:
        raise ModelError(f"experts: found quantiles of shape {stated.shape}, wanted (experts, 3)")
    parts = []
    for number, row in enumerate(stated, start=1):
        try:
            parts.append(Metalog(float(row[0]), float(row[1]), float(row[2]), Domain(domain)))
        except ModelError as error:
            raise ModelError(f"expert {number}: {error}") from error
    return Mixture(parts, weights)


def classical_model(
    answers: npt.ArrayLike,
    realisations: npt.ArrayLike,
    logarithmic: npt.ArrayLike | None = None,
    *,
    significance: float = 0.0,
    overshoot: float = 0.1,
) -> Performance:
    """Calibration, information and weights of experts by Cooke's classical model.

    Parameters
    ----------
    answers : array_like, shape (E, Q, 3)
        Quantiles 5%, 50%, 95% of every expert on every calibration question, rising.
    realisations : array_like, shape (Q,)
        What came out.
    logarithmic : array_like of bool, shape (Q,), optional
        Questions over several orders of magnitude, whose background is uniform in the logarithm.
    significance : float
        Experts calibrated below this weigh nothing (the cutoff that makes the rule proper).
    overshoot : float
        Share by which the background range exceeds all answers and the realisation, either side.

    Raises
    ------
    ModelError
        If the shapes disagree, quantiles do not rise, a logarithmic question has numbers that are
        not above 0, or no expert keeps a weight.
    """
    stated, outcomes, logs = _checked(answers, realisations, logarithmic)
    fit = calibration(interval_counts(stated, outcomes))
    precision = information(stated, outcomes, logs, overshoot=overshoot)
    raw = np.where(fit >= significance, fit * precision, 0.0)
    if not raw.sum() > 0:
        raise ModelError(
            f"no expert keeps a weight: the best calibration is {fit.max():.3g}, "
            f"wanted at least {significance:g}"
        )
    return Performance(fit, precision, raw / raw.sum())


def interval_counts(answers: Floats, realisations: Floats) -> npt.NDArray[np.int64]:
    """How often the realisation fell into each of the four intervals of each expert.

    A realisation equal to a quantile belongs to the interval below it.

    Returns
    -------
    ndarray of int, shape (E, 4)
    """
    places = (realisations[None, :, None] > answers).sum(axis=2)
    return np.stack([(places == interval).sum(axis=1) for interval in range(4)], axis=1)


def calibration(counts: npt.NDArray[np.int64]) -> Floats:
    """Calibration score: P(χ²₃ ≥ 2N·I(s, p)), s the observed shares, p = (.05, .45, .45, .05).

    Cooke (1991): 2N times the relative information is asymptotically chi-square distributed.

    Parameters
    ----------
    counts : ndarray of int, shape (E, 4)

    Returns
    -------
    ndarray, shape (E,)
    """
    from scipy.special import chdtrc  # noqa: PLC0415  slow to import

    questions = counts.sum(axis=1)
    observed = counts / questions[:, None]
    logs = np.log(np.where(observed > 0, observed, 1.0) / _INTERVALS)
    divergence = np.where(observed > 0, observed * logs, 0.0).sum(axis=1)
    # A perfect fit may come out a rounding below 0.
    return np.asarray(chdtrc(3, np.maximum(2 * questions * divergence, 0.0)), dtype=np.float64)


def information(
    answers: Floats,
    realisations: Floats,
    logarithmic: npt.NDArray[np.bool_],
    *,
    overshoot: float = 0.1,
) -> Floats:
    """Information score: mean over questions of Σ p·ln(p/r), r the background's probabilities.

    The background is uniform (or log-uniform) on the range of all experts' answers and the
    realisation, widened by ``overshoot`` on either side; the expert's density is the one of least
    information on that range that meets the three quantiles.

    Returns
    -------
    ndarray, shape (E,)
    """
    logs = logarithmic[None, :, None]
    scaled = np.where(logs, np.log(np.where(logs, answers, 1.0)), answers)
    outcomes = np.where(logarithmic, np.log(np.where(logarithmic, realisations, 1.0)), realisations)
    low = np.minimum(scaled.min(axis=(0, 2)), outcomes)
    high = np.maximum(scaled.max(axis=(0, 2)), outcomes)
    margin = overshoot * (high - low)
    experts = scaled.shape[0]
    ends = [
        np.broadcast_to(end[None, :, None], (experts, low.size, 1))
        for end in (low - margin, high + margin)
    ]
    widths = np.diff(np.concatenate([ends[0], scaled, ends[1]], axis=2), axis=2)
    background = widths / widths.sum(axis=2, keepdims=True)
    return np.asarray((_INTERVALS * np.log(_INTERVALS / background)).sum(axis=2).mean(axis=1))


def _checked(
    answers: npt.ArrayLike, realisations: npt.ArrayLike, logarithmic: npt.ArrayLike | None
) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    stated = np.asarray(answers, dtype=np.float64)
    outcomes = np.asarray(realisations, dtype=np.float64)
    if stated.ndim != 3 or stated.shape[2] != 3 or outcomes.shape != stated.shape[1:2]:
        raise ModelError(
            f"found answers of shape {stated.shape} and realisations of shape {outcomes.shape}, "
            "wanted (experts, questions, 3) and (questions,)"
        )
    if not outcomes.size or not stated.shape[0]:
        raise ModelError("wanted at least one expert and one calibration question")
    if not (np.isfinite(stated).all() and np.isfinite(outcomes).all()):
        raise ModelError("found an answer or a realisation that is not finite")
    falling = np.argwhere((np.diff(stated, axis=2) <= 0).any(axis=2))
    if falling.size:
        expert, question = (int(index) + 1 for index in falling[0])
        raise ModelError(
            f"expert {expert}, question {question}: wanted p05 < p50 < p95 in an answer"
        )
    if logarithmic is None:
        return stated, outcomes, np.zeros(outcomes.shape, dtype=np.bool_)
    logs = np.asarray(logarithmic, dtype=np.bool_)
    if logs.shape != outcomes.shape:
        raise ModelError(f"found {logs.size} marks of scale for {outcomes.size} questions")
    if (stated[:, logs] <= 0).any() or (outcomes[logs] <= 0).any():
        raise ModelError("a logarithmic question has answers and realisations above 0")
    return stated, outcomes, logs
