"""The chance of delivery from drawn states, where joint states are too many to look at each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from accord.theory.capacity import taken_alone
from accord.theory.coalition import joining
from accord.theory.delivery.programs import shares_of_worlds
from accord.theory.delivery.rows import delivered_rows
from accord.theory.delivery.space import DeliverySpace, space_of
from accord.theory.delivery.states import AloneInStates, Situation
from accord.theory.loss import Coalition, in_some_worlds

__all__ = ["Drawn"]

Booleans: TypeAlias = NDArray[np.bool_]
Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Drawn:
    """Joint states drawn for one situation.

    Attributes
    ----------
    weight : float
        Of the situation.
    coalition : Coalition
        In as many worlds as there are draws.
    available : bool array (M, draws)
    goes : bool
    """

    weight: float
    coalition: Coalition
    available: Booleans
    goes: bool

    @classmethod
    def of(cls, situation: Situation, draws: Floats, *, goes: bool) -> Drawn:
        """Draw the states of a situation.

        Parameters
        ----------
        draws : float array (contributors, draws)
            Uniform numbers, one a contributor and draw.
        """
        coalition, states = situation.coalition, situation.states
        available = np.zeros((len(coalition.owner), draws.shape[1]), dtype=np.bool_)
        for each, uniform in zip(states, draws, strict=True):
            ends = np.cumsum(each.probability)
            state = np.searchsorted(ends, uniform * ends[-1], side="right")
            available |= each.available[np.minimum(state, ends.size - 1)].T
        laid_out = in_some_worlds(coalition, np.zeros(draws.shape[1], dtype=np.intp))
        return cls(situation.weight, laid_out, available, goes)

    @cached_property
    def _drawn(self) -> DeliverySpace:
        """What was drawn, laid out once for all coalitions that are asked about."""
        return self._space(self.available)

    def _space(self, available: Booleans) -> DeliverySpace:
        return space_of(self.coalition, available, np.full(available.shape[1], self.goes))

    def delivered(self, allowed: Booleans, available: Booleans | None = None) -> Floats:
        """The share of draws that deliver when only some contributors may join.

        Parameters
        ----------
        allowed : bool array (N, contributors)
        available : bool array (M, draws), optional
            In place of what was drawn.

        Returns
        -------
        float array (N,)
        """
        space = self._drawn if available is None else self._space(available)
        rows = delivered_rows(space, np.zeros(len(allowed), dtype=np.int64), allowed)
        return shares_of_worlds(rows, space.worlds, None)

    def birnbaum(self) -> Floats:
        """P(deliver | all of c available) - P(deliver | none of c), on the same draws."""
        own = self.coalition
        owner = np.asarray(own.owner)
        result = np.empty(own.contributors)
        for c in range(own.contributors):
            who = np.ones((2, own.contributors), dtype=np.bool_)
            who[1, c] = False
            with_it, without_it = self.delivered(who, self.available | (owner == c)[:, None])
            result[c] = with_it - without_it
        return result

    def alone(self) -> AloneInStates:
        """Each capability taken alone."""
        own = self.coalition
        going = joining(self.available, own.conditions, self.goes)
        found = taken_alone(going, own.usable, own.roles, own.requirement)
        usable, needs = (np.atleast_3d(table) for table in (own.usable, own.requirement))
        supply = np.einsum("mk,mtw->ktw", own.roles, np.where(going[:, None], usable, 0))
        missing = np.maximum(needs - supply, 0)
        return AloneInStates(
            found.covered,
            (missing == 0).all(axis=1).mean(axis=1),
            found.shortfall,
            missing.max(axis=1).mean(axis=1),
        )
