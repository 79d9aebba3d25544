"""What a deal has to meet: walk-away conditions, red lines, constraints, conditional consent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.bargaining.space import Bargain, Limit

__all__ = ["Demand", "bitmask", "demands_of", "held_to", "members_of", "met", "table_of"]

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True)
class Demand:
    """One condition on packages, that may be given up.

    Attributes
    ----------
    kind : str
        ``walk_away`` for u_i ≥ r_i of a party, ``limit`` for a red line or a constraint.
    index : int
        The party, or the place of the limit in the problem's ``limits``.
    name : str
        As told to a reader.
    when : Limit, optional
        The demand counts only where this table is true (conditional consent).
    """

    kind: Literal["walk_away", "limit"]
    index: int
    name: str = ""
    when: Limit | None = None


def demands_of(bargain: Bargain) -> tuple[Demand, ...]:
    """Every walk-away condition and every limit of a problem, in that order."""
    walking = (Demand("walk_away", i, f"walk-away {i}") for i in range(bargain.parties))
    limits = (Demand("limit", i, limit.name) for i, limit in enumerate(bargain.limits))
    return (*walking, *limits)


def held_to(bargain: Bargain, demand: Demand) -> int:
    """The party that makes a demand; ``CONSTRAINT`` where nobody does."""
    return demand.index if demand.kind == "walk_away" else bargain.limits[demand.index].party


def met(bargain: Bargain, demands: Sequence[Demand], packages: Integers) -> Booleans:
    """Which packages (P, J) meet which of D demands, shape (D, P)."""
    worth = bargain.utilities(packages) >= bargain.walk_away[:, None]
    found = np.empty((len(demands), len(packages)), dtype=np.bool_)
    for row, demand in enumerate(demands):
        if demand.kind == "walk_away":
            found[row] = worth[demand.index]
        else:
            found[row] = bargain.meets(bargain.limits[demand.index], packages)
        if demand.when is not None:
            found[row] |= ~bargain.meets(demand.when, packages)
    return found


def table_of(bargain: Bargain, demand: Demand, most: int) -> Limit | None:
    """A demand as one truth table over the provisions on which it depends.

    Parameters
    ----------
    most : int
        Cells above which a walk-away condition is left as a sum.

    Returns
    -------
    Limit or None
        None for a walk-away condition that depends on too much.
    """
    if demand.kind == "walk_away":
        mentioned = _weighed(bargain, demand.index)
        if demand.when is not None:
            mentioned = mentioned | set(demand.when.provisions)
        if np.prod([float(bargain.sizes[j]) for j in mentioned]) > most:
            return None
    else:
        mentioned = set(bargain.limits[demand.index].provisions)
        if demand.when is not None:
            mentioned = mentioned | set(demand.when.provisions)
    provisions = tuple(sorted(mentioned))
    sizes = tuple(bargain.sizes[j] for j in provisions)
    packages = np.zeros((int(np.prod(sizes, dtype=np.int64)), len(bargain.sizes)), dtype=np.int64)
    if provisions:
        packages[:, list(provisions)] = np.indices(sizes).reshape(len(sizes), -1).T
    allowed = met(bargain, [demand], packages)[0].reshape(sizes)
    return Limit(demand.name, provisions, allowed, held_to(bargain, demand))


def _weighed(bargain: Bargain, party: int) -> set[int]:
    """Provisions whose level makes a difference to a party's utility."""
    found = {j for j, table in enumerate(bargain.values) if np.ptp(table[party])}
    for joint in bargain.joints:
        if joint.points[party].any():
            found |= set(joint.provisions)
    return found


def bitmask(members: Sequence[int]) -> int:
    """A set of small numbers as one number."""
    return sum(1 << member for member in set(members))


def members_of(mask: int) -> tuple[int, ...]:
    """The set that a number stands for, rising."""
    if mask < 0:
        raise ModelError(f"found {mask} as a set, wanted no negative number")
    return tuple(i for i in range(mask.bit_length()) if mask >> i & 1)
