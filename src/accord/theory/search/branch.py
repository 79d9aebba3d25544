"""Branch and bound over a space of packages, anytime and on several threads (MODELS, section 6).

Every level that is chosen can only take worlds away from what a completion may still pass, so a
half-made package whose worlds do not exceed what is known needs no completion (Land and Doig
1960). The proof is made in passes: first that nothing exceeds the best package by twenty points,
then by ten, five, two, one, half a point, and at last that nothing exceeds it at all. So a search
that is ended early has a bound that is proven, and can be gone on with. Where the passes so far say
that the last one will not take long, those between are left out.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from accord._errors import ModelError
from accord.theory.search.climber import Climber
from accord.theory.search.climbing import climb
from accord.theory.search.hunt import TIES, Hunt, Prefix, Progress, Told
from accord.theory.search.ordering import promising_order
from accord.theory.search.space import Space
from accord.theory.search.state import State, checked

__all__ = ["TARGETS", "Found", "Progress", "State", "search"]

TARGETS = (0.2, 0.1, 0.05, 0.02, 0.01, 0.005)
"""Shares of all worlds by which the best package is shown not to be exceeded, pass by pass."""

SOON = 0.5
"""What share of the time that is left the last pass may take for others to be left out."""


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
        With those of the search that it went on from.
    complete : bool
        Whether it ended by itself and not by time or cancel.
    reproducible : bool
        Whether it is the same on any number of threads: it ended by itself, and what is best was
        not left to which thread found it first.
    target : int
        Of the last pass.
    excluded : float
        Share of packages of which that pass showed that they do not exceed the best by more than
        its target.
    """

    levels: tuple[int, ...]
    value: int
    bound: int
    nodes: int
    seconds: float
    complete: bool
    reproducible: bool
    target: int
    excluded: float


def search(
    space: Space, *, seconds: float = 60.0, gap: int = 0, workers: int = 2, seed: int = 1,
    progress: Callable[[Progress], None] | None = None, stop: threading.Event | None = None,
    starts: Sequence[Sequence[int]] = (), state: State | None = None,
    keep: Callable[[State], None] | None = None,
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
        Told about twice a second, from any thread.
    stop : Event, optional
        Ends the search from outside.
    starts : sequence of levels
        Packages known to be good, from which it is climbed as well.
    state : State, optional
        Of a search of this space that was ended, to go on from.
    keep : function of State, optional
        Given where the search stands, every few seconds from any thread, and at the end.

    Raises
    ------
    ModelError
        If the state is not one of this space, or a start is none of its packages.
    """
    began = time.monotonic()
    told = Told(began, began + seconds, stop or threading.Event(), progress, keep)
    if state is None:
        hunt = _begun(space, seed, starts, seconds, told)
        left = None
    else:
        hunt = _resumed(space, checked(state, space), starts, told)
        left = state
    hunt.complete = (left is not None and left["complete"] and hunt.proven - hunt.best <= gap) or (
        _passes(hunt, gap, workers, left)
    )
    if keep is not None:
        keep(hunt.state())
    return Found(
        hunt.levels, hunt.best, hunt.proven, hunt.nodes, hunt.seconds, hunt.complete,
        hunt.reproducible, max(hunt.target, 0), 1.0 if hunt.complete else hunt.excluded,
    )  # fmt: skip


def _passes(hunt: Hunt, gap: int, workers: int, left: State | None) -> bool:
    """Make the proof, pass by pass, from what is left of it; False where time ended it."""
    last = gap or TIES
    targets = [*(t for share in TARGETS if (t := int(share * hunt.space.total)) > gap), last]
    open_: list[Prefix] | None = None
    if left is not None:
        # a wider gap may be asked for than before
        hunt.target = max(left["target"], gap or TIES)
        if gap and hunt.proven - hunt.best <= gap:
            return True
    if left is not None and left["open"]:
        open_ = [(entry[0], tuple(entry[1:])) for entry in left["open"]]
        targets = [hunt.target, *(t for t in targets if t < left["target"])]
    made: list[_Pass] = []
    for target in targets:
        done = hunt.proven - hunt.best <= max(target, 0) and target != TIES
        if not open_ and (done or _soon(made, target, last, hunt.told.deadline)):
            continue
        began, nodes = time.monotonic(), hunt.nodes
        if not hunt.run(target, workers, open_):
            return False
        if open_ is None:
            made.append(_Pass(target, hunt.nodes - nodes, time.monotonic() - began))
        open_ = None
    return True


@dataclass(frozen=True, slots=True)
class _Pass:
    """A pass that was made: its target, half-made packages that were bounded, and its time."""

    target: int
    nodes: int
    seconds: float


def _soon(made: Sequence[_Pass], target: int, last: int, deadline: float) -> bool:
    """Whether a pass may be left out, as the last one would take little of the time that is left.

    How many more half-made packages a smaller target leaves open is reckoned from how many more
    the target before did; that rate falls as the target does.
    """
    if target == last or len(made) < 2:
        return False
    one, two = made[-2:]
    share = (two.target - max(last, 0)) / (one.target - two.target)
    growth = max(two.nodes / max(one.nodes, 1), 1.0) ** share
    return bool(two.seconds * growth < SOON * (deadline - time.monotonic()))


def _begun(
    space: Space, seed: int, starts: Sequence[Sequence[int]], seconds: float, told: Told
) -> Hunt:
    """A search from its beginning: a climb, then an order along what it found."""
    climbed = climb(space, seed, starts=starts, seconds=seconds, stop=told.stop)
    order = promising_order(space, climbed.levels)
    hunt = Hunt(Climber(space), order, climbed.levels, climbed.value, told)
    hunt.cut = climbed.cut
    return hunt


def _resumed(space: Space, state: State, starts: Sequence[Sequence[int]], told: Told) -> Hunt:
    """A search from where another was ended."""
    climber = Climber(space)
    best, levels = state["value"], tuple(state["levels"])
    if climber.confirmed(levels) != best:
        raise ModelError("the best package of the state does not reach what it says")
    for start in starts:
        if (value := climber.confirmed(start, best)) > best:
            best, levels = value, tuple(start)
    hunt = Hunt(climber, state["order"], levels, best, told)
    hunt.proven, hunt.nodes = max(state["bound"], best), state["nodes"]
    hunt.target, hunt.spent = state["target"], state["seconds"]
    hunt.moved, hunt.cut = True, state["cut"]
    return hunt
