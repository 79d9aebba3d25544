"""Continuous distributions with a closed or tabulated inverse CDF."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from accord._errors import ModelError
from accord.theory.distributions._domain import Distribution, Domain, Floats, require_finite

__all__ = [
    "Beta",
    "LogNormal",
    "LogitNormal",
    "Normal",
    "Pert",
    "Triangular",
    "Uniform",
    "interval90",
]

_Z95 = 1.6448536269514722  # the standard normal at 0.95: half a 90% interval


@dataclass(frozen=True, slots=True)
class Uniform(Distribution):
    """Equally likely from ``low`` to ``high``."""

    low: float
    high: float

    def __post_init__(self) -> None:
        require_finite("uniform", low=self.low, high=self.high)
        _require_rising("uniform", self.low, self.high)

    def quantile(self, probability: npt.ArrayLike) -> Floats:
        """Inverse CDF."""
        share = np.asarray(probability, dtype=np.float64)
        return np.clip(self.low + share * (self.high - self.low), self.low, self.high)

    def cdf(self, value: npt.ArrayLike) -> Floats:
        """P(X <= value)."""
        number = np.asarray(value, dtype=np.float64)
        width = self.high - self.low
        if width == 0:
            return np.asarray(number >= self.low, dtype=np.float64)
        return np.clip((number - self.low) / width, 0.0, 1.0)

    def support(self) -> tuple[float, float]:
        """From low to high."""
        return self.low, self.high


@dataclass(frozen=True, slots=True)
class Triangular(Distribution):
    """Density rising in a line from ``low`` to ``mode`` and falling in a line to ``high``."""

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        require_finite("triangular", low=self.low, mode=self.mode, high=self.high)
        _require_rising("triangular", self.low, self.mode, self.high)

    def quantile(self, probability: npt.ArrayLike) -> Floats:
        """Inverse CDF."""
        share = np.asarray(probability, dtype=np.float64)
        width = self.high - self.low
        if width == 0:
            return np.full(share.shape, float(self.low))
        rising, falling = self.mode - self.low, self.high - self.mode
        left = np.minimum(self.low + np.sqrt(share * width * rising), self.mode)
        right = np.maximum(self.high - np.sqrt((1.0 - share) * width * falling), self.mode)
        return np.asarray(np.where(share * width < rising, left, right))

    def cdf(self, value: npt.ArrayLike) -> Floats:
        """P(X <= value)."""
        number = np.asarray(value, dtype=np.float64)
        width = self.high - self.low
        if width == 0:
            return np.asarray(number >= self.low, dtype=np.float64)
        from_low = np.clip(number - self.low, 0.0, width)
        to_high = np.clip(self.high - number, 0.0, width)
        # A side of length 0 is never used; 1 keeps its quotient finite.
        left = from_low**2 / (width * ((self.mode - self.low) or 1.0))
        right = 1.0 - to_high**2 / (width * ((self.high - self.mode) or 1.0))
        return np.asarray(np.where(number < self.mode, left, right))

    def support(self) -> tuple[float, float]:
        """From low to high."""
        return self.low, self.high


@dataclass(frozen=True, slots=True)
class Normal(Distribution):
    """Normal with a mean and a standard deviation above 0."""

    mean: float
    sd: float

    def __post_init__(self) -> None:
        require_finite("normal", mean=self.mean, sd=self.sd)
        _require_positive("normal", sd=self.sd)

    @classmethod
    def from_interval(cls, low: float, high: float) -> Self:
        """The normal that has 5% below ``low`` and 5% above ``high``."""
        _require_interval("normal", low, high)
        return cls((low + high) / 2, (high - low) / (2 * _Z95))

    def quantile(self, probability: npt.ArrayLike) -> Floats:
        """Inverse CDF."""
        return self.mean + self.sd * _standard_quantile(probability)

    def cdf(self, value: npt.ArrayLike) -> Floats:
        """P(X <= value)."""
        return _standard_cdf((np.asarray(value, dtype=np.float64) - self.mean) / self.sd)

    def support(self) -> tuple[float, float]:
        """All real numbers."""
        return -math.inf, math.inf


@dataclass(frozen=True, slots=True)
class LogNormal(Distribution):
    """Its natural logarithm is normal with mean ``location`` and standard deviation ``spread``."""

    location: float
    spread: float

    def __post_init__(self) -> None:
        require_finite("log-normal", location=self.location, spread=self.spread)
        _require_positive("log-normal", spread=self.spread)

    @classmethod
    def from_interval(cls, low: float, high: float) -> Self:
        """The log-normal that has 5% below ``low`` (above 0) and 5% above ``high``."""
        _require_interval("log-normal", low, high)
        _require_positive("log-normal", low=low)
        return cls(
            (math.log(low) + math.log(high)) / 2, (math.log(high) - math.log(low)) / (2 * _Z95)
        )

    @classmethod
    def from_moments(cls, mean: float, sd: float) -> Self:
        """The log-normal whose own mean and standard deviation are given, both above 0."""
        require_finite("log-normal", mean=mean, sd=sd)
        _require_positive("log-normal", mean=mean, sd=sd)
        variance = math.log1p((sd / mean) ** 2)
        return cls(math.log(mean) - variance / 2, math.sqrt(variance))

    def quantile(self, probability: npt.ArrayLike) -> Floats:
        """Inverse CDF."""
        return np.asarray(np.exp(self.location + self.spread * _standard_quantile(probability)))

    def cdf(self, value: npt.ArrayLike) -> Floats:
        """P(X <= value)."""
        number = np.asarray(value, dtype=np.float64)
        with np.errstate(divide="ignore"):
            logarithm = np.log(np.maximum(number, 0.0))
        return _standard_cdf((logarithm - self.location) / self.spread)

    def support(self) -> tuple[float, float]:
        """All amounts."""
        return 0.0, math.inf


@dataclass(frozen=True, slots=True)
class LogitNormal(Distribution):
    """The log-odds of X/``scale`` are normal with mean ``location`` and deviation ``spread``."""

    location: float
    spread: float
    scale: float = 1.0

    def __post_init__(self) -> None:
        require_finite("logit-normal", location=self.location, spread=self.spread, scale=self.scale)
        _require_positive("logit-normal", spread=self.spread, scale=self.scale)

    @classmethod
    def from_interval(cls, low: float, high: float, scale: float = 1.0) -> Self:
        """The logit-normal on 0..scale that has 5% below ``low`` and 5% above ``high``."""
        _require_interval("logit-normal", low, high)
        _require_positive("logit-normal", low=low)
        if high >= scale:
            raise ModelError(f"logit-normal: found an upper end of {high}, wanted below {scale:g}")
        ends = [math.log(end / (scale - end)) for end in (low, high)]
        return cls((ends[0] + ends[1]) / 2, (ends[1] - ends[0]) / (2 * _Z95), scale)

    def quantile(self, probability: npt.ArrayLike) -> Floats:
        """Inverse CDF."""
        log_odds = self.location + self.spread * _standard_quantile(probability)
        return self.scale * (0.5 + 0.5 * np.tanh(log_odds / 2))

    def cdf(self, value: npt.ArrayLike) -> Floats:
        """P(X <= value)."""
        share = np.clip(np.asarray(value, dtype=np.float64) / self.scale, 0.0, 1.0)
        with np.errstate(divide="ignore"):
            log_odds = np.log(share) - np.log1p(-share)
        return _standard_cdf((log_odds - self.location) / self.spread)

    def support(self) -> tuple[float, float]:
        """From 0 to the scale."""
        return 0.0, self.scale


@dataclass(frozen=True, slots=True)
class Beta(Distribution):
    """Beta on ``low``..``high`` (0..1 unless given) with shapes ``a`` and ``b`` above 0."""

    a: float
    b: float
    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        require_finite("beta", a=self.a, b=self.b, low=self.low, high=self.high)
        _require_positive("beta", a=self.a, b=self.b)
        _require_interval("beta", self.low, self.high)

    def quantile(self, probability: npt.ArrayLike) -> Floats:
        """Inverse CDF."""
        from scipy.special import betaincinv  # noqa: PLC0415  slow to import

        share = betaincinv(self.a, self.b, np.asarray(probability, dtype=np.float64))
        values = self.low + (self.high - self.low) * np.asarray(share, dtype=np.float64)
        return np.clip(values, self.low, self.high)

    def cdf(self, value: npt.ArrayLike) -> Floats:
        """P(X <= value)."""
        from scipy.special import betainc  # noqa: PLC0415  slow to import

        number = np.asarray(value, dtype=np.float64)
        share = np.clip((number - self.low) / (self.high - self.low), 0.0, 1.0)
        return np.asarray(betainc(self.a, self.b, share), dtype=np.float64)

    def support(self) -> tuple[float, float]:
        """From low to high."""
        return self.low, self.high


@dataclass(frozen=True, slots=True)
class Pert(Distribution):
    """Beta between ``low`` and ``high`` with mean (low + 4·mode + high)/6.

    Malcolm, Roseboom, Clark and Fazar (1959).
    """

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        require_finite("pert", low=self.low, mode=self.mode, high=self.high)
        _require_rising("pert", self.low, self.mode, self.high)
        _require_interval("pert", self.low, self.high)

    def _beta(self) -> Beta:
        width = self.high - self.low
        return Beta(
            1.0 + 4.0 * (self.mode - self.low) / width,
            1.0 + 4.0 * (self.high - self.mode) / width,
            self.low,
            self.high,
        )

    def quantile(self, probability: npt.ArrayLike) -> Floats:
        """Inverse CDF."""
        return self._beta().quantile(probability)

    def cdf(self, value: npt.ArrayLike) -> Floats:
        """P(X <= value)."""
        return self._beta().cdf(value)

    def support(self) -> tuple[float, float]:
        """From low to high."""
        return self.low, self.high


def interval90(low: float, high: float, domain: Domain | str) -> Distribution:
    """Distribution of a field from its 90% interval.

    Normal on a real field, log-normal on an amount, logit-normal on probabilities and points.

    Raises
    ------
    ModelError
        If the interval does not rise or does not lie strictly inside the domain.
    """
    domain = Domain(domain)
    if domain is Domain.REAL:
        return Normal.from_interval(low, high)
    if domain is Domain.AMOUNT:
        return LogNormal.from_interval(low, high)
    return LogitNormal.from_interval(low, high, domain.scale)


def _standard_quantile(probability: npt.ArrayLike) -> Floats:
    from scipy.special import ndtri  # noqa: PLC0415  slow to import

    return np.asarray(ndtri(np.asarray(probability, dtype=np.float64)), dtype=np.float64)


def _standard_cdf(value: Floats) -> Floats:
    from scipy.special import ndtr  # noqa: PLC0415  slow to import

    return np.asarray(ndtr(value), dtype=np.float64)


def _require_rising(kind: str, *numbers: float) -> None:
    if any(later < earlier for earlier, later in itertools.pairwise(numbers)):
        found = ", ".join(f"{number:g}" for number in numbers)
        raise ModelError(f"{kind}: found {found}, wanted numbers that never fall")


def _require_interval(kind: str, low: float, high: float) -> None:
    require_finite(kind, low=low, high=high)
    if not low < high:
        raise ModelError(
            f"{kind}: found an interval from {low:g} to {high:g}, wanted one that rises"
        )


def _require_positive(kind: str, **numbers: float) -> None:
    for name, number in numbers.items():
        if number <= 0:
            raise ModelError(f"{kind}: found {name} = {number:g}, wanted a number above 0")
