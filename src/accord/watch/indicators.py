"""Which observable events would change the picture most."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord.case.records.watching import Indicator, JournalEntry
from accord.run.run import Run
from accord.theory.information import Indication, indication
from accord.worlds.weights import event_probability, last_entries
from accord.worlds.worlds import Worlds, redraw

__all__ = ["Watched", "answered", "rank"]


@dataclass(frozen=True)
class Watched:
    """An open indicator and what its answer would tell about a package.

    Attributes
    ----------
    chance : ndarray (W,)
        P(event | world), given that nothing was seen of it until the run's date.
    joint : Indication
        What it tells about the joint verdict of the package.
    test : str
        The test whose share it moves most.
    moved : Indication
        What it tells about that test.
    """

    name: str
    record: Indicator
    chance: NDArray[np.float64]
    joint: Indication
    test: str
    moved: Indication


def rank(run: Run, package: str, rule: str) -> tuple[Watched, ...]:
    """Open indicators by information gain about the joint verdict of a package, most first.

    Event and verdict are independent given the world, so the sums over worlds are exact
    (MODELS, section 7). An indicator is open until the journal answers it or its
    deadline has passed.
    """
    closed = {name for name, entry in last_entries(run.case).items() if entry.outcome != "unknown"}
    if not run.verdict.assessed:
        return ()  # no verdict that an answer could move
    worlds = redraw(run.case, run.manifest["seed"], run.worlds, run.manifest["lines"])
    found = [
        _watched(run, worlds, name, package, rule)
        for name in run.case.file.watch
        if name not in closed and run.case.file.watch[name].deadline >= run.case.as_of
    ]
    return tuple(sorted(found, key=lambda w: (-w.joint.gain, -w.moved.gain)))


def _watched(run: Run, worlds: Worlds, name: str, package: str, rule: str) -> Watched:
    record = run.case.file.watch[name]
    chance = _still_to_come(run, worlds, name)
    verdict = run.verdict
    weights = verdict.weights.astype(np.float64)
    joint = indication(verdict.joint(rule, package), chance, weights)
    tests = {
        test: indication(verdict.passes(test, rule, package), chance, weights)
        for test in verdict.assessed
    }
    test = max(tests, key=lambda t: tests[t].gain)
    return Watched(name, record, chance, joint, test, tests[test])


def _still_to_come(run: Run, worlds: Worlds, name: str) -> NDArray[np.float64]:
    """P(the event happens by its deadline | world), as seen from the run's date, (W,).

    Worlds weigh what silence until that date leaves of them, so a hazard has only the time that
    is left: (F(deadline) − F(date)) / (1 − F(date)).
    """
    record = run.case.file.watch[name]
    by_deadline = event_probability(worlds, record)
    if isinstance(record.likelihood, tuple) or name in last_entries(run.case):
        return by_deadline
    until_now = record.model_copy(update={"deadline": run.case.as_of})
    silent = 1.0 - event_probability(worlds, until_now)
    left = by_deadline - (1.0 - silent)
    chance = np.divide(left, silent, out=np.zeros_like(left), where=silent > 0)
    return np.clip(chance, 0.0, 1.0)


def answered(run: Run) -> tuple[tuple[str, JournalEntry], ...]:
    """Indicators that the journal has answered, or says to be unknown, by the date known."""
    last = last_entries(run.case)
    return tuple(sorted(last.items(), key=lambda item: (item[1].known or dt.date.min, item[0])))
