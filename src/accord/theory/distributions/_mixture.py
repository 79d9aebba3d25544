"""Linear pools of distributions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord._errors import ModelError
from accord.theory.distributions._domain import Distribution, Floats
from accord.theory.distributions._inversion import solve_rising

__all__ = ["Mixture"]


@dataclass(frozen=True, slots=True)
class Mixture(Distribution):
    """Linear pool: its CDF is the weighted mean of its parts' CDFs (Stone 1961).

    Attributes
    ----------
    parts : tuple of Distribution
    weights : tuple of float
        Not negative; scaled to sum to 1. Equal if left out. Parts of weight 0 are dropped.

    Raises
    ------
    ModelError
        If there is no part with a weight above 0, or as many weights as parts are missing.
    """

    parts: tuple[Distribution, ...]
    weights: tuple[float, ...]

    def __init__(
        self, parts: Sequence[Distribution], weights: Sequence[float] | None = None
    ) -> None:
        given = [1.0] * len(parts) if weights is None else [float(weight) for weight in weights]
        if len(given) != len(parts):
            raise ModelError(f"pool: found {len(given)} weights for {len(parts)} distributions")
        if not all(0 <= weight < np.inf for weight in given):
            raise ModelError("pool: found a weight that is negative or not finite")
        total = sum(given)
        if total <= 0:
            raise ModelError("pool: wanted at least one distribution with a weight above 0")
        kept = [(part, weight / total) for part, weight in zip(parts, given, strict=True) if weight]
        object.__setattr__(self, "parts", tuple(part for part, _ in kept))
        object.__setattr__(self, "weights", tuple(weight for _, weight in kept))

    def cdf(self, value: npt.ArrayLike) -> Floats:
        """P(X <= value)."""
        number = np.asarray(value, dtype=np.float64)
        heights = np.zeros(number.shape)
        for part, weight in zip(self.parts, self.weights, strict=True):
            heights = heights + weight * part.cdf(number)
        return heights

    def cdf_before(self, value: npt.ArrayLike) -> Floats:
        """P(X < value)."""
        number = np.asarray(value, dtype=np.float64)
        heights = np.zeros(number.shape)
        for part, weight in zip(self.parts, self.weights, strict=True):
            heights = heights + weight * part.cdf_before(number)
        return heights

    def quantile(self, probability: npt.ArrayLike) -> Floats:
        """Inverse CDF: between the least and the greatest quantile of the parts, where F = u.

        Values with a probability of their own are met exactly.
        """
        share = np.asarray(probability, dtype=np.float64)
        flat = share.reshape(-1)
        ends = np.stack([part.quantile(flat) for part in self.parts])
        low, high = ends.min(axis=0), ends.max(axis=0)
        atoms = self.atoms()
        for atom in atoms:
            below = self.cdf(atom) < flat
            low = np.where(below, np.maximum(low, atom), low)
            high = np.where(below, high, np.minimum(high, atom))
        found = np.array(low)
        open_ = low < high
        if open_.any():
            found[open_] = solve_rising(self.cdf, flat[open_], low[open_], high[open_])
        for atom in atoms:
            inside = (self.cdf_before(atom) < flat) & (flat <= self.cdf(atom))
            found = np.where(inside, atom, found)
        return found.reshape(share.shape)

    def support(self) -> tuple[float, float]:
        """From the smallest to the largest value of any part."""
        ends = [part.support() for part in self.parts]
        return min(low for low, _ in ends), max(high for _, high in ends)

    def atoms(self) -> tuple[float, ...]:
        """Values that have a probability of their own in any part, rising."""
        return tuple(sorted({atom for part in self.parts for atom in part.atoms()}))

    def central(self) -> float:
        """The median; the most likely value (least on ties) when every part is discrete."""
        if not all(part.atoms() for part in self.parts):
            return self.median()
        atoms = self.atoms()
        masses = [float(self.cdf(atom)) - float(self.cdf_before(atom)) for atom in atoms]
        best = max(masses)
        return next(atom for atom, mass in zip(atoms, masses, strict=True) if mass >= best - 1e-12)
