"""A case on the days of its past: what it said then, knowing nothing that came later."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np

from accord.case.case import Case
from accord.case.load import AsOf, load_tree, read_case
from accord.case.updates import read_updates
from accord.worlds.weights import Weights, event_probability, journal_weights
from accord.worlds.worlds import Worlds, draw

__all__ = ["Past"]


class Past:
    """A case on any day, each day loaded and drawn once.

    Parameters
    ----------
    source : path
        The case's folder, or its ``case.yaml``.
    worlds, seed : int
        Of the draws.

    Raises
    ------
    CaseErrors
        If the case cannot be read; on later calls, if it is wrong on the day asked for.
    """

    def __init__(self, source: str | Path, worlds: int, seed: int) -> None:
        self.tree, self.folder = read_case(source)
        self.updates = read_updates(self.tree, self.folder)
        self.worlds, self.seed = worlds, seed
        self.cases: dict[AsOf, Case] = {}
        self.draws: dict[dt.date, tuple[Worlds, Weights]] = {}

    def case(self, day: AsOf) -> Case:
        """What the case said on a day."""
        if day not in self.cases:
            found = load_tree(self.tree.twin(), self.folder, day, updates=self.updates)
            self.cases[day] = self.cases[found.as_of] = found
        return self.cases[day]

    def first_day(self, name: str, before: dt.date) -> dt.date | None:
        """The day on which a question first stood in the case, if before another day."""
        origin = self.case(None).origin
        days = {origin, *(update.known for update in self.updates if update.known > origin)}
        for day in sorted(day for day in days if day < before):
            if name in self.case(day).file.watch:
                return day
        return None

    def forecast(self, name: str, day: dt.date) -> tuple[float, float]:
        """P(the event of an indicator) as seen on a day, and its sampling error."""
        case = self.case(day)
        if day not in self.draws:
            self.draws[day] = journal_weights(case, draw(case, self.worlds, self.seed))
        worlds, weights = self.draws[day]
        chance = event_probability(worlds, case.file.watch[name])
        share = weights.weights / weights.weights.sum()
        mean = float(np.clip((share * chance).sum(), 0.0, 1.0))
        return mean, float(np.sqrt(np.square(share * (chance - mean)).sum()))
