"""The metalog distribution through three quantiles (Keelin 2016).

The symmetric-percentile triplet of Keelin, "The Metalog Distributions", Decision Analysis 13(4),
2016, section 3 and 4: with L = ln(y/(1-y)), the quantile function is

    M(y) = a1 + a2·L + a3·(y - 1/2)·L

on a real field, exp(M) on an amount, scale·expit(M) on a bounded domain. Keelin bounds a3 by a
rounded constant; here the bound is exact: M rises everywhere iff a2 > |a3|·h, where h = x/2 and
x·tanh(x) = 1, because (y - 1/2) + y(1-y)L has its maximum h there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord._errors import ModelError
from accord.theory.distributions._domain import Distribution, Domain, Floats, require_finite
from accord.theory.distributions._inversion import solve_rising

__all__ = ["Metalog"]

_LOGIT95 = math.log(0.95 / 0.05)
_STEEPEST = 1.1996786402577338 / 2  # x·tanh(x) = 1, halved
_HIGHEST_SKEW = 0.9 / (2 * _STEEPEST)  # |1 - 2r| stays below this


@dataclass(frozen=True, slots=True)
class Metalog(Distribution):
    """The three-term metalog whose 5%, 50% and 95% quantiles are given.

    Attributes
    ----------
    p05, p50, p95 : float
        Strictly rising, strictly inside the domain.
    domain : Domain
        Unbounded on ``real``, logarithmic on ``amount``, logit on ``probability`` and ``points``.

    Raises
    ------
    ModelError
        If the quantiles do not rise, lie outside the domain, or are so skewed that no density fits
        (the message says where the middle one must lie).
    """

    p05: float
    p50: float
    p95: float
    domain: Domain = Domain.REAL

    def __post_init__(self) -> None:
        require_finite("quantiles", p05=self.p05, p50=self.p50, p95=self.p95)
        if not self.p05 < self.p50 < self.p95:
            raise ModelError(
                f"quantiles: found {self.p05:g}, {self.p50:g}, {self.p95:g}, wanted p05 < p50 < p95"
            )
        low, high = Domain(self.domain).bounds
        if not (low < self.p05 and self.p95 < high):
            raise ModelError(
                f"quantiles: found {self.p05:g} to {self.p95:g}, wanted strictly inside "
                f"{low:g}..{high:g} ({self.domain})"
            )
        self._require_monotone()

    def _require_monotone(self) -> None:
        low, middle, high = (self._straightened(q) for q in (self.p05, self.p50, self.p95))
        place = (middle - low) / (high - low)
        if abs(1 - 2 * place) < _HIGHEST_SKEW:
            return
        ends = [low + (high - low) * (1 + side * _HIGHEST_SKEW) / 2 for side in (-1, 1)]
        first, last = (float(self._bent(np.array(end))) for end in ends)
        raise ModelError(
            f"quantiles: {self.p05:g}, {self.p50:g}, {self.p95:g} are too skewed for a metalog, "
            f"its quantile function would fall; wanted a p50 between {first:.6g} and {last:.6g}"
        )

    def _straightened(self, value: float) -> float:
        """The value on the scale where the metalog is unbounded."""
        if self.domain == Domain.REAL:
            return value
        if self.domain == Domain.AMOUNT:
            return math.log(value)
        return math.log(value / (Domain(self.domain).scale - value))

    def _bent(self, straight: Floats) -> Floats:
        """Back from the unbounded scale to the domain."""
        if self.domain == Domain.REAL:
            return straight
        if self.domain == Domain.AMOUNT:
            return np.asarray(np.exp(straight))
        return Domain(self.domain).scale * (0.5 + 0.5 * np.tanh(straight / 2))

    def _coefficients(self) -> tuple[float, float, float]:
        low, middle, high = (self._straightened(q) for q in (self.p05, self.p50, self.p95))
        return (
            middle,
            (high - low) / (2 * _LOGIT95),
            (high + low - 2 * middle) / (0.9 * _LOGIT95),
        )

    def quantile(self, probability: npt.ArrayLike) -> Floats:
        """Inverse CDF."""
        share = np.asarray(probability, dtype=np.float64)
        first, second, third = self._coefficients()
        log_odds = np.log(share) - np.log1p(-share)
        return self._bent(first + (second + third * (share - 0.5)) * log_odds)

    def cdf(self, value: npt.ArrayLike) -> Floats:
        """P(X <= value), by inverting the quantile function on the scale of log-odds."""
        number = np.asarray(value, dtype=np.float64)
        straight = self._straightened_values(np.atleast_1d(number))
        first, second, third = self._coefficients()
        flattest = second - abs(third) * _STEEPEST
        steepest = second + abs(third) * _STEEPEST
        # The slope in log-odds lies between flattest and steepest, which brackets the root.
        distance = np.clip(straight - first, -1e300, 1e300)
        inner = np.clip(distance / steepest, -745.0, 745.0)
        outer = np.clip(distance / flattest, -745.0, 745.0)

        def metalog(log_odds: Floats) -> Floats:
            return (second + third * 0.5 * np.tanh(log_odds / 2)) * log_odds

        low, high = np.minimum(inner, outer), np.maximum(inner, outer)
        log_odds = solve_rising(metalog, distance, low, high)
        return np.asarray(0.5 + 0.5 * np.tanh(log_odds / 2)).reshape(number.shape)

    def _straightened_values(self, values: Floats) -> Floats:
        if self.domain == Domain.REAL:
            return values
        with np.errstate(divide="ignore"):
            if self.domain == Domain.AMOUNT:
                return np.asarray(np.log(np.maximum(values, 0.0)))
            share = np.clip(values / Domain(self.domain).scale, 0.0, 1.0)
            return np.asarray(np.log(share) - np.log1p(-share))

    def support(self) -> tuple[float, float]:
        """The whole domain."""
        return Domain(self.domain).bounds

    def median(self) -> float:
        """The 50% quantile as it was given."""
        return float(self.p50)
