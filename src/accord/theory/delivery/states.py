"""Delivery where only availability is uncertain, exactly: every state of every contributor.

A contributor is in one of a few states: none of its pledges is available, some are, all are. With
contributors independent of one another, everything that test 2 asks about chances is a sum over
the product of their states, and one table of "delivered or not" answers for all of it: the worth
of every coalition for the Shapley value, Birnbaum's importance, the loss of a contributor,
minimal sets and single points of failure (Birnbaum 1969; Billinton and Allan 1996).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.capacity import coverage
from accord.theory.coalition import (
    All,
    Always,
    Any,
    AtLeast,
    Condition,
    Never,
    World,
    joining,
)
from accord.theory.loss import Coalition
from accord.theory.monotone import MinimalSets

__all__ = [
    "MOST_STATES",
    "AloneInStates",
    "States",
    "alone_in_states",
    "birnbaum_in_states",
    "count_states",
    "delivered_in_states",
    "minimal_in_states",
    "worths_in_states",
]

Booleans: TypeAlias = NDArray[np.bool_]
Floats: TypeAlias = NDArray[np.float64]

MOST_STATES = 2**21
"""Joint states that are looked at one by one."""

_AT_ONCE = 2**15


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """What one contributor may have available.

    Attributes
    ----------
    available : bool array (n, M)
        Per state the pledges of the contributor that are available; none in the first state,
        all of its pledges in the last.
    probability : float array (n,)
        Sums to 1.
    """

    available: Booleans
    probability: Floats


@dataclass(frozen=True, slots=True, eq=False)
class AloneInStates:
    """Each capability taken alone, over all states.

    Attributes
    ----------
    covered : float array (K, T)
        Chance that everything that can serve it covers its requirement.
    covered_throughout : float array (K,)
        Chance that it is covered in every phase.
    shortfall : float array (K, T)
        Expected shortfall in grid units.
    worst_shortfall : float array (K,)
        Expectation of the largest shortfall of any phase.
    """

    covered: Floats
    covered_throughout: Floats
    shortfall: Floats
    worst_shortfall: Floats


def count_states(states: Sequence[States]) -> int:
    """How many joint states there are."""
    return prod(len(each.probability) for each in states)


def delivered_in_states(coalition: Coalition, states: Sequence[States], *, goes: bool) -> Booleans:
    """Whether each joint state delivers.

    Parameters
    ----------
    coalition : Coalition
        Of one world.
    states : sequence of States, one a contributor
    goes : bool
        Whether everyone goes (greatest fixed point) or everyone waits (least).

    Returns
    -------
    bool array (S,)
        The first contributor's state changes fastest.

    Raises
    ------
    ModelError
        With more than ``MOST_STATES`` joint states.
    """
    result = np.empty(_checked(states), dtype=np.bool_)
    for begin, going in _going(coalition, states, goes=goes):
        found = coverage(
            going, coalition.usable, coalition.roles, coalition.requirement, coalition.cuts
        )
        result[begin : begin + going.shape[1]] = found.delivered
    return result


def alone_in_states(coalition: Coalition, states: Sequence[States], *, goes: bool) -> AloneInStates:
    """How often each capability is covered, and what is missing, with all that can serve it.

    Parameters and errors are those of :func:`delivered_in_states`.

    Returns
    -------
    AloneInStates
    """
    usable = np.reshape(coalition.usable, np.shape(coalition.usable)[:2])
    needs = np.reshape(coalition.requirement, np.shape(coalition.requirement)[:2])
    chance = _chances(states)
    capabilities = len(needs)
    covered, short = np.zeros(needs.shape), np.zeros(needs.shape)
    throughout, worst = np.zeros(capabilities), np.zeros(capabilities)
    for begin, going in _going(coalition, states, goes=goes):
        weight = chance[begin : begin + going.shape[1]]
        for k in range(capabilities):
            pools = np.flatnonzero(coalition.roles[:, k])
            supply = usable[pools].T @ going[pools].astype(np.int64)
            missing = np.maximum(needs[k][:, None] - supply, 0)
            covered[k] += (missing == 0) @ weight
            short[k] += missing @ weight
            throughout[k] += (missing == 0).all(axis=0) @ weight
            worst[k] += missing.max(axis=0) @ weight
    return AloneInStates(covered, throughout, short, worst)


def worths_in_states(delivered: Booleans, states: Sequence[States]) -> Floats:
    """The chance of delivery when only some contributors may be available.

    Parameters
    ----------
    delivered : bool array (S,)
        From :func:`delivered_in_states`.
    states : sequence of States

    Returns
    -------
    float array (2**contributors,)
        At index S; bit i says whether contributor i may be available.
    """
    table = delivered.astype(np.float64)
    behind = 1
    for each in states:
        size = len(each.probability)
        block = table.reshape(-1, size, behind)
        mean = np.tensordot(each.probability, block, axes=(0, 1))
        table = np.stack([block[:, 0], mean], axis=1).ravel()
        behind *= 2
    return table


def birnbaum_in_states(delivered: Booleans, states: Sequence[States]) -> Floats:
    """Birnbaum's importance: P(deliver | all of c available) - P(deliver | none of c).

    Parameters are those of :func:`worths_in_states`.

    Returns
    -------
    float array (contributors,)

    References
    ----------
    Birnbaum 1969.
    """
    result = np.empty(len(states))
    for c in range(len(states)):
        table = delivered.astype(np.float64)
        for i, each in enumerate(states):
            # the contributors before are summed over, so this one's state changes fastest
            block = table.reshape(-1, len(each.probability))
            table = block[:, -1] - block[:, 0] if i == c else block @ each.probability
        result[c] = table[0]
    return result


def minimal_in_states(delivered: Booleans, states: Sequence[States]) -> MinimalSets:
    """Minimum viable coalitions and minimal cut sets: each contributor whole or not at all.

    Parameters are those of :func:`worths_in_states`.

    Returns
    -------
    MinimalSets
    """
    table = delivered
    behind = 1
    for each in states:
        block = table.reshape(-1, len(each.probability), behind)
        table = block[:, [0, -1]].ravel()
        behind *= 2
    enough, blocked = table.copy(), ~table
    for c in range(len(states)):
        halves = table.reshape(-1, 2, 1 << c)
        # minimal: not without c; a largest failure: delivered with c
        enough.reshape(-1, 2, 1 << c)[:, 1] &= ~halves[:, 0]
        blocked.reshape(-1, 2, 1 << c)[:, 0] &= halves[:, 1]
    everybody = table.size - 1
    return MinimalSets(
        _members(np.flatnonzero(enough)),
        _members(everybody ^ np.flatnonzero(blocked)),
        complete=True,
    )


def _members(sets: NDArray[np.intp]) -> tuple[tuple[int, ...], ...]:
    listed = [tuple(i for i in range(int(s).bit_length()) if int(s) >> i & 1) for s in sets]
    return tuple(sorted(listed, key=lambda members: (len(members), members)))


def _checked(states: Sequence[States]) -> int:
    total = count_states(states)
    if total > MOST_STATES:
        raise ModelError(f"{total:,} joint states, wanted at most {MOST_STATES:,}")
    return total


def _chances(states: Sequence[States]) -> Floats:
    """The probability of every joint state."""
    result = np.ones(1)
    for each in states:
        result = np.multiply.outer(each.probability, result).ravel()
    return result


def _going(
    coalition: Coalition, states: Sequence[States], *, goes: bool
) -> Iterator[tuple[int, Booleans]]:
    """Who goes in stretches of joint states: where each begins, and a table (M, states)."""
    total = _checked(states)
    conditions = tuple(_in_one_world(each) for each in coalition.conditions)
    for begin in range(0, total, _AT_ONCE):
        rest = np.arange(begin, min(begin + _AT_ONCE, total))
        available = np.zeros((rest.size, len(coalition.owner)), dtype=np.bool_)
        for each in states:
            rest, state = np.divmod(rest, len(each.probability))
            available |= each.available[state]
        yield begin, joining(available.T.copy(), conditions, goes=goes)


def _in_one_world(condition: Condition) -> Condition:
    """A condition with what its one world decides filled in."""
    match condition:
        case World(mask):
            return Always() if mask[0] else Never()
        case All(members):
            return All(tuple(_in_one_world(member) for member in members))
        case Any(members):
            return Any(tuple(_in_one_world(member) for member in members))
        case AtLeast(k, members):
            return AtLeast(k, tuple(_in_one_world(member) for member in members))
        case _:
            return condition
