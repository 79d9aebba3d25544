"""What an index comes to where there is nothing to find, and whether a found one is more.

The inputs are permuted over the worlds, so that they tell nothing, and the index is taken again
and again (a permutation test: Fisher 1935). Far in the tail, where hundreds of inputs are compared
and no affordable number of permutations reaches, the Pearson type III curve with the mean, the
variance and the skewness of the permuted indices stands in (Mielke and Berry 2007, section 2.3).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord._errors import ModelError

__all__ = ["MISTAKES", "NullBand", "null_band", "stand_out"]

MISTAKES = 0.05
"""Chance that any input that tells nothing is told apart from nothing."""

Floats = npt.NDArray[np.float64]

_TAIL = 0.05
_NO_SKEW = 1e-3


@dataclass(frozen=True, slots=True)
class NullBand:
    """Indices of permuted inputs.

    Attributes
    ----------
    low, high : float
        Between which nine in ten of them lie.
    mean, deviation, skewness : float
    ordered : ndarray (P,)
        All of them, ascending.
    """

    low: float
    high: float
    mean: float
    deviation: float
    skewness: float
    ordered: Floats

    def chance(self, value: float) -> float:
        """Chance that a permuted input reaches so high an index."""
        reached = self.ordered.size - int(np.searchsorted(self.ordered, value, side="left"))
        counted = (reached + 1) / (self.ordered.size + 1)
        if reached or self.deviation == 0.0:
            return counted
        return min(counted, self._tail(value))

    def _tail(self, value: float) -> float:
        from scipy.special import gammaincc, ndtr  # noqa: PLC0415  slow to import

        distance = (value - self.mean) / self.deviation
        if self.skewness < _NO_SKEW:
            return float(ndtr(-distance))
        shape = 4.0 / self.skewness**2
        return float(gammaincc(shape, max(0.0, shape + distance * np.sqrt(shape))))


def null_band(indices: npt.ArrayLike) -> NullBand:
    """The band of the indices of permuted inputs, shape (P,).

    Raises
    ------
    ModelError
        If there are fewer than 20, too few for a band, or one is not finite.
    """
    ordered = np.sort(np.asarray(indices, dtype=np.float64))
    if ordered.ndim != 1 or ordered.size < 20 or not np.isfinite(ordered).all():
        raise ModelError(f"found {ordered.size} permuted indices, wanted 20 or more, all finite")
    low, high = np.quantile(ordered, [_TAIL, 1.0 - _TAIL])
    mean, deviation = float(ordered.mean()), float(ordered.std())
    same = deviation <= 1e-12 * (abs(mean) + 1e-300)
    skewness = 0.0 if same else float((((ordered - mean) / deviation) ** 3).mean())
    return NullBand(
        float(low), float(high), mean, 0.0 if same else deviation, skewness, ordered
    )  # fmt: skip


def stand_out(chances: npt.ArrayLike, level: float = MISTAKES) -> npt.NDArray[np.bool_]:
    """Which inputs are told apart from nothing, all of them compared at once (Holm 1979).

    Parameters
    ----------
    chances : array_like, shape (J,)
        Chance of so high an index if the input told nothing.
    level : float
        Chance of one mistake or more among all inputs that tell nothing, however they hang
        together.

    Returns
    -------
    ndarray of bool, shape (J,)

    Raises
    ------
    ModelError
        If a chance is no probability, or the level does not lie inside (0, 1).
    """
    found = np.asarray(chances, dtype=np.float64)
    if found.ndim != 1 or not ((found >= 0) & (found <= 1)).all():
        raise ModelError("wanted one probability from 0 to 1 for each input")
    if not 0.0 < level < 1.0:
        raise ModelError(f"found a level of {level:g}, wanted one strictly between 0 and 1")
    order = np.argsort(found, kind="stable")
    passed = found[order] * (found.size - np.arange(found.size)) <= level
    result = np.zeros(found.size, dtype=np.bool_)
    result[order] = np.logical_and.accumulate(passed)
    return result
