"""One bargaining problem: who gains what from every level of every provision.

Utilities are additive over provisions (Keeney and Raiffa 1976, chapter 3), apart from *joints*,
which add points where several provisions meet. *Limits* are conditions over a few provisions: a
constraint, outside which packages do not exist, or a red line, across which one party refuses.
Everything is a whole number of grid steps, so a tie is a tie.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError

__all__ = [
    "CONSTRAINT", "MOST_LISTED", "Bargain", "Factor", "Joint", "Limit", "factors", "listed", "tied",
]  # fmt: skip

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

_Scalar = TypeVar("_Scalar", np.int64, np.bool_)

CONSTRAINT = -1
"""In place of a party: the limit binds the space itself."""

MOST_LISTED = 5_000_000
"""Packages up to which a space is listed."""


@dataclass(frozen=True, eq=False)
class Joint:
    """What a few provisions add together.

    Attributes
    ----------
    provisions : tuple of int
        Indices of the provisions, rising.
    points : ndarray (N, L_a, L_b, …)
        Grid steps added to each party's utility, by the levels of those provisions.
    """

    provisions: tuple[int, ...]
    points: Integers


@dataclass(frozen=True, eq=False)
class Limit:
    """A constraint or a red line.

    Attributes
    ----------
    name : str
        As told to a reader.
    provisions : tuple of int
        Indices of the provisions it mentions, rising; may be empty.
    allowed : ndarray (L_a, L_b, …) of bool
        Which levels of those provisions meet it.
    party : int
        Whose red line it is; ``CONSTRAINT`` where packages that break it do not exist.
    """

    name: str
    provisions: tuple[int, ...]
    allowed: Booleans
    party: int = CONSTRAINT


@dataclass(frozen=True, eq=False)
class Bargain:
    """A bargaining problem with N parties and J provisions.

    Attributes
    ----------
    values : tuple of J ndarrays (N, L_j)
        Grid steps that each level adds to each party's utility.
    walk_away : ndarray (N,)
        Grid steps; a party accepts a package worth as much, unless it crosses one of its lines.
    joints : tuple of Joint
    limits : tuple of Limit
    scale : float
        Grid steps in one unit of utility.
    """

    values: tuple[Integers, ...]
    walk_away: Integers
    joints: tuple[Joint, ...] = ()
    limits: tuple[Limit, ...] = ()
    scale: float = 256.0

    def __post_init__(self) -> None:
        if not self.values:
            raise ModelError("found no provision to bargain over, wanted at least one")
        if any(not joint.provisions for joint in self.joints):
            raise ModelError("found a joint over no provision, wanted it in the levels of one")

    @property
    def parties(self) -> int:
        """Number of parties, N."""
        return len(self.walk_away)

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Number of levels of every provision."""
        return tuple(table.shape[1] for table in self.values)

    @property
    def combinations(self) -> int:
        """Number of packages, constraints apart."""
        return math.prod(self.sizes)

    def of(self, parties: Sequence[int]) -> Bargain:
        """The same problem with some of the parties, in the order given; others' lines dropped."""
        rows = list(parties)
        numbers = {party: i for i, party in enumerate(rows)}
        limits = tuple(
            Limit(x.name, x.provisions, x.allowed, numbers.get(x.party, CONSTRAINT))
            for x in self.limits
            if x.party == CONSTRAINT or x.party in numbers
        )
        joints = tuple(Joint(j.provisions, j.points[rows]) for j in self.joints)
        return Bargain(
            tuple(table[rows] for table in self.values), self.walk_away[rows],
            tuple(j for j in joints if j.points.any()), limits, self.scale,
        )  # fmt: skip

    def fixed(self, provision: int, level: int) -> Bargain:
        """The same problem with one provision settled: it keeps that level alone, as level 0."""
        values = list(self.values)
        values[provision] = values[provision][:, level : level + 1]
        joints = []
        for joint in self.joints:
            if provision not in joint.provisions:
                joints.append(joint)
                continue
            axis = joint.provisions.index(provision)
            points = np.take(joint.points, level, axis=axis + 1)
            rest = tuple(j for j in joint.provisions if j != provision)
            if rest:
                joints.append(Joint(rest, points))
            else:
                values[provision] = values[provision] + points[:, None]
        limits = []
        for limit in self.limits:
            if provision in limit.provisions:
                axis = limit.provisions.index(provision)
                rest = tuple(j for j in limit.provisions if j != provision)
                allowed = np.take(limit.allowed, level, axis=axis)
                limits.append(Limit(limit.name, rest, allowed, limit.party))
            else:
                limits.append(limit)
        return Bargain(tuple(values), self.walk_away, tuple(joints), tuple(limits), self.scale)

    def utilities(self, packages: Integers) -> Integers:
        """Utilities (N, P) of packages (P, J) given as levels."""
        total = np.zeros((self.parties, len(packages)), dtype=np.int64)
        for j, table in enumerate(self.values):
            total += table[:, packages[:, j]]
        for joint in self.joints:
            at = tuple(packages[:, j] for j in joint.provisions)
            total += np.stack([points[at] for points in joint.points])
        return total

    def meets(self, limit: Limit, packages: Integers) -> Booleans:
        """Which packages (P, J) meet a limit, shape (P,)."""
        at = tuple(packages[:, j] for j in limit.provisions)
        return np.broadcast_to(limit.allowed[at], (len(packages),))

    def possible(self, packages: Integers) -> Booleans:
        """Which packages (P, J) the constraints allow, shape (P,)."""
        found = np.ones(len(packages), dtype=np.bool_)
        for limit in self.limits:
            if limit.party == CONSTRAINT:
                found &= self.meets(limit, packages)
        return found

    def acceptances(self, packages: Integers) -> Booleans:
        """Which party accepts which of some packages (P, J), shape (N, P)."""
        accepts = self.utilities(packages) >= self.walk_away[:, None]
        for limit in self.limits:
            if limit.party != CONSTRAINT:
                accepts[limit.party] &= self.meets(limit, packages)
        return accepts


