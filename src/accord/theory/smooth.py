"""Expected outcomes as smooth functions of one or a few inputs, from worlds that are drawn already.

A thin-plate regression on a few knots (Wood 2003; of one input the natural cubic smoothing spline),
in the normal scores of the inputs' ranks, so that only the order of their values matters. Its
smoothness is the one that the restricted likelihood prefers, for each outcome its own (Wood 2011).
In the basis of Demmler and Reinsch (1975) the worlds' weights and the penalty are both diagonal, so
that every outcome costs a few products. An input with few values has a mean for each value instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = [
    "FEW_VALUES", "Basis", "Design", "Fit", "basis_of", "design_of", "fit", "normal_scores",
    "residual_covariance",
]  # fmt: skip

FEW_VALUES = 10
"""Values that an input may have to get a mean for each of them."""

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

_KNOTS = (0, 12, 30, 40)
_CANDIDATES = 500
_SMOOTHNESS = np.exp(np.linspace(-12.0, 10.0, 45))
_SUPERFLUOUS = 1e-9
_WORLDS = 256


@dataclass(frozen=True)
class Design:
    """Functions of the input, orthonormal over the worlds as if they all weighed 1.

    Attributes
    ----------
    columns : ndarray (n, K)
        A constant is among what they span.
    penalty : ndarray (K, K)
        On how much a sum of them bends.
    """

    columns: Floats
    penalty: Floats


@dataclass(frozen=True)
class Basis:
    """Functions of the input, orthonormal over the worlds by their weights.

    Attributes
    ----------
    columns : ndarray (n, K)
        A constant is among what they span and is not smoothed.
    penalty : ndarray (K,)
        On the square of each coefficient, 0 for what is not smoothed.
    """

    columns: Floats
    penalty: Floats


@dataclass(frozen=True)
class Fit:
    """Expected outcomes given the input.

    Attributes
    ----------
    coefficients : ndarray (K, D)
    shrinkage : ndarray (K, D)
        How much of each coefficient the penalty left.
    """

    coefficients: Floats
    shrinkage: Floats

    def expected(self, basis: Basis) -> Floats:
        """Expected outcomes in each world, shape (D, n)."""
        return _combined(self.coefficients.T, basis.columns.T)


def normal_scores(values: Floats) -> Floats:
    """Normal quantiles of the ranks, equal values sharing their middle rank, shape of the values.

    So the scores hang on the order of the values alone (van der Waerden 1952).
    """
    from scipy.special import ndtri  # noqa: PLC0415  slow to import

    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    middles = np.cumsum(counts) - (counts - 1) / 2
    return np.asarray(ndtri((middles[places] - 0.5) / values.size))


def design_of(points: Floats) -> Design:
    """The functions for inputs (n, d), d from 1 to 3, in scores."""
    first = points[:, 0]
    values = np.unique(first)
    if points.shape[1] == 1 and values.size <= FEW_VALUES:
        plain = (first[:, None] == values).astype(np.float64)
        return _orthonormal(plain, np.zeros((values.size, values.size)))
    knots = _knots(points)
    flat, tight = _straight(points), _straight(knots)
    # bends that no straight part could take over (Wood 2003, section 2)
    rest = np.linalg.qr(tight, mode="complete")[0][:, tight.shape[1] :]
    plain = np.concatenate([flat, _radial(points, knots) @ rest], axis=1)
    penalty = np.zeros((plain.shape[1], plain.shape[1]))
    bends = rest.T @ _radial(knots, knots) @ rest
    penalty[flat.shape[1] :, flat.shape[1] :] = (bends + bends.T) / 2
    return _orthonormal(plain, penalty)


def basis_of(design: Design, weights: Floats) -> Basis:
    """The basis for weights (n,) of the worlds; what they leave superfluous goes."""
    gram = _summed(design.columns.T * weights, design.columns)
    lengths, turn = np.linalg.eigh(gram)
    kept = lengths > _SUPERFLUOUS * lengths[-1]
    turn = turn[:, kept] / np.sqrt(lengths[kept])
    values, turned = np.linalg.eigh(turn.T @ design.penalty @ turn)
    bent = values > _SUPERFLUOUS * max(values[-1], 0.0)
    if bent.any():
        values = values / values[bent].min()
    columns = _combined((turn @ turned).T, design.columns.T).T
    return Basis(columns, np.where(bent, values, 0.0))


def fit(basis: Basis, outcomes: Floats, weights: Floats) -> Fit:
    """Regress outcomes (D, n) with weights (n,) that sum to the effective number of worlds."""
    size = float(weights.sum())
    projected = _summed(outcomes * weights, basis.columns).T
    squares = (outcomes**2 * weights).sum(axis=1)
    free = int((basis.penalty == 0.0).sum())
    if free == basis.penalty.size:
        shrinkage = np.ones(projected.shape)
    else:
        shrinkage = _shrinkage(basis.penalty, projected, squares, size, free)
    return Fit(shrinkage * projected, shrinkage)


def residual_covariance(basis: Basis, found: Fit, outcomes: Floats, weights: Floats) -> Floats:
    """Covariance between outcomes (D, n) of what the input does not explain, shape (D, D)."""
    left = outcomes - found.expected(basis)
    freedom = np.maximum(weights.sum() - found.shrinkage.sum(axis=0), 1.0)
    return np.asarray(_summed(left * weights, left.T) / np.sqrt(np.outer(freedom, freedom)))


def _shrinkage(
    penalty: Floats, projected: Floats, squares: Floats, size: float, free: int
) -> Floats:
    """Shrinkage (K, D) at the smoothness with the highest restricted likelihood.

    Given a smoothness λ, coefficient k varies by σ² / (1 - s_k) with s_k = 1 / (1 + λ d_k).
    """
    bent = penalty > 0.0
    stiff = _SMOOTHNESS[:, None] * penalty[bent]
    taken = stiff / (1.0 + stiff)
    energy = projected**2
    outside = np.maximum(squares - energy.sum(axis=0), 0.0)
    misfit = np.maximum(outside + taken @ energy[bent], 1e-14 * squares + 1e-300)
    likelihood = (size - free) * np.log(misfit) - np.log(taken).sum(axis=1)[:, None]
    result = np.ones(projected.shape)
    result[bent] = 1.0 - taken[likelihood.argmin(axis=0)].T
    return result


def _orthonormal(plain: Floats, penalty: Floats) -> Design:
    scale = 1.0 / np.sqrt((plain**2).sum(axis=0))
    left, lengths, turn = np.linalg.svd(plain * scale, full_matrices=False)
    kept = lengths > _SUPERFLUOUS * lengths[0]
    turn = scale[:, None] * turn[kept].T / lengths[kept]
    return Design(left[:, kept], turn.T @ penalty @ turn)


def _knots(points: Floats) -> Floats:
    """Knots (k, d): even over the scores of one input, far from one another for more inputs."""
    if points.shape[1] == 1:
        low, high = np.quantile(points, [0.005, 0.995])
        return np.asarray(np.linspace(low, high, _KNOTS[1])[:, None])
    step = max(1, points.shape[0] // _CANDIDATES)
    candidates = points[::step]
    nearest = np.square(candidates).sum(axis=1)
    chosen = [int(nearest.argmin())]
    distance = np.square(candidates - candidates[chosen[0]]).sum(axis=1)
    while len(chosen) < _KNOTS[points.shape[1]] and distance.max() > 0.0:
        chosen.append(int(distance.argmax()))
        far = np.square(candidates - candidates[chosen[-1]]).sum(axis=1)
        distance = np.minimum(distance, far)
    return np.asarray(candidates[chosen])


def _straight(points: Floats) -> Floats:
    return np.concatenate([np.ones((points.shape[0], 1)), points], axis=1)


def _radial(points: Floats, knots: Floats) -> Floats:
    """Cubes of the distances between points (n, d) and knots (k, d), shape (n, k)."""
    squares = np.zeros((points.shape[0], knots.shape[0]))
    for axis in range(points.shape[1]):
        squares += (points[:, axis, None] - knots[:, axis]) ** 2
    return np.asarray(squares**1.5)


def _summed(left: Floats, right: Floats) -> Floats:
    """Left (a, n) @ right (n, b), a few worlds at a time.

    So small products are summed in the same order on any number of threads, and do not wait for
    threads where other work has them.
    """
    result = np.zeros((left.shape[0], right.shape[1]))
    for first in range(0, left.shape[1], _WORLDS):
        result += left[:, first : first + _WORLDS] @ right[first : first + _WORLDS]
    return result


def _combined(left: Floats, right: Floats) -> Floats:
    """Product of left (a, k) and right (k, n), a few worlds at a time for the same reasons."""
    result = np.empty((left.shape[0], right.shape[1]))
    for first in range(0, right.shape[1], _WORLDS):
        result[:, first : first + _WORLDS] = left @ right[:, first : first + _WORLDS]
    return result
