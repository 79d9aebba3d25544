"""What knowing one uncertain input would be worth to whoever decides.

The decision is between options and none, which is worth 0. The *expected value of partial perfect
information* of an input X is E max_d E(U_d | X) - max_d E U_d. The inner expectation is a smooth
regression of the utility of each option on the input, over worlds that are drawn already (Strong,
Oakley and Brennan 2014); its error comes from drawing the regressions' coefficients anew, to which
that of the outer mean is added. The estimate is biased upwards, for a maximum feeds on noise, so
it stands beside what the same input is worth when it is permuted. What foresight of everything is
worth, the bound of all of these, is ``information.clairvoyance``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord._errors import ModelError
from accord.theory.estimates import effective_sample_size
from accord.theory.information import clairvoyance
from accord.theory.null_band import NullBand, null_band, stand_out
from accord.theory.smooth import (
    FEW_VALUES,
    Basis,
    Design,
    Fit,
    basis_of,
    design_of,
    fit,
    normal_scores,
    residual_covariance,
)  # fmt: skip
from accord.theory.weighing import weighing

__all__ = ["LARGEST_GROUP", "ParameterValue", "ParameterValues", "parameter_value"]

LARGEST_GROUP = 3
"""Inputs that may be known together."""

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

_POINTS = 64
_NORMAL_90 = 1.6448536269514722
_FEW_EQUAL = 4
_ALIKE = 1.1


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """What knowing an input, or a group of inputs, is worth.

    Attributes
    ----------
    value : float
        In units of the utility, from 0 to what clairvoyance is worth.
    standard_error : float
        From the error of the regressions and that of the mean over the worlds.
    low, high : float
        90% interval by this error, cut at 0 and at clairvoyance.
    null_high : float
        What 19 in 20 permuted inputs do not exceed.
    chance : float
        That an input that tells nothing comes to so much.
    told_apart : bool
        From nothing, all inputs compared at once, with a chance of 5% of any mistake.
    changed : float
        Chance that who knows the input decides otherwise than who does not; noise where the input
        is not told apart from nothing.
    """

    value: float
    standard_error: float
    low: float
    high: float
    null_high: float
    chance: float
    told_apart: bool
    changed: float


@dataclass(frozen=True, slots=True)
class ParameterValues:
    """What knowing each input is worth, in the order asked for.

    Attributes
    ----------
    values : tuple of ParameterValue, length J
    now : int or None
        The option that is best with what is known; None where none is better than no option.
    worth : float
        Its expected utility.
    clairvoyance : float
        What knowing everything, luck too, is worth.
    effective_worlds : float
    """

    values: tuple[ParameterValue, ...]
    now: int | None
    worth: float
    clairvoyance: float
    effective_worlds: float


def parameter_value(
    groups: Sequence[npt.ArrayLike], utility: npt.ArrayLike, weights: npt.ArrayLike | None = None,
    *, seed: int, draws: int = 200, permutations: int = 200,
) -> ParameterValues:  # fmt: skip
    """Expected value of partial perfect information of single inputs and small groups.

    Parameters
    ----------
    groups : sequence of array_like, shape (W,) or (d, W)
        An input each, or up to three inputs that would be known together.
    utility : array_like, shape (D, W)
        Of each option in each world.
    weights : array_like, shape (W,), optional
        Not negative; equal if left out.
    seed : int
    draws : int
        Of the regressions' coefficients.
    permutations : int
        Of each input.

    Raises
    ------
    ModelError
        If shapes do not fit, a number is not finite, fewer than 64 worlds weigh anything, or an
        input is the same in all of these.

    References
    ----------
    Strong, Oakley and Brennan 2014, Estimating multiparameter partial expected value of perfect
    information from a probabilistic sensitivity analysis sample: a nonparametric regression
    approach; its appendix for the standard error.
    """
    worth, points, weight = _checked(groups, utility, weights)
    size = effective_sample_size(weight)
    weight = weight * (size / weight.sum())
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(2)]
    normals = streams[0].standard_normal((draws, len(worth), 64))
    decision = _Decision(worth, weight, {}, {})
    layouts = [_layout(each) for each in points]
    places = streams[1].permuted(np.tile(np.arange(weight.size), (permutations, 1)), axis=1)
    nulls: dict[bytes, NullBand] = {}
    for layout in layouts:
        if layout.key not in nulls:
            nulls[layout.key] = decision.permuted(layout, places)
    limit = clairvoyance(worth, weight)
    found = [decision.value(layout, normals) for layout in layouts]
    chances = [
        _chance(nulls[layout.key], value, error)
        for layout, (value, error, _) in zip(layouts, found, strict=True)
    ]
    expected = worth @ weight / size
    best = int(expected.argmax())
    values = tuple(
        _record(one, limit, nulls[layout.key].high, chance, bool(apart))
        for one, layout, chance, apart in zip(
            found, layouts, chances, stand_out(chances), strict=True
        )
    )
    now = best if expected[best] > 0 else None
    return ParameterValues(values, now, max(0.0, float(expected[best])), limit, size)


def _record(
    found: tuple[float, float, float], limit: float, null: float, chance: float, apart: bool
) -> ParameterValue:
    value, error, changed = min(found[0], limit), found[1], found[2]
    reach = _NORMAL_90 * error
    return ParameterValue(
        value, error, max(0.0, value - reach), min(limit, value + reach), min(null, limit),
        chance, apart and value > 0, changed,
    )  # fmt: skip


def _chance(null: NullBand, value: float, error: float) -> float:
    """Chance of so much from nothing; where no permuted input is worth anything, by the error."""
    if null.ordered[-1] > 0 or value <= 0 or error <= 0:
        return null.chance(value)
    from scipy.special import ndtr  # noqa: PLC0415  slow to import

    return float(ndtr(-value / error))


@dataclass(frozen=True)
class _Layout:
    """Worlds in the order of an input, the input's scores in that order, and what they hang on."""

    order: Places
    scores: Floats
    key: bytes
    few: bool