@dataclass(frozen=True, eq=False)
class Factor:
    """Provisions that hang together, as one table: utilities add up over factors.

    Attributes
    ----------
    provisions : tuple of int
        Rising.
    sizes : tuple of int
        Their numbers of levels.
    points : ndarray (N, K)
        What each combination kept adds to each party's utility, grid steps.
    kept : ndarray (K,)
        The combinations kept, numbered in row-major order of ``sizes``.
    """

    provisions: tuple[int, ...]
    sizes: tuple[int, ...]
    points: Integers
    kept: Integers

    def levels(self, rows: Integers) -> Integers:
        """Levels (len(rows), provisions) of combinations given by their place in ``kept``."""
        return np.stack(np.unravel_index(self.kept[rows], self.sizes), axis=-1).astype(np.int64)


def factors(bargain: Bargain, limits: Iterable[Limit] | None = None) -> tuple[Factor, ...]:
    """Provisions joined where a joint or a limit ties them, combinations outside limits dropped.

    Parameters
    ----------
    limits : iterable of Limit, optional
        Limits that every package must meet; all of the problem's by default.

    Raises
    ------
    ModelError
        If provisions that hang together have more than five million combinations.
    """
    wanted = tuple(bargain.limits if limits is None else limits)
    ties = [joint.provisions for joint in bargain.joints] + [limit.provisions for limit in wanted]
    groups = tied(len(bargain.values), ties)
    blocked = any(not x.allowed.all() for x in wanted if not x.provisions)
    return tuple(_factor(bargain, group, wanted, blocked=blocked) for group in groups)


def tied(provisions: int, ties: Iterable[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Provisions in groups that hang together through some ties, in order."""
    groups = [{j} for j in range(provisions)]
    for tie in ties:
        joined = [g for g in groups if g & set(tie)]
        if len(joined) > 1:
            groups = [g for g in groups if not g & set(tie)] + [set().union(*joined)]
    return sorted(tuple(sorted(g)) for g in groups)


def _factor(
    bargain: Bargain, group: tuple[int, ...], limits: tuple[Limit, ...], *, blocked: bool
) -> Factor:
    sizes = tuple(bargain.sizes[j] for j in group)
    if math.prod(sizes) > MOST_LISTED:
        raise ModelError(
            f"found {math.prod(sizes):,} combinations of provisions that hang together, wanted at "
            f"most {MOST_LISTED:,}; state fewer lines or interactions across provisions"
        )
    points = np.zeros((bargain.parties, *sizes), dtype=np.int64)
    for axis, j in enumerate(group):
        points += _spread(bargain.values[j], (axis,), len(group))
    for joint in bargain.joints:
        if set(joint.provisions) <= set(group):
            points += _spread(joint.points, _axes(joint.provisions, group), len(group))
    allowed = np.full(sizes, not blocked)
    for limit in limits:
        if limit.provisions and set(limit.provisions) <= set(group):
            allowed &= _spread(limit.allowed[None], _axes(limit.provisions, group), len(group))[0]
    kept = np.flatnonzero(allowed)
    return Factor(group, sizes, points.reshape(bargain.parties, -1)[:, kept], kept)


def _axes(provisions: tuple[int, ...], group: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(group.index(j) for j in provisions)


def _spread(table: NDArray[_Scalar], axes: tuple[int, ...], dimensions: int) -> NDArray[_Scalar]:
    """A table (N, own levels…) with its axes moved to their place among more dimensions."""
    shape = [1] * dimensions
    for size, axis in zip(table.shape[1:], axes, strict=True):
        shape[axis] = size
    return table.reshape(table.shape[0], *shape)


def listed(bargain: Bargain) -> Integers:
    """Every package that the constraints allow, as levels (P, J), in row-major order.

    Raises
    ------
    ModelError
        Above five million combinations.
    """
    if bargain.combinations > MOST_LISTED:
        raise ModelError(f"found {bargain.combinations:,} packages, at most {MOST_LISTED:,} listed")
    table = np.indices(bargain.sizes).reshape(len(bargain.sizes), -1).T.astype(np.int64)
    return table[bargain.possible(table)]
