"""Good packages without a proof: climbing by single levels, from many starts, with kicks.

From each start a package is kicked and climbs again as long as that leads higher, an iterated
local search (Lourenço, Martin and Stützle 2003); then two levels are changed at once, and
every other start is a way between two tops that were met before (path relinking, Glover 1996).
What is found is where the proof begins from; the better it is, the more the search may leave out.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from accord._errors import ModelError
from accord.theory.search.climber import Climber
from accord.theory.search.space import Space

__all__ = ["Climbed", "Climber", "climb"]

LOOKS = 80_000
"""Packages that are looked at before no further start is made."""

MET = 5
"""How often the best is met before no further start is made."""

KICKS = 30
"""Kicks that lead no higher before a start is given up."""

KICKED = (2, 4)
"""Fewest and most provisions, less one, that a kick sets anew."""

ASKED = 400
"""Packages of which a confirmation is asked while climbing."""

_FAR = -(2**62)
"""How near a package is to passing somewhere of which that is not known."""

Top = tuple[int, int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Climbed:
    """The best package that was met.

    Attributes
    ----------
    levels : tuple of int
    value : int
        What the worlds weigh in which it passes.
    looked_at : int
        Packages that were looked at.
    cut : bool
        Whether time or somebody outside ended it, so that what was met hangs on the machine.
    """

    levels: tuple[int, ...]
    value: int
    looked_at: int
    cut: bool


def climb(
    space: Space, seed: int, *, starts: Sequence[Sequence[int]] = (),
    avoid: Sequence[Sequence[int] | int] = (), seconds: float | None = None,
    looks: int = LOOKS, stop: threading.Event | None = None,
) -> Climbed:  # fmt: skip
    """Climb from given and from random packages until the best was met several times.

    Where no package passes in any world, what counts is how near worlds come to it.

    Parameters
    ----------
    seed : int
    starts : sequence of levels
        Packages to begin from.
    avoid : sequence
        Levels of packages, then the number of provisions in which what is found has to differ
        from each of them: ``(levels, levels, 3)``.
    seconds : float, optional
        After which no further start is made; what is found then hangs on the machine.
    looks : int
        Packages after which no further start is made.
    stop : Event, optional
        After which no further start is made.

    Raises
    ------
    ModelError
        If no package differs from those to be avoided, or a start is none of the space.
    """
    climb_ = _Climb(space, seed, avoid)
    deadline = None if seconds is None else time.monotonic() + seconds
    waiting = [climb_.checked(start) for start in starts]
    while True:
        if waiting:
            climb_.begin(waiting[0])
        climb_.ascend(waiting.pop(0) if waiting else climb_.start())
        ended = (deadline is not None and time.monotonic() >= deadline) or (
            stop is not None and stop.is_set()
        )
        enough = climb_.met >= MET or climb_.climber.looked_at >= looks
        whole = enough and not waiting
        if ended or whole:
            break
    return Climbed(climb_.levels, max(climb_.best[0], 0), climb_.climber.looked_at, not whole)


class _Climb:
    """Ascents one after another, and the best of them."""

    def __init__(self, space: Space, seed: int, avoid: Sequence[Sequence[int] | int]) -> None:
        self.space = space
        self.random = np.random.default_rng([seed, 0x636C696D])
        *avoided, apart = avoid or (0,)
        if not isinstance(apart, int) or any(isinstance(levels, int) for levels in avoided):
            raise ModelError("what to avoid: wanted levels of packages, then a distance")
        self.avoided = [self.checked(levels) for levels in avoided]  # type: ignore[arg-type]
        self.apart = apart
        self.climber = Climber(space, self.avoided, apart)
        self.best = (-1, 0)
        self.levels: tuple[int, ...] = ()
        self.met = 0
        self.asked = 0
        self.tops: dict[tuple[int, ...], int] = {}
        self.ascents = 0

    def checked(self, levels: Sequence[int]) -> tuple[int, ...]:
        """Levels of a package of the space."""
        sizes = self.space.sizes
        found = tuple(int(level) for level in levels)
        if len(found) != len(sizes) or not all(
            0 <= level < size for level, size in zip(found, sizes, strict=True)
        ):
            raise ModelError(f"no package of the space: {found}")
        return found

    def start(self) -> tuple[int, ...]:
        """A random package, or every other time one between two tops."""
        self.ascents += 1
        tops = sorted(self.tops, key=lambda levels: -self.tops[levels])[:8]
        if self.ascents % 2 == 0 and len(tops) > 1:
            one, other = (tops[i] for i in self.random.choice(len(tops), 2, replace=False))
            return self._between(one, other)
        return tuple(int(self.random.integers(size)) for size in self.space.sizes)

    def _between(self, one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
        """The best package strictly between two, going level by level from one to the other."""
        at, best = one, (-1, one)
        while True:
            towards = [
                (value, j)
                for j, level in enumerate(other)
                if at[j] != level
                for value in [self.climber.value((*at[:j], level, *at[j + 1 :]))]
            ]
            if len(towards) <= 1:
                return best[1]
            value, j = max(towards, key=lambda step: (step[0], -step[1]))
            at = (*at[:j], other[j], *at[j + 1 :])
            best = max(best, (value, at), key=lambda step: step[0])

    def begin(self, start: tuple[int, ...]) -> None:
        """Take a start that is given as it is, if it is apart from what is avoided."""
        if self._near(start):
            return
        value = self.climber.confirmed(start, self.best[0])
        if value > self.best[0]:
            self.best, self.levels, self.met = (value, 0 if value else _FAR), start, 0

    def ascend(self, start: Sequence[int]) -> None:
        """From one start: up, kicks, two at once, and what is confirmed of it."""
        top = self._kicked_up(self._up(self._apart(list(start))))
        while top[0] and (levels := self.climber.two_up(top[2], top[0])) is not None:
            top = self._up(levels)
        self.tops[top[2]] = top[0]
        self._take(top)

    def _up(self, levels: Sequence[int]) -> Top:
        return self.climber.up(levels, self.random)

    def _kicked_up(self, top: Top) -> Top:
        failed = 0
        while failed < KICKS:
            levels = list(top[2])
            count = min(int(self.random.integers(*KICKED)), len(levels))
            for j in self.random.choice(len(levels), count, replace=False):
                levels[j] = int(self.random.integers(self.space.sizes[j]))
            found = self._up(self._apart(levels))
            if found[:2] > top[:2]:
                top, failed = found, 0
            else:
                failed += 1
        return top

    def _apart(self, levels: list[int]) -> list[int]:
        """Levels changed at random until they are apart from all that is avoided."""
        sizes = self.space.sizes
        for _ in range(1000):
            near = self._near(levels)
            if not near:
                return levels
            same = [j for j, level in enumerate(near[0]) if levels[j] == level and sizes[j] > 1]
            if not same:
                break
            j = int(self.random.choice(same))
            levels[j] = (levels[j] + int(self.random.integers(1, sizes[j]))) % sizes[j]
        raise ModelError(f"no package found that differs in {self.apart} provisions")

    def _near(self, levels: Sequence[int]) -> list[tuple[int, ...]]:
        """Packages to be avoided from which one is not apart."""
        return [
            other for other in self.avoided
            if sum(a != b for a, b in zip(levels, other, strict=True)) < self.apart
        ]  # fmt: skip

    def _take(self, top: Top) -> None:
        value, near, levels = top
        if self.space.confirm is not None:
            if self.asked and (value <= self.best[0] or self.asked >= ASKED):
                self.met += 1
                return
            value, levels = self._confirmed_up(levels)
        if (value, near) > self.best:
            self.best, self.levels, self.met = (value, near), levels, 0
        if (value, near) == self.best or self.space.confirm is not None:
            self.met += 1

    def _confirmed_up(self, levels: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
        """Climb by what is confirmed, as far as may still be asked."""
        value = self._ask(levels, -1)
        better = True
        while better:
            better = False
            for _, j, level in self.climber.alone(levels, value):
                if self.asked >= ASKED:
                    break
                changed = (*levels[:j], level, *levels[j + 1 :])
                if (found := self._ask(changed, value)) > value:
                    value, levels, better = found, changed, True
                    break
        return value, levels

    def _ask(self, levels: tuple[int, ...], floor: int) -> int:
        self.asked += 1
        return self.climber.confirmed(levels, floor)
