"""Test 4: is keeping it an equilibrium, and does it survive the years?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.case.case import Case
from accord.criteria.alike import years_key
from accord.criteria.consent import consent_tree
from accord.criteria.kept import Kept, kept
from accord.criteria.positions import positions
from accord.criteria.setting import Setting, TestResult, rule_names
from accord.criteria.survival_detail import commitment, survival_detail
from accord.criteria.withstood import Pressed, pressed
from accord.criteria.years import horizon_years
from accord.theory.bargaining import GRID, UNBOUNDED, fold
from accord.theory.survival import (
    Survival,
    drift_path,
    live_through,
    turning_thresholds,
    turning_years,
)

__all__ = ["assess", "drift_of", "not_assessed"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_NEVER = UNBOUNDED - 1
"""Stands for an actor that never turns; below what stands for one that does not count."""


def not_assessed(case: Case) -> str | None:
    """Why the test cannot be put, or None."""
    if case.file.durability is None:
        return "the case has no durability block"
    return None if case.file.deterrence else "the case has no deterrence block to attack from"


def assess(setting: Setting) -> TestResult:
    """Margin, first cause and detail under every rule (MODELS, section 4)."""
    years = setting.case.file.durability
    assert years is not None
    rules = rule_names(setting.case)
    shape = (len(rules), len(setting.packages), setting.worlds.count)
    values, reasons = np.zeros(shape), np.full(shape, -1, dtype=np.int64)
    names = _names(setting.case)
    details: dict[str, Any] = {}
    for column, package in enumerate(setting.packages):
        keeping, years_of = _followed(setting, package)
        per_rule = {}
        for row, rule in enumerate(rules):
            lived, who = _lived(setting, package, rule, years_of, keeping)
            ended = _endings(setting, lived, who, years_of, names)
            values[row, column] = lived.margin
            reasons[row, column] = _with_escapes(ended, keeping, names)
            if package not in setting.brief:
                horizon = horizon_years(years)
                per_rule[rule] = survival_detail(setting, lived, ended, names, horizon)
        if package not in setting.brief:
            own = _detail(setting, package, keeping, years_of)
            details[package] = own | {"rules": per_rule}
    return TestResult(rules, values, reasons, tuple(names), details)


def _followed(setting: Setting, package: str) -> tuple[Kept | None, Pressed]:
    """Whether it is kept at first, and the years that follow."""
    if package not in setting.brief:
        return kept(setting, package), pressed(setting, package)

    def compute() -> tuple[Kept | None, Pressed]:
        keeping = kept(setting, package)
        # where somebody escapes at once, what the years would have brought is a matter of detail
        return keeping, pressed(setting, package, None if keeping is None else keeping.stable)

    return setting.while_recent("durable", years_key(setting, package), compute)


def _detail(
    setting: Setting, package: str, keeping: Kept | None, years_of: Pressed
) -> dict[str, Any]:
    years = setting.case.file.durability
    assert years is not None
    attacked = (years_of.tempted & (years_of.temptations < years_of.p_attack)).any(axis=0)
    return {
        "schema": 3,
        "years": horizon_years(years),
        "kept": None if keeping is None else setting.share(keeping.stable),
        "escapes": {} if keeping is None else keeping.escapes,
        "concept": None if keeping is None else keeping.concept,
        "never_attacked": setting.share(~attacked),
        "commitment": commitment(setting, package),
    }


def _names(case: Case) -> list[str]:
    years = case.file.durability
    assert years is not None
    names = ["kept", "attack", "votes"]
    names += [f"reversal:{name}" for name in years.elections]
    names += [f"leaves:{actor}" for actor in case.file.positions]
    if years.conflict is not None:
        names += [f"escape:{party}" for party in case.file.conflicts[years.conflict.name].parties]
    return names


def drift_of(setting: Setting) -> Mapping[str, Integers]:
    """Yearly drift of each walk-away value in grid steps, (T, W); nought where none is stated."""

    def compute() -> Mapping[str, Integers]:
        years = setting.case.file.durability
        assert years is not None
        horizon, still = horizon_years(years), np.zeros(setting.worlds.count)
        return {
            actor: drift_path(
                setting.worlds.value(years.drift[actor].yearly) if actor in years.drift else still,
                horizon,
            )
            for actor in positions(setting)
        }

    return setting.once_for_all(("drift",), compute)


def _lived(
    setting: Setting, package: str, rule: str, years_of: Pressed, keeping: Kept | None
) -> tuple[Survival, Integers]:
    """How the years go under a rule, and the index of the actor through whom it breaks.

    A monotone rule holds until year t iff the fold of the years in which its actors turn exceeds
    t, so one fold over turning years answers for all years.
    """
    chosen, worlds = setting.packages[package], setting.worlds
    breaks = np.zeros(worlds.count, dtype=np.int64)
    who = np.full(worlds.count, -1, dtype=np.int64)
    room = np.full(worlds.count, np.inf)
    if positions(setting):
        tree = consent_tree(setting.case, worlds, rule, chosen)
        turning, staying = setting.once(("turning", package), lambda: _turning(setting, package))
        breaks, who = fold(tree, turning)
        # a rule whose members that count have too few votes does not hold from the start
        breaks = np.where(breaks >= _NEVER, 0, np.maximum(breaks, 1))
        steps, _ = fold(tree, staying)
        room = np.where(steps >= _NEVER, np.inf, steps / GRID)
    lived = live_through(
        years_of.tempted,
        years_of.temptations,
        years_of.p_attack,
        breaks,
        room,
        stable=None if keeping is None else keeping.stable,
        p_without_reversals=years_of.p_calm,
    )
    return replace(lived, margin=np.where(np.isinf(lived.margin), 1.0, lived.margin)), who


def _turning(setting: Setting, package: str) -> tuple[Integers, Integers]:
    """The year in which each actor turns, and its room until then, both (N, W)."""
    drift = drift_of(setting)
    years, rooms = [], []
    for actor, position in positions(setting).items():
        slack = position.slack(setting.packages[package])
        year = turning_years(slack, drift[actor])
        years.append(np.where(year > 0, year, _NEVER))
        threshold = turning_thresholds(drift[actor])
        rooms.append(np.where(threshold > -_NEVER, slack - threshold, _NEVER))
    return np.stack(years), np.stack(rooms)


def _endings(
    setting: Setting, lived: Survival, who: Integers, years_of: Pressed, names: list[str]
) -> Integers:
    """What ended it in each world, as an index into the names; ``kept`` where nothing did."""
    result = np.full(who.shape, names.index("kept"), dtype=np.int64)
    ended = ~lived.survives
    at = np.maximum(lived.end_year, 1) - 1, np.arange(who.size)
    bar, calm = years_of.temptations[at], years_of.p_calm[at]
    attacked = ended & years_of.tempted[at] & (bar < years_of.p_attack[at])
    result[attacked] = names.index("attack")
    blamed = attacked & (bar >= calm)
    for name in reversed(list(years_of.stands)):
        result[blamed & years_of.stands[name][at]] = names.index(f"reversal:{name}")
    actors = list(positions(setting))
    leaves = np.array([names.index(f"leaves:{a}") for a in actors] or [0], dtype=np.int64)
    left = ended & ~attacked
    result[left] = np.where(who < 0, names.index("votes"), leaves[np.maximum(who, 0)])[left]
    return result


def _with_escapes(ended: Integers, keeping: Kept | None, names: list[str]) -> Integers:
    if keeping is None:
        return ended
    escapes = np.array([names.index(f"escape:{p}") for p in keeping.parties], dtype=np.int64)
    return np.where(keeping.stable, ended, escapes[np.maximum(keeping.escaping, 0)])
