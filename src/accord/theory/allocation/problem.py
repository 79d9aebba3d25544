"""One problem of burden sharing: pools, what is needed, what things cost, and who may add what.

Amounts are whole numbers of grid steps (see :func:`accord.theory.capacity.round_to_grid`), so
that whether a plan meets its requirements is decided in integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.capacity import Cuts, cuts_of

__all__ = ["UNLIMITED", "Burden", "Missing", "merged", "missing", "split", "with_requirement"]

Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

UNLIMITED = -1
"""In ``Burden.limit``: as many lots as anybody could want."""


@dataclass(frozen=True, eq=False)
class Burden:
    """Who could carry what, in one world.

    Attributes
    ----------
    usable : int64 array (M, T)
        What each pool brings in each phase, in grid steps; nought for a pool that stays away.
    roles : bool array (M, K)
        What each pool may serve. It is shared between these.
    owner : int array (M,)
        Contributor of each pool, 0..C-1.
    requirement : int64 array (K, T)
        In grid steps.
    cost : float array (C, K)
        Of one grid step in one phase, > 0.
    lot : int64 array (K,)
        Size of an additional lot in grid steps, >= 1.
    limit : int64 array (C, K)
        How many lots each contributor may add at most: 0 for none, ``UNLIMITED`` for any number.
        A lot serves its capability alone, in every phase in which it is required, and is paid
        in full whether all of it is used or not.
    shares : float array (C,)
        What would be each contributor's fair share of the cost; they sum to 1.
    premium : float
        What an additional lot costs more than the same amount from a pool, as a share.
    cuts : Cuts
        ``cuts_of(roles)``, listed here unless given.
    """

    usable: Integers
    roles: Booleans
    owner: NDArray[np.intp]
    requirement: Integers
    cost: Floats
    lot: Integers
    limit: Integers
    shares: Floats
    premium: float = 0.0
    cuts: Cuts = field(default=None)  # type: ignore[assignment]  # never None once built

    def __post_init__(self) -> None:
        pools, phases = np.shape(self.usable)
        contributors, capabilities = np.shape(self.cost)
        _same("roles", self.roles, (pools, capabilities))
        _same("owner", self.owner, (pools,))
        _same("requirement", self.requirement, (capabilities, phases))
        _same("lot", self.lot, (capabilities,))
        _same("limit", self.limit, (contributors, capabilities))
        _same("shares", self.shares, (contributors,))
        if np.any(self.usable < 0) or np.any(self.requirement < 0):
            raise ModelError("amounts and requirements must not be negative")
        if not np.all(self.cost > 0) or not self.premium >= 0:
            raise ModelError("costs must be positive, a premium not negative")
        if np.any(self.lot < 1) or np.any(self.limit < UNLIMITED):
            raise ModelError("lots must have a size, and limits a number")
        if abs(float(np.sum(self.shares)) - 1.0) > 1e-9 or np.any(self.shares < 0):
            raise ModelError("fair shares must not be negative and sum to 1")
        if self.cuts is None:
            object.__setattr__(self, "cuts", cuts_of(self.roles))

    @property
    def contributors(self) -> int:
        """Number of contributors, C."""
        return len(self.cost)

    @property
    def scale(self) -> Integers:
        """What counts as one in the programs: the largest requirement that hangs together, (K,).

        A solver's tolerance is then a tolerance on shares of a requirement.
        """
        result = np.ones(len(self.lot), dtype=np.int64)
        for component in self.cuts.components:
            members = list(component)
            result[members] = max(int(self.requirement[members].max(initial=0)), 1)
        return result

    @property
    def lot_cost(self) -> Floats:
        """What one additional lot costs, over all phases in which it is needed, (C, K)."""
        phases = (self.requirement > 0).sum(axis=1)
        return np.asarray(self.cost * (self.lot * phases * (1.0 + self.premium)))

    @property
    def most_lots(self) -> Integers:
        """How many lots could be of any use, (C, K)."""
        needed = -(-self.requirement.max(axis=1, initial=0) // self.lot)
        within = np.minimum(self.limit, needed)
        return np.asarray(np.where(self.limit == UNLIMITED, needed, within))


@dataclass(frozen=True, slots=True)
class Missing:
    """A requirement that cannot be met: a tightest cut and what it lacks.

    Attributes
    ----------
    phase : int
    capabilities : tuple of int
        Short together, whatever is shared between them.
    amount : int
        What is missing, in grid steps.
    """

    phase: int
    capabilities: tuple[int, ...]
    amount: int


def with_requirement(burden: Burden, requirement: Integers) -> Burden:
    """The same problem with another requirement (K, T)."""
    return Burden(
        burden.usable, burden.roles, burden.owner, requirement, burden.cost, burden.lot,
        burden.limit, burden.shares, burden.premium, burden.cuts,
    )  # fmt: skip


def missing(
    burden: Burden, usable: Integers, lots: Integers, sets: Sequence[tuple[int, ...]]
) -> tuple[Missing, ...]:
    """What some cuts lack, where pools bring ``usable`` and ``lots`` (C, K) are added.

    Only cuts that lack something are told, those of one phase by size and declared order.
    """
    if not sets:
        return ()
    member = np.zeros((len(sets), len(burden.lot)), dtype=np.bool_)
    for row, capabilities in enumerate(sets):
        member[row, list(capabilities)] = True
    # float64 holds these whole numbers exactly, and multiplies faster than int64
    inside = member.astype(np.float64)
    touches = (inside @ burden.roles.T.astype(np.float64) > 0).astype(np.float64)
    more = (lots * burden.lot).sum(axis=0).astype(np.float64)
    lacks = inside @ (burden.requirement - more[:, None]) - touches @ usable.astype(np.float64)
    return tuple(
        Missing(int(t), sets[row], int(lacks[row, t])) for t, row in np.argwhere(lacks.T > 0)
    )


def merged(burden: Burden) -> tuple[Burden, NDArray[np.intp]]:
    """The same problem with contributors of equal costs as one, and pools of equal roles as one.

    Totals are the same: nothing but costs tells contributors apart while nobody is lost.

    Returns
    -------
    Burden
    int array (C,)
        The class of each contributor.
    """
    costs, kind = np.unique(burden.cost, axis=0, return_inverse=True)
    kind = kind.ravel().astype(np.intp)
    rows = np.column_stack([kind[burden.owner], burden.roles])
    rows, pool = np.unique(rows, axis=0, return_inverse=True)
    usable = np.zeros((len(rows), burden.usable.shape[1]), dtype=np.int64)
    np.add.at(usable, pool.ravel(), burden.usable)
    limit = np.zeros(costs.shape, dtype=np.int64)
    np.add.at(limit, kind, np.maximum(burden.limit, 0))
    for c, k in np.argwhere(burden.limit == UNLIMITED):
        limit[kind[c], k] = UNLIMITED
    shares = np.bincount(kind, burden.shares, len(costs))
    return Burden(
        usable, rows[:, 1:].astype(np.bool_), rows[:, 0].astype(np.intp), burden.requirement,
        costs, burden.lot, limit, shares / shares.sum(), burden.premium, burden.cuts,
    ), kind  # fmt: skip


def split(total: int, shares: Floats, most: Integers) -> Integers:
    """Whole lots split by fair shares, so that the largest excess over them is smallest.

    Ties go to the order declared.

    Parameters
    ----------
    total : int
        At most the sum of ``most``.
    shares : float array (C,)
        Not negative; they need not sum to 1. Where all are nought, the split is even.
    most : int64 array (C,)
    """
    weights = shares if shares[most > 0].sum() > 0 else np.ones(len(shares))
    fair = weights * (total / weights[most > 0].sum())
    # with broken lots everyone takes fair + excess, cut to its bounds: linear between these
    turns = np.unique(np.concatenate([-fair, most - fair]))
    taken = np.clip(fair + turns[:, None], 0, most).sum(axis=1)
    excess = np.interp(total, taken, turns)
    result: Integers = np.clip(np.floor(fair + excess - 1e-9), 0, most).astype(np.int64)
    # what is left goes, lot by lot, where it does least harm
    while result.sum() < total:
        harm = np.where(result < most, np.round(result + 1 - fair, 6), np.inf)
        result[int(np.argmin(harm))] += 1
    return result


def _same(name: str, array: NDArray[Any], shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise ModelError(f"{name} of shape {array.shape}, wanted {shape}")
