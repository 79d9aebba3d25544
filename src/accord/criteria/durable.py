"""Test 4: is keeping it an equilibrium, and does it survive the years?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.case.case import Case
from accord.criteria.consent import consent_tree
from accord.criteria.kept import Kept, kept
from accord.criteria.positions import positions
from accord.criteria.setting import Setting, TestResult, rule_names
from accord.criteria.survival_detail import commitment, survival_detail
from accord.criteria.withstood import Withstood, withstood
from accord.criteria.years import horizon_years
from accord.theory.bargaining import GRID, UNBOUNDED, fold, on_grid
from accord.theory.survival import turning_thresholds, turning_years

__all__ = ["assess", "not_assessed"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def not_assessed(case: Case) -> str | None:
    """Why the test cannot be put, or None."""
    if case.file.durability is None:
        return "the case has no durability block"
    return None if case.file.deterrence else "the case has no deterrence block to attack from"


def assess(setting: Setting) -> TestResult:
    """Margin, first cause and detail under every rule (MODELS, section 4)."""
    case = setting.case
    years = case.file.durability
    assert years is not None
    rules = rule_names(case)
    shape = (len(rules), len(setting.packages), setting.worlds.count)
    values, reasons = np.zeros(shape), np.full(shape, -1, dtype=np.int64)
    names = _names(case)
    drift = _drift(setting, horizon_years(years))
    details: dict[str, Any] = {}
    for column, package in enumerate(setting.packages):
        keeping, fighting = kept(setting, package), withstood(setting, package)
        per_rule = {}
        for row, rule in enumerate(rules):
            leaving, actor, slack = _leaving(setting, package, rule, drift)
            margin, cause, end = _combined(
                keeping,
                fighting,
                leaving,
                actor,
                slack,
                horizon_years(years),
                names,
                list(positions(setting)),
            )
            values[row, column], reasons[row, column] = margin, cause
            per_rule[rule] = survival_detail(
                setting, end, cause, names, horizon_years(years), keeping
            )
        details[package] = {
            "schema": 1,
            "years": horizon_years(years),
            "kept": None if keeping is None else setting.share(keeping.stable),
            "escapes": {} if keeping is None else keeping.escapes,
            "concept": None if keeping is None else keeping.concept,
            "withstood": setting.share(fighting.year == 0),
            "rules": per_rule,
            "commitment": commitment(setting, package),
        }
    return TestResult(rules, values, reasons, tuple(names), details)


def _names(case: Case) -> list[str]:
    years = case.file.durability
    assert years is not None
    names = ["kept", "attack"]
    names += [f"reversal:{name}" for name in years.elections]
    names += [f"leaves:{actor}" for actor in case.file.positions]
    if years.conflict is not None:
        names += [f"escape:{party}" for party in case.file.conflicts[years.conflict.name].parties]
    return names


def _drift(setting: Setting, horizon: int) -> Mapping[str, Integers]:
    """Yearly drift of each walk-away value in grid steps, (T, W); nought where none is stated."""
    years = setting.case.file.durability
    assert years is not None
    steps = np.arange(1, horizon + 1)[:, None]
    return {
        actor: on_grid(steps * setting.worlds.value(years.drift[actor].yearly))
        if actor in years.drift
        else np.zeros((horizon, setting.worlds.count), dtype=np.int64)
        for actor in positions(setting)
    }


def _leaving(
    setting: Setting, package: str, rule: str, drift: Mapping[str, Integers]
) -> tuple[Integers, Integers, Integers]:
    """Year in which the rule stops holding (0 = never), through whom, and the rule's slack.

    A monotone rule holds until year t iff the fold of the years in which its actors turn exceeds
    t, so one fold over turning years answers for all years.
    """
    chosen, worlds = setting.packages[package], setting.worlds
    tree = consent_tree(setting.case, worlds, rule, chosen)
    if not positions(setting):
        nobody = np.zeros(worlds.count, dtype=np.int64)
        return nobody, nobody - 1, nobody + UNBOUNDED
    turning, staying = [], []
    for actor, position in positions(setting).items():
        slack = position.slack(chosen)
        year = turning_years(slack, drift[actor])
        turning.append(np.where(year > 0, year, UNBOUNDED))
        staying.append(slack - turning_thresholds(drift[actor]))
    year, actor_index = fold(tree, np.stack(turning))
    slack_rule, _ = fold(tree, np.clip(np.stack(staying), -UNBOUNDED + 1, UNBOUNDED - 1))
    return np.where(year >= UNBOUNDED, 0, year), actor_index, slack_rule


def _combined(
    keeping: Kept | None, fighting: Withstood, leaving: Integers, actor: Integers,
    slack: Integers, horizon: int, names: list[str], actors: list[str],
) -> tuple[Floats, Integers, Integers]:  # fmt: skip
    """Margin, reason and the year in which it ends (0 = it lasts)."""
    worlds = fighting.year.shape[0]
    never = horizon + 1
    attacked = np.where(fighting.year > 0, fighting.year, never)
    left = np.where(leaving > 0, leaving, never)
    end = np.minimum(attacked, left)
    lasts = end == never
    rule_slack = np.where(slack >= UNBOUNDED - 1, np.inf, slack / (100.0 * GRID))
    margin = np.where(
        lasts,
        np.maximum(np.minimum(fighting.closest, rule_slack), 0.0),
        (end - 1) / horizon - 1.0,
    )
    margin = np.where(np.isfinite(margin), margin, 1.0)
    leaves = np.array([names.index(f"leaves:{name}") for name in actors] or [0], dtype=np.int64)
    cause = np.where(left < attacked, leaves[np.maximum(actor, 0)], _war_causes(fighting, names))
    reason = np.where(lasts, names.index("kept"), cause)
    if keeping is not None:
        escapes = np.array([names.index(f"escape:{p}") for p in keeping.parties], dtype=np.int64)
        margin = np.where(keeping.stable, margin, -1.0)
        reason = np.where(keeping.stable, reason, escapes[np.maximum(keeping.escaping, 0)])
    return margin, reason, np.where(lasts, np.zeros(worlds, dtype=np.int64), end)


def _war_causes(fighting: Withstood, names: list[str]) -> Integers:
    result = np.full(fighting.year.shape, names.index("attack"), dtype=np.int64)
    for name, where in fighting.through_reversal.items():
        result[where] = names.index(f"reversal:{name}")
    return result
