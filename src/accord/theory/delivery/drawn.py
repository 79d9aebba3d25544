"""The chance of delivery from drawn states, where joint states are too many to look at each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from accord.theory.capacity import taken_alone
from accord.theory.coalition import joining, restrict_worlds
from accord.theory.delivery.rows import delivered_rows
from accord.theory.delivery.space import DeliverySpace
from accord.theory.delivery.states import AloneInStates, States
from accord.theory.loss import Coalition

__all__ = ["Drawn"]

Booleans: TypeAlias = NDArray[np.bool_]
Integers: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Drawn:
    """Joint states drawn for one situation.

    Attributes
    ----------
    coalition : Coalition
        In as many worlds as there are draws.
    available : bool array (M, draws)
    goes : bool
    """

    coalition: Coalition
    available: Booleans
    goes: bool

    @classmethod
    def of(
        cls, coalition: Coalition, states: Sequence[States], draws: Floats, *, goes: bool
    ) -> Drawn:
        """Draw the states of a coalition of one world.

        Parameters
        ----------
        draws : float array (contributors, draws)
            Uniform numbers, one a contributor and draw.
        """
        available = np.zeros((len(coalition.owner), draws.shape[1]), dtype=np.bool_)
        for each, uniform in zip(states, draws, strict=True):
            ends = np.cumsum(each.probability)
            state = np.searchsorted(ends, uniform * ends[-1], side="right")
            available |= each.available[np.minimum(state, ends.size - 1)].T
        same = np.zeros(draws.shape[1], dtype=np.intp)
        laid_out = replace(
            coalition,
            conditions=tuple(restrict_worlds(each, same) for each in coalition.conditions),
            usable=_laid_out(coalition.usable, draws.shape[1]),
            requirement=_laid_out(coalition.requirement, draws.shape[1]),
        )
        return cls(laid_out, available, goes)

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
        pledges, draws = self.available.shape
        own = self.coalition
        space = DeliverySpace(
            available=self.available if available is None else available,
            owner=own.owner,
            contributors=own.contributors,
            conditions=[(each,) for each in own.conditions],
            amounts=[(each,) for each in own.usable],
            roles=own.roles,
            requirements=[(each,) for each in own.requirement],
            condition_of=np.zeros((1, pledges), dtype=np.int64),
            amount_of=np.zeros((1, pledges), dtype=np.int64),
            requirement_of=np.zeros((1, len(own.requirement)), dtype=np.int64),
            coin=np.full(draws, self.goes),
        )
        rows = delivered_rows(space, np.zeros(len(allowed), dtype=np.int64), allowed)
        return np.asarray(np.bitwise_count(rows).sum(axis=1) / draws)

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
        supply = np.einsum("mk,mtw->ktw", own.roles, np.where(going[:, None], own.usable, 0))
        missing = np.maximum(own.requirement - supply, 0)
        return AloneInStates(
            found.covered,
            (missing == 0).all(axis=1).mean(axis=1),
            found.shortfall,
            missing.max(axis=1).mean(axis=1),
        )


def _laid_out(amounts: Integers, draws: int) -> Integers:
    """Amounts of one world, for every draw."""
    table = amounts.reshape(*amounts.shape[:2], 1)
    return np.ascontiguousarray(np.broadcast_to(table, (*table.shape[:2], draws)))