def _layout(points: Floats) -> _Layout:
    """The layout of inputs (n, d). Inputs without many equal values all have the same scores."""
    count, width = points.shape
    order = np.argsort(points[:, 0], kind="stable")
    if width > 1:
        scores = np.stack([normal_scores(row) for row in points.T], axis=1)[order]
        return _Layout(order, scores, b"+" + scores.tobytes(), few=False)
    first = points[order, 0]
    sizes = np.unique(first, return_counts=True)[1]
    if sizes.size <= FEW_VALUES:
        scores = np.repeat(np.arange(sizes.size), sizes).astype(np.float64)[:, None]
        told = np.sort(sizes)
        if sizes.size == 2:  # shocks of about the same chance share what nothing comes to
            told = np.array([round(np.log(told[0]) / np.log(_ALIKE)), count])
        return _Layout(order, scores, bytes([sizes.size]) + told.tobytes(), few=True)
    values = first if sizes.max() > _FEW_EQUAL else np.arange(count, dtype=np.float64)
    scores = normal_scores(values)[:, None]
    return _Layout(order, scores, b"-" + scores.tobytes(), few=False)


@dataclass(frozen=True)
class _Decision:
    """Utilities (D, n), weights (n,) that sum to the effective number of worlds, what was met."""

    worth: Floats
    weight: Floats
    designs: dict[bytes, Design]
    bases: dict[bytes, Basis]

    def basis(self, layout: _Layout, weight: Floats) -> Basis:
        """The basis in the order of the layout; where all worlds weigh the same, found once."""
        key = layout.scores.tobytes()
        if key not in self.designs:
            self.designs[key] = design_of(layout.scores)
        if (weight != weight[0]).any():
            return basis_of(self.designs[key], weight)
        if key not in self.bases:
            self.bases[key] = basis_of(self.designs[key], weight)
        return self.bases[key]

    def permuted(self, layout: _Layout, places: npt.NDArray[np.int64]) -> NullBand:
        """What knowing the input is worth where it is permuted."""
        found = []
        for row in places:
            weight = self.weight[row]
            basis = self.basis(layout, weight)
            told = fit(basis, self.worth[:, row], weight)
            found.append(_gain(told.expected(basis), weight / weight.sum()))
        return null_band(found)

    def value(self, layout: _Layout, normals: Floats) -> tuple[float, float, float]:
        """What knowing the input is worth, its error, and the chance that it changes the choice."""
        weight = self.weight[layout.order]
        basis = self.basis(layout, weight)
        worth = self.worth[:, layout.order]
        told = fit(basis, worth, weight)
        fitted = told.expected(basis)
        share = weight / weight.sum()
        now = int(_choice(_mean(fitted, share)))
        changed = float(share[_choice(fitted) != now].sum())
        rows, parts = _strata(layout, share)
        again = _drawn_again(told, residual_covariance(basis, told, worth, weight), normals)
        error = float(np.std(_gain(again @ basis.columns[rows].T, parts), ddof=1))
        won = np.maximum(fitted.max(axis=0), 0.0) - (fitted[now] if now >= 0 else 0.0)
        sampled = np.sqrt(share @ (won - share @ won) ** 2 / weight.sum())
        return _gain(fitted, share).item(), float(np.hypot(error, sampled)), changed


