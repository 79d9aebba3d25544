"""What could be made of one draft: exchanges between two parties, and nearest improvements.

*Logrolling* (Raiffa 1982, chapter 10; Buchanan and Tullock 1962): two changes, each a loss for one
party and a gain for another the other way round, so that both prefer the pair to the draft. What
third parties lose by it is told.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
    accepted : ndarray (N,) of bool
        Who would accept it.
    """

    package: Integers
    changed: tuple[int, ...]
    change: Integers
    accepted: Booleans


def exchanges(
    bargain: Bargain, draft: Integers, required: Sequence[int] | None = None
) -> list[Exchange]:
    """Every exchange that starts from a draft, the largest smaller gain first.

    Parameters
    ----------
    draft : ndarray (J,)
        Levels.
    required : sequence of int, optional
        Parties that must not be pushed below their walk-away value, nor across a line of theirs
        that the draft does not cross; all by default.
    """
    singles = _one_change(bargain, draft)
    alone = _worth(bargain, draft, singles)
    pairs = [
        (a, b)
        for a, b in itertools.combinations(range(len(singles)), 2)
        if _provision(singles[a], draft) != _provision(singles[b], draft)
    ]
    if not pairs:
        return []
    index = np.array(pairs)
    both = np.where(singles[index[:, 0]] != draft, singles[index[:, 0]], singles[index[:, 1]])
    worth = _worth(bargain, draft, both)
    asked = range(bargain.parties) if required is None else required
    allowed = bargain.possible(both) & ~_pushed(bargain, draft, both, asked)
    found = []
    for row in np.flatnonzero(allowed & ((worth > 0).sum(axis=0) >= 2)):
        a, b = index[row]
        for one, other in itertools.permutations(np.flatnonzero(worth[:, row] > 0).tolist(), 2):
            gives_first = alone[one, a] < 0 < alone[one, b]
            if gives_first and alone[other, b] < 0 < alone[other, a]:
                changes = (_change(singles[a], draft), _change(singles[b], draft))
                found.append(Exchange(*changes, one, other, worth[:, row]))
    return sorted(found, key=lambda x: (-x.gain, x.first, x.second, x.first_giver))


def improvements(
    bargain: Bargain,
    draft: Integers,
    wanting: Sequence[int],
    *,
    accepted: bool = False,
    most_changes: int = 4,
) -> list[Improvement] | None:
    """The packages nearest to a draft that every one of some parties strictly prefers to it.

    Nearest means with the fewest provisions changed; all at that distance are told, the largest
    smallest gain first. Nobody of them crosses a line that the draft did not cross.

    Parameters
    ----------
    accepted : bool
        Whether those parties must accept it as well, and not just like it better.
    most_changes : int
        Distance up to which packages are looked at.

    Returns
    -------
    list of Improvement, or None
        Empty when there is none up to ``most_changes``; None where the packages at some distance
        are too many to look at, so nothing is known beyond.
    """
    asked = list(wanting)
    for distance in range(1, min(most_changes, len(draft)) + 1):
        if _count_near(bargain, distance) > MOST_NEAR:
            return None
        found: list[Improvement] = []
        for near in _near(bargain, draft, distance):
            worth = _worth(bargain, draft, near)
            good = np.all(worth[asked] > 0, axis=0) & bargain.possible(near)
            good[good] &= ~_pushed(bargain, draft, near[good], asked, floors=False)
            accepts = bargain.acceptances(near[good])
            for package, change, says in zip(near[good], worth[:, good].T, accepts.T, strict=True):
                if not accepted or says[asked].all():
                    changed = tuple(int(j) for j in np.flatnonzero(package != draft))
                    found.append(Improvement(package, changed, change, says))
        if found:
            return sorted(found, key=lambda x: (-int(x.change[asked].min()), x.changed))
    return []


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
    """What packages are worth beyond the draft, shape (N, P)."""
    worth: Integers = bargain.utilities(packages) - bargain.utilities(draft[None, :])
    return worth


def _pushed(
    bargain: Bargain,
    draft: Integers,
    packages: Integers,
    asked: Sequence[int],
    *,
    floors: bool = True,
) -> Booleans:
    """Where one of those asked falls below its walk-away value, or crosses one more line."""
    found = np.zeros(len(packages), dtype=np.bool_)
    if floors:
        before = bargain.utilities(draft[None, :])[:, 0] >= bargain.walk_away
        after = bargain.utilities(packages) >= bargain.walk_away[:, None]
        for party in asked:
            found |= before[party] & ~after[party]
    for limit in bargain.limits:
        if limit.party != CONSTRAINT and limit.party in asked:
            met = bool(bargain.meets(limit, draft[None, :])[0])
            found |= met & ~bargain.meets(limit, packages)
    return found


def _provision(package: Integers, draft: Integers) -> int:
    return int(np.flatnonzero(package != draft)[0])


def _change(package: Integers, draft: Integers) -> tuple[int, int]:
    provision = _provision(package, draft)
    return provision, int(package[provision])
