"""One search under way: the best so far, what is proven, what is open, and the threads at it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from accord.theory.search.arranged import arranged
from accord.theory.search.climber import Climber
from accord.theory.search.space import Space
from accord.theory.search.state import State, digest

if TYPE_CHECKING:
    from accord.theory.search.laid_out import Walk

__all__ = ["TIES", "Hunt", "Prefix", "Progress", "Told"]

Integers = NDArray[np.int64]

Prefix = tuple[int, tuple[int, ...]]
"""The bound of a half-made package, and its levels in the order in which they are chosen."""

SLICE = 20_000
"""Steps of one thread before it looks at the clock."""

FEWEST_PREFIXES = 96
"""Half-made packages among which threads share the work."""

TIES = -1
"""The target of a pass in which packages as good as the best are looked for."""

TELL_SECONDS = 0.5
KEEP_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search is; values are what worlds weigh.

    ``excluded`` is the share of packages that are shown not to exceed the best by more than the
    target. ``seconds`` are those of the search that it goes on from as well,
    ``left`` those after which time ends it.
    """

    best: int
    bound: int
    target: int
    nodes: int
    seconds: float
    excluded: float
    left: float


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told how far a search is, and what ends it."""

    began: float
    deadline: float
    stop: threading.Event
    progress: Callable[[Progress], None] | None = None
    keep: Callable[[State], None] | None = None


@dataclass(eq=False)
class _Open:
    """What is still to be gone through: what waits, and what each thread has before it."""

    waiting: list[Prefix] = field(default_factory=list)
    held: dict[int, list[Prefix]] = field(default_factory=dict)
    hungry: int = 0

    def all(self) -> Iterable[Prefix]:
        """Of the threads first, then what waits."""
        yield from (entry for entries in self.held.values() for entry in entries)
        yield from self.waiting


class Hunt:
    """One search.

    Parameters
    ----------
    climber : Climber
    order : sequence of int (J,)
    levels, value
        Of the best package that is known.

    Attributes
    ----------
    moved : bool
        Whether another package became the best that a thread came to first.
    cut : bool
        Whether time ended the climb before it, on which its order hangs.
    """

    def __init__(
        self, climber: Climber, order: Sequence[int], levels: Sequence[int], value: int, told: Told
    ) -> None:
        self.space: Space = climber.space
        self.climber, self.told = climber, told
        self.arranged = arranged(self.space, order)
        self._promising = tuple(levels)
        self.levels, self.best = tuple(levels), value
        self.proven = self.space.total
        self.nodes, self.target, self.spent = 0, 0, 0.0
        self.complete, self.moved, self.cut = False, False, False
        self._open = _Open()
        self._shared = np.array([value], dtype=np.int64)
        self._lock = threading.Condition()
        self._keeping = threading.Lock()
        self._failed = threading.Event()
        self._spoke = self._kept = time.monotonic()
        self._digest = digest(self.space) if told.keep is not None else ""

    @property
    def seconds(self) -> float:
        """Since the search began, with those of the search that it goes on from."""
        return self.spent + time.monotonic() - self.told.began

    @property
    def reproducible(self) -> bool:
        """Whether it ended with what it ends with on any number of threads."""
        settled = self.target == TIES or not self.moved
        return self.complete and settled and not self.cut

    @property
    def excluded(self) -> float:
        """Share of packages that are shown not to exceed the best by more than the target."""
        shares = 1.0 / np.concatenate([[1.0], np.cumprod(self.arranged.sizes.astype(np.float64))])
        left = sum(float(shares[len(prefix)]) for _, prefix in self.open())
        return max(0.0, 1.0 - left)

    def over(self) -> bool:
        """Whether time, somebody outside, or a failure ends it."""
        told = self.told
        return self._failed.is_set() or told.stop.is_set() or time.monotonic() >= told.deadline

    def open(self) -> list[Prefix]:
        """What is still to be gone through."""
        enough = self.best + self.target
        return [entry for entry in self._open.all() if entry[0] > enough]

    def ceiling(self) -> int:
        """What no package exceeds, so far."""
        highest = max((bound for bound, _ in self.open()), default=0)
        return min(self.proven, max(self.best + max(self.target, 0), highest))

    def state(self) -> State:
        """Where it stands."""
        return State(
            space=self._digest,
            order=self.arranged.order.tolist(),
            cut=self.cut,
            target=self.target,
            levels=list(self.levels),
            value=self.best,
            bound=self.ceiling(),
            open=[[bound, *prefix] for bound, prefix in self.open()],
            nodes=self.nodes,
            seconds=self.seconds,
            complete=self.complete,
        )

    def run(self, target: int, workers: int, prefixes: Sequence[Prefix] | None = None) -> bool:
        """Show that nothing exceeds the best by more than a target; False where time ended it.

        With ``TIES`` for a target, nothing exceeds the best, and of those that are as good it is
        the first in the order of the search, whatever thread came to which of them first.

        Parameters
        ----------
        target : int
            Not below nought, or ``TIES``.
        prefixes : sequence of Prefix, optional
            What is still to be gone through; everything, where there is none.
        """
        from accord.theory.search.laid_out import layout_of  # noqa: PLC0415  loads numba

        self.target = target
        # levels as they stand come to the first package without meeting others
        self.layout = layout_of(self.arranged, None if target == TIES else self._promising)
        self._shared[0] = self.best + target
        found = self._prefixes() if prefixes is None else prefixes
        self._open = _Open(sorted(found, key=lambda entry: -entry[0]))
        with ThreadPoolExecutor(workers) as threads:
            try:
                for done in [threads.submit(self._work, me) for me in range(workers)]:
                    done.result()
            except BaseException:
                # what interrupts the waiting ends the work too
                self._failed.set()
                raise
        self.proven = self.ceiling()
        return not self.open()

    def _work(self, me: int) -> None:
        """Go through what waits, until nothing does."""
        from accord.theory.search.laid_out import Walk  # noqa: PLC0415

        walk, climber = Walk(self.arranged, self.layout), self.climber.twin()
        try:
            while (prefix := self._next(me)) is not None:
                walk.enter(prefix)
                self._through(me, walk, climber)
        except BaseException:
            self._failed.set()
            raise

    def _next(self, me: int) -> tuple[int, ...] | None:
        """What a thread does next; None where nothing is left or time is over."""
        with self._lock:
            while not self.over():
                if self._open.waiting:
                    self._open.held[me] = [self._open.waiting.pop(0)]
                    return self._open.held[me][0][1]
                if not self._open.held:
                    return None
                # another may give something away
                self._open.hungry += 1
                self._lock.wait(0.05)
                self._open.hungry -= 1
        return None

    def _through(self, me: int, walk: Walk, climber: Climber) -> None:
        """Go through all completions of a prefix, or leave what is left of it."""
        while True:
            left = walk.explore(self._shared, self._known(), SLICE)
            if walk.found is not None:
                self._take(climber, self._levels(walk.found[1]))
            with self._lock:
                self.nodes += SLICE - left
                self._open.held[me] = walk.frontier()
                given = bool(self._open.hungry and not self._open.waiting)
                if walk.finished or given:
                    # the widest first
                    self._open.waiting += reversed(self._open.held.pop(me))
                    self._lock.notify_all()
            self._speak()
            if walk.finished or given or self.over():
                return

    def _take(self, climber: Climber, levels: tuple[int, ...]) -> None:
        """Make a package the best where it is, or as good and before it where that counts."""
        ties = self.target == TIES
        value = climber.confirmed(levels, self.best - ties)
        with self._lock:
            before = (
                ties and value == self.best and self._placed(levels) < self._placed(self.levels)
            )
            if value > self.best or before:
                self.best, self.levels, self.moved = value, levels, True
                self._shared[0] = value + self.target

    def _known(self) -> Integers:
        """Behind which package others have to be better, where those as good count."""
        with self._lock:
            known = (int(self._shared[0]), *self._placed(self.levels))
        return np.array(known if self.target == TIES else (), dtype=np.int64)

    def _placed(self, levels: Sequence[int]) -> tuple[int, ...]:
        """Levels by place of levels by provision."""
        return tuple(int(levels[j]) for j in self.arranged.order)

    def _levels(self, placed: Sequence[int]) -> tuple[int, ...]:
        """Levels by provision of levels by place."""
        levels = [0] * len(placed)
        for at, j in enumerate(self.arranged.order):
            levels[j] = placed[at]
        return tuple(levels)

    def _speak(self) -> None:
        """Tell how far it is, and have the state kept, every now and then."""
        told, now = self.told, time.monotonic()
        due = told.progress is not None and now - self._spoke >= TELL_SECONDS
        keep = told.keep is not None and now - self._kept >= KEEP_SECONDS
        if not (due or keep) or not self._keeping.acquire(blocking=False):
            return
        try:
            with self._lock:
                progress = Progress(
                    self.best, self.ceiling(), max(self.target, 0), self.nodes, self.seconds,
                    self.excluded, max(told.deadline - now, 0.0),
                )  # fmt: skip
                state = self.state() if keep else None
            if due and told.progress is not None:
                self._spoke = now
                told.progress(progress)
            if state is not None and told.keep is not None:
                told.keep(state)
                self._kept = time.monotonic()
        finally:
            self._keeping.release()

    def _prefixes(self) -> list[Prefix]:
        """Half-made packages with their bounds, enough of them for all threads."""
        from accord.theory.search.laid_out import Walk  # noqa: PLC0415

        walk = Walk(self.arranged, self.layout)
        found: list[Prefix] = [(self.space.total, ())]
        for depth in range(len(self.arranged.sizes) - 1):
            if len(found) >= FEWEST_PREFIXES or self.over():
                break
            found = [
                (bound, (*prefix, level))
                for _, prefix in found
                for level in range(int(self.arranged.sizes[depth]))
                if (bound := walk.bound((*prefix, level))) > self._shared[0]
            ]
            self.nodes += len(found)
        return found
