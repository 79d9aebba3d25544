"""Whether the pools that go meet the requirements, when a pool may serve several capabilities.

A requirement is met in a phase iff for every set Q of capabilities the pools that may serve
some member of Q bring at least what Q needs in total (Gale 1957). Only sets that are connected
through multi-role pools have to be looked at: the ratio of a union of unconnected sets lies
between the ratios of its parts. The robustness of a delivery is

    lambda* = min over cuts (phase, Q) with positive demand of supply / demand,

the factor by which all requirements could grow (Birnbaum's structure taken to quantities; the
adequacy margin of Billinton and Allan 1996). All amounts are integers, so a verdict is exact.

Algorithm: list the connected sets of each component of the pool-capability graph once; then
supplies and demands of all cuts in all phases and worlds are two matrix products. A component
with more than 4,095 connected sets (any component of up to 12 capabilities stays below) has its
tightest cuts found by linear programming instead, see :mod:`accord.theory.tight_cuts`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.tight_cuts import connected_parts, tight_cuts

__all__ = [
    "GRID",
    "NOTHING_REQUIRED",
    "Alone",
    "Coverage",
    "Cuts",
    "coverage",
    "cuts_of",
    "round_to_grid",
    "taken_alone",
]

BoolArray: TypeAlias = NDArray[np.bool_]
IntArray: TypeAlias = NDArray[np.int64]
FloatArray: TypeAlias = NDArray[np.float64]

NOTHING_REQUIRED = -1  # the reason where no cut has a positive demand
_MARGIN_CLIP = 10.0
_MOST_CUTS = 4095  # 2**12 - 1
_EXACT_FLOAT = 2.0**53
GRID = 1_000_000
"""Steps of the grid in one of its units."""

_FLOAT_NOISE = 1e-3  # of a grid step
_CHUNK = 64


@dataclass(frozen=True, slots=True)
class Cuts:
    """The capability sets that decide a delivery, for one table of roles.

    Attributes
    ----------
    sets : tuple of tuples of int
        Connected capability sets by size, then declared order.
    components : tuple of tuples of int
        Connected components of the pool-capability graph, in declared order.
    large : tuple of tuples of int
        Components with too many connected sets to list; their cuts are found by programming.
    """

    sets: tuple[tuple[int, ...], ...]
    components: tuple[tuple[int, ...], ...]
    large: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """Whether the requirements are met, by how much, and what is short first.

    Attributes
    ----------
    delivered : bool array (W,)
        Exact: supply >= demand in integers at every cut.
    ratio : float array (W,)
        lambda*, +inf where nothing is required.
    log_lambda : float array (W,)
        ln lambda* clipped to [-10, 10]; its sign agrees with ``delivered`` (>= 0 passes).
    reason : int array (W,)
        Index into ``labels`` of the first tightest cut in the order phase, size, declared
        order; ``NOTHING_REQUIRED`` where no cut has a positive demand.
    labels : tuple of (phase, capabilities)
    exact : bool
        False when cuts of some component were found by linear programming: a failure is then
        still certain, a pass holds to the solver's tolerance of 1e-7.
    """

    delivered: BoolArray
    ratio: FloatArray
    log_lambda: FloatArray
    reason: NDArray[np.intp]
    labels: tuple[tuple[int, tuple[int, ...]], ...]
    exact: bool


@dataclass(frozen=True, slots=True, eq=False)
class Alone:
    """Each capability taken alone: everything that can serve it serves nothing else.

    Attributes
    ----------
    covered : float array (K, T)
        Share of worlds in which supply meets the requirement.
    shortfall : float array (K, T)
        Mean over worlds of what is missing, in grid units.
    """

    covered: FloatArray
    shortfall: FloatArray


def round_to_grid(amounts: FloatArray, unit: float, *, up: bool = False) -> IntArray:
    """Amounts as integers on a grid of 1e-6 of a unit.

    Parameters
    ----------
    amounts : float array, any shape
        Amounts after rotation, or requirements, of one unit.
    unit : float
        Positive; of the order of the largest requirement over all packages and worlds.
    up : bool
        Round up in place of half to even; what floats add above a whole step is no step.

    Returns
    -------
    int64 array of the same shape
    """
    if not unit > 0:
        raise ModelError(f"the unit of a grid must be positive, found {unit}")
    steps = np.asarray(amounts, dtype=np.float64) * (GRID / unit)
    scaled = np.ceil(steps - _FLOAT_NOISE) if up else np.rint(steps)
    if not np.all(np.abs(scaled) < _EXACT_FLOAT):
        raise ModelError("amounts exceed 2**53 steps of 1e-6 of their unit")
    return scaled.astype(np.int64)


def cuts_of(roles: BoolArray) -> Cuts:
    """List the connected capability sets of a table of roles.

    Parameters
    ----------
    roles : bool array (M, K)
        Whether pool m may serve capability k.
    """
    table = np.asarray(roles, dtype=np.bool_)
    neighbours = [
        {int(k) for k in np.flatnonzero(table[table[:, c]].any(axis=0))} - {c}
        for c in range(table.shape[1])
    ]
    components = connected_parts(range(table.shape[1]), neighbours)
    sets: list[tuple[int, ...]] = []
    large: list[tuple[int, ...]] = []
    for component in components:
        found = _connected_sets(component, neighbours)
        if found is None:
            large.append(component)
        else:
            sets.extend(found)
    return Cuts(_ordered(sets), components, tuple(large))


def coverage(
    going: BoolArray,
    usable: IntArray,
    roles: BoolArray,
    requirement: IntArray,
    cuts: Cuts | None = None,
) -> Coverage:
    """Put what goes against what is needed, in every phase and world.

    Parameters
    ----------
    going : bool array (M, W)
        Which pledges go.
    usable : int64 array (M, T) or (M, T, W)
        What each pool brings in each phase, in grid units, >= 0.
    roles : bool array (M, K)
        Whether pool m may serve capability k.
    requirement : int64 array (K, T) or (K, T, W)
        What is needed, in grid units, >= 0.
    cuts : Cuts, optional
        ``cuts_of(roles)``, when it is at hand.

    Returns
    -------
    Coverage

    Raises
    ------
    ModelError
        When shapes do not fit, an amount is negative, or a total exceeds 2**53.

    References
    ----------
    Gale 1957, "A theorem on flows in networks".
    """
    listed = cuts if cuts is not None else cuts_of(roles)
    # a pool that brings nothing matters to who goes, no longer to what is covered
    pools = np.flatnonzero(np.any(usable, axis=tuple(range(1, np.ndim(usable)))))
    if 0 < pools.size < len(usable):
        going, usable, roles = going[pools], usable[pools], roles[pools]
    supply, demand = _amounts(going, usable, roles, requirement)
    sets = listed.sets
    for component in listed.large:
        sets = _ordered([*sets, *tight_cuts(component, roles, supply, demand)])
    phases = demand.shape[1]
    ratio, best, short = _tightest(sets, supply, roles, demand)
    phase = np.argmin(ratio, axis=0)
    worlds = np.arange(ratio.shape[1])
    smallest = ratio[phase, worlds]
    reason = np.where(
        np.isinf(smallest), NOTHING_REQUIRED, phase * len(sets) + best[phase, worlds]
    ).astype(np.intp)
    labels = tuple((t, capabilities) for t in range(phases) for capabilities in sets)
    margin = _margin(smallest, ~short)
    return Coverage(~short, smallest, margin, reason, labels, not listed.large)


def taken_alone(
    going: BoolArray,
    usable: IntArray,
    roles: BoolArray,
    requirement: IntArray,
    weights: FloatArray | None = None,
) -> Alone:
    """How often each capability is covered, and what is missing on average.

    Each capability is taken alone, with everything that can serve it: a pool with two roles
    counts in full for both, so all may be covered alone and the whole not delivered.

    Parameters
    ----------
    going, usable, roles, requirement
        As in :func:`coverage`.
    weights : float array (W,), optional
        Weights of worlds, >= 0, with a positive sum; equal when left out.

    Returns
    -------
    Alone
    """
    supply, demand = _amounts(going, usable, roles, requirement)
    serves = np.asarray(roles, dtype=np.bool_).T
    flat = supply.reshape(len(supply), supply.shape[1] * supply.shape[2])
    total = _row_sums(serves, flat).reshape(len(serves), *supply.shape[1:])
    missing = np.maximum(demand - total, 0.0)
    given = np.ones(supply.shape[2]) if weights is None else np.asarray(weights, dtype=np.float64)
    total_weight = float(given.sum())
    return Alone(
        covered=(missing == 0.0) @ given / total_weight, shortfall=missing @ given / total_weight
    )


def _amounts(
    going: BoolArray, usable: IntArray, roles: BoolArray, requirement: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Supply (M, T, W) and demand (K, T, W) as floats that hold the integers exactly."""
    rows = np.asarray(going, dtype=np.bool_)
    pools = np.asarray(usable)
    needs = np.asarray(requirement)
    pools = pools[:, :, None] if pools.ndim == 2 else pools
    needs = needs[:, :, None] if needs.ndim == 2 else needs
    pledges, worlds = rows.shape
    capabilities, phases = needs.shape[:2]
    fits = (
        pools.shape[:2] == (pledges, phases)
        and np.shape(roles) == (pledges, capabilities)
        and {pools.shape[2], needs.shape[2]} <= {1, worlds}
    )
    if not fits:
        raise ModelError(
            f"shapes do not fit: going {rows.shape}, usable {pools.shape}, "
            f"roles {np.shape(roles)}, requirement {needs.shape}"
        )
    if (pools < 0).any() or (needs < 0).any():
        raise ModelError("amounts and requirements must not be negative")
    supply = np.where(rows[:, None, :], pools, 0).astype(np.float64)
    demand = np.broadcast_to(needs.astype(np.float64), (capabilities, phases, worlds))
    for name, total in (("amounts", pools), ("requirements", needs)):
        if total.size and total.sum(axis=0, dtype=np.float64).max() >= _EXACT_FLOAT:
            raise ModelError(f"the sum of {name} exceeds 2**53 grid steps")
    return supply, demand


