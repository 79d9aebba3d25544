"""Branch and bound over a space of packages, anytime and on several threads (MODELS, section 6).

Every level that is chosen can only take worlds away from what a completion may still pass, so a
half-made package whose worlds do not exceed what is known needs no completion (Land and Doig
1960). The proof is made in passes: first that nothing exceeds the best package by ten points, then
by five, two, one, half a point, and at last that nothing exceeds it at all. So a search that is
ended early has a bound that is proven.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord.theory.search.arranged import Arranged, arranged
from accord.theory.search.climbing import Climber, climb
from accord.theory.search.ordering import promising_order
from accord.theory.search.space import Space

__all__ = ["TARGETS", "Found", "Progress", "search"]

Integers = NDArray[np.int64]

TARGETS = (0.1, 0.05, 0.02, 0.01, 0.005, 0.0)
"""Shares of all worlds by which the best package is shown not to be exceeded, pass by pass."""

SLICE = 20_000
"""Steps of one thread before it looks at the clock."""

FEWEST_PREFIXES = 96
"""Half-made packages among which threads share the work."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search is; values are what worlds weigh."""

    best: int
    bound: int
    target: int
    nodes: int
    done: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Attributes
    ----------
    levels : tuple of int
        The best package.
    value : int
        What the worlds weigh in which it passes.
    bound : int
        No package exceeds it: proven.
    nodes : int
        Half-made packages that were bounded.
    seconds : float
    complete : bool
        Whether it ended by itself and not by time or cancel; then the answer is the same on any
        number of threads.
    """

    levels: tuple[int, ...]
    value: int
    bound: int
    nodes: int
    seconds: float
    complete: bool


def search(
    space: Space, *, seconds: float = 60.0, gap: int = 0, workers: int = 2, seed: int = 1,
    progress: Callable[[Progress], None] | None = None, stop: threading.Event | None = None,
) -> Found:  # fmt: skip
    """Find the package that passes where the worlds weigh most.

    Parameters
    ----------
    seconds : float
        After which it ends with what it has.
    gap : int
        What bound and best may differ by for the search to end.
    workers : int
        Threads.
    seed : int
        Of the climbing that comes before.
    progress : function of Progress, optional
        Told about twice a second.
    stop : Event, optional
        Ends the search from outside.
    """
    began = time.monotonic()
    climbed = climb(space, seed)
    order = promising_order(space, climbed.levels)
    hunt = _Hunt(space, arranged(space, order), climbed.levels, climbed.value)
    hunt.deadline, hunt.stop = began + seconds, stop or threading.Event()
    hunt.tell, hunt.began = progress, began
    complete = True
    for share in TARGETS:
        target = max(int(share * space.total), gap)
        if hunt.proven - hunt.best <= max(target, gap):
            continue
        if not hunt.run(target, workers):
            complete = False
            break
        if hunt.proven - hunt.best <= gap:
            break
    if complete and hunt.proven == hunt.best:
        complete = hunt.settle_ties()
    return Found(
        hunt.levels, hunt.best, hunt.proven, hunt.nodes, time.monotonic() - began, complete
    )


class _Hunt:
    """One search: the best so far, what is proven, and the passes."""

    def __init__(self, space: Space, layout: Arranged, levels: Sequence[int], value: int) -> None:
        from accord.theory.search.laid_out import layout_of  # noqa: PLC0415  loads numba

        self.space, self.arranged = space, layout
        self.climber = Climber(space)
        self.layout = layout_of(layout, levels)
        self.levels, self.best = tuple(levels), value
        self.proven = space.total
        self.nodes = 0
        self.began = self.deadline = 0.0
        self.stop = threading.Event()
        self.tell: Callable[[Progress], None] | None = None
        self._lock = threading.Lock()
        self._told = 0.0

    def run(self, target: int, workers: int) -> bool:
        """Show that nothing exceeds the best by more than a target; False where time ended it."""
        shared = np.array([self.best + target], dtype=np.int64)
        prefixes = self._prefixes(shared)
        queue = sorted(prefixes, key=lambda p: -p[0])
        bounds = {prefix: bound for bound, prefix in queue}
        waiting = [prefix for _, prefix in queue]
        whole = max(len(waiting), 1)

        def work() -> None:
            mine = self._work()
            while not self._over():
                with self._lock:
                    if not waiting:
                        return
                    prefix = waiting.pop(0)
                if self._through(mine, prefix, shared, target, bounds, whole):
                    with self._lock:
                        bounds.pop(prefix, None)

        with ThreadPoolExecutor(workers) as threads:
            for done in [threads.submit(work) for _ in range(workers)]:
                done.result()
        ceiling = max([self.best + target, *bounds.values()])
        self.proven = min(self.proven, ceiling)
        return not bounds

    def _over(self) -> bool:
        return self.stop.is_set() or time.monotonic() >= self.deadline

    def _through(
        self, mine: object, prefix: tuple[int, ...], shared: Integers, target: int,
        bounds: dict[tuple[int, ...], int], whole: int,
    ) -> bool:  # fmt: skip
        """Go through all completions of a prefix; False where time ended it."""
        from accord.theory.search.laid_out import Walk  # noqa: PLC0415

        assert isinstance(mine, Walk)
        mine.enter(prefix)
        while True:
            left = mine.explore(shared, SLICE)
            with self._lock:
                self.nodes += SLICE - left
                if mine.found is not None:
                    self._take(mine.found, shared, target)
                self._speak(bounds, target, whole)
            if mine.finished:
                return True
            if self._over():
                return False

    def _take(
        self, bound_levels: tuple[int, tuple[int, ...]], shared: Integers, target: int
    ) -> None:
        bound, placed = bound_levels
        levels = [0] * len(placed)
        for at, j in enumerate(self.arranged.order):
            levels[j] = placed[at]
        value = bound if self.arranged.exact else self.climber.value(levels)
        if value > self.best:
            self.best, self.levels = value, tuple(levels)
            shared[0] = max(int(shared[0]), value + target)

    def _speak(self, bounds: dict[tuple[int, ...], int], target: int, whole: int) -> None:
        now = time.monotonic()
        if self.tell is None or now - self._told < 0.5:
            return
        self._told = now
        ceiling = min(self.proven, max([self.best + target, *bounds.values()]))
        done = 1.0 - len(bounds) / whole
        self.tell(
            Progress(self.best, ceiling, target, self.nodes, done, now - self.began)
        )  # fmt: skip

    def _work(self) -> object:
        from accord.theory.search.laid_out import Walk  # noqa: PLC0415

        return Walk(self.arranged, self.layout)

    def _prefixes(self, shared: Integers) -> list[tuple[int, tuple[int, ...]]]:
        """Half-made packages with their bounds, enough of them for all threads."""
        walk = self._work()
        assert hasattr(walk, "bound")
        found: list[tuple[int, tuple[int, ...]]] = [(self.space.total, ())]
        for depth in range(len(self.arranged.sizes) - 1):
            if len(found) >= FEWEST_PREFIXES:
                break
            found = [
                (bound, (*prefix, level))
                for _, prefix in found
                for level in range(int(self.arranged.sizes[depth]))
                if (bound := walk.bound((*prefix, level))) > shared[0]
            ]
            self.nodes += len(found)
        return found

    def settle_ties(self) -> bool:
        """Of the packages that are as good as the best take the first in the search's order."""
        from accord.theory.search.laid_out import Walk, layout_of  # noqa: PLC0415

        walk = Walk(self.arranged, layout_of(self.arranged, None))
        walk.enter(())
        shared = np.array([self.best - 1], dtype=np.int64)
        while not walk.finished:
            walk.explore(shared, SLICE)
            if walk.found is not None:
                _, placed = walk.found
                levels = [0] * len(placed)
                for at, j in enumerate(self.arranged.order):
                    levels[j] = placed[at]
                if self.arranged.exact or self.climber.value(levels) >= self.best:
                    self.levels = tuple(levels)
                    return True
            if self._over():
                return False
        return True
