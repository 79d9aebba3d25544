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
    "Situation",
    "States",
    "birnbaum_in_states",
    "count_states",
    "delivered_in_states",
    "in_one_world",
    "joint_chances",
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
class Situation:
    """One way the world may be, with the chances of contributors in it.

    Attributes
    ----------
    weight : float
        Its probability; those of all situations sum to 1.
    coalition : Coalition
        Of one world.
    states : sequence of States, one a contributor
    """

    weight: float
    coalition: Coalition
    states: Sequence[States]


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

    @classmethod
    def nothing(cls, capabilities: int, phases: int) -> AloneInStates:
        """Sums over no state yet."""
        tables = (np.zeros((capabilities, phases)), np.zeros((capabilities, phases)))
        return cls(tables[0], np.zeros(capabilities), tables[1], np.zeros(capabilities))

    def plus(self, other: AloneInStates, weight: float = 1.0) -> AloneInStates:
        """These sums and ``weight`` times those of other states."""
        return AloneInStates(
            self.covered + weight * other.covered,
            self.covered_throughout + weight * other.covered_throughout,
            self.shortfall + weight * other.shortfall,
            self.worst_shortfall + weight * other.worst_shortfall,
        )


def count_states(states: Sequence[States]) -> int:
    """How many joint states there are."""
    return prod(len(each.probability) for each in states)


def delivered_in_states(
    coalition: Coalition, states: Sequence[States], chance: Floats, *, goes: bool
) -> tuple[Booleans, AloneInStates]:
    """Whether each joint state delivers, and how each capability alone fares over all of them.

    Parameters
    ----------
    coalition : Coalition
        Of one world, with what it decides filled into the conditions (``in_one_world``).
    states : sequence of States, one a contributor
    chance : float array (S,)
        What each joint state weighs; the first contributor's state changes fastest.
    goes : bool
        Whether everyone goes (greatest fixed point) or everyone waits (least).

    Returns
    -------
    bool array (S,)
    AloneInStates
        Sums over states, weighed by ``chance``.

    Raises
    ------
    ModelError
        With more than ``MOST_STATES`` joint states.
    """
    delivered = np.empty(_checked(states), dtype=np.bool_)
    may_go = np.zeros(len(coalition.owner), dtype=np.bool_)
    for each in states:
        may_go |= each.available[-1]
    live = np.flatnonzero(may_go)
    usable = np.reshape(coalition.usable, np.shape(coalition.usable)[:2])[live]
    needs = coalition.requirement.reshape(*np.shape(coalition.requirement)[:2])
    roles = coalition.roles[live]
    alone = AloneInStates.nothing(*needs.shape[:2])
    for begin, everybody in _going(coalition, states, live, goes=goes):
        going = everybody[live]
        part = slice(begin, begin + going.shape[1])
        delivered[part] = coverage(going, usable, roles, needs, coalition.cuts).delivered
        _add_alone(alone, going, usable, roles, needs, chance[part])
    return delivered, alone


def _add_alone(
    alone: AloneInStates,
    going: Booleans,
    usable: NDArray[np.int64],
    roles: Booleans,
    needs: NDArray[np.int64],
    chance: Floats,
) -> None:
    for k in np.flatnonzero(needs.any(axis=1)):
        pools = np.flatnonzero(roles[:, k])
        # products and sums of integers below 2**53: exact in floats, and much faster
        supply = usable[pools].T.astype(np.float64) @ going[pools].astype(np.float64)
        missing = np.maximum(needs[k][:, None] - supply, 0.0)
        alone.covered[k] += (missing == 0) @ chance
        alone.shortfall[k] += missing @ chance
        alone.covered_throughout[k] += (missing == 0).all(axis=0) @ chance
        alone.worst_shortfall[k] += missing.max(axis=0) @ chance
    free = ~needs.any(axis=1)
    alone.covered[free] += chance.sum()
    alone.covered_throughout[free] += chance.sum()


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


def joint_chances(states: Sequence[States]) -> Floats:
    """The probability of every joint state, shape (S,)."""
    result = np.ones(1)
    for each in states:
        result = np.multiply.outer(each.probability, result).ravel()
    return result


def _going(
    coalition: Coalition, states: Sequence[States], live: NDArray[np.intp], *, goes: bool
) -> Iterator[tuple[int, Booleans]]:
    """Who goes in stretches of joint states: where each begins, and a table (M, states)."""
    total = _checked(states)
    for begin in range(0, total, _AT_ONCE):
        rest = np.arange(begin, min(begin + _AT_ONCE, total))
        available = np.zeros((len(coalition.owner), rest.size), dtype=np.bool_)
        for each in states:
            rest, state = np.divmod(rest, len(each.probability))
            for pledge in live:
                if each.available[-1, pledge]:
                    available[pledge] = each.available[state, pledge]
        yield begin, joining(available, coalition.conditions, goes=goes)


def in_one_world(condition: Condition) -> Condition:
    """A condition with what its one world decides filled in."""
    match condition:
        case World(mask):
            return Always() if mask[0] else Never()
        case All(members):
            return All(tuple(in_one_world(member) for member in members))
        case Any(members):
            return Any(tuple(in_one_world(member) for member in members))
        case AtLeast(k, members):
            return AtLeast(k, tuple(in_one_world(member) for member in members))
        case _:
            return condition
