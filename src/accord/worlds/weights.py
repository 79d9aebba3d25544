"""What each world weighs once events have happened, or have failed to.

Weights are a pure function of prior, journal and as-of date (MODELS, section 8). A later entry
about an indicator replaces the earlier one; an update that explains an event switches off that
event's likelihood; unknown is not no.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from accord._errors import CaseError, CaseErrors, ModelError
from accord.case.case import Case
from accord.case.records.watching import Indicator, JournalEntry, Likelihood
from accord.case.tree import Path, dotted
from accord.theory.information import resolved, reweight
from accord.worlds.milestones import Observation, record_chance, related
from accord.worlds.worlds import Worlds

__all__ = [
    "Weights", "entries_in_force", "event_probability", "explained_indicators",
    "journal_weights", "last_entries", "reached_by",
]  # fmt: skip

Floats = NDArray[np.float64]

FEWEST_EFFECTIVE = 1000
MOST_TIMES = 16


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
    log_evidence : float
        Natural logarithm of the record's probability beforehand (for dates, density per day).
    """

    weights: NDArray[np.int64]
    effective: float
    warning: str = ""
    log_evidence: float = 0.0

    @property
    def unequal(self) -> NDArray[np.int64] | None:
        """The weights, None where all worlds weigh alike."""
        return None if (self.weights == self.weights[0]).all() else self.weights


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
    """P(the event happens by its deadline | world, what is known of milestones), (W,)."""
    likelihood = indicator.likelihood
    if isinstance(likelihood, tuple):
        return _by_clauses(worlds, likelihood)
    return reached_by(worlds, likelihood.milestone, indicator.deadline)


def reached_by(worlds: Worlds, milestone: str, day: dt.date) -> Floats:
    """P(a milestone is reached by a day | world, what is known of milestones), (W,).

    A milestone that has kept silent until the as-of date has less time left.
    """
    silence = Observation(day, milestone, happened=False)
    known = _observations(worlds.case)
    group = next(group for group in related(worlds, [*known, silence]) if silence in group)
    before = [each for each in group if each in known]
    prior = record_chance(worlds, before) if before else np.ones(worlds.count)
    both = record_chance(worlds, group)
    possible = prior > 0
    ratio = np.divide(both, prior, out=np.ones(worlds.count), where=possible)
    return np.asarray(np.clip(1.0 - ratio, 0.0, 1.0))


def _by_clauses(worlds: Worlds, clauses: tuple[Likelihood, ...]) -> Floats:
    """The probability of the first clause that holds."""
    result = np.zeros(worlds.count)
    open_worlds = np.ones(worlds.count, dtype=np.bool_)
    for clause in clauses:
        here = open_worlds
        if clause.when is not None:
            here = open_worlds & np.asarray(worlds.holds(clause.when, {}), dtype=np.bool_)
        result = np.where(here, worlds.value(clause.p), result)
        open_worlds = open_worlds & ~here
    return result


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
        chance = math.exp(min(found.log_evidence, 0.0))
        text = (
            f"the record leaves only {found.effective:.0f} effective of {worlds.count} worlds; "
            f"its probability beforehand was {chance:.1e}"
        )
        found = replace(found, warning=text)
    return worlds, found


def _anything_learned(case: Case) -> bool:
    clauses = any(
        entry.outcome != "unknown" and isinstance(case.file.watch[name].likelihood, tuple)
        for name, entry in entries_in_force(case).items()
    )
    return clauses or bool(_observations(case))


def _weights(case: Case, worlds: Worlds) -> Weights:
    rows = _rows(case, worlds)
    possible = np.ones(worlds.count, dtype=np.bool_)
    for name, row in rows:
        possible &= row > 0
        if not possible.any():
            raise CaseErrors([_impossible(case, name)])
    if not rows:
        return Weights(np.ones(worlds.count, dtype=np.int64), float(worlds.count))
    try:
        # by name, so that the order of the journal's rows decides no rounding
        found = reweight(np.stack([row for _, row in sorted(rows, key=lambda each: each[0])]))
    except ModelError:
        # possible in some world each, and so small together that nothing is left
        raise CaseErrors([_impossible(case, rows[-1][0])]) from None
    weights = np.asarray(found.weights, dtype=np.int64)
    return Weights(weights, float(found.effective_worlds), "", float(found.log_evidence))


def _rows(case: Case, worlds: Worlds) -> list[tuple[str, Floats]]:
    """P(what is known | world), one row for each thing known, with the indicator that tells it."""
    rows: list[tuple[str, Floats]] = []
    for name, entry in entries_in_force(case).items():
        likelihood = case.file.watch[name].likelihood
        if isinstance(likelihood, tuple) and entry.outcome != "unknown":
            chance = _by_clauses(worlds, likelihood)
            rows.append((name, resolved(chance, happened=entry.outcome == "yes")))
    known = _observations(case)
    for group in related(worlds, known):
        rows.append((known[group[-1]], record_chance(worlds, group)))
    return rows


def _observations(case: Case) -> dict[Observation, str]:
    """What is known of milestones by the as-of date, and which indicator tells it.

    Silence counts until the as-of date or the deadline, whichever comes first; unknown is no
    silence.
    """
    entries, explained = entries_in_force(case), explained_indicators(case)
    found: dict[Observation, str] = {}
    for name, indicator in case.file.watch.items():
        likelihood = indicator.likelihood
        if isinstance(likelihood, tuple) or name in explained:
            continue
        entry = entries.get(name)
        if entry is None or entry.outcome == "no":
            day = indicator.deadline if entry else min(case.as_of, indicator.deadline)
            seen = Observation(day, likelihood.milestone, happened=False)
        elif entry.outcome == "yes":
            seen = Observation(entry.on or entry.known, likelihood.milestone, happened=True)
        else:
            continue
        if seen.happened or seen.day > case.origin:
            found.setdefault(seen, name)
    return found


def _impossible(case: Case, indicator: str) -> CaseError:
    """The error that names the entry after which nothing is possible."""
    entries = case.data.get("journal", [])
    at = [i for i, entry in enumerate(entries) if entry.get("indicator") == indicator]
    path: Path = ("journal", at[-1]) if at else ("watch", indicator)
    place = case.place(path)
    return CaseError(
        dotted(path), place.file, place.line, place.column,
        f"what is known of {indicator}, impossible in every world that the rest leaves",
        "likelihoods under which what happened was possible",
        "give the event a chance in at least some worlds", place.text,
    )  # fmt: skip
