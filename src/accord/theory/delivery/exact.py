"""Everything about the chance of delivery at settled requirements, under one fixed point.

What is uncertain is which situation of the world holds (for example which shocks fall), and which
pledges of each contributor are then available. Where the joint states can be looked at one by one
the answer is exact; otherwise states and orders of contributors are drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from accord.theory.capacity import cuts_of
from accord.theory.coalition import mutual_waits
from accord.theory.delivery.drawn import Drawn
from accord.theory.delivery.states import (
    MOST_STATES,
    AloneInStates,
    Situation,
    birnbaum_in_states,
    count_states,
    delivered_in_states,
    in_one_world,
    joint_chances,
    minimal_in_states,
    worths_in_states,
)
from accord.theory.loss import minimal_coalitions
from accord.theory.monotone import MinimalSets
from accord.theory.power import shapley_by_permutations, shapley_from_table

__all__ = ["Chances", "Outlook", "chances_of_delivery"]

Booleans: TypeAlias = NDArray[np.bool_]
Floats: TypeAlias = NDArray[np.float64]

DRAWS = 8192
"""Joint states that are drawn where they are too many."""

PAIRS = 200
"""Orders of contributors that are drawn then, each used forwards and backwards."""

MOST_SETS = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Chances:
    """What test 2 says at settled requirements under one fixed point.

    Attributes
    ----------
    exact : bool
        Whether every joint state was looked at.
    p_deliver : float
    without : float array (contributors,)
        P(deliver) when a contributor is lost.
    shapley, shapley_error : float arrays (contributors,)
        Of u(S) = P(deliver) when only members of S may be available; errors are 0 when exact.
    birnbaum : float array (contributors,)
    single_points : tuple of int
        Contributors without whom delivery is impossible with everyone else available.
    minimal : MinimalSets
        Minimum viable coalitions, and minimal cut sets, in the first situation.
    alone : AloneInStates
        Each capability with everything that can serve it.
    """

    exact: bool
    p_deliver: float
    without: Floats
    shapley: Floats
    shapley_error: Floats
    birnbaum: Floats
    single_points: tuple[int, ...]
    minimal: MinimalSets
    alone: AloneInStates


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """The chances when everyone waits (least fixed point) and when everyone goes (greatest)."""

    waits: Chances
    goes: Chances


def chances_of_delivery(situations: Sequence[Situation], *, seed: int = 1) -> Outlook:
    """The chance of delivery, and what it hangs on.

    Parameters
    ----------
    situations : sequence of Situation
        With the same contributors, pledges and capabilities.
    seed : int
        Of the draws, where there are any.

    Returns
    -------
    Outlook

    References
    ----------
    Birnbaum 1969; Shapley 1953; Billinton and Allan 1996.
    """
    settled = [_settled(each) for each in situations]
    exact = max(count_states(each.states) for each in settled) <= MOST_STATES
    solve = _exactly if exact else partial(_by_draws, seed=seed)
    goes = solve(settled, goes=True)
    if not any(mutual_waits(each.coalition.conditions) for each in settled):
        return Outlook(goes, goes)
    return Outlook(solve(settled, goes=False), goes)


def _settled(situation: Situation) -> Situation:
    """The same with what its one world decides filled into conditions."""
    own = situation.coalition
    conditions = tuple(in_one_world(each) for each in own.conditions)
    cuts = own.cuts if own.cuts is not None else cuts_of(own.roles)
    return replace(situation, coalition=replace(own, conditions=conditions, cuts=cuts))


def _alike(one: Situation, other: Situation) -> bool:
    """Whether two situations differ in chances alone."""
    a, b = one.coalition, other.coalition
    return (
        a.conditions == b.conditions
        and np.array_equal(a.usable, b.usable)
        and np.array_equal(a.requirement, b.requirement)
        and all(
            np.array_equal(s.available, t.available)
            for s, t in zip(one.states, other.states, strict=True)
        )
    )


def _groups(situations: Sequence[Situation]) -> list[list[Situation]]:
    """Situations that differ in chances alone stand together."""
    groups: list[list[Situation]] = []
    for each in situations:
        for group in groups:
            if _alike(group[0], each):
                group.append(each)
                break
        else:
            groups.append([each])
    return groups


def _exactly(situations: Sequence[Situation], *, goes: bool) -> Chances:
    contributors = situations[0].coalition.contributors
    worths = np.zeros(1 << contributors)
    birnbaum = np.zeros(contributors)
    minimal: MinimalSets | None = None
    total = AloneInStates.nothing(*np.shape(situations[0].coalition.requirement)[:2])
    for group in _groups(situations):
        chance = np.sum([each.weight * joint_chances(each.states) for each in group], axis=0)
        coalition, states = group[0].coalition, group[0].states
        delivered, alone = delivered_in_states(coalition, states, chance, goes=goes)
        total = total.plus(alone)
        minimal = minimal or minimal_in_states(delivered, states)
        if delivered.any():
            for each in group:
                worths += each.weight * worths_in_states(delivered, each.states)
                birnbaum += each.weight * birnbaum_in_states(delivered, each.states)
    assert minimal is not None, "there is at least one situation"
    everybody = worths.size - 1
    return Chances(
        True,
        float(worths[-1]),
        worths[everybody ^ (1 << np.arange(contributors))],
        shapley_from_table(worths),
        np.zeros(contributors),
        birnbaum,
        _single_points(minimal),
        minimal,
        total,
    )


def _single_points(minimal: MinimalSets) -> tuple[int, ...]:
    """Members of every minimal set, where there is one."""
    if not minimal.sets:
        return ()
    return tuple(sorted(set(minimal.sets[0]).intersection(*map(set, minimal.sets[1:]))))


def _by_draws(situations: Sequence[Situation], *, goes: bool, seed: int) -> Chances:
    contributors = situations[0].coalition.contributors
    generator = np.random.Generator(np.random.Philox(key=seed))
    drawn = [
        Drawn.of(each, generator.random((contributors, DRAWS)), goes=goes) for each in situations
    ]
    weights = np.array([each.weight for each in situations])

    def worths(allowed: Booleans) -> Floats:
        return np.asarray(weights @ np.stack([each.delivered(allowed) for each in drawn]))

    def worth(sets: Sequence[int]) -> Floats:
        return worths(np.array([[s >> c & 1 for c in range(contributors)] for s in sets]) > 0)

    estimate = shapley_by_permutations(
        lambda members: float(worth([members])[0]), contributors, PAIRS, generator, worth
    )
    total = AloneInStates.nothing(*np.shape(situations[0].coalition.requirement)[:2])
    for each in drawn:
        total = total.plus(each.alone(), each.weight)
    minimal = minimal_coalitions(situations[0].coalition, goes=goes, limit=MOST_SETS)
    return Chances(
        False,
        float(worth([(1 << contributors) - 1])[0]),
        worths(~np.eye(contributors, dtype=np.bool_)),
        estimate.values,
        estimate.standard_errors,
        np.asarray(weights @ np.stack([each.birnbaum() for each in drawn])),
        _single_points(minimal),
        minimal,
        total,
    )
