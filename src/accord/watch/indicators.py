"""Which observable events would change the picture most."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord.case.records.watching import Indicator, JournalEntry
from accord.run.run import Run
from accord.theory.information import Indication, indication
from accord.worlds.weights import entries_in_force, event_probability
from accord.worlds.worlds import Worlds, redraw

__all__ = ["Watched", "answered", "rank"]


@dataclass(frozen=True)
class Watched:
    """An open indicator and what its answer would tell about a package.

    Attributes
    ----------
    chance : ndarray (W,)
        P(event | world).
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
    (MODELS, section 7). An indicator is open until the journal answers it.
    """
    closed = set(entries_in_force(run.case))
    worlds = redraw(run.case, run.manifest["seed"], run.worlds, run.manifest["lines"])
    found = [
        _watched(run, worlds, name, package, rule)
        for name in run.case.file.watch
        if name not in closed
    ]
    return tuple(sorted(found, key=lambda w: (-w.joint.gain, -abs(w.moved.swing))))


def _watched(run: Run, worlds: Worlds, name: str, package: str, rule: str) -> Watched:
    record = run.case.file.watch[name]
    chance = event_probability(worlds, record)
    verdict = run.verdict
    weights = verdict.weights.astype(np.float64)
    joint = indication(verdict.joint(rule, package), chance, weights)
    tests = {
        test: indication(verdict.passes(test, rule, package), chance, weights)
        for test in verdict.assessed
    }
    test = max(tests, key=lambda t: abs(tests[t].swing))
    return Watched(name, record, chance, joint, test, tests[test])


def answered(run: Run) -> tuple[tuple[str, JournalEntry], ...]:
    """Indicators that the journal has answered, or says to be unknown, by the date known."""
    last = entries_in_force(run.case)
    return tuple(sorted(last.items(), key=lambda item: (item[1].known or dt.date.min, item[0])))
