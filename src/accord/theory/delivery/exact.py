"""Everything about the chance of delivery at settled requirements, under one fixed point.

What is uncertain is which situation of the world holds (for example which shocks fall), and which
pledges of each contributor are then available. Where the joint states can be looked at one by one
the answer is exact; otherwise states and orders of contributors are drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from accord.theory.delivery.drawn import Drawn
from accord.theory.delivery.states import (
    MOST_STATES,
    States,
    alone_in_states,
    birnbaum_in_states,
    count_states,
    delivered_in_states,
    minimal_in_states,
    worths_in_states,
)
from accord.theory.loss import Coalition, minimal_coalitions
from accord.theory.monotone import MinimalSets
from accord.theory.power import shapley_by_permutations, shapley_from_table

__all__ = ["Chances", "Situation", "chances_of_delivery"]

Booleans: TypeAlias = NDArray[np.bool_]
Floats: TypeAlias = NDArray[np.float64]

DRAWS = 8192
"""Joint states that are drawn where they are too many."""

PAIRS = 200
"""Orders of contributors that are drawn then, each used forwards and backwards."""

MOST_SETS = 1000


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
    covered, shortfall : float arrays (K, T)
        Chance that a capability alone is covered, and its expected shortfall in grid units.
    covered_throughout, worst_shortfall : float arrays (K,)
        Covered in every phase; expectation of the largest shortfall of any phase.
    """

    exact: bool
    p_deliver: float
    without: Floats
    shapley: Floats
    shapley_error: Floats
    birnbaum: Floats
    single_points: tuple[int, ...]
    minimal: MinimalSets
    covered: Floats
    shortfall: Floats
    covered_throughout: Floats
    worst_shortfall: Floats


def chances_of_delivery(situations: Sequence[Situation], *, goes: bool, seed: int = 1) -> Chances:
    """The chance of delivery, and what it hangs on.

    Parameters
    ----------
    situations : sequence of Situation
        With the same contributors, pledges and capabilities.
    goes : bool
        Whether everyone goes (greatest fixed point) or everyone waits (least).
    seed : int
        Of the draws, where there are any.

    Returns
    -------
    Chances

    References
    ----------
    Birnbaum 1969; Shapley 1953; Billinton and Allan 1996.
    """
    exact = max(count_states(each.states) for each in situations) <= MOST_STATES
    return _exactly(situations, goes=goes) if exact else _by_draws(situations, goes=goes, seed=seed)


def _exactly(situations: Sequence[Situation], *, goes: bool) -> Chances:
    contributors = situations[0].coalition.contributors
    worths = np.zeros(1 << contributors)
    birnbaum = np.zeros(contributors)
    minimal: MinimalSets | None = None
    alone: list[Floats] = []
    for each in situations:
        delivered = delivered_in_states(each.coalition, each.states, goes=goes)
        worths += each.weight * worths_in_states(delivered, each.states)
        birnbaum += each.weight * birnbaum_in_states(delivered, each.states)
        found = alone_in_states(each.coalition, each.states, goes=goes)
        tables = (found.covered, found.shortfall, found.covered_throughout, found.worst_shortfall)
        weighted = [each.weight * table for table in tables]
        alone = [a + b for a, b in zip(alone, weighted, strict=True)] if alone else weighted
        if minimal is None:
            minimal = minimal_in_states(delivered, each.states)
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
        *alone,
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
        Drawn.of(each.coalition, each.states, generator.random((contributors, DRAWS)), goes=goes)
        for each in situations
    ]
    weights = np.array([each.weight for each in situations])

    def worths(allowed: Booleans) -> Floats:
        return np.asarray(weights @ np.stack([each.delivered(allowed) for each in drawn]))

    def worth(sets: Sequence[int]) -> Floats:
        return worths(np.array([[s >> c & 1 for c in range(contributors)] for s in sets]) > 0)

    estimate = shapley_by_permutations(
        lambda members: float(worth([members])[0]), contributors, PAIRS, generator, worth
    )
    alone = [each.alone() for each in drawn]
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
        *(
            np.asarray(np.tensordot(weights, np.stack([getattr(a, part) for a in alone]), 1))
            for part in ("covered", "shortfall", "covered_throughout", "worst_shortfall")
        ),
    )
