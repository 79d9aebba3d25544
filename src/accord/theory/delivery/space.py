"""The pledges and requirements of many packages, laid out so that what is alike is met once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.capacity import Cuts, cuts_of
from accord.theory.coalition import Condition
from accord.theory.delivery.programs import Programs, programs_of
from accord.theory.loss import Coalition

__all__ = ["Component", "DeliverySpace", "space_of"]

Booleans: TypeAlias = NDArray[np.bool_]
Integers: TypeAlias = NDArray[np.int64]

_SMALL = 2**30  # sums below it and their differences fit in 32 bits
_EXACT_FLOAT = 2.0**53


@dataclass(frozen=True, eq=False)
class DeliverySpace:
    """Pledges and requirements of many packages in the same worlds.

    Attributes
    ----------
    available : bool array (M, W)
        Whether each pledge is available in each world.
    owner : tuple of M int
        The contributor of each pledge, 0..contributors-1.
    contributors : int
    conditions : M sequences of conditions
        The variants of each pledge's condition, at least one.
    amounts : M sequences of int64 arrays (T, W)
        The variants of what each pool brings, in grid units, at least one.
    roles : bool array (M, K)
        Whether pool m may serve capability k.
    requirements : K sequences of int64 arrays (T, W)
        The variants of each requirement, in grid units, at least one.
    condition_of, amount_of : int array (P, M)
    requirement_of : int array (P, K)
        Which variant each package follows.
    coin : bool array (W,)
        Where everyone goes (greatest fixed point); elsewhere everyone waits (least).

    Raises
    ------
    ModelError
        When shapes do not fit or an amount is negative.
    """

    available: Booleans
    owner: tuple[int, ...]
    contributors: int
    conditions: Sequence[Sequence[Condition]]
    amounts: Sequence[Sequence[Integers]]
    roles: Booleans
    requirements: Sequence[Sequence[Integers]]
    condition_of: Integers
    amount_of: Integers
    requirement_of: Integers
    coin: Booleans

    def __post_init__(self) -> None:
        """Check that shapes fit and nothing is negative."""
        pledges, worlds = self.available.shape
        capabilities = self.roles.shape[1]
        packages = len(self.condition_of)
        fits = (
            len(self.owner) == len(self.conditions) == len(self.amounts) == pledges
            and self.roles.shape == (pledges, capabilities)
            and len(self.requirements) == capabilities
            and self.condition_of.shape == self.amount_of.shape == (packages, pledges)
            and self.requirement_of.shape == (packages, capabilities)
            and self.coin.shape == (worlds,)
        )
        if not fits:
            raise ModelError("the shapes of pledges, packages and worlds do not fit together")
        tables = [table for variants in (*self.amounts, *self.requirements) for table in variants]
        if any(table.shape != (self.phases, worlds) for table in tables):
            raise ModelError(f"amounts of shape {(self.phases, worlds)} are wanted")
        if any((table < 0).any() for table in tables):
            raise ModelError("amounts and requirements must not be negative")

    @property
    def worlds(self) -> int:
        """W."""
        return int(self.available.shape[1])

    @cached_property
    def phases(self) -> int:
        """T."""
        tables = [variants[0] for variants in (*self.amounts, *self.requirements)]
        return int(np.shape(tables[0])[0]) if tables else 0

    @cached_property
    def cuts(self) -> Cuts:
        """The capability sets that decide."""
        return cuts_of(self.roles)

    @cached_property
    def programs(self) -> Programs:
        """The conditions, compiled."""
        return programs_of(self.conditions, self.worlds)

    @cached_property
    def components(self) -> tuple[Component, ...]:
        """The components that some package requires something of."""
        every = (_component(self, members) for members in self.cuts.components)
        return tuple(each for each in every if each.phase.size)


def space_of(coalition: Coalition, available: Booleans, coin: Booleans) -> DeliverySpace:
    """The space of one package: a coalition whose amounts are per world, or the same in all.

    Parameters
    ----------
    coalition : Coalition
    available : bool array (M, W)
    coin : bool array (W,)
    """
    pledges, worlds = available.shape
    capabilities = len(coalition.requirement)
    return DeliverySpace(
        available=available,
        owner=coalition.owner,
        contributors=coalition.contributors,
        conditions=[(each,) for each in coalition.conditions],
        amounts=[(table,) for table in _laid_out(coalition.usable, worlds)],
        roles=coalition.roles,
        requirements=[(table,) for table in _laid_out(coalition.requirement, worlds)],
        condition_of=np.zeros((1, pledges), dtype=np.int64),
        amount_of=np.zeros((1, pledges), dtype=np.int64),
        requirement_of=np.zeros((1, capabilities), dtype=np.int64),
        coin=coin,
    )


def _laid_out(amounts: Integers, worlds: int) -> Integers:
    """Amounts (N, T) or (N, T, 1) for every world."""
    table = amounts if amounts.ndim == 3 else amounts[:, :, None]
    return np.ascontiguousarray(np.broadcast_to(table, (*table.shape[:2], worlds)))


@dataclass(frozen=True, eq=False)
class Component:
    """One component of the pool-capability graph.

    Attributes
    ----------
    members : tuple of int
        Its capabilities.
    pools : int64 array (m,)
        The pledges that serve some of them.
    first : int64 array (m,)
        The row of ``brings`` at which the variants of each pool begin.
    brings : array (V, T, W)
        In 32 bits where all sums fit.
    phase : int64 array (L,)
        The phase of each line; a line is a cut in a phase in which something may be required.
    member : bool array (L, k)
        Which capabilities belong to the line's cut.
    serves : bool array (L, m)
        Which pools may serve some of them.
    roles : bool array (m, k)
    listed : bool
        False where there are too many cuts to list: lines are then single capabilities, and
        the tightest cuts are found by linear programming.
    """

    members: tuple[int, ...]
    pools: Integers
    first: Integers
    brings: NDArray[Any]
    phase: Integers
    member: Booleans
    serves: Booleans
    roles: Booleans
    listed: bool

    def needs(self, space: DeliverySpace, variants: Sequence[int]) -> NDArray[Any]:
        """What each line needs when each member follows a variant, shape (L, W)."""
        tables = np.stack(
            [space.requirements[k][v] for k, v in zip(self.members, variants, strict=True)]
        )
        result = np.zeros((self.phase.size, space.worlds), dtype=self.brings.dtype)
        for place in range(len(self.members)):
            lines = np.flatnonzero(self.member[:, place])
            result[lines] += tables[place, self.phase[lines]].astype(self.brings.dtype)
        return result


def _component(space: DeliverySpace, members: tuple[int, ...]) -> Component:
    inside = set(members)
    listed = members not in space.cuts.large
    sets = (
        [s for s in space.cuts.sets if inside.issuperset(s)] if listed else [(k,) for k in members]
    )
    # the most that each member ever needs in each phase
    peak = np.array(
        [
            np.stack([table.max(axis=1) for table in space.requirements[k]]).max(axis=0)
            for k in members
        ]
    )
    lines = [
        (t, cut)
        for t in range(space.phases)
        for cut in sets
        if peak[[members.index(k) for k in cut], t].any()
    ]
    pools = np.flatnonzero(space.roles[:, list(members)].any(axis=1))
    member = np.array([[k in cut for k in members] for _, cut in lines], dtype=np.bool_)
    member = member.reshape(len(lines), len(members))
    roles = space.roles[pools][:, list(members)]
    counts = [len(space.amounts[int(m)]) for m in pools]
    return Component(
        members,
        pools,
        np.cumsum([0, *counts])[:-1].astype(np.int64),
        _brings(space, pools, int(peak.sum(axis=0).max(initial=0))),
        np.array([t for t, _ in lines], dtype=np.int64),
        member,
        np.asarray((member[:, None, :] & roles[None]).any(axis=2)),
        roles,
        listed,
    )


def _brings(space: DeliverySpace, pools: Integers, most: int) -> NDArray[Any]:
    """All variants of what pools bring, shape (V, T, W).

    More than all members together ever need decides nothing more, so amounts end there, and
    most cases fit in 32 bits.
    """
    small = most * (pools.size + 1) < _SMALL
    if not small and most * (pools.size + 1.0) >= _EXACT_FLOAT:
        raise ModelError("the sum of amounts exceeds 2**53 grid steps")
    tables = [np.minimum(table, most) for m in pools for table in space.amounts[int(m)]]
    shape = (len(tables), space.phases, space.worlds)
    return np.array(tables, dtype=np.int32 if small else np.int64).reshape(shape)
