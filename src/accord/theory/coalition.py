"""Who goes when pledges wait for one another: fixed points of conditional pledges.

The unit of play is the pledge: one pool of one contributor. Pledge ``m`` goes when it is
available and its condition holds given the *other* pledges that go,

    F(G) = {m available : condition of m holds given G without m}.

Conditions are monotone trees, so F is monotone and has a least fixed point (*everyone waits*:
nobody moves before the condition is met) and a greatest one (*everyone goes*: nobody stays away
who would be right to come) (Tarski 1955; conditional contributions: Reischmann and Oechssler
2018). They differ only where conditions form a circle.

Algorithm: every pledge's set of worlds is one Python integer used as a bitmap, so that one
``&`` or ``|`` works on all worlds; pledges are revisited only when one that they mention has
changed (chaotic iteration of a monotone map, which reaches the same fixed point in any order).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError

__all__ = [
    "All",
    "Always",
    "Any",
    "AtLeast",
    "Condition",
    "Goes",
    "Never",
    "World",
    "cascade",
    "greatest_fixed_point",
    "joining",
    "least_fixed_point",
    "mutual_waits",
    "restrict_worlds",
    "waits_for",
    "waive_waiting",
]

BoolArray: TypeAlias = NDArray[np.bool_]
_Rule: TypeAlias = Callable[[list[int]], int]


@dataclass(frozen=True, slots=True)
class Always:
    """A condition that holds in every world: the pledge is unconditional."""


@dataclass(frozen=True, slots=True)
class Never:
    """A condition that holds in no world, such as a package without what was asked for."""


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """A condition on the world alone: a shock, a consent, a clause of the package.

    Attributes
    ----------
    mask : bool array (W,)
        The worlds in which it holds.
    """

    mask: BoolArray


@dataclass(frozen=True, slots=True)
class Goes:
    """Some one of these pledges goes, the pledge that asks left out; none listed never holds.

    Attributes
    ----------
    pledges : tuple of int
        Indices of pledges, for example all pledges of one contributor.
    """

    pledges: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class All:
    """Every member holds."""

    members: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one member holds."""

    members: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least ``k`` of the members hold."""

    k: int
    members: tuple[Condition, ...]


Condition: TypeAlias = Always | Never | World | Goes | All | Any | AtLeast


def least_fixed_point(available: BoolArray, conditions: Sequence[Condition]) -> BoolArray:
    """Who goes when everyone waits: the least fixed point of F in every world.

    Parameters
    ----------
    available : bool array (M, W)
        Whether pledge m is available in world w.
    conditions : sequence of M conditions
        Masks inside have shape (W,).

    Returns
    -------
    bool array (M, W)

    Raises
    ------
    ModelError
        When shapes do not fit, a node is empty, or a pledge is unknown.
    """
    return _System.of(available, conditions).least()


def greatest_fixed_point(available: BoolArray, conditions: Sequence[Condition]) -> BoolArray:
    """Who goes when everyone goes who may: the greatest fixed point of F in every world.

    Parameters, result and errors are those of :func:`least_fixed_point`.
    """
    return _System.of(available, conditions).greatest()


def joining(
    available: BoolArray, conditions: Sequence[Condition], goes: BoolArray | bool
) -> BoolArray:
    """The fixed point that the world's coin picks: greatest where ``goes``, least elsewhere.

    Parameters
    ----------
    available : bool array (M, W)
    conditions : sequence of M conditions
    goes : bool or bool array (W,)

    Returns
    -------
    bool array (M, W)
    """
    coin = np.asarray(goes, dtype=np.bool_)
    system = _System.of(available, conditions)
    if coin.all():
        return system.greatest()
    if not coin.any():
        return system.least()
    return np.where(coin[None, :], system.greatest(), system.least())


def cascade(
    going: BoolArray, available: BoolArray, conditions: Sequence[Condition]
) -> tuple[BoolArray, ...]:
    """Who leaves in which round once fewer pledges are available.

    In every round all pledges look at who still goes and leave together where their condition no
    longer holds. The rounds end where those of :func:`greatest_fixed_point` below ``going`` stand.

    Parameters
    ----------
    going : bool array (M, W)
        Who goes beforehand; a fixed point of the map.
    available : bool array (M, W)
        What is left.
    conditions : sequence of M conditions

    Returns
    -------
    tuple of bool array (M, W)
        Who leaves, round by round; the first holds those that are no longer available.
    """
    before = np.asarray(going, dtype=np.bool_)
    left = before & np.asarray(available, dtype=np.bool_)
    rounds = [before & ~left]
    system = _System.of(left, conditions)
    now = list(system.limits)
    while True:
        after = [now[m] & rule(now) for m, rule in enumerate(system.rules)]
        if after == now:
            return tuple(rounds)
        rounds.append(_unpacked([a & ~b for a, b in zip(now, after, strict=True)], system.worlds))
        now = after


def waits_for(condition: Condition, pledge: int) -> frozenset[int]:
    """The other pledges that the condition of ``pledge`` mentions."""
    match condition:
        case Goes(pledges):
            return frozenset(pledges) - {pledge}
        case All(members) | Any(members) | AtLeast(_, members):
            return frozenset().union(*(waits_for(member, pledge) for member in members))
        case _:
            return frozenset()


def mutual_waits(conditions: Sequence[Condition]) -> tuple[tuple[int, ...], ...]:
    """The circles of pledges that wait for one another.

    Without any circle the least and the greatest fixed point are the same.

    Returns
    -------
    tuple of tuples of int
        The strongly connected sets of more than one pledge, in the order of their first pledge.
    """
    count = len(conditions)
    reach = np.eye(count, dtype=np.bool_)
    for pledge, condition in enumerate(conditions):
        reach[pledge, list(waits_for(condition, pledge))] = True
    for through in range(count):
        reach |= reach[:, through : through + 1] & reach[through]
    circles = {tuple(np.flatnonzero(reach[m] & reach[:, m]).tolist()) for m in range(count)}
    return tuple(sorted(circle for circle in circles if len(circle) > 1))


def restrict_worlds(condition: Condition, worlds: NDArray[np.intp]) -> Condition:
    """The same condition for a choice of worlds, which may repeat: masks become mask[worlds]."""
    match condition:
        case World(mask):
            return World(mask[worlds])
        case All(members):
            return All(tuple(restrict_worlds(member, worlds) for member in members))
        case Any(members):
            return Any(tuple(restrict_worlds(member, worlds) for member in members))
        case AtLeast(k, members):
            return AtLeast(k, tuple(restrict_worlds(member, worlds) for member in members))
        case _:
            return condition


def waive_waiting(condition: Condition) -> Condition:
    """The same condition once its pledge no longer waits for others; the world still counts."""
    match condition:
        case Goes():
            return Always()
        case All(members):
            return All(tuple(waive_waiting(member) for member in members))
        case Any(members):
            return Any(tuple(waive_waiting(member) for member in members))
        case AtLeast(k, members):
            return AtLeast(k, tuple(waive_waiting(member) for member in members))
        case _:
            return condition


@dataclass(frozen=True, slots=True)
class _System:
    """The map F, compiled once.

    Attributes
    ----------
    worlds : int
    limits : list of M bitmaps, the worlds in which each pledge is available
    rules : list of M functions from who goes to the worlds in which the condition holds
    askers : list of M lists, the pledges whose conditions mention this one
    """

    worlds: int
    limits: list[int]
    rules: list[_Rule]
    askers: list[list[int]]

    @classmethod
    def of(cls, available: BoolArray, conditions: Sequence[Condition]) -> _System:
        """Check the shapes and compile the conditions."""
        rows = np.asarray(available, dtype=np.bool_)
        if rows.ndim != 2:
            raise ModelError(f"available must have shape (pledges, worlds), found {rows.shape}")
        if rows.shape[0] != len(conditions):
            raise ModelError(f"{rows.shape[0]} pledges but {len(conditions)} conditions")
        every_world = _packed(np.ones((1, rows.shape[1]), dtype=np.bool_))[0]
        rules = [_rule(each, m, rows.shape, every_world) for m, each in enumerate(conditions)]
        askers: list[list[int]] = [[] for _ in conditions]
        for m, condition in enumerate(conditions):
            for other in sorted(waits_for(condition, m)):
                askers[other].append(m)
        return cls(rows.shape[1], _packed(rows), rules, askers)

    def least(self) -> BoolArray:
        """Rise from nobody."""
        return self._iterate([0] * len(self.rules))

    def greatest(self) -> BoolArray:
        """Fall from everybody who is available."""
        return self._iterate(list(self.limits))

    def _iterate(self, going: list[int]) -> BoolArray:
        waiting = deque(range(len(self.rules)))
        queued = [True] * len(self.rules)
        while waiting:
            m = waiting.popleft()
            queued[m] = False
            now = self.limits[m] & self.rules[m](going)
            if now == going[m]:
                continue
            going[m] = now
            for asker in self.askers[m]:
                if not queued[asker]:
                    queued[asker] = True
                    waiting.append(asker)
        return _unpacked(going, self.worlds)


def _rule(condition: Condition, pledge: int, shape: tuple[int, ...], every_world: int) -> _Rule:
    """The condition of ``pledge`` as a function from the bitmaps of who goes to a bitmap."""
    match condition:
        case Always():
            return lambda _: every_world
        case Never():
            return lambda _: 0
        case World(mask):
            if mask.shape != (shape[1],):
                raise ModelError(f"a mask of {shape[1]} worlds is wanted, found {mask.shape}")
            bits = _packed(mask[None, :])[0]
            return lambda _: bits
        case Goes(pledges):
            return _some_one_goes(pledges, pledge, shape[0])
        case All(members) | Any(members) | AtLeast(_, members):
            if not members:
                raise ModelError(f"pledge {pledge} has a condition without members")
            rules = [_rule(member, pledge, shape, every_world) for member in members]
            if isinstance(condition, AtLeast):
                return _at_least(condition.k, rules, every_world)
            operation = and_ if isinstance(condition, All) else or_
            return lambda going: reduce(operation, [rule(going) for rule in rules])


def _some_one_goes(pledges: tuple[int, ...], pledge: int, count: int) -> _Rule:
    if any(not 0 <= other < count for other in pledges):
        raise ModelError(f"pledge {pledge} waits for one of {pledges}, but there are {count}")
    others = [other for other in pledges if other != pledge]
    return lambda going: reduce(or_, [going[other] for other in others], 0)


def _at_least(k: int, rules: list[_Rule], every_world: int) -> _Rule:
    if not 1 <= k <= len(rules):
        raise ModelError(f"at least {k} of {len(rules)} members can never be asked for")

    def rule(going: list[int]) -> int:
        # reached[j]: worlds in which at least j of the members seen so far hold
        reached = [every_world] + [0] * k
        for member in rules:
            holds = member(going)
            for j in range(k, 0, -1):
                reached[j] |= reached[j - 1] & holds
        return reached[k]

    return rule


def _packed(rows: BoolArray) -> list[int]:
    return [int.from_bytes(row.tobytes(), "big") for row in np.packbits(rows, axis=1)]


def _unpacked(bitmaps: list[int], worlds: int) -> BoolArray:
    width = -(-worlds // 8)
    if not bitmaps or not worlds:
        return np.zeros((len(bitmaps), worlds), dtype=np.bool_)
    raw = b"".join(bitmap.to_bytes(width, "big") for bitmap in bitmaps)
    octets = np.frombuffer(raw, dtype=np.uint8).reshape(len(bitmaps), width)
    return np.unpackbits(octets, axis=1, count=worlds).view(np.bool_)
