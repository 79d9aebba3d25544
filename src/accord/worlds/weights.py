"""What each world weighs once events have happened, or have failed to.

Weights are a pure function of prior, journal and as-of date (MODELS, section 8). A later entry
about an indicator replaces the earlier one; an update that explains an event switches off that
event's likelihood; unknown is not no.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord._errors import CaseError, CaseErrors, ModelError
from accord.case.case import Case
from accord.case.records.watching import Indicator, JournalEntry
from accord.theory.information import resolved, reweight
from accord.theory.precedence import Arrival, arrival
from accord.worlds.worlds import Worlds

__all__ = [
    "Weights", "entries_in_force", "event_probability", "explained_indicators",
    "journal_weights", "last_entries",
]  # fmt: skip

Floats = NDArray[np.float64]

FEWEST_EFFECTIVE = 1000
MOST_TIMES = 16
_DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}


@dataclass(frozen=True)
class Weights:
    """Weights of worlds.

    Attributes
    ----------
    weights : ndarray (W,) of int64
        Whole numbers up to 65535; all 1 where nothing was learned.
    effective : float
        Effective number of worlds (Kish 1965).
    warning : str
        Where even 16 times the worlds leave too few effective ones; empty otherwise.
    """

    weights: NDArray[np.int64]
    effective: float
    warning: str = ""


def last_entries(case: Case) -> dict[str, JournalEntry]:
    """The last entry about each indicator; a later one replaces the earlier."""
    last: dict[str, JournalEntry] = {}
    for entry in sorted(case.file.journal, key=lambda e: e.recorded):
        last[entry.indicator] = entry
    return last


def explained_indicators(case: Case) -> frozenset[str]:
    """Indicators whose likelihood an update in force has replaced (never both)."""
    return frozenset(name.split("@")[0] for update in case.updates for name in update.explains)


def entries_in_force(case: Case) -> dict[str, JournalEntry]:
    """The last entry about each indicator, those that an update explains left out."""
    explained = explained_indicators(case)
    return {name: entry for name, entry in last_entries(case).items() if name not in explained}


def event_probability(worlds: Worlds, indicator: Indicator) -> Floats:
    """P(the event happens by its deadline | world), as seen from the case's origin, (W,)."""
    likelihood = indicator.likelihood
    if isinstance(likelihood, tuple):
        result = np.zeros(worlds.count)
        open_worlds = np.ones(worlds.count, dtype=np.bool_)
        for clause in likelihood:
            here = open_worlds
            if clause.when is not None:
                here = open_worlds & np.asarray(worlds.holds(clause.when, {}), dtype=np.bool_)
            result = np.where(here, worlds.value(clause.p), result)
            open_worlds = open_worlds & ~here
        return result
    return _arrival(worlds, likelihood.milestone, indicator.deadline).chance


def journal_weights(case: Case, worlds: Worlds) -> tuple[Worlds, Weights]:
    """Weights from the case's journal, and the worlds, more of them where that is needed."""
    if not _anything_learned(case):
        return worlds, Weights(np.ones(worlds.count, dtype=np.int64), float(worlds.count))
    most = MOST_TIMES * len(worlds.blocks)
    while True:
        found = _weights(case, worlds)
        if found.effective >= min(FEWEST_EFFECTIVE, worlds.count) or len(worlds.blocks) >= most:
            break
        more = min(most, 2 * len(worlds.blocks))
        first = worlds.blocks[0]
        worlds = Worlds(case, worlds.seed, tuple(range(first, first + more)), worlds.lines)
    if found.effective < FEWEST_EFFECTIVE <= worlds.count:
        text = (
            f"the record leaves only {found.effective:.0f} effective of {worlds.count} worlds: "
            "the case found likely what did not happen"
        )
        found = Weights(found.weights, found.effective, text)
    return worlds, found


def _anything_learned(case: Case) -> bool:
    silent = any(
        not isinstance(indicator.likelihood, tuple) and case.as_of > case.origin
        for indicator in case.file.watch.values()
    )
    return bool(entries_in_force(case)) or silent


def _weights(case: Case, worlds: Worlds) -> Weights:
    rows, names = [], []
    entries = entries_in_force(case)
    explained = explained_indicators(case)
    for name, indicator in case.file.watch.items():
        if name in explained:
            continue
        likelihood = _likelihood(worlds, indicator, entries.get(name))
        if likelihood is not None:
            rows.append(likelihood)
            names.append(name)
    if not rows:
        return Weights(np.ones(worlds.count, dtype=np.int64), float(worlds.count))
    try:
        found = reweight(np.stack(rows))
    except ModelError as error:
        raise CaseErrors([_impossible(case, str(error), names)]) from None
    return Weights(np.asarray(found.weights, dtype=np.int64), float(found.effective_worlds))


def _impossible(case: Case, message: str, names: list[str]) -> CaseError:
    place = case.place("journal")
    return CaseError(
        "journal", place.file, place.line, place.column, f"{message} ({', '.join(names)})",
        "likelihoods under which what happened was possible",
        "give the event a chance in at least some worlds",
    )  # fmt: skip


def _likelihood(worlds: Worlds, indicator: Indicator, entry: JournalEntry | None) -> Floats | None:
    """P(what is known | world) of one indicator, or None where it tells nothing."""
    outcome = entry.outcome if entry is not None else None
    if isinstance(indicator.likelihood, tuple):
        if outcome in {None, "unknown"}:
            return None
        return resolved(event_probability(worlds, indicator), happened=outcome == "yes")
    milestone = indicator.likelihood.milestone
    if entry is not None and outcome == "yes":
        return _arrival(worlds, milestone, entry.on or entry.known).density
    until = indicator.deadline if outcome == "no" else min(worlds.case.as_of, indicator.deadline)
    if outcome == "unknown" or until <= worlds.case.origin:
        return None
    return 1.0 - _arrival(worlds, milestone, until).chance


def _arrival(worlds: Worlds, milestone: str, day: dt.date) -> Arrival:
    """Chance that a milestone has happened by a day, and its density per day there, (W,).

    The mass on *never*, its own and that of all it needs, stays out of both.
    """
    names = _needed(worlds.case, milestone)
    records = [worlds.case.file.milestones[name] for name in names]
    rates = [worlds.package_value(r.hazard.rate, {}) / _DAYS[r.hazard.per] for r in records]
    needs = [[names.index(need) for need in record.needs] for record in records]
    possible = np.ones(worlds.count)
    for record in records:
        if record.never is not None:
            possible = possible * (1.0 - worlds.value(record.never))
    days = max(float((day - worlds.case.origin).days), 0.0)
    found = arrival(np.stack(rates), needs, 0, days)
    return Arrival(possible * found.chance, possible * found.density)


def _needed(case: Case, milestone: str) -> list[str]:
    """A milestone and all that it needs, itself first."""
    names: list[str] = []
    queue = [milestone]
    while queue:
        name = queue.pop()
        if name not in names:
            names.append(name)
            queue.extend(case.file.milestones[name].needs)
    return names
