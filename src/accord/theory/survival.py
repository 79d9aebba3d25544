"""Whether an agreement survives its years: temptations, elections, attention, drift.

Year 0 is the signing, years 1..T are lived through. In each the challenger may be tempted, and
attacks iff the temptation e_t stays below that year's chance of attack; commitments erode, are
reversed after elections, or miss attention that is elsewhere; the challenger grows; walk-away
values drift until an actor has been below its own in two consecutive years (MODELS, section 4b).
Commitments under shifting power: Powell 2006; discrete-time survival and cause-specific hazards:
Kalbfleisch and Prentice 2002.

All chances are compared with uniforms that the caller draws, so that packages share their luck.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from accord._errors import ModelError
from accord.theory.bargaining import UNBOUNDED, on_grid
from accord.theory.estimates import Estimate, share

__all__ = [
    "ATTACK",
    "ESCAPE",
    "KEPT",
    "LEAVING",
    "REVERSAL",
    "Survival",
    "attention_elsewhere",
    "commitment_problem",
    "drift_path",
    "erosion_factors",
    "growth_factors",
    "hazards_by_cause",
    "live_through",
    "reversals",
    "survival_curve",
    "temptation",
    "tempted",
    "turning_thresholds",
    "turning_years",
]

BoolArray: TypeAlias = NDArray[np.bool_]
FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]

KEPT, ATTACK, LEAVING, REVERSAL, ESCAPE = range(5)


@dataclass(frozen=True, slots=True, eq=False)
class Survival:
    """How the years went, one entry a world.

    Attributes
    ----------
    survives : bool array (W,)
        Whether no year ended it, whatever the conflict of section 4a says.
    end_year : int array (W,)
        The year in which it ended, 0 where it lasts.
    cause : int array (W,)
        ``ESCAPE`` where keeping is no equilibrium, else ``KEPT`` or what ended it: ``ATTACK``,
        ``REVERSAL`` (an attack that would not have come without one) or ``LEAVING``. An attack
        comes before a departure of the same year.
    margin : float array (W,)
        -1 where keeping is no equilibrium; (full years kept) / T - 1 where a year ended it; else
        the least of e_t - P_t over tempted years and the rule's slack / 100, floored at 0.
    """

    survives: BoolArray
    end_year: IntArray
    cause: IntArray
    margin: FloatArray


def temptation(common: ArrayLike, own: ArrayLike, persistence: ArrayLike) -> FloatArray:
    """e_t = Phi(sqrt(rho) z + sqrt(1 - rho) z_t), the strength of a moment's temptation.

    Parameters
    ----------
    common : (W,)
        Uniform in (0, 1) that all moments of a world share; z is its normal quantile.
    own : (W,) or (T, W)
        Uniforms of the moments.
    persistence : float or (W,)
        rho in 0..1: 0 makes moments independent, 1 makes them one.

    Returns
    -------
    float array like ``own``, uniform in (0, 1) for every rho
    """
    from scipy.special import ndtr, ndtri  # noqa: PLC0415  slow to import

    rho = np.asarray(persistence, dtype=np.float64)
    if not ((rho >= 0) & (rho <= 1)).all():
        raise ModelError(f"persistence must lie in 0..1, found {rho.min():g} to {rho.max():g}")
    shared = np.sqrt(rho) * ndtri(np.asarray(common, dtype=np.float64))
    result: FloatArray = ndtr(shared + np.sqrt(1.0 - rho) * ndtri(np.asarray(own)))
    return result


def tempted(uniforms: FloatArray, yearly_chance: ArrayLike) -> BoolArray:
    """In which years the challenger is tempted: [U_t < omega], shape (T, W) like the uniforms."""
    result: BoolArray = np.asarray(uniforms) < np.asarray(yearly_chance)
    return result


def drift_path(yearly: FloatArray, horizon: int) -> IntArray:
    """How far walk-away values have drifted by each year: t times the yearly drift, on the grid.

    Parameters
    ----------
    yearly : float array (W,) or (N, W)
        Points a year, one draw a world.
    horizon : int
        T >= 1.

    Returns
    -------
    int64 array (T, ...), in steps of 1/256 point
    """
    _check_horizon(horizon)
    rate = np.asarray(yearly, dtype=np.float64)
    steps = np.arange(1, horizon + 1, dtype=np.float64)
    return on_grid(steps.reshape(-1, *(1,) * rate.ndim) * rate)


def turning_thresholds(drift: IntArray) -> IntArray:
    """d_i: an actor turns at some time iff u_i - r_i < d_i = max_t min(drift_t, drift_t+1).

    Parameters
    ----------
    drift : int64 array (T, ...)

    Returns
    -------
    int64 array (...); -2^30 where there is one year only and so nobody can turn
    """
    path = np.asarray(drift)
    if len(path) < 2:
        return np.full(path.shape[1:], -UNBOUNDED, dtype=np.int64)
    result: IntArray = np.minimum(path[:-1], path[1:]).max(axis=0)
    return result


def turning_years(slack: IntArray, drift: IntArray) -> IntArray:
    """The year in which an actor turns: the second of two in a row below its walk-away value.

    Parameters
    ----------
    slack : int64 array (...)
        u_i - r_i at signing, in grid steps; broadcasts with one year of ``drift``.
    drift : int64 array (T, ...)

    Returns
    -------
    int64 array (...): 2..T, 0 where it never turns
    """
    below = np.asarray(slack)[None] < np.asarray(drift)
    return _first_year(below[1:] & below[:-1], first=2)


def reversals(
    uniforms: FloatArray,
    chance: ArrayLike,
    years: tuple[int, ...],
    horizon: int,
    fallen: BoolArray | None = None,
) -> BoolArray:
    """In which years a guarantor's policy stands reversed.

    A reversal is in force from the year of the first election whose uniform falls below its
    chance, and from the start where the shock that it names fell.

    Parameters
    ----------
    uniforms : float array (E, W)
        One row an election.
    chance : float, (W,) or (E, W)
    years : tuple of E years
        Of the elections, in any order; those after the horizon do not count.
    horizon : int
    fallen : bool array (W,), optional
        Where the named shock fell.

    Returns
    -------
    bool array (T, W)
    """
    _check_horizon(horizon)
    draws = np.asarray(uniforms, dtype=np.float64)
    if len(draws) != len(years):
        raise ModelError(f"{len(years)} elections but {len(draws)} rows of uniforms")
    hit = draws < np.broadcast_to(np.asarray(chance, dtype=np.float64), draws.shape)
    result = np.zeros((horizon, draws.shape[1]), dtype=np.bool_)
    for year, row in zip(years, hit, strict=True):
        result[max(year, 1) - 1 :] |= row
    return result if fallen is None else result | fallen


def attention_elsewhere(uniforms: FloatArray, chance: ArrayLike, lasts: float) -> BoolArray:
    """In which years attention is elsewhere.

    Parameters
    ----------
    uniforms : float array (T, W)
        A spell begins in year t where its uniform falls below the chance.
    chance : float or (W,)
        A year.
    lasts : float
        Years, begun ones counted in full: a spell of one year is in force in the year in which
        it begins.

    Returns
    -------
    bool array (T, W)
    """
    begins = np.asarray(uniforms) < np.asarray(chance)
    result = begins.copy()
    for later in range(1, min(max(1, math.ceil(lasts)), len(begins))):
        result[later:] |= begins[:-later]
    return result


def erosion_factors(yearly: ArrayLike, horizon: int) -> FloatArray:
    """What is left of a strength in years 1..T: (1 - erosion)^t, shape (T, ...)."""
    return _compounded(1.0 - np.asarray(yearly, dtype=np.float64), horizon)


def growth_factors(yearly: ArrayLike, horizon: int) -> FloatArray:
    """How far the challenger has grown in years 1..T: (1 + growth)^t, shape (T, ...)."""
    return _compounded(1.0 + np.asarray(yearly, dtype=np.float64), horizon)


def live_through(
    tempted_in: BoolArray,
    temptations: FloatArray,
    p_attack: FloatArray,
    leaving_year: IntArray,
    slack: FloatArray,
    *,
    stable: BoolArray | None = None,
    p_without_reversals: FloatArray | None = None,
) -> Survival:
    """Put the years together.

    Parameters
    ----------
    tempted_in : bool array (T, W)
    temptations : float array (T, W)
        e_t of years 1..T; an attack comes iff tempted and e_t < P_t.
    p_attack : float array (T, W)
        P_t; not looked at in years that are not tempted.
    leaving_year : int array (W,)
        The year in which the consent rule breaks because actors have turned, 0 for never.
    slack : float array (W,)
        The rule's margin with walk-away values r_i + d_i, in points; infinite where nobody can
        turn, so that the margin of a world without temptations is infinite as well.
    stable : bool array (W,), optional
        Whether keeping is an equilibrium (section 4a); true where not assessed.
    p_without_reversals : float array (T, W), optional
        P_t had no reversal been in force, to tell attacks that a reversal let in.

    Returns
    -------
    Survival
    """
    horizon, worlds = tempted_in.shape
    attacked = tempted_in & (temptations < p_attack)
    attack_year = _first_year(attacked)
    never = horizon + 1
    attack = np.where(attack_year > 0, attack_year, never)
    leaving = np.where(leaving_year > 0, leaving_year, never)
    end = np.minimum(attack, leaving)
    cause = np.where(attack <= leaving, ATTACK, LEAVING)
    if p_without_reversals is not None:
        at = np.minimum(attack, horizon) - 1, np.arange(worlds)
        let_in = temptations[at] >= p_without_reversals[at]
        cause = np.where((cause == ATTACK) & let_in, REVERSAL, cause)
    lasts = end == never
    cause = np.where(lasts, KEPT, cause)
    closest = np.where(tempted_in, temptations - p_attack, np.inf).min(axis=0)
    room = np.maximum(np.minimum(closest, np.asarray(slack) / 100.0), 0.0)
    margin = np.where(lasts, room, (end - 1) / horizon - 1.0)
    if stable is not None:
        margin = np.where(stable, margin, -1.0)
        cause = np.where(stable, cause, ESCAPE)
    ended = np.where(lasts, 0, end).astype(np.int64)
    return Survival(lasts, ended, cause.astype(np.int64), margin)


def survival_curve(
    end_year: IntArray, horizon: int, weights: FloatArray | None = None
) -> tuple[Estimate, ...]:
    """The share of worlds in which it still stands after each of the years 0..T.

    Parameters
    ----------
    end_year : int array (W,)
        0 where it lasts; W in whole blocks.
    horizon : int
    weights : float array (W,), optional

    Returns
    -------
    tuple of T + 1 Estimate
        With errors between blocks; :func:`accord.theory.estimates.interval` gives the bands.
    """
    ends = np.asarray(end_year)
    return tuple(share((ends == 0) | (ends > year), weights) for year in range(horizon + 1))


def hazards_by_cause(
    end_year: IntArray,
    cause: IntArray,
    horizon: int,
    causes: tuple[int, ...] = (ATTACK, REVERSAL, LEAVING),
    weights: FloatArray | None = None,
) -> FloatArray:
    """The chance of ending in a year by each cause, given that it stood when the year began.

    Parameters
    ----------
    end_year, cause : int arrays (W,)
    horizon : int
    causes : tuple of C codes
    weights : float array (W,), optional

    Returns
    -------
    float array (C, T); nan in years that no world reaches
    """
    ends, why = np.asarray(end_year), np.asarray(cause)
    given = np.ones(ends.size) if weights is None else np.asarray(weights, dtype=np.float64)
    result = np.full((len(causes), horizon), np.nan)
    for year in range(1, horizon + 1):
        at_risk = float(given[(ends == 0) | (ends >= year)].sum())
        if at_risk > 0:
            for row, code in enumerate(causes):
                result[row, year - 1] = given[(ends == year) & (why == code)].sum() / at_risk
    return result


def commitment_problem(
    wins: FloatArray, discount: ArrayLike, challenger_ratio: ArrayLike, protege_ratio: ArrayLike
) -> IntArray:
    """The first year in which power shifts faster than any bargain can follow (Powell 2006).

    Flagged in the first year t with delta pi_(t+1) - pi_t > c_C / v_C + c_D / v_D: waiting
    costs the weakening side more than war wastes. A reading, no part of the verdict.

    Parameters
    ----------
    wins : float array (T + 1, W)
        pi_t, the chance that the challenger wins a war begun in year t = 0..T.
    discount : float or (W,)
        delta a year.
    challenger_ratio, protege_ratio : float or (W,)
        Cost of war over stake.

    Returns
    -------
    int array (W,): the year 0..T-1, -1 where there is none
    """
    chances = np.asarray(wins, dtype=np.float64)
    wasted = np.asarray(challenger_ratio) + np.asarray(protege_ratio)
    shifts = np.asarray(discount) * chances[1:] - chances[:-1] > wasted
    return _first_year(shifts, first=1) - 1


def _first_year(happens: BoolArray, first: int = 1) -> IntArray:
    """The year of the first true row, counted from ``first``; 0 where there is none."""
    if not len(happens):
        return np.zeros(happens.shape[1:], dtype=np.int64)
    found = np.argmax(happens, axis=0) + first
    return np.where(happens.any(axis=0), found, 0).astype(np.int64)


def _compounded(factor: FloatArray, horizon: int) -> FloatArray:
    _check_horizon(horizon)
    if (factor < 0).any():
        raise ModelError(f"a yearly factor must not be negative, found {factor.min():g}")
    years = np.arange(1, horizon + 1).reshape(-1, *(1,) * factor.ndim)
    result: FloatArray = factor**years
    return result


def _check_horizon(horizon: int) -> None:
    if horizon < 1:
        raise ModelError(f"the horizon must be at least one year, found {horizon}")
