"""What could be made of one draft: exchanges between two parties, and nearest improvements.

*Logrolling* (Raiffa 1982, chapter 10; Buchanan and Tullock 1962): two changes, each a loss for one
party and a gain for another the other way round, so that both prefer the pair to the draft. What
third parties lose by it is told.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from accord.theory.bargaining.space import CONSTRAINT, Bargain

__all__ = ["Exchange", "Improvement", "exchanges", "improvements"]

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

MOST_NEAR = 600_000
"""Packages at one distance from a draft up to which all are looked at."""

AT_ONCE = 50_000


@dataclass(frozen=True, eq=False)
class Exchange:
    """Two changes of one provision each that two parties prefer together.

    Attributes
    ----------
    first, second : tuple of int
        Provision and its new level, provisions rising.
    first_giver, second_giver : int
        Who loses by the first change and gains by the second, and the other way round.
    change : ndarray (N,)
        What the exchange is worth to every party, grid steps.
    """

    first: tuple[int, int]
    second: tuple[int, int]
    first_giver: int
    second_giver: int
    change: Integers

    @property
    def gain(self) -> int:
        """What the less favoured of the two gains, grid steps."""
        return int(min(self.change[self.first_giver], self.change[self.second_giver]))

    @property
    def losers(self) -> tuple[int, ...]:
        """Third parties that lose by it."""
        return tuple(int(i) for i in np.flatnonzero(self.change < 0))


@dataclass(frozen=True, eq=False)
class Improvement:
    """A package that all who are asked prefer to a draft.

    Attributes
    ----------
    package : ndarray (J,)
        Levels.
    changed : tuple of int
        Provisions in which it differs.
    change : ndarray (N,)
        What it is worth to every party beyond the draft, grid steps.
    """

    package: Integers
    changed: tuple[int, ...]
    change: Integers


def exchanges(
    bargain: Bargain,
    draft: Integers,
    required: Sequence[int] | None = None,
    most: int | None = None,
) -> list[Exchange]:
    """Every exchange that starts from a draft, the largest smaller gain first.

    Parameters
    ----------
    draft : ndarray (J,)
        Levels.
    required : sequence of int, optional
        Parties that must not be pushed below their walk-away value, nor across a line of theirs
        that the draft does not cross; all by default.
    most : int, optional
        How many to tell at most.
    """
    singles = _one_change(bargain, draft)
    place = (singles != draft).argmax(axis=1)
    first, second = np.triu_indices(len(singles), 1)
    apart = place[first] != place[second]
    first, second = first[apart], second[apart]
    if not first.size:
        return []
    both = np.where(singles[first] != draft, singles[first], singles[second])
    alone, worth = _worth(bargain, draft, singles), _worth(bargain, draft, both)
    asked = range(bargain.parties) if required is None else required
    allowed = bargain.possible(both) & ~_pushed(bargain, draft, both, worth, asked)
    gives_first = (alone[:, first] < 0) & (alone[:, second] > 0) & (worth > 0) & allowed
    gives_second = (alone[:, second] < 0) & (alone[:, first] > 0) & (worth > 0) & allowed
    one, other, pair = np.nonzero(gives_first[:, None, :] & gives_second[None, :, :])
    gain = np.minimum(worth[one, pair], worth[other, pair])
    ranked = np.lexsort((one, pair, -gain))[:most]
    return [
        Exchange(
            (int(place[a]), int(singles[a, place[a]])), (int(place[b]), int(singles[b, place[b]])),
            int(one[k]), int(other[k]), worth[:, pair[k]],
        )
        for k in ranked
        for a, b in [(first[pair[k]], second[pair[k]])]
    ]  # fmt: skip


def improvements(
    bargain: Bargain,
    draft: Integers,
    groups: Sequence[Sequence[int]],
    *,
    accepted: bool = False,
    most_changes: int = 4,
) -> list[list[Improvement] | None]:
    """The packages nearest to a draft that every party of a group strictly prefers to it.

    Nearest means with the fewest provisions changed; all at that distance are told, the largest
    smallest gain first. Nobody of the group crosses a line that the draft did not cross.

    Parameters
    ----------
    groups : sequence of sequences of int
        Each is answered for itself.
    accepted : bool
        Whether those parties must accept it as well, and not just like it better.
    most_changes : int
        Distance up to which packages are looked at.

    Returns
    -------
    list of (list of Improvement, or None)
        One a group. Empty when there is none up to ``most_changes``; None where the packages at
        some distance are too many to look at, so nothing is known beyond.
    """
    found: list[list[Improvement] | None] = [[] for _ in groups]
    open_groups = list(range(len(groups)))
    for distance in range(1, min(most_changes, len(draft)) + 1):
        if not open_groups:
            break
        if _count_near(bargain, distance) > MOST_NEAR:
            for k in open_groups:
                found[k] = None
            break
        for near in _near(bargain, draft, distance):
            worth, possible = _worth(bargain, draft, near), bargain.possible(near)
            for k in open_groups:
                own = _improving(
                    bargain, draft, near, worth, possible, groups[k], accepted=accepted
                )
                found[k] = [*(found[k] or []), *own]
        open_groups = [k for k in open_groups if not found[k]]
    return [
        None if one is None else sorted(one, key=partial(_by_smallest_gain, list(group)))
        for one, group in zip(found, groups, strict=True)
    ]


def _improving(
    bargain: Bargain,
    draft: Integers,
    near: Integers,
    worth: Integers,
    possible: Booleans,
    group: Sequence[int],
    *,
    accepted: bool,
) -> list[Improvement]:
    asked = list(group)
    good = np.flatnonzero(possible & np.all(worth[asked] > 0, axis=0))
    good = good[~_crossed(bargain, draft, near[good], asked)]
    if accepted:
        good = good[bargain.acceptances(near[good])[asked].all(axis=0)]
    return [
        Improvement(near[at], tuple(np.flatnonzero(near[at] != draft).tolist()), worth[:, at])
        for at in good
    ]


def _by_smallest_gain(group: list[int], one: Improvement) -> tuple[int, tuple[int, ...], bytes]:
    return -int(one.change[group].min()), one.changed, one.package.tobytes()


def _one_change(bargain: Bargain, draft: Integers) -> Integers:
    """Every package one provision away, shape (P, J)."""
    return np.concatenate(list(_near(bargain, draft, 1)) or [np.zeros((0, len(draft)), np.int64)])


def _count_near(bargain: Bargain, distance: int) -> int:
    """Packages exactly so many provisions away: elementary symmetric sum of the other levels."""
    sums = [1] + [0] * distance
    for size in bargain.sizes:
        for k in range(distance, 0, -1):
            sums[k] += sums[k - 1] * (size - 1)
    return sums[distance]


def _near(bargain: Bargain, draft: Integers, distance: int) -> Iterator[Integers]:
    """All packages exactly so many provisions away, in pieces (P, J)."""
    pending: list[Integers] = []
    for provisions in itertools.combinations(range(len(draft)), distance):
        others = [[x for x in range(bargain.sizes[j]) if x != draft[j]] for j in provisions]
        grid = np.array(list(itertools.product(*others)), dtype=np.int64).reshape(-1, distance)
        rows = np.repeat(draft[None, :], len(grid), axis=0)
        rows[:, list(provisions)] = grid
        pending.append(rows)
        if sum(map(len, pending)) >= AT_ONCE:
            yield np.concatenate(pending)
            pending = []
    if pending:
        yield np.concatenate(pending)


def _worth(bargain: Bargain, draft: Integers, packages: Integers) -> Integers:
    """What packages at one distance from a draft are worth beyond it, shape (N, P)."""
    starts = np.cumsum([0, *bargain.sizes[:-1]])
    steps = np.concatenate([t - t[:, draft[j], None] for j, t in enumerate(bargain.values)], axis=1)
    rows, columns = np.nonzero(packages != draft)
    at = (starts[columns] + packages[rows, columns]).reshape(len(packages), -1)
    worth = np.zeros((bargain.parties, len(packages)), dtype=np.int64)
    for change in at.T:
        worth += steps[:, change]
    for joint in bargain.joints:
        here = tuple(int(draft[j]) for j in joint.provisions)
        there = tuple(packages[:, j] for j in joint.provisions)
        for party, points in enumerate(joint.points):
            if points.any():
                worth[party] += points[there] - points[here]
    return worth


def _pushed(
    bargain: Bargain, draft: Integers, packages: Integers, worth: Integers, asked: Sequence[int]
) -> Booleans:
    """Where one of those asked falls below its walk-away value, or crosses one more line."""
    found = _crossed(bargain, draft, packages, asked)
    slack = bargain.utilities(draft[None, :])[:, 0] - bargain.walk_away
    for party in asked:
        if slack[party] >= 0:
            found |= slack[party] + worth[party] < 0
    return found


def _crossed(
    bargain: Bargain, draft: Integers, packages: Integers, asked: Sequence[int]
) -> Booleans:
    """Where one of those asked finds a line of its own crossed that the draft did not cross."""
    found = np.zeros(len(packages), dtype=np.bool_)
    for limit in bargain.limits:
        if limit.party != CONSTRAINT and limit.party in asked:
            met = bool(bargain.meets(limit, draft[None, :])[0])
            found |= met & ~bargain.meets(limit, packages)
    return found
