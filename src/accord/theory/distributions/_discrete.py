"""Distributions on single values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord._errors import ModelError
from accord.theory.distributions._domain import Distribution, Floats, require_finite

__all__ = ["Discrete", "Point"]


@dataclass(frozen=True, slots=True)
class Point(Distribution):
    """A number without uncertainty."""

    value: float

    def __post_init__(self) -> None:
        require_finite("number", value=self.value)

    def quantile(self, probability: npt.ArrayLike) -> Floats:
        """The value, whatever the probability."""
        return np.full(np.shape(probability), float(self.value))

    def cdf(self, value: npt.ArrayLike) -> Floats:
        """P(X <= value)."""
        return np.asarray(np.asarray(value) >= self.value, dtype=np.float64)

    def support(self) -> tuple[float, float]:
        """The value twice."""
        return float(self.value), float(self.value)

    def most_likely(self) -> float:
        """The value."""
        return float(self.value)


@dataclass(frozen=True, slots=True)
class Discrete(Distribution):
    """Finitely many values with their probabilities, in the order in which they were stated.

    The inverse CDF runs over the values in rising order, so that it never decreases.
    """

    values: tuple[float, ...]
    probabilities: tuple[float, ...]

    def __init__(self, values: Sequence[float], probabilities: Sequence[float]) -> None:
        object.__setattr__(self, "values", tuple(float(value) for value in values))
        object.__setattr__(self, "probabilities", tuple(float(p) for p in probabilities))
        self._check()

    def _check(self) -> None:
        if not self.values or len(self.values) != len(self.probabilities):
            raise ModelError(
                f"discrete: found {len(self.values)} values and {len(self.probabilities)} "
                "probabilities, wanted as many of either, at least one"
            )
        for value, probability in zip(self.values, self.probabilities, strict=True):
            require_finite("discrete", value=value, probability=probability)
            if probability < 0:
                raise ModelError(f"discrete: found probability {probability:g} of {value:g}")
        if len(set(self.values)) != len(self.values):
            raise ModelError("discrete: found a value twice, wanted each value once")
        total = sum(self.probabilities)
        if abs(total - 1.0) > 1e-9:
            raise ModelError(f"discrete: the probabilities sum to {total:g}, wanted 1")

    def _steps(self) -> tuple[Floats, Floats]:
        """Possible values in rising order, and the CDF at each, the last exactly 1."""
        possible = sorted(
            pair for pair in zip(self.values, self.probabilities, strict=True) if pair[1] > 0
        )
        heights = np.cumsum([probability for _, probability in possible])
        heights[-1] = 1.0
        return np.array([value for value, _ in possible]), heights

    def quantile(self, probability: npt.ArrayLike) -> Floats:
        """Smallest value whose CDF reaches the probability."""
        values, heights = self._steps()
        return np.asarray(values[np.searchsorted(heights, np.asarray(probability), side="left")])

    def cdf(self, value: npt.ArrayLike) -> Floats:
        """P(X <= value)."""
        values, heights = self._steps()
        places = np.searchsorted(values, np.asarray(value), side="right")
        return np.concatenate([[0.0], heights])[places]

    def cdf_before(self, value: npt.ArrayLike) -> Floats:
        """P(X < value)."""
        values, heights = self._steps()
        places = np.searchsorted(values, np.asarray(value), side="left")
        return np.concatenate([[0.0], heights])[places]

    def support(self) -> tuple[float, float]:
        """Smallest and largest value with a probability above 0."""
        values, _ = self._steps()
        return float(values[0]), float(values[-1])

    def atoms(self) -> tuple[float, ...]:
        """Values with a probability above 0, rising."""
        return tuple(float(value) for value in self._steps()[0])

    def most_likely(self) -> float:
        """The value with the largest probability, the first stated on ties."""
        return self.values[self.probabilities.index(max(self.probabilities))]

    def central(self) -> float:
        """The most likely value."""
        return self.most_likely()