def _tightest(
    sets: tuple[tuple[int, ...], ...], supply: FloatArray, roles: BoolArray, demand: FloatArray
) -> tuple[FloatArray, NDArray[np.intp], BoolArray]:
    """Per phase and world the least ratio and its first cut; per world whether any cut is short."""
    member = np.zeros((len(sets), demand.shape[0]), dtype=np.bool_)
    for row, capabilities in enumerate(sets):
        member[row, list(capabilities)] = True
    touches: BoolArray = np.any(member[:, None, :] & np.asarray(roles, dtype=np.bool_), axis=2)
    ratio = np.full(demand.shape[1:], np.inf)
    best = np.zeros(demand.shape[1:], dtype=np.intp)
    short = np.zeros(demand.shape[2], dtype=np.bool_)
    # without a pool there is no size from which -1 could be inferred
    flat_supply = supply.reshape(len(supply), ratio.size)
    flat_demand = demand.reshape(len(demand), -1)
    for start in range(0, len(sets), _CHUNK):
        chunk = slice(start, start + _CHUNK)
        # products and sums of integers below 2**53: exact whatever the order of summation
        brings = _row_sums(touches[chunk], flat_supply).reshape(-1, *ratio.shape)
        needs = _row_sums(member[chunk], flat_demand).reshape(-1, *ratio.shape)
        ratios = np.divide(brings, needs, out=np.full_like(brings, np.inf), where=needs > 0)
        first = np.argmin(ratios, axis=0)
        least = np.take_along_axis(ratios, first[None], axis=0)[0]
        best = np.where(least < ratio, start + first, best)
        ratio = np.minimum(ratio, least)
        short |= (brings < needs).any(axis=(0, 1))
    return ratio, best, short


