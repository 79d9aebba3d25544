"""What is known of milestones, and how likely that was in every world.

Several indicators may ask for the same milestone, and one milestone may need another, so what is
known of them is one record: it is followed through time as a whole (the forward pass of a hidden
Markov model, Rabiner 1989). The states are the sets of milestones reached; each has a constant
hazard once all that it needs is reached (uniformisation: Jensen 1953).
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord.worlds.worlds import Worlds

__all__ = ["Observation", "record_chance", "related"]

Floats = NDArray[np.float64]

_DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
_LONGEST = 30.0
"""Mean number of jumps in one step: exp(-30) is far from underflow."""


@dataclass(frozen=True, slots=True, order=True)
class Observation:
    """A milestone has happened on a day, or has not happened by its end."""

    day: dt.date
    milestone: str
    happened: bool


def related(worlds: Worlds, observations: Iterable[Observation]) -> list[list[Observation]]:
    """Observations in groups whose milestones hang together through what they need."""
    groups: list[tuple[set[str], list[Observation]]] = []
    for observation in sorted(observations):
        names = set(_needed(worlds, [observation.milestone]))
        joined = [group for group in groups if group[0] & names]
        groups = [group for group in groups if not group[0] & names]
        groups.append(
            (
                names.union(*(group[0] for group in joined)),
                [*(each for group in joined for each in group[1]), observation],
            )
        )
    return [sorted(group[1]) for group in groups]


def record_chance(worlds: Worlds, observations: Sequence[Observation]) -> Floats:
    """P(all of the observations | world), (W,); for what happened, the density per day.

    Days count from the case's origin. The mass on *never* of a milestone stays out of reach.
    """
    names = _needed(worlds, [each.milestone for each in observations])
    records = [worlds.case.file.milestones[name] for name in names]
    rates = np.stack(
        [worlds.package_value(r.hazard.rate, {}) / _DAYS[r.hazard.per] for r in records]
    )
    uncertain = [i for i, record in enumerate(records) if record.never is not None]
    total = np.zeros(worlds.count)
    for barred in itertools.product((False, True), repeat=len(uncertain)):
        weight, possible = np.ones(worlds.count), rates.copy()
        for i, never in zip(uncertain, barred, strict=True):
            number = records[i].never
            assert number is not None
            chance = worlds.value(number)
            weight = weight * (chance if never else 1.0 - chance)
            possible[i] = 0.0 if never else possible[i]
        total += weight * _followed(worlds, names, possible, observations)
    return total


def _needed(worlds: Worlds, milestones: Sequence[str]) -> list[str]:
    """Milestones and all that they need, each once."""
    names: list[str] = []
    queue = list(milestones)
    while queue:
        name = queue.pop(0)
        if name not in names:
            names.append(name)
            queue.extend(worlds.case.file.milestones[name].needs)
    return names


def _followed(
    worlds: Worlds, names: list[str], rates: Floats, observations: Sequence[Observation]
) -> Floats:
    """The forward pass: move to each day, then keep what agrees with what was seen."""
    needs = [
        frozenset(names.index(need) for need in worlds.case.file.milestones[name].needs)
        for name in names
    ]
    states = _reachable(needs)
    moves = [
        (s, states.index(reached | {m}), m)
        for s, reached in enumerate(states)
        for m in range(len(names))
        if m not in reached and needs[m] <= reached
    ]
    now = np.zeros((len(states), rates.shape[1]))
    now[0] = 1.0
    day = worlds.case.origin
    for seen in sorted(observations):
        now = _moved(now, moves, rates, float(max((seen.day - day).days, 0)))
        day = max(day, seen.day)
        milestone = names.index(seen.milestone)
        kept = np.zeros_like(now)
        if seen.happened:
            for start, end, m in moves:
                if m == milestone:
                    kept[end] += now[start] * rates[m]
        else:
            still = [s for s, reached in enumerate(states) if milestone not in reached]
            kept[still] = now[still]
        now = kept
    return np.asarray(now.sum(axis=0))


def _reachable(needs: Sequence[frozenset[int]]) -> list[frozenset[int]]:
    """Every set of milestones that can have been reached, nothing first."""
    states = [frozenset[int]()]
    for reached in states:
        for m, before in enumerate(needs):
            following = reached | {m}
            if m not in reached and before <= reached and following not in states:
                states.append(following)
    return states


def _moved(now: Floats, moves: list[tuple[int, int, int]], rates: Floats, days: float) -> Floats:
    """State chances some days later; each world jumps at its own fastest rate."""
    leaving = np.zeros_like(now)
    for start, _, m in moves:
        leaving[start] += rates[m]
    fastest = leaving.max(axis=0)
    steps = max(1, int(np.ceil(float(fastest.max()) * days / _LONGEST)))
    rate = np.where(fastest > 0, fastest, 1.0)
    mean = fastest * days / steps
    for _ in range(steps):
        weight = np.exp(-mean)
        term, result, total = now, weight * now, weight.copy()
        jumps = 0
        while float((1.0 - total).max()) > 1e-15 and jumps < 300:
            jumps += 1
            after = term * (1.0 - leaving / rate)
            for start, end, m in moves:
                after[end] += term[start] * (rates[m] / rate)
            term = after
            weight = weight * mean / jumps
            total = total + weight
            result = result + weight * term
        now = result / total
    return now
