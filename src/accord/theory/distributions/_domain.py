"""What every distribution answers, and the domains that a field may have."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from accord._errors import ModelError

__all__ = ["Distribution", "Domain", "Floats", "require_finite"]

Floats = npt.NDArray[np.float64]


class Domain(StrEnum):
    """The values that a field may take."""

    PROBABILITY = "probability"
    AMOUNT = "amount"
    POINTS = "points"
    REAL = "real"

    @property
    def bounds(self) -> tuple[float, float]:
        """Smallest and largest value, infinite where there is none."""
        highest = {"probability": 1.0, "points": 100.0}.get(self.value, math.inf)
        return (-math.inf if self is Domain.REAL else 0.0), highest

    @property
    def scale(self) -> float:
        """Length of a bounded domain, 1 for an unbounded one."""
        return 100.0 if self is Domain.POINTS else 1.0


class Distribution(ABC):
    """A univariate distribution, known by its inverse CDF."""

    __slots__ = ()

    @abstractmethod
    def quantile(self, probability: npt.ArrayLike) -> Floats:
        """Inverse CDF at probabilities strictly inside (0, 1); same shape, never decreasing."""

    @abstractmethod
    def cdf(self, value: npt.ArrayLike) -> Floats:
        """P(X <= value), same shape."""

    @abstractmethod
    def support(self) -> tuple[float, float]:
        """Smallest and largest value that can occur, infinite where there is none."""

    @property
    def is_point(self) -> bool:
        """Whether only one value can occur."""
        low, high = self.support()
        return low == high

    def atoms(self) -> tuple[float, ...]:
        """Values that have a probability of their own, rising."""
        return self.support()[:1] if self.is_point else ()

    def cdf_before(self, value: npt.ArrayLike) -> Floats:
        """P(X < value), same shape; differs from the CDF at atoms only."""
        if self.is_point:
            return np.asarray(np.asarray(value) > self.support()[0], dtype=np.float64)
        return self.cdf(value)

    def median(self) -> float:
        """The value at one half."""
        return float(self.quantile(0.5))

    def central(self) -> float:
        """Value in the central case: the median, or of a discrete input the most likely value."""
        return self.median()

    def mass_outside(self, low: float, high: float) -> float:
        """Probability outside the closed interval from ``low`` to ``high``.

        Exactly 0 when the support lies inside.
        """
        smallest, largest = self.support()
        below = float(self.cdf_before(low)) if smallest < low else 0.0
        above = 1.0 - float(self.cdf(high)) if largest > high else 0.0
        return below + above


def require_finite(kind: str, **numbers: float) -> None:
    """Refuse numbers that are not finite, naming them.

    Raises
    ------
    ModelError
        Naming the distribution and the first offending number.
    """
    for name, number in numbers.items():
        if not math.isfinite(number):
            raise ModelError(f"{kind}: found {name} = {number}, wanted a finite number")