def _drawn_again(told: Fit, left: Floats, normals: Floats) -> Floats:
    """Coefficients (R, D, K) within their errors, which options share as far as luck is shared."""
    values, vectors = np.linalg.eigh(left)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    moved = root @ normals[..., : len(told.shrinkage)]
    return np.asarray(told.coefficients.T + np.sqrt(told.shrinkage.T) * moved)


def _strata(layout: _Layout, share: Floats) -> tuple[Places, Floats]:
    """A few worlds that stand for all, and what they stand for."""
    count = share.size
    if layout.few:
        starts = np.flatnonzero(np.diff(layout.scores[:, 0], prepend=-1.0))
        return starts, np.add.reduceat(share, starts)
    points = _POINTS * layout.scores.shape[1] ** 2
    starts = np.unique(np.arange(points) * count // points)
    ends = np.append(starts[1:], count)
    return (starts + ends - 1) // 2, np.add.reduceat(share, starts)


def _gain(fitted: Floats, share: Floats) -> Floats:
    """E max - max E of expected utilities (…, D, n) and of no option, shape (…)."""
    foreseen = _mean(np.maximum(fitted.max(axis=-2), 0.0), share)
    unaware = np.maximum(_mean(fitted, share).max(axis=-1), 0.0)
    return np.asarray(np.maximum(foreseen - unaware, 0.0))


def _mean(values: Floats, share: Floats) -> Floats:
    return np.asarray(np.einsum("...n,n->...", values, share))


def _choice(expected: Floats) -> Places:
    """The best of the options (D, …), of equals the first, -1 for none, shape (…)."""
    return np.where(expected.max(axis=0) > 0, expected.argmax(axis=0), -1)


def _checked(
    groups: Sequence[npt.ArrayLike], utility: npt.ArrayLike, weights: npt.ArrayLike | None
) -> tuple[Floats, list[Floats], Floats]:
    """Utilities (D, n), inputs (n, d) and weights (n,) of the worlds that weigh something."""
    worth = np.asarray(utility, dtype=np.float64)
    if worth.ndim != 2 or not worth.size or not np.isfinite(worth).all():
        raise ModelError(f"found utilities of shape {worth.shape}, wanted finite (options, worlds)")
    worlds = worth.shape[1]
    kept, weight = weighing(weights, worlds)
    points = []
    for number, group in enumerate(groups):
        rows = np.atleast_2d(np.asarray(group, dtype=np.float64))
        if rows.ndim != 2 or rows.shape[1] != worlds or not 1 <= len(rows) <= LARGEST_GROUP:
            raise ModelError(
                f"group {number}: found shape {rows.shape}, wanted one to {LARGEST_GROUP} inputs "
                f"in {worlds} worlds"
            )
        if not np.isfinite(rows).all():
            raise ModelError(f"group {number}: found a number that is not finite")
        if (rows[:, kept] == rows[:, kept[:1]]).all(axis=1).any():
            raise ModelError(f"group {number}: an input is the same in every world; leave it out")
        points.append(rows[:, kept].T)
    return worth[:, kept], points, weight
