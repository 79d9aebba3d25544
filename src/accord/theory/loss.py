"""What a coalition loses with a contributor, and which contributors it cannot spare.

Losing a contributor means that all its pledges are unavailable *before* the fixed point, in the
same worlds: others may then stay away as well, because they waited for it. From that one rule
follow the loss of any one or two, single points of failure, minimal cut sets and minimum viable
coalitions, lead sets, Birnbaum's importance, and the worth of every coalition for the Shapley
value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.capacity import Coverage, Cuts, coverage, cuts_of
from accord.theory.coalition import Condition, joining, restrict_worlds, waive_waiting
from accord.theory.monotone import MinimalSets, minimal_sets

__all__ = [
    "Coalition",
    "Losses",
    "at_world",
    "birnbaum",
    "deliver",
    "in_some_worlds",
    "lead_sets",
    "losses",
    "minimal_coalitions",
    "single_points_of_failure",
    "stays_away",
    "worth_of",
    "worths_of",
]

BoolArray: TypeAlias = NDArray[np.bool_]
IntArray: TypeAlias = NDArray[np.int64]
FloatArray: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Coalition:
    """The pledges of one package and what they are for.

    Attributes
    ----------
    conditions : tuple of M conditions
    owner : tuple of M int
        The contributor whose pledge it is, 0..contributors-1.
    contributors : int
    usable : int64 array (M, T) or (M, T, W)
    roles : bool array (M, K)
    requirement : int64 array (K, T) or (K, T, W)
    cuts : Cuts, optional
        ``cuts_of(roles)``, to save listing them again for every package.
    """

    conditions: tuple[Condition, ...]
    owner: tuple[int, ...]
    contributors: int
    usable: IntArray
    roles: BoolArray
    requirement: IntArray
    cuts: Cuts | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Losses:
    """Delivery after the loss of each set of contributors.

    Attributes
    ----------
    lost : tuple of tuples of int
        The sets of contributors, in lexicographic order.
    before : bool array (W,)
        Delivery without any loss.
    after : bool array (len(lost), W)
    """

    lost: tuple[tuple[int, ...], ...]
    before: BoolArray
    after: BoolArray


def deliver(coalition: Coalition, available: BoolArray, goes: BoolArray | bool) -> Coverage:
    """Find who goes and put it against the requirement.

    Parameters
    ----------
    coalition : Coalition
    available : bool array (M, W)
    goes : bool or bool array (W,)
        The world's coin: the greatest fixed point where true, the least elsewhere.

    Returns
    -------
    Coverage
    """
    going = joining(available, coalition.conditions, goes)
    return coverage(going, coalition.usable, coalition.roles, coalition.requirement, coalition.cuts)


def losses(
    coalition: Coalition,
    available: BoolArray,
    goes: BoolArray | bool,
    size: int = 1,
    among: Sequence[int] | None = None,
) -> Losses:
    """Deliver without each set of ``size`` contributors, in the same worlds.

    Parameters
    ----------
    coalition, available, goes
        As in :func:`deliver`.
    size : int
        1 for the loss of any one contributor, 2 for any two.
    among : sequence of int, optional
        The contributors that may be lost; all when left out.

    Returns
    -------
    Losses
    """
    ready = _with_cuts(coalition)
    may_be_lost = range(coalition.contributors) if among is None else among
    lost = tuple(combinations(may_be_lost, size))
    after = np.zeros((len(lost), available.shape[1]), dtype=np.bool_)
    for row, gone in enumerate(lost):
        after[row] = deliver(ready, _without(ready, available, gone), goes).delivered
    return Losses(lost, deliver(ready, available, goes).delivered, after)


def stays_away(
    coalition: Coalition, available: BoolArray, goes: BoolArray | bool, lost: int
) -> BoolArray:
    """Who else stays away when one contributor is lost, because it waited for what is lost.

    Parameters
    ----------
    coalition, available, goes
        As in :func:`deliver`.
    lost : int
        The contributor.

    Returns
    -------
    bool array (contributors, W)
        Whether a contributor has pledges that go with everyone available and brings none of them
        without the lost one; false for the lost one itself.
    """
    before = joining(available, coalition.conditions, goes)
    after = joining(_without(coalition, available, [lost]), coalition.conditions, goes)
    result = np.zeros((coalition.contributors, available.shape[1]), dtype=np.bool_)
    owner = np.asarray(coalition.owner)
    for other in range(coalition.contributors):
        own = owner == other
        if other != lost and own.any():
            result[other] = before[own].any(axis=0) & ~after[own].any(axis=0)
    return result


def single_points_of_failure(single: Losses) -> tuple[int, ...]:
    """Contributors without whom no world delivers, although some world does with them.

    Parameters
    ----------
    single : Losses
        Of size 1.
    """
    if not single.before.any():
        return ()
    return tuple(
        gone[0] for gone, row in zip(single.lost, single.after, strict=True) if not row.any()
    )


def birnbaum(
    coalition: Coalition,
    available: BoolArray,
    goes: BoolArray | bool,
    weights: FloatArray | None = None,
    among: Sequence[int] | None = None,
) -> FloatArray:
    """Birnbaum's importance: P(deliver | all of c available) - P(deliver | none of c).

    The same worlds serve both, so the difference is paired.

    Parameters
    ----------
    coalition, available, goes
        As in :func:`deliver`.
    weights : float array (W,), optional
    among : sequence of int, optional
        The contributors asked about; all when left out.

    Returns
    -------
    float array (contributors asked about,), each >= 0

    References
    ----------
    Birnbaum 1969.
    """
    ready = _with_cuts(coalition)
    owner = np.asarray(coalition.owner)
    asked = range(coalition.contributors) if among is None else among
    importance = np.zeros(len(asked))
    for place, contributor in enumerate(asked):
        own = (owner == contributor)[:, None]
        with_it = deliver(ready, available | own, goes).delivered
        without_it = deliver(ready, available & ~own, goes).delivered
        importance[place] = _mean(with_it.astype(np.float64) - without_it, weights)
    return importance


def worth_of(
    coalition: Coalition,
    available: BoolArray,
    goes: BoolArray | bool,
    weights: FloatArray | None = None,
) -> Callable[[int], float]:
    """The worth u(S) of a set of contributors: the share of worlds that deliver when only S may.

    Returns
    -------
    function of a bitmask of contributors
        For :func:`accord.theory.power.shapley_by_permutations`, or over all bitmasks for
        :func:`accord.theory.power.shapley_from_table`.
    """
    ready = _with_cuts(coalition)

    def worth(members: int) -> float:
        gone = [c for c in range(ready.contributors) if not members >> c & 1]
        return _mean(deliver(ready, _without(ready, available, gone), goes).delivered, weights)

    return worth


def worths_of(
    coalition: Coalition,
    available: BoolArray,
    goes: BoolArray | bool,
    weights: FloatArray | None = None,
) -> Callable[[Sequence[int]], FloatArray]:
    """The worths of several sets of contributors at once, as :func:`worth_of` one by one.

    The worlds are laid out once for every set, so that one pass answers for all.

    Returns
    -------
    function of a sequence of S bitmasks of contributors to a float array (S,)
    """
    ready = _with_cuts(coalition)
    worlds = available.shape[1]
    coin = np.broadcast_to(np.asarray(goes, dtype=np.bool_), (worlds,))
    owner = np.asarray(ready.owner, dtype=np.intp)

    def worths(sets: Sequence[int]) -> FloatArray:
        places = np.tile(np.arange(worlds, dtype=np.intp), len(sets))
        laid_out = replace(
            ready,
            conditions=tuple(restrict_worlds(each, places) for each in ready.conditions),
            usable=_laid_out(ready.usable, len(sets)),
            requirement=_laid_out(ready.requirement, len(sets)),
        )
        inside = np.array([[s >> c & 1 for c in range(ready.contributors)] for s in sets])
        joins = inside.astype(np.bool_)[:, owner].T[:, :, None] & available[:, None, :]
        found = deliver(laid_out, joins.reshape(len(owner), -1), np.tile(coin, len(sets)))
        rows = found.delivered.reshape(len(sets), worlds)
        return np.array([_mean(row, weights) for row in rows])

    return worths


def _laid_out(amounts: IntArray, times: int) -> IntArray:
    """Amounts by world once for every set; amounts that know no worlds stay."""
    return np.tile(amounts, (1, 1, times)) if amounts.ndim == 3 else amounts


def in_some_worlds(coalition: Coalition, worlds: NDArray[np.intp]) -> Coalition:
    """The coalition in some worlds, which may repeat: masks, amounts, requirements of those."""

    def there(amounts: IntArray) -> IntArray:
        if amounts.ndim == 2 or amounts.shape[2] == 1:
            return amounts
        return amounts[..., worlds]

    return replace(
        coalition,
        conditions=tuple(restrict_worlds(each, worlds) for each in coalition.conditions),
        usable=there(coalition.usable),
        requirement=there(coalition.requirement),
    )


def at_world(coalition: Coalition, world: int) -> Coalition:
    """The coalition in one world: masks, amounts and requirements of that world alone."""
    return in_some_worlds(coalition, np.array([world], dtype=np.intp))


def minimal_coalitions(coalition: Coalition, *, goes: bool, limit: int = 1000) -> MinimalSets:
    """Minimum viable coalitions and minimal cut sets of contributors in one world state.

    Every pledge counts as available; who goes is then a matter of who is in and what each
    waits for.

    Parameters
    ----------
    coalition : Coalition
        Of one world, see :func:`at_world`.
    goes : bool
        Whether everyone goes (greatest fixed point) or everyone waits (least).
    limit : int
        Results after which the search stops; ``complete`` says so.

    Returns
    -------
    MinimalSets
        Of contributors.
    """
    ready = _with_cuts(coalition)
    everybody = np.ones((len(coalition.conditions), 1), dtype=np.bool_)
    worth = worth_of(ready, everybody, goes)
    return minimal_sets(lambda members: worth(members) > 0.5, coalition.contributors, limit)


def lead_sets(coalition: Coalition, available: BoolArray, limit: int = 1000) -> MinimalSets:
    """Minimal sets of contributors that, by no longer waiting, make everyone-waits deliver.

    A leader goes first: its pledges keep their conditions on the world but no longer wait for
    other pledges. The empty set leads where nobody has to; no set leads (a cut ``()``) where
    even everyone going would not deliver.

    Parameters
    ----------
    coalition : Coalition
        Of one world, see :func:`at_world`.
    available : bool array (M, 1)
    limit : int

    Returns
    -------
    MinimalSets
        Of contributors.
    """
    ready = _with_cuts(coalition)
    first = tuple(waive_waiting(condition) for condition in coalition.conditions)

    def leads(members: int) -> bool:
        rules = tuple(
            first[m] if members >> owner & 1 else coalition.conditions[m]
            for m, owner in enumerate(coalition.owner)
        )
        return bool(deliver(replace(ready, conditions=rules), available, goes=False).delivered[0])

    return minimal_sets(leads, coalition.contributors, limit)


def _with_cuts(coalition: Coalition) -> Coalition:
    if len(coalition.owner) != len(coalition.conditions):
        raise ModelError(
            f"{len(coalition.conditions)} conditions but owners of {len(coalition.owner)} pledges"
        )
    if coalition.cuts is not None:
        return coalition
    return replace(coalition, cuts=cuts_of(coalition.roles))


def _without(coalition: Coalition, available: BoolArray, gone: Sequence[int]) -> BoolArray:
    kept = ~np.isin(np.asarray(coalition.owner), np.asarray(gone, dtype=np.intp))
    return np.asarray(available, dtype=np.bool_) & kept[:, None]


def _mean(values: FloatArray | BoolArray, weights: FloatArray | None) -> float:
    """Weighted mean over worlds; counts stay exact until the one division."""
    if weights is None:
        return float(values.sum()) / values.size
    given = np.asarray(weights, dtype=np.float64)
    return float(values @ given) / float(given.sum())