def _row_sums(picked: BoolArray, rows: FloatArray) -> FloatArray:
    """The sum of the rows that each line of ``picked`` takes, shape (lines, columns).

    A product of matrices would do the same, but for matrices so flat its threads cost more than
    they bring.
    """
    result = np.zeros((len(picked), rows.shape[1]))
    for line, which in enumerate(picked):
        np.sum(rows[which], axis=0, out=result[line])
    return result


def _margin(ratio: FloatArray, delivered: BoolArray) -> FloatArray:
    """ln(ratio), clipped, with the sign of the exact verdict."""
    with np.errstate(divide="ignore"):
        margin: FloatArray = np.clip(np.log(ratio), -_MARGIN_CLIP, _MARGIN_CLIP)
    signed: FloatArray = np.where(
        delivered, np.maximum(margin, 0.0), np.minimum(margin, -(2.0**-53))
    )
    return signed


def _connected_sets(
    component: tuple[int, ...], neighbours: list[set[int]]
) -> list[tuple[int, ...]] | None:
    """Every connected subset of a component by growing, or None when there are too many."""
    frontier = {frozenset((capability,)) for capability in component}
    found = set(frontier)
    while frontier:
        frontier = {
            grown | {neighbour}
            for grown in frontier
            for neighbour in set().union(*(neighbours[k] for k in grown)) - grown
        }
        found |= frontier
        if len(found) > _MOST_CUTS:
            return None
    return [tuple(sorted(each)) for each in found]


def _ordered(sets: Iterable[tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    return tuple(sorted(set(sets), key=lambda each: (len(each), each)))
