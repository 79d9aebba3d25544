"""How likely each milestone is to be reached by the days on which questions about them end."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from accord.case.case import Case
from accord.case.records.watching import Milestone
from accord.run.run import Run
from accord.worlds.weights import entries_in_force, reached_by
from accord.worlds.worlds import redraw

__all__ = ["Step", "steps"]

MOST_DAYS = 4


@dataclass(frozen=True)
class Step:
    """A milestone.

    Attributes
    ----------
    reached : date or None
        When it was reached, where the journal says so.
    chances : mapping of date to float
        P(reached by then), the weighted mean over worlds, given what is known on the run's date.
    """

    name: str
    record: Milestone
    reached: dt.date | None
    chances: dict[dt.date, float]


def steps(run: Run) -> tuple[Step, ...]:
    """Every milestone of the case, in its order; none where no question about one is open."""
    days = _days(run.case)
    if not days:
        return ()
    worlds = redraw(run.case, run.manifest["seed"], run.worlds, run.manifest["lines"])
    weights = run.verdict.weights.astype(np.float64)
    reached = _reached(run.case)
    return tuple(
        Step(
            name, record, reached.get(name),
            {d: float(np.average(reached_by(worlds, name, d), weights=weights)) for d in days},
        )
        for name, record in run.case.file.milestones.items()
    )  # fmt: skip


def _days(case: Case) -> tuple[dt.date, ...]:
    """The days on which open questions about milestones end, the last of them among those told."""
    found = sorted(
        {
            indicator.deadline
            for indicator in case.file.watch.values()
            if not isinstance(indicator.likelihood, tuple) and indicator.deadline > case.as_of
        }
    )
    if len(found) <= MOST_DAYS:
        return tuple(found)
    return tuple(found[i * (len(found) - 1) // (MOST_DAYS - 1)] for i in range(MOST_DAYS))


def _reached(case: Case) -> dict[str, dt.date]:
    """Milestones that the journal says were reached, with the day."""
    found: dict[str, dt.date] = {}
    for name, entry in entries_in_force(case).items():
        likelihood = case.file.watch[name].likelihood
        if not isinstance(likelihood, tuple) and entry.outcome == "yes":
            found.setdefault(likelihood.milestone, entry.on or entry.known)
    return found
