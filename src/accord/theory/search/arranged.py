"""A space laid out for one order of its provisions, as the search goes through it.

Points become *regrets*: what a level costs an additive literal against its best level in the same
world. What is left of the *slack* after the regrets of the levels chosen so far bounds what any
completion can reach. Both are kept in 16 bits, rounded outwards where they do not fit: slack up,
regrets down. Tables and grades are decision diagrams, see ``Diagrams``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.theory.search.diagrams import Diagrams, diagrams_of
from accord.theory.search.space import Space

__all__ = ["Arranged", "arranged", "blocked"]

Integers = NDArray[np.int64]
Shorts = NDArray[np.int16]

TOP = np.iinfo(np.int16).max


@dataclass(frozen=True, eq=False)
class Arranged:
    """A space in an order.

    Attributes
    ----------
    space : Space
    order : int array (J,)
        Provisions in the order in which they are chosen.
    sizes : int array (J,)
        Levels by place in the order.
    literals : int array (N,)
        Additive literals in the order in which they are laid out: those that all have to hold and
        stand nowhere else in the formula come first.
    plain : int
        How many those are.
    slack : int16 array (words, N · 64)
        With every literal's best levels, the worlds in blocks of 64.
    regrets : int16 array (ΣL, words, N · 64)
        Levels by place in the order.
    starts : int array (J,)
        Where the levels of each place begin.
    joint_regrets : int16 array (C, words, N · 64)
    joint_of : int array (G, 3)
        Of each joint: the place at which its last provision is chosen, where its combinations
        begin, and where its provisions begin in ``joint_places``.
    joint_places : int array (·, 2)
        Place and factor of each provision of each joint; a place of −1 ends a joint.
    diagrams : Diagrams
        Of tables and grades.
    exact : bool
        Whether no rounding was needed, so that a bound at a whole package is its value.
    """

    space: Space
    order: Integers
    sizes: Integers
    literals: Integers
    plain: int
    slack: Shorts
    regrets: Shorts
    starts: Integers
    joint_regrets: Shorts
    joint_of: Integers
    joint_places: Integers
    diagrams: Diagrams
    exact: bool


def arranged(space: Space, order: Sequence[int]) -> Arranged:
    """Lay a space out in an order of its provisions."""
    place = {j: at for at, j in enumerate(order)}
    sizes = np.array([space.sizes[j] for j in order], dtype=np.int64)
    slack, regrets, joints = _regrets(space, order)
    slack16, regrets16, joints16, exact = _narrowed(slack, regrets, joints)
    joint_of, joint_places = _joint_layout(space, place)
    literals, plain = _plain_first(space)
    slack16, regrets16, joints16 = (
        blocked(part[..., literals, :]) for part in (slack16, regrets16, joints16)
    )
    return Arranged(
        space, np.array(order, dtype=np.int64), sizes, literals, plain, slack16, regrets16,
        np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64), joints16, joint_of,
        joint_places, diagrams_of(space.leaves, order), exact,
    )  # fmt: skip


def blocked(points: NDArray[Any]) -> NDArray[Any]:
    """Points (…, N, W) with the worlds in blocks of 64 (…, W / 64, N · 64)."""
    *lead, literals, worlds = points.shape
    parts = points.reshape(*lead, literals, worlds // 64, 64)
    turned = np.moveaxis(parts, -3, -2)
    return np.ascontiguousarray(turned).reshape(*lead, worlds // 64, literals * 64)


def _plain_first(space: Space) -> tuple[Integers, int]:
    """Additive literals, those first that all have to hold and stand in no step of the program."""
    program = space.program
    stepped = set(program.steps[program.steps[:, 1] < 0, 0].tolist())
    every = set(program.every.tolist())
    first = [n for n in range(space.additive) if n in every and n not in stepped]
    # what stands in no formula at all is carried along
    rest = [n for n in range(space.additive) if n not in first]
    return np.array([*first, *rest], dtype=np.int64), len(first)


def _regrets(space: Space, order: Sequence[int]) -> tuple[Integers, Integers, Integers]:
    """Slack with the best of everything (N, W), regrets of levels, regrets of combinations."""
    slack = -space.asked
    regrets = []
    for j in order:
        best = space.points[j].max(axis=0)
        slack = slack + best
        regrets.append(best - space.points[j])
    joints = []
    for joint in space.joints:
        points = joint.points.reshape(-1, *space.asked.shape)
        best = points.max(axis=0)
        slack = slack + best
        joints.append(best - points)
    empty = np.zeros((0, *space.asked.shape), dtype=np.int64)
    return slack, np.concatenate([empty, *regrets]), np.concatenate([empty, *joints])


def _narrowed(
    slack: Integers, regrets: Integers, joints: Integers
) -> tuple[Shorts, Shorts, Shorts, bool]:
    """The same in 16 bits, each literal on a grid of its own, rounded outwards."""
    # a slack that no regrets together use up may as well be smaller
    most = _most(regrets) + _most(joints)
    slack = np.clip(slack, -1, most.max(axis=1, keepdims=True, initial=0))
    reach = np.maximum(slack.max(axis=1), _tallest(regrets, joints))
    grid = np.ones(len(slack), dtype=np.int64)
    while (wide := (reach + grid - 1) // grid > TOP).any():
        grid[wide] *= 2
    up = -(-slack // grid[:, None])
    down, across = (part // grid[:, None] for part in (regrets, joints))
    exact = bool((grid == 1).all())
    return up.astype(np.int16), down.astype(np.int16), across.astype(np.int16), exact


def _most(regrets: Integers) -> Integers:
    """More than all regrets of a literal in a world can come to together (N, W)."""
    return np.asarray(regrets.sum(axis=0) + 1)


def _tallest(*parts: Integers) -> Integers:
    parts_most = [part.max(axis=(0, 2), initial=0) for part in parts]
    return np.asarray(np.max(parts_most, axis=0), dtype=np.int64)


def _joint_layout(space: Space, place: dict[int, int]) -> tuple[Integers, Integers]:
    start = 0
    of: list[tuple[int, int, int]] = []
    places: list[tuple[int, int]] = []
    for joint in space.joints:
        of.append((max(place[j] for j in joint.provisions), start, len(places)))
        factor = 1
        entries: list[tuple[int, int]] = []
        for j in reversed(joint.provisions):
            entries.append((place[j], factor))
            factor *= space.sizes[j]
        places += [*entries, (-1, 0)]
        start += factor
    return (
        np.array(of, dtype=np.int64).reshape(-1, 3),
        np.array(places, dtype=np.int64).reshape(-1, 2),
    )
